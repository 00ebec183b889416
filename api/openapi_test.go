package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/look"
	"jawort/say"
)

var update = flag.Bool("update", false, "write openapi.json and generate the client anew")

const generator = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"

// TestTheDocumentIsTheGoldenOne: a change of the contract shows in a diff of openapi.json, and the client that somebody else's
// generator made of it belongs to exactly this document.
func TestTheDocumentIsTheGoldenOne(t *testing.T) {
	st := newStage(t, dbtest.Open(t, db.SQLite))
	got := st.do("", "GET", "/openapi.json", "").want(200).body
	sum := sha256.Sum256([]byte(got))
	hash := hex.EncodeToString(sum[:]) + "\n"
	if *update {
		regenerate(t, got, hash)
	}
	golden, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(golden) != got {
		t.Error("openapi.json is not what is served; if the change is meant: go test ./api -run Golden -update")
	}
	made, err := os.ReadFile("clienttest/openapi.sha256")
	if err != nil || string(made) != hash {
		t.Errorf("the client was made of another document (%v)", err)
	}
}

func regenerate(t *testing.T, doc, hash string) {
	t.Helper()
	if err := os.WriteFile("openapi.json", []byte(doc), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "run", generator, "-generate", "types,client", "-package", "clienttest", "-o", "clienttest/client.go", "openapi.json")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.WriteFile("clienttest/openapi.sha256", []byte(hash), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTheDocumentIsWhole(t *testing.T) {
	st := newStage(t, dbtest.Open(t, db.SQLite))
	d := st.document()
	served := 0
	for _, ops := range d.Paths {
		served += len(ops)
	}
	if served != len(st.server.ops) {
		t.Errorf("%d operations in the document, %d served", served, len(st.server.ops))
	}
	for path, ops := range d.Paths {
		for method, op := range ops {
			var declared []string
			for _, p := range op.Parameters {
				if p.In == "path" {
					declared = append(declared, p.Name)
				}
				if p.In == "query" && strings.Contains("address to phone", p.Name) {
					t.Errorf("%s %s takes an address in the query", method, path)
				}
			}
			if len(declared) != strings.Count(path, "{") {
				t.Errorf("%s %s declares path parameters %v", method, path, declared)
			}
			if _, ok := bodies[op.OperationID]; ok != (op.RequestBody != nil) {
				t.Errorf("%s: a body in the tests and one in the document: %t, %t", op.OperationID, ok, op.RequestBody != nil)
			}
		}
	}
}

func TestTheOldDocument(t *testing.T) {
	st := newStage(t, dbtest.Open(t, db.SQLite))
	if v := st.do("", "GET", "/openapi-3.0.json", "").want(200).str("openapi"); v != "3.0.3" {
		t.Errorf("openapi %s", v)
	}
	if v := st.do("", "GET", "/openapi.json", "").want(200).str("openapi"); v != "3.1.0" {
		t.Errorf("openapi %s", v)
	}
}

// TestTheDocsPage: every link inside leads somewhere, every problem type has its place, nothing is loaded from elsewhere.
func TestTheDocsPage(t *testing.T) {
	st := newStage(t, dbtest.Open(t, db.SQLite))
	for _, lang := range say.Languages {
		a := st.do("", "GET", "/docs", "", "Accept-Language", lang).want(200)
		if csp := a.head.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("policy %s", csp)
		}
		root, err := html.Parse(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		ids, links := map[string]bool{}, []string{}
		for n := range root.Descendants() {
			if n.Data == "script" || n.Data == "style" {
				t.Errorf("the page has a %s", n.Data)
			}
			for _, at := range n.Attr {
				switch at.Key {
				case "id":
					ids[at.Val] = true
				case "href", "src":
					links = append(links, at.Val)
				case "style":
					t.Error("inline style")
				}
			}
		}
		for _, l := range links {
			inside := strings.HasPrefix(l, "#") && ids[l[1:]]
			if !inside && l != "/openapi.json" && !strings.HasPrefix(l, look.Prefix) {
				t.Errorf("link %s leads nowhere", l)
			}
		}
		for _, kind := range append([]string{kindRefused, kindInProgress, kindKeyReused, kindUncertain}, "invalid", "not_found") {
			if !ids[kind] {
				t.Errorf("no place for the problem %s", kind)
			}
		}
		if strings.Contains(a.body, "[api.") || !strings.Contains(a.body, "/v1/optouts") || !strings.Contains(a.body, "all | marketing | topic") {
			t.Errorf("%s: not the page: %.300s", lang, a.body)
		}
	}
}

// TestEverySentenceIsThere finds the keys in our source, so that none shows as a key in brackets.
func TestEverySentenceIsThere(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range bytes.Split(b, []byte(`"`)) {
			key := string(part)
			if !strings.HasPrefix(key, "api.") || strings.ContainsAny(key, " :\n") || strings.HasSuffix(key, ".") {
				continue
			}
			found++
			for _, lang := range say.Languages {
				if !say.Has(lang, key) {
					t.Errorf("%s lacks %s", lang, key)
				}
			}
		}
	}
	for _, kind := range kinds {
		for _, key := range []string{"api.title." + kind, "api.detail." + kind} {
			if !say.Has("de", key) || !say.Has("en", key) {
				t.Errorf("no %s", key)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d keys found", found)
	}
}
