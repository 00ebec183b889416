package bring

import (
	"strings"
	"testing"

	"jawort/docs"
	"jawort/errs"
	"jawort/say"
)

// The drawing in docs/states.md is the machine.
func TestDrawingIsTheMachine(t *testing.T) {
	begin := docs.Arrow{From: "[*]", To: string(Reading), By: "brought in"}
	docs.Compare(t, "Import", append(docs.Steps(States, State.May), begin))
}

// What never may be: nothing brings a list back to life that ran, was taken back or thrown away.
func TestMachineKeepsItsPromises(t *testing.T) {
	for _, s := range []State{Running, Done, Undoing, Undone} {
		for _, to := range []State{Reading, Ready, Running} {
			if s.May(to) {
				t.Errorf("%s may become %s", s, to)
			}
		}
	}
	if len(next[Undone])+len(next[Dropped]) > 0 {
		t.Error("something follows an end")
	}
}

func TestCheck(t *testing.T) {
	people := func(change func(i *Import)) Import {
		i := Import{Kind: People, Options: Options{Scope: "marketing", Topics: []string{"offers"}, Origin: "Anmeldung zum Newsletter"}}
		change(&i)
		return i
	}
	for name, c := range map[string]struct {
		i    Import
		want string
	}{
		"well":        {people(func(*Import) {}), ""},
		"opt-outs":    {Import{Kind: OptOuts, Options: Options{Scope: "all"}}, ""},
		"no kind":     {people(func(i *Import) { i.Kind = "x" }), "bring.kind"},
		"a scope":     {people(func(i *Import) { i.Options.Scope = "topic" }), "bring.scope"},
		"no topics":   {people(func(i *Import) { i.Options.Topics = nil }), "bring.topics"},
		"no origin":   {people(func(i *Import) { i.Options.Origin = " kurz " }), "bring.origin"},
		"long origin": {people(func(i *Import) { i.Options.Origin = strings.Repeat("x", 501) }), "bring.origin_long"},
		"a column":    {people(func(i *Import) { i.Options.Columns = []string{"number", "secret"} }), "bring.columns"},
		"columns":     {people(func(i *Import) { i.Options.Columns = []string{"number", "", "status"} }), ""},
	} {
		got := ""
		if e, ok := c.i.check().(*errs.Error); ok {
			got = e.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if c.want != "" && say.Text("de", c.want, nil) == say.Text("en", c.want, nil) {
			t.Errorf("%s has no sentence of its own in each language", c.want)
		}
	}
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{"": "", "liste.csv": "liste.csv", `C:\Users\x\liste.csv`: "liste.csv", "../../etc/passwd": "passwd",
		"a\nb\x00.csv": "ab.csv", strings.Repeat("ä", 200): strings.Repeat("ä", 79) + "…"} {
		if got := cleanName(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
