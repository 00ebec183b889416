package story

import (
	"net/http"
	"testing"
	"time"
)

// Stopping in the middle and starting again on the same database loses nothing: not the open code, not the stop, not
// what was written meanwhile.
func TestRestart(t *testing.T) {
	each(t, func(w *world) {
		page := w.fill(w.Source, mareike, "offers", "order_updates")
		w.agree(pia)
		w.says(pia, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(pia)) == 1 })
		w.agree(ruben)
		_, sent := w.send(ruben, "sommer_sale")
		w.stop()

		w.writes(ole, "Guten Morgen") // nobody answers the webhook
		w.writes(ruben, "Stop!")
		w.start()

		w.eventually("what was written meanwhile", func() bool { return w.state(ruben, "offers") == "withdrawn" })
		w.eventually("the message under way", func() bool {
			switch w.must(http.StatusOK, http.MethodGet, "/messages/"+sent["id"].(string), nil)["status"] {
			case "accepted", "sent", "delivered", "read", "refused", "unknown":
				return true
			}
			return false
		})
		w.silent("tel:+"+pia, "a restart")
		w.silent("tel:+"+ruben, "a restart")
		w.says(mareike, declaration(page.chatLink()))
		w.stands(mareike, "offers=granted", "order_updates=granted")
		w.allowed(mareike, "sommer_sale")
		w.later(time.Minute)
		w.says(mareike, "Stop. Danke!")
		w.silent("tel:+"+mareike, "a stop after the restart")
	})
}

// writes is somebody writing while nobody listens.
func (w *world) writes(phone, text string) {
	w.Helper()
	w.seen.phone(phone)
	w.control(http.MethodPost, "people/"+phone+"/say?wait=0", object{"text": text})
}
