package story

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// optsIn tells by the API that somebody opted in.
func (w *world) optsIn(address string, topics ...string) object {
	w.Helper()
	return w.must(http.StatusCreated, http.MethodPost, "/optins", object{"address": address, "topics": topics, "source": w.Source,
		"evidence": []object{{"kind": "form", "value": "order 4711"}}})
}

// silent wants that nothing at all may be sent.
func (w *world) silent(address, after string) {
	w.Helper()
	for _, template := range []string{"sommer_sale", "order_update"} {
		status, out := w.sendTo(address, template)
		if status != http.StatusConflict {
			w.Errorf("after %s: %s is taken (%d %v)", after, template, status, out)
		}
	}
}

// A stop stays: no ordinary message, opt-in from outside, import, change of number or hidden number lifts it. Only the
// person's own new declaration does, and just for what it says.
func TestStopSticks(t *testing.T) {
	each(t, func(w *world) {
		me := "tel:+" + mareike
		w.agree(mareike)
		w.says(mareike, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(mareike)) == 1 })
		for _, step := range []struct {
			name string
			do   func()
		}{
			{"an ordinary message", func() { w.says(mareike, "Habt ihr samstags offen?") }},
			{"a yes without a question", func() { w.says(mareike, "Ja") }},
			{"a picture", func() { w.does(mareike, object{"image": object{"caption": "Mein Kaffee"}}) }},
			{"an opt-in by the API", func() { w.optsIn(me, "offers", "order_updates") }},
			{"an opt-in told with a later time", func() {
				w.must(http.StatusCreated, http.MethodPost, "/optins", object{"address": me, "topics": []string{"order_updates"}, "source": w.Source,
					"happened_at": w.clock.Now().UTC().Format(time.RFC3339)})
			}},
			{"the form", func() { w.fill(w.Source, mareike, "offers", "order_updates") }},
			{"an import again", func() {
				for range 3 {
					w.optsIn(me, "order_updates")
				}
			}},
			{"Meta's resume", func() { w.acts(mareike, "resume", nil) }},
			{"a call", func() { w.acts(mareike, "call", nil) }},
		} {
			w.later(time.Minute)
			step.do()
			w.silent(me, step.name)
		}
		w.quiet(mareike, 1)
		w.later(time.Minute)
		w.says(mareike, declaration(w.fill(w.Source, mareike, "offers").chatLink()))
		w.stands(mareike, "offers=granted", "order_updates=withdrawn")
		w.allowed(mareike, "sommer_sale")
		w.refused(mareike, "order_update", "WITHDRAWN")
	})
}

// The stop goes with the person to a new number and to every user id, and stays on what they left behind.
func TestStopFollows(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.says(mareike, "Stop. Danke!")
		user := w.user(mareike)
		w.later(time.Minute)
		w.acts(mareike, "change-number", object{"phone": pia})
		w.says(pia, "Das ist meine neue Nummer")
		for _, a := range []string{"tel:+" + pia, "wa:" + w.user(pia), "tel:+" + mareike, "wa:" + user} {
			w.optsIn(a, "order_updates", "offers")
			w.silent(a, "a change of number and an opt-in at "+a)
		}
	})
}

// Behind a hidden number the stop still holds, though only user ids are told; and when it turns out that a new number is
// the same person's, it holds there too.
func TestStopBehindUsername(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.acts(mareike, "hide-number", object{"username": "mareike.kaffee"})
		w.says(mareike, "Bitte keine Nachrichten mehr, STOP")
		user := w.user(mareike)
		for _, a := range []string{"wa:" + user, "tel:+" + mareike} {
			w.silent(a, "a stop behind a username")
			w.optsIn(a, "order_updates", "offers")
			w.silent(a, "an opt-in at "+a)
		}
		w.later(time.Minute)
		w.acts(mareike, "change-number", object{"phone": pia})
		w.says(pia, "Hallo, noch da?")
		w.optsIn("wa:"+w.user(pia), "order_updates")
		w.silent("wa:"+w.user(pia), "a change of the hidden number")

		w.optsIn("tel:+"+pia, "order_updates") // Meta told nobody whose number this is
		w.allowed(pia, "order_update")         // until its answer to the first message does
		w.eventually("the stop at the new number", func() bool {
			status, _ := w.send(pia, "order_update")
			return status == http.StatusConflict
		})
	})
}

// Who never wrote, got order news at their number, and says stop from behind a username is the same person: Meta's answer
// to the send told number and user id together.
func TestStopOfSilentReader(t *testing.T) {
	each(t, func(w *world) {
		w.fill(w.Source, mareike, "order_updates")
		w.allowed(mareike, "order_update")
		w.eventually("the user id behind the number", func() bool { return len(list(w.lookup("tel:+" + mareike)["addresses"])) == 2 })
		w.acts(mareike, "hide-number", object{"username": "mareike.kaffee"})
		w.says(mareike, "STOP")
		w.silent("wa:"+w.user(mareike), "a stop behind a username")
		w.silent("tel:+"+mareike, "a stop behind a username, at the number")
	})
}

func (w *world) user(phone string) string {
	w.Helper()
	return w.control(http.MethodGet, "people/"+phone, nil)["user_id"].(string)
}

// An opt-out for an address never seen holds, whatever form or file says afterwards, until the person writes first.
func TestStopOfAStranger(t *testing.T) {
	each(t, func(w *world) {
		me := "tel:+" + ole
		w.seen.phone(ole)
		first := w.must(http.StatusCreated, http.MethodPost, "/optouts", object{"address": me, "scope": "all", "via": "phone"})
		again := w.must(http.StatusOK, http.MethodPost, "/optouts", object{"address": me, "scope": "all", "via": "phone"})
		if first["event"] != again["event"] {
			t.Errorf("the same opt-out twice: %v, %v", first, again)
		}
		w.later(time.Minute)
		link := w.fill(w.Source, ole, "offers", "order_updates").chatLink()
		w.silent(me, "the form")
		w.optsIn(me, "order_updates")
		w.silent(me, "an opt-in by the API")
		w.quiet(ole, 0)
		w.says(ole, declaration(link))
		w.stands(ole, "offers=granted", "order_updates=granted")
		w.allowed(ole, "sommer_sale")
	})
}

// A code is used once, and only while it lives.
func TestCodeIsUsedOnce(t *testing.T) {
	each(t, func(w *world) {
		link := w.fill(w.Source, mareike, "offers").chatLink()
		w.says(mareike, declaration(link))
		w.stands(mareike, "offers=granted")
		w.later(time.Minute)
		w.says(mareike, "STOP")
		w.later(time.Minute)
		w.says(mareike, declaration(link)) // the old text, scrolled up and sent again
		w.stands(mareike, "offers=withdrawn")

		old := w.fill(w.Source, pia, "offers").chatLink()
		w.later(8 * day)
		w.says(pia, declaration(old))
		if got := w.state(pia, "offers"); got == "granted" {
			t.Error("a code of last week still confirms")
		}
	})
}

// An opt-out and an opt-in in one message: the opt-out wins.
func TestStopInTheDeclaration(t *testing.T) {
	each(t, func(w *world) {
		link := w.fill(w.Source, mareike, "offers").chatLink()
		w.says(mareike, declaration(link)+"\nStop, bitte keine Nachrichten mehr!")
		if slices.Contains(w.kinds(mareike), "granted") {
			t.Error("granted by a message that says stop")
		}
		w.silent("tel:+"+mareike, "both in one message")
	})
}
