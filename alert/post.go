package alert

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/mail"
	"jawort/timer"
)

// Post writes the letters; its handlers run in the process's timer runner.
type Post struct {
	DB   *db.DB
	Keys *account.Keyring
	Base string // public address, for links
	Log  *slog.Logger
	Send func(ctx context.Context, s mail.Server, l mail.Letter) error // nil = mail.Send
}

// Handlers are what the runner must know.
func (p *Post) Handlers() map[string]timer.Handler {
	return map[string]timer.Handler{timerMail: {Alone: p.mail}, timerQuiet: {Within: Quieten}}
}

// What a letter is about.
const (
	aboutRaised  = "raised"
	aboutCleared = "cleared"
)

// giveUp is how long a letter is tried; after that the alert is old news.
const giveUp = 24 * time.Hour

// mail tells every reader what is due about one alert: that it is, or that it is over. Nothing of the network is inside a
// transaction: what is due is read, a letter is sent, its outcome is written, and so on.
func (p *Post) mail(ctx context.Context, t timer.Timer) (again int64, err error) {
	var r round
	err = p.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = read(ctx, tx, t.Tenant, t.Key)
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		return 0, nil
	}
	if err != nil || len(r.due) == 0 {
		return 0, err
	}
	way, err := r.server.Way(p.Keys)
	if err != nil {
		return 0, err
	}
	for _, d := range r.due {
		failure := p.sendOne(ctx, way, &r, &d)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err := p.note(ctx, &r, d, failure); err != nil {
			return 0, err
		}
		if d.State == waiting {
			again = max(again, r.now+pause(d.Attempts))
		}
	}
	return again, nil
}

// states of a letter.
const (
	waiting = "waiting"
	sent    = "sent"
	failed  = "failed"
)

// pause grows from a minute to an hour: greylisting wants some minutes, a dead server some hours.
func pause(attempts int64) int64 {
	return min(time.Minute<<min(attempts, 6), time.Hour).Microseconds()
}

// sendOne sends one letter and puts its outcome into d.
func (p *Post) sendOne(ctx context.Context, way mail.Server, r *round, d *told) *mail.Failure {
	l, err := r.letter(p.Base, d)
	if err != nil {
		d.State, d.Why = failed, string(mail.Malformed)
		return &mail.Failure{Why: mail.Malformed, Err: err}
	}
	send := p.Send
	if send == nil {
		send = mail.Send
	}
	d.Attempts++
	err = send(ctx, way, l)
	if err == nil {
		d.State, d.Why = sent, ""
		return nil
	}
	failure := &mail.Failure{Why: mail.Unreachable, Err: err}
	errors.As(err, &failure)
	d.State, d.Why = failed, string(failure.Why)
	if failure.Again() && r.now-max(r.alert.Since, r.alert.ClearedAt) < giveUp.Microseconds() {
		d.State = waiting
	}
	if p.Log != nil {
		p.Log.Warn("warning mail not taken", "alert", d.Alert, "why", failure.Why, "code", failure.Code, "attempts", d.Attempts)
	}
	return failure
}

// note writes the outcome. That mail does not go is an alert of its own, which is shown and not mailed.
func (p *Post) note(ctx context.Context, r *round, d told, f *mail.Failure) error {
	return p.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		d.At = now
		if err := upsertTold(ctx, tx, d); err != nil {
			return err
		}
		if f == nil {
			return Clear(ctx, tx, r.alert.Tenant, MailFailed, "")
		}
		if d.State == waiting && d.Attempts < 2 {
			return nil // greylisting is no fault
		}
		return Raise(ctx, tx, r.alert.Tenant, Condition{Kind: MailFailed, Detail: Detail{Why: string(f.Why), Code: int64(f.Code)}})
	})
}

// Test sends a test mail with settings that need not be kept yet, and answers what the server said; nil = taken.
func (p *Post) Test(ctx context.Context, s Server, business, lang, to string) error {
	if err := s.Check(); err != nil {
		return err
	}
	way, err := s.Way(p.Keys)
	if err != nil {
		return err
	}
	zone := "" // of the business; UTC where it has none
	if err := p.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := account.TenantOf(ctx, tx, s.Tenant)
		zone = t.Zone
		return err
	}); err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	l, err := testLetter(s, business, lang, to, time.Now(), zone)
	if err != nil {
		return err
	}
	send := p.Send
	if send == nil {
		send = mail.Send
	}
	return send(ctx, way, l)
}

// Quieten ends alerts that were not seen for their kind's time, and looks again later at the others.
func Quieten(ctx context.Context, tx *db.Tx, due []timer.Timer) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	for _, t := range due {
		last, code, open, err := lastAt(ctx, tx, t.Tenant, t.Key)
		if err != nil {
			return fmt.Errorf("quieten: %w", err)
		}
		k := KindOf(code)
		if !open || k == nil || k.Quiet == 0 {
			continue
		}
		over, err := clearQuiet(ctx, tx, t.Tenant, t.Key, now-k.Quiet.Microseconds(), now)
		if err != nil {
			return err
		}
		if over {
			err = afterwards(ctx, tx, t.Tenant, []string{t.Key}, now)
		} else {
			err = timer.Put(ctx, tx, []timer.Timer{{Tenant: t.Tenant, Kind: timerQuiet, Key: t.Key, Due: last + k.Quiet.Microseconds()}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Told is who was told of an alert, for the page of alerts.
type Told struct {
	About, Reader, State, Why string
	At                        int64
}

// ToldOf reads who was told of which alert.
func ToldOf(ctx context.Context, tx *db.Tx, tenant string, alerts []string) (map[string][]Told, error) {
	if len(alerts) == 0 {
		return nil, nil
	}
	list, err := selectTold(ctx, tx, tenant, alerts)
	if err != nil {
		return nil, fmt.Errorf("who was told: %w", err)
	}
	out := map[string][]Told{}
	for _, t := range list {
		out[t.Alert] = append(out[t.Alert], Told{t.About, t.Reader, t.State, t.Why, t.At})
	}
	return out, nil
}

func addressOf(name, email string) netmail.Address {
	return netmail.Address{Name: name, Address: email}
}
