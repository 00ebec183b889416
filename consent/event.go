// Package consent is the ledger: events that are never changed, the fold that gives them meaning, and the
// standing that the gate reads.
package consent

import "fmt"

// Kind is what an event says. The list is closed; docs/states.md draws what each does.
type Kind string

// The closed list of kinds.
const (
	Requested       Kind = "requested"        // asked for at a public door, not yet proven to be the person
	Claimed         Kind = "claimed"          // somebody else says that the person agreed; allows nothing
	Declared        Kind = "declared"         // the person's own act at a source that showed the notice
	Granted         Kind = "granted"          // the person's own act, with the proof marketing needs
	Declined        Kind = "declined"         // a no to our question, or "that was not me"
	RequestExpired  Kind = "request_expired"  // nobody answered in time
	Withdrawn       Kind = "withdrawn"        // an opt-out, in whole or in part
	Objected        Kind = "objected"         // Art. 21 GDPR, to direct marketing
	Restricted      Kind = "restricted"       // Art. 18 GDPR
	Paused          Kind = "paused"           // for a time (Until), or until unpaused
	Unpaused        Kind = "unpaused"         //
	PlatformStopped Kind = "platform_stopped" // Meta's own stop, per person and business number
	PlatformResumed Kind = "platform_resumed" // lifts its own pair only, is never a consent
	Signup          Kind = "signup"           // Meta's In-App Signup: an opt-in with Meta as the witness
	Lapsed          Kind = "lapsed"           // unused for too long
	Outdated        Kind = "outdated"         // the wording changed too much
	AgeStated       Kind = "age_stated"       // Value = years
	SuspectedBlock  Kind = "suspected_block"  // sent, never delivered; a suspicion, not a fact
	BlockCleared    Kind = "block_cleared"    //
	Linked          Kind = "linked"           // an address joined on proof by the platform
	NumberChanged   Kind = "number_changed"   //
	Merged          Kind = "merged"           // Other = the contact that was taken in; Value "weak" on weak evidence
	Split           Kind = "split"            // undoes the merge Ref
	IdentityChanged Kind = "identity_changed" // another person at a known number: opt-ins freeze, opt-outs stay
	ProofEdited     Kind = "proof_edited"     // the person edited the message that was the proof
	ProofRevoked    Kind = "proof_revoked"    // the person deleted it
	ReasonGiven     Kind = "reason_given"     // why somebody opted out, told afterwards
	Disputed        Kind = "disputed"         // "not me": withdraws, and marks the address as wrong
	Voided          Kind = "voided"           // staff takes back what staff entered wrongly (Ref)
	Suppressed      Kind = "suppressed"       //
	Erased          Kind = "erased"           //
	KeyChanged      Kind = "key_changed"      // WhatsApp's identity key: perhaps another person
	StaffAction     Kind = "staff_action"     //
)

// Kinds lists them all, in the order of DESIGN section 5.
var Kinds = []Kind{Requested, Claimed, Declared, Granted, Declined, RequestExpired, Withdrawn, Objected, Restricted,
	Paused, Unpaused, PlatformStopped, PlatformResumed, Signup, Lapsed, Outdated, AgeStated, SuspectedBlock, BlockCleared,
	Linked, NumberChanged, Merged, Split, IdentityChanged, ProofEdited, ProofRevoked, ReasonGiven, Disputed, Voided,
	Suppressed, Erased, KeyChanged, StaffAction}

// Scope is how much an opt-out covers.
type Scope string

// The scopes; an opt-in has ScopeTopic always.
const (
	ScopeNone      Scope = ""
	ScopeAll       Scope = "all"
	ScopeMarketing Scope = "marketing"
	ScopeTopic     Scope = "topic"
)

// ActorKind is who did it.
type ActorKind string

// The actors.
const (
	Person  ActorKind = "person"
	Staff   ActorKind = "staff"
	Import  ActorKind = "import"
	Program ActorKind = "program"
	Meta    ActorKind = "meta"
	System  ActorKind = "system"
)

// Actor is who did it, by id; empty for the person and for Meta.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
}

// Evidence is one piece of proof: what kind, and either the words or bytes themselves or a blob's hash.
type Evidence struct {
	Kind  string `json:"kind"` // message, form, wording, ip, user_agent, page, decision, scan, age …
	Value string `json:"value,omitempty"`
	Blob  string `json:"blob,omitempty"`
}

