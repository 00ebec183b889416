package manager

import (
	"jawort/gate"
	"jawort/say"
)

// check is one step of the gate's line as a decision came through it.
type check struct {
	name    string
	reasons []keptReason // that applied there; none = passed
}

// checksOf are the steps in the gate's order: those where something applied, and those that were passed.
func (v *visit) checksOf(k kept) (hit, passed []check) {
	known := map[string]bool{}
	for step := gate.StepLedger; step <= gate.StepThroughput; step++ {
		c := check{name: v.say("manager.step." + digits(int(step)))}
		for _, r := range k.Reasons {
			if g := gate.GroundOf(r.Code); g != nil && g.Step == step {
				c.reasons = append(c.reasons, r)
				known[r.Code] = true
			}
		}
		if len(c.reasons) > 0 {
			hit = append(hit, c)
		} else {
			passed = append(passed, c)
		}
	}
	var rest check
	for _, r := range k.Reasons { // a reason that has since been given up
		if !known[r.Code] {
			rest.reasons = append(rest.reasons, r)
		}
	}
	if len(rest.reasons) > 0 {
		hit = append(hit, rest)
	}
	return hit, passed
}

// worst is the shape of the gravest of a check's reasons.
func (c check) worst() string {
	out := "wait"
	for _, r := range c.reasons {
		if s := reasonShape(r); s != "wait" {
			out = s
		}
	}
	return out
}

// first is the reason that a decision names first; false for a plain yes.
func (k kept) first(code string) (keptReason, bool) {
	for _, r := range k.Reasons {
		if r.Code == code {
			return r, true
		}
	}
	return keptReason{}, false
}

// stood is how the person stood with the topic when it was decided, "" when nobody was known.
func (v *visit) stood(d decisionRow, k kept, names topics) string {
	s := k.Facts.Standing
	if d.Contact == "" || s.State == "" || d.Topic == "" {
		return ""
	}
	args := say.Args{"Topic": names.name(d.Topic), "State": v.say("manager.state." + s.State)}
	if s.Since == 0 {
		return v.say("manager.decision.stood", args)
	}
	args["When"] = v.date(s.Since)
	return v.say("manager.decision.stood.since", args)
}

// keptOf is a decision that was not kept, as one that was.
func keptOf(d *gate.Decision, f *gate.Facts) kept {
	k := kept{Effective: string(d.Effective), Until: d.Until, Rules: d.Rules, Rev: d.Rev, Mode: string(d.Mode)}
	for _, r := range d.Reasons {
		k.Reasons = append(k.Reasons, keptReason{Code: r.Code, Until: r.Until, Name: r.Name, Count: r.Count})
	}
	k.Facts.Standing.State, k.Facts.Standing.Since = string(f.Standing.State), f.Standing.Since
	return k
}
