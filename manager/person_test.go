package manager

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/gate"
	"jawort/id"
	"jawort/say"
)

// The timeline holds events, messages and what the gate kept back, each once, however it is paged.
func TestTimelineGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i := range 70 {
				at := micros(time.Duration(i)*7*time.Hour + 90*time.Minute)
				h.put(ctx, tx, "message", row{"tenant": h.a.ID, "message": id.At("msg", at), "contact": h.contact, "number": theNumber, "template": fmt.Sprintf("tpl_%02d", i), "state": "read", "kind": "template", "created_at": at})
				h.put(ctx, tx, "inbound", row{"tenant": h.a.ID, "inbound": fmt.Sprintf("wamid.%d", i), "contact": h.contact, "number": theNumber, "at": at, "kind": "text", "body": fmt.Sprintf("Wort %02d.", i), "intent": "none"})
			}
			return nil
		})
		b := h.as(account.Agent)
		older := regexp.MustCompile(`href="(/people/[^"]+before=\d+)#line"`)
		seen, pages := map[string]int{}, 0
		for path := "/people/" + h.contact; path != ""; pages++ {
			a := b.get(path)
			if a.code != http.StatusOK {
				t.Fatalf("%s: %d\n%s", path, a.code, h.logs)
			}
			body := a.body
			for _, m := range regexp.MustCompile(`tpl_\d\d|Wort \d\d|Bitte keine Angebote mehr|/decisions/dec_\w+`).FindAllString(body, -1) {
				seen[m]++
			}
			path = ""
			if m := older.FindStringSubmatch(body); m != nil {
				path = m[1]
			}
		}
		if len(seen) != 142 || pages != 5 {
			t.Errorf("%d different things on %d pages", len(seen), pages)
		}
		for what, n := range seen {
			if n != 1 {
				t.Errorf("%s stands there %d times", what, n)
			}
		}
	})
}

// Asked as of a moment, the page tells what was true and what was known; entries told late are where the two differ.
func TestAnotherMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			at := micros(10 * 24 * time.Hour) // agreed ten days ago, in an hour that we heard of five days later
			h.put(ctx, tx, "event", row{"tenant": h.a.ID, "event": id.At("evt", at), "contact": h.contact, "rev": 4, "kind": "granted", "scope": "topic", "topics": `["order_updates"]`,
				"channel": "chat", "actor_kind": "person", "happened_at": at, "recorded_at": micros(5 * 24 * time.Hour), "witnessed": true, "evidence": `[]`})
			return nil
		})
		b := h.as(account.Auditor)
		ask := func(ago time.Duration) string {
			at := now.Add(-ago).In(mustZone(t, "Europe/Berlin")).Format(momentLayout)
			a := b.get("/people/" + h.contact + "?at=" + url.QueryEscape(at))
			if a.code != http.StatusOK {
				t.Fatalf("%s: %d %s", at, a.code, h.logs)
			}
			h.sound("as of "+at, "de", a)
			return a.body
		}
		if body := ask(20 * 24 * time.Hour); strings.Contains(body, "Damals wussten wir:") || !strings.Contains(body, "Eintrag danach") {
			t.Error("before everything the two differ, or nothing leads on")
		}
		if body := ask(3 * time.Hour); !strings.Contains(body, `data-slide="at"`) || !strings.Contains(body, `type="datetime-local"`) {
			t.Error("no slider beside the field")
		}
		if body := ask(7 * 24 * time.Hour); !strings.Contains(body, "Damals wussten wir:") || !strings.Contains(body, "Zugesagt, bestätigt") {
			t.Error("what was told late is not told apart")
		}
		if body := ask(4 * 24 * time.Hour); strings.Contains(body, "Damals wussten wir:") || !strings.Contains(body, "Eintrag davor") {
			t.Error("once heard, the two still differ")
		}
		for _, bad := range []string{"gestern", "2026-13-01T00:00", hostile} {
			a := b.get("/people/" + h.contact + "?at=" + url.QueryEscape(bad))
			if a.code != http.StatusOK || !strings.Contains(a.body, "Das ist kein Zeitpunkt.") || strings.Contains(a.body, "<script>") {
				t.Errorf("%q: %d", bad, a.code)
			}
		}
	})
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// The card asks the gate itself, for a topic or a template, and sends nothing.
func TestMayIWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.put(ctx, tx, "template", row{"tenant": h.a.ID, "waba": "1022", "name": "order_update", "language": "de", "category": "UTILITY", "status": "APPROVED", "topic": "order_updates", "components": "[]"})
			if _, err := tx.Exec(ctx, `insert into portfolio (tenant, portfolio, name, send_limit, updated_at) values ($1, '5069', '', -1, 1)
				on conflict (tenant, portfolio) do update set send_limit = -1`, h.a.ID); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `update standing set flags = '{}', stop_marketing = false where tenant = $1 and contact = $2`, h.a.ID, h.contact)
			return err
		})
		b := h.as(account.Agent)
		page := "/people/" + h.contact
		for query, want := range map[string][]string{
			"":                                  {"Nein, nicht senden", "Zusage für das Thema", "Was hilft:", "weitere Prüfungen"},
			"?for=topic:offers":                 {"Nein, nicht senden", `value="topic:offers" selected`},
			"?for=topic:order_updates":          {"Ja, senden", "Alle Prüfungen sind bestanden.", "16 Prüfungen"},
			"?for=template:order_update:de":     {"Ja, senden", `value="template:order_update:de" selected`},
			"?for=template:nothing:de&number=x": {`value="topic:offers" selected`},
		} {
			a := b.get(page + query)
			for _, w := range want {
				if a.code != http.StatusOK || !strings.Contains(a.body, w) {
					t.Errorf("%s: %d, does not say %q\n%s", query, a.code, w, h.logs)
				}
			}
			h.sound(query, "de", a)
		}
		var kept int64
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*) from decision where tenant = $1`, h.a.ID).Scan(&kept)
		})
		if kept != 3 {
			t.Errorf("asking kept decisions: %d", kept)
		}
	})
}

// Every step of the gate's line has its words, in both languages.
func TestStepsHaveWords(t *testing.T) {
	if len(steps) != int(gate.StepThroughput)+1 {
		t.Errorf("%d steps", len(steps))
	}
	for i := range steps {
		for _, lang := range say.Languages {
			if !say.Has(lang, fmt.Sprintf("manager.step.%d", i)) {
				t.Errorf("%s lacks step %d", lang, i)
			}
		}
	}
}
