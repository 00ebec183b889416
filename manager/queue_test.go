package manager

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/id"
)

// A decision is handed to intake with who made it, told once with the way back, and what intake refuses stands above the queue.
func TestReviewQueueStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update review set matched = 'zu viel', guess = 'stop_all', undone = 'stop_all', undone_of = $2 where tenant = $1`,
				h.a.ID, h.staff[account.Editor].ID)
			return err
		})
		b := h.as(account.Agent)
		a := b.get("/messages")
		h.sound("queue", "de", a)
		for _, want := range []string{"<mark>zu viel</mark>", "Abmeldung von allem", "bis eine zweite Person etwas anderes entscheidet", "Wird in 21 Stunden zum Werbe-Stopp",
			`data-pick="3"`} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the queue does not say %q", want)
			}
		}
		if strings.Contains(a.body, "<script>alert") {
			t.Error("what somebody wrote is markup")
		}
		if a := b.post("/messages/reviews/"+h.review, "decision", "perhaps"); a.code != http.StatusBadRequest {
			t.Errorf("an odd decision: %d", a.code)
		}
		h.decideFail = errs.New(errs.Conflict, "intake.review.second_person")
		if a := b.post("/messages/reviews/"+h.review, "decision", "none"); a.code != http.StatusConflict || !strings.Contains(a.body, "zweite Person aus dem Team") {
			t.Errorf("refused: %d", a.code)
		}
		h.decideFail = nil
		if a := b.post("/messages/reviews/"+h.review, "decision", "stop_marketing"); a.code != http.StatusSeeOther || a.to != "/messages" {
			t.Errorf("decided: %d to %s", a.code, a.to)
		}
		if want := h.a.ID + " " + h.staff[account.Agent].ID + " " + h.review + " stop_marketing"; h.decided[len(h.decided)-1] != want {
			t.Errorf("decided %v", h.decided)
		}
		if a := b.get("/messages"); !strings.Contains(a.body, "Von Werbung abgemeldet") {
			t.Error("what was done is not told")
		}
	})
}

// Who decides and takes back is staff that may review; another tenant's answers are not there.
func TestWhoMayDecide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, role := range account.Roles {
			b := h.as(role)
			for _, path := range []string{"/messages/reviews/" + h.review, "/messages/reviews/" + h.review + "/undo"} {
				if a := b.post(path, "decision", "none"); (a.code == http.StatusForbidden) == role.May(account.MayReview) {
					t.Errorf("%s posts %s: %d", role, path, a.code)
				}
			}
			for _, path := range []string{"/messages/reviews/" + h.theirs["review"], "/messages/reviews/" + h.theirs["review"] + "/undo", "/messages/reviews/rev_none/undo"} {
				if a := b.post(path, "decision", "none"); role.May(account.MayReview) && a.code != http.StatusNotFound && a.code != http.StatusServiceUnavailable {
					t.Errorf("%s posts %s: %d", role, path, a.code)
				}
			}
			if a := b.get("/messages/reviews/" + h.review); a.code == http.StatusOK {
				t.Error("a GET decides")
			}
		}
	})
}

// The list of messages finds each state, page by page, and one message tells its way; another tenant's is not found.
func TestMessagesByState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		theirs := id.At("msg", 5)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i := range 120 {
				state := []string{"queued", "delivered", "failed", "refused", "unknown", "waiting"}[i%6]
				h.put(ctx, tx, "message", row{"tenant": h.a.ID, "message": id.At("msg", micros(time.Duration(i+1)*time.Minute)), "number": theNumber, "contact": h.contact,
					"kind": "text", "template": fmt.Sprintf("t%d", i%2), "state": state, "body": []byte(`{"text":{"body":"Guten Tag ` + `<b>"}}`), "error": "Meta says no",
					"error_code": 131026, "created_at": micros(time.Duration(i+1) * time.Minute), "started_at": 1})
			}
			h.put(ctx, tx, "message", row{"tenant": h.b.ID, "message": theirs, "contact": h.theirs["contact"], "state": "failed"})
			return nil
		})
		b := h.as(account.Auditor)
		for query, want := range map[string]int{"": 121, "?state=waiting": 40, "?state=sent": 21, "?state=failed": 20, "?state=refused": 20, "?state=unknown": 20,
			"?template=t1": 60, "?state=failed&template=t1": 0, "?number=999": 0, "?state=odd": 121} {
			seen := 0
			for path := "/messages/all" + query; path != ""; {
				a := b.get(path)
				h.sound(path, "de", a)
				seen += strings.Count(a.body, `href="/messages/msg_`)
				path = ""
				if _, rest, ok := strings.Cut(a.body, `<p class="pager"><a class="btn" href="`); ok {
					path, _, _ = strings.Cut(strings.ReplaceAll(rest, "&amp;", "&"), `"`)
				}
			}
			if seen != want {
				t.Errorf("%q shows %d messages, want %d", query, seen, want)
			}
		}
		one := b.get("/messages/" + id.At("msg", micros(3*time.Minute))[:17])
		if one.code != http.StatusNotFound {
			t.Errorf("half an id: %d", one.code)
		}
		for _, path := range []string{"/messages/" + theirs, "/messages/msg_none"} {
			if a := b.get(path); a.code != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.code)
			}
		}
		if a := b.get("/messages/" + h.message); a.code != http.StatusOK || !strings.Contains(a.body, "sommer_sale") {
			t.Errorf("one message: %d", a.code)
		}
	})
}

