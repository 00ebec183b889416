package story

import (
	"net/http"
	"testing"
	"time"
)

// asking puts a source's question into the conversation by the API, and wants a status.
func (w *world) asking(want int, phone string, source any) object {
	w.Helper()
	code, out := w.api(http.MethodPost, "/contacts/"+w.lookup("tel:+" + phone)["id"].(string)+"/ask", object{"source": source})
	if code != want {
		w.Errorf("asking %s: %d, want %d: %v", phone, code, want, out)
	}
	return out
}

// A program asks in the thread: inside the open window only, once a conversation, twice in ninety days, for what is not agreed to yet;
// never within twelve months of a no, never after a stop.
func TestAskingInTheThread(t *testing.T) {
	each(t, func(w *world) {
		s := w.threadSource([]string{"offers"}, object{"words": []string{"START"}})["id"]
		w.says(mareike, "Wann macht ihr auf?")
		w.asking(http.StatusConflict, mareike, w.Source) // a web form asks nobody in a chat
		w.asking(http.StatusNotFound, mareike, "src_00000000000000000000000000")
		out := w.asking(http.StatusCreated, mareike, s)
		if topics, _ := out["topics"].([]any); len(topics) != 1 || topics[0] != "offers" {
			t.Errorf("asked for %v", out)
		}
		asks := w.asks(mareike, 1)
		w.asking(http.StatusConflict, mareike, s)
		w.says(mareike, "START") // nor by their own word: it is one conversation
		w.quiet(mareike, 1)
		w.answers(mareike, asks["Ja, einverstanden"], "Ja, einverstanden")
		w.stands(mareike, "offers=granted")
		w.later(25 * time.Hour)
		w.says(mareike, "Danke!")
		w.asking(http.StatusConflict, mareike, s) // nothing is left to ask

		w.says(ole, "Hallo")
		w.asking(http.StatusCreated, ole, s)
		w.answers(ole, w.asks(ole, 1)["Nein, danke"], "Nein, danke")
		w.stands(ole, "offers=declined")
		w.later(40 * day)
		w.says(ole, "Habt ihr Filter?")
		w.asking(http.StatusConflict, ole, s)
		w.quiet(ole, 1)
		w.later(330 * day)
		w.asking(http.StatusConflict, ole, s) // a year later, but the window is long closed
		w.says(ole, "Da bin ich wieder")
		w.asking(http.StatusCreated, ole, s)
		w.asks(ole, 2)

		w.says(pia, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(pia)) == 1 })
		w.later(400 * day)
		w.says(pia, "Guten Tag")
		n := len(w.arrived(pia))
		w.asking(http.StatusConflict, pia, s)
		w.quiet(pia, n)

		w.says(ruben, "Hallo")
		for range 2 {
			w.asking(http.StatusCreated, ruben, s)
			w.later(25 * time.Hour)
			w.says(ruben, "Hallo")
		}
		w.asking(http.StatusConflict, ruben, s) // two in ninety days
	})
}

// Somebody behind a username is asked for the number: in the open conversation, once a day, never after a stop of everything. A tap on
// Meta's own button joins it to the person, and what was said at the number before holds for both.
func TestAskingForTheNumber(t *testing.T) {
	each(t, func(w *world) {
		w.must(http.StatusCreated, http.MethodPost, "/optouts", object{"address": "tel:+" + mareike, "scope": "marketing", "via": "letter"}) // said at the number, long before
		w.acts(mareike, "hide-number", object{"username": "mareike.kaffee"})
		w.says(mareike, "Habt ihr heute auf?")
		hidden := "wa:" + w.user(mareike)
		path := "/contacts/" + w.lookup(hidden)["id"].(string) + "/ask-number"
		ask := func(want int) {
			w.Helper()
			if code, out := w.api(http.MethodPost, path, nil); code != want {
				w.Errorf("asking for the number: %d, want %d: %v", code, want, out)
			}
		}
		ask(http.StatusCreated)
		w.eventually("the request", func() bool { return len(w.arrived(mareike)) == 1 })
		ask(http.StatusConflict) // once a day
		body, _ := w.arrived(mareike)[0]["body"].(object)
		inter, _ := body["interactive"].(object)
		if inter["type"] != "contact_request" || body["recipient"] != w.user(mareike) {
			w.Errorf("asked with %v", body)
		}
		w.does(mareike, object{"share_number": true})
		w.eventually("the number", func() bool { return w.lookup("tel:+" + mareike)["id"] == w.lookup(hidden)["id"] })
		ask(http.StatusConflict) // it is known
		w.refused(mareike, "sommer_sale", "STOPPED_MARKETING")

		w.acts(ole, "hide-number", object{"username": "ole.kaffee"})
		w.says(ole, "STOP")
		path = "/contacts/" + w.lookup("wa:" + w.user(ole))["id"].(string) + "/ask-number"
		ask(http.StatusConflict)
	})
}
