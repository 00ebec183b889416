package manager

import (
	"context"
	"strconv"
	"strings"

	"jawort/db"
	"jawort/gate"
	"jawort/look"
)

// why is the answer to "may I write to this person", asked without sending.
type why struct {
	what    []option // topics and templates, in words
	numbers []option
	chosen  string // topic:<code> or template:<name>:<language>
	number  string
	card    *card // nil = nothing can be asked: no address, no number, or nothing to send
}

// card is a decision as people read it: the same wherever the gate answers (LOOK section 6).
type card struct {
	Shape, Answer string
	Lines         []cardLine // the reasons, the gravest first
	Held          []cardCheck
	Passed        int
	Foot          string
}

type cardLine struct{ Text, Fix string }

// cardCheck is a step of the gate's line that did not hold.
type cardCheck struct{ Shape, Step, Word string }

// steps are the gate's line; each has its words under manager.step.
var steps = []gate.Step{gate.StepLedger, gate.StepIdentity, gate.StepSuppressed, gate.StepCategory, gate.StepPlatformStop, gate.StepConsent,
	gate.StepTooOld, gate.StepAge, gate.StepWindow, gate.StepCountry, gate.StepQuietHours, gate.StepFrequency, gate.StepBrake, gate.StepHeadroom,
	gate.StepPairRate, gate.StepThroughput}

// cardOf words a decision.
func (v *visit) cardOf(d *gate.Decision, names topics) *card {
	c := &card{Shape: verdictShape(string(d.Verdict)), Answer: v.say("manager.answer." + string(d.Verdict))}
	if d.Until > 0 {
		c.Answer = v.say("manager.why.until", map[string]any{"When": v.when(d.Until)})
	}
	grave := map[gate.Verdict]bool{d.Verdict: true}
	for _, wanted := range []bool{true, false} {
		for i := range d.Reasons {
			if r := &d.Reasons[i]; grave[r.Verdict] == wanted {
				named := *r
				named.Name = names.named(keptReason{Name: r.Name}).Name
				c.Lines = append(c.Lines, cardLine{named.Text(v.lang), named.Fix(v.lang)})
			}
		}
	}
	helpOnce(c.Lines)
	for _, s := range steps {
		hit := gate.Allow
		for i := range d.Reasons {
			if r := &d.Reasons[i]; r.Step == s && (hit == gate.Allow || r.Verdict == gate.Refuse) {
				hit = r.Verdict
			}
		}
		if hit == gate.Allow {
			c.Passed++
			continue
		}
		c.Held = append(c.Held, cardCheck{verdictShape(string(hit)), v.say("manager.step." + strconv.Itoa(int(s))), v.say("manager.step." + string(hit))})
	}
	c.Foot = v.say("manager.decision.rules", map[string]any{"Rules": v.rulesWord(d.Rules), "Rev": look.Integer(v.lang, d.Rev)})
	return c
}

// helpOnce says what helps against several reasons only after the last of them.
func helpOnce(lines []cardLine) {
	for i := range lines {
		for _, later := range lines[i+1:] {
			if later.Fix == lines[i].Fix {
				lines[i].Fix = ""
			}
		}
	}
}

// readWhy asks the gate what the address asks for; without a wish it is the first topic of marketing, or the first of all.
func (d *personData) readWhy(ctx context.Context, tx *db.Tx, v *visit) error {
	w := &d.why
	var err error
	if w.numbers, err = numberNames(ctx, tx, v.tenant.ID); err != nil {
		return err
	}
	first, offers := "", false
	for _, t := range d.topics {
		if t.Retired {
			continue
		}
		value := "topic:" + t.Code
		w.what = append(w.what, option{Value: value, Label: t.Name + " (" + v.say("manager.class."+t.Class) + ")"})
		if first == "" || t.Class == "marketing" && !offers {
			first, offers = value, t.Class == "marketing"
		}
	}
	templates, err := templateNames(ctx, tx, v.tenant.ID)
	if err != nil {
		return err
	}
	for _, t := range templates {
		w.what = append(w.what, option{Value: "template:" + t.Value, Label: v.say("manager.template") + " " + v.quoted(t.Label)})
	}
	q := v.r.URL.Query()
	w.chosen, w.number = pick(w.what, q.Get("for"), first), pick(w.numbers, q.Get("number"), "")
	if w.number == "" && len(w.numbers) > 0 {
		w.number = w.numbers[0].Value
	}
	return w.ask(ctx, tx, v, d)
}

// pick takes what was asked for when it is there, else what usually is.
func pick(all []option, asked, usual string) string {
	for _, o := range all {
		if o.Value == asked {
			return asked
		}
	}
	return usual
}

func (w *why) ask(ctx context.Context, tx *db.Tx, v *visit, d *personData) error {
	to := nowAddress(d.contact)
	if to == "" || w.number == "" || w.chosen == "" {
		return nil
	}
	a := gate.Ask{Message: gate.Message{To: to, Number: w.number, Kind: "template"}}
	for _, e := range d.contact.Addresses {
		if string(e.Address) == to {
			a.Fingerprint = e.Fingerprint
		}
	}
	kind, rest, _ := strings.Cut(w.chosen, ":")
	if kind == "topic" {
		a.Topic = rest
	} else {
		at := strings.LastIndexByte(rest, ':')
		a.Template, a.Language = rest[:at], rest[at+1:]
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	facts, err := gate.Load(ctx, tx, v.tenant.ID, []gate.Ask{a}, now)
	if err != nil {
		return err
	}
	if kind == "topic" {
		facts[0].SupposeTemplate()
	}
	answer := gate.Decide(&facts[0], &a.Message)
	w.card = v.cardOf(&answer, byCode(d.topics))
	return nil
}
