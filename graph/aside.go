package graph

import "strings"

// Aside is what a message says beside its words: a button's payload, what a form was filled with, an emoji put to a message, the name on a
// card, the texts of a kind we do not know. Hint marks what may stand there for another reason than to say it.
type Aside struct {
	Text string
	Hint bool
}

// bounds of what is looked through; a form of Meta's is far smaller.
const (
	mostAsides = 64
	asideDepth = 8
)

// Asides lists them, in the order they stand. An edited message has those of its new words.
func (m *Inbound) Asides() (all []Aside) {
	add := func(text string, hint bool) {
		if text = strings.TrimSpace(text); text != "" && len(all) < mostAsides {
			all = append(all, Aside{text, hint})
		}
	}
	if m == nil {
		return nil
	}
	if b := m.Button; b != nil {
		add(b.ID, false)
	}
	if i := m.Interactive; i != nil && i.Reply != nil {
		add(i.Reply.ID, false)
		add(i.Reply.Description, true)
	}
	if i := m.Interactive; i != nil && i.Flow != nil {
		if n, ok := root([]byte(i.Flow.ResponseJSON)); ok {
			filled(n, 0, func(text string) { add(text, false) })
		}
	}
	if r := m.Reaction; r != nil {
		add(r.Emoji, strings.IndexFunc(r.Emoji, isWord) < 0)
	}
	for _, c := range m.Contacts {
		add(c.Name, true)
	}
	for _, n := range m.strange {
		filled(n, 0, func(text string) { add(text, true) })
	}
	if m.Edit != nil {
		return append(all, m.Edit.Message.Asides()...)
	}
	return all
}

func isWord(r rune) bool { return r < 0x250 && (r|0x20 >= 'a' && r|0x20 <= 'z' || r >= 0xC0) }

// filled goes through the values of a form: what was typed or chosen, and the names of what was ticked ("unsubscribe": true).
func filled(n node, depth int, each func(text string)) {
	if depth > asideDepth {
		return
	}
	for key, v := range n.fields() {
		switch {
		case string(key) == "flow_token" || string(key) == "id":
		case v.yes():
			each(string(key))
		default:
			filled(v, depth+1, each)
		}
	}
	for v := range n.items() {
		filled(v, depth+1, each)
	}
	if n.isText() {
		each(n.text())
	}
}
