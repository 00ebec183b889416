package contact

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jawort/address"
	"jawort/db"
)

// anyIdentity draws from few phones, user ids and portfolios, so that they meet often.
func anyIdentity(t *rapid.T) Identity {
	phone := func(label string) address.Address {
		return rapid.SampledFrom([]address.Address{"", "tel:+447700900001", "tel:+447700900002", "tel:+447700900003"}).Draw(t, label)
	}
	portfolio := rapid.SampledFrom([]string{f1, f2}).Draw(t, "portfolio")
	user := func(label string) address.Address {
		n := rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, label)
		if n == "" {
			return ""
		}
		return address.Address("wa:GB." + portfolio + n)
	}
	who := Identity{Phone: phone("phone"), UserID: user("user"), Portfolio: portfolio,
		ParentUserID: rapid.SampledFrom([]string{"", "", "GB.ENT.1", "GB.ENT.2"}).Draw(t, "parent"),
		Proof:        rapid.SampledFrom([]string{First, Webhook, Webhook, Answer, Reply, Shared, Changed}).Draw(t, "proof")}
	if who.Proof == Changed {
		who.OldPhone, who.OldUserID = phone("old phone"), user("old user")
	}
	return who
}

// shape is an address book without ids and times: who is with whom, now and before.
func shape(t *rapid.T, ctx context.Context, tx *db.Tx, tenant string) string {
	rows, err := tx.Query(ctx, `select address, contact, until is null from contact_address where tenant = $1 order by address, since`, tenant)
	type line struct {
		address, contact string
		now              bool
	}
	lines, err := db.All(rows, err, func(r *db.Rows, l *line) error { return r.Scan(&l.address, &l.contact, &l.now) })
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]string{}
	for _, l := range lines {
		groups[l.contact] += fmt.Sprintf("%s %v ", l.address, l.now)
	}
	var out []string
	for _, g := range groups {
		out = append(out, g)
	}
	slices.Sort(out)
	return strings.Join(out, "| ")
}

// Whatever is told in whatever order: one holder an address, none lost, user ids always known, answers true, and a batch
// is like one after the other.
func TestAnyHistoryKeepsTheBook(t *testing.T) {
	each(t, func(s *story) {
		n := 0
		rapid.Check(s.t, func(rt *rapid.T) {
			who := rapid.SliceOfN(rapid.Custom(anyIdentity), 1, 10).Draw(rt, "told")
			n++
			single, batch := fmt.Sprintf("one %d", n), fmt.Sprintf("all %d", n)
			err := s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				seen := map[address.Address]bool{}
				for i, w := range who {
					out, err := Resolve(ctx, tx, single, pepper, []Identity{w}, s.at+int64(i)*10)
					if err != nil {
						return err
					}
					for _, a := range []address.Address{w.UserID, w.Phone} {
						seen[a] = seen[a] || a != ""
					}
					checkAnswer(rt, ctx, tx, single, w, out[0])
				}
				if _, err := Resolve(ctx, tx, batch, pepper, who, s.at); err != nil {
					return err
				}
				for a := range seen {
					checkNotLost(rt, ctx, tx, single, a)
				}
				if a, b := shape(rt, ctx, tx, single), shape(rt, ctx, tx, batch); a != b {
					rt.Errorf("one after the other: %s\nin one batch: %s", a, b)
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
		})
		s.checkBook()
	})
}

func checkAnswer(t *rapid.T, ctx context.Context, tx *db.Tx, tenant string, w Identity, r Resolved) {
	if w.Phone == "" && w.UserID == "" {
		return
	}
	found, err := Find(ctx, tx, tenant, []address.Address{w.UserID, w.Phone})
	if err != nil {
		t.Fatal(err)
	}
	if w.UserID != "" && found[w.UserID] != r.Contact {
		t.Errorf("the user id is not the answer's")
	}
	if w.UserID == "" && found[w.Phone] != r.Contact {
		t.Errorf("the phone is not the answer's")
	}
}

func checkNotLost(t *rapid.T, ctx context.Context, tx *db.Tx, tenant string, a address.Address) {
	if a == "" {
		return
	}
	var rows int64
	if err := tx.Row(ctx, `select count(*) from contact_address where tenant = $1 and address = $2`, tenant, a).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if rows == 0 {
		t.Errorf("%s is lost", a)
	}
}
