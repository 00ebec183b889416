package story

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/db"
)

// Who has their data erased is asked first, and afterwards nothing names them in any table; nobody writes to them again, whatever comes
// in about them, until they write themselves.
func TestRemovalOnRequest(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		_, sent := w.send(mareike, "sommer_sale")
		w.eventually("the last receipt", func() bool { // one that came later would be kept as it came
			m := w.must(http.StatusOK, http.MethodGet, "/messages/"+sent["id"].(string), nil)
			return m["status"] == "read"
		})
		w.says(mareike, "Mein Hund heißt Waldemar")
		user := w.user(mareike)
		id := w.lookup("tel:+" + mareike)["id"].(string)
		page := w.base + "/p/" + w.app.Desk.PreferenceToken(w.Tenant, id)
		before := len(w.events("tel:+" + mareike))
		if p := w.browse(http.MethodGet, page+"?remove=", nil); p.status != http.StatusOK || len(w.events("tel:+"+mareike)) != before {
			t.Errorf("looking at it is %d, or did something", p.status)
		}
		w.later(time.Minute)
		if p := w.browse(http.MethodPost, page, url.Values{"remove": {"perhaps"}}); p.status != http.StatusUnprocessableEntity || len(w.events("tel:+"+mareike)) != before {
			t.Errorf("an unclear form is %d, or did something", p.status)
		}
		w.browse(http.MethodPost, page, url.Values{"remove": {"yes"}})
		w.browse(http.MethodPost, page, url.Values{"remove": {"yes"}}) // twice is once
		for _, trace := range []string{mareike, user, mareike[2:], "Waldemar"} {
			if where := w.found(trace); len(where) > 0 {
				t.Errorf("after the erasure %q stands in %v", trace[:4]+"…", where)
			}
		}
		history := list(w.must(http.StatusOK, http.MethodGet, "/contacts/"+id+"/events", nil)["data"])
		if kinds := kindsOf(history); !slices.Contains(kinds, "erased") || !slices.Contains(kinds, "granted") {
			t.Errorf("the ledger keeps %v", kinds)
		}
		for _, e := range history {
			if e["address"] != nil && e["address"] != "" || len(list(e["evidence"])) > 0 {
				t.Errorf("an entry still has %v %v", e["address"], e["evidence"])
			}
		}
		w.optsIn("tel:+"+mareike, "offers", "order_updates") // an old list is brought in again
		w.fill(w.Source, mareike, "offers")
		w.silent("tel:+"+mareike, "an erasure and a return")
		w.later(time.Minute)
		w.says(mareike, declaration(w.fill(w.Source, mareike, "offers").chatLink()))
		w.stands(mareike, "offers=granted")
		w.allowed(mareike, "sommer_sale")
	})
}

func kindsOf(events []object) (out []string) {
	for _, e := range events {
		out = append(out, e["kind"].(string))
	}
	return out
}

// found names the tables and columns that hold a text, also inside of bytes.
func (w *world) found(text string) (where []string) {
	w.Helper()
	err := w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for table, columns := range columns(w) {
			if slices.Contains([]string{"seen", "decision"}, table) { // keys that tell a repeated webhook, gone after days; decisions hold no address
				continue
			}
			rows, err := tx.Query(ctx, "select "+strings.Join(columns, ", ")+" from "+table)
			if err != nil {
				return err
			}
			for rows.Next() {
				values := make([]any, len(columns))
				into := make([]any, len(columns))
				for i := range values {
					into[i] = &values[i]
				}
				if err := rows.Scan(into...); err != nil {
					rows.Close()
					return err
				}
				for i, v := range values {
					if holds(v, text) && !slices.Contains(where, table+"."+columns[i]) {
						where = append(where, table+"."+columns[i])
					}
				}
			}
			rows.Close()
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return where
}

func holds(v any, text string) bool {
	switch x := v.(type) {
	case string:
		return strings.Contains(x, text)
	case []byte:
		return strings.Contains(string(x), text)
	}
	return false
}

var (
	tableShape  = regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)`)
	columnShape = regexp.MustCompile(`(?m)^\t(\w+)\s+(?:text|bytea|\{key\}|\{json\})`)
)

// columns are those of every table that can hold words.
func columns(w *world) map[string][]string {
	w.Helper()
	schema, err := os.ReadFile("../../db/schema.sql")
	if err != nil {
		w.Fatal(err)
	}
	out := map[string][]string{}
	for _, t := range tableShape.FindAllSubmatch(schema, -1) {
		for _, c := range columnShape.FindAllSubmatch(t[2], -1) {
			out[string(t[1])] = append(out[string(t[1])], string(c[1]))
		}
	}
	if len(out) < 40 || !slices.Contains(out["inbound"], "body") {
		w.Fatalf("read %d tables", len(out))
	}
	return out
}
