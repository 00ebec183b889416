package story

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

// asked fills in the form of a source with the question, and answers the payloads of the two buttons that arrive.
func (w *world) asked(source, phone string) (yes, no string) {
	w.Helper()
	n := len(w.arrived(phone))
	w.fill(source, phone, "offers")
	w.eventually("the question", func() bool { return len(w.arrived(phone)) == n+1 })
	m := w.arrived(phone)[n]
	if templateOf(m) != "optin_confirm" {
		w.Fatalf("the question is %v", m["body"])
	}
	buttons := list(m["body"].(object)["template"].(object)["components"])
	if len(buttons) != 2 {
		w.Fatalf("%d buttons", len(buttons))
	}
	payload := func(b object) string { return list(b["parameters"])[0]["payload"].(string) }
	return payload(buttons[0]), payload(buttons[1])
}

func (w *world) taps(phone, payload, title string) {
	w.Helper()
	w.does(phone, object{"button": object{"payload": payload, "text": title}})
}

// One neutral question: a tap on yes is the consent, and a second form within a day asks no second time.
func TestQuestionYes(t *testing.T) {
	each(t, func(w *world) {
		source := w.sourceWith(object{"question": true})
		yes, _ := w.asked(source, mareike)
		w.stands(mareike, "offers=requested")
		w.refused(mareike, "sommer_sale", "CONSENT_REQUESTED")
		w.fill(source, mareike, "offers")
		w.fill(w.Source, mareike, "offers") // nor by another door
		w.quiet(mareike, 1)
		w.taps(mareike, yes, "Ja, einverstanden")
		w.stands(mareike, "offers=granted")
		w.allowed(mareike, "sommer_sale")
		granted := w.events("tel:+" + mareike)
		if e := granted[len(granted)-1]; e["kind"] != "granted" || e["channel"] != "button" || e["notice_hash"] == nil {
			t.Errorf("granted by %v", e)
		}
	})
}

// No is no: quiet, also for the next form.
func TestQuestionNo(t *testing.T) {
	each(t, func(w *world) {
		source := w.sourceWith(object{"question": true})
		_, no := w.asked(source, mareike)
		w.taps(mareike, no, "Nein, danke")
		w.stands(mareike, "offers=declined")
		w.refused(mareike, "sommer_sale", "DECLINED")
		w.later(2 * day)
		if page := w.fill(source, mareike, "offers"); page.chatLink() == "" {
			t.Error("after a no the page looks different")
		}
		w.quiet(mareike, 1)
		w.stands(mareike, "offers=declined")
	})
}

// A stop word as the answer is more than a no.
func TestQuestionStop(t *testing.T) {
	each(t, func(w *world) {
		source := w.sourceWith(object{"question": true})
		w.asked(source, mareike)
		w.says(mareike, "STOP")
		if got := w.kinds(mareike); !slices.Contains(got, "declined") || !slices.Contains(got, "withdrawn") {
			t.Errorf("STOP came to %v", got)
		}
		w.stands(mareike, "offers=withdrawn", "order_updates=withdrawn")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(mareike)) == 2 })
		w.later(8 * day)
		w.fill(source, mareike, "offers")
		w.quiet(mareike, 2) // never a question to somebody with a stop
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")
	})
}

// Words answer as well as buttons, while the question is open; an ordinary yes without a question is nothing.
func TestQuestionByWord(t *testing.T) {
	each(t, func(w *world) {
		source := w.sourceWith(object{"question": true})
		w.says(ole, "Ja")
		w.asked(source, mareike)
		w.says(mareike, "Ja")
		w.stands(mareike, "offers=granted")
		w.allowed(mareike, "sommer_sale")
		w.refused(ole, "sommer_sale", "CONSENT_NONE")
	})
}

