package browser

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"jawort/alert"
	"jawort/db"
)

// large are the tables that grow with people and messages.
const large = `contact|contact_guard|contact_address|service_window|suppression|event|event_leaf|event_salt|standing|request|asked|headroom|signal|decision|message|sent_count|pair_pace|raw_webhook|seen|inbound|delivery|idempotency|door|import_row|audit`

// walks is a plan that goes through a whole large table, or through all that a business has in it.
var walks = regexp.MustCompile(`^(?:SCAN|SEARCH|BLOOM FILTER ON) (\w+)(?:$| USING (?:COVERING )?INDEX \w+$| USING .*\(tenant=\?\)$| \(.*\)$)`)

// named is who an alias of a statement stands for.
func named(text, alias string) string {
	if m := regexp.MustCompile(`(?i)\b(?:from|join|update|into)\s+(` + large + `)\s+(?:as\s+)?` + alias + `\b`).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	if regexp.MustCompile(`^(?:` + large + `)$`).MatchString(alias) {
		return alias
	}
	return ""
}

// walked are statements that may go through all of a business's rows, and why.
var walked = map[string]string{
	"select count(*) from message where tenant = $1 and state in ('queued', 'started')": "the demo's seed, once",
	"select 'people', topic, state, count(*)":                                           "tally: how things stand today, at most a fiftieth of the time, written down",
}

// No statement behind any page, nor behind what is done by itself, goes through a table that grows with people or messages: it finds its way by a
// key, or takes the first rows of an order and stops.
func TestPlans(t *testing.T) {
	w.openAll(t)
	w.doAll(t)
	seen := 0
	for _, text := range db.Statements(db.SQLite) {
		if !regexp.MustCompile(`(?i)^\s*(select|with|update|delete|insert)\b`).MatchString(text) {
			continue
		}
		lines, err := w.app.DB.Plan(t.Context(), text)
		if err != nil {
			continue // of another schema: what migrations ask
		}
		seen++
		for _, line := range lines {
			m := walks.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			if table := named(text, m[1]); table != "" && !bounded(text) && !few.MatchString(line) && excused(text) == "" {
				t.Errorf("walks %s: %s\n\t%s", table, line, strings.Join(strings.Fields(text), " "))
			}
		}
	}
	if seen < 300 {
		t.Errorf("only %d statements were looked at", seen)
	}
}

// bounded: the first rows of an order that an index has, or its first value.
func bounded(text string) bool {
	return strings.Contains(text, "limit") || strings.Contains(text, "select min(a.action)")
}

// few are indexes of a part of a table that stays small however large the table is.
var few = regexp.MustCompile(`INDEX (event_blocked|message_started|message_due|event_unsealed|contact_frozen|contact_merged)\b`)

func excused(text string) string {
	flat := strings.Join(strings.Fields(text), " ")
	for begin, why := range walked {
		if strings.HasPrefix(flat, begin) {
			return why
		}
	}
	return ""
}

// openAll opens every page of the owner's, without a browser.
func (w *world) openAll(t *testing.T) {
	c := w.cookie(t, "owner")
	for _, p := range w.gallery.Pages {
		if p.As != "owner" || p.Form != nil {
			continue
		}
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.base+p.Path, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.AddCookie(c)
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, a.Body)
		a.Body.Close()
	}
}

// doAll does what is done by itself.
func (w *world) doAll(t *testing.T) {
	d := w.app.Desk
	watch := func(ctx context.Context) error {
		return w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return alert.Watch(ctx, tx, w.seed.Tenant) })
	}
	for name, job := range map[string]func(context.Context) error{"count": w.app.Count, "expire": d.Expire, "sweep": d.Sweep, "rest": d.RestSources, "overdue": d.Overdue,
		"suspect": d.Suspect, "watch": watch} {
		if err := job(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
