package story

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The main job: opt in on the website, confirm in WhatsApp, get a message, write STOP, and nothing more comes — with
// proof of each step.
func TestMainJob(t *testing.T) {
	each(t, func(w *world) {
		w.refused(mareike, "sommer_sale", "CONSENT_NONE")
		page := w.fill(w.Source, mareike, "offers", "order_updates")
		w.stands(mareike, "offers=requested", "order_updates=declared")
		w.refused(mareike, "sommer_sale", "CONSENT_REQUESTED")
		if got := len(w.arrived(mareike)); got != 0 {
			t.Fatalf("%d messages before anybody agreed", got)
		}

		link := page.chatLink()
		if !strings.HasPrefix(link, "https://wa.me/493023125020?") {
			t.Fatalf("chat link %q", link)
		}
		confirmed := w.says(mareike, declaration(link))
		w.stands(mareike, "offers=granted", "order_updates=granted")
		w.allowed(mareike, "sommer_sale")
		w.allowed(mareike, "order_update")

		stopped := w.says(mareike, "Stop. Danke!")
		w.stands(mareike, "offers=withdrawn", "order_updates=withdrawn")
		w.refused(mareike, "sommer_sale", "STOPPED_MARKETING")
		w.refused(mareike, "order_update", "STOPPED_ALL")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(mareike)) == 3 })
		w.says(mareike, "STOP")
		w.quiet(mareike, 3) // one acknowledgement a day
		if last := w.arrived(mareike)[2]; templateOf(last) != "" || last["body"].(object)["type"] != "interactive" {
			t.Errorf("the acknowledgement is %v", last["body"])
		}
		if text := bodyOf(w.arrived(mareike)[2]); !strings.Contains(text, "Erledigt") {
			t.Errorf("somebody who agreed in German is told %q", text)
		}
		w.proves(mareike, confirmed, stopped)
	})
}

var shortened = regexp.MustCompile(`^(127\.0\.0\.0/24|[0-9a-f:]+::/(48|56|64))$`)

// proves reads the whole way in the person's history.
func (w *world) proves(phone, confirmed, stopped string) {
	w.Helper()
	all := w.events("tel:+" + phone)
	find := func(kind string) object {
		at := slices.IndexFunc(all, func(e object) bool { return e["kind"] == kind })
		if at < 0 {
			w.Fatalf("no %s among %v", kind, w.kinds(phone))
		}
		return all[at]
	}
	for i, e := range all {
		if e["rev"] != float64(i+1) {
			w.Errorf("event %d has revision %v", i, e["rev"])
		}
	}
	asked, granted, withdrawn := find("requested"), find("granted"), find("withdrawn")
	for _, e := range []object{asked, granted} {
		if e["notice_hash"] == "" || e["notice_hash"] == nil || e["notice_version"] != 1.0 || e["source"] != w.Source {
			w.Errorf("%s does not say which words: %v", e["kind"], e)
		}
	}
	if asked["channel"] != "web" || asked["witnessed"] != true || !strings.Contains(evidence(asked, "page"), "/o/"+w.Source) ||
		!shortened.MatchString(evidence(asked, "ip")) || !strings.Contains(evidence(asked, "user_agent"), "Mozilla") {
		w.Errorf("the form's proof: %v", asked["evidence"])
	}
	for e, wamid := range map[*object]string{&granted: confirmed, &withdrawn: stopped} {
		var m struct {
			ID   string
			From string
		}
		if err := json.Unmarshal([]byte(evidence(*e, "message")), &m); err != nil || m.ID != wamid || m.From != phone {
			w.Errorf("%v is not proved by the message: %v", (*e)["kind"], (*e)["evidence"])
		}
		if (*e)["channel"] != "chat" || (*e)["witnessed"] != true || (*e)["actor"].(object)["kind"] != "person" {
			w.Errorf("%v: %v %v by %v", (*e)["kind"], (*e)["channel"], (*e)["witnessed"], (*e)["actor"])
		}
	}
}

// Somebody who wants no advertising goes on hearing of their orders.
func TestNoMoreAdvertising(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.says(mareike, "keine Werbung mehr, Versandinfos gern")
		w.stands(mareike, "offers=withdrawn", "order_updates=granted")
		w.refused(mareike, "sommer_sale", "STOPPED_MARKETING")
		n := len(w.arrived(mareike))
		w.eventually("at most the acknowledgement", func() bool { n = len(w.arrived(mareike)); return n <= 1 })
		if status, out := w.send(mareike, "order_update"); status != http.StatusAccepted {
			t.Errorf("order update: %d %v", status, out)
		}
		w.eventually("order update", func() bool {
			return slices.ContainsFunc(w.arrived(mareike), func(m object) bool { return templateOf(m) == "order_update" })
		})
	})
}
