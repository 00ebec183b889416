package manager

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jawort/consent"
)

// The names by which the list of people can be narrowed, in the order in which they stand on the page and in the address. Values are
// words of closed lists or ids; nothing of a person ever stands there.
const (
	onTopic    = "topic"
	onState    = "state"
	onSource   = "source"
	onLanguage = "language"
	onNumber   = "number"
	onStop     = "stop"   // all marketing platform list
	onDoubt    = "doubt"  // frozen
	onJoined   = "joined" // known for so many days at most
	onLapse    = "lapses" // within so many days
	onSeen     = "seen"   // wrote within so many days; -90: not for so long
)

var peopleFilters = []string{onTopic, onState, onSource, onLanguage, onNumber, onStop, onDoubt, onJoined, onLapse, onSeen}

var (
	stopWords = []string{"all", "marketing", "platform", "list"}
	dayWords  = map[string][]string{onJoined: {"1", "7", "30", "90", "365"}, onLapse: {"30", "60", "90"}, onSeen: {"1", "7", "30", "-90"}}
)

// narrowed is what the list of people is narrowed to: name → value; what is not there does not matter.
type narrowed map[string]string

// choices are the values of each filter that this business has, in words.
type choices map[string][]option

func (c choices) label(name, value string) string {
	for _, o := range c[name] {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}

// narrowedBy reads an address leniently: a value that is none of the choices is no filter. So an old link still opens.
func narrowedBy(q url.Values, c choices) narrowed {
	out := narrowed{}
	for _, name := range peopleFilters {
		if v := q.Get(name); v != "" && c.label(name, v) != "" {
			out[name] = v
		}
	}
	return out
}

// filters are the filters in their order, with one changed ("" takes it away).
func (n narrowed) filters(name, value string) []filter {
	var out []filter
	for _, f := range peopleFilters {
		v := n[f]
		if f == name {
			v = value
		}
		if v != "" {
			out = append(out, filter{f, v})
		}
	}
	return out
}

// path is the list's address with one filter changed.
func (n narrowed) path(name, value string) string { return peoplePath(n.filters(name, value)...) }

// query is how a view is kept.
func (n narrowed) query() string {
	q := url.Values{}
	for _, f := range n.filters("", "") {
		q.Set(f.name, f.value)
	}
	return q.Encode()
}

// days reads a filter that counts days.
func (n narrowed) days(name string) time.Duration {
	d, _ := strconv.Atoi(n[name]) // a word of dayWords
	return time.Duration(d) * 24 * time.Hour
}

// askedStates are the states that a list can be narrowed to. "None" is the absence of a standing, so no list of standings has it.
func askedStates() []consent.State {
	return slices.DeleteFunc(slices.Clone(consent.States), func(s consent.State) bool { return s == consent.StateNone })
}

// choicesOf puts the choices into words.
func (v *visit) choicesOf(topics []topicName, sources, numbers []option, languages []string) choices {
	c := choices{onSource: sources, onNumber: numbers, onDoubt: {{Value: "frozen", Label: v.say("manager.people.doubt.frozen")}}}
	for _, t := range topics {
		c[onTopic] = append(c[onTopic], option{Value: t.Code, Label: t.Name})
	}
	for _, s := range askedStates() {
		c[onState] = append(c[onState], option{Value: string(s), Label: v.say("manager.state." + string(s))})
	}
	for _, l := range languages {
		c[onLanguage] = append(c[onLanguage], option{Value: l, Label: v.languageName(l)})
	}
	for _, w := range stopWords {
		c[onStop] = append(c[onStop], option{Value: w, Label: v.say("manager.people.stop." + w)})
	}
	for name, days := range dayWords {
		for _, d := range days {
			c[name] = append(c[name], option{Value: d, Label: v.say("manager.people." + name + "." + d)})
		}
	}
	return c
}

// countryName is a country in the reader's language, or its code where it has no name.
func (v *visit) countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return display.Regions(language.Make(v.lang)).Name(region)
}

// languageName is a language in the reader's, or its code where nobody has a name for it.
func (v *visit) languageName(code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	if name := display.Tags(language.Make(v.lang)).Name(tag); name != "" {
		return name
	}
	return code
}
