package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/id"
)

// waits puts something into the queue that is due so long from now; law 0 = at once.
func (h *house) waits(kind, said, country string, due, law time.Duration) string {
	r := id.At("rev", micros(due)+int64(len(said)))
	at := micros(0)
	if law != 0 {
		at = micros(-law)
	} else {
		at = 0
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.put(ctx, tx, "review", row{"tenant": h.a.ID, "review": r, "contact": h.contact, "kind": kind, "said": said, "via": "letter", "entered_by": h.staff[account.Agent].ID,
			"created_at": micros(time.Hour), "received_at": micros(48 * time.Hour), "due_at": micros(-due), "law_at": at, "rules": country + "@2026-11-22"})
		return nil
	})
	return r
}

// What is due first stands on top, whatever it is; the law of the person's country stands beside it, and nothing overdue looks calm.
func TestDeskStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		late := h.waits("entered", "Das wird mir zu viel "+hostile, "us", -26*time.Hour, -26*time.Hour)
		wish := h.waits("erase", "", "de", 20*24*time.Hour, 20*24*time.Hour)
		soon := h.waits("erase", "Bitte alles löschen", "mx", 3*24*time.Hour, 3*24*time.Hour)
		b := h.as(account.Admin)
		a := b.get("/messages")
		h.sound("desk", "de", a)
		last := 0
		for _, want := range []string{late, "Überfällig seit gestern", "Rechtslage Vereinigte Staaten: Eine Abmeldung muss bis 16.", h.review, "Wird in 21 Stunden", "Eine Abmeldung wirkt sofort",
			soon, "Antwort bis spätestens 20.", wish, "Möchte gelöscht werden", "Rechtslage Deutschland: Antwort bis 7.", "Ohne Wortlaut eingetragen"} {
			at := strings.Index(a.body[last:], want)
			if at < 0 {
				t.Errorf("%q does not stand there, or not in this order", want)
				continue
			}
			last += at
		}
		if strings.Contains(a.body, "<script>alert") {
			t.Error("what somebody said is markup")
		}
		if a := h.as(account.Agent).get("/messages"); strings.Contains(a.body, "/answer\"") || !strings.Contains(a.body, "Löschen dürfen") {
			t.Error("an agent is offered to erase")
		}
		path := "/messages/reviews/" + wish + "/answer"
		if a := b.post(path, "reason", "kurz"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `value="kurz"`) {
			t.Errorf("a short reason: %d", a.code)
		}
		for _, other := range []string{h.review, h.theirs["review"], "rev_none"} {
			if a := b.post("/messages/reviews/"+other+"/answer", "reason", "Hat es sich anders überlegt"); a.code != http.StatusNotFound {
				t.Errorf("%s: %d", other, a.code)
			}
		}
		if a := b.post(path, "reason", "Hat es sich anders überlegt"); a.code != http.StatusSeeOther {
			t.Errorf("answered: %d", a.code)
		}
		if a := b.get("/messages"); !strings.Contains(a.body, "Nicht gelöscht") || strings.Contains(a.body, `id="`+wish) {
			t.Error("what was answered does not show as that")
		}
	})
}

// Staff take down what reached them; who may not enter opt-outs may not take notes, and another tenant's people are not there.
func TestNotes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, role := range account.Roles {
			if a := h.as(role).get("/people/" + h.contact + "/note"); (a.code == http.StatusOK) != role.May(account.MayOptOut) {
				t.Errorf("%s: %d", role, a.code)
			}
		}
		b := h.as(account.Agent)
		for _, path := range []string{"/people/" + h.theirs["contact"] + "/note", "/people/con_none/note"} {
			if a := b.get(path); a.code != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.code)
			}
			if a := b.post(path, "wish", "read", "via", "letter", "text", "stop"); a.code != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.code)
			}
		}
		path := "/people/" + h.contact + "/note"
		for _, c := range []struct{ wish, via, received, text, want string }{
			{"", "letter", "", "x", "Wählen Sie, worum es geht"}, {"read", "pigeon", "", "x", ""}, {"read", "letter", "yesterday", "x", "höchstens ein Jahr zurück"},
			{"read", "letter", "2031-01-01", "behalten " + hostile, "behalten"}, {"read", "letter", "", " ", "Schreiben Sie auf"},
		} {
			a := b.post(path, "wish", c.wish, "via", c.via, "received", c.received, "text", c.text)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, c.want) {
				t.Errorf("%+v: %d", c, a.code)
			}
			h.sound("note "+c.text, "de", a)
		}
		if a := b.post(path, "wish", "read", "via", "phone", "text", "Das wird mir gerade zu viel"); a.code != http.StatusSeeOther || !strings.HasPrefix(a.to, "/messages#rev_") {
			t.Errorf("unclear: %d to %s", a.code, a.to)
		}
		if a := b.post(path, "wish", "read", "via", "letter", "text", "Bitte keine Werbung mehr"); a.code != http.StatusSeeOther || a.to != "/people/"+h.contact {
			t.Errorf("plain: %d to %s", a.code, a.to)
		}
		if a := b.post(path, "wish", "erase", "via", "email"); a.code != http.StatusSeeOther || !strings.HasPrefix(a.to, "/messages#rev_") {
			t.Errorf("a wish to be forgotten: %d to %s", a.code, a.to)
		}
		if a := b.get("/messages"); !strings.Contains(a.body, "Möchte gelöscht werden") || !strings.Contains(a.body, "Telefon") {
			t.Error("what waits does not show")
		}
	})
}

// Each figure of the page of opt-outs opens its list; odd words narrow nothing, and another tenant's opt-outs are not there.
func TestOptOutsPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Auditor)
		before := strings.Count(b.get("/messages/optouts?days=90").body, `href="/people/con_`)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i, e := range []row{{"kind": "withdrawn", "scope": "all", "channel": "sms"}, {"kind": "withdrawn", "scope": "marketing", "channel": "letter"},
				{"kind": "platform_stopped", "channel": "chat"}, {"kind": "reason_given", "reason": "offensive", "channel": "page"}} {
				for _, to := range [][2]string{{h.a.ID, h.contact}, {h.b.ID, h.theirs["contact"]}} {
					e["tenant"], e["contact"], e["event"], e["rev"] = to[0], to[1], id.At("evt", micros(time.Duration(i+1)*time.Hour)), 900+i
					e["recorded_at"], e["topics"], e["evidence"] = micros(time.Duration(i+1)*time.Hour), "[]", "[]"
					h.put(ctx, tx, "event", e)
				}
			}
			return nil
		})
		for query, want := range map[string]int{"?way=sms": 1, "?way=letter": 1, "?way=meta": 1, "?reason=offensive": 1, "?reason=other": 0,
			"?days=90": before + 3, "?days=90&way=pigeon": before + 3, "?days=90&scope=x&reason=y": before + 3} {
			a := b.get("/messages/optouts" + query)
			h.sound("optouts "+query, "de", a)
			if n := strings.Count(a.body, `href="/people/con_`); a.code != http.StatusOK || n != want {
				t.Errorf("%q: %d, %d opt-outs, want %d", query, a.code, n, want)
			}
		}
	})
}
