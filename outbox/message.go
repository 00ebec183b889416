// Package outbox is every message from the asking to the last receipt.
package outbox

import (
	"encoding/json"
	"fmt"

	"jawort/address"
	"jawort/gate"
)

// State is where a message is on its way; docs/states.md draws the machine.
type State string

// The states.
const (
	Queued    State = "queued"
	Waiting   State = "waiting" // the gate said: not before Due
	Started   State = "started" // marked and durable; its bytes may be on the wire
	Accepted  State = "accepted"
	Sent      State = "sent"
	Delivered State = "delivered"
	Read      State = "read"
	Failed    State = "failed"
	Refused   State = "refused" // by our gate
	Unknown   State = "unknown" // may have been sent; never repeated by itself
)

// States lists them all.
var States = []State{Queued, Waiting, Started, Accepted, Sent, Delivered, Read, Failed, Refused, Unknown}

// next is the machine: which states may follow.
var next = map[State][]State{
	Queued:    {Started, Waiting, Refused, Failed},
	Waiting:   {Started, Queued, Refused, Failed},
	Started:   {Accepted, Queued, Failed, Unknown, Sent, Delivered, Read},
	Accepted:  {Sent, Delivered, Read, Failed},
	Sent:      {Delivered, Read, Failed},
	Delivered: {Read, Failed},
	Unknown:   {Accepted, Sent, Delivered, Read, Failed},
}

// May says whether a message in state s may go to state to.
func (s State) May(to State) bool {
	for _, n := range next[s] {
		if n == to {
			return true
		}
	}
	return false
}

// Open says that the message may still be sent by us.
func (s State) Open() bool { return s == Queued || s == Waiting || s == Started }

// Message is one message. Times are microseconds UTC, 0 when it has not happened.
type Message struct {
	ID, Number, Contact                                           string
	Address                                                       address.Address // what it is sent to
	Topic                                                         string
	Purpose                                                       gate.Purpose
	Program                                                       string // empty for Jawort's own
	Kind                                                          string // Graph's type
	Template, Language                                            string
	Category                                                      string // Direct Send's
	Body                                                          []byte // the bytes that are sent
	State                                                         State
	Priority                                                      int64 // 0 first
	Due, ExpiresAt                                                int64
	Attempts                                                      int64
	Node                                                          string
	GuardRev                                                      int64
	StartedAt                                                     int64
	Decision                                                      string
	WAMID                                                         string
	ErrorCode                                                     int64
	Error                                                         string
	CreatedAt, AcceptedAt, SentAt, DeliveredAt, ReadAt, SettledAt int64
}

// SMS is the Kind of what goes to a carrier instead of a WhatsApp number; Number is the carrier's id then.
const SMS = "sms"

// TextAnswer is a purpose beside gate's: the one SMS to whoever has just texted us.
const TextAnswer gate.Purpose = "text_answer"

// Priorities: what answers a person goes before what addresses many.
const (
	First  = 0 // acknowledgements and answers
	Normal = 5
	Bulk   = 9
)

// Life is how long a message may wait before it is given up, microseconds.
const Life = 72 * 3600 * 1_000_000

// Body builds Graph's request: content is the object under the key of its type (facts/meta.md 5.1). Our id goes along
// so that a receipt finds its message even when the answer was lost.
func Body(id string, to address.Address, kind, category string, content json.RawMessage, context string) ([]byte, error) {
	m := map[string]any{"messaging_product": "whatsapp", "recipient_type": "individual", "type": kind, kind: content,
		"biz_opaque_callback_data": id}
	if to.IsUserID() {
		m["recipient"] = to.UserID()
	} else {
		m["to"] = "+" + to.Digits()
	}
	if category != "" {
		m["category"] = category
	}
	if context != "" {
		m["context"] = map[string]string{"message_id": context}
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("build message %s: %w", id, err)
	}
	return b, nil
}
