package manager

import (
	"net/http"

	"jawort/look"
)

// shortcut is one key and what it does.
type shortcut struct{ keys, does string }

// shortcuts are the keys of every page; those of areas lead to the entries that are there.
func (v *visit) shortcuts() []shortcut {
	out := []shortcut{{"/", v.say("manager.keys.search")}}
	for _, a := range v.areas() {
		out = append(out, shortcut{"g " + a.key, v.say(a.word)})
	}
	return append(out, shortcut{"j", v.say("manager.keys.next")}, shortcut{"k", v.say("manager.keys.previous")}, shortcut{"Enter", v.say("manager.keys.open")},
		shortcut{"?", v.say("manager.keys.this")}, shortcut{"Esc", v.say("manager.keys.close")})
}

// keyList shows the keys, and the switch that turns them off: a screen reader or an input method may need them itself (WCAG 2.1.4).
func keyList(v *visit) error { return v.show(http.StatusOK, shortcutsView(v, look.KeysOff(v.r))) }
