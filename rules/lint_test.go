package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// everyLeaf calls f for each value of both files with its path: DE/min_age, or ours/DE/reask@2025-01-01.
func everyLeaf(t *testing.T, f func(path string, l leaf)) {
	t.Helper()
	var file struct {
		Jurisdictions map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(researchJSON, &file); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, raw json.RawMessage)
	walk = func(path string, raw json.RawMessage) {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) != nil {
			return
		}
		if _, ok := fields["value"]; ok {
			var l leaf
			if err := json.Unmarshal(raw, &l); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			f(path, l)
			return
		}
		for name, sub := range fields {
			walk(path+"/"+name, sub)
		}
	}
	for id, fields := range file.Jurisdictions {
		for name, raw := range fields {
			walk(id+"/"+name, raw)
		}
	}
	for _, d := range load().ours.Leaves {
		f(fmt.Sprintf("ours/%s/%s@%s", d.Record, d.Field, d.ValidFrom), d.leaf)
	}
}

// lintLeaf names what a value lacks.
func lintLeaf(l leaf, known func(string) bool) []string {
	var faults []string
	if len(l.Value) == 0 {
		faults = append(faults, "no value")
	}
	if len(l.Src) == 0 {
		faults = append(faults, "no source")
	}
	for _, s := range l.Src {
		if !known(s) {
			faults = append(faults, "unknown source "+s)
		}
	}
	if !slices.Contains([]string{"high", "medium", "low"}, l.Confidence) {
		faults = append(faults, "confidence "+l.Confidence)
	}
	if _, err := time.Parse(time.DateOnly, l.AsOf); err != nil {
		faults = append(faults, "as_of "+l.AsOf)
	}
	return faults
}

func knownSource(id string) bool { title, _ := Source(id); return title != "" }

func TestEveryValueHasSourceDateConfidence(t *testing.T) {
	n := 0
	everyLeaf(t, func(path string, l leaf) {
		n++
		if faults := lintLeaf(l, knownSource); len(faults) > 0 {
			t.Errorf("%s: %s", path, strings.Join(faults, ", "))
		}
	})
	if n < 500 {
		t.Errorf("only %d values seen: the walk is broken", n)
	}
}

// The lint itself must be able to fail.
func TestLintFindsFaults(t *testing.T) {
	good := leaf{Value: json.RawMessage(`1`), Src: []string{"GDPR"}, Confidence: "high", AsOf: "2026-11-22"}
	if f := lintLeaf(good, knownSource); len(f) != 0 {
		t.Errorf("faults in a good leaf: %v", f)
	}
	for name, spoil := range map[string]func(*leaf){
		"value":      func(l *leaf) { l.Value = nil },
		"source":     func(l *leaf) { l.Src = nil },
		"dangling":   func(l *leaf) { l.Src = []string{"NOBODY"} },
		"confidence": func(l *leaf) { l.Confidence = "sure" },
		"date":       func(l *leaf) { l.AsOf = "22.11.2026" },
	} {
		l := good
		spoil(&l)
		if len(lintLeaf(l, knownSource)) == 0 {
			t.Errorf("a leaf without %s passes", name)
		}
	}
}

func TestRecordsAreWhole(t *testing.T) {
	for _, id := range Records() {
		rec := load().research.Jurisdictions[id]
		if rec.Inherits != nil {
			if _, ok := load().research.Jurisdictions[*rec.Inherits]; !ok {
				t.Errorf("%s inherits from %s, which is not there", id, *rec.Inherits)
			}
		}
		if id == "META" {
			continue
		}
		r := For(id, today)
		if r.MinAge < 13 || r.MinAge > 18 || r.LapseAfter < 6 || r.WarnAfter >= r.LapseAfter {
			t.Errorf("%s: age %d, warn %d, lapse %d", id, r.MinAge, r.WarnAfter, r.LapseAfter)
		}
		for _, c := range r.Clauses {
			if c.Meaning == "" {
				t.Errorf("%s asks for %s, which has no meaning", id, c.Code)
			}
		}
		for _, w := range r.Quiet {
			if w.From < 0 || w.From >= w.To || w.To > 24*60 {
				t.Errorf("%s: window %+v", id, w)
			}
		}
		for field, p := range r.Proofs {
			if len(p.Sources) == 0 || p.AsOf == "" {
				t.Errorf("%s/%s: no proof", id, field)
			}
		}
	}
}

func TestOurLeavesHaveARecordAndADay(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range load().ours.Leaves {
		if d.Record != "*" && !Known(d.Record) {
			t.Errorf("%s/%s: no such record", d.Record, d.Field)
		}
		key := d.Record + "/" + d.Field + "@" + d.from().Format(time.DateOnly)
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
	}
}
