package intake

import (
	"context"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/topic"
)

// TestExpire lets time pass: an unanswered request ends, an unused grant lapses, a used one does not.
func TestExpire(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			clock := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
			d := dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return clock }})
			keys, err := account.ParseKeyring(account.NewKey("t"))
			if err != nil {
				t.Fatal(err)
			}
			desk := New(d, Options{Keys: keys})
			defer desk.Close()
			var held map[address.Address]string
			asked, idle, used := address.Address("tel:+491713920001"), address.Address("tel:+491713920002"), address.Address("tel:+491713920003")
			tenant := "ten_x"
			write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
				now := clock.UnixMicro()
				if err := topic.Put(ctx, tx, tenant, topic.Topic{Code: "offers", Class: topic.Marketing, Texts: map[string]topic.Text{"en": {Name: "o", Value: "o"}}}, now); err != nil {
					return err
				}
				held, err = contact.Ensure(ctx, tx, tenant, []byte("p"), []address.Address{asked, idle, used}, now)
				if err != nil {
					return err
				}
				revs, err := contact.Lock(ctx, tx, tenant, []string{held[asked], held[idle], held[used]})
				if err != nil {
					return err
				}
				act := func(a address.Address, k consent.Kind) consent.Event {
					return consent.Event{Contact: held[a], Kind: k, Scope: consent.ScopeTopic, Topics: []string{"offers"}, Channel: "chat",
						Actor: consent.Actor{Kind: consent.Person}, Witnessed: true}
				}
				done, err := consent.Append(ctx, tx, tenant, []consent.Event{act(asked, consent.Requested), act(idle, consent.Granted), act(used, consent.Granted)}, revs)
				if err != nil {
					return err
				}
				return consent.PutRequests(ctx, tx, tenant, consent.Request{ID: "req_1", Code: "h", Contact: held[asked], Topics: []string{"offers"},
					Event: done[0].Event.ID, State: consent.RequestOpen, CreatedAt: now, Until: now + linkLife})
			})
			want := func(a address.Address, state consent.State) {
				t.Helper()
				if err := desk.Expire(context.Background()); err != nil {
					t.Fatal(err)
				}
				err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
					s, err := consent.Stand(ctx, tx, tenant, []string{held[a]})
					if got := s[held[a]]; err == nil && got.Of("offers", consent.Marketing).State != state {
						t.Errorf("%s after %s: %s", state, clock.Format(time.DateOnly), got.Of("offers", consent.Marketing).State)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			want(asked, consent.StateRequested)
			clock = clock.Add(8 * 24 * time.Hour)
			want(asked, consent.StateNone)
			want(idle, consent.StateGranted)
			clock = clock.AddDate(1, 0, 0)
			write(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `insert into sent_count (tenant, contact, number, topic, day, sent) values ($1, $2, 'n', 'offers', $3, 1)`,
					tenant, held[used], clock.UnixMicro()/day)
				return err
			})
			clock = clock.AddDate(1, 0, 1)
			want(idle, consent.StateLapsed)
			want(used, consent.StateGranted)
		})
	}
}

func write(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}
