package manager

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/bring"
	"jawort/channel/list"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/timer"
)

// works carries on what was brought in, as the worker of the program does.
func (h *house) works() {
	h.t.Helper()
	w := list.New(list.Deps{DB: h.d, Desk: h.desk, Held: func(context.Context) error { return nil }})
	r := timer.Runner{DB: h.d, Handlers: w.Handlers()}
	for range 100 {
		n, err := r.Step(context.Background())
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	h.t.Fatal("the work does not end")
}

// uploads posts a form with a file.
func (b *browser) uploads(path, name string, body []byte, pairs ...string) answer {
	b.h.t.Helper()
	var out bytes.Buffer
	m := multipart.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		_ = m.WriteField(pairs[i], pairs[i+1])
	}
	f, err := m.CreateFormFile("file", name)
	if err != nil {
		b.h.t.Fatal(err)
	}
	_, _ = f.Write(body)
	_ = m.Close()
	r, err := http.NewRequestWithContext(b.h.t.Context(), "POST", b.h.url+path, &out)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.ask(r)
}

// A list from the upload to the last row, and back again: what is expected is shown first, formulas are text on their way out, a second
// person agrees to take it back.
func TestImportFromUploadToUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		text := "Kunde;Rufnummer;Einwilligung\n=1+1" + strings.ReplaceAll(hostile, `"`, "") + ";0151 20000001;ja\n@SUM(A1);0151 20000002;nein\n;;ja\n+cmd|x;niemand;nein\nUwe;0151 20000003;vielleicht\n"
		a := b.uploads("/imports", `C:\alt\kunden.csv`, []byte(text), "kind", "people", "scope", "marketing", "topics", "offers", "origin", "Häkchen im Shop 2023")
		if a.code != http.StatusSeeOther || !strings.HasPrefix(a.to, "/imports/imp_") {
			t.Fatalf("%d to %s", a.code, a.to)
		}
		page := a.to
		h.sound("while it is read", "de", b.get(page))
		h.works()
		a = b.get(page)
		h.sound("what it would do", "de", a)
		for _, want := range []string{"kunden.csv", "Zuerst Abmeldungen: 1. Dann vermerkte Zustimmungen: 1.", "Ohne Nummer", "Unklares Wort", `<option value="number" selected`, "&lt;script&gt;"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if a := b.post(page+"/columns", "column", "name", "column", "", "column", "status"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "Eine Spalte muss") {
			t.Errorf("no column for the number: %d", a.code)
		}
		if a := b.post(page+"/columns", "column", "", "column", "number", "column", "status"); a.to != page {
			t.Errorf("columns: %d", a.code)
		}
		if a := b.post(page + "/begin"); a.code != http.StatusConflict {
			t.Errorf("begun while it is read: %d", a.code)
		}
		h.works()
		if a := b.post(page + "/begin"); a.to != page {
			t.Errorf("begin: %d", a.code)
		}
		h.works()
		a = b.get(page)
		h.sound("done", "de", a)
		for _, want := range []string{"gilt jede Abmeldung dieser Liste", "So wird daraus eine Zustimmung", "Ganze Liste zurücknehmen"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		rows := b.post(page + "/rows").body
		if strings.Count(rows, "\r\n") != 4 || !strings.Contains(rows, ";'+cmd|x;niemand;nein") || strings.Contains(rows, "20000001") {
			t.Errorf("rows:\n%s", rows)
		}
		h.undone(page)
	})
}

// undone takes a list back, with two people.
func (h *house) undone(page string) {
	h.t.Helper()
	admin, owner := h.as(account.Admin), h.as(account.Owner)
	if a := admin.post(page+"/undo", "reason", "kurz"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `value="kurz"`) {
		h.t.Errorf("a short reason: %d", a.code)
	}
	if a := admin.post(page+"/undo", "reason", "Das war die Liste von vorgestern"); a.to != page {
		h.t.Errorf("asked: %d", a.code)
	}
	if a := admin.post(page+"/undo/decide", "decision", "approved"); a.code != http.StatusForbidden {
		h.t.Errorf("whoever asked agreed: %d", a.code)
	}
	if a := owner.get(page); !strings.Contains(a.body, "Das war die Liste von vorgestern") || !strings.Contains(a.body, `value="approved"`) {
		h.t.Error("the wish is not shown to who may agree")
	}
	if a := owner.post(page+"/undo/decide", "decision", "approved"); a.to != page {
		h.t.Errorf("agreed: %d", a.code)
	}
	h.works()
	a := owner.get(page)
	h.sound("undone", "de", a)
	if !strings.Contains(a.body, "Zurückgenommen: ") {
		h.t.Error("not taken back")
	}
	if a := owner.get("/imports"); !strings.Contains(a.body, "Zurückgenommen") {
		h.t.Error("the list of lists does not say so")
	}
}

