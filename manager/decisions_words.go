package manager

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jawort/gate"
)

// liveOnTop makes a part live while its newest rows are shown; further back nothing changes.
func liveOnTop(kinds, before string) templ.Attributes {
	if before != "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"data-live": kinds}
}

// reasonWord is a reason in a few words, as a list of many names it.
func (v *visit) reasonWord(code string) string {
	if word := v.either("manager.ground", strings.ToLower(code)); word != strings.ToLower(code) {
		return word
	}
	return code
}

func (v *visit) reasonOptions() []option {
	var out []option
	for _, g := range gate.Grounds() {
		out = append(out, option{Value: g.Code, Label: v.reasonWord(g.Code)})
	}
	return out
}

func (d decisionsData) programOptions() []option {
	var out []option
	for id, name := range d.programs {
		out = append(out, option{Value: id, Label: name})
	}
	slices.SortFunc(out, func(a, b option) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) })
	return out
}

func (d decisionsData) numberOptions() []option {
	var out []option
	for _, n := range d.numbers {
		out = append(out, option{Value: n.Number, Label: n.Name})
	}
	return out
}

func (d decisionsData) numberName() string {
	for _, n := range d.numbers {
		if n.Number == d.number {
			return n.Name
		}
	}
	return d.number
}

func (d decisionsData) templateOptions() []option {
	var out []option
	for _, t := range d.templates {
		if len(out) == 0 || out[len(out)-1].Value != t.Name {
			out = append(out, option{Value: t.Name, Label: t.Name})
		}
	}
	return out
}

// tryProblem ties a field of the try-it box to what is wrong with it.
func tryProblem(t tried, field string) templ.Attributes {
	if t.field != field {
		return templ.Attributes{}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "try-" + field + "-problem"}
}

// speaker is who said a line.
func speaker(ours bool) string {
	if ours {
		return "us"
	}
	return "them"
}

// eventIconOf is the picture in the knot of a step.
func eventIconOf(shape string) string {
	switch shape {
	case "ok":
		return "check"
	case "bad":
		return "circle-slash"
	}
	return "send-horizontal"
}
