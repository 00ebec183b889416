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
