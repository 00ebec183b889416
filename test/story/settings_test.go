package story

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// bodyOf is the text of a message with something to tap, or of a free one.
func bodyOf(m object) string {
	body, _ := m["body"].(object)
	inner, _ := body["interactive"].(object)
	if inner == nil {
		inner = object{"body": object{}}
		if t, _ := body["text"].(object); t != nil {
			s, _ := t["body"].(string)
			return s
		}
	}
	b, _ := inner["body"].(object)
	s, _ := b["text"].(string)
	return s
}

// last waits for the nth message and answers its text.
func (w *world) last(phone string, n int) string {
	w.Helper()
	w.eventually("an answer", func() bool { return len(w.arrived(phone)) == n })
	return bodyOf(w.arrived(phone)[n-1])
}

// Who writes "Einstellungen" gets a list with the same choices as the page, and each row does what it says.
func TestSettingsInTheChat(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.says(mareike, "Einstellungen")
		rows := w.asks(mareike, 1)
		text := w.last(mareike, 1)
		if !strings.Contains(text, "Angebote und neue Röstungen") || !strings.Contains(text, w.base+"/p/") {
			t.Errorf("the list says %q", text)
		}
		for _, title := range []string{"Alles abmelden", "30 Tage keine Werbung", "Write in English"} {
			if rows[title] == "" {
				t.Fatalf("no row %q: %v", title, rows)
			}
		}
		w.later(10 * time.Second)
		w.picks(mareike, rows["30 Tage keine Werbung"], "30 Tage keine Werbung")
		w.stands(mareike, "offers=paused", "order_updates=granted")
		if got := w.last(mareike, 2); !strings.HasPrefix(got, "Erledigt: Bis ") {
			t.Errorf("after the rest: %q", got)
		}
		_, out := w.api("POST", "/check", object{"number": w.id, "to": []string{"tel:+" + mareike}, "template": "sommer_sale", "language": "de"})
		if d := list(out["results"])[0]; d["verdict"] != "wait" || !slices.Contains(reasons(d), "PAUSED_UNTIL") || d["until"] == nil {
			t.Errorf("the gate says %v", d)
		}
		w.later(10 * time.Second)
		w.picks(mareike, rows["Write in English"], "Write in English")
		english := w.asks(mareike, 3)
		if english["End the pause"] == "" {
			t.Fatalf("in English: %v", english)
		}
		w.later(10 * time.Second)
		w.picks(mareike, english["End the pause"], "End the pause")
		w.stands(mareike, "offers=granted")
		w.last(mareike, 4)
		w.later(10 * time.Second)
		w.says(mareike, "Bitte keine Angebote mehr")
		if got := w.last(mareike, 5); !strings.Contains(got, "no more advertising") || !strings.Contains(got, "This continues: ") {
			t.Errorf("the acknowledgement, in the language chosen: %q", got)
		}
		w.stands(mareike, "offers=withdrawn", "order_updates=granted")
		w.later(10 * time.Second)
		w.says(mareike, "my settings!")
		again := w.asks(mareike, 6)
		w.later(10 * time.Second)
		for title, id := range again {
			if strings.HasPrefix(id, "settings:on:offers") {
				w.picks(mareike, id, title)
			}
		}
		if got := w.last(mareike, 7); !strings.Contains(got, "wa.me/") {
			t.Errorf("the way back: %q", got)
		}
		w.stands(mareike, "offers=withdrawn")
		w.later(10 * time.Second)
		w.picks(mareike, again["Stop everything"], "Stop everything")
		w.silent("tel:+"+mareike, "a row of the list")
		w.later(10 * time.Second)
		w.says(mareike, "Einstellungen") // also who stopped everything may ask what stands
		if got := w.last(mareike, 8); !strings.Contains(got, "no messages") {
			t.Errorf("after everything: %q", got)
		}
	})
}

// The acknowledgement says what ended and what goes on, and one tap corrects it: only the person's own, for what is no advertising,
// and not for ever.
func TestAcknowledgementIsCorrected(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.says(mareike, "STOP")
		keep := w.asks(mareike, 1)["Nur Werbung beenden"]
		if got := w.last(mareike, 1); keep == "" || !strings.Contains(got, "schreibt Ihnen nicht mehr") || !strings.Contains(got, "Infos zur Bestellung") {
			t.Fatalf("the acknowledgement: %q %q", got, keep)
		}
		w.silent("tel:+"+mareike, "STOP")
		w.later(time.Minute)
		w.answers(mareike, keep, "Nur Werbung beenden")
		if got := w.last(mareike, 2); !strings.Contains(got, "Weiterhin kommt: Infos zur Bestellung") {
			t.Errorf("after the correction: %q", got)
		}
		w.stands(mareike, "offers=withdrawn", "order_updates=granted")
		w.allowed(mareike, "order_update")
		w.refused(mareike, "sommer_sale", "STOPPED_MARKETING")

		w.agree(pia)
		w.says(pia, "STOP")
		w.asks(pia, 1)
		w.later(25 * time.Hour)
		w.answers(pia, keep, "Nur Werbung beenden")
		w.silent("tel:+"+pia, "a correction a day late")
		if all := w.kinds(pia); all[len(all)-1] != "withdrawn" {
			t.Error("a button of yesterday is a consent")
		}

		w.optsIn("tel:+"+ole, "order_updates")
		w.must(201, "POST", "/optouts", object{"address": "tel:+" + ole, "scope": "all", "via": "phone"})
		w.later(time.Minute)
		w.answers(ole, keep, "Nur Werbung beenden")
		w.silent("tel:+"+ole, "a button made up for a stop that staff entered")
	})
}

// Scopes in free text: what is named ends, what is not goes on.
func TestScopesInFreeText(t *testing.T) {
	each(t, func(w *world) {
		for n, tc := range []struct{ text, offers, orders, says string }{
			{"keine Angebote mehr, Versandinfos gern", "withdrawn", "granted", "Es bleibt: Infos zur Bestellung"},
			{"Keine Bestellnachrichten mehr bitte", "granted", "withdrawn", "Es bleibt: Angebote und neue Röstungen"},
			{"Bitte keine Röstungen mehr", "withdrawn", "granted", "Zu „Angebote und neue Röstungen“ schreibt Ihnen"},
			{"STOP alles", "withdrawn", "withdrawn", "schreibt Ihnen nicht mehr"},
		} {
			phone := "49171392015" + string(rune('0'+n))
			w.agree(phone)
			w.later(10 * time.Second)
			w.says(phone, tc.text)
			w.stands(phone, "offers="+tc.offers, "order_updates="+tc.orders)
			if got := w.last(phone, 1); !strings.Contains(got, tc.says) {
				t.Errorf("%q is acknowledged with %q", tc.text, got)
			}
		}
	})
}
