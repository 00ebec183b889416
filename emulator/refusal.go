package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// refusal is an error answer in Graph's shape (WA/support/error-codes).
type refusal struct {
	status    int
	code      int
	subcode   int
	kind      string // type; "OAuthException" if empty
	message   string // without the (#code) in front
	details   string // error_data.details; Graph-level errors have none
	transient bool
}

// known are status and message of the codes the emulator can give.
var known = map[int]struct {
	status  int
	message string
}{
	1: {400, "API Unknown"}, 2: {503, "API Service"}, 4: {400, "Application request limit reached"},
	10:  {403, "Application does not have permission for this action"},
	100: {400, "Invalid parameter"}, 190: {401, "Invalid OAuth access token"}, 200: {403, "Permissions error"},
	368:    {403, "Temporarily blocked for policies violations"},
	80007:  {400, "Rate limit issues"},
	130403: {400, "Message not sent: the business has blocked this user"},
	130429: {400, "Rate limit hit"},
	130472: {400, "User's number is part of an experiment"},
	130497: {403, "Business account is restricted from messaging users in this country."},
	131000: {500, "Something went wrong"}, 131005: {403, "Access denied"},
	131008: {400, "Required parameter is missing"}, 131009: {400, "Parameter value is not valid"},
	131016: {500, "Service unavailable"}, 131021: {400, "Recipient cannot be sender"},
	131026: {400, "Message undeliverable"}, 131030: {400, "Recipient phone number not in allowed list"},
	131031: {403, "Account has been locked"}, 131037: {400, "WhatsApp provided number needs display name approval before message can be sent."},
	131042: {400, "Business eligibility payment issue"}, 131045: {500, "Incorrect certificate"},
	131047: {400, "Re-engagement message"}, 131048: {400, "Spam rate limit hit"},
	131049: {400, "This message was not delivered to maintain healthy ecosystem engagement."},
	131050: {400, "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business"},
	131051: {400, "Unsupported message type"}, 131052: {400, "Media download error"}, 131053: {400, "Media upload error"},
	131055: {400, "Method not allowed"}, 131056: {400, "(Business Account, Consumer Account) pair rate limit hit"},
	131057: {500, "Account in maintenance mode"}, 131059: {400, "Invalid paging cursor"},
	131062: {400, "Business-scoped user IDs are not supported for this message"},
	131063: {400, "Marketing messages are disabled on Cloud API for this account"},
	131064: {400, "Sending limited because of repeated template misclassification"},
	132000: {400, "Number of parameters does not match the expected number of params"},
	132001: {404, "Template name does not exist in the translation"},
	132005: {400, "Translated text too long"}, 132007: {400, "Template content policy violated"},
	132008: {400, "Template parameter value is not valid"},
	132012: {400, "Parameter format does not match format in the created template"},
	132015: {400, "Template is paused"}, 132016: {400, "Template is disabled"},
	132018: {400, "There was an issue with the parameters in your template"},
	133010: {400, "Phone number not registered"}, 134100: {400, "Only marketing messages supported"},
	137000: {400, "Recipient identity key hash mismatch"}, 138006: {400, "No approved call permission from the recipient"},
	139100: {400, "Failed to block/unblock users"}, 139200: {400, "Direct Send is not available for this account"},
}

// refuse makes the refusal of a known code; details say what exactly was wrong.
func refuse(code int, details string, args ...any) *refusal {
	k := known[code]
	if k.status == 0 {
		k.status, k.message = http.StatusBadRequest, "Unknown error"
	}
	return &refusal{status: k.status, code: code, message: k.message, details: fmt.Sprintf(details, args...)}
}

// missing is Graph's answer for a parameter that every call of the edge needs.
func missing(param string) *refusal {
	return &refusal{status: 400, code: 100, message: fmt.Sprintf("The parameter %s is required.", param)}
}

// badParam is Graph's own answer for a parameter it could not read.
func badParam(format string, args ...any) *refusal {
	return &refusal{status: 400, code: 100, message: fmt.Sprintf(format, args...)}
}

// unknownObject is what production answers for a foreign, deleted or mistyped id.
func unknownObject(method, id string) *refusal {
	return &refusal{status: 400, code: 100, subcode: 33, kind: "GraphMethodException", message: fmt.Sprintf(
		"Unsupported %s request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, or does not "+
			"support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
		strings.ToLower(method), clip(id, 40))}
}

type errorBody struct {
	Message   string     `json:"message"`
	Type      string     `json:"type"`
	Code      int        `json:"code"`
	Data      *errorData `json:"error_data,omitempty"`
	Subcode   int        `json:"error_subcode,omitempty"`
	Transient bool       `json:"is_transient,omitempty"`
	Trace     string     `json:"fbtrace_id"`
}

type errorData struct {
	Product string `json:"messaging_product,omitempty"`
	Details string `json:"details"`
}

func (r *refusal) body(trace string) errorBody {
	b := errorBody{Message: r.message, Type: r.kind, Code: r.code, Subcode: r.subcode, Transient: r.transient, Trace: trace}
	if b.Type == "" {
		b.Type = "OAuthException"
	}
	if r.subcode != 33 && r.code != 0 {
		b.Message = fmt.Sprintf("(#%d) %s", r.code, r.message)
	}
	if r.details != "" {
		b.Data = &errorData{Product: "whatsapp", Details: r.details}
	}
	return b
}

// later is the same failure as a `failed` status carries it.
func (r *refusal) later() statusError {
	return statusError{Code: r.code, Title: r.message, Message: r.message, Data: errorData{Details: r.details},
		Href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}
}

func (s *Server) deny(w http.ResponseWriter, r *refusal) {
	if r.code == 130429 || r.code == 131056 || r.code == 4 || r.code == 80007 {
		r.transient = true
	}
	if r.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`OAuth "Facebook Platform" "invalid_token" %q`, r.message))
	}
	writeJSON(w, r.status, map[string]errorBody{"error": r.body("A" + s.ids.letters(22))})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "encode answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(status)
	w.Write(body)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
