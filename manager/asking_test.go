package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/notice"
	"jawort/source"
	"jawort/timer"
)

// carries lets rounds go on as the program does.
func (h *house) carries() {
	h.t.Helper()
	r := timer.Runner{DB: h.d, Handlers: h.desk.Handlers()}
	for range 20 {
		if n, err := r.Step(context.Background()); err != nil {
			h.t.Fatal(err)
		} else if n == 0 {
			return
		}
	}
}

// chatSource makes a live source in chats.
func (h *house) chatSource() (s source.Source) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		n, err := notice.New(ctx, tx, h.a.ID, "Chat", micros(0))
		if err != nil {
			return err
		}
		version, err := notice.Edit(ctx, tx, h.a.ID, n.ID, notice.Wording{Kind: "thread", Topics: []string{"offers"}, Bodies: map[string]string{"de": goodText}}, micros(0))
		if err != nil {
			return err
		}
		if err := notice.Publish(ctx, tx, h.a.ID, n.ID, version, micros(0)); err != nil {
			return err
		}
		if s, _, err = source.New(ctx, tx, h.a.ID, source.Source{Kind: "thread", Name: "Chat " + hostile, Notice: n.ID, Topics: []string{"offers"}, Number: theNumber,
			Settings: source.Settings{PrivacyURL: "https://x.example/privacy", Languages: []string{"de"}}}, micros(0)); err != nil {
			return err
		}
		s, err = source.GoLive(ctx, tx, h.a.ID, s.ID, func(source.Judged) []string { return nil })
		return err
	})
	return s
}

// A round from the count to its end: nobody is asked before it is let go, the question is shown word for word, what stands in the way
// is named, and another business's round is not there.
func TestAskingFromCountToEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		s := h.chatSource()
		h.sound("nobody claimed", "de", b.get("/asking"))
		a := b.uploads("/imports", "alt.csv", []byte("Telefon\n015120000021\n015120000022\n"), "kind", "people", "scope", "marketing", "topics", "offers", "origin", "Häkchen im Shop 2023")
		h.works()
		b.post(a.to + "/begin")
		h.works()
		if !strings.Contains(b.get(a.to).body, `href="/asking?topic=offers"`) || !strings.Contains(b.get("/people?topic=offers&state=claimed").body, `href="/asking?topic=offers"`) {
			t.Error("no way from the list to the question")
		}
		h.sound("claims", "de", b.get("/asking?topic=offers"))
		for _, wrong := range [][]string{{"topic", "offers", "source", "src_none"}, {"topic", "odd" + hostile, "source", s.ID}, {"topic", "order_updates", "source", s.ID}, {}} {
			if a := b.post("/asking", wrong...); a.code < 400 || a.code >= 500 {
				t.Errorf("%v: %d", wrong, a.code)
			} else {
				h.sound("wrong", "de", a)
			}
		}
		a = b.post("/asking", "topic", "offers", "source", s.ID)
		page := a.to
		if a.code != http.StatusSeeOther || !strings.HasPrefix(page, "/asking/rnd_") {
			t.Fatalf("begun: %d to %s", a.code, a.to)
		}
		h.sound("counting", "de", b.get(page))
		if a := b.post("/asking", "topic", "offers", "source", s.ID); a.code != http.StatusBadRequest || !strings.Contains(a.body, "schon eine Runde") {
			t.Errorf("a second round: %d", a.code)
		}
		h.carries()
		a = b.get(page)
		h.sound("ready", "de", a)
		for _, want := range []string{"2 Personen", "Wartet, bis sie schreiben", "vermerkt", "Ja, einverstanden", `value="running"`} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		for _, to := range []string{"paused", "done", "odd", ""} {
			if a := b.post(page, "to", to); a.code != http.StatusConflict {
				t.Errorf("%q before it runs: %d", to, a.code)
			}
		}
		for _, to := range []string{"running", "paused", "running", "done"} {
			if a := b.post(page, "to", to); a.to != page {
				t.Errorf("%s: %d", to, a.code)
			}
			h.sound(to, "de", b.get(page))
		}
		h.sound("rounds", "de", b.get("/asking"))
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.put(ctx, tx, "round", row{"tenant": h.b.ID, "round": "rnd_theirs", "topic": "offers", "source": s.ID, "state": "ready", "counts": `{}`, "created_at": 1})
			return nil
		})
		if b.get("/asking/rnd_theirs").code != http.StatusNotFound || b.post("/asking/rnd_theirs", "to", "running").code != http.StatusNotFound {
			t.Error("another business's round is there")
		}
	})
}
