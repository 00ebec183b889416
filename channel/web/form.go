package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"jawort/address"
	"jawort/say"
)

// Names of the form's fields. trapField is for machines: people never see it, and no browser fills it by itself.
const (
	topicField   = "topic"
	allField     = "agree"
	countryField = "country"
	phoneField   = "phone"
	ageField     = "age"
	stampField   = "form"
	trapField    = "subject"
)

// form is what somebody filled in.
type form struct {
	ticked  []string // topic codes
	all     bool     // the one box for all topics
	ofAge   bool
	country string
	phone   string
	address address.Address // "" = not a number
	fields  []string        // names of the fields that were sent
	wrong   map[string]string
}

// most is how much of a typed number is read and given back.
const most = 64

// readForm takes what was posted; what is wrong stands in wrong, by field, in the reader's language.
func readForm(o offer, sent url.Values, lang string) form {
	f := form{country: o.region(sent.Get(countryField)), phone: cleaned(sent.Get(phoneField), most), all: sent.Get(allField) != "",
		ofAge: sent.Get(ageField) != "", wrong: map[string]string{}}
	for _, code := range o.codes() {
		if slices.Contains(sent[topicField], code) {
			f.ticked = append(f.ticked, code)
		}
	}
	if o.source.Settings.OneBox {
		f.ticked = nil
		if f.all {
			f.ticked = o.codes()
		}
	}
	for _, name := range []string{topicField, allField, ageField, countryField, phoneField} {
		if sent.Has(name) {
			f.fields = append(f.fields, name)
		}
	}
	f.check(o, lang)
	return f
}

func (f *form) check(o offer, lang string) {
	if len(f.ticked) == 0 {
		key := "web.wrong.topic"
		if o.source.Settings.OneBox || len(o.topics) == 1 {
			key = "web.wrong.box"
		}
		f.wrong[topicField] = say.Text(lang, key)
	}
	if age := o.source.Settings.MinimumAge; age > 0 && !f.ofAge {
		f.wrong[ageField] = say.Text(lang, "web.wrong.age", say.Args{"Years": age})
	}
	a, err := address.ParsePhone(f.phone, f.country)
	if bad, ok := errors.AsType[*address.Error](err); ok {
		f.wrong[phoneField] = phoneProblem(bad, lang)
	}
	f.address = a
}

// phoneProblem is what is wrong with a number, in the reader's language.
func phoneProblem(bad *address.Error, lang string) string {
	key := "web.phone." + string(bad.Code)
	switch {
	case say.Has(lang, key):
		return say.Text(lang, key)
	case slices.Contains(say.Languages, lang):
		return bad.Sentence(lang)
	}
	return say.Text(lang, "web.phone.not_a_number")
}

// mistake is one line of the list above the form: what is wrong, and where.
type mistake struct{ to, text string }

func (f form) mistakes() []mistake {
	var out []mistake
	for _, at := range []mistake{{topicID(0), topicField}, {phoneField, phoneField}, {ageField, ageField}} {
		if text := f.wrong[at.text]; text != "" {
			out = append(out, mistake{at.to, text})
		}
	}
	return out
}

// topicID is the place of a topic's box on the page.
func topicID(i int) string { return topicField + "-" + strconv.Itoa(i) }

// again is what is wrong with the form as a whole, for a form that was sent but not taken.
func (f *form) again(key, lang string) { f.wrong[stampField] = say.Text(lang, key) }

// years is the age somebody confirmed, "" where none was asked.
func (o offer) years() string {
	if o.source.Settings.MinimumAge == 0 {
		return ""
	}
	return strconv.FormatInt(o.source.Settings.MinimumAge, 10)
}

// cleaned is outside text as it may be kept: valid, without control characters, not longer than most characters.
func cleaned(s string, most int) string {
	s = strings.ToValidUTF8(s[:min(len(s), 4*most)], "")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most])
	}
	return strings.TrimSpace(s)
}
