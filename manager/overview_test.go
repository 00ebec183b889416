package manager

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/id"
	"jawort/look"
	"jawort/tally"
)

// eachAt runs a test on both engines with the database's clock at the fixture's now.
func eachAt(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			f(t, newHouse(t, dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return now }})))
		})
	}
}

func (h *house) roll() {
	h.t.Helper()
	if err := (&tally.Roller{DB: h.d}).Roll(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// text is a page without markup and with single spaces.
func (a answer) text() string {
	var b strings.Builder
	in := false
	for _, r := range a.body {
		switch {
		case r == '<':
			in = true
			b.WriteByte(' ')
		case r == '>':
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// The figures are those of the tables, for each span, and another tenant's are not among them.
func TestOverviewCountsWhatHappened(t *testing.T) {
	eachAt(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i := range 12 { // somebody leaves by letter, each on a day of its own
				at := micros(time.Duration(i*24+30) * time.Hour)
				h.put(ctx, tx, "event", row{"tenant": h.a.ID, "event": id.At("evt", at), "contact": h.contact, "rev": 100 + i, "kind": "withdrawn", "scope": "all",
					"topics": "[]", "channel": "letter", "actor_kind": "staff", "happened_at": at, "recorded_at": at, "evidence": "[]"})
			}
			h.put(ctx, tx, "stray", row{"tenant": h.a.ID, "stray": id.At("str", micros(2*time.Hour)), "wamid": "wamid.x", "number": theNumber, "at": 1, "state": "sent"})
			h.put(ctx, tx, "stray", row{"tenant": h.b.ID, "stray": id.At("str", micros(2*time.Hour)), "wamid": "wamid.y", "number": "999", "at": 1, "state": "sent"})
			return nil
		})
		b := h.as(account.Auditor)
		for range 2 {
			for path, want := range map[string][]string{
				"/?days=1":  {"Abmeldungen 0 −2 gegenüber gestern", "Nicht gesendet 1 von 3", "Eine Sendung ging am Gate vorbei"},
				"/?days=7":  {"Brief 6", "Später 1", "Personen mit Zusage 4"},
				"/?days=90": {"Brief 12", "Zusagen 4", "Bestellungen und Lieferung Service 4 100,0 % von 4"},
			} {
				text := b.get(path).text()
				for _, w := range want {
					if h.rolled(t) && !strings.Contains(text, w) {
						t.Errorf("%s does not say %q:\n%s", path, w, text)
					}
				}
			}
			h.roll()
		}
	})
}

// rolled reports whether the counts are there; before, the page says since when it does not know.
func (h *house) rolled(t *testing.T) (yes bool) {
	t.Helper()
	if err := h.d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select count(*) > 0 from tally where tenant = $1`, h.a.ID).Scan(&yes)
	}); err != nil {
		t.Fatal(err)
	}
	return yes
}

// What stands still comes before what gets worse, what waits, and what is coming; seven are shown, and all on request.
func TestAttentionIsSortedAndShort(t *testing.T) {
	eachAt(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i, s := range []string{"PAUSED", "REJECTED", "DISABLED", "APPROVED"} {
				h.put(ctx, tx, "template", row{"tenant": h.a.ID, "waba": "1022", "name": fmt.Sprintf("t_%s %s", strings.ToLower(s), hostile), "language": "de", "status": s, "updated_at": micros(time.Duration(i) * time.Hour)})
			}
			h.put(ctx, tx, "source", row{"tenant": h.a.ID, "source": "src_1", "kind": "web", "name": "Plakat " + hostile, "state": "paused", "paused_why": "not_me", "created_at": 1})
			for i, s := range []string{"unknown", "failed", "waiting"} {
				h.put(ctx, tx, "message", row{"tenant": h.a.ID, "message": id.At("msg", micros(time.Duration(i+1)*time.Hour)), "number": theNumber, "contact": h.contact,
					"state": s, "due": now.Add(time.Hour).UnixMicro()})
			}
			h.put(ctx, tx, "bad_item", row{"tenant": h.a.ID, "raw": id.At("raw", micros(time.Hour)), "item": 1, "at": micros(time.Hour)})
			return nil
		})
		h.roll()
		b := h.as(account.Owner)
		short, long := b.get("/"), b.get("/?first=all")
		h.sound("overview", "de", short)
		if got := strings.Count(short.body, `class="sr">`+"Steht still:") + strings.Count(short.body, "Wird schlechter:"); got != mostPoints {
			t.Errorf("%d grave points at first, want %d", got, mostPoints)
		}
		if !strings.Contains(short.body, "Alle 12") && !strings.Contains(short.body, "Alle 11") {
			t.Errorf("no way to the others: %s", short.text())
		}
		last := -1
		for _, w := range []string{"ist von Meta pausiert", "ist von Meta abgelehnt", "ist von Meta gesperrt", "sendet Werbung gebremst", "hat sich selbst angehalten",
			"könnte eine Abmeldung sein", "hat noch kein Thema", "Eine Nachricht wartet"} {
			at := strings.Index(long.body, w)
			if at < 0 || w == "sendet Werbung gebremst" && at < last {
				t.Errorf("%q at %d, after %d", w, at, last)
			}
			if w != "sendet Werbung gebremst" && w != "hat sich selbst angehalten" {
				last = at
			}
		}
	})
}

func TestSpansAndTimesInWords(t *testing.T) {
	v := &visit{lang: "de", zone: time.UTC, s: &server{Deps: Deps{Now: func() time.Time { return now }}}}
	for took, want := range map[time.Duration]string{40 * time.Millisecond: "sofort", 1400 * time.Millisecond: "1,4\u202fs", 3 * time.Hour: "3 Stunden",
		time.Hour: "1 Stunde", 5 * time.Minute: "5 Minuten", 72 * time.Hour: "3 Tage"} {
		if got := v.brief(took); got != want {
			t.Errorf("%s: %q, want %q", took, got, want)
		}
	}
	if got := v.clock(now.UnixMicro()); got != "10:42:00" {
		t.Errorf("of today: %q", got)
	}
	if got := v.clock(now.Add(-48 * time.Hour).UnixMicro()); got != look.DateTime("de", now.Add(-48*time.Hour)) {
		t.Errorf("of another day: %q", got)
	}
	for text, want := range map[string]string{"kurz": "kurz", "Das wird mir gerade zu viel": "Das wird mir …", "Donaudampfschifffahrt": "Donaudampfschiff…"} {
		if got := shortened(text, 16); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
