package gate

import (
	"jawort/account"
	"jawort/consent"
)

// Verdict is the gate's answer.
type Verdict string

// The verdicts, the worst last.
const (
	Allow  Verdict = "allow"
	Wait   Verdict = "wait"
	Refuse Verdict = "refuse"
)

func (v Verdict) rank() int {
	switch v {
	case Allow:
		return 0
	case Wait:
		return 1
	}
	return 2
}

// Reason is one ground that applies, with what its sentence needs. It never holds an address.
type Reason struct {
	*Ground
	Until int64  // of a wait: when it is over; 0 = unknown
	Name  string // the topic, template or country the sentence names; empty when it names none
	Count int64  // the limit the sentence names
}

// Decision is what the gate said. ID is given by whoever keeps it.
type Decision struct {
	ID        string
	To        string
	Verdict   Verdict       // as judged
	Effective Verdict       // what is to be done, which differs in the modes observe and warn
	Mode      Mode          // that made the difference
	Reasons   []Reason      // in the order of the line; none for a plain allow
	Until     int64         // of a wait: the latest of the waits; 0 = unknown
	Rules     string        // version of the rules that were read
	Contact   string        // empty: nobody we know
	Rev       int64         // revision of the person that was judged
	Topic     string        // what the message counts as
	Class     consent.Class // what it was judged as
	Purpose   Purpose       // what it was judged by; callers set none
}

// Sends says whether the message may go now.
func (d *Decision) Sends() bool { return d.Effective == Allow }

// Headline is the reason to name first: the first one of the verdict that holds. Nil for a plain allow.
func (d *Decision) Headline() *Reason {
	if d.Mode != account.Enforce && d.Effective != Allow { // observed, yet refused: name what is refused in every mode
		for i := range d.Reasons {
			if r := &d.Reasons[i]; r.Always && r.Verdict == d.Effective {
				return r
			}
		}
	}
	for i := range d.Reasons {
		if d.Reasons[i].Verdict == d.Verdict {
			return &d.Reasons[i]
		}
	}
	return nil
}

// Has says whether the ground is among the reasons.
func (d *Decision) Has(g *Ground) bool {
	for i := range d.Reasons {
		if d.Reasons[i].Ground == g {
			return true
		}
	}
	return false
}

func (d *Decision) add(r Reason) { d.Reasons = append(d.Reasons, r) }

// settle turns the reasons into the verdict: the worst, until the latest of the waits, softened by the mode.
func (d *Decision) settle(mode Mode) {
	d.Mode = mode
	d.Verdict, d.Effective = Allow, Allow
	always := Allow
	for i := range d.Reasons {
		r := &d.Reasons[i]
		if r.Verdict.rank() > d.Verdict.rank() {
			d.Verdict = r.Verdict
		}
		if r.Always && r.Verdict.rank() > always.rank() {
			always = r.Verdict
		}
	}
	d.Effective = d.Verdict
	if mode != account.Enforce {
		d.Effective = always
	}
	if d.Verdict == Wait {
		d.Until = d.latest()
	}
}

// latest is the end of the last wait; one whose end nobody knows has no end.
func (d *Decision) latest() int64 {
	var until int64
	for i := range d.Reasons {
		if d.Reasons[i].Until == 0 {
			return 0
		}
		until = max(until, d.Reasons[i].Until)
	}
	return until
}
