// Package channel is the contract between a way on which people write to us and the flows behind it: what comes in, what goes out,
// and the closed list of ways in which sending can fail.
package channel

import (
	"context"
	"errors"
	"time"
)

// Inbound is a text that somebody sent us.
type Inbound struct {
	Carrier    string    // by which account it came
	ID         string    // the provider's own; "" = it has none, and a repetition is known by its words
	From, To   string    // as the provider wrote them
	Text       string    // "" also where Unreadable
	Unreadable bool      // binary, or coded in a way nobody knows
	At         time.Time // when the provider had it; zero = now
	Session    time.Time // since when the line has been up; what is brought again is older. Zero where ID says it
	Raw        []byte    // as it came, for the proof
}

// Receive takes a text in. When it returns nil the text has taken effect, and a stop in it holds; an error makes the provider bring
// it again.
type Receive func(context.Context, Inbound) error

// Outbound is a text to somebody.
type Outbound struct {
	ID       string // ours
	From, To string // To is +digits
	Text     string
	Validity time.Duration // how long it is worth delivering; 0 = as the provider does it
}

// Receipt tells what became of a text of ours.
type Receipt struct {
	Carrier, ID string // ID as Send answered it
	State       State
	Code        string // the provider's own, "" = none
}

// State is what a receipt says.
type State string

// The closed list.
const (
	Sent      State = "sent"
	Delivered State = "delivered"
	Failed    State = "failed"
)

// Sender hands a text to a provider. fence is asked right before the first byte leaves; when it says no, nothing may leave. id is the
// provider's. Every error is an *Error.
type Sender interface {
	Send(ctx context.Context, m Outbound, fence func() bool) (id string, err error)
}

// Reason is why a text was not sent, or not known to be.
type Reason string

// The closed list. What a provider says is read as one of these and nothing else.
const (
	Late       Reason = "late"        // the fence was closed
	NoLine     Reason = "no_line"     // the provider could not be reached, nothing left
	Busy       Reason = "busy"        // the provider asks to wait
	NoLogin    Reason = "no_login"    // the account is not accepted
	BadAddress Reason = "bad_address" // nobody can be reached there
	Stopped    Reason = "stopped"     // the provider knows a stop of this person
	Refused    Reason = "refused"     // the provider does not take it: credit, content, country
	Unknown    Reason = "unknown"     // it may have been sent
)

// Reasons lists them all.
var Reasons = []Reason{Late, NoLine, Busy, NoLogin, BadAddress, Stopped, Refused, Unknown}

// Again says that nothing was sent and the same may be tried later.
func (r Reason) Again() bool { return r == Late || r == NoLine || r == Busy || r == NoLogin }

// Error is how a Send failed. It carries nobody's address and no text.
type Error struct {
	Reason Reason
	Code   string // the provider's own, "" = none
	Cause  error
}

func (e *Error) Error() string {
	s := "not sent: " + string(e.Reason)
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// ReasonOf reads an error of Send; what breaks the contract may have been sent.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return Unknown
}
