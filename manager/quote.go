package manager

import "encoding/json"

// wordsOf are the words in a message that is kept as proof, as a person would quote it: what was written, or the title of
// what was tapped. Evidence that is no message of Meta's is its own words.
func wordsOf(evidence string) string {
	if len(evidence) == 0 || evidence[0] != '{' {
		return evidence
	}
	type titled struct{ Title string }
	var m struct {
		Text        struct{ Body string }
		Button      struct{ Text string }
		Image       struct{ Caption string }
		Video       struct{ Caption string }
		Document    struct{ Caption string }
		Interactive struct {
			ButtonReply titled `json:"button_reply"`
			ListReply   titled `json:"list_reply"`
		}
	}
	if json.Unmarshal([]byte(evidence), &m) != nil {
		return evidence
	}
	for _, words := range []string{m.Text.Body, m.Button.Text, m.Interactive.ButtonReply.Title, m.Interactive.ListReply.Title,
		m.Image.Caption, m.Video.Caption, m.Document.Caption} {
		if words != "" {
			return words
		}
	}
	return "" // a status, a preference, a card: nothing was said
}

// byOthers are entries about who somebody is; the message that proves them says nothing about them.
var byOthers = map[string]bool{"linked": true, "number_changed": true, "merged": true, "split": true, "identity_changed": true}

// what a decision was about: the purpose of our own messages, the topic of everybody else's.
func (v *visit) what(d decisionRow, names topics) string {
	if d.Purpose != "" {
		return v.either("manager.purpose", d.Purpose)
	}
	return names.name(d.Topic)
}
