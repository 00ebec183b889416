package web

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"jawort/look"
	"jawort/say"
)

// langCookie is look's own name for it, so that a choice holds on every page.
const langCookie = "lang"

// choose picks one of the languages a page has: ?lang=, then the cookie, then Accept-Language, then hint (the person's, as far
// as known), then the first. It answers the choice.
func (v *visit) choose(has []string, hint string) string {
	asked := v.r.URL.Query().Get("lang")
	if slices.Contains(has, asked) {
		v.remember(asked)
	}
	pick := chosen(has, asked, look.Language(v.r), v.r.Header.Get("Accept-Language"), hint)
	v.reads(pick)
	return pick
}

// reads sets the page for a wording: our own sentences follow its language, or read English.
func (v *visit) reads(lang string) {
	v.lang, v.dir = say.Languages[0], direction(lang)
	if base := baseOf(lang); slices.Contains(say.Public, base) {
		v.lang = base
	}
}

func chosen(has []string, asked, cookie, accept, hint string) string {
	for _, wish := range []string{asked, cookie} {
		if slices.Contains(has, wish) {
			return wish
		}
	}
	if l, ok := accepted(has, accept); ok {
		return l
	}
	if slices.Contains(has, hint) || len(has) == 0 {
		return hint
	}
	return has[0]
}

// accepted is the best of the languages for an Accept-Language header.
func accepted(has []string, accept string) (string, bool) {
	wishes, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wishes) == 0 || len(has) == 0 {
		return "", false
	}
	tags := make([]language.Tag, len(has))
	for i, l := range has {
		tags[i] = language.Make(l)
	}
	_, i, sure := language.NewMatcher(tags).Match(wishes...)
	return has[i], sure != language.No
}

// remember keeps a choice for a year: a word of a closed list, nothing personal.
func (v *visit) remember(lang string) {
	http.SetCookie(v.w, &http.Cookie{Name: langCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		Secure: v.scheme() == "https", SameSite: http.SameSiteLaxMode})
}

func baseOf(lang string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(lang, "_", "-"), "-")
	return base
}

// tag is a language as HTML writes it.
func tag(lang string) string { return strings.ReplaceAll(lang, "_", "-") }

func direction(lang string) string {
	if look.RightToLeft(lang) {
		return "rtl"
	}
	return "ltr"
}

// offered are the languages that the switch of a page of ours names: the manager's, the one that is read, and what else the page is about.
// All of say.Public would be a wall of letters.
func (v *visit) offered(more ...string) []string {
	out := append(slices.Clone(say.Languages), v.lang)
	for _, l := range more {
		if slices.Contains(say.Public, baseOf(l)) {
			out = append(out, baseOf(l))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// choice is one entry of the language switch: a link, so that it works everywhere. What it changes is a cookie, no consent.
type choice struct {
	href, word, lang string
	current          bool
}

// choices are the switch; with one language there is none. extra are parameters that stay.
func choices(has []string, current, path, extra string) []choice {
	if len(has) < 2 {
		return nil
	}
	var out []choice
	for _, l := range has {
		out = append(out, choice{href: path + "?lang=" + l + extra, word: strings.ToUpper(tag(l)), lang: tag(l), current: l == current})
	}
	return out
}