// The suppression list goes out and in again; another key's list and half a list are refused beside the field.
func TestSuppressionListInAndOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		if a := b.post("/setup/optouts", "list", "0151 20000001"); a.code != http.StatusSeeOther {
			t.Fatal(a.code)
		}
		h.works()
		b.post("/setup/optouts/apply")
		h.works()
		for _, what := range []string{"people", "events", "suppressions"} {
			a := b.post("/exports/" + what)
			if a.code != http.StatusOK || strings.Count(a.body, "\n") < 2 || strings.Contains(a.body, "Their Person") {
				t.Errorf("%s: %d\n%s", what, a.code, a.body)
			}
		}
		if a := h.as(account.Auditor).post("/exports/people"); a.code != http.StatusForbidden {
			t.Errorf("whole numbers for who may not see them: %d", a.code)
		}
		list := h.as(account.Admin).post("/exports/suppressions").body
		if strings.Contains(list, "20000001") {
			t.Errorf("a number in the suppression list: %s", list)
		}
		if a := b.uploads("/imports/suppressions", "s.csv", []byte(list)); a.to != "/imports" {
			t.Errorf("read in: %d", a.code)
		}
		other := b.uploads("/imports/suppressions", "s.csv", []byte("key,fingerprint,scope,reason,at\n0123456789abcdef,"+strings.Repeat("ab", 32)+",all,x,2026-01-01T00:00:00Z\n"))
		if other.code != http.StatusBadRequest || !strings.Contains(other.body, "anderen Schlüssel") {
			t.Errorf("another key: %d", other.code)
		}
		h.sound("another key", "de", other)
	})
}

// What is no list is answered beside its field, and nothing of it is kept.
func TestImportRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for name, c := range map[string]struct {
			body []byte
			form []string
			want string
		}{
			"empty":         {nil, nil, "Die Liste ist leer"},
			"a spreadsheet": {[]byte("PK\x03\x04\x00\x00"), nil, "keine Tabelle als Text"},
			"a million":     {bytes.Repeat([]byte("a,"), 1_000_000), nil, "mehr als 300 Spalten"},
			"no topic":      {[]byte("+491713920011"), []string{"kind", "people", "origin", "Häkchen im Shop"}, "wozu diese Personen Ja"},
			"odd topic":     {[]byte("+491713920011"), []string{"kind", "people", "origin", "Häkchen im Shop", "topics", "odd"}, "Thema"},
			"no origin":     {[]byte("+491713920011"), []string{"kind", "people", "topics", "offers"}, "wo und wie"},
			"odd kind":      {[]byte("+491713920011"), []string{"kind", "odd"}, "Eine Liste ist entweder"},
			"odd scope":     {[]byte("+491713920011"), []string{"scope", "odd"}, "Eine Abmeldung gilt"},
		} {
			form := append([]string{"kind", "optouts", "scope", "all"}, c.form...)
			if len(c.form) > 0 && (c.form[0] == "kind" || c.form[0] == "scope") {
				form = append(c.form, "kind", "optouts", "scope", "all")
			}
			a := b.uploads("/imports", "x.csv", c.body, form...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, c.want) {
				t.Errorf("%s: %d, does not say %q", name, a.code, c.want)
			}
			h.sound(name, "de", a)
		}
		if a := b.get("/imports"); !strings.Contains(a.body, "Noch keine") {
			t.Error("something was kept")
		}
	})
}

// A list that only its heading holds cannot be read, which the page says; another tenant's is not there.
func TestImportThatFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		a := b.uploads("/imports", "leer.csv", []byte("Telefon;Status\n"), "kind", "optouts", "scope", "all")
		h.works()
		if got := b.get(a.to); !strings.Contains(got.body, "Die Liste ist leer") || !strings.Contains(got.body, "Nicht lesbar") && !strings.Contains(got.body, "Verwerfen") {
			t.Errorf("only a heading: %d", got.code)
		}
		if got := b.post(a.to + "/drop"); got.to != "/imports" {
			t.Errorf("drop: %d", got.code)
		}
		var theirs bring.Import
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			theirs, err = bring.Put(ctx, tx, h.b.ID, bring.Import{Kind: bring.OptOuts, CreatedBy: "x", Options: bring.Options{Scope: "all"}}, []byte("+447700900123"))
			return err
		})
		for _, act := range []string{"/begin", "/drop", "/rows", "/undo", "/undo/decide", "/columns"} {
			if got := b.post("/imports/"+theirs.ID+act, "reason", "Das ist nicht meine Liste", "column", "number"); got.code != http.StatusNotFound {
				t.Errorf("%s of another tenant's list: %d", act, got.code)
			}
		}
		if got := b.get("/imports/" + theirs.ID); got.code != http.StatusNotFound {
			t.Errorf("another tenant's list: %d", got.code)
		}
	})
}

// The step of the first run goes the same way, and a list that was not let go gives way to the next.
func TestSetupOptOuts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for _, text := range []string{"0151 20000001", "0151 20000002\n0151 20000003"} {
			if a := b.post("/setup/optouts", "list", text); a.to != "/setup/optouts" {
				t.Fatalf("%d", a.code)
			}
			h.works()
		}
		a := b.get("/setup/optouts")
		h.sound("the step", "de", a)
		if !strings.Contains(a.body, "2 Zeilen in der Datei") {
			t.Error("the second list did not take the place of the first")
		}
		if a := b.post("/setup/optouts/apply"); a.to != "/setup/optouts" {
			t.Errorf("apply: %d", a.code)
		}
		h.works()
		var n int64
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*) from event where tenant = $1 and actor_kind = 'import'`, h.a.ID).Scan(&n)
		})
		if a := b.get("/setup/optouts"); n != 2 || !strings.Contains(a.body, "Was die Zeilen bewirkt haben") {
			t.Errorf("%d entries", n)
		}
	})
}
