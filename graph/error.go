package graph

import (
	"encoding/json"
	"strconv"
)

// Error is Meta's, in answers and webhooks alike. Branch on Code (and Details) only: titles and subcodes are
// deprecated (WA/support/error-codes).
type Error struct {
	HTTP      int // status of the answer; 0 in webhooks
	Code      Code
	Subcode   int
	Type      string // OAuthException GraphMethodException
	Title     string // in webhooks
	Message   string
	Details   string          // error_data.details: text for people, may name the recipient; not for logs
	Data      json.RawMessage // error_data as it came
	Transient bool
	UserTitle string
	UserMsg   string
	TraceID   string
	Href      string
}

// Error says code and name, never Meta's texts: they can hold the person's number.
func (e *Error) Error() string {
	return "graph: error " + strconv.Itoa(int(e.Code)) + " (" + e.Meaning().Name + "), status " + strconv.Itoa(e.HTTP)
}

// Meaning is what the code asks us to do.
func (e *Error) Meaning() Meaning { return Lookup(e.Code) }

// ParseError reads the error of an answer's body; nil where there is none.
func ParseError(status int, body []byte) *Error {
	n, ok := root(body)
	if !ok {
		return nil
	}
	v := n.get("error")
	if !v.isObject() || v.get("code") == nil {
		return nil
	}
	e := readError(v)
	e.HTTP = status
	return &e
}

func readErrors(list node) []Error {
	var all []Error
	for n := range list.some() {
		all = append(all, readError(n))
	}
	return all
}

func readError(n node) Error {
	var e Error
	for k, v := range n.fields() {
		switch string(k) {
		case "code":
			e.Code = Code(v.number())
		case "error_subcode":
			e.Subcode = int(v.number())
		case "type":
			e.Type = v.text()
		case "title":
			e.Title = v.text()
		case "message":
			e.Message = v.text()
		case "error_data":
			e.Details, e.Data = v.get("details").text(), json.RawMessage(v)
		case "is_transient":
			e.Transient = v.yes()
		case "error_user_title":
			e.UserTitle = v.text()
		case "error_user_msg":
			e.UserMsg = v.text()
		case "fbtrace_id":
			e.TraceID = v.text()
		case "href":
			e.Href = v.text()
		}
	}
	return e
}

// wire is the shape of an answer's error, in Meta's order.
type wire struct {
	Message   string          `json:"message"`
	Type      string          `json:"type,omitempty"`
	Code      Code            `json:"code"`
	Data      json.RawMessage `json:"error_data,omitempty"`
	Subcode   int             `json:"error_subcode,omitempty"`
	TraceID   string          `json:"fbtrace_id,omitempty"`
	Transient *bool           `json:"is_transient,omitempty"`
	UserTitle string          `json:"error_user_title,omitempty"`
	UserMsg   string          `json:"error_user_msg,omitempty"`
}

// Body is the error as an answer carries it: {"error":{…}}. Without Data, Details make error_data.
// is_transient is left out unless true; code 131000 always says it, since "may have been sent" hangs on it.
func (e *Error) Body() []byte {
	w := wire{
		Message: e.Message, Type: first(e.Type, "OAuthException"), Code: e.Code, Data: e.Data, Subcode: e.Subcode,
		TraceID: e.TraceID, UserTitle: e.UserTitle, UserMsg: e.UserMsg,
	}
	if e.Transient || e.Code == 131000 {
		w.Transient = &e.Transient
	}
	if w.Message == "" {
		w.Message = "(#" + strconv.Itoa(int(e.Code)) + ") " + e.Meaning().Name
	}
	if w.Data == nil && e.Details != "" {
		w.Data, _ = json.Marshal(map[string]string{"messaging_product": "whatsapp", "details": e.Details})
	}
	b, err := json.Marshal(map[string]wire{"error": w})
	if err != nil { // Data was not JSON: say the rest
		w.Data = nil
		b, _ = json.Marshal(map[string]wire{"error": w})
	}
	return b
}
