// Package app is the program as a value: everything wired together, with New, Start and Stop.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/alert"
	"jawort/channel"
	"jawort/channel/list"
	"jawort/channel/sms"
	"jawort/channel/voice"
	"jawort/db"
	"jawort/dispatch"
	"jawort/graph"
	"jawort/guard"
	"jawort/hook"
	"jawort/id"
	"jawort/intake"
	"jawort/mail"
	"jawort/manager"
	"jawort/tally"
	"jawort/timer"
	"jawort/watch"
)

// Config of New.
type Config struct {
	DB          string // sqlite:FILE or postgres://…
	Base        string // public address without trailing slash
	Keys        *account.Keyring
	VerifyToken string // of Meta's handshake
	Log         *slog.Logger
	Now         func() time.Time                                              // replaces every clock, the database's too, for demo and tests; nil = the real ones
	ChatURL     func(waMe string) string                                      // demo sends wa.me, sms: and tel: links to the toy phones
	Holder      string                                                        // who we are, told to whoever finds the SQLite file held
	TryListen   string                                                        // where the first run may start toy phones; "" = none are offered
	GraphBase   string                                                        // of the Graph API for numbers that the first run connects; "" = Meta's
	PollEvery   time.Duration                                                 // how often Meta is asked about numbers; 0 = every five minutes
	Senders     int                                                           // sends at the same time; 0 = dispatch's default
	Calls       Calls                                                         // the telephone; the zero value = none of our own
	Mail        func(ctx context.Context, s mail.Server, l mail.Letter) error // replaces the way out of warning mails in tests; nil = SMTP
}

// Calls is where telephone calls come to.
type Calls struct {
	Listen    string         // host:port for SIP over UDP and TCP; "" = no telephone of our own
	Public    string         // our address as providers see it; "" = the listening one
	PortsFrom int            // UDP ports for sound, for firewalls; 0 = any
	PortsTo   int            // the last one
	Allow     []netip.Prefix // who may call besides the providers of our lines
}

// App is a running Jawort.
type App struct {
	DB       *db.DB
	Desk     *intake.Desk
	Dispatch *dispatch.Dispatcher
	Keys     *account.Keyring
	Lines    *sms.Lines
	Voice    *voice.House

	guard   *guard.Guard
	roller  tally.Roller
	hooks   *hook.Bringer
	poller  *watch.Poller
	c       Config
	gallery atomic.Pointer[Gallery] // nil = nobody asked for the list of pages
	post    *alert.Post
	phones  atomic.Pointer[string] // base of the toy phones that the first run started; nil = none
	timers  timer.Runner
	lists   timer.Runner // lists that were brought in: they take long, and hold up no other timer
	handler http.Handler
	server  *http.Server
	stop    context.CancelFunc
	running sync.WaitGroup
	ending  chan struct{} // closed by end when Stop begins: streams end then
	end     func()
	undoing sync.Mutex
	undo    []func() // clean-ups, drained in reverse
}

// New opens and migrates the database and wires everything; nothing runs before Start.
func New(ctx context.Context, c Config) (*App, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	d, err := db.Open(ctx, c.DB, db.Options{Now: c.Now, Holder: c.Holder})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	a := &App{DB: d, Keys: c.Keys, c: c, ending: make(chan struct{}), roller: tally.Roller{DB: d}}
	a.end = sync.OnceFunc(func() { close(a.ending) })
	a.later(func() { _ = d.Close() })
	if err := d.Migrate(ctx); err != nil {
		a.drain()
		return nil, fmt.Errorf("migrate: %w", err)
	}
	a.guard = guard.New(d, c.Log)
	a.guard.Index = (&guard.Index{}).Of
	a.Dispatch = dispatch.New(d, dispatch.Options{Alarmed: a.guard.Wake, Keys: c.Keys, Log: c.Log, Senders: c.Senders, Now: c.Now, Learn: a.learn,
		Texts: func(carrier string) (channel.Sender, bool) { return a.Lines.Sender(carrier) },
		Stopped: func(ctx context.Context, tenant, person, carrier string) error {
			return a.Desk.TextStopped(ctx, tenant, person, carrier)
		}})
	a.guard.Loosened = a.Dispatch.Wake
	a.later(a.Dispatch.Close)
	a.Desk = intake.New(d, intake.Options{Keys: c.Keys, Log: c.Log, Now: c.Now, Wake: a.Dispatch.Wake, VerifyToken: c.VerifyToken, Base: c.Base})
	a.later(a.Desk.Close)
	a.Lines = sms.New(sms.Deps{DB: d, Desk: a.Desk, Keys: c.Keys, Log: c.Log, Base: c.Base, Now: c.Now})
	a.post = &alert.Post{DB: d, Keys: c.Keys, Base: c.Base, Log: c.Log, Send: c.Mail}
	handlers := a.post.Handlers()
	maps.Copy(handlers, a.Desk.Handlers())
	a.poller = &watch.Poller{DB: d, Keys: c.Keys, Log: c.Log, Take: a.Desk.Polled, Own: a.own, Every: c.PollEvery}
	maps.Copy(handlers, a.poller.Handlers())
	if a.Voice, err = voice.New(voice.Deps{DB: d, Desk: a.Desk, Keys: c.Keys, Log: c.Log, Now: c.Now, Base: c.Base, Listen: c.Calls.Listen,
		Public: c.Calls.Public, PortsFrom: c.Calls.PortsFrom, PortsTo: c.Calls.PortsTo, Allow: c.Calls.Allow}); err != nil {
		a.drain()
		return nil, err
	}
	a.later(a.Voice.Close)
	a.timers = timer.Runner{DB: d, Handlers: handlers, Lease: 5 * time.Minute, Poll: time.Second, Log: c.Log}
	bringer := list.New(list.Deps{DB: d, Desk: a.Desk, Log: c.Log})
	a.lists = timer.Runner{DB: d, Handlers: bringer.Handlers(), Width: 1, Lease: 20 * time.Second, Poll: 500 * time.Millisecond, Log: c.Log}
	a.hooks = &hook.Bringer{DB: d, Keys: c.Keys, Log: c.Log, Node: id.New("node", time.Now())}
	a.handler = a.routes()
	return a, nil
}

// learn hands on whom Meta took a telephone number for.
func (a *App) learn(n account.Number, phone address.Address, at int64, x graph.Answer) error {
	c := x.Contacts[0]
	return a.Desk.Learn(context.Background(), intake.Told{Number: n, Phone: phone, WAID: c.WAID, UserID: c.UserID, WAMID: x.WAMID, At: at, Body: x.Body})
}

// carrierLine is how the line to an operator stands in this process.
func (a *App) carrierLine(carrier string) (manager.CarrierLine, bool) {
	l, ok := a.Lines.Line(carrier)
	return manager.CarrierLine{Bound: l.Bound, Since: l.Since, Reason: sms.WhyNot(l)}, ok
}

// Handler is the one listener's (DESIGN section 10, HTTP).
func (a *App) Handler() http.Handler { return a.handler }
