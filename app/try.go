package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jawort/account"
	"jawort/connect"
	"jawort/db"
	"jawort/emulator"
)

// TryListen is where the toy phones of a tried business live: the same address after every start, because numbers remember it.
const TryListen = "127.0.0.1:8090"

// samplePeople have toy phones at once. Their numbers are of ranges kept for fiction.
var samplePeople = []struct{ Phone, Name string }{{"491713920010", "Annika Voss"}, {"491713920018", "Ines Albrecht"}, {"447700900120", "David Okafor"}}

// onThisMachine says that only this machine reaches us: only then are toy phones offered.
func (a *App) onThisMachine() bool {
	u, err := url.Parse(a.c.Base)
	if err != nil || a.c.TryListen == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// tryOut is offered on this machine only.
func (a *App) tryOut() func(ctx context.Context, tenant, staff string) error {
	if !a.onThisMachine() {
		return nil
	}
	return a.TryOut
}

// TryOut starts the emulator, connects its number to the business, and gives some invented people a toy phone.
func (a *App) TryOut(ctx context.Context, tenant, staff string) error {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000_000))
	if err != nil {
		return err
	}
	digits := fmt.Sprintf("%09d", n.Int64())
	secret := make([]byte, 16)
	_, _ = rand.Read(secret) // never fails
	var name string
	if err := a.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Numbers(ctx, tx, tenant)
		if err == nil && len(all) > 0 {
			return errTried
		}
		t, err := account.TenantOf(ctx, tx, tenant)
		name = t.Name
		return err
	}); err != nil {
		if errors.Is(err, errTried) {
			return nil // pressed twice
		}
		return err
	}
	base, e, err := a.startPhones(emulator.Options{PhoneNumberID: "310" + digits, WABAID: "210" + digits, PortfolioID: "510" + digits, VerifiedName: name, AppSecret: hex.EncodeToString(secret)})
	if err != nil {
		return err
	}
	o := e.Options()
	asked := connect.Asked{Number: o.PhoneNumberID, WABA: o.WABAID, Portfolio: o.PortfolioID, Base: base, Token: e.Token(), AppSecret: o.AppSecret}
	found, err := connect.Ask(ctx, asked)
	if err != nil {
		return fmt.Errorf("connect the emulator: %w", err)
	}
	if err := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return connect.Keep(ctx, tx, a.Keys, tenant, asked, found, staff)
	}); err != nil {
		return err
	}
	connect.Subscribe(ctx, asked, found)
	return a.greet(ctx, base)
}

var errTried = errors.New("a number is there already")

// greet makes the sample people and lets the first one say hello, which also proves the webhook.
func (a *App) greet(ctx context.Context, base string) error {
	for _, p := range samplePeople {
		if err := tellEmulator(ctx, base, "/_emulator/people", map[string]string{"phone": p.Phone, "name": p.Name}); err != nil {
			return err
		}
	}
	return tellEmulator(ctx, base, "/_emulator/people/"+samplePeople[0].Phone+"/say", map[string]string{"text": "Hallo! Ist hier jemand?"})
}

// startPhones serves an emulator until the app stops.
func (a *App) startPhones(o emulator.Options) (string, *emulator.Server, error) {
	l, err := net.Listen("tcp", a.c.TryListen)
	if err != nil {
		return "", nil, fmt.Errorf("listen for the toy phones: %w", err)
	}
	o.VerifyToken, o.WebhookURL, o.Now, o.Log = a.c.VerifyToken, a.c.Base+"/in/meta", a.c.Now, a.c.Log
	e := emulator.New(o)
	web := &http.Server{Handler: e.Handler(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(a.c.Log.Handler(), slog.LevelWarn)}
	go func() { _ = web.Serve(l) }()
	a.later(func() {
		_ = web.Close()
		_ = e.Close()
	})
	base := "http://" + l.Addr().String()
	a.phones.Store(&base)
	return base, e, nil
}

// resumePhones brings the toy phones of a tried number back after a restart: what they remembered is gone, their ids and secrets are not.
func (a *App) resumePhones(ctx context.Context) error {
	if !a.onThisMachine() {
		return nil
	}
	var numbers []account.Number
	if err := a.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		numbers, err = account.Numbers(ctx, tx, "")
		return err
	}); err != nil {
		return err
	}
	for _, n := range numbers {
		if n.BaseURL != "http://"+a.c.TryListen {
			continue
		}
		token, secret, err := a.Keys.Secrets(n)
		if err != nil {
			return err
		}
		base, _, err := a.startPhones(emulator.Options{PhoneNumberID: n.ID, WABAID: n.WABA, PortfolioID: n.Portfolio, DisplayPhoneNumber: "+" + n.Display,
			VerifiedName: n.Name, Token: token, AppSecret: secret})
		if err != nil {
			return err
		}
		return a.greet(ctx, base)
	}
	return nil
}

// chatURL leads wa.me links to the toy phones while they are what the business has.
func (a *App) chatURL(link string) string {
	if a.c.ChatURL != nil {
		return a.c.ChatURL(link)
	}
	if base := a.phones.Load(); base != nil {
		return strings.Replace(link, "https://wa.me", *base+"/wa", 1)
	}
	return link
}
