package main

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	pureFile   = regexp.MustCompile(`^(fold|decide)(_\w+)?\.go$|^(brake|pace)\.go$`)
	purePlaces = []string{"keyword", "rules", "address"}
	clockCalls = []string{"Now", "Since", "Until", "After", "Tick", "Sleep", "NewTimer", "NewTicker", "AfterFunc"}
)

// pure says whether a file must answer from what it is handed and nothing else.
func (f file) pure() bool {
	height, _ := layerOf(f.dir)
	decides := height >= 0 && (layers[height].name == "nouns" || layers[height].name == "words")
	return !f.test && (slices.Contains(purePlaces, f.dir) || decides && pureFile.MatchString(path.Base(f.path)))
}

// impure says whether an import reaches the world.
func impure(p string) bool {
	world := []string{"jawort/db", "net", "os", "context", "database/sql", "syscall", "math/rand", "crypto/rand"}
	return slices.ContainsFunc(world, func(w string) bool { return p == w || strings.HasPrefix(p, w+"/") })
}

// impurities names what reaches out of a pure file: an import, or the clock.
func impurities(tree fs.FS) ([]string, error) {
	files, err := goFiles(tree)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, f := range files {
		if !f.pure() {
			continue
		}
		for _, p := range f.imports() {
			if impure(p) {
				faults = append(faults, fmt.Sprintf("%s imports %s", f.path, p))
			}
		}
		clock := f.nameOf("time")
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == clock && slices.Contains(clockCalls, s.Sel.Name) {
				faults = append(faults, fmt.Sprintf("%s uses time.%s", f.set.Position(s.Pos()), s.Sel.Name))
			}
			return true
		})
	}
	return faults, nil
}

// nameOf is what a file calls an import.
func (f file) nameOf(p string) string {
	for _, s := range f.syntax.Imports {
		if s.Path.Value == `"`+p+`"` && s.Name != nil {
			return s.Name.Name
		}
	}
	return path.Base(p)
}

func TestMeaningIsPure(t *testing.T) {
	faults, err := impurities(os.DirFS("."))
	report(t, faults, err)
}

func TestPureSeesPlantedViolations(t *testing.T) {
	for _, c := range []struct{ path, text, want string }{
		{"consent/fold.go", `package consent; import _ "jawort/db"`, "imports jawort/db"},
		{"consent/fold_topic.go", `package consent; import _ "context"`, "imports context"},
		{"gate/decide.go", `package gate; import _ "net/http"`, "imports net/http"},
		{"gate/decide_pace.go", `package gate; import "time"; var t = time.Now`, "uses time.Now"},
		{"quality/brake.go", `package quality; import clock "time"; var t = clock.Since(clock.Time{})`, "uses time.Since"},
		{"quality/pace.go", `package quality; import _ "math/rand/v2"`, "imports math/rand/v2"},
		{"keyword/read.go", `package keyword; import _ "os"`, "imports os"},
		{"rules/rules.go", `package rules; import _ "os/exec"`, "imports os/exec"},
		{"address/phone.go", `package address; import _ "net"`, "imports net"},
	} {
		faults, err := impurities(fstest.MapFS{c.path: {Data: []byte(c.text)}})
		if err != nil {
			t.Fatal(err)
		}
		wantFault(t, c.path, faults, c.want)
	}
}

func TestPureLeavesTheRestAlone(t *testing.T) {
	faults, err := impurities(fstest.MapFS{
		"gate/load.go":           {Data: []byte(`package gate; import ("context"; "time"); var _ = time.Now; var _ context.Context`)},
		"rules/data.go":          {Data: []byte(`package rules; import ("embed"; "time"); var _ embed.FS; var _ time.Time`)},
		"keyword/real_test.go":   {Data: []byte(`package keyword; import _ "os"`)},
		"consent/fold_x_test.go": {Data: []byte(`package consent; import _ "jawort/db"`)},
	})
	report(t, faults, err)
}

// The files that section 4 of the design names are there, so that the check cannot pass by finding nothing.
func TestPureFilesAreFound(t *testing.T) {
	files, err := goFiles(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"consent/fold.go", "gate/decide.go", "quality/brake.go", "quality/pace.go", "rules/rules.go", "address/phone.go"} {
		if !slices.ContainsFunc(files, func(f file) bool { return f.path == want && f.pure() }) {
			t.Errorf("%s is not among the pure files", want)
		}
	}
}
