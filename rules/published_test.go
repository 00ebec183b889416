package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"testing"
)

var publish = flag.Bool("publish", false, "add the hashes of new values to testdata/published.json (never changes one)")

const publishedFile = "testdata/published.json"

// fingerprint covers the value and what backs it, whatever the spacing of the file.
func fingerprint(t *testing.T, l leaf) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(l.Value, &value); err != nil {
		t.Fatal(err)
	}
	canonical, err := json.Marshal(map[string]any{"value": value, "src": l.Src, "confidence": l.Confidence, "as_of": l.AsOf})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:12])
}

// compare names the published values that were changed or taken away, and those not published yet.
func compare(published, current map[string]string) (broken, unpublished []string) {
	for path, hash := range published {
		if current[path] != hash {
			broken = append(broken, path)
		}
	}
	for path := range current {
		if published[path] == "" {
			unpublished = append(unpublished, path)
		}
	}
	return broken, unpublished
}

// A decision made last year must be explainable with the rules of last year: a published value stays as it is, a newer
// one is a further leaf in data/ours.json with its valid_from.
func TestPublishedValuesNeverChange(t *testing.T) {
	current := map[string]string{}
	everyLeaf(t, func(path string, l leaf) { current[path] = fingerprint(t, l) })
	published := map[string]string{}
	if raw, err := os.ReadFile(publishedFile); err == nil {
		if err := json.Unmarshal(raw, &published); err != nil {
			t.Fatal(err)
		}
	}
	broken, unpublished := compare(published, current)
	for _, path := range broken {
		t.Errorf("%s was published and has been altered or removed: restore it and add a newer leaf to data/ours.json", path)
	}
	if *publish && len(broken) == 0 {
		writePublished(t, published, current)
		return
	}
	for _, path := range unpublished {
		t.Errorf("%s is new: go test ./rules/ -run Published -publish", path)
	}
}

func writePublished(t *testing.T, published, current map[string]string) {
	t.Helper()
	maps.Copy(published, current)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", " ")
	if err := enc.Encode(published); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(publishedFile, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCompareSeesAlteredRemovedAndNew(t *testing.T) {
	published := map[string]string{"a": "1", "b": "2", "c": "3"}
	broken, unpublished := compare(published, map[string]string{"a": "1", "b": "x", "d": "4"})
	if len(broken) != 2 || len(unpublished) != 1 {
		t.Errorf("broken %v, unpublished %v", broken, unpublished)
	}
}
