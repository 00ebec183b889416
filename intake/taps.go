package intake

import (
	"encoding/json"
	"slices"
	"strings"

	"jawort/graph"
	"jawort/id"
)

// What our questions carry and bring back: in ids of buttons and rows, and in a flow's token.
const (
	yesTo     = "optin:yes:"
	noTo      = "optin:no:"
	topicOf   = "optin:topic:" // then the request, a colon, the topic
	flowToken = "optin:flow:"
)

// tap is an answer to a question of ours.
type tap struct {
	request string
	no      bool
	topics  []string // of the request; nil = all it asks for
}

// tapOf reads an answer; request "" = it is none.
func tapOf(m *graph.Inbound) tap {
	if m.Interactive != nil && m.Interactive.Flow != nil {
		return flowTap(m.Interactive.Flow.ResponseJSON)
	}
	p := payload(m)
	for _, prefix := range []string{yesTo, noTo, topicOf} {
		rest, ok := strings.CutPrefix(p, prefix)
		if !ok {
			continue
		}
		request, code, _ := strings.Cut(rest, ":")
		if !id.Is("req", request) || (code != "") != (prefix == topicOf) {
			return tap{}
		}
		out := tap{request: request, no: prefix == noTo}
		if code != "" {
			out.topics = []string{code}
		}
		return out
	}
	return tap{}
}

// flowTap reads what our flow sends (docs/flows/optin.json): {"flow_token","consent":true,"topics":[…]}. Without a clear yes it is a no
// to the question; what cannot be read is no answer.
func flowTap(response string) tap {
	var f struct {
		Token   string   `json:"flow_token"`
		Consent *bool    `json:"consent"`
		Topics  []string `json:"topics"`
	}
	if json.Unmarshal([]byte(response), &f) != nil || f.Consent == nil {
		return tap{}
	}
	request, ok := strings.CutPrefix(f.Token, flowToken)
	if !ok || !id.Is("req", request) {
		return tap{}
	}
	return tap{request: request, no: !*f.Consent, topics: f.Topics}
}

// chosen are the topics of the request that the tap names; an unknown one counts for nothing.
func (x tap) chosen(asked []string) []string {
	if x.topics == nil {
		return asked
	}
	return slices.DeleteFunc(slices.Clone(asked), func(code string) bool { return !slices.Contains(x.topics, code) })
}
