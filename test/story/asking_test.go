package story

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// questions are the ids of what can be tapped in each question that arrived at somebody.
func (w *world) questions(phone string) (out []map[string]string, texts []string) {
	w.Helper()
	for _, m := range w.arrived(phone) {
		inner, _ := m["body"].(object)["interactive"].(object)
		if inner == nil {
			continue
		}
		taps := map[string]string{}
		for _, b := range list(inner["action"].(object)["buttons"]) {
			r := b["reply"].(object)
			taps[r["title"].(string)] = r["id"].(string)
		}
		out, texts = append(out, taps), append(texts, inner["body"].(object)["text"].(string))
	}
	return out, texts
}

// People of whom a list says that they agreed are asked once, when they write: nobody unbidden, nobody who said no in any way, nobody
// twice; not while the round is paused, and through a restart. Their answers are what counts.
func TestAskingClaimed(t *testing.T) {
	each(t, func(w *world) {
		const stopper, out = "4915190000011", "4915190000012"
		everybody := []string{mareike, ole, pia, stopper, out}
		w.ends(w.brings("kind=optouts", "text/csv", "Telefon\n+"+out+"\n"), "done")
		w.later(time.Minute)
		w.ends(w.brings("kind=people&topics=offers&origin=Aus+dem+alten+Programm", "text/csv", "Telefon\n+"+strings.Join(everybody, "\n+")+"\n"), "done")
		w.must(201, "POST", "/optouts", object{"address": "tel:+" + stopper, "scope": "topic", "topics": []string{"order_updates"}, "via": "phone"})
		w.stands(stopper, "offers=claimed")
		for _, phone := range []string{mareike, stopper, out} {
			w.says(phone, "Guten Tag, bis wann ist heute offen?")
		}

		source := w.threadSource([]string{"offers"}, object{})["id"].(string)
		c := w.signedIn()
		page := w.clicks(c, "/asking", url.Values{"topic": {"offers"}, "source": {source}})
		w.patiently("the round is counted", func() bool { return strings.Contains(w.reads(c, page), `value="running"`) })
		text := w.reads(c, page)
		for _, want := range []string{"4 people", "Will be asked", "Waits until they write", "Is not asked"} {
			if !strings.Contains(text, want) {
				t.Errorf("the count does not say %q", want)
			}
		}
		w.quiet(mareike, 0)

		w.clicks(c, page, url.Values{"to": {"running"}})
		w.patiently("the first question", func() bool { q, _ := w.questions(mareike); return len(q) == 1 })
		w.clicks(c, page, url.Values{"to": {"paused"}})
		w.says(ole, "Guten Tag")
		w.later(5 * time.Minute)
		w.quiet(ole, 0)
		w.stop()
		w.start()
		w.clicks(c, page, url.Values{"to": {"running"}})
		w.patiently("the second question", func() bool { q, _ := w.questions(ole); return len(q) == 1 })

		yes, words := w.questions(mareike)
		no, _ := w.questions(ole)
		if !strings.Contains(words[0], "vermerkt") || !strings.Contains(words[0], "WhatsApp") {
			t.Errorf("asked in the words %q", words[0])
		}
		w.answers(mareike, yes[0]["Ja, einverstanden"], "Ja, einverstanden")
		w.answers(ole, no[0]["Nein, danke"], "Nein, danke")
		w.stands(mareike, "offers=granted")
		w.stands(ole, "offers=declined")
		w.allowed(mareike, "sommer_sale")
		w.refused(ole, "sommer_sale", "DECLINED")
		granted := w.events("tel:+" + mareike)
		if e := granted[len(granted)-1]; e["kind"] != "granted" || e["source"] != source || e["notice_hash"] == nil {
			t.Errorf("granted by %v", e)
		}

		for _, phone := range []string{mareike, ole, stopper, out} { // they write again: the round looks again
			w.says(phone, "Noch eine Frage dazu: habt ihr auch Tee?")
		}
		w.says(pia, "Guten Tag")
		w.later(2 * time.Minute)
		w.patiently("the third question", func() bool { q, _ := w.questions(pia); return len(q) == 1 })
		w.says(pia, "Und am Sonntag?")
		w.later(2 * time.Minute)
		w.clicks(c, page, url.Values{"to": {"done"}})
		again := w.clicks(c, "/asking", url.Values{"topic": {"offers"}, "source": {source}})
		w.patiently("the second round is counted", func() bool { return strings.Contains(w.reads(c, again), `value="running"`) })
		if text := w.reads(c, again); !strings.Contains(text, "Asked before") {
			t.Error("the second round would ask somebody again")
		}
		w.clicks(c, again, url.Values{"to": {"running"}})
		w.later(2 * time.Minute)
		w.quiet(pia, 1)
		for phone, want := range map[string]int{mareike: 1, ole: 1, pia: 1, stopper: 0, out: 0} {
			if q, _ := w.questions(phone); len(q) != want {
				t.Errorf("%d questions to %s, want %d", len(q), phone[8:], want)
			}
		}
	})
}
