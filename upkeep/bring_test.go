package upkeep

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"jawort/db"
	"jawort/topic"
)

// A list from a terminal takes effect as one from the manager; what goes out can be brought in again; fingerprints fit their own key alone.
func TestBringAndExport(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		dry, err := Bring(ctx, h.s, ToBring{Kind: "optouts", DryRun: true}, []byte("0171 3920011\nniemand\n"), nil)
		if err != nil || dry.State != "ready" || dry.Counts["stop"] != 1 || len(dry.Told) != 1 || dry.Told[0].Line != 2 {
			t.Errorf("dry: %+v, %v", dry, err)
		}
		done, err := Bring(ctx, h.s, ToBring{Kind: "optouts"}, []byte("0171 3920011\n0171 3920012\n"), nil)
		if err != nil || done.State != "done" || done.Counts["stop"] != 2 || done.Forced == nil {
			t.Errorf("%+v, %v", done, err)
		}
		if _, err := Bring(ctx, h.s, ToBring{Kind: "people", Topics: []string{"odd"}, Origin: "Anmeldung im Laden"}, []byte("0171 3920013\n"), nil); err == nil {
			t.Error("a topic that is not there")
		}
		if err := h.s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
			id, err := theTenant(ctx, tx, "")
			if err != nil {
				return err
			}
			return topic.Put(ctx, tx, id, topic.Topic{Code: "offers", Class: topic.Marketing, Texts: map[string]topic.Text{"de": {Name: "x", Value: "y"}}}, 1)
		}); err != nil {
			t.Fatal(err)
		}
		people := ToBring{Kind: "people", Topics: []string{"offers"}, Origin: "Anmeldung im Laden"}
		if out, err := Bring(ctx, h.s, people, []byte("name,phone\n=1+1,0171 3920012\n@Ada,0171 3920013\n"), nil); err != nil || out.Counts["claim"] != 1 || out.Counts["kept_out"] != 1 {
			t.Errorf("%+v, %v", out, err)
		}
		table := h.exports(t, "people", 3)
		if !strings.Contains(table, "'@Ada,") || strings.Contains(table, "=1+1") {
			t.Errorf("people: %s", table)
		}
		if out, err := Bring(ctx, h.s, people, []byte(table), nil); err != nil || out.Counts["stop"] != 0 || out.Counts["kept_out"]+out.Counts["already_out"]+out.Counts["unclear"] != 3 {
			t.Errorf("brought in again: %+v, %v", out, err)
		}
		h.exports(t, "events", 3)
		h.suppressions(t)
	})
}

func (h *house) exports(t *testing.T, what string, want int) string {
	t.Helper()
	var b bytes.Buffer
	n, err := Export(t.Context(), h.s, what, "", &b)
	rows, bad := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
	if err != nil || bad != nil || n != want || len(rows) != want+1 {
		t.Errorf("%s: %d rows, %v, %v\n%s", what, n, err, bad, b.String())
	}
	return b.String()
}

func (h *house) suppressions(t *testing.T) {
	t.Helper()
	text := h.exports(t, "suppressions", 2)
	if strings.Contains(text, "3920") {
		t.Errorf("an address in the suppression list: %s", text)
	}
	if n, err := BringSuppressions(t.Context(), h.s, "", []byte(text)); err != nil || n != 2 {
		t.Errorf("again: %d, %v", n, err)
	}
	key, _, _ := strings.Cut(strings.Split(text, "\n")[1], ",")
	for name, bad := range map[string]string{"another key": strings.ReplaceAll(text, key, "0123456789abcdef"), "half a row": text[:len(text)-20], "empty": "", "a scope": strings.ReplaceAll(text, ",all,", ",none,")} {
		if _, err := BringSuppressions(t.Context(), h.s, "", []byte(bad)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// While a server has the SQLite file, a list is not brought in behind its back.
func TestBringBesideAServer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, held := h.s.file(); !held {
			return // PostgreSQL lets both in
		}
		server, err := db.Open(t.Context(), h.s.Database, db.Options{Holder: "jawort serve"})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		if _, err := Bring(t.Context(), h.s, ToBring{Kind: "optouts"}, []byte("0171 3920011\n"), nil); !errors.Is(err, ErrHeld) {
			t.Errorf("%v", err)
		}
		if _, err := Export(t.Context(), h.s, "people", "", &bytes.Buffer{}); err != nil {
			t.Errorf("reading beside the server: %v", err)
		}
	})
}
