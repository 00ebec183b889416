package story

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// under is a tap on a button of the last message that arrived at a phone, as Meta tells it.
func (w *world) under(phone, id, title string) {
	w.Helper()
	list := w.arrived(phone)
	on := list[len(list)-1]["id"].(string)
	body := w.posted(w.shop, object{"messages": []object{{"from": phone, "id": fmt.Sprintf("wamid.tap%d", w.clock.Now().UnixNano()), "timestamp": fmt.Sprint(w.clock.Now().Unix()),
		"context": object{"from": "493023125020", "id": on}, "type": "interactive", "interactive": object{"type": "button_reply", "button_reply": object{"id": id, "title": title}}}}})
	if code := w.hook(body, w.secret); code != http.StatusOK {
		w.Fatalf("a tap: %d", code)
	}
}

// A program may put what it likes behind its own buttons: what is tapped there answers the program, and neither our question nor our lists.
// A stop is a stop wherever it is tapped.
func TestTapsOnOtherPrograms(t *testing.T) {
	each(t, func(w *world) {
		s := w.support()
		s.people(true, "Der Support antwortet hier")
		buttons := func(phone, id, title string) {
			w.Helper()
			n := len(w.arrived(phone))
			s.sends(title, phone, `"type":"interactive","interactive":{"type":"button","body":{"text":"Passt das so?"},"action":{"buttons":[{"type":"reply","reply":{"id":"`+id+`","title":"`+title+`"}}]}}`, "")
			w.eventually("the buttons", func() bool { return len(w.arrived(phone)) == n+1 })
			time.Sleep(300 * time.Millisecond) // Meta's id of it is written behind the answer
		}
		w.agree(mareike)
		buttons(mareike, "settings:keep", "Bestellstatus")
		tapped := w.arrived(mareike)[0]["id"]
		w.later(time.Minute)
		w.says(mareike, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(mareike)) == 2 })
		w.later(time.Minute)
		body := w.posted(w.shop, object{"messages": []object{{"from": mareike, "id": "wamid.old", "timestamp": fmt.Sprint(w.clock.Now().Unix()), "context": object{"id": tapped},
			"type": "interactive", "interactive": object{"type": "button_reply", "button_reply": object{"id": "settings:keep", "title": "Bestellstatus"}}}}})
		if code := w.hook(body, w.secret); code != http.StatusOK {
			t.Fatal(code)
		}
		w.silent("tel:+"+mareike, "a tap on a program's button called like ours")
		w.quiet(mareike, 2)

		source := w.sourceWith(object{"question": true})
		yes, _ := w.asked(source, ole)
		w.says(ole, "Wo ist mein Paket?")
		for _, id := range []string{yes, "yes", "optin:yes"} {
			buttons(ole, id, "Ja, gern")
			w.later(time.Minute)
			w.under(ole, id, "Ja, gern")
			w.stands(ole, "offers=requested")
		}
		buttons(ole, yes, "STOP")
		w.later(time.Minute)
		w.under(ole, yes, "STOP")
		w.silent("tel:+"+ole, "a stop behind a program's button called like ours")

		yes, _ = w.asked(source, pia) // and what is ours is an answer
		w.taps(pia, yes, "Ja, einverstanden")
		w.stands(pia, "offers=granted")
	})
}
