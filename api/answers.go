package api

import (
	"time"

	"jawort/consent"
	"jawort/gate"
)

// Decision is what the gate said about one message to one address.
type Decision struct {
	ID        string   `json:"id" doc:"Empty for a mere check, which is not kept"`
	To        string   `json:"to"`
	Verdict   string   `json:"verdict" enum:"allow,refuse,wait"`
	Effective string   `json:"effective" enum:"allow,refuse,wait" doc:"Differs from verdict only in the modes observe and warn"`
	Mode      string   `json:"mode"`
	Reasons   []Reason `json:"reasons"`
	Until     *string  `json:"until" format:"date-time" doc:"When a wait is over; null when there is none or nobody knows"`
	Rules     string   `json:"rules"`
	Contact   *string  `json:"contact" doc:"null for somebody we do not know"`
	Rev       int64    `json:"rev"`
	Topic     string   `json:"topic,omitempty"`
}

// Reason is one ground of a decision.
type Reason struct {
	Code  string  `json:"code"`
	Text  string  `json:"text"`
	Fix   string  `json:"fix"`
	Until *string `json:"until,omitempty" format:"date-time"`
}

func decision(d *gate.Decision, lang string) Decision {
	a := d.Answer(lang)
	out := Decision{ID: a.ID, To: a.To, Verdict: string(a.Verdict), Effective: string(a.Effective), Mode: string(a.Mode), Until: a.Until,
		Rules: a.Rules, Contact: a.Contact, Rev: a.Rev, Topic: a.Topic, Reasons: make([]Reason, len(a.Reasons))}
	for i, r := range a.Reasons {
		out.Reasons[i] = Reason(r)
	}
	return out
}

// Event is one entry of the consent ledger.
type Event struct {
	ID            string     `json:"id"`
	Rev           int64      `json:"rev"`
	Kind          string     `json:"kind"`
	Scope         string     `json:"scope"`
	Topics        []string   `json:"topics"`
	Address       string     `json:"address,omitempty"`
	Channel       string     `json:"channel"`
	Source        string     `json:"source"`
	Number        string     `json:"number,omitempty"`
	Notice        string     `json:"notice"`
	NoticeVersion int64      `json:"notice_version,omitempty"`
	NoticeHash    string     `json:"notice_hash,omitempty" doc:"sha256 of the exact words"`
	Language      string     `json:"language,omitempty"`
	Actor         Actor      `json:"actor"`
	HappenedAt    *time.Time `json:"happened_at"`
	RecordedAt    *time.Time `json:"recorded_at"`
	Witnessed     bool       `json:"witnessed"`
	Until         *time.Time `json:"until,omitempty"`
	Reason        string     `json:"reason,omitempty"`
	Ref           string     `json:"ref,omitempty" doc:"The event this one speaks of"`
	Evidence      []Evidence `json:"evidence"`
}

// Actor is who did it.
type Actor struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
}

// Evidence is one piece of proof.
type Evidence struct {
	Kind  string `json:"kind"`
	Value string `json:"value,omitempty"`
	Blob  string `json:"blob,omitempty"`
}

func event(e *consent.Event) Event {
	out := Event{ID: e.ID, Rev: e.Rev, Kind: string(e.Kind), Scope: string(e.Scope), Topics: filled(e.Topics), Address: e.Address,
		Channel: e.Channel, Source: e.Source, Number: e.Number, Notice: e.Notice, NoticeVersion: e.NoticeVersion, NoticeHash: e.NoticeHash,
		Language: e.Language, Actor: Actor{string(e.Actor.Kind), e.Actor.ID}, HappenedAt: moment(e.HappenedAt), RecordedAt: moment(e.RecordedAt),
		Witnessed: e.Witnessed, Until: moment(e.Until), Reason: e.Reason, Ref: e.Ref, Evidence: make([]Evidence, len(e.Evidence))}
	for i, x := range e.Evidence {
		out.Evidence[i] = Evidence(x)
	}
	return out
}

// moment is a time of the ledger as the outside reads it; nil when it has not happened.
func moment(micros int64) *time.Time {
	if micros == 0 {
		return nil
	}
	t := time.UnixMicro(micros).UTC()
	return &t
}

// filled is never null in JSON.
func filled(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
