package graph

// Code is Meta's error code.
type Code int

// Retry says whether the same send may be tried again by itself.
type Retry string

const (
	Never    Retry = "never"
	Backoff  Retry = "backoff"  // nothing was sent; later it may go
	After24h Retry = "after24h" // WA/templates/marketing-templates/per-user-limits
	Careful  Retry = "careful"  // may have been sent: reconcile first
)

// Scope says what the error is about: what has to stop, wait or change.
type Scope string

const (
	OfRequest  Scope = "request"
	OfPerson   Scope = "person"
	OfPair     Scope = "pair" // this person and this business number
	OfTemplate Scope = "template"
	OfNumber   Scope = "number"
	OfAccount  Scope = "account"
	OfApp      Scope = "app" // token, permissions, call limits
	OfMeta     Scope = "meta"
)

// Meaning is what a code asks of whoever sends.
type Meaning struct {
	Name        string
	HTTP        int // as documented; 0 where it only comes as a failed status
	Retry       Retry
	Scope       Scope
	StopsPerson bool // the person opted out at Meta: record it
	StopsNumber bool // nothing more may go out by this number (or account) until somebody looks
	Known       bool
}

// MaybeSent: the answer is no proof that nothing was sent.
func (m Meaning) MaybeSent() bool { return m.Retry == Careful }

// Lookup finds a code's meaning; a code that is not in Meta's list gets its family's, is never retried, and
// says Known false.
func Lookup(c Code) Meaning {
	if m, ok := codes[c]; ok {
		m.Known = true
		return m
	}
	return family(c)
}

func family(c Code) Meaning {
	m := Meaning{Name: "unknown", HTTP: 400, Retry: Never, Scope: OfRequest}
	switch {
	case c >= 200 && c <= 299:
		m = Meaning{Name: "permission", HTTP: 403, Retry: Never, Scope: OfApp, StopsNumber: true, Known: true}
	case c >= 132000 && c < 133000:
		m.Name, m.Scope = "template", OfTemplate
	case c >= 133000 && c < 134000:
		m.Name, m.Scope = "registration", OfNumber
	case c >= 138000 && c < 139000:
		m.Name, m.Scope = "calling", OfPair
	case c >= 139000 && c < 140000:
		m.Name = "block list"
	case c >= 147000 && c < 148000:
		m.Name, m.Scope = "username", OfNumber
	}
	return m
}

