package emulator

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestDocsNameEveryControl: whoever adds a control, a fault, a setting or a code must write it down.
func TestDocsNameEveryControl(t *testing.T) {
	raw, err := os.ReadFile("../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	need := func(what, word string) {
		t.Helper()
		if !strings.Contains(page, word) {
			t.Errorf("docs/emulator.md does not name the %s %q", what, word)
		}
	}
	for _, k := range faultKinds {
		need("fault", "| `"+k+"` |")
	}
	for what, v := range map[string]any{"setting": settingsBody{}, "number's field": numberChange{}, "template's field": templateChange{}, "fault's field": fault{}} {
		for i := range reflect.TypeOf(v).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(v).Field(i).Tag.Get("json"), ",")
			if name != "hit" && name != "id" {
				need(what, name)
			}
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(saying{})) {
		need("saying", f.Tag.Get("json"))
	}
	code, err := os.ReadFile("ctlpeople.go")
	if err != nil {
		t.Fatal(err)
	}
	body := string(code)[strings.Index(string(code), "func (s *Server) deed("):]
	for _, line := range regexp.MustCompile(`(?m)^\tcase (.*):$`).FindAllStringSubmatch(body, -1) {
		for _, m := range regexp.MustCompile(`"([a-z-]+)"`).FindAllStringSubmatch(line[1], -1) {
			if !strings.Contains(page, "/"+m[1]+"`") {
				need("deed", "`"+m[1]+"`")
			}
		}
	}
	routes, err := os.ReadFile("control.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"(GET|POST|DELETE) /_emulator/([a-z]+)`).FindAllStringSubmatch(string(routes), -1) {
		if m[2] != "media" {
			need("control", m[1]+" "+m[2])
		}
	}
}

// TestDocsNameEveryCode compares the codes that the sources give with the page.
func TestDocsNameEveryCode(t *testing.T) {
	raw, err := os.ReadFile("../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		code, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`refuse\((\d+),`).FindAllStringSubmatch(string(code), -1) {
			found++
			if !strings.Contains(string(raw), m[1]) {
				t.Errorf("%s gives %s, which the page does not name", f.Name(), m[1])
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d codes found in the sources", found)
	}
}