// The try-it box reads numbers as people type them, keeps what was typed, and puts nobody's number into an address.
func TestTryTheGate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		for _, c := range []struct {
			to, what, number string
			code             int
			want             string
		}{
			{"0171 392 0000", "topic:offers", theNumber, 200, "Nein, nicht senden"},
			{"+49 171 392 9999", "topic:offers", theNumber, 200, "Nein, nicht senden"},
			{"0171 392 0000", "template:nothing|de", theNumber, 200, "Nein, nicht senden"},
			{"hello " + hostile, "topic:offers", theNumber, 400, "hello"},
			{"0171 392 0000", "", theNumber, 400, "Wählen Sie ein Thema"},
			{"0171 392 0000", "topic:offers", h.theirs["number"], 400, "Wählen Sie eine Ihrer Nummern"},
		} {
			a := b.post("/decisions", "to", c.to, "what", c.what, "number", c.number)
			if a.code != c.code || !strings.Contains(a.body, c.want) {
				t.Errorf("%q, %q: %d, want %d and %q", c.to, c.what, a.code, c.code, c.want)
			}
			h.sound("try "+c.to, "de", a)
		}
		var kept int64
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*) from decision where tenant = $1`, h.a.ID).Scan(&kept)
		})
		if kept != 3 {
			t.Errorf("%d decisions, want the 3 that were there", kept)
		}
	})
}

// Filters of the gate's page narrow, the card names every check, and another tenant's decision is not among them.
func TestDecisionFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Auditor)
		for query, want := range map[string]int{"": 3, "?verdict=refuse": 1, "?verdict=wait": 1, "?reason=STOPPED_ALL": 1, "?template=sommer_sale": 3, "?number=1": 0,
			"?program=prg_none": 0, "?verdict=odd": 3} {
			if a := b.get("/decisions" + query); strings.Count(a.body, `href="/decisions/dec_`) != want {
				t.Errorf("%q shows %d decisions, want %d", query, strings.Count(a.body, `href="/decisions/dec_`), want)
			}
		}
		a := b.get("/decisions/" + h.decision)
		for _, want := range []string{"15 Prüfungen bestanden", "Person und Adresse", "STOPPED_ALL", "Was hilft:"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the card does not say %q", want)
			}
		}
	})
}

func TestMarkedWordsAreFoundAsTheyWereWritten(t *testing.T) {
	for _, c := range []struct{ text, words, want string }{
		{"Stopp! Ich wollte mich anmelden", "stopp", "Stopp"}, {"Ich  MÖCHTE, bitte", "mochte bitte", "MÖCHTE, bitte"},
		{"keine Werbung mehr.", "keine werbung mehr", "keine Werbung mehr"}, {"nichts", "stop", ""}, {"", "stop", ""}, {"stop", "", ""},
		{"Größe stop \u202e", "stop", "stop"}, {"\xff\xfe stop", "stop", "stop"},
	} {
		got, whole := "", ""
		for _, p := range marked(c.text, c.words) {
			if whole += p.text; p.marked {
				got += p.text
			}
		}
		if got != c.want || whole != c.text {
			t.Errorf("%q in %q: %q of %q, want %q", c.words, c.text, got, whole, c.want)
		}
	}
}
