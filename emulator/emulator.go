// Package emulator is a stand-in for Meta's WhatsApp Cloud API: numbers, templates, webhooks, and toy phones that
// answer, stop, block and change their number, for anyone who develops against the real one.
//
// It is built from Meta's documentation by itself, knows nothing of Jawort, and refuses what Meta refuses.
// All controls are in docs/emulator.md.
package emulator

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what the emulated account looks like. Every field may be empty; ids and names are then fictitious.
type Options struct {
	AppID              string
	AppSecret          string // signs the webhooks
	VerifyToken        string // sent in the handshake
	Token              string // the access token that is accepted; empty: one is made up, see Server.Token
	PhoneNumberID      string
	DisplayPhoneNumber string // "+49 30 23125 020"
	WABAID             string
	PortfolioID        string
	VerifiedName       string
	Numbers            []Number // further numbers, in this or other WABAs of the same portfolio

	WebhookURL    string // the app's callback; may be set later
	SMSWebhookURL string // where texts that a toy phone sends as SMS are posted; empty: they are only kept
	SMSNumber     string // what toy phones text to unless told otherwise; empty: the first business number
	SMSWord       string // that the SMS app of a toy phone offers; empty: none
	SMSLogin      string // who may bind by SMPP (ServeSMPP)
	SMSPassword   string

	Limit      string // messaging limit of the portfolio, "TIER_10K" if empty
	Throughput int    // messages a second and number; 0: Meta's 80, negative: no limit
	UserCap    int    // marketing templates a person gets in 24 h from all businesses; 0: two, negative: no limit

	Sent, Delivered, Read time.Duration // delays of the statuses after acceptance; Read < 0: no read receipts
	ApproveAfter          time.Duration // how long a new template stays pending
	RetryBase             time.Duration // second retry of a webhook; doubles from there, the first is at once
	Batch                 int           // how many updates one webhook may carry when they queue up; 0: one

	Statuses     string // "off": no status webhooks
	Sink         bool   // for benches: arrival log only; no statuses, chats, pair rate, throughput or portfolio limit
	KeepMessages int    // how many accepted messages the arrival log keeps, 100,000 if 0
	KeepRequests int    // how many requests the request log keeps, 2,000 if 0
	KeepPeople   int    // how many people are remembered, 500,000 if 0

	Now  func() time.Time // wall clock; POST /_emulator/clock moves what is made of it
	Rand mathrand.Source
	Log  *slog.Logger
}

// Server is one emulated app with one portfolio.
type Server struct {
	o        Options
	log      *slog.Logger
	clock    *clock
	ids      *ids
	knobs    *knobs
	estate   *estate
	people   *people
	arrivals *arrivals
	requests *requestLog
	faults   *faults
	media    *mediaShelf
	tokens   *tokens
	post     *post
	later    *schedule
	feed     *feed
	limit    *headroom
	throng   throng
	letters  letterbox
	bad      atomic.Pointer[badDay]
	handler  http.Handler
	guide    atomic.Pointer[guide]
	smsc     atomic.Pointer[smsc]
	ways     atomic.Pointer[func() Ways]
	toys     toySIP
	closing  sync.Once
}

// New builds a server; Handler serves it, Close stops its deliverers.
func New(o Options) *Server {
	o = o.withDefaults()
	s := &Server{o: o, log: o.Log, clock: &clock{base: o.Now}, ids: newIDs(o.Rand), knobs: newKnobs(o),
		requests: newRequestLog(o.KeepRequests), arrivals: newArrivals(o.KeepMessages), faults: newFaults(o.Rand),
		media: newMediaShelf(), later: newSchedule(), feed: newFeed(), limit: newHeadroom()}
	s.people = newPeople(o.KeepPeople, s.ids)
	s.tokens = newTokens(o.Token)
	s.estate = newEstate(o)
	s.post = newPost(s)
	s.estate.addNumber(Number{ID: o.PhoneNumberID, DisplayPhoneNumber: o.DisplayPhoneNumber, WABAID: o.WABAID,
		VerifiedName: o.VerifiedName}, s.clock.Now())
	for _, n := range o.Numbers {
		s.estate.addNumber(n, s.clock.Now())
	}
	s.helloWorld()
	s.handler = s.routes()
	return s
}

// Handler answers Graph paths with or without a version, /_emulator/…, and the toy phones at /.
func (s *Server) Handler() http.Handler { return s.handler }

// Options are those in force: what was left empty is filled in.
func (s *Server) Options() Options { return s.o }

// Token is the access token that is accepted.
func (s *Server) Token() string { return s.o.Token }

// SetWebhook sets the app's callback. The handshake is made when a WABA is subscribed (POST /{WABA}/subscribed_apps).
func (s *Server) SetWebhook(url string) { s.estate.setCallback(url) }

// SetSMSWebhook sets where SMS texts of toy phones are posted.
func (s *Server) SetSMSWebhook(url string) { s.estate.setSMSCallback(url) }

// AddNumber registers one more number, and its WABA if that is new.
func (s *Server) AddNumber(n Number) { s.estate.addNumber(n, s.clock.Now()) }

// MonotonicUS is the clock of the arrival log: microseconds since this process started.
func (s *Server) MonotonicUS() int64 { return monotonicUS() }

// Close stops deliverers and live pages; it does not wait for webhooks that are still to be repeated.
func (s *Server) Close() error {
	s.closing.Do(func() {
		s.later.stop()
		s.post.stop()
		s.feed.stop()
		s.toys.close()
		if c := s.smsc.Load(); c != nil {
			c.close()
		}
	})
	return nil
}

func (o Options) withDefaults() Options {
	text := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	text(&o.AppID, "610000000000001")
	text(&o.AppSecret, "emulator-app-secret")
	text(&o.VerifyToken, "emulator-verify-token")
	text(&o.PhoneNumberID, "310000000000001")
	text(&o.DisplayPhoneNumber, "+44 20 7946 0101")
	text(&o.WABAID, "210000000000001")
	text(&o.PortfolioID, "510000000000001")
	text(&o.VerifiedName, "Harbour Books")
	text(&o.Limit, "TIER_10K")
	text(&o.SMSLogin, "toyphones")
	text(&o.SMSPassword, "toyphone")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = seededRand()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Token == "" {
		o.Token = "EAAemulator" + newIDs(o.Rand).letters(24)
	}
	return o.withMeasures()
}

func (o Options) withMeasures() Options {
	number := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	number(&o.KeepMessages, 100_000)
	number(&o.KeepRequests, 2_000)
	number(&o.KeepPeople, 500_000)
	number(&o.Throughput, 80)
	number(&o.UserCap, 2)
	number(&o.Batch, 1)
	wait := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	wait(&o.Sent, 20*time.Millisecond)
	wait(&o.Delivered, 80*time.Millisecond)
	wait(&o.Read, 400*time.Millisecond)
	wait(&o.ApproveAfter, 150*time.Millisecond)
	wait(&o.RetryBase, 200*time.Millisecond)
	if o.Sink {
		o.Statuses, o.Limit, o.Throughput = "off", "TIER_UNLIMITED", -1
	}
	return o
}

func seededRand() mathrand.Source {
	var seed [16]byte
	rand.Read(seed[:])
	return mathrand.NewPCG(binary.LittleEndian.Uint64(seed[:8]), binary.LittleEndian.Uint64(seed[8:]))
}
