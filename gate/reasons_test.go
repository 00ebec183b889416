package gate

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"jawort/account"
	"jawort/say"
)

var update = flag.Bool("update", false, "write docs/reasons.md anew")

// Every reason is reached by a row of the tables: one that nothing leads to is no reason.
func TestEveryReasonIsReachable(t *testing.T) {
	reached := map[string]bool{}
	for _, r := range allRows() {
		f, m := r.base()
		r.change(&f, &m)
		d := Decide(&f, &m)
		for _, reason := range d.Reasons {
			reached[reason.Code] = true
		}
	}
	for _, g := range Grounds() {
		if !reached[g.Code] {
			t.Errorf("%s is reached by no row", g.Code)
		}
	}
}

// refusals is the list of DESIGN section 10, Gateway: which of Meta's codes a refusal may have, and with which status.
var refusals = map[int]int{131050: 400, 131047: 400, 131049: 400, 131056: 400, 130429: 400, 131048: 400, 130497: 403, 132001: 404, 132015: 400,
	132016: 400, 131055: 400, 131026: 400, 131009: 400, 100: 400, 10: 403, 131016: 503}

func TestReasonsAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	last := StepLedger
	for _, g := range Grounds() {
		if seen[g.Code] || g.Code != strings.ToUpper(g.Code) || strings.ContainsAny(g.Code, " -.") {
			t.Errorf("code %q", g.Code)
		}
		seen[g.Code] = true
		if g.Step < last {
			t.Errorf("%s is declared out of the order of the line", g.Code)
		}
		last = g.Step
		if g.Verdict != Wait && g.Verdict != Refuse {
			t.Errorf("%s: verdict %q", g.Code, g.Verdict)
		}
		if refusals[g.Meta] != g.HTTP || g.HTTP == 0 {
			t.Errorf("%s: Meta's %d with status %d", g.Code, g.Meta, g.HTTP)
		}
		if GroundOf(g.Code) != g {
			t.Errorf("%s is not found", g.Code)
		}
	}
	if GroundOf("NOPE") != nil {
		t.Error("found what is none")
	}
}

func TestEveryReasonHasItsSentences(t *testing.T) {
	for _, lang := range say.Languages {
		texts := map[string]string{}
		for _, g := range Grounds() {
			r := Reason{Ground: g, Name: "NAME", Count: 77}
			text, fix := r.Text(lang), r.Fix(lang)
			for _, s := range []string{text, fix} {
				if len(s) < 10 || strings.HasPrefix(s, "[") || strings.Contains(s, "{{") || strings.Contains(s, "<no value>") || !strings.HasSuffix(s, ".") {
					t.Errorf("%s, %s: %q", lang, g.Code, s)
				}
			}
			if other, twice := texts[text]; twice {
				t.Errorf("%s: %s and %s read the same", lang, g.Code, other)
			}
			texts[text] = g.Code
		}
	}
}

// What a sentence names is there when the reason is given.
func TestSentencesNameWhatTheyShould(t *testing.T) {
	for _, r := range allRows() {
		f, m := r.base()
		r.change(&f, &m)
		d := Decide(&f, &m)
		for _, reason := range d.Answer("de").Reasons {
			if strings.Contains(reason.Text, "–") && reason.Code != "TOPIC_UNKNOWN" || strings.Contains(reason.Text, " 0 ") {
				t.Errorf("%s: %s: %s", r.name, reason.Code, reason.Text)
			}
		}
	}
}

func TestSayHasNoLeftOvers(t *testing.T) {
	b, err := os.ReadFile("../say/en/gate.json")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{}
	if err := json.Unmarshal(b, &keys); err != nil {
		t.Fatal(err)
	}
	for _, g := range Grounds() {
		delete(keys, g.TextKey())
		delete(keys, g.FixKey())
	}
	for k := range keys {
		t.Errorf("nothing says %s", k)
	}
}

func TestAnswer(t *testing.T) {
	f, m := offer()
	f.Quiet = t0 + 8*hour + 1
	d := Decide(&f, &m)
	d.ID = "dec_1"
	b, err := json.Marshal(d.Answer("de"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"dec_1","to":"tel:+4915112345678","verdict":"wait","effective":"wait","mode":"enforce","reasons":[{"code":"QUIET_HOURS",` +
		`"text":"Bei der Person ist gerade Ruhezeit.","fix":"Nichts zu tun; die Nachricht geht danach hinaus.","until":"2026-11-18T19:06:41Z"}],` +
		`"until":"2026-11-18T19:06:41Z","rules":"de@2026-11-22","contact":"con_1","rev":7,"topic":"offers"}`
	if string(b) != want {
		t.Errorf("\n got %s\nwant %s", b, want)
	}
	f, m = order()
	f.Contact = ""
	d = Decide(&f, &m)
	b, _ = json.Marshal(d.Answer("en"))
	for _, part := range []string{`"verdict":"allow"`, `"reasons":[]`, `"until":null`, `"contact":null`} {
		if !strings.Contains(string(b), part) {
			t.Errorf("%s lacks %s", b, part)
		}
	}
	f.Mode, f.Standing.State = account.Observe, "none"
	d = Decide(&f, &m)
	if a := d.Answer("en"); a.Verdict != Refuse || a.Effective != Allow {
		t.Errorf("observed: %+v", a)
	}
}

const docs = "../docs/reasons.md"

// docs/reasons.md holds every reason between its two marks; go test ./gate -update writes it.
func TestReasonsAreDocumented(t *testing.T) {
	b, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- reasons: written by go test ./gate -update -->\n", "<!-- end of reasons -->"
	head, rest, ok := strings.Cut(string(b), begin)
	have, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks its marks", docs)
	}
	want := reasonTables()
	if have == want {
		return
	}
	if !*update {
		t.Fatalf("%s is out of date: go test ./gate -update", docs)
	}
	if err := os.WriteFile(docs, []byte(head+begin+want+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func reasonTables() string {
	var b strings.Builder
	step := Step(-1)
	for _, g := range Grounds() {
		if g.Step != step {
			step = g.Step
			fmt.Fprintf(&b, "\n### %d. %s\n\n| code | verdict | Meta's code | English | Deutsch |\n|---|---|---|---|---|\n", step+1, step)
		}
		r := Reason{Ground: g, Name: "…"}
		verdict := string(g.Verdict)
		if g.Always {
			verdict += ", always"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %d / %d | %s *%s* | %s *%s* |\n", g.Code, verdict, g.Meta, g.HTTP,
			number(r.Text("en")), number(r.Fix("en")), number(r.Text("de")), number(r.Fix("de")))
	}
	return b.String() + "\n"
}

// number shows a limit as a blank.
func number(s string) string { return strings.ReplaceAll(s, " 0 ", " … ") }
