package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// layers from the bottom up. A package imports what lies in lower layers; of its own layer only where neighbours says so.
var layers = []struct{ name, packages string }{
	{"wire", "graph smpp smpp/smpptest crowd emulator mail mail/mailtest look qr poster picture sip sip/sipptest sound db db/dbtest docs"},
	{"words", "address errs roster id wording say keyword rules channel channel/channeltest"},
	{"nouns", "account carrier timer blob bring round contact topic notice source form kiosk consent quality gate outbox alert tally"},
	{"flows", "guard intake dispatch connect watch hook"},
	{"edges", "channel/whatsapp channel/web channel/sms channel/voice channel/list api api/clienttest gateway manager"},
	{"top", "app upkeep"},
	{"command", "cli"},
	{"outside", "test bench"},
	{"main", "."},
}

// mayImport is who imports whom in our own code, tests aside. It is exact: a permission nobody uses is a fault too. What tests the
// whole from outside (test, bench) may import everything and has no line.
var mayImport = map[string]string{
	"graph": "", "smpp": "", "smpp/smpptest": "", "crowd": "", "emulator": "crowd", "mail": "", "mail/mailtest": "", "look": "", "qr": "", "poster": "", "picture": "", "sip": "", "sip/sipptest": "", "sound": "", "db": "", "db/dbtest": "db", "docs": "",

	"address": "", "errs": "", "id": "", "say": "", "keyword": "", "rules": "", "wording": "rules", "roster": "address errs", "channel": "", "channel/channeltest": "channel",

	"account":  "db errs id",
	"carrier":  "account db errs id",
	"contact":  "address db errs id",
	"topic":    "db errs",
	"notice":   "db errs id timer",
	"source":   "db errs id keyword notice topic",
	"form":     "db errs id",
	"kiosk":    "db errs id",
	"consent":  "contact db id",
	"quality":  "db id topic",
	"gate":     "account address consent db quality rules say",
	"outbox":   "address db gate id",
	"timer":    "db",
	"tally":    "account db id",
	"blob":     "db errs",
	"bring":    "account blob db errs id roster say timer",
	"round":    "account db errs id timer",
	"alert":    "account db errs id look mail quality say source timer",
	"intake":   "account address alert blob bring carrier channel consent contact db errs gate graph id keyword look notice outbox picture quality round rules say source tally timer topic",
	"guard":    "account alert db errs outbox quality tally topic",
	"dispatch": "account address alert carrier channel consent contact db errs gate graph id outbox quality",

	"connect": "account address contact db errs graph quality",
	"watch":   "account db graph quality timer topic",

	"channel/sms":      "account carrier channel db dispatch errs intake smpp",
	"channel/whatsapp": "errs graph intake",
	"channel/voice":    "account address blob consent contact db errs intake notice sip sound source topic",
	"channel/list":     "address blob bring db errs intake roster timer",
	"channel/web":      "account address blob consent contact db errs form id intake kiosk look notice qr say source topic",
	"api":              "account address alert bring carrier consent contact db dispatch errs gate hook id intake look notice outbox roster say source topic",
	"api/clienttest":   "",
	"hook":             "account address alert consent contact db errs graph id topic",
	"gateway":          "account address db dispatch errs gate graph id say",
	"manager":          "account address alert blob bring carrier channel connect consent contact db errs form gate guard hook id intake kiosk look mail notice picture poster qr quality roster round rules say smpp sound source tally topic wording",

	"app":    "account address alert api blob bring carrier channel channel/list channel/sms channel/voice channel/web channel/whatsapp connect consent contact db dispatch emulator form gate gateway graph guard hook id intake look mail manager notice outbox quality round say sound source tally timer topic watch wording",
	"upkeep": "account address bring channel/list connect consent contact db errs gate graph intake outbox say timer topic",
	"cli":    "address app bench emulator errs keyword say upkeep wording",

	".": "cli",
}

// file is one Go file of the tree, read by ourselves: what a child process reads is invisible to the test cache.
type file struct {
	path, dir string
	test      bool
	syntax    *ast.File
	set       *token.FileSet
}

// goFiles reads every Go file of a tree; folders named testdata and hidden ones are not ours to judge.
func goFiles(tree fs.FS) ([]file, error) {
	var out []file
	set := token.NewFileSet()
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (d.Name()[0] == '.' || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".go":
			return nil
		}
		text, err := fs.ReadFile(tree, p)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(set, p, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		out = append(out, file{p, path.Dir(p), strings.HasSuffix(p, "_test.go"), syntax, set})
		return nil
	})
	return out, err
}

// imports are the paths a file imports.
func (f file) imports() []string {
	var out []string
	for _, s := range f.syntax.Imports {
		p, _ := strconv.Unquote(s.Path.Value) // the parser has read it already
		out = append(out, p)
	}
	return out
}

