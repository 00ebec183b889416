package intake

import (
	"jawort/graph"
	"jawort/keyword"
)

// beside reads what a message says beside its words, where those ask for nothing: a form filled with "Abmelden", a button whose payload is
// "unsubscribe". A stop there is one. What may stand there for another reason, as an emoji put to a message or the name on a card, is
// unclear: marketing pauses until somebody has looked.
func beside(m *graph.Inbound, r keyword.Reading) keyword.Reading {
	if r.Intent != keyword.None || r.WrongPerson {
		return r
	}
	for _, a := range m.Asides() {
		switch got := keyword.Read(keyword.Input{Text: a.Text, Via: keyword.Text}); {
		case !got.Intent.Stops():
		case a.Hint:
			r = keyword.Reading{Intent: keyword.Unsure, Confidence: got.Confidence, Matched: a.Text}
		default:
			return got
		}
	}
	return r
}
