package quality

import "strings"

// What is one thing that Meta says of a node.
type What string

// The closed list. Restriction and Notice have a kind behind a colon: each runs by itself.
const (
	Rating       What = "rating"        // of a number, a template: GREEN YELLOW RED UNKNOWN
	Status       What = "status"        // of a number, a template: Meta's own word
	Name         What = "name"          // of a number: how Meta judged its display name
	Verified     What = "verified"      // of a number: VERIFIED NOT_VERIFIED EXPIRED
	Throughput   What = "throughput"    // of a number: STANDARD HIGH
	CanSend      What = "can_send"      // of a number, an account, a portfolio: AVAILABLE LIMITED BLOCKED
	Limit        What = "limit"         // of a portfolio: people in 24 hours; -1 = unlimited
	Review       What = "review"        // of an account
	Ban          What = "ban"           // of an account: SCHEDULE_FOR_DISABLE DISABLE REINSTATE
	Link         What = "link"          // of an account: CONNECTED ACCOUNT_OFFBOARDED ACCOUNT_DELETED PARTNER_REMOVED
	Violation    What = "violation"     // of an account: what Meta says was broken
	Security     What = "security"      // of a number: PIN_CHANGED …
	Category     What = "category"      // of a template
	NextCategory What = "next_category" // of a template: announced, until says from when
	Token        What = "token"         // of a number: VALID INVALID; until is its end
	Event        What = "event"         // of an account: what else account_update tells

	restriction = "restriction:" // of an account: Meta's restriction_type
	notice      = "notice:"      // of a portfolio or number: account_alerts
)

// RestrictionOf and NoticeOf name one kind of them.
func RestrictionOf(kind string) What { return What(restriction + kind) }

// NoticeOf: see RestrictionOf.
func NoticeOf(kind string) What { return What(notice + kind) }

// Kind is what stands behind the colon; empty for things without one.
func (w What) Kind() string {
	_, kind, _ := strings.Cut(string(w), ":")
	return kind
}

// IsRestriction tells restrictions from everything else.
func (w What) IsRestriction() bool { return strings.HasPrefix(string(w), restriction) }

// IsNotice tells the notices of account_alerts.
func (w What) IsNotice() bool { return strings.HasPrefix(string(w), notice) }

// Nodes are named by their kind and Meta's id.
const (
	numberNode    = "number/"
	accountNode   = "waba/"
	portfolioNode = "portfolio/"
	templateNode  = "template/"
)

// OfNumber, OfAccount, OfPortfolio and OfTemplate name a node.
func OfNumber(id string) string { return numberNode + id }

// OfAccount: see OfNumber.
func OfAccount(waba string) string { return accountNode + waba }

// OfPortfolio: see OfNumber.
func OfPortfolio(id string) string { return portfolioNode + id }

// OfTemplate: see OfNumber. Meta's own ids of templates wobble between text and number; name and language do not.
func OfTemplate(waba, name, language string) string {
	return templateNode + waba + "/" + name + "/" + language
}

// IDOf is what stands behind a node's kind.
func IDOf(node string) string {
	_, id, _ := strings.Cut(node, "/")
	return id
}

// TemplateOf takes a template's node apart; ok is false for others.
func TemplateOf(node string) (waba, name, language string, ok bool) {
	if !strings.HasPrefix(node, templateNode) {
		return "", "", "", false
	}
	p := strings.SplitN(node, "/", 4)
	if len(p) != 4 {
		return "", "", "", false
	}
	return p[1], p[2], p[3], true
}

// Way is how we came to know.
type Way string

// The ways.
const (
	ByPoll    Way = "poll"
	ByWebhook Way = "webhook"
)

// Observation is one thing that Meta said. Polls that say the same in a row are one, from At to LastAt.
type Observation struct {
	ID     string // empty before it is kept
	Node   string
	What   What
	Value  string // Meta's own word, in its old and new spellings made one
	At     int64  // by Meta's clock; 0 = now: polls say how it is, not since when
	LastAt int64
	SeenAt int64 // by our clock
	Until  int64 // it ends by itself; 0 = no end known
	Way    Way
	Note   string // Meta's words for people; empty = none
	Raw    string // of raw_webhook; empty = a poll
	Body   string // Meta's bytes of this one thing
}

// Standing is what holds of one thing.
type Standing struct {
	Node   string
	What   What
	Value  string
	Before string // what held until Since; empty = nothing known
	Since  int64
	LastAt int64 // the last word that says so
	Way    Way   // of that word
	Until  int64
	Note   string
}

// Change is a standing that came to another value.
type Change struct {
	Standing
	First bool // nothing was known of it before
}
