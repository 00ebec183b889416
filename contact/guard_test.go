package contact

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func TestLockAndRaise(t *testing.T) {
	each(t, func(s *story) {
		ada, bob := s.webhook(p1, u1).Contact, s.webhook(p2, u2).Contact
		s.write(func(ctx context.Context, tx *db.Tx) error {
			revs, err := Lock(ctx, tx, tenant, []string{bob, ada, bob})
			if err != nil || len(revs) != 2 || revs[ada] != 0 {
				return fmt.Errorf("lock: %v %v", revs, err)
			}
			return Raise(ctx, tx, tenant, map[string]int64{ada: 1, bob: 3})
		})
		s.write(func(ctx context.Context, tx *db.Tx) error {
			held, err := LockCurrent(ctx, tx, tenant, []address.Address{p1, u2, "tel:+447700900999"})
			if err != nil || len(held) != 2 || held[p1] != (Holder{ada, 1}) || held[u2] != (Holder{bob, 3}) {
				return fmt.Errorf("lock current: %v %v", held, err)
			}
			return nil
		})
		for what, revs := range map[string]map[string]int64{"same": {ada: 1}, "back": {bob: 2}, "unknown": {"con_x": 1}} {
			err := s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error { return Raise(ctx, tx, tenant, revs) })
			if err == nil {
				t.Errorf("raise to %s revision went through", what)
			}
		}
	})
}

func TestOtherTenantSeesNothing(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		s.write(func(ctx context.Context, tx *db.Tx) error {
			found, err := Find(ctx, tx, "ten_b", []address.Address{p1, u1})
			if err != nil || len(found) != 0 {
				return fmt.Errorf("find: %v %v", found, err)
			}
			if revs, err := Lock(ctx, tx, "ten_b", []string{ada}); err != nil || len(revs) != 0 {
				return fmt.Errorf("lock: %v %v", revs, err)
			}
			if _, err := Get(ctx, tx, "ten_b", ada); errs.CodeOf(err) != errs.NotFound {
				return fmt.Errorf("get: %v", err)
			}
			return nil
		})
	})
}

// A merge moves an address while somebody waits for the lock of its last holder: the waiter must come out with the lock
// of the new one.
func TestLockCurrentFollowsAMerge(t *testing.T) {
	each(t, func(s *story) {
		ada, bob := s.webhook("", u1).Contact, s.webhook(p1, "").Contact
		got := make(chan Holder, 1)
		s.write(func(ctx context.Context, tx *db.Tx) error {
			if _, err := Merge(ctx, tx, tenant, ada, bob, false, s.at); err != nil {
				return err
			}
			go func() {
				err := s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
					held, err := LockCurrent(ctx, tx, tenant, []address.Address{p1})
					if err == nil {
						got <- held[p1]
					}
					return err
				})
				if err != nil {
					t.Error(err)
					close(got)
				}
			}()
			time.Sleep(150 * time.Millisecond) // long enough for the other to find bob and wait for his guard
			return nil
		})
		if h := <-got; h.Contact != ada {
			t.Fatalf("locked %+v, the address is %s's", h, ada)
		}
	})
}

// Many at once resolve the same unseen addresses, alone and together: one person comes out, and one holder each.
func TestTogetherUnseen(t *testing.T) {
	each(t, func(s *story) {
		for round := range 12 {
			phone := address.Address(fmt.Sprintf("tel:+4477009%05d", round))
			user := address.Address(fmt.Sprintf("wa:GB.9%d", round))
			who := []Identity{{Phone: phone, Proof: Webhook}, {UserID: user, Portfolio: f1, Proof: Webhook},
				{Phone: phone, UserID: user, Portfolio: f1, Proof: Webhook}, {Phone: phone, Proof: First}}
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					err := s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						_, err := Resolve(ctx, tx, tenant, pepper, []Identity{who[i%len(who)], who[(i+1)%len(who)]}, s.at)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if a, b := s.holder(phone), s.holder(user); a == "" || a != b {
				t.Fatalf("round %d: %q holds the phone, %q the user id", round, a, b)
			}
		}
		s.checkBook()
	})
}

