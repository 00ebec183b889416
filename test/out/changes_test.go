package out

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/hook"
	"jawort/test/fixture"
)

// brief is a change as a receiver acts on it.
func brief(c hook.Change) string {
	return fmt.Sprintf("%s %s [%s] allowed [%s]", c.Kind, c.Do, strings.Join(c.Topics, " "), strings.Join(c.Allowed, " "))
}

// A receiver hears each change, in order, with what to do; what it did not take comes again; the feed tells the same.
func TestEachChangeLeaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		r := newReceiver(t)
		r.answer = func(try int, w http.ResponseWriter, _ *http.Request) bool {
			if try%3 == 1 { // every third time it is out of order
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return try%3 == 1
		}
		h.to(r, nil)
		h.works()
		a := fixture.Phone(1)
		want := []string{}
		step := func(line string, act func()) {
			t.Helper()
			act()
			h.b.Wake()
			want = append(want, line)
			h.until(line, func() bool { return len(r.all()) >= len(want) })
		}
		step("granted update [] allowed [offers order_updates]", func() { h.Grant(a) })
		step("withdrawn stop_topics [offers] allowed [order_updates]", func() { h.stops(a, consent.ScopeTopic, "offers") })
		step("withdrawn stop_marketing [offers] allowed [order_updates]", func() { h.stops(a, consent.ScopeMarketing) })
		step("withdrawn remove [offers order_updates] allowed []", func() { h.stops(a, consent.ScopeAll) })
		var got, ids []string
		for _, x := range r.all() {
			got, ids = append(got, brief(x.change)), append(ids, x.id)
			if x.kind != "consent.changed" || x.id != x.change.ID || !slices.Equal(x.change.Addresses, []string{string(a)}) {
				t.Errorf("told as %s %s of %v", x.kind, x.id, x.change.Addresses)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the receiver heard\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if len(r.forged) > 0 {
			t.Errorf("the verifier said %q", r.forged)
		}
		all, next := h.feed("")
		var pulled []string
		for _, c := range all {
			pulled = append(pulled, c.ID)
		}
		if !slices.Equal(pulled, ids) {
			t.Errorf("pulled %v, pushed %v", pulled, ids)
		}
		if again, _ := h.feed(next); len(again) != 0 {
			t.Errorf("%d changes behind the end", len(again))
		}
		if rest, _ := h.feed(all[1].Cursor); len(rest) != 2 || rest[0].ID != ids[2] {
			t.Errorf("behind the second: %d", len(rest))
		}
		if got := brief(all[0]); got != "granted update [] allowed []" {
			t.Errorf("told late: %s, but it was stopped since", got)
		}
	})
}

// Whoever is erased leaves by id alone; other people's cursors and cursors of another copy are refused, and say so.
func TestCursorsAndErasure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		a := fixture.Phone(1)
		who := h.Grant(a)[0]
		h.write(func(ctx context.Context, tx *db.Tx) error {
			revs, err := contact.Lock(ctx, tx, h.Tenant.ID, []string{who})
			if err != nil {
				return err
			}
			if _, err := contact.Forget(ctx, tx, h.Tenant.ID, who, 1); err != nil {
				return err
			}
			_, err = consent.Append(ctx, tx, h.Tenant.ID, []consent.Event{{Contact: who, Kind: consent.Erased, Address: string(a), Channel: "counter",
				Actor: consent.Actor{Kind: consent.Staff, ID: "usr_test"}}}, revs)
			return err
		})
		all, next := h.feed("")
		if len(all) != 2 || all[1].Do != hook.DoRemove || all[1].Contact != who || len(all[1].Addresses) != 0 || len(all[0].Allowed) != 0 {
			t.Fatalf("of an erased person: %+v", all)
		}
		other := hook.Feed{}
		read := func(cursor string) error {
			return d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				other, err = hook.Changes(ctx, tx, h.Tenant.ID, cursor, 10)
				return err
			})
		}
		if err := read(hook.Latest); err != nil || other.Next != next || len(other.Changes) != 0 {
			t.Errorf("latest: %v %q", err, other.Next)
		}
		for cursor, code := range map[string]errs.Code{"x": errs.Invalid, "!!": errs.Invalid, strings.Repeat("A", 40): errs.Invalid,
			"MS45OTkuZXZ0X3g": errs.Conflict, "MS4xLmV2dF94": errs.Conflict} { // 1.999.evt_x and 1.1.evt_x
			if err := read(cursor); errs.CodeOf(err) != code {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
	})
}

// A new secret signs at once, and the one before beside it; a replay tells the same again under the same id; a test is heard at once.
func TestRotationReplayAndTry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		r := newReceiver(t)
		x := h.to(r, nil)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			secret, _, err := h.b.Rotate(ctx, tx, h.Tenant.ID, x.ID, "test")
			r.set(func() { r.secrets = append(r.secrets, secret) }) // from now on both must verify
			return err
		})
		h.works()
		h.Grant(fixture.Phone(1), fixture.Phone(2))
		h.b.Wake()
		h.until("two are told", func() bool { return len(r.all()) == 2 })
		before := r.all()
		for person, want := range map[string]int{before[0].change.Contact: 1, "": 2} {
			n, err := h.b.ReplayOwn(t.Context(), h.Tenant.ID, x.ID, 0, before[1].change.RecordedAt.UnixMicro(), person, "test")
			if err != nil || n != want {
				t.Fatalf("replayed %d of %d: %v", n, want, err)
			}
		}
		h.until("all is told again", func() bool {
			seen := map[string]int{}
			for _, x := range r.all() {
				seen[x.id]++
			}
			return seen[before[0].id] >= 2 && seen[before[1].id] >= 2
		})
		if tried, err := h.b.Test(t.Context(), h.Tenant.ID, x.ID); err != nil || !tried.OK || tried.Status != 200 {
			t.Errorf("a try: %+v %v", tried, err)
		}
		if list := r.all(); list[len(list)-1].kind != "hook.test" && !slices.ContainsFunc(list, func(x told) bool { return x.kind == "hook.test" }) {
			t.Error("the try was not heard")
		}
		if len(r.forged) > 0 {
			t.Errorf("the verifier said %q", r.forged)
		}
	})
}
