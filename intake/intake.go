// Package intake is the one way in: whatever comes on any channel takes effect here, in one transaction, and an
// opt-out is acknowledged only when the promise holds (DESIGN section 6).
package intake

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/db"
)

// Options of New.
type Options struct {
	Keys        *account.Keyring
	Log         *slog.Logger
	Now         func() time.Time // of pages and links; the ledger's clock is the database's
	VerifyToken string           // of Meta's handshake; "" = none is accepted
	Wake        func()           // told when a message was put, so that dispatch looks at once; nil = it finds it by itself
	Base        string           // public address without trailing slash, for links in SMS
}

// Desk takes in what comes. It is safe for use by many goroutines.
type Desk struct {
	db   *db.DB
	o    Options
	outs *db.Group[OptOut, stopped]
	ins  *db.Group[OptIn, OptedIn]
	hook *db.Group[arrival, arrived]
	told *db.Group[Told, struct{}]
	sms  *db.Group[texted, arrived]

	owners  *db.SharedRead[owned, []account.Number]
	peppers sync.Map // tenant → []byte
	effects effects
	silent  atomic.Int64 // up to where Suspect has looked

	strangers *rate.Limiter // bodies whose numbers are nobody's here
}

// OptIn is what a person did at a source, never the state it leads to.
type OptIn struct {
	Tenant        string
	Address       address.Address
	Topics        []string
	Source        string
	Language      string // of the notice that was shown; "" = the tenant's
	NoticeVersion int64  // printed on paper long ago; 0 = the one in force
	Channel       string // web api chat sms voice missed_call paper counter
	Actor         consent.Actor
	HappenedAt    int64 // microseconds UTC; 0 = now
	Witnessed     bool  // our own server or a provider saw it happen at HappenedAt
	Claim         bool  // staff or import says so, without evidence of the person's own act
	Evidence      []consent.Evidence
	SeenKey       string // what makes a repetition recognisable; "" = none
	NoQuestion    bool   // offer the link only, whatever the source says
	SaidTo        string // the carrier it came by; "" = the source's own number
	ChannelSeq    string // the channel's own order; "" = it has none
}

// Confirmation is what is still needed before marketing may be sent.
type Confirmation struct {
	Status  string // not_needed write_first sent waiting suppressed
	URL     string // wa.me link with the declaration and a one-time code; empty for not_needed
	Request string // what the link's code confirms; empty for not_needed
}

// OptedIn answers an OptIn.
type OptedIn struct {
	Event        consent.Event // the first of the events it led to
	Repeated     bool
	Contact      string
	Topics       map[string]consent.TopicStanding // of the topics asked for
	Confirmation Confirmation
}

// OptOut is somebody not wanting messages any more.
type OptOut struct {
	Tenant     string
	Address    address.Address // or Contact
	Contact    string
	Scope      consent.Scope
	Topics     []string // for ScopeTopic
	Via        string   // chat button sms voice page link letter phone email counter api csv meta
	Number     string   // business number it was said to; "" = none
	Reason     string
	Actor      consent.Actor
	HappenedAt int64
	Witnessed  bool
	Evidence   []consent.Evidence
	SeenKey    string
}

// OptedOut answers an OptOut, after the promise holds.
type OptedOut struct {
	Event    consent.Event
	Contact  string
	Repeated bool // the same opt-out stood there before; Event is the first one
}

// Ways are the words for Via (DESIGN section 10).
var Ways = []string{"chat", "button", "sms", "voice", "page", "link", "letter", "phone", "email", "counter", "api", "csv", "meta"}

// Hold is how long an opt-out waits for sends that were started before it (DESIGN section 6, D).
const Hold = time.Second

// stopped is an opt-out committed, with the revision older sends must settle under.
type stopped struct {
	OptedOut
	rev      int64
	inFlight bool
}

// New makes a desk; Close ends it.
func New(d *db.DB, o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	k := &Desk{db: d, o: o}
	k.outs = db.NewGroup(d, db.GroupOptions{}, k.applyOptOuts)
	k.ins = db.NewGroup(d, db.GroupOptions{}, k.applyOptIns)
	k.strangers = rate.NewLimiter(strangersASecond, strangersAtOnce)
	k.hook = db.NewGroup(d, db.GroupOptions{}, k.applyArrivals)
	k.told = db.NewGroup(d, db.GroupOptions{}, k.applyTold)
	k.sms = db.NewGroup(d, db.GroupOptions{}, k.applyTexts)
	k.owners = db.NewSharedRead(d, readOwners)
	return k
}

// Close drains what was taken.
func (k *Desk) Close() {
	k.outs.Close()
	k.ins.Close()
	k.hook.Close()
	k.told.Close()
	k.sms.Close()
}

// equal compares secrets in constant time.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// OptIn takes effect when it returns. Errors for the reader are errs.Error: unknown source or topic, source not live.
func (k *Desk) OptIn(ctx context.Context, in OptIn) (OptedIn, error) { return k.ins.Do(ctx, in) }

// OptOut returns after the commit and the promise: no send to the person starts any more, on any node.
func (k *Desk) OptOut(ctx context.Context, out OptOut) (OptedOut, error) {
	s, err := k.outs.DoFirst(ctx, out)
	if err != nil {
		return OptedOut{}, err
	}
	k.await(ctx, out.Tenant, s, time.Now().Add(Hold))
	if !s.Repeated {
		k.inForce(out.Tenant, said(&s.Event))
	}
	return s.OptedOut, nil
}

func (k *Desk) wake() {
	if k.o.Wake != nil {
		k.o.Wake()
	}
}
