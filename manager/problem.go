package manager

import (
	"strconv"

	"jawort/say"
)

// problem is what a page of an error says.
type problem struct {
	title, text, help string
	ref               string // our id of it; "" = it is the reader's to mend
}

// problemOf words a status. Those that help differs for have a title of their own.
func (v *visit) problemOf(status int, text, ref string) problem {
	p := problem{title: v.say("manager.problem"), text: text, ref: ref}
	key := "manager.problem." + strconv.Itoa(status)
	if v.staff.ID != "" && say.Has(v.lang, key) {
		p.title, p.help = v.say(key), v.say(key+".help", say.Args{"Role": v.say("manager.role." + string(v.staff.Role))})
	}
	return p
}
