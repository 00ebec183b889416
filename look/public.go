package look

import (
	"slices"
	"strings"
)

// managerParts are the sections of base.css that only the manager needs. Public pages are read on telephones: they load a
// stylesheet without them, and without the areas' own.
var managerParts = []string{"attention list", "figure tiles", "charts", "tables and filters", "source editor", "quality", "sign-in", "toy phones"}

// publicStyle is base.css without those sections, and the public pages' own rules. A section begins with a comment at the start
// of a line.
func publicStyle(base, own string) string {
	var out strings.Builder
	for i, part := range strings.Split("\n"+base, "\n/* ") {
		if i > 0 && slices.ContainsFunc(managerParts, func(name string) bool { return strings.HasPrefix(part, name) }) {
			continue
		}
		if i > 0 {
			out.WriteString("\n/* ")
		}
		out.WriteString(part)
	}
	return strings.TrimPrefix(out.String(), "\n") + own
}