// codes is the list of WA/support/error-codes (15 May 2026) and of the pages that name further ones.
var codes = map[Code]Meaning{
	0:     {Name: "token invalid", HTTP: 401, Retry: Never, Scope: OfApp, StopsNumber: true},
	1:     {Name: "unknown error", HTTP: 400, Retry: Careful, Scope: OfMeta},
	2:     {Name: "service down", HTTP: 503, Retry: Careful, Scope: OfMeta},
	3:     {Name: "capability missing", HTTP: 500, Retry: Never, Scope: OfApp, StopsNumber: true},
	4:     {Name: "app call limit", HTTP: 400, Retry: Backoff, Scope: OfApp},
	10:    {Name: "permission missing", HTTP: 403, Retry: Never, Scope: OfApp, StopsNumber: true},
	33:    {Name: "number deleted", HTTP: 400, Retry: Never, Scope: OfNumber, StopsNumber: true},
	100:   {Name: "bad parameter", HTTP: 400, Retry: Never, Scope: OfRequest},
	104:   {Name: "token missing", HTTP: 400, Retry: Never, Scope: OfApp, StopsNumber: true},
	190:   {Name: "token expired", HTTP: 401, Retry: Never, Scope: OfApp, StopsNumber: true},
	368:   {Name: "restricted for policy", HTTP: 403, Retry: Never, Scope: OfAccount, StopsNumber: true},
	803:   {Name: "no such object", HTTP: 404, Retry: Never, Scope: OfRequest},
	2500:  {Name: "token missing", HTTP: 400, Retry: Never, Scope: OfApp, StopsNumber: true},
	80007: {Name: "account call limit", HTTP: 400, Retry: Backoff, Scope: OfAccount},

	130403: {Name: "we blocked this person", HTTP: 400, Retry: Never, Scope: OfPerson},
	130429: {Name: "throughput", HTTP: 400, Retry: Backoff, Scope: OfNumber},
	130472: {Name: "marketing experiment", HTTP: 400, Retry: Never, Scope: OfPerson},
	130497: {Name: "country not allowed", HTTP: 403, Retry: Never, Scope: OfPerson},
	131000: {Name: "something went wrong", HTTP: 500, Retry: Careful, Scope: OfMeta},
	131005: {Name: "permission missing", HTTP: 403, Retry: Never, Scope: OfApp, StopsNumber: true},
	131008: {Name: "parameter missing", HTTP: 400, Retry: Never, Scope: OfRequest},
	131009: {Name: "parameter value", HTTP: 400, Retry: Never, Scope: OfRequest},
	131016: {Name: "service unavailable", HTTP: 500, Retry: Careful, Scope: OfMeta},
	131021: {Name: "recipient is sender", HTTP: 400, Retry: Never, Scope: OfPerson},
	131026: {Name: "undeliverable", HTTP: 400, Retry: Never, Scope: OfPerson},
	131030: {Name: "not on the test number's list", HTTP: 400, Retry: Never, Scope: OfPair},
	131031: {Name: "account locked", HTTP: 403, Retry: Never, Scope: OfAccount, StopsNumber: true},
	131037: {Name: "display name not approved", HTTP: 400, Retry: Never, Scope: OfNumber, StopsNumber: true},
	131042: {Name: "payment", HTTP: 400, Retry: Never, Scope: OfAccount, StopsNumber: true},
	131045: {Name: "number not registered correctly", HTTP: 500, Retry: Never, Scope: OfNumber, StopsNumber: true},
	131047: {Name: "window closed", HTTP: 400, Retry: Never, Scope: OfPair},
	131048: {Name: "spam rate limit", HTTP: 400, Retry: Never, Scope: OfNumber, StopsNumber: true},
	131049: {Name: "per-user marketing limit", Retry: After24h, Scope: OfPerson},
	131050: {Name: "person stopped marketing", Retry: Never, Scope: OfPerson, StopsPerson: true},
	131051: {Name: "message type", HTTP: 400, Retry: Never, Scope: OfRequest},
	131052: {Name: "media download", HTTP: 400, Retry: Never, Scope: OfRequest},
	131053: {Name: "media upload", HTTP: 400, Retry: Never, Scope: OfRequest},
	131055: {Name: "wrong edge for this kind", HTTP: 400, Retry: Never, Scope: OfRequest},
	131056: {Name: "pair rate", HTTP: 400, Retry: Backoff, Scope: OfPair},
	131057: {Name: "number in maintenance", HTTP: 500, Retry: Backoff, Scope: OfNumber},
	131059: {Name: "paging cursor", HTTP: 400, Retry: Never, Scope: OfRequest},
	131062: {Name: "needs a phone number", HTTP: 400, Retry: Never, Scope: OfPerson},
	131063: {Name: "marketing off on this edge", HTTP: 400, Retry: Never, Scope: OfAccount},
	131064: {Name: "limited for misclassified templates", HTTP: 400, Retry: Never, Scope: OfAccount},

	132000: {Name: "parameter count", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132001: {Name: "no such template", HTTP: 404, Retry: Never, Scope: OfTemplate},
	132005: {Name: "text too long", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132007: {Name: "content policy", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132008: {Name: "bad value", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132012: {Name: "parameter format", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132015: {Name: "template paused", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132016: {Name: "template disabled", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132018: {Name: "parameter validation", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132068: {Name: "flow blocked", HTTP: 400, Retry: Never, Scope: OfTemplate},
	132069: {Name: "flow throttled", HTTP: 400, Retry: Backoff, Scope: OfTemplate},

	133000: {Name: "deregistration incomplete", HTTP: 500, Retry: Never, Scope: OfNumber, StopsNumber: true},
	133004: {Name: "server unavailable", HTTP: 503, Retry: Careful, Scope: OfMeta},
	133005: {Name: "wrong PIN", HTTP: 400, Retry: Never, Scope: OfNumber},
	133006: {Name: "verify again", HTTP: 400, Retry: Never, Scope: OfNumber, StopsNumber: true},
	133008: {Name: "too many PIN attempts", HTTP: 400, Retry: Never, Scope: OfNumber},
	133009: {Name: "PIN attempts too fast", HTTP: 400, Retry: Never, Scope: OfNumber},
	133010: {Name: "number not registered", HTTP: 400, Retry: Never, Scope: OfNumber, StopsNumber: true},
	133015: {Name: "number recently deleted", HTTP: 400, Retry: Never, Scope: OfNumber, StopsNumber: true},
	133016: {Name: "registration limit", HTTP: 400, Retry: Never, Scope: OfNumber},

	134011: {Name: "payments terms", HTTP: 400, Retry: Never, Scope: OfAccount},
	134100: {Name: "not a marketing message", HTTP: 400, Retry: Never, Scope: OfRequest},
	134101: {Name: "template still syncing", HTTP: 400, Retry: Backoff, Scope: OfTemplate},
	134102: {Name: "template unavailable", HTTP: 500, Retry: Never, Scope: OfTemplate},
	135000: {Name: "generic user error", HTTP: 400, Retry: Never, Scope: OfRequest},
	137000: {Name: "identity changed", Retry: Never, Scope: OfPerson},

	139100: {Name: "block list, in part", HTTP: 400, Retry: Never, Scope: OfRequest},
	139101: {Name: "block list full", HTTP: 400, Retry: Never, Scope: OfNumber},
	139102: {Name: "block list changed meanwhile", HTTP: 400, Retry: Backoff, Scope: OfNumber},
	139103: {Name: "block list, internal", HTTP: 400, Retry: Backoff, Scope: OfMeta},
	139200: {Name: "no direct send", HTTP: 400, Retry: Never, Scope: OfAccount},

	147001: {Name: "username", HTTP: 400, Retry: Never, Scope: OfNumber},
	147002: {Name: "username", HTTP: 400, Retry: Never, Scope: OfNumber},
	147003: {Name: "username", HTTP: 400, Retry: Never, Scope: OfNumber},
	147004: {Name: "username", HTTP: 400, Retry: Never, Scope: OfNumber},

	141002:  {Name: "template not approved", HTTP: 400, Retry: Never, Scope: OfTemplate},
	2388318: {Name: "direct send", HTTP: 400, Retry: Never, Scope: OfRequest},
	2388330: {Name: "direct send", HTTP: 400, Retry: Never, Scope: OfRequest},
	2494164: {Name: "signup", HTTP: 400, Retry: Never, Scope: OfAccount},
	2494165: {Name: "signup", HTTP: 400, Retry: Never, Scope: OfAccount},
	2494166: {Name: "signup", HTTP: 400, Retry: Never, Scope: OfAccount},
	2494167: {Name: "signup", HTTP: 400, Retry: Never, Scope: OfAccount},
	2494168: {Name: "signup terms not accepted", HTTP: 400, Retry: Never, Scope: OfAccount},
	2494176: {Name: "signup terms already accepted", HTTP: 400, Retry: Never, Scope: OfAccount},
	2494177: {Name: "signup", HTTP: 400, Retry: Never, Scope: OfAccount},
	2494179: {Name: "signup", HTTP: 400, Retry: Never, Scope: OfAccount},
}
