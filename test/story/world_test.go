// Package story tells what happens to people, from outside: every story goes through the public ways alone — the opt-in
// page as a browser sends it, toy phones, the API with a key — on both engines.
package story

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"jawort/account"
	"jawort/app"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/emulator"
)

// world is a running Jawort with one or more businesses, each with its own emulated WhatsApp.
type world struct {
	*testing.T
	*shop // the first business
	clock *app.Clock
	key   string // its text
	keys  *account.Keyring
	db    string
	addr  string
	base  string
	app   *app.App
	seen  *record
	post  letters
	calls app.Calls // of the next start; the zero value = no telephone
}

// shop is one business.
type shop struct {
	app.Seeded
	phones  string // base of the emulator
	id      string // of its number
	secret  string
	server  *emulator.Server
	options emulator.Options
}

const verifyToken = "verify-me"

// each runs a story on both engines.
func each(t *testing.T, story func(w *world)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			story(newWorld(t, dbtest.URL(t, engine, db.Options{})))
		})
	}
}

func newWorld(t *testing.T, url string) *world {
	w := &world{T: t, db: url, clock: new(app.Clock), addr: "127.0.0.1:0", seen: &record{}, key: account.NewKey("test")}
	var err error
	if w.keys, err = account.ParseKeyring(w.key); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.shop = w.open("morgenrot", "+49 30 23125 020")
	t.Cleanup(func() {
		w.stop()
		w.seen.judge(t)
	})
	return w
}

// start begins, or begins again at the same address on the same database.
func (w *world) start() {
	w.Helper()
	l, err := net.Listen("tcp", w.addr)
	if err != nil {
		w.Fatal(err)
	}
	w.addr = l.Addr().String()
	w.base = "http://" + w.addr
	log := slog.New(slog.NewTextHandler(&w.seen.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.app, err = app.New(context.Background(), app.Config{DB: w.db, Base: w.base, Keys: w.keys, VerifyToken: verifyToken, Log: log, Now: w.clock.Now, Calls: w.calls, Mail: app.ToMailbox(w.post.put)})
	if err != nil {
		w.Fatal(err)
	}
	w.app.Start(l)
}

func (w *world) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	w.app.Stop(ctx)
}

// open founds a business with its own emulator; what is said to the number reaches /in/meta.
func (w *world) open(name, display string) *shop {
	w.Helper()
	sum := sha256.Sum256([]byte(name))
	digits := func(from byte) string { // an id of Meta's, of digits
		out := []byte(hex.EncodeToString(append([]byte{from}, sum[:7]...)))
		for i, c := range out {
			if c > '9' {
				out[i] = c - 'a' + '0'
			}
		}
		return "1" + string(out[1:])
	}
	s := &shop{secret: hex.EncodeToString(sum[:16])}
	s.options = emulator.Options{AppSecret: s.secret, VerifyToken: verifyToken, VerifiedName: name, DisplayPhoneNumber: display, WebhookURL: w.base + "/in/meta",
		PhoneNumberID: digits(1), WABAID: digits(2), PortfolioID: digits(3), Now: w.clock.Now, Log: slog.New(slog.NewTextHandler(&w.seen.logs, nil)), UserCap: -1}
	s.server = emulator.New(s.options)
	web := httptest.NewServer(s.server.Handler())
	w.Cleanup(func() {
		_ = s.server.Close()
		web.CloseClientConnections()
		web.Close()
	})
	s.phones, s.id = web.URL, s.server.Options().PhoneNumberID
	var err error
	s.Seeded, err = w.app.Seed(context.Background(), app.SeedOptions{Emulator: s.phones, PhoneNumberID: s.id, WABA: s.options.WABAID, Portfolio: s.options.PortfolioID,
		Display: onlyDigits(display), Token: s.server.Options().Token, AppSecret: s.secret, Clock: w.clock, Days: 1, Owner: name + "@kaffee.example"})
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// later lets time pass for everybody. What is due leaves first: an acknowledgement on its way would arrive after the leap, and count as said then.
func (w *world) later(d time.Duration) {
	w.Helper()
	for until := time.Now().Add(2 * time.Second); w.underWay() && time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
	}
	w.clock.Set(w.clock.Now().Add(d))
}

// underWay says whether a message is due or its bytes may be on the wire.
func (w *world) underWay() (yes bool) {
	_ = w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error { // a server that is stopped sends nothing
		return tx.Row(ctx, `select exists (select 1 from message where state = 'started' or state = 'queued' and due <= $1)`, w.clock.Now().UnixMicro()).Scan(&yes)
	})
	return yes
}

// eventually waits for what comes by itself.
func (w *world) eventually(what string, ok func() bool) {
	w.Helper()
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	w.Fatalf("%s: not within ten seconds", what)
}

var client = &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
