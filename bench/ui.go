package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"time"

	"jawort/account"
	"jawort/app"
	"jawort/consent"
	"jawort/db"
	"jawort/gate"
	"jawort/id"
	"jawort/manager"
	"jawort/outbox"
	"jawort/tally"
)

// messagesEach is how many messages, and decisions about them, a person of bench ui has.
const messagesEach = 10

// ui opens every page of the manager as an owner, over one connection, in a business with many people and ten times as many messages.
func ui(ctx context.Context, r *run) error {
	w, err := r.newWorld(ctx, "127.0.0.1:1")
	if err != nil {
		return err
	}
	defer w.stop()
	if err := r.fill(ctx, w); err != nil {
		return err
	}
	reader, pages, err := w.signIn(ctx)
	if err != nil {
		return err
	}
	worst, slowest := 0.0, ""
	err = r.profiled(func() error {
		for _, p := range pages {
			p95, err := r.look(reader, "http://"+w.addr+p.Path)
			if err != nil {
				return fmt.Errorf("page %s: %w", p.Name, err)
			}
			r.note("%s: %s %.1f ms", r.engine, p.Name, p95)
			if p95 > worst {
				worst, slowest = p95, p.Name
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%d pages, %d people, %d messages; the slowest is %s", len(pages), r.People, r.People*messagesEach, slowest)
	r.add(Row{What: what, Value: worst, Unit: "ms, p95", Target: 150, Stretch: 50, Less: true})
	return nil
}

// fill gives every person messages with their decisions, spread over the last weeks.
func (r *run) fill(ctx context.Context, w *world) error {
	begun := time.Now()
	people, err := w.people(ctx)
	if err != nil {
		return err
	}
	for round := range messagesEach {
		for part := range slices.Chunk(people, batch) {
			if err := w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return w.history(ctx, tx, part, round) }); err != nil {
				return err
			}
		}
	}
	if w.app.DB.Engine() == db.Postgres {
		if err := w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `analyze`)
			return err
		}); err != nil {
			return err
		}
	}
	r.say("%s: %d messages and decisions in %s", r.engine, len(people)*messagesEach, time.Since(begun).Round(time.Second))
	return r.age(ctx, len(people))
}

// age waits until the counts of a day have taken in what was just written: what is younger than their lag is counted at each look, and
// nobody gains so many people in a minute.
func (r *run) age(ctx context.Context, people int) error {
	if people < batch {
		return nil
	}
	r.say("%s: waiting until the counts have caught up", r.engine)
	select {
	case <-time.After(tally.Lag + 20*time.Second):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *world) people(ctx context.Context) (out []string, err error) {
	err = w.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select contact from contact where tenant = $1 order by contact`, w.tenant)
		out, err = db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
		return err
	})
	return out, err
}

// history is one message and one decision for each of the people, every sixth refused.
func (w *world) history(ctx context.Context, tx *db.Tx, people []string, round int) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	messages, records := make([]outbox.Message, 0, len(people)), make([]gate.Record, 0, len(people))
	for i, who := range people {
		at := now - int64(messagesEach-round)*50*3600_000_000 + int64(i)*1000
		d := &gate.Decision{ID: id.At("dec", at), Contact: who, Topic: "offers", Class: consent.Marketing, Verdict: gate.Allow, Effective: gate.Allow, Mode: "enforce"}
		m := outbox.Message{ID: id.At("msg", at), Number: numberOf(i), Contact: who, Address: phone(i), Topic: "offers", Kind: "template",
			Template: "sommer_sale", Language: "de", Body: []byte(`{}`), State: outbox.Delivered, Priority: outbox.Bulk, Due: at, ExpiresAt: at, Decision: d.ID, CreatedAt: at}
		if (i+round)%6 == 0 {
			g := gate.GroundOf("STOPPED_ALL")
			d.Verdict, d.Effective, d.Reasons = gate.Refuse, gate.Refuse, []gate.Reason{{Ground: g}}
			m.ID = ""
		} else {
			messages = append(messages, m)
		}
		records = append(records, gate.Record{At: at, Decision: d, Facts: &gate.Facts{Now: at, Contact: who},
			Message: &gate.Message{Number: m.Number, Kind: m.Kind, Template: m.Template, Language: m.Language}, ID: m.ID})
	}
	if err := gate.Keep(ctx, tx, w.tenant, records); err != nil {
		return err
	}
	return outbox.Put(ctx, tx, w.tenant, messages)
}

// signIn is an owner with a browser's cookies, and the pages there are to open.
func (w *world) signIn(ctx context.Context) (*http.Client, []app.Page, error) {
	var token string
	var pages []app.Page
	err := w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		owner, err := account.Invite(ctx, tx, w.tenant, account.Staff{Email: "bench@x.example", Name: "Bench", Role: account.Owner, Language: "de"}, "bench")
		if err != nil {
			return err
		}
		if pages, err = app.Looks(ctx, tx, w.tenant); err != nil {
			return err
		}
		token, err = account.NewLink(ctx, tx, w.tenant, owner.ID, "bench")
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	jar, _ := cookiejar.New(nil) // fails only for bad options
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := c.PostForm("http://"+w.addr+manager.LinkPath(token), nil)
	if err != nil {
		return nil, nil, err
	}
	resp.Body.Close()
	if len(pages) < 20 || resp.StatusCode != http.StatusSeeOther {
		return nil, nil, errors.New("the owner does not get in, or finds hardly a page")
	}
	return c, pages, nil
}

// looks is how often a page is opened; the first time is not counted.
const looks = 21

// look is the 95th of a hundred times to open a page, in milliseconds.
func (r *run) look(c *http.Client, url string) (float64, error) {
	times := make([]float64, 0, looks)
	for range looks {
		begun := time.Now()
		resp, err := c.Get(url)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("status %d, %w", resp.StatusCode, err)
		}
		times = append(times, float64(time.Since(begun).Microseconds())/1000)
	}
	times = times[1:]
	slices.Sort(times)
	return times[len(times)*95/100], nil
}
