// Package say is every sentence that people read, one catalogue a language: say/<language>/<area>.json.
package say

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed en/*.json de/*.json
var files embed.FS

// Languages are the languages of the manager, first one as fallback.
var Languages = []string{"en", "de"}

// Args fills a sentence's {{.Name}}; "Count" chooses the plural form.
type Args = map[string]any

var localizers = load()

var matcher = language.NewMatcher([]language.Tag{language.English, language.German})

func load() map[string]*i18n.Localizer {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	out := map[string]*i18n.Localizer{}
	for _, lang := range Languages {
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

// Text is the sentence in the language (Languages; another one reads English). A missing key shows as the key
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
	if err != nil {
		return "[" + key + "]"
	}
	return s
}

// Has reports whether the language has the key.
func Has(lang, key string) bool {
	return !strings.HasPrefix(Text(lang, key, Args{"Count": 1}), "["+key)
}

// Match is the best of Languages for an Accept-Language header or a BCP 47 tag.
func Match(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return Languages[0]
	}
	_, i, c := matcher.Match(tags...)
	if c == language.No {
		return Languages[0]
	}
	return Languages[i]
}
