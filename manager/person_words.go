package manager

import (
	"time"

	"jawort/contact"
	"jawort/look"
)

// personCrumbs lead from the list to a person; without one only to the list.
func (v *visit) personCrumbs(c contact.Contact) []look.Crumb {
	out := []look.Crumb{{Href: "/people", Label: v.say("manager.nav.people")}}
	if c.ID != "" {
		out = append(out, look.Crumb{Href: "/people/" + c.ID, Label: v.personName(c.Name)})
	}
	return out
}

func (v *visit) backTo(c contact.Contact) string {
	if c.ID == "" {
		return "/people"
	}
	return "/people/" + c.ID
}

func (v *visit) optInPath(d optInData) string {
	if d.contact.ID == "" {
		return "/people/new"
	}
	return "/people/" + d.contact.ID + "/optin"
}

func (v *visit) topicTicks(all []topicName) []option {
	out := make([]option, len(all))
	for i, t := range all {
		out[i] = option{Value: t.Code, Label: t.Name, Hint: v.say("manager.class." + t.Class)}
	}
	return out
}

// worded are options whose words stand under a key.
func (v *visit) worded(key string, values ...string) []option {
	out := make([]option, len(values))
	for i, x := range values {
		out[i] = option{Value: x, Label: v.say(key + "." + x), Hint: v.say(key + "." + x + ".hint")}
	}
	return out
}

func (v *visit) wayOptions() []option { return v.worded("manager.optin.way", optInWays...) }
func (v *visit) stopScopes() []option {
	return v.worded("manager.optout.scope", "all", "marketing", "topic")
}

func (v *visit) viaOptions() []option {
	out := make([]option, len(staffWays))
	for i, w := range staffWays {
		out[i] = option{Value: w, Label: v.say("manager.channel." + w)}
	}
	return out
}

func (v *visit) thenProblem(d personData) string {
	if d.then.bad {
		return v.say("manager.then.bad")
	}
	return ""
}

func (v *visit) whyShape(d personData) string {
	if d.why.card == nil {
		return "idle"
	}
	return d.why.card.Shape
}

// day is a date as tables have it.
func (v *visit) day(micros int64) string {
	return look.ShortDate(v.lang, time.UnixMicro(micros).In(v.zone))
}
