package gate

import (
	"jawort/consent"
	"jawort/quality"
)

// Facts is everything the gate knows about one person, one number and one message at one moment. Times are
// microseconds UTC, 0 when there is none. It holds no address: a decision is kept with the facts that made it.
// The zero value is refused.
type Facts struct {
	Now      int64 `json:"now"`
	Readable bool  `json:"readable"`          // the ledger was read; everything below is meaningless without it
	Held     bool  `json:"held,omitzero"`     // after a restore, until a named person releases the tenant
	ClockOff bool  `json:"clockOff,omitzero"` // this node's clock is too far from the database's

	NumberKnown bool `json:"numberKnown,omitzero"` // the sending number is the tenant's

	Contact string `json:"contact,omitzero"` // empty: nobody we know
	Rev     int64  `json:"rev,omitzero"`
	Country string `json:"country,omitzero"` // of the address; empty when it has none
	Mode    Mode   `json:"mode,omitzero"`    // stricter of number and program; empty counts as enforce

	Identity            Identity    `json:"identity,omitzero"`
	SuppressedAll       Suppression `json:"suppressedAll,omitzero"`
	SuppressedMarketing Suppression `json:"suppressedMarketing,omitzero"`
	Template            Template    `json:"template,omitzero"`
	Topic               Topic       `json:"topic,omitzero"`
	Standing            Standing    `json:"standing,omitzero"`
	Person              Person      `json:"person,omitzero"`
	Window              Window      `json:"window,omitzero"`
	Answers             Answers     `json:"answers,omitzero"`
	Rules               Rules       `json:"rules,omitzero"`
	Quiet               int64       `json:"quietUntil,omitzero"` // marketing is quiet until then; 0 = not quiet now
	Caps                Caps        `json:"caps,omitzero"`
	Asked               Asked       `json:"asked,omitzero"`
	Ack                 Ack         `json:"ack,omitzero"`
	Brake               Brake       `json:"brake,omitzero"`
	TemplateBrake       Brake       `json:"templateBrake,omitzero"` // no state: nothing ever moved it
	Headroom            Headroom    `json:"headroom,omitzero"`
	PairOwed            int64       `json:"pairOwed,omitzero"`   // pair_pace.owed_until
	Throughput          int64       `json:"throughput,omitzero"` // when the number has its next token; 0 = now
}

// Identity is what is wrong with the address or with who stands behind it.
type Identity struct {
	Unusable  bool  `json:"unusable,omitzero"`  // no address WhatsApp could reach
	Ambiguous bool  `json:"ambiguous,omitzero"` // more than one person
	Foreign   bool  `json:"foreign,omitzero"`   // a user id of another portfolio than the number's
	UserID    bool  `json:"userId,omitzero"`    // a user id, no telephone number
	Moved     bool  `json:"moved,omitzero"`     // another person than the one the message was put for
	Erased    bool  `json:"erased,omitzero"`
	FrozenAt  int64 `json:"frozenAt,omitzero"` // identity in doubt since then
}

// Suppression says whether the suppression list holds an address of the person, and since when.
type Suppression struct {
	On bool  `json:"on,omitzero"`
	At int64 `json:"at,omitzero"`
}

// Template is Meta's current word about the template, never the caller's.
type Template struct {
	Known    bool   `json:"known,omitzero"`
	Status   string `json:"status,omitzero"`
	Category string `json:"category,omitzero"`
}

// Topic is what the message counts as, found in the order of DESIGN section 6.
type Topic struct {
	Code  string        `json:"code,omitzero"`
	Known bool          `json:"known,omitzero"` // exists and is not retired
	Class consent.Class `json:"class,omitzero"`
}

// Standing is the person's folded state for the topic.
type Standing struct {
	State     consent.State `json:"state,omitzero"`
	Since     int64         `json:"since,omitzero"`
	OwnSince  int64         `json:"ownSince,omitzero"`  // the person's own witnessed act: only that outlives a suppression or a doubt
	ExpiresAt int64         `json:"expiresAt,omitzero"` // a grant lapses, a pause ends
	LastUsed  int64         `json:"lastUsed,omitzero"`  // last message sent under this consent
	Proof     string        `json:"proof,omitzero"`
}

