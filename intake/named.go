package intake

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"jawort/graph"
	"jawort/keyword"
	"jawort/topic"
)

// A business names its topics as it likes: "Verkostungen" is no word of advertising to package keyword. Where a text says nothing to it,
// it is read once more with the topic's name put in words that it knows; a stop of those is a stop of the topic.

// stand-ins for a topic's name, by language; keyword reads each of them as advertising.
var standIns = []string{"Newsletter", "offers"}

// hints are in every text that could end something; without one nothing is looked up.
var hints = []string{"kein", "nicht", "nix", "stop", "abmeld", "abbestell", "kündig", "ohne", "no ", "not ", "n't", "without", "unsub", "cancel", "off", "end "}

// leastName is the shortest word of a name that says which topic is meant.
const leastName = 5

// leastSure is the confidence of what was read by a rule; less is a guess of the second reader's.
const leastSure = 0.7

// named reads a text that says nothing by itself once more, for the topics it names.
func (t *taking) named(ctx context.Context, m *graph.Inbound, r keyword.Reading) (keyword.Reading, []string, error) {
	text, via := m.Words()
	guessed := r.Intent == keyword.StopMarketing && r.Confidence < leastSure // by likeness alone: whoever names a topic means that one
	if r.Intent != keyword.None && !guessed || via != string(keyword.Text) || !hinted(text) {
		return r, nil, nil
	}
	topics, err := topic.List(ctx, t.tx, t.tenant, false)
	if err != nil {
		return r, nil, err
	}
	var codes []string
	for _, x := range topics {
		if got := rename(text, &x); got.Intent.Stops() {
			r, codes = got, append(codes, x.Code)
		}
	}
	if len(codes) > 0 {
		r.Intent, r.Matched = keyword.StopTopic, text[:min(len(text), 100)]
		r.Matched = strings.ToValidUTF8(r.Matched, "")
	}
	return r, codes, nil
}

func hinted(text string) bool {
	low := strings.ToLower(text) + " "
	for _, h := range hints {
		if strings.Contains(low, h) {
			return true
		}
	}
	return false
}

// rename reads the text with the topic's names replaced; Intent none where it names none of them.
func rename(text string, x *topic.Topic) keyword.Reading {
	for _, words := range x.Texts {
		for _, word := range strings.FieldsFunc(words.Name, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if utf8.RuneCountInString(word) < leastName {
				continue
			}
			for _, known := range standIns {
				if renamed := replaceWord(text, word, known); renamed != text {
					if r := keyword.Read(keyword.Input{Text: renamed, Via: keyword.Text}); r.Intent.Stops() {
						return r
					}
				}
			}
		}
	}
	return keyword.Reading{Intent: keyword.None}
}

// replaceWord puts another word in the place of one, whatever its case; an ending of up to two letters may follow.
func replaceWord(text, word, by string) string {
	fields := strings.Fields(text)
	changed := false
	for n, f := range fields {
		core := strings.TrimFunc(f, func(r rune) bool { return !unicode.IsLetter(r) })
		if len(core) >= len(word) && len(core) <= len(word)+2 && strings.EqualFold(core[:len(word)], word) {
			fields[n], changed = strings.Replace(f, core, by, 1), true
		}
	}
	if !changed {
		return text
	}
	return strings.Join(fields, " ")
}
