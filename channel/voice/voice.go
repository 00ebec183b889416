// Package voice is the telephone: calls that we answer and ask, calls that are missed by design, and the webhooks of providers
// whose telephony lives with them. All come to the same script and the same desk.
package voice

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/intake"
	"jawort/sip"
)

// Deps of New.
type Deps struct {
	DB   *db.DB
	Desk *intake.Desk
	Keys *account.Keyring
	Log  *slog.Logger     // nil = none
	Now  func() time.Time // nil = time.Now; of seals only, what is kept takes the database's clock
	Base string           // public address without trailing slash: providers fetch recordings there and sign it

	Listen    string         // host:port for SIP over UDP and TCP; "" = no telephone of our own
	Public    string         // our address as providers see it; "" = the listening one
	PortsFrom int            // for sound; 0 = any
	PortsTo   int            //
	Allow     []netip.Prefix // who may call us besides the providers of our lines
	Patience  time.Duration  // for a key after the menu; 0 = 6 s

	Standard func(lang, name string) []byte // our sentences; nil = the ones that are spoken here
}

const (
	patience = 6 * time.Second
	longest  = 5 * time.Minute // of one call
)

// House is where calls come to.
type House struct {
	d      Deps
	phone  *sip.Phone // nil = no telephone of our own
	sounds sounds

	stop    context.CancelFunc
	running sync.WaitGroup
}

// New opens the telephone, if there is to be one, and takes calls at once.
func New(d Deps) (*House, error) {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Patience == 0 {
		d.Patience = patience
	}
	if d.Standard == nil {
		d.Standard = Standard
	}
	h := &House{d: d}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	if d.Listen == "" {
		return h, nil
	}
	phone, err := sip.New(sip.Options{Listen: d.Listen, Public: d.Public, PortsFrom: d.PortsFrom, PortsTo: d.PortsTo, Allow: d.Allow,
		Handle: h.ring, Log: d.Log})
	if err != nil {
		stop()
		return nil, fmt.Errorf("open the telephone: %w", err)
	}
	h.phone = phone
	h.running.Go(func() { h.keepLines(ctx) })
	return h, nil
}

// Addr is where the telephone listens; "" = there is none.
func (h *House) Addr() string {
	if h.phone == nil {
		return ""
	}
	return h.phone.Addr()
}

// Close hangs up and signs off.
func (h *House) Close() {
	h.stop()
	h.running.Wait()
	if h.phone != nil {
		h.phone.Close()
	}
}

const lookAtLines = 5 * time.Second

// keepLines signs in the lines that there are; a changed one within seconds.
func (h *House) keepLines(ctx context.Context) {
	tick := time.NewTicker(lookAtLines)
	defer tick.Stop()
	for {
		if err := h.lines(ctx); err != nil && ctx.Err() == nil {
			h.d.Log.Error("telephone lines", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (h *House) lines(ctx context.Context) error {
	var list []account.Line
	if err := h.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = account.Lines(ctx, tx, "")
		return err
	}); err != nil {
		return err
	}
	var out []sip.Line
	for _, l := range list {
		if l.Kind != account.LineSIP {
			continue
		}
		password, err := h.d.Keys.LinePassword(l)
		if err != nil {
			return err
		}
		out = append(out, sip.Line{Name: l.ID, Registrar: l.Registrar, Transport: l.Transport, User: l.User, Login: l.Login, Password: password})
	}
	h.phone.SetTrunks(out)
	return nil
}

// Status is where a line's sign-in stands; false = it is not ours, or there is no telephone.
func (h *House) Status(line string) (state string, code int, until time.Time, ok bool) {
	if h.phone == nil {
		return "", 0, time.Time{}, false
	}
	s, ok := h.phone.Status(line)
	return string(s.State), s.Code, s.Until, ok
}

// ring is one call. It names the number that was called, and that says whose it is.
func (h *House) ring(ctx context.Context, c *sip.Call) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	o, err := h.offer(ctx, c.To(), way{c.Lines(), c.Free()})
	if err != nil {
		h.d.Log.Info("a call to nobody", "error", err)
		_ = c.Nobody()
		return
	}
	caller := o.caller(c.From())
	a := act{id: "sip:" + callMark(c.ID()), caller: caller, line: o.dialled}
	_ = c.Ring()
	if o.source.Kind == "missed_call" {
		h.miss(ctx, c, o, a)
		return
	}
	if err := h.load(ctx, o); err != nil { // a source is live only with all its sounds: something was lost
		h.d.Log.Error("the sounds of a source", "source", o.source.ID, "error", err)
		_ = c.Busy()
		return
	}
	if err := c.Answer(ctx); err != nil {
		h.d.Log.Info("answer a call", "error", err)
		return
	}
	h.talk(ctx, c, o, a)
	c.Hangup()
}

// miss lets it ring and then rejects, so that it costs the caller nothing. Both ends are the same request.
func (h *House) miss(ctx context.Context, c *sip.Call, o *offer, a act) {
	select {
	case <-c.Done():
	case <-ctx.Done():
		return
	case <-time.After(o.rings()):
		_ = c.Busy()
	}
	a.how = string(c.Ended())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := h.missed(ctx, o, a); err != nil {
		h.d.Log.Error("take a missed call", "source", o.source.ID, "error", err)
	}
}

// talk is the script over the sound of one call.
func (h *House) talk(ctx context.Context, c *sip.Call, o *offer, a act) {
	turn := o.script.Begin(a.caller == "")
	began := time.Now()
	recording := false
	for {
		if turn.Next.Recording && !recording {
			recording = true
			c.Record(longest)
		}
		a.moment, a.lasted = turn.Next, time.Since(began)
		if turn.Next.At.Ends() {
			if recording {
				a.sound = c.Recorded()
			}
			_ = c.Play(ctx, h.join(o, h.end(ctx, o, a, turn)))
			return
		}
		turn = o.script.After(turn.Next, h.ask(ctx, c, h.join(o, turn.Say), &a))
	}
}

// ask says something and waits for a key, which stops the saying. Keys pressed before are no answer to what was not said yet.
func (h *House) ask(ctx context.Context, c *sip.Call, pcm []int16, a *act) byte {
	for drained := false; !drained; {
		select {
		case <-c.Keys():
		default:
			drained = true
		}
	}
	playing, stop := context.WithCancel(ctx)
	defer stop()
	said := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(said)
		_ = c.Play(playing, pcm)
	}()
	defer func() { a.heard += min(time.Since(began), time.Duration(len(pcm))*time.Second/8000) }()
	select {
	case k := <-c.Keys():
		stop()
		<-said
		return k
	case <-c.Done():
		return HangUp
	case <-ctx.Done():
		return HangUp
	case <-said:
	}
	select {
	case k := <-c.Keys():
		return k
	case <-c.Done():
		return HangUp
	case <-ctx.Done():
		return HangUp
	case <-time.After(h.d.Patience):
		return Silence
	}
}

// end lets the call take effect before the last sentence says so.
func (h *House) end(ctx context.Context, o *offer, a act, turn Turn) []Prompt {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := h.takes(ctx, o, a); err != nil {
		h.d.Log.Error("take a call", "source", o.source.ID, "error", err)
		return []Prompt{{Language: o.language(a.moment), Standard: "failed"}}
	}
	return turn.Say
}