// Person is what holds for the whole person.
type Person struct {
	StopAll        bool  `json:"stopAll,omitzero"`
	StopMarketing  bool  `json:"stopMarketing,omitzero"`
	PlatformStop   bool  `json:"platformStop,omitzero"` // Meta's own stop, on any of our numbers
	Restricted     bool  `json:"restricted,omitzero"`   // Art. 18 GDPR
	SuspectedBlock bool  `json:"suspectedBlock,omitzero"`
	WrongAddress   bool  `json:"wrongAddress,omitzero"` // somebody there said "that was not me"
	StoppedAt      int64 `json:"stoppedAt,omitzero"`    // last opt-out of any scope, also when lifted since
	DeclinedAt     int64 `json:"declinedAt,omitzero"`
	AgeKnown       bool  `json:"ageKnown,omitzero"`
	Age            int   `json:"age,omitzero"`
}

// Window is the customer service window of person and number.
type Window struct {
	OpenedAt int64 `json:"openedAt,omitzero"` // the person's last message or call
	Until    int64 `json:"until,omitzero"`
	HumanAt  int64 `json:"humanAt,omitzero"` // last message that is not itself a stop
}

// Answers is what people type to a person who wrote.
type Answers struct {
	Typed bool  `json:"typed,omitzero"` // people type in the program that sends: an owner or admin said so
	Sent  int64 `json:"sent,omitzero"`  // since the person's last message
}

// Rules is what law and Meta ask for in the person's country.
type Rules struct {
	Version      string `json:"version,omitzero"`
	NoMarketing  bool   `json:"noMarketing,omitzero"`  // Meta delivers no marketing templates there (United States)
	Barred       bool   `json:"barred,omitzero"`       // nothing may be sent there
	NoQuestion   bool   `json:"noQuestion,omitzero"`   // no confirming question; the person must write first
	MinAge       int    `json:"minAge,omitzero"`       // for marketing
	AskAge       bool   `json:"askAge,omitzero"`       // marketing needs a stated age
	LapseAfter   int64  `json:"lapseAfter,omitzero"`   // unused marketing consent, microseconds; 0 = never
	QuietAfterNo int64  `json:"quietAfterNo,omitzero"` // no question after a no for so long; 0 = for ever
}

// Caps are the limits on how often a person hears from us.
type Caps struct {
	Promised Cap `json:"promised,omitzero"` // what the notice of the consent promised a month
	Day      Cap `json:"day,omitzero"`      // the number's, marketing only
	Month    Cap `json:"month,omitzero"`    // the number's, marketing only

	Meta int64 `json:"meta,omitzero"` // Meta has had enough marketing for this person until then (131049)
}

// Cap is one limit; Max 0 is no limit.
type Cap struct {
	Sent   int64 `json:"sent,omitzero"`
	Max    int64 `json:"max,omitzero"`
	FreeAt int64 `json:"freeAt,omitzero"` // when the next one may go
}

// Asked is what the address was asked before, by any source.
type Asked struct {
	LastAt  int64 `json:"lastAt,omitzero"`
	In90    int64 `json:"in90,omitzero"`    // questions in the last 90 days
	DoorsAt int64 `json:"doorsAt,omitzero"` // public doors have used their share of the daily limit until then
}

// Ack is what matters for the confirmation of an opt-out, or of an agreement.
type Ack struct {
	LastAt     int64 `json:"lastAt,omitzero"`     // our last confirmation of the kind
	Unwanted   bool  `json:"unwanted,omitzero"`   // the person said "do not write to me"
	ByPlatform bool  `json:"byPlatform,omitzero"` // the last opt-out was Meta's own button
}

// Brake is what the quality guard does to the number, or to the template.
type Brake struct {
	State   quality.Brake `json:"state,omitzero"`
	Until   int64         `json:"until,omitzero"`   // 0 = nobody knows
	SlowAt  int64         `json:"slowAt,omitzero"`  // while slow: when marketing may go next
	Answers bool          `json:"answers,omitzero"` // while stopped: what answers somebody in an open window still goes
}

// Headroom is the portfolio's room for people outside a window.
type Headroom struct {
	Held          bool  `json:"held,omitzero"` // the person has a slot already
	Free          int64 `json:"free,omitzero"`
	FreeMarketing int64 `json:"freeMarketing,omitzero"` // less what is reserved for utility
	NextAt        int64 `json:"nextAt,omitzero"`        // when the next slot falls free; 0 = unknown
}

// SupposeTemplate stands in for the template of a question that names only a topic: an approved one of the topic's
// class. Asked is whether the person may hear of the topic; free text would be refused to everybody who has not just
// written.
func (f *Facts) SupposeTemplate() {
	class := f.Topic.Class
	if class == "" {
		class = consent.Utility
	}
	f.Template = Template{Known: true, Status: "APPROVED", Category: string(class)}
}
