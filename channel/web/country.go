package web

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jawort/say"
)

// country is one entry of the list a number is dialled from.
type country struct{ code, name string }

// countries are all that have telephones, by name in the reader's language.
var countries = sync.OnceValue(func() map[string][]country {
	out := map[string][]country{}
	for _, lang := range say.Public {
		t := language.Make(lang)
		names, by := display.Regions(t), collate.New(t)
		var list []country
		for code := range phonenumbers.GetSupportedRegions() {
			name := names.Name(language.MustParseRegion(code))
			list = append(list, country{code, name + " \u2066+" + strconv.Itoa(phonenumbers.GetCountryCodeForRegion(code)) + "\u2069"})
		}
		slices.SortFunc(list, func(a, b country) int { return by.CompareString(a.name, b.name) })
		out[lang] = list
	}
	return out
})

// region is the country a number is dialled in: the one chosen, if it is one, else the source's, else the business's.
func (o offer) region(chosen string) string {
	for _, r := range []string{chosen, o.source.Settings.DefaultRegion, o.tenant.Country} {
		r = strings.ToUpper(r)
		if phonenumbers.GetCountryCodeForRegion(r) != 0 {
			return r
		}
	}
	return ""
}

// firstRegion is what the empty form proposes: the source's country, else the one of the reader's own language tag (de-AT),
// else the business's. A bare "en-US" is what most software says when nobody was asked, so it tells nothing.
func (o offer) firstRegion(accept string) string {
	if o.source.Settings.DefaultRegion != "" {
		return o.region("")
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return o.region("")
	}
	r, sure := tags[0].Region()
	if sure != language.Exact || r.String() == "US" {
		return o.region("")
	}
	return o.region(r.String())
}
