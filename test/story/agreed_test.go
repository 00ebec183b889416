package story

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// texts are the free texts that reached a phone.
func (w *world) words(phone string) (out []string) {
	w.Helper()
	for _, m := range w.arrived(phone) {
		if text, ok := m["body"].(object)["text"].(object); ok {
			out = append(out, text["body"].(string))
		}
	}
	return out
}

// Who says yes in the chat reads once what was agreed and how it ends; switched off nothing comes, and never after a stop.
func TestAgreedIsAnswered(t *testing.T) {
	each(t, func(w *world) {
		s := w.threadSource([]string{"offers", "order_updates"}, object{})
		text := func(lang string) string {
			link, err := url.Parse(s["links"].(object)[lang].(string))
			if err != nil {
				w.Fatal(err)
			}
			return link.Query().Get("text")
		}
		w.says(ole, text("en"))
		w.stands(ole, "offers=granted")
		w.quiet(ole, 0) // off

		w.must(200, "PUT", "/numbers/"+w.id+"/settings", object{"mode": "enforce", "stop_ack": true, "optin_ack": true})
		w.says(mareike, text("de"))
		w.stands(mareike, "offers=granted", "order_updates=granted")
		w.eventually("a confirmation", func() bool { return len(w.words(mareike)) == 1 })
		for _, part := range []string{"darf Ihnen hier in WhatsApp schreiben (", "STOP", "„Einstellungen“"} {
			if got := w.words(mareike)[0]; !strings.Contains(got, part) {
				w.Errorf("%q lacks %q", got, part)
			}
		}
		w.later(time.Hour)
		w.says(mareike, text("de"))
		w.quiet(mareike, 1) // once in 24 hours
		w.says(mareike, "Einstellungen")
		w.eventually("the settings that it speaks of", func() bool { return len(w.arrived(mareike)) == 2 })
		w.says(mareike, "STOP")
		w.eventually("the acknowledgement of the stop", func() bool { return len(w.arrived(mareike)) == 3 })
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")

		w.later(25 * time.Hour)
		w.says(mareike, text("de"))
		w.stands(mareike, "offers=granted")
		w.eventually("a confirmation of what the declaration lifted", func() bool { return len(w.arrived(mareike)) == 4 })
	})
}

// A stop right behind the yes takes the answer with it, also one of another topic; the stop itself is answered as ever.
func TestStopTakesTheAnswer(t *testing.T) {
	each(t, func(w *world) {
		s := w.threadSource([]string{"offers"}, object{})
		w.must(200, "PUT", "/numbers/"+w.id+"/settings", object{"mode": "enforce", "optin_ack": true})
		link, err := url.Parse(s["links"].(object)["de"].(string))
		if err != nil {
			w.Fatal(err)
		}
		for phone, stop := range map[string]string{mareike: "STOP", ole: "Bitte keine Bestellnachrichten mehr, Angebote gern"} {
			w.says(phone, "Hallo") // opens the window at the emulator
			if code := w.hook(w.wrote(w.shop, phone, link.Query().Get("text"), stop), w.secret); code != 200 {
				w.Fatalf("hook: %d", code)
			}
			w.quiet(phone, 0)
		}
		w.stands(ole, "offers=granted", "order_updates=withdrawn")
	})
}
