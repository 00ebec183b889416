package manager

import (
	"context"
	"encoding/csv"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

func TestTrailPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for range 70 {
				if err := account.Record(ctx, tx, h.a.ID, account.Entry{Actor: h.staff[account.Editor].ID, Action: "topic.changed", Object: "offers", Detail: map[string]string{"x": "=1+1"}}); err != nil {
					return err
				}
			}
			return account.Record(ctx, tx, h.b.ID, account.Entry{Actor: "usr_theirs", Action: "topic.changed", Object: "their_topic"})
		})
		b := h.as(account.Auditor)
		for page, want := range map[string]int{"actor=" + h.staff[account.Editor].ID: 70, "action=topic.changed": 70, "object=offers": 70, "object=their_topic": 0, "actor=usr_nobody": 0} {
			seen, next := 0, "/settings/audit?"+page
			for next != "" {
				a := b.get(next)
				h.sound(next, "de", a)
				seen += strings.Count(a.body, `<td role="cell" class="first">`)
				m := regexp.MustCompile(`href="(/settings/audit\?[^"]*before=[^"]*)"`).FindStringSubmatch(a.body)
				next = ""
				if m != nil {
					next = strings.ReplaceAll(m[1], "&amp;", "&")
				}
			}
			if seen != want {
				t.Errorf("%s: %d entries, want %d", page, seen, want)
			}
		}
		a := b.post("/settings/audit", "action", "topic.changed")
		if a.code != http.StatusOK || !strings.HasPrefix(a.head.Get("Content-Type"), "text/csv") {
			t.Fatalf("export: %d", a.code)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 71 || strings.Contains(a.body, "their_topic") {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
					t.Errorf("a cell that a spreadsheet would run: %q", cell)
				}
			}
		}
		if a := b.get("/settings/audit?action=audit.exported"); !strings.Contains(a.body, "Verlauf ausgegeben") {
			t.Error("the export left no entry")
		}
	})
}

func TestSecretsPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		a := b.get("/settings/secrets")
		h.sound("secrets", "de", a)
		for _, line := range h.keys.Prints() {
			if _, print, _ := strings.Cut(line, " "); !strings.Contains(a.body, print) {
				t.Errorf("lacks the fingerprint of %s", line)
			}
		}
		if strings.Contains(a.body, "Alles neu versiegeln</button>") {
			t.Error("asks to seal anew what is sealed well")
		}
		if a := b.post("/settings/secrets/reseal"); a.to != "/settings/secrets" {
			t.Errorf("reseal: %d", a.code)
		}
	})
}

func TestKeyRows(t *testing.T) {
	k, err := account.ParseKeyring(account.NewKey("new") + "\n" + account.NewKey("a_old") + "\n" + account.NewKey("z_done"))
	if err != nil {
		t.Fatal(err)
	}
	rows := keyRows(k, map[string]int{"new": 1, "a_old": 2, "lost": 3})
	var got []string
	for _, r := range rows {
		got = append(got, r.ID)
	}
	if strings.Join(got, " ") != "new a_old lost z_done" || !rows[0].First || rows[1].Sealed != 2 || !rows[2].Missing || rows[3].Sealed != 0 || !stale(rows) || stale(rows[:1]) {
		t.Errorf("%+v", rows)
	}
}