// Strangers fight over one number while others merge and split: at any time one holder, and no address lost.
func TestTogetherOverOneNumber(t *testing.T) {
	each(t, func(s *story) {
		var wg sync.WaitGroup
		for i := range 6 {
			user := address.Address(fmt.Sprintf("wa:GB.4%d", i))
			wg.Go(func() {
				for range 6 {
					err := s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						now, err := tx.Now(ctx)
						if err != nil {
							return err
						}
						found, revs, err := ResolveLocked(ctx, tx, tenant, pepper, []Identity{{Phone: p1, UserID: user, Portfolio: f1, Proof: Webhook}}, now)
						if err != nil {
							return err
						}
						held, err := LockCurrent(ctx, tx, tenant, []address.Address{p1, user})
						if err == nil && (held[p1].Contact != found[0].Contact || held[user].Contact != found[0].Contact) {
							err = fmt.Errorf("resolved %s, locked %+v", found[0].Contact, held)
						}
						if rev, ok := revs[found[0].Contact]; err == nil && (!ok || rev != held[p1].Rev) {
							err = fmt.Errorf("revision %d, %v; the guard says %d", rev, ok, held[p1].Rev)
						}
						if err != nil {
							return err
						}
						return Raise(ctx, tx, tenant, map[string]int64{found[0].Contact: held[p1].Rev + 1})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		s.checkBook()
		for i := range 6 {
			if s.holder(address.Address(fmt.Sprintf("wa:GB.4%d", i))) == "" {
				t.Errorf("user id %d is lost", i)
			}
		}
	})
}

// checkBook checks what must hold of every address book, in plain SQL.
func (s *story) checkBook() {
	s.t.Helper()
	for what, text := range map[string]string{
		"address with two holders":            `select count(*) from (select address from contact_address where until is null group by tenant, address having count(*) > 1) x`,
		"row without its contact":             `select count(*) from contact_address a where not exists (select 1 from contact c where c.tenant = a.tenant and c.contact = a.contact)`,
		"contact without its guard":           `select count(*) from contact c where not exists (select 1 from contact_guard g where g.tenant = c.tenant and g.contact = c.contact)`,
		"address of a contact merged away":    `select count(*) from contact_address a join contact c on c.tenant = a.tenant and c.contact = a.contact where c.merged_into is not null`,
		"row that ends before it begins":      `select count(*) from contact_address where until < since`,
		"rows of an address that overlap":     `select count(*) from contact_address a join contact_address b on a.tenant = b.tenant and a.address = b.address and a.since < b.since where coalesce(a.until, 9000000000000000000) > b.since`,
		"contact never reachable, not merged": `select count(*) from contact c where merged_into is null and not exists (select 1 from contact_address a where a.tenant = c.tenant and a.contact = c.contact)`,
	} {
		var n int64
		s.write(func(ctx context.Context, tx *db.Tx) error { return tx.Row(ctx, text).Scan(&n) })
		if n != 0 {
			s.t.Errorf("%s: %d", what, n)
		}
	}
}

// What is only described is not locked; a number that went to somebody else meanwhile must not come back by it.
func TestDescribingDoesNotReviveAnEndedRow(t *testing.T) {
	each(t, func(s *story) {
		s.told(Identity{Phone: p1, Proof: First})
		s.webhook(p1, u1)
		var bob string
		s.write(func(ctx context.Context, tx *db.Tx) error {
			who := Identity{Phone: p1, UserID: u1, Portfolio: f1, WAID: "447700900123 another spelling", Proof: Webhook}
			b, err := load(ctx, tx, tenant, []Identity{who}, s.at)
			if err != nil {
				return err
			}
			b.resolveAll([]Identity{who})
			if len(b.touched) != 0 || len(b.changed) != 1 {
				return fmt.Errorf("%d touched, %d changed: not the case this test is about", len(b.touched), len(b.changed))
			}
			out, err := Resolve(ctx, tx, tenant, pepper, []Identity{{Phone: p1, UserID: u2, Portfolio: f1, Proof: Webhook}}, s.at+5)
			if err != nil {
				return err
			}
			bob = out[0].Contact
			_, err = save(ctx, tx, tenant, pepper, b)
			return err
		})
		s.want("holder", s.holder(p1), bob)
		s.checkBook()
	})
}

func BenchmarkResolveKnown(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(engine.String(), func(b *testing.B) {
			d := dbtest.Open(b, engine)
			who := make([]Identity, 100)
			for i := range who {
				who[i] = Identity{Phone: address.Address(fmt.Sprintf("tel:+4477009%05d", i)), UserID: address.Address(fmt.Sprintf("wa:GB.%d", i)),
					Portfolio: f1, WAID: fmt.Sprintf("4477009%05d", i), Name: "Ada", Proof: Webhook}
			}
			for b.Loop() {
				err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
					_, _, err := ResolveLocked(ctx, tx, tenant, pepper, who, 1_795_000_000_000_000)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(who)), "µs/person")
		})
	}
}
