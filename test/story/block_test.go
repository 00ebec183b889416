package story

import (
	"slices"
	"testing"
	"time"
)

// Who blocks is never told: three messages that stay under way for a week are a suspicion with a figure. Advertising rests, order news
// goes on. A message of theirs clears it, and marketing comes back a day later, by itself and without anything being sent for it.
func TestBlocksAreSuspected(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		_, first := w.send(mareike, "sommer_sale")
		w.status(first["id"].(string), "read")
		w.acts(mareike, "block", nil)
		for range 3 {
			w.later(2 * day)
			_, out := w.send(mareike, "order_update")
			w.status(out["id"].(string), "sent")
		}
		suspect := func() {
			if err := w.app.Desk.Suspect(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		suspect()
		if slices.Contains(w.kinds(mareike), "suspected_block") {
			t.Error("suspected after four days")
		}
		w.later(4 * day)
		suspect()
		suspect()
		if n := count(w.kinds(mareike), "suspected_block"); n != 1 {
			t.Fatalf("%d suspicions", n)
		}
		w.refused(mareike, "sommer_sale", "SUSPECTED_BLOCK")
		w.acts(mareike, "unblock", nil)
		before := len(w.arrived(mareike))
		w.says(mareike, "Da bin ich wieder, habt ihr offen?")
		suspect()
		if n := count(w.kinds(mareike), "block_cleared"); n != 1 {
			t.Errorf("cleared %d times by a message", n)
		}
		w.stands(mareike, "offers=paused", "order_updates=granted")
		w.later(25 * time.Hour)
		w.quiet(mareike, before)
	})
}

func count(list []string, what string) (n int) {
	for _, x := range list {
		if x == what {
			n++
		}
	}
	return n
}

// status waits until a message is so far.
func (w *world) status(id, want string) {
	w.Helper()
	w.eventually("a message that is "+want, func() bool { return w.must(200, "GET", "/messages/"+id, nil)["status"] == want })
}
