// Package say is every sentence that people read, one catalogue a language: say/<language>/<area>.json.
package say

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed */*.json
var files embed.FS

// Languages are the languages of the manager, first one as fallback.
var Languages = []string{"en", "de"}

// Public are the languages in which a business's people are spoken to: public pages, answers, acknowledgements. Beyond Languages they hold
// those sentences alone (ForPeople), first one as fallback.
var Public = []string{"en", "de", "ar", "es", "fr", "hi", "it", "nl", "pl", "pt", "tr"}

// forPeople is how the keys of sentences begin that a business's people read.
var forPeople = []string{"web.", "paper.form.serial", "paper.form.stop", "intake.declaration", "intake.question", "intake.way_back", "intake.ack.", "intake.agreed",
	"intake.settings.", "intake.claimed", "intake.number.request", "sms.agreed", "sms.write_first", "sms.help", "sms.question", "sms.code"}

// ForPeople says whether a business's people read the sentence: then it is there in every language of Public.
func ForPeople(key string) bool {
	return slices.ContainsFunc(forPeople, func(p string) bool { return strings.HasPrefix(key, p) })
}

// Args fills a sentence's {{.Name}}; "Count" chooses the plural form.
type Args = map[string]any

var localizers = load()

var matcher, publicMatcher = matcherOf(Languages), matcherOf(Public)

func matcherOf(list []string) language.Matcher {
	var tags []language.Tag
	for _, l := range list {
		tags = append(tags, language.Make(l))
	}
	return language.NewMatcher(tags)
}

func load() map[string]*i18n.Localizer {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	out := map[string]*i18n.Localizer{}
	for _, lang := range Public {
		entries, err := files.ReadDir(lang)
		if err != nil {
			panic(err) // embedded: cannot happen in a built program
		}
		for _, e := range entries {
			b, err := files.ReadFile(path.Join(lang, e.Name()))
			if err != nil {
				panic(err)
			}
			if _, err := bundle.ParseMessageFileBytes(b, e.Name()[:len(e.Name())-5]+"."+lang+".json"); err != nil {
				panic(fmt.Sprintf("say/%s/%s: %v", lang, e.Name(), err))
			}
		}
		out[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return out
}

// Text is the sentence in the language (Languages, for people Public; another one reads English). A missing key shows as the key
// in brackets; a test sees to it that none is missing.
func Text(lang, key string, args ...Args) string {
	l, ok := localizers[lang]
	if !ok {
		l = localizers[Languages[0]]
	}
	c := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		c.TemplateData = args[0]
		if n, ok := args[0]["Count"]; ok {
			c.PluralCount = n
		}
	}
	s, err := l.Localize(c)
	if err != nil && c.PluralCount != nil { // a sentence that is the same for every count has no other form
		c.PluralCount = nil
		s, err = l.Localize(c)
	}
	switch {
	case err == nil:
		return s
	case slices.Contains(Public, lang) && !slices.Contains(Languages, lang): // a sentence for staff
		return Text(Languages[0], key, args...)
	}
	return "[" + key + "]"
}

// Has reports whether the language has the key.
func Has(lang, key string) bool {
	return !strings.HasPrefix(Text(lang, key, Args{"Count": 1}), "["+key)
}

// Match is the best of Languages for an Accept-Language header or a BCP 47 tag.
func Match(accept string) string { return best(matcher, Languages, accept) }

// MatchPublic is the best of Public, for what a business's people read.
func MatchPublic(accept string) string { return best(publicMatcher, Public, accept) }

func best(m language.Matcher, of []string, accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return of[0]
	}
	_, i, c := m.Match(tags...)
	if c == language.No {
		return of[0]
	}
	return of[i]
}
