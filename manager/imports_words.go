package manager

import (
	"strconv"

	"jawort/bring"
	"jawort/roster"
	"jawort/say"
)

// vendors are the names of those whose exports are known by their headings.
var vendors = map[string]string{"klaviyo": "Klaviyo", "mailchimp": "Mailchimp", "shopify": "Shopify", "twilio": "Twilio"}

// byWhom is who did something; what is not staff came by a key or a command.
func (v *visit) byWhom(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return v.say("manager.imports.by_program")
}

// willAct says that a list would do anything at all.
func willAct(i bring.Import) bool {
	return bring.Sum(i.Counts.Expected, bring.Stop, bring.Claim, bring.AlreadyOut) > 0
}

// willDo is what a list would do, in a sentence.
func (v *visit) willDo(i bring.Import) string {
	stops, claims := i.Counts.Expected[bring.Stop], i.Counts.Expected[bring.Claim]
	a := say.Args{"Stops": v.integer(stops), "Claims": v.integer(claims)}
	switch {
	case stops > 0 && claims > 0:
		return v.say("manager.imports.will.both", a)
	case stops > 0:
		a["Count"] = int(stops)
		return v.say("manager.imports.will.stops", a)
	case claims > 0:
		a["Count"] = int(claims)
		return v.say("manager.imports.will.claims", a)
	case willAct(i):
		return v.say("manager.imports.will.known")
	}
	return v.say("manager.imports.will.nothing")
}

// columnHead is a column's heading, or its number.
func (v *visit) columnHead(c roster.Column, k int) string {
	if c.Head != "" {
		return c.Head
	}
	return v.say("manager.imports.column", say.Args{"Number": strconv.Itoa(k + 1)})
}

func topicOptions(all []topicName) []option {
	var out []option
	for _, t := range all {
		out = append(out, option{Value: t.Code, Label: t.Name})
	}
	return out
}
