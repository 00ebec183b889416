package story

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// Staff say that two are one, and later that they are not: a stop of either holds at every address of both, no yes reaches the other,
// what stood before stands again, and a stop given meanwhile stays on both.
func TestMergeAndSplit(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike) // to both topics
		w.agree(ole)
		w.says(pia, "Keine Werbung mehr bitte, STOP Werbung")
		who := func(phone string) string { return w.lookup("tel:+" + phone)["id"].(string) }
		m, o, p := who(mareike), who(ole), who(pia)
		w.later(time.Minute)

		w.must(http.StatusCreated, http.MethodPost, "/contacts/"+m+"/merge", object{"other": p, "reason": "dieselbe Kundennummer"})
		if who(pia) != m {
			t.Error("the one merged is not found at the one that stays")
		}
		w.refused(mareike, "sommer_sale", "STOPPED_MARKETING")
		w.silent("tel:+"+pia, "a merge with somebody who agreed")
		w.must(http.StatusCreated, http.MethodPost, "/contacts/"+p+"/split", object{"reason": "zwei Schwestern, ein Name"})
		w.allowed(mareike, "sommer_sale")
		w.allowed(mareike, "order_update")
		w.silent("tel:+"+pia, "a merge and a split")

		w.must(http.StatusCreated, http.MethodPost, "/contacts/"+m+"/merge", object{"other": o, "reason": "dieselbe Kundennummer"})
		w.allowed(ole, "order_update") // both had agreed
		w.later(time.Minute)
		w.says(ole, "STOP")
		w.silent("tel:+"+mareike, "a stop by the other half")
		w.later(time.Minute)
		w.says(mareike, declaration(w.fill(w.Source, mareike, "offers").chatLink())) // a yes at one address lifts it for the whole
		w.allowed(mareike, "sommer_sale")
		w.later(time.Minute)
		w.must(http.StatusCreated, http.MethodPost, "/contacts/"+o+"/split", object{"reason": "doch zwei Menschen"})
		w.silent("tel:+"+ole, "a split, though the other half had said yes again")
		w.stands(mareike, "offers=granted", "order_updates=withdrawn")
		w.allowed(mareike, "sommer_sale")
		if got := w.kinds(ole); count(got, "withdrawn") != 1 || !slices.Contains(got, "split") {
			t.Errorf("the ledger of who was split off: %v", got)
		}
		w.later(time.Minute)
		w.says(ole, declaration(w.fill(w.Source, ole, "offers").chatLink()))
		w.allowed(ole, "sommer_sale") // only their own new word
		if got := w.state(mareike, "order_updates"); got != "withdrawn" {
			t.Errorf("the other's word changed %q", got)
		}
	})
}
