package source

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var arrow = regexp.MustCompile(`^\s*(\S+) --> (\S+?)(?:: (.+))?$`)

// drawn reads the arrows of a section of docs/states.md; [*] is the beginning.
func drawn(t *testing.T, section string) []Step {
	t.Helper()
	b, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "\n## "+section+"\n")
	if !ok {
		t.Fatalf("docs/states.md has no section %s", section)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	_, rest, _ = strings.Cut(rest, "```mermaid\n")
	rest, _, _ = strings.Cut(rest, "```")
	var out []Step
	for _, line := range strings.Split(rest, "\n") {
		if m := arrow.FindStringSubmatch(line); m != nil {
			out = append(out, Step{State(m[1]), m[3], State(m[2])})
		}
	}
	return out
}

func TestDrawingIsTheCode(t *testing.T) {
	picture := drawn(t, "Source")
	want := append([]Step{{"[*]", "new", StateDraft}}, Steps...)
	for _, s := range want {
		if !slices.Contains(picture, s) {
			t.Errorf("the drawing lacks %s --> %s: %s", s.From, s.To, s.By)
		}
	}
	for _, s := range picture {
		if !slices.Contains(want, s) {
			t.Errorf("the code lacks %s --> %s: %s", s.From, s.To, s.By)
		}
	}
}

// Whatever is asked of a source in whatever state, the code does what Steps say.
func TestEveryStepFromEveryState(t *testing.T) {
	withShop(t, func(s *shop) {
		calls := map[string]func() (Source, error){
			"go live": func() (Source, error) { return GoLive(s.ctx, s.tx, tenant, s.source.ID, s.pass) },
			"pause":   func() (Source, error) { return Pause(s.ctx, s.tx, tenant, s.source.ID, "why") },
			"resume":  func() (Source, error) { return Resume(s.ctx, s.tx, tenant, s.source.ID, s.pass) },
			"archive": func() (Source, error) { return Archive(s.ctx, s.tx, tenant, s.source.ID) },
			"restore": func() (Source, error) { return Restore(s.ctx, s.tx, tenant, s.source.ID) },
		}
		for _, from := range []State{StateDraft, StateLive, StatePaused, StateArchived} {
			for by, call := range calls {
				x := s.source
				x.State = from
				s.must(update(s.ctx, s.tx, x))
				got, err := call()
				to, ok := next(from, by)
				if (err == nil) != ok || ok && got.State != to {
					t.Errorf("%s from %s: %s %v, drawn %s %v", by, from, got.State, err, to, ok)
				}
			}
		}
	})
}
