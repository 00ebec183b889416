package main

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	placeFile = regexp.MustCompile("`([\\w/]+\\.go)`")
	placeName = regexp.MustCompile("`([a-z]\\w*)((?:\\.[A-Z]\\w*)+)`")
)

// lostPlaces names the files and functions that a page speaks of and that are not there.
func lostPlaces(page string, tree fs.FS) ([]string, error) {
	files, err := goFiles(tree)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, f := range files {
		for _, d := range f.syntax.Decls {
			declared(f.syntax.Name.Name, d, names)
		}
	}
	var lost []string
	for _, m := range placeFile.FindAllStringSubmatch(page, -1) {
		if !slices.ContainsFunc(files, func(f file) bool { return f.path == m[1] }) {
			lost = append(lost, fmt.Sprintf("there is no file %s", m[1]))
		}
	}
	for _, m := range placeName.FindAllStringSubmatch(page, -1) {
		last := m[2][strings.LastIndex(m[2], "."):]
		if !names[m[1]+last] {
			lost = append(lost, fmt.Sprintf("there is no %s%s", m[1], m[2]))
		}
	}
	return lost, nil
}

// declared notes the names a declaration gives, as package.Name; a method goes by its own name.
func declared(pkg string, d ast.Decl, names map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		names[pkg+"."+d.Name.Name] = true
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names[pkg+"."+s.Name.Name] = true
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[pkg+"."+n.Name] = true
				}
			}
		}
	}
}

func TestFlowTellsOfRealPlaces(t *testing.T) {
	page, err := os.ReadFile("docs/flow.md")
	if err != nil {
		t.Fatal(err)
	}
	lost, err := lostPlaces(string(page), os.DirFS("."))
	report(t, lost, err)
	if n := len(placeName.FindAllString(string(page), -1)); n < 15 {
		t.Errorf("only %d names found in docs/flow.md", n)
	}
}

func TestFlowSeesPlantedViolations(t *testing.T) {
	tree := fstest.MapFS{"gate/decide.go": {Data: []byte("package gate; const Hold = 1; func Decide() {}; type T int; func (T) Send() {}")}}
	lost, err := lostPlaces("`gate/decide.go` `gate.Decide` `gate.Hold` `gate.T.Send` `gate/gone.go` `gate.Gone`", tree)
	if err != nil || len(lost) != 2 {
		t.Errorf("lost %q, %v", lost, err)
	}
}
