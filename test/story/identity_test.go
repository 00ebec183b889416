package story

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A number given to somebody else: what the last holder agreed to is not the new holder's, and their stop stays.
func TestRecycledNumber(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.allowed(mareike, "sommer_sale")
		w.later(400 * day)
		w.control(http.MethodPost, "people", object{"phone": mareike, "name": "Gustav Neumann", "new_holder": true})
		w.seen.keep("name", "Gustav Neumann")
		w.says(mareike, "Hallo, wer sind Sie?")
		for _, template := range []string{"sommer_sale", "order_update"} {
			if status, out := w.send(mareike, template); status != http.StatusConflict {
				t.Errorf("%s to the new holder: %d %v", template, status, out)
			}
		}
		w.quiet(mareike, 1)
		w.agree(mareike) // the new holder's own word
		w.allowed(mareike, "sommer_sale")
	})
}

// A change of number carries what was agreed to as well as what was stopped.
func TestNumberChangeCarries(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.says(mareike, "keine Werbung mehr, Versandinfos gern")
		w.later(time.Minute)
		w.acts(mareike, "change-number", object{"phone": pia})
		w.says(pia, "Neue Nummer")
		w.stands(pia, "order_updates=granted", "offers=withdrawn")
		w.refused(pia, "sommer_sale", "STOPPED_MARKETING")
		w.allowed(pia, "order_update")
	})
}

// A code written by another account is the writer's consent, and joins nobody.
func TestCodeOfAnother(t *testing.T) {
	each(t, func(w *world) {
		link := w.fill(w.Source, mareike, "offers").chatLink()
		w.says(ole, declaration(link))
		w.stands(ole, "offers=granted")
		w.stands(mareike, "offers=requested")
		w.refused(mareike, "sommer_sale", "CONSENT_REQUESTED")
		w.allowed(ole, "sommer_sale")
		if a, b := w.lookup("tel:+" + mareike)["id"], w.lookup("tel:+" + ole)["id"]; a == b {
			t.Error("a code joined two people")
		}
		w.says(ole, "STOP")
		w.stands(mareike, "offers=requested")
	})
}

// Who opts in behind a hidden number is reached by the user id.
func TestOptInBehindUsername(t *testing.T) {
	each(t, func(w *world) {
		w.acts(mareike, "hide-number", object{"username": "mareike.kaffee"})
		link := w.fill(w.Source, pia, "offers").chatLink() // the number typed is another one
		w.says(mareike, declaration(link))
		me := "wa:" + w.user(mareike)
		if got := w.stateAt(me, "offers"); got != "granted" {
			t.Fatalf("behind a username: %q", got)
		}
		if status, out := w.sendTo(me, "sommer_sale"); status != http.StatusAccepted {
			t.Fatalf("send to a user id: %d %v", status, out)
		}
		w.eventually("the offer", func() bool { return len(w.arrived(mareike)) == 1 })
		w.says(mareike, "Stopp")
		w.silent(me, "a stop behind a username")
	})
}

// Nobody wrote, and yet it shows: the answer to a send names another person behind the number. From then on nothing goes there that the
// last holder agreed to, and staff hear of it once.
func TestAnswerNamesAnother(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		c := w.signedIn()
		alarmed := func() bool { return strings.Contains(w.reads(c, "/alerts"), "reached somebody else") }
		w.allowed(mareike, "sommer_sale")
		if alarmed() {
			t.Fatal("an alarm about the person who agreed")
		}
		w.later(time.Minute)
		w.control(http.MethodPost, "people", object{"phone": mareike, "name": "Gustav Neumann", "new_holder": true})
		w.seen.keep("name", "Gustav Neumann")
		w.allowed(mareike, "order_update") // nobody can know before
		w.patiently("the alarm", alarmed)
		for _, template := range []string{"sommer_sale", "order_update"} {
			w.refused(mareike, template, "CONSENT_NONE")
		}
		w.agree(mareike) // the new holder's own word
		w.allowed(mareike, "sommer_sale")
	})
}
