// Package dispatch is the one way out: claim, ask the gate again, pace, send, settle (DESIGN section 6).
package dispatch

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/channel"
	"jawort/db"
	"jawort/gate"
	"jawort/graph"
	"jawort/outbox"
)

// Options of New.
type Options struct {
	Keys    *account.Keyring
	Log     *slog.Logger
	Node    string           // this process's name; "" = made up
	Senders int              // sends at the same time; 0 = 64
	Now     func() time.Time // wall clock, compared with the database's; nil = time.Now

	// Learn is told whom Meta took an address for, in the answer to a message started at that time; nil = nobody wants to know.
	Learn func(n account.Number, phone address.Address, at int64, a graph.Answer) error

	// Alarmed is told that Meta refused in a way that moves a brake; it must not wait. nil = nobody wants to know.
	Alarmed func()

	// Texts is who hands an SMS to a carrier; nil, or false, = nobody can at the moment, and it waits.
	Texts func(carrier string) (channel.Sender, bool)
	// Stopped is told that a carrier knows a stop of somebody; nil = nobody wants to know.
	Stopped func(ctx context.Context, tenant, contact, carrier string) error
}

// Submission is a message somebody wants sent.
type Submission struct {
	Tenant   string
	Number   string          // Meta's phone_number_id
	To       address.Address // or Contact
	Contact  string          // writes to the person's latest address; used by people who answer people
	Kind     string          // Graph's type: template text interactive image …
	Content  json.RawMessage // Graph's object under that key
	Template string          // name, for templates
	Language string          // of the template
	Category string          // Direct Send's, empty when it is none
	Context  string          // wamid it answers; empty = none
	Topic    string
	Purpose  gate.Purpose // Jawort's own flows only
	Program  string
	Priority int64  // outbox.First, Normal, Bulk
	Due      int64  // not before; 0 = now
	ID       string // given by a caller that must recognise a repetition; "" = made

	pass *Passage // a program's message on its way through, whose bytes are not ours
}

// Submitted answers a Submission. A refused one was not put; its decision is kept all the same.
type Submitted struct {
	ID       string       // empty when refused
	State    outbox.State // queued also when it is on its way already
	Decision gate.Decision
	Repeated bool

	queue bool // it waits for a worker

	started *outbox.Message // of a passage: it is started, and whoever asked sends it
	batch   *batch          // that it belongs to
	again   bool            // of a passage: not judged, because it could not be started at this moment
}

// Fence is how long after its start a send may put its first byte on the wire. It is shorter than intake.Hold, so
// that an opt-out that waited Hold is later than any first byte.
const Fence = 700 * time.Millisecond

// Dispatcher submits and sends. It is safe for use by many goroutines.
type Dispatcher struct {
	db      *db.DB
	o       Options
	submits *db.Group[Submission, Submitted]
	settles *db.Group[settlement, struct{}]
	bell    bell
	slots   chan struct{} // one for each send on the wire
	sends   sync.WaitGroup
	passing sync.Map     // passKey → *graph.Client
	pending atomic.Int64 // started, and no sender free yet

	ending  sync.Mutex
	running bool // Run is at work: what is started here is sent
	lat     latency
	lines   sync.Map // number → *line
	heard   heard
	peppers sync.Map // tenant → []byte

	clockOff atomic.Bool // this node's clock is too far from the database's
}
