package alert

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/look"
	"jawort/say"
)

// hole is what a sentence looks like in which something was not filled in.
var hole = regexp.MustCompile(`<no value>|\{\{|\}\}|\[[a-z_.]+\]|„\s*“|“\s*”|\(\s*\)|\(\w+ 0\)|  |^\s|\s$|: *$|\s[.,;:](\s|$)|:\.|\b(?:until|bis|by) ?[.,]|\b0 (?:minutes|Minuten)`)

// details are the ways in which an alert comes to be told: with all that its kind can know, and with as little as any row ever held: an older
// version's, one of a demo, or one that counts many.
var details = map[string]Detail{
	"whole": {Name: "Bestellservice", Why: "refused", Code: 190, From: 1, Value: "2000", Was: "250", Until: time.Hour.Microseconds(), Zone: "Europe/Berlin"},
	"empty": {}, "named": {Name: "Bestellservice"}, "many": {Value: "MARKETING", Zone: "Europe/Berlin"},
	"just now": {Name: "Laden", From: time.Hour.Microseconds()}, "of a brake": {Name: "Laden", Why: "brake.rating_red"}, "a cause nobody knows": {Name: "Laden", Why: "of_later"},
}

// Whatever is known of an episode, raised or over, once or many times, it reads as a whole sentence in each language: title, what it means, what to
// do, the all-clear, and both letters.
func TestNoHolesInWords(t *testing.T) {
	for _, k := range Kinds {
		for name, d := range details {
			for _, seen := range []int64{1, 7} {
				for _, cleared := range []int64{0, 2 * time.Hour.Microseconds()} {
					a := Alert{ID: "alt_1", Kind: k.Code, Subject: "106", Since: time.Hour.Microseconds(), LastAt: time.Hour.Microseconds(), Seen: seen, Detail: d, ClearedAt: cleared}
					for _, lang := range say.Languages {
						for part, s := range wordsOf(t, &a, lang) {
							if bad := hole.FindString(s); bad != "" {
								t.Errorf("%s, %s detail, seen %d, cleared %t, %s %s has a hole %q: %s", k.Code, name, seen, cleared > 0, lang, part, bad, s)
							}
						}
					}
				}
			}
		}
	}
}

// wordsOf is all that anybody can read of an alert.
func wordsOf(t *testing.T, a *Alert, lang string) map[string]string {
	t.Helper()
	out := map[string]string{"title": a.Title(lang), "text": a.Text(lang), "do": a.Do(lang), "all-clear": a.AllClear(lang)}
	r := round{alert: *a, tenant: account.Tenant{Name: "Rösterei", Language: lang, Zone: "Europe/Berlin"}, langs: map[string]string{}, now: 3 * time.Hour.Microseconds(), server: Server{Sender: "post@laden.example"}}
	about := aboutRaised
	if a.ClearedAt > 0 {
		about = aboutCleared
	}
	l, err := r.letter("https://jawort.example", &told{Reader: "jonna@x.example", About: about})
	if err != nil {
		t.Fatal(err)
	}
	out["subject"] = l.Subject
	for i, line := range strings.Split(l.Text, "\n") {
		if line = strings.TrimSpace(line); line != "" && line != "--" && line != say.Text(lang, "alert.mail.link")+":" {
			out["letter, line "+look.Integer("en", int64(i))] = line
		}
	}
	return out
}

// A restriction that Meta invents tomorrow is a sentence too.
func TestUnknownRestrictionIsASentence(t *testing.T) {
	a := Alert{Kind: Restricted, Detail: Detail{Name: "Laden", Value: "RESTRICTED_SINGING"}}
	if got := a.Title("de"); got != "Eingeschränkt, Metas Wort dafür: RESTRICTED_SINGING." {
		t.Error(got)
	}
	a.Detail.Value = "RESTRICTED_BIZ_INITIATED_MESSAGING"
	if got := a.Title("en"); strings.Contains(got, "_") {
		t.Error(got)
	}
}

// The check itself sees what it is for.
func TestHolesAreSeen(t *testing.T) {
	for _, s := range []string{"For <no value> minutes nothing got through.", "Meta hat „“ abgelehnt.", "Token rejected ().", "It ends on .", "Vorher war sie: .",
		"{{.Name}} is red", "[alert.held.title]", " Bestellnachrichten laufen weiter.", "Konto von „Laden“: ", "Seit 0 Minuten kommt nichts.", "angenommen (Code 0).", "Er gilt noch bis ."} {
		if !hole.MatchString(s) {
			t.Errorf("%q passes", s)
		}
	}
	for _, s := range []string{"Entwarnung: „Laden“ ist wieder da.", "Bis 9. November (CET).", "Seit 10 Minuten kommt nichts.", "Von 11:00 bis 12:00 Uhr.", "20 of 100 people (Code 190)."} {
		if bad := hole.FindString(s); bad != "" {
			t.Errorf("%q is refused for %q", s, bad)
		}
	}
	if !slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Code == ReviewRefused }) {
		t.Error("a refused review is no kind")
	}
}
