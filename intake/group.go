package intake

import (
	"jawort/graph"
	"jawort/keyword"
)

// A group is no conversation with the business: nothing that is said there opens a window, agrees to anything or is answered. Only a stop is
// looked at: it may be meant for somebody else in the group, so marketing to whoever said it pauses until staff have read it.

// stopInGroup says that a message to a group reads as one.
func stopInGroup(m *graph.Inbound) bool {
	text, via := m.Words()
	return text != "" && keyword.Read(keyword.Input{Text: text, Via: keyword.Via(via)}).Intent.Stops()
}

func (t *taking) inGroup(i int, c string, m *graph.Inbound) {
	text, _ := m.Words()
	r := keyword.Reading{Intent: keyword.Unsure, Matched: text[:min(len(text), 200)]}
	t.keep(i, c, m, r)
	t.unsure(i, c, r)
}
