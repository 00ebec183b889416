package bring

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"jawort/roster"
	"jawort/say"
)

// The verdicts beside the problems of package roster, which are verdicts too.
const (
	Stop       Verdict = "stop"        // an opt-out
	AlreadyOut Verdict = "already_out" // opted out before
	AgreedNow  Verdict = "agreed_now"  // agreed by themselves after the list was let go: the opt-out comes too late
	Claim      Verdict = "claim"       // said to have agreed; nothing may be sent before they say so themselves
	AlreadyIn  Verdict = "already_in"  // agreed, or is said to have, before
	KeptOut    Verdict = "kept_out"    // the row says yes, the person said no: that stays
	Declined   Verdict = "declined"    // answered a question with no within the last twelve months
	Unclear    Verdict = "unclear"     // the row has a word on it that says neither yes nor no
	Twice      Verdict = "twice"       // stood there before
)

// Problems are the verdicts that are mistakes of the file.
var Problems = []Verdict{Verdict(roster.NoNumber), Verdict(roster.BadNumber), Verdict(roster.Rounded), Verdict(roster.Contradict),
	Verdict(roster.OpenQuote), Verdict(roster.Wide)}

// Verdicts lists them all, in the order they are shown.
var Verdicts = append([]Verdict{Stop, AlreadyOut, AgreedNow, Claim, AlreadyIn, KeptOut, Declined, Unclear, Twice}, Problems...)

// Told says that rows with this verdict are kept one by one, and not only counted.
func (v Verdict) Told() bool {
	return v == AgreedNow || v == KeptOut || v == Declined || v == Unclear || slices.Contains(Problems, v)
}

// Words are the verdict as a word, and what it means as a sentence.
func (v Verdict) Words(lang string) (word, text string) {
	key := "manager.imports.verdict." + string(v) + ".text"
	if slices.Contains(Problems, v) {
		key = "roster." + string(v)
	}
	text = say.Text(lang, key)
	first, n := utf8.DecodeRuneInString(text) // package roster's are parts of sentences
	return say.Text(lang, "manager.imports.verdict."+string(v)), string(unicode.ToUpper(first)) + text[n:]
}

// Sum adds up some of them.
func Sum(m map[Verdict]int64, of ...Verdict) (n int64) {
	for _, v := range of {
		n += m[v]
	}
	return n
}

// Result is rows by verdict: as expected while nothing has taken effect; then as they came, with what the file itself says of the others.
func (i *Import) Result() map[Verdict]int64 {
	if i.BegunAt == 0 {
		return i.Counts.Expected
	}
	out := map[Verdict]int64{}
	for v, n := range i.Counts.Expected {
		if v == Unclear || v == Twice || v == AlreadyIn && i.Kind == OptOuts || slices.Contains(Problems, v) {
			out[v] = n
		}
	}
	for v, n := range i.Counts.Came {
		out[v] += n
	}
	return out
}

// Reread changes what was decided about a list that has not begun, and reads it anew.
