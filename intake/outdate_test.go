package intake

import (
	"context"
	"fmt"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/notice"
	"jawort/timer"
	"jawort/topic"
)

// outdateHouse is a business with one wording, whose clock a test turns.
type outdateHouse struct {
	t      *testing.T
	d      *db.DB
	desk   *Desk
	clock  time.Time
	notice string
}

const outdateTenant = "ten_x"

// publish makes the next version of the wording the one in force.
func (h *outdateHouse) publish(outdates bool) int64 {
	h.t.Helper()
	var version int64
	write(h.t, h.d, func(ctx context.Context, tx *db.Tx) (err error) {
		now := h.clock.UnixMicro()
		w := notice.Wording{Kind: "web", Topics: []string{"offers", "news"}, Outdates: outdates, Bodies: map[string]string{"de": "Ja, " + h.clock.String()}}
		if version, err = notice.Edit(ctx, tx, outdateTenant, h.notice, w, now); err != nil {
			return err
		}
		return notice.Publish(ctx, tx, outdateTenant, h.notice, version, now)
	})
	return version
}

// says adds what a person said about a topic under a version of a wording.
func (h *outdateHouse) says(a address.Address, kind consent.Kind, topic, words string, version int64) {
	h.t.Helper()
	write(h.t, h.d, func(ctx context.Context, tx *db.Tx) error {
		held, err := contact.Ensure(ctx, tx, outdateTenant, []byte("p"), []address.Address{a}, h.clock.UnixMicro())
		if err != nil {
			return err
		}
		revs, err := contact.Lock(ctx, tx, outdateTenant, []string{held[a]})
		if err != nil {
			return err
		}
		_, err = consent.Append(ctx, tx, outdateTenant, []consent.Event{{Contact: held[a], Kind: kind, Scope: consent.ScopeTopic, Topics: []string{topic},
			Channel: "chat", Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, Notice: words, NoticeVersion: version}}, revs)
		return err
	})
}

// wait lets time pass and runs what is due, through the runner as in the program.
func (h *outdateHouse) wait(pass time.Duration) {
	h.t.Helper()
	h.clock = h.clock.Add(pass)
	r := timer.Runner{DB: h.d, Handlers: h.desk.Handlers()}
	for {
		n, err := r.Step(context.Background())
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func (h *outdateHouse) want(a address.Address, topic string, state consent.State) {
	h.t.Helper()
	err := h.d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		held, err := contact.Find(ctx, tx, outdateTenant, []address.Address{a})
		if err != nil {
			return err
		}
		s, err := consent.Stand(ctx, tx, outdateTenant, []string{held[a]})
		got := s[held[a]]
		if st := got.Of(topic, consent.Marketing).State; st != state {
			h.t.Errorf("%s of %s: %s, want %s", topic, a, st, state)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func newOutdateHouse(t *testing.T, engine db.Engine) *outdateHouse {
	t.Helper()
	h := &outdateHouse{t: t, clock: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)}
	h.d = dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return h.clock }})
	keys, err := account.ParseKeyring(account.NewKey("t"))
	if err != nil {
		t.Fatal(err)
	}
	h.desk = New(h.d, Options{Keys: keys})
	t.Cleanup(h.desk.Close)
	write(t, h.d, func(ctx context.Context, tx *db.Tx) error {
		for _, code := range []string{"offers", "news"} {
			text := map[string]topic.Text{"en": {Name: code, Value: code}}
			if err := topic.Put(ctx, tx, outdateTenant, topic.Topic{Code: code, Class: topic.Marketing, Texts: text}, h.clock.UnixMicro()); err != nil {
				return err
			}
		}
		n, err := notice.New(ctx, tx, outdateTenant, "Website", h.clock.UnixMicro())
		h.notice = n.ID
		return err
	})
	return h
}

// TestOutdate: a version that outdates the older ones ends the consents to them, and no others; what is agreed to under older words
// afterwards ends at the next look; what was said to the new words stays.
func TestOutdate(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			h := newOutdateHouse(t, engine)
			person := func(n int) address.Address { return address.Address(fmt.Sprintf("tel:+4917139200%02d", n)) }
			old, both, elsewhere, stopped, late, anew := person(1), person(2), person(3), person(4), person(5), person(6)
			h.publish(false)
			h.says(old, consent.Granted, "offers", h.notice, 1)
			h.says(old, consent.Granted, "news", "ntc_other", 1)
			h.says(both, consent.Granted, "offers", h.notice, 1)
			h.says(both, consent.Granted, "news", h.notice, 1)
			h.says(elsewhere, consent.Granted, "offers", "ntc_other", 1)
			h.says(stopped, consent.Granted, "offers", h.notice, 1)
			h.clock = h.clock.Add(time.Hour)
			h.says(stopped, consent.Withdrawn, "offers", "", 0)
			h.publish(false)
			h.wait(time.Minute)
			h.want(old, "offers", consent.StateGranted) // better words alone end nothing

			h.publish(true)
			h.says(anew, consent.Granted, "offers", h.notice, 3)
			h.wait(time.Second)
			h.want(old, "offers", consent.StateOutdated)
			h.want(old, "news", consent.StateGranted)
			h.want(both, "offers", consent.StateOutdated)
			h.want(both, "news", consent.StateOutdated)
			h.want(elsewhere, "offers", consent.StateGranted)
			h.want(stopped, "offers", consent.StateWithdrawn)
			h.want(anew, "offers", consent.StateGranted)

			h.says(late, consent.Granted, "offers", h.notice, 2) // by a link of before
			h.says(old, consent.Granted, "offers", h.notice, 3)
			h.wait(2 * time.Hour)
			h.want(late, "offers", consent.StateOutdated)
			h.want(old, "offers", consent.StateGranted)
			h.clock = h.clock.Add(6 * 24 * time.Hour)
			h.says(late, consent.Granted, "offers", h.notice, 1)
			h.wait(3 * 24 * time.Hour)
			h.want(late, "offers", consent.StateOutdated)
			if n := len(timersLeft(t, h.d)); n != 0 {
				t.Errorf("%d timers are left after nobody can answer the older words any more", n)
			}
		})
	}
}

// TestOutdateMany: more people than one batch takes, each told once.
func TestOutdateMany(t *testing.T) {
	h := newOutdateHouse(t, db.SQLite)
	h.publish(false)
	const people = outdateBatch + 7
	for i := range people {
		h.says(address.Address(fmt.Sprintf("tel:+49171392%04d", i)), consent.Granted, "offers", h.notice, 1)
	}
	h.publish(true)
	h.wait(time.Second)
	var left, told int64
	err := h.d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select (select count(*) from standing where topic = 'offers' and state <> 'outdated'), (select count(*) from event where kind = 'outdated')`).
			Scan(&left, &told)
	})
	if err != nil || left != 0 || told != people {
		t.Errorf("%d consents still count, %d events for %d people (%v)", left, told, people, err)
	}
}

func timersLeft(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select kind from timer`)
		out, err = db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
