package main

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const longestFunction = 100 // lines; most fit a screen

var emptyNames = []string{"util", "utils", "common", "helpers", "helper", "types", "misc"}

// styleFaults names functions too long to read and names that say nothing. Generated templates are not read by people.
func styleFaults(tree fs.FS) ([]string, error) {
	files, err := goFiles(tree)
	if err != nil {
		return nil, err
	}
	var faults []string
	documented := map[string]bool{}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f.path), ".go")
		if slices.Contains(emptyNames, name) || slices.Contains(emptyNames, path.Base(f.dir)) {
			faults = append(faults, fmt.Sprintf("%s has a name that says nothing", f.path))
		}
		if !f.test {
			documented[f.dir] = documented[f.dir] || f.syntax.Doc != nil
		}
		if strings.HasSuffix(f.path, "_templ.go") {
			continue
		}
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			from, to := f.set.Position(fn.Pos()), f.set.Position(fn.End())
			if n := to.Line - from.Line + 1; n > longestFunction {
				faults = append(faults, fmt.Sprintf("%s: %s has %d lines", from, fn.Name.Name, n))
			}
		}
	}
	for dir, ok := range documented {
		if !ok {
			faults = append(faults, fmt.Sprintf("package %s has no package comment", dir))
		}
	}
	return faults, nil
}

func TestFunctionsFitAScreen(t *testing.T) {
	faults, err := styleFaults(os.DirFS("."))
	report(t, faults, err)
}

func TestStyleSeesPlantedViolations(t *testing.T) {
	long := "// Package gate is.\npackage gate\nfunc f() {" + strings.Repeat("\n", longestFunction) + "}\n"
	for _, c := range []struct{ path, text, want string }{
		{"gate/load.go", long, "f has 101 lines"},
		{"gate/util.go", "package gate", "says nothing"},
		{"common/x.go", "package common", "says nothing"},
		{"gate/x.go", "package gate", "no package comment"},
	} {
		faults, err := styleFaults(fstest.MapFS{c.path: {Data: []byte(c.text)}})
		if err != nil {
			t.Fatal(err)
		}
		wantFault(t, c.path, faults, c.want)
	}
}