// ours are the packages of the module that a file imports.
func (f file) ours() []string {
	var out []string
	for _, p := range f.imports() {
		if rest, ok := strings.CutPrefix(p, "jawort/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

// layerOf says how high a package stands and where in its layer; -1 for one that stands nowhere.
func layerOf(pkg string) (height, place int) {
	if root, _, _ := strings.Cut(pkg, "/"); root == "test" || root == "bench" {
		pkg = root
	}
	for i, l := range layers {
		if at := slices.Index(strings.Fields(l.packages), pkg); at >= 0 {
			return i, at
		}
	}
	return -1, 0
}

// lawful says whether the layers let from import to, and if not, why.
func lawful(from, to string) (bool, string) {
	fh, fp := layerOf(from)
	th, tp := layerOf(to)
	switch name := layers[max(fh, 0)].name; {
	case fh < 0 || th < 0:
		return false, "stands in no layer"
	case to == "db/dbtest" || to == "docs":
		return false, "is for tests"
	case name == "main":
		return to == "cli", "main imports cli alone"
	case name == "command":
		return slices.Contains([]string{"app", "upkeep", "emulator", "bench"}, to) || layers[th].name == "words", "cli imports app, upkeep, emulator, bench and words"
	case to == "emulator":
		return name == "top" || name == "outside", "only app, cli, test and bench know the emulator"
	case name == "wire":
		return from == "db/dbtest" && to == "db" || from == "emulator" && to == "crowd", "wire knows nothing of ours"
	case name == "words":
		return name == layers[th].name, "words import no wire"
	case (name == "nouns" || name == "outside") && fh == th:
		return tp < fp, "a noun imports nouns listed above it"
	default:
		return th < fh, "imports go down"
	}
}

// archFaults compares a tree with a table of permissions, both ways, and the table with the layers.
func archFaults(tree fs.FS, table map[string]string) ([]string, error) {
	files, err := goFiles(tree)
	if err != nil {
		return nil, err
	}
	var faults []string
	real := map[string]map[string]bool{}
	for _, f := range files {
		if f.test {
			faults = append(faults, testFaults(f)...)
			continue
		}
		if real[f.dir] == nil {
			real[f.dir] = map[string]bool{}
		}
		for _, to := range f.ours() {
			real[f.dir][to] = true
			if ok, why := lawful(f.dir, to); !ok {
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", f.path, to, why))
			}
		}
	}
	return append(faults, tableFaults(real, table)...), nil
}

// tableFaults names what the table lacks, and what it permits that nobody uses.
func tableFaults(real map[string]map[string]bool, table map[string]string) []string {
	var faults []string
	for pkg, used := range real {
		height, _ := layerOf(pkg)
		if height >= 0 && layers[height].name == "outside" {
			continue
		}
		var list []string
		for to := range used {
			list = append(list, to)
		}
		slices.Sort(list)
		want := strings.Join(list, " ")
		if have, ok := table[pkg]; !ok || have != want {
			faults = append(faults, fmt.Sprintf("the table has %q: %q, the code %q: %q", pkg, have, pkg, want))
		}
		if height < 0 {
			faults = append(faults, fmt.Sprintf("package %s stands in no layer", pkg))
		}
	}
	for pkg := range table {
		if real[pkg] == nil {
			faults = append(faults, fmt.Sprintf("the table has a line for %s, which is not there", pkg))
		}
	}
	return faults
}

// testFaults: tests may reach for anything below them; a stranger's tests know nothing of ours.
func testFaults(f file) []string {
	var faults []string
	from, _ := layerOf(f.dir)
	for _, to := range f.ours() {
		height, _ := layerOf(to)
		stranger := (f.dir == "emulator" || f.dir == "graph" || f.dir == "look") && to != f.dir && !(f.dir == "emulator" && to == "crowd")
		if height < 0 || height > from || stranger {
			faults = append(faults, fmt.Sprintf("test %s imports %s, which does not lie below it", f.path, to))
		}
	}
	return faults
}

func TestImportsGoDown(t *testing.T) {
	faults, err := archFaults(os.DirFS("."), mayImport)
	report(t, faults, err)
}

// Every kind of violation, planted, is seen.
func TestArchSeesPlantedViolations(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"new package", "novelty/n.go", `package novelty`, "novelty stands in no layer"},
		{"not permitted", "consent/x.go", `package consent; import _ "jawort/errs"`, `the code "consent": "errs"`},
		{"unused permission", "consent/x.go", `package consent`, `the table has "consent": "db"`},
		{"upwards", "db/x.go", `package db; import _ "jawort/consent"`, "wire knows nothing of ours"},
		{"words to wire", "address/x.go", `package address; import _ "jawort/db"`, "words import no wire"},
		{"noun to later noun", "contact/x.go", `package contact; import _ "jawort/gate"`, "listed above it"},
		{"edge to edge", "api/x.go", `package api; import _ "jawort/manager"`, "imports go down"},
		{"stranger", "emulator/x.go", `package emulator; import _ "jawort/graph"`, "nothing of ours"},
		{"emulator in a flow", "intake/x.go", `package intake; import _ "jawort/emulator"`, "know the emulator"},
		{"cli to noun", "cli/x.go", `package cli; import _ "jawort/consent"`, "cli imports app"},
		{"main to noun", "m.go", `package main; import _ "jawort/db"`, "main imports cli alone"},
		{"test help in code", "gate/x.go", `package gate; import _ "jawort/db/dbtest"`, "is for tests"},
		{"test looks up", "contact/x_test.go", `package contact; import _ "jawort/intake"`, "does not lie below"},
		{"stranger's test", "emulator/x_test.go", `package emulator; import _ "jawort/graph"`, "does not lie below"},
		{"line without package", "m.go", `package main`, "a line for consent, which is not there"},
	} {
		tree := fstest.MapFS{c.path: {Data: []byte(c.text)}}
		faults, err := archFaults(tree, map[string]string{"consent": "db"})
		if err != nil {
			t.Fatal(err)
		}
		wantFault(t, c.name, faults, c.want)
	}
}

func TestCleanTreeHasNoFault(t *testing.T) {
	tree := fstest.MapFS{"consent/x.go": {Data: []byte(`package consent; import _ "jawort/db"`)}, "db/x.go": {Data: []byte(`package db`)}}
	faults, err := archFaults(tree, map[string]string{"consent": "db", "db": ""})
	report(t, faults, err)
}

// report fails with each fault.
func report(t *testing.T, faults []string, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

// wantFault fails unless one of the faults says so.
func wantFault(t *testing.T, name string, faults []string, want string) {
	t.Helper()
	if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, want) }) {
		t.Errorf("%s: not seen; wanted %q among %q", name, want, faults)
	}
}
