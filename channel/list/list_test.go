package list

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jawort/address"
	"jawort/bring"
	"jawort/consent"
	"jawort/db"
)

const (
	ada = address.Address("tel:+491713920011")
	ole = address.Address("tel:+491713920012")
	ida = address.Address("tel:+491713920013")
	uwe = address.Address("tel:+491713920014")
	kai = address.Address("tel:+491713920015")
)

// A list of people raises nobody: a yes becomes a claim, an own yes stays, a no stays whatever the list says, and its opt-outs hold.
func TestPeople(t *testing.T) {
	each(t, func(h *house) {
		h.agrees(ole, "offers")
		h.agrees(ida, "offers")
		h.clock = h.clock.Add(time.Minute)
		h.stops(ida)
		i := h.brings(bring.People, "Name;Telefon;Einwilligung;Datum;Themen\n"+
			"Ada =1+1;0171 3920011;ja;2024-03-01;offers\n"+ // new: a claim
			"Ole;0171 3920012;ja;;\n"+ // agreed already
			"Ida;0171 3920013;ja;;\n"+ // opted out: stays
			"Uwe;0171 3920014;nein;2023-01-01;\n"+ // an opt-out
			"Kai;0171 3920015;vielleicht;;\n"+ // neither
			"Ada;+49 171 3920011;ja;;\n"+ // twice
			"Ole;0171 3920012;nein;;\n"+ // contradicts row 3: the opt-out holds
			"Eva;;ja;;\n") // no number
		want := "stop=2 claim=1 kept_out=1 unclear=1 twice=1 no_number=1 contradicts=1"
		if got := said(i.Counts.Expected); got != want || i.Counts.Rows != 8 {
			t.Errorf("expected of %d rows: %s, want %s", i.Counts.Rows, got, want)
		}
		if !h.may(ole) || h.state(ada, "offers") != "unknown" {
			t.Error("a list that was only read took effect")
		}
		h.begins(i.ID)
		h.until(i.ID, bring.Done)
		if got := said(h.get(i.ID).Counts.Came); got != "stop=2 claim=1 kept_out=1" {
			t.Errorf("came: %s", got)
		}
		for a, state := range map[address.Address]consent.State{ada: consent.StateClaimed, ole: consent.StateWithdrawn, ida: consent.StateWithdrawn,
			uwe: consent.StateWithdrawn, kai: "unknown"} {
			if got := h.state(a, "offers"); got != state {
				t.Errorf("%s is %s, want %s", a, got, state)
			}
			if h.may(a) {
				t.Errorf("%s may be sent to", a)
			}
		}
	})
}

// Whatever list is brought in after an opt-out, with whatever word: it stays.
func TestNoListLiftsAnOptOut(t *testing.T) {
	each(t, func(h *house) {
		h.agrees(ada, "offers")
		h.clock = h.clock.Add(time.Minute)
		h.stops(ada)
		for _, text := range []string{"+491713920011\n", "phone,status\n+491713920011,subscribed\n", "phone,status,consent timestamp\n+491713920011,granted,2030-01-01\n",
			"phone,status,topics\n+491713920011,yes,offers news\n"} {
			for _, kind := range []bring.Kind{bring.People, bring.OptOuts} {
				h.clock = h.clock.Add(time.Minute)
				i := h.runs(kind, text)
				if h.state(ada, "offers") != consent.StateWithdrawn || h.may(ada) {
					t.Errorf("a list of %s with %q lifted it", kind, text)
				}
				h.undoes(i.ID)
				if h.state(ada, "offers") != consent.StateWithdrawn || h.may(ada) {
					t.Errorf("taking back a list of %s with %q lifted it", kind, text)
				}
			}
		}
	})
}

// Taking a list back gives back what it took, and nothing that a person said themselves, before or since.
func TestUndo(t *testing.T) {
	each(t, func(h *house) {
		for _, a := range []address.Address{ada, ole, ida} {
			h.agrees(a, "offers")
		}
		h.clock = h.clock.Add(time.Minute)
		h.stops(ole) // before the list
		h.clock = h.clock.Add(time.Minute)
		i := h.runs(bring.OptOuts, "0171 3920011\n0171 3920012\n0171 3920013\n0171 3920014\n")
		if got := said(i.Counts.Came); got != "stop=3 already_out=1" {
			t.Errorf("came: %s", got)
		}
		h.clock = h.clock.Add(time.Minute)
		h.stops(ida) // after it: the list said so first, but this is their own
		if h.may(ada) || h.may(ole) || h.may(ida) {
			t.Error("somebody on the list may be sent to")
		}
		h.clock = h.clock.Add(time.Minute)
		h.undoes(i.ID)
		if !h.may(ada) {
			t.Error("the list was taken back, and still holds")
		}
		for _, a := range []address.Address{ole, ida} {
			if h.may(a) || h.state(a, "offers") != consent.StateWithdrawn {
				t.Errorf("the person's own opt-out went with the list: %s", h.state(a, "offers"))
			}
		}
		if n := h.listed(i); n != 0 {
			t.Errorf("%d suppressions of the list are left", n)
		}
	})
}