// Event is one entry of the ledger. Times are microseconds UTC.
type Event struct {
	ID            string
	Contact       string
	Rev           int64 // gapless per contact
	Kind          Kind
	Scope         Scope
	Topics        []string
	Address       string // as used, tel:+… or wa:…
	Channel       string // chat button sms web voice missed_call paper api csv page …
	Source        string
	Number        string // business number it happened at; empty where there is none
	Notice        string
	NoticeVersion int64
	NoticeHash    string
	Language      string
	Actor         Actor
	HappenedAt    int64  // as told
	RecordedAt    int64  // the database's clock
	Witnessed     bool   // HappenedAt was told by Meta, a provider, or our own server at the moment of the act
	ChannelSeq    string // the channel's own order, comparable as text; empty where it has none
	Ref           string // the event this one speaks of
	Value         string // Kind's own value: years, "weak", the promised cap
	Until         int64  // of a pause; 0 = open
	Reason        string // in somebody's words, or a code
	Evidence      []Evidence
	Other         string // the other contact of a merge or split
	CapMonth      int64  // what the notice promised, messages a month; 0 = nothing
	SeenKey       string // what makes a repetition recognisable; empty = cannot repeat
	Position      int64  // in the tenant's log; 0 = not yet sealed
}

// NoAnswer is the Value of an opt-out that wants no answer either ("do not write to me").
const NoAnswer = "no_answer"

// allows says that the kind can make the gate open.
func (k Kind) allows() bool { return k == Granted || k == Declared || k == Signup }

// loosens says that the kind can make more messages pass; its time is then the earlier of told and recorded.
func (k Kind) loosens() bool {
	switch k {
	case Granted, Declared, Signup, Unpaused, PlatformResumed, BlockCleared, Voided, Split, Requested, Claimed:
		return true
	}
	return false
}

// EffectiveAt is the moment the fold orders by: for what allows more the earlier of told and recorded; for what
// allows less the told one if witnessed, else the recorded one (DESIGN section 5, Time).
func (e *Event) EffectiveAt() int64 {
	if e.Kind.loosens() {
		return min(e.HappenedAt, e.RecordedAt)
	}
	if e.Witnessed {
		return e.HappenedAt
	}
	return e.RecordedAt
}

// Own says that the person did it, and that somebody trustworthy saw that it was them. A declaration at a form is
// not that: anybody can type a number.
func (e *Event) Own() bool {
	return e.Witnessed && e.Kind != Declared && (e.Actor.Kind == Person || e.Kind == Signup && e.Actor.Kind == Meta)
}

// Check refuses an event that the ledger could not fold: an unknown kind, or a field its kind needs.
func (e *Event) Check() error {
	known := false
	for _, k := range Kinds {
		known = known || k == e.Kind
	}
	switch {
	case !known:
		return fmt.Errorf("event kind %q is not in the list", e.Kind)
	case e.Contact == "":
		return fmt.Errorf("%s event without a contact", e.Kind)
	case e.HappenedAt <= 0:
		return fmt.Errorf("%s event without a time", e.Kind)
	case e.Kind.needsScope() && e.Scope == ScopeNone:
		return fmt.Errorf("%s event without a scope", e.Kind)
	case e.Scope == ScopeTopic && len(e.Topics) == 0:
		return fmt.Errorf("%s event without topics", e.Kind)
	case e.Kind == Voided && (e.Ref == "" || e.Reason == ""):
		return fmt.Errorf("voided event without the event it takes back, or without a reason")
	case (e.Kind == PlatformStopped || e.Kind == PlatformResumed) && e.Number == "":
		return fmt.Errorf("%s event without a business number", e.Kind)
	case (e.Kind == Merged || e.Kind == Split) && e.Other == "":
		return fmt.Errorf("%s event without the other contact", e.Kind)
	}
	return nil
}

func (k Kind) needsScope() bool {
	switch k {
	case Requested, Claimed, Declared, Granted, Declined, Withdrawn, Objected, Paused, Unpaused, Signup, Lapsed:
		return true
	}
	return false
}

// Lessens says that the event can only make fewer messages pass: whoever is told of it must not be written to after.
func (e *Event) Lessens() bool {
	switch e.Kind {
	case Withdrawn, Objected, Disputed, Suppressed, Declined, Restricted, PlatformStopped, Paused, IdentityChanged, KeyChanged, Merged:
		return true
	}
	return false
}
