package gate

import (
	"strings"
	"time"

	"jawort/say"
)

// Answer is a decision as the outside reads it (DESIGN section 10, Answers).
type Answer struct {
	ID        string         `json:"id"`
	To        string         `json:"to"`
	Verdict   Verdict        `json:"verdict"`
	Effective Verdict        `json:"effective"` // differs from verdict only in the modes observe and warn
	Mode      Mode           `json:"mode"`
	Reasons   []AnswerReason `json:"reasons"`
	Until     *string        `json:"until"` // RFC 3339 UTC; null when there is no wait, or nobody knows its end
	Rules     string         `json:"rules"`
	Contact   *string        `json:"contact"` // null for somebody we do not know
	Rev       int64          `json:"rev"`
	Topic     string         `json:"topic,omitempty"`
}

// AnswerReason is one reason in the reader's language.
type AnswerReason struct {
	Code  string  `json:"code"`
	Text  string  `json:"text"`
	Fix   string  `json:"fix"`
	Until *string `json:"until,omitempty"`
}

// Answer words the decision in a language of package say.
func (d *Decision) Answer(lang string) Answer {
	a := Answer{ID: d.ID, To: d.To, Verdict: d.Verdict, Effective: d.Effective, Mode: d.Mode, Until: moment(d.Until),
		Rules: d.Rules, Rev: d.Rev, Topic: d.Topic, Reasons: make([]AnswerReason, len(d.Reasons))}
	if d.Contact != "" {
		a.Contact = &d.Contact
	}
	for i := range d.Reasons {
		r := &d.Reasons[i]
		a.Reasons[i] = AnswerReason{Code: r.Code, Text: r.Text(lang), Fix: r.Fix(lang), Until: moment(r.Until)}
	}
	return a
}

// Text says what the reason is.
func (r *Reason) Text(lang string) string { return say.Text(lang, r.TextKey(), r.args()) }

// Fix says what to do about it.
func (r *Reason) Fix(lang string) string { return say.Text(lang, r.FixKey(), r.args()) }

// TextKey is the key of the sentence in package say.
func (g *Ground) TextKey() string { return "gate." + strings.ToLower(g.Code) + ".text" }

// FixKey is the key of what to do about it.
func (g *Ground) FixKey() string { return "gate." + strings.ToLower(g.Code) + ".fix" }

func (r *Reason) args() say.Args {
	name := r.Name
	if name == "" {
		name = "–"
	}
	return say.Args{"Name": name, "Max": r.Count}
}

// moment is RFC 3339 UTC in whole seconds, rounded up so that nobody comes back too early.
func moment(micros int64) *string {
	if micros == 0 {
		return nil
	}
	s := time.UnixMicro(micros + second - 1).UTC().Format(time.RFC3339)
	return &s
}