// listed counts the suppressions that stand under a list's mark and moment.
func (h *house) listed(i bring.Import) (n int64) {
	h.read(func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select count(*) from suppression where tenant = $1 and reason = $2 and at = $3`, h.tenant.ID, i.Reason(), i.BegunAt).Scan(&n)
	})
	return n
}

// One person asks, another agrees.
func TestUndoNeedsTwo(t *testing.T) {
	each(t, func(h *house) {
		i := h.runs(bring.OptOuts, "0171 3920011\n")
		h.write(func(ctx context.Context, tx *db.Tx) error {
			if err := bring.AskUndo(ctx, tx, h.tenant.ID, i.ID, "usr_a", "zu kurz"); err == nil {
				t.Error("a reason of seven letters")
			}
			if err := bring.DecideUndo(ctx, tx, h.tenant.ID, i.ID, "usr_b", true); err == nil {
				t.Error("agreed to what nobody asked for")
			}
			return bring.AskUndo(ctx, tx, h.tenant.ID, i.ID, "usr_a", "Das war die falsche Datei")
		})
		err := h.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			return bring.DecideUndo(ctx, tx, h.tenant.ID, i.ID, "usr_a", true)
		})
		if err == nil || h.get(i.ID).State != bring.Done {
			t.Errorf("whoever asked agreed: %v", err)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return bring.DecideUndo(ctx, tx, h.tenant.ID, i.ID, "usr_b", false)
		})
		if i := h.get(i.ID); i.UndoBy != "" || i.State != bring.Done || h.listed(i) != 1 {
			t.Errorf("a wish that was declined: %+v", i)
		}
	})
}

// A process that dies after any step leaves a list that the next one carries on, and every row takes effect once.
func TestResume(t *testing.T) {
	each(t, func(h *house) {
		var text strings.Builder
		text.WriteString("phone,status\n")
		for n := range 11 {
			fmt.Fprintf(&text, "%s,%s\n", strings.TrimPrefix(string(number(n)), "tel:"), []string{"no", "yes"}[n%2])
		}
		i := h.brings(bring.People, text.String())
		h.begins(i.ID)
		steps := 0
		for ; h.get(i.ID).State != bring.Done; steps++ {
			h.w = h.worker()
			h.fails(i.ID)
			h.step(i.ID)
		}
		if got := said(h.get(i.ID).Counts.Came); got != "stop=6 claim=5" || steps < 8 {
			t.Errorf("after %d steps: %s", steps, got)
		}
		var events, persons int64
		h.read(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*), count(distinct contact) from event where tenant = $1 and actor = $2`, h.tenant.ID, i.ID).Scan(&events, &persons)
		})
		if events != 11 || persons != 11 {
			t.Errorf("%d entries for %d people", events, persons)
		}
	})
}

// fails takes the next step and loses it before the commit, as a crash does.
func (h *house) fails(list string) {
	h.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	before := h.get(list)
	if _, err := h.w.step(ctx, h.tenant.ID, list); err == nil {
		h.Error("a step without a context")
	}
	if after := h.get(list); after.Line != before.Line || after.Phase != before.Phase {
		h.Errorf("a step that was lost moved the list from %s %d to %s %d", before.Phase, before.Line, after.Phase, after.Line)
	}
}

// Two workers at once: what one has done, the other does not do again.
func TestTwoWorkers(t *testing.T) {
	each(t, func(h *house) {
		i := h.brings(bring.OptOuts, "0171 3920011\n0171 3920012\n0171 3920013\n")
		stale := h.get(i.ID)
		h.begins(i.ID)
		h.step(i.ID) // it holds
		h.step(i.ID)
		err := h.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			stale.State, stale.Phase = bring.Running, bring.Force
			return bring.Advance(ctx, tx, h.tenant.ID, &stale, bring.Step{Line: 2, Through: 2})
		})
		if err != bring.ErrMoved || h.get(i.ID).Through != 3 {
			t.Errorf("a worker behind: %v, %d through", err, h.get(i.ID).Through)
		}
	})
}