// A tap on yes after a week is too late: the question comes afresh, inside the window that the tap opened.
func TestQuestionTooLate(t *testing.T) {
	each(t, func(w *world) {
		source := w.sourceWith(object{"question": true})
		yes, _ := w.asked(source, mareike)
		w.later(7*day + time.Hour)
		w.taps(mareike, yes, "Ja, einverstanden")
		if got := w.state(mareike, "offers"); got == "granted" {
			t.Fatal("a closed question was answered")
		}
		w.eventually("a fresh question", func() bool { return len(w.arrived(mareike)) == 2 })
		body := w.arrived(mareike)[1]["body"].(object)
		inner, _ := body["interactive"].(object)
		action, _ := inner["action"].(object)
		if body["type"] != "interactive" || len(list(action["buttons"])) != 2 {
			t.Fatalf("the fresh question is %v", body)
		}
		fresh := list(action["buttons"])[0]["reply"].(object)["id"].(string)
		w.does(mareike, object{"button_reply": object{"id": fresh, "title": "Ja"}})
		w.stands(mareike, "offers=granted")
		w.allowed(mareike, "sommer_sale")
	})
}

// Somebody else's button, passed on, gives nothing: it is the person asked who answers.
func TestQuestionPassedOn(t *testing.T) {
	each(t, func(w *world) {
		yes, _ := w.asked(w.sourceWith(object{"question": true}), mareike)
		w.says(ole, "Guten Tag")
		w.taps(ole, yes, "Ja, einverstanden")
		w.stands(mareike, "offers=requested")
		w.refused(ole, "sommer_sale", "CONSENT_NONE")
	})
}

// "Falsche Nummer" ends the question, and everything else.
func TestQuestionWrongNumber(t *testing.T) {
	each(t, func(w *world) {
		source := w.sourceWith(object{"question": true})
		w.asked(source, mareike)
		w.says(mareike, "Das war ich nicht, falsche Nummer")
		w.refused(mareike, "order_update", w.anyOf(mareike, "order_update", "STOPPED_ALL", "SUPPRESSED", "DECLINED"))
		w.later(3 * day)
		n := len(w.arrived(mareike))
		w.fill(source, mareike, "offers")
		w.quiet(mareike, n)
		w.refused(mareike, "sommer_sale", w.anyOf(mareike, "sommer_sale", "STOPPED_ALL", "SUPPRESSED"))
	})
}

// anyOf is the first of the reasons that stands in the refusal.
func (w *world) anyOf(phone, template string, want ...string) string {
	w.Helper()
	_, out := w.send(phone, template)
	d, _ := out["decision"].(object)
	for _, r := range want {
		if slices.Contains(reasons(d), r) {
			return r
		}
	}
	return strings.Join(want, " or ")
}

// Somebody types strangers' numbers: three of them say so, and the source rests. Its page stays, says that it takes nothing, and asks
// nobody any more; staff opens it again, and what was before no longer counts.
func TestQuestionsOfStrangersRestTheSource(t *testing.T) {
	each(t, func(w *world) {
		source := w.sourceWith(object{"question": true})
		strangers := []string{"4915190000001", "4915190000002", "4915190000003"}
		for i, phone := range strangers {
			w.asked(source, phone)
			if i < 2 {
				w.says(phone, "Das war ich nicht")
			}
		}
		rest := func() object {
			if err := w.app.Desk.RestSources(w.Context()); err != nil {
				w.Fatal(err)
			}
			return w.must(200, "GET", "/sources/"+source, nil)
		}
		if s := rest(); s["state"] != "live" {
			w.Fatalf("two strangers: %v", s)
		}
		w.says(strangers[2], "Das war ich nicht, falsche Nummer")
		if s := rest(); s["state"] != "paused" || s["paused_why"] != "not_me" {
			w.Fatalf("three strangers: %v %v", s["state"], s["paused_why"])
		}
		if s := w.must(200, "GET", "/sources/"+w.Source, nil); s["state"] != "live" {
			w.Errorf("another source: %v", s["state"])
		}
		if code, _ := w.api("POST", "/optins", object{"address": "tel:+" + mareike, "topics": []string{"offers"}, "source": source}); code != 409 {
			w.Errorf("an opt-in at a resting source: %d", code)
		}
		w.quiet(mareike, 0)
		w.must(200, "POST", "/sources/"+source+"/live", nil)
		w.later(time.Minute)
		if s := rest(); s["state"] != "live" {
			w.Errorf("opened again: %v %v", s["state"], s["paused_why"])
		}
	})
}
