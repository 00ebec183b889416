// Package sms is how SMS come and go: lines kept to operators by SMPP, and the doors and calls of providers that speak HTTP.
package sms

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"jawort/account"
	"jawort/carrier"
	"jawort/channel"
	"jawort/db"
	"jawort/dispatch"
	"jawort/intake"
	"jawort/smpp"
)

// Deps of New.
type Deps struct {
	DB   *db.DB
	Desk *intake.Desk
	Keys *account.Keyring
	Log  *slog.Logger
	Base string           // public address without trailing slash: providers sign the whole address
	Now  func() time.Time // nil = time.Now; for the age of signatures
	HTTP *http.Client     // nil = its own
}

// Lines keeps every carrier that is in use.
type Lines struct {
	d    Deps
	mu   sync.Mutex
	kept map[string]*kept
}

// kept is one carrier as it runs.
type kept struct {
	carrier carrier.Carrier
	sender  channel.Sender
	binds   []*smpp.Client
	stop    context.CancelFunc
	ended   sync.WaitGroup
}

// New makes the lines; Run keeps them.
func New(d Deps) *Lines {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.HTTP == nil {
		d.HTTP = &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &Lines{d: d, kept: map[string]*kept{}}
}

// look is how often the carriers are read: what staff change takes effect within it, on every node.
const look = time.Second

// Run keeps the lines as the table says, until ctx ends.
func (l *Lines) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := l.follow(ctx); err != nil && ctx.Err() == nil {
			l.d.Log.Error("read carriers", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(look):
		}
	}
	l.mu.Lock()
	all := l.kept
	l.kept = map[string]*kept{}
	l.mu.Unlock()
	for _, k := range all {
		k.stop()
	}
	for _, k := range all {
		k.ended.Wait()
	}
}

func (l *Lines) follow(ctx context.Context) error {
	var list []carrier.Carrier
	if err := l.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = carrier.List(ctx, tx, "")
		return err
	}); err != nil {
		return err
	}
	there := map[string]bool{}
	for _, c := range list {
		there[c.ID] = c.OffAt == 0
		l.mu.Lock()
		old := l.kept[c.ID]
		l.mu.Unlock()
		if c.OffAt != 0 || old != nil && same(old.carrier, c) {
			continue
		}
		if old != nil {
			l.end(c.ID)
		}
		if err := l.begin(ctx, c); err != nil {
			l.d.Log.Error("begin carrier", "carrier", c.ID, "error", err)
		}
	}
	l.mu.Lock()
	var gone []string
	for id := range l.kept {
		if !there[id] {
			gone = append(gone, id)
		}
	}
	l.mu.Unlock()
	for _, id := range gone {
		l.end(id)
	}
	return nil
}

func same(a, b carrier.Carrier) bool {
	return a.Settings == b.Settings && a.Number == b.Number && bytes.Equal(a.Secret, b.Secret)
}

func (l *Lines) end(id string) {
	l.mu.Lock()
	k := l.kept[id]
	delete(l.kept, id)
	l.mu.Unlock()
	if k != nil {
		k.stop()
		k.ended.Wait()
	}
}

func (l *Lines) begin(ctx context.Context, c carrier.Carrier) error {
	secret, err := carrier.Secret(l.d.Keys, c)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	k := &kept{carrier: c, stop: stop}
	switch c.Kind {
	case carrier.SMPP:
		for range max(1, c.Settings.Binds) {
			b := smpp.New(l.options(c, secret))
			k.binds = append(k.binds, b)
			k.ended.Go(func() { b.Run(ctx) })
		}
		k.sender = &binds{list: k.binds}
	case carrier.Twilio:
		k.sender = &twilio{post{l.d.HTTP}, c, secret, l.d.Base}
	case carrier.Esendex:
		k.sender = &esendex{post{l.d.HTTP}, c, secret}
	case carrier.Webhook:
		k.sender = &webhook{post{l.d.HTTP}, c, secret, l.d.Now}
	default:
		stop()
		return fmt.Errorf("carrier of kind %q", c.Kind)
	}
	l.mu.Lock()
	l.kept[c.ID] = k
	l.mu.Unlock()
	return nil
}

// options of a line to an operator.
func (l *Lines) options(c carrier.Carrier, secret string) smpp.Options {
	o := smpp.Options{Addr: c.Settings.Addr, Binding: smpp.Binding{SystemID: c.Settings.Login, Password: secret}, Window: c.Settings.Window,
		PerSecond: c.Settings.PerSecond, Log: l.d.Log}
	if c.Settings.TLS {
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	o.Text = func(ctx context.Context, t smpp.Text) error {
		return l.d.Desk.Text(ctx, c, channel.Inbound{Carrier: c.ID, From: t.From, To: t.To, Text: t.Text, Unreadable: !t.Readable, Session: t.Session})
	}
	o.Receipt = func(ctx context.Context, r smpp.Receipt) error {
		state := map[smpp.State]channel.State{smpp.Delivered: channel.Delivered, smpp.Underway: channel.Sent, smpp.Expired: channel.Failed,
			smpp.Undeliverable: channel.Failed, smpp.Rejected: channel.Failed}[r.State]
		return l.d.Desk.TextReceipt(ctx, c.Tenant, dispatch.TextID(c.ID, r.ID), channel.Receipt{Carrier: c.ID, ID: r.ID, State: state, Code: r.Error})
	}
	return o
}

// Sender is who hands texts to a carrier; false = it is not in use.
func (l *Lines) Sender(id string) (channel.Sender, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.kept[id]
	if k == nil {
		return nil, false
	}
	return k.sender, true
}

// Line says how the line to an operator stands in this process: of several the one that stands worst. ok is false for what has none.
func (l *Lines) Line(id string) (line smpp.Line, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.kept[id]
	if k == nil || len(k.binds) == 0 {
		return smpp.Line{}, false
	}
	for i, b := range k.binds {
		if n := b.Line(); i == 0 || line.Bound && !n.Bound {
			line = n
		}
	}
	return line, true
}

// binds are the lines of one carrier; texts go over them in turn.
type binds struct {
	list []*smpp.Client
	next atomic.Uint32
}

func (b *binds) Send(ctx context.Context, m channel.Outbound, fence func() bool) (string, error) {
	at := int(b.next.Add(1))
	var err error
	for i := range b.list {
		c := b.list[(at+i)%len(b.list)]
		if i < len(b.list)-1 && !c.Line().Bound {
			continue
		}
		ids, out, e := c.Submit(ctx, smpp.Submission{From: m.From, To: m.To, Text: m.Text, Validity: m.Validity, Receipt: true, Fence: fence})
		if e == nil {
			return ids[len(ids)-1], nil
		}
		if err = failed(out, e); !errors.Is(e, smpp.ErrNotBound) {
			break
		}
	}
	return "", err
}

// failed reads how a submit failed.
func failed(out smpp.Outcome, err error) error {
	e := &channel.Error{Reason: channel.Unknown, Cause: err}
	var no smpp.Refusal
	switch {
	case out == smpp.MayBeSent:
	case errors.Is(err, smpp.ErrFenced):
		e.Reason = channel.Late
	case errors.As(err, &no):
		e.Code = no.Status.String()
		switch {
		case no.WrongTarget():
			e.Reason = channel.BadAddress
		case no.Status == smpp.Throttled || no.Status == smpp.QueueFull:
			e.Reason = channel.Busy
		default:
			e.Reason = channel.Refused
		}
	default:
		e.Reason = channel.NoLine
	}
	return e
}