// Thousands of opt-outs: from the commit that lets the list go, before the worker has moved and before any of them is in the
// ledger, nothing of marketing goes to one of them, whatever they had agreed to; and so at every moment after, also when the worker
// dies at each step and another carries on.
func TestManyHoldFromTheCommit(t *testing.T) {
	const many = 2_500
	each(t, func(h *house) {
		var text strings.Builder
		var some []address.Address // all who had agreed, and one in fifty of the others
		for n := range many {
			fmt.Fprintln(&text, strings.TrimPrefix(string(number(n)), "tel:"))
			if n%97 == 0 || n%50 == 0 {
				some = append(some, number(n))
			}
		}
		for n := 0; n < many; n += 97 {
			h.agrees(number(n), "offers")
		}
		h.clock = h.clock.Add(time.Minute)
		h.w.d.Rows = 1_000
		i := h.brings(bring.OptOuts, text.String())
		agreed := (many + 96) / 97
		if n, _ := h.verdicts(some); n != agreed {
			t.Fatalf("%d of %d who agreed may be sent to while the list is only read", n, agreed)
		}
		h.begins(i.ID)
		steps := 0
		for ; h.get(i.ID).Phase == bring.Force; steps++ {
			if n, refused := h.verdicts(some); n != 0 || refused != len(some) {
				t.Fatalf("%d of %d may be sent to after %d steps", n, len(some), steps)
			}
			h.w = h.worker()
			h.fails(i.ID)
			h.step(i.ID)
		}
		if i = h.get(i.ID); i.ForceAt == 0 || h.waited != 1 || said(i.Counts.Came) != "" || steps != 5 {
			t.Fatalf("after %d steps and %d waits it stands at %+v", steps, h.waited, i)
		}
		if n, _ := h.verdicts(some); n != 0 || h.listed(i) != many || h.staged() != 0 || h.lists() != 0 {
			t.Errorf("%d may be sent to; %d of %d on the suppression list, %d staged, %d lists", n, h.listed(i), many, h.staged(), h.lists())
		}
	})
}

// A person is stopped at every address when one of them is on the list, also before the list is in the ledger.
func TestHoldsAtEveryAddress(t *testing.T) {
	each(t, func(h *house) {
		h.agrees(ada, "offers")
		other := address.Address("wa:DE.700000000000000042")
		h.linked(ada, other)
		h.clock = h.clock.Add(time.Minute)
		i := h.brings(bring.OptOuts, strings.TrimPrefix(string(ada), "tel:")+"\n")
		if !h.may(other) {
			t.Fatal("may not be sent to before")
		}
		h.begins(i.ID)
		if h.may(other) || h.may(ada) {
			t.Error("may be sent to although the list was let go")
		}
	})
}

// What reading wrote down takes no effect: not while the list waits, not when its columns are set anew, not when it is thrown away or
// was left lying until its file is gone.
func TestWhatWasOnlyRead(t *testing.T) {
	each(t, func(h *house) {
		h.agrees(ada, "offers")
		h.clock = h.clock.Add(time.Minute)
		text := "old number,new number\n+491713920011,+491713920012\n+491713920013,+491713920014\n"
		i := h.brings(bring.OptOuts, text)
		o := i.Options
		o.Columns = []string{"", "number"}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return bring.Reread(ctx, tx, h.tenant.ID, i.ID, "usr_a", o)
		})
		h.until(i.ID, bring.Ready)
		h.begins(i.ID)
		if !h.may(ada) || h.staged() != 2 {
			t.Errorf("the columns of before count: %d staged", h.staged())
		}
		h.until(i.ID, bring.Done)

		dropped := h.brings(bring.OptOuts, "+491713920011\n")
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return bring.Drop(ctx, tx, h.tenant.ID, dropped.ID, "usr_a")
		})
		left := h.brings(bring.OptOuts, "+491713920011\n+491713920015\n")
		h.step(dropped.ID)
		if h.staged() != 2 {
			t.Errorf("%d staged, 2 are of a list that waits", h.staged())
		}
		h.clock = h.clock.Add(bring.Keep + time.Hour)
		err := h.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			return bring.Begin(ctx, tx, h.tenant.ID, left.ID, "usr_a")
		})
		if err == nil {
			t.Error("a list was let go whose file is gone")
		}
		h.step(left.ID)
		h.step(left.ID)
		if h.get(left.ID).State != bring.Dropped || h.staged() != 0 || h.lists() != 0 {
			t.Errorf("left lying it is %s, %d staged", h.get(left.ID).State, h.staged())
		}
	})
}

// Whoever agrees by themselves after the list was let go has the later word, however late the list's entry is written.
func TestAgreedSince(t *testing.T) {
	each(t, func(h *house) {
		i := h.brings(bring.OptOuts, "0171 3920011\n0171 3920012\n")
		h.begins(i.ID)
		for h.get(i.ID).Phase == bring.Force {
			h.step(i.ID)
		}
		h.clock = h.clock.Add(time.Minute)
		h.agrees(ada, "offers")
		if !h.may(ada) || h.may(ole) {
			t.Error("the person's later yes, or the other's no, does not count")
		}
		h.clock = h.clock.Add(time.Minute)
		h.until(i.ID, bring.Done)
		if got := said(h.get(i.ID).Counts.Came); got != "stop=1 agreed_now=1" || !h.may(ada) || h.may(ole) {
			t.Errorf("came: %s", got)
		}
	})
}
