// Package graph is Meta's Cloud API as it is spoken on the wire: webhooks and their signatures, sends and their
// answers, error codes and message bodies, v20 to v26. It knows Meta's words and none of ours.
package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"
)

// MaxWebhook is the largest body Meta sends (WA/webhooks/overview: payload ≤ 3 MB).
const MaxWebhook = 3 << 20

var (
	// ErrNotJSON: the body is not JSON, or not an object.
	ErrNotJSON = errors.New("webhook: not a JSON object")
	// ErrOtherObject: the body is a webhook of another of Meta's products.
	ErrOtherObject = errors.New("webhook: not of a WhatsApp business account")
)

// Kind says which of an Item's fields is set.
type Kind string

const (
	KindMessage          Kind = "message"
	KindStatus           Kind = "status"
	KindPreference       Kind = "preference"
	KindUserID           Kind = "user_id"
	KindCall             Kind = "call"
	KindEcho             Kind = "echo" // a message the business sent by the WhatsApp Business app
	KindAccount          Kind = "account"
	KindAlert            Kind = "alert"
	KindCapability       Kind = "capability"
	KindNumber           Kind = "number"
	KindTemplateStatus   Kind = "template_status"
	KindTemplateQuality  Kind = "template_quality"
	KindTemplateCategory Kind = "template_category"
	KindErrors           Kind = "errors"  // value-level errors, without a message
	KindUnknown          Kind = "unknown" // a field or shape we do not know; Raw has it
	KindBad              Kind = "bad"     // known, but cannot be read; Err says why
)

// Envelope is one POST of Meta's: up to 1,000 items, each of which stands and falls alone.
type Envelope struct {
	Object string
	Items  []Item
}

// Item is one thing that happened.
type Item struct {
	Kind          Kind
	Field         string // Meta's name of the webhook field
	WABA          string // entry id; for PARTNER_* account events the portfolio's
	PhoneNumberID string // empty for account and template fields
	Display       string // the number's own digits
	Time          time.Time
	Raw           json.RawMessage // this one item's exact bytes; they alias the body handed in
	Key           string          // equal for every repetition of the same item
	Person        Person          // whom it is about; zero for account and template items

	Message    *Inbound
	Status     *Status
	Preference *Preference
	UserID     *UserIDChange
	Call       *Call
	Account    *Account
	Alert      *Alert
	Capability *Capability
	Number     *Number
	Template   *TemplateChange
	Errors     []Error
	Err        error
}

// ParseWebhook reads one body. It fails only where nothing of the body can be trusted to be what it seems;
// an item that cannot be read becomes one of KindBad beside the others.
func ParseWebhook(raw []byte) (Envelope, error) {
	n, ok := root(raw)
	if !ok || !n.isObject() {
		return Envelope{}, ErrNotJSON
	}
	env := Envelope{Object: n.get("object").text()}
	if env.Object != "whatsapp_business_account" {
		return env, ErrOtherObject
	}
	entries := n.get("entry")
	if !entries.isArray() && !entries.isObject() {
		env.Items = append(env.Items, bad(Item{}, n, "entry is not a list"))
		return env, nil
	}
	for entry := range entries.some() {
		env.Items = readEntry(env.Items, entry)
	}
	return env, nil
}

func readEntry(items []Item, entry node) []Item {
	base := Item{}
	var changes node
	for k, v := range entry.fields() {
		switch string(k) {
		case "id":
			base.WABA = v.text()
		case "time":
			base.Time = v.time()
		case "changes":
			changes = v
		}
	}
	if !changes.isArray() && !changes.isObject() {
		return append(items, bad(base, entry, "changes is not a list"))
	}
	for change := range changes.some() {
		items = readChange(items, base, change)
	}
	return items
}

func readChange(items []Item, base Item, change node) []Item {
	var value node
	for k, v := range change.fields() {
		switch string(k) {
		case "field":
			base.Field = v.text()
		case "value":
			value = v
		}
	}
	if !value.isObject() {
		return append(items, bad(base, change, "value is not an object"))
	}
	switch base.Field {
	case "messages", "standby", "calls", "user_preferences", "smb_message_echoes", "user_id_update": // standby: somebody else answers, the STOP is ours too
		return readTraffic(items, base, value)
	}
	if value.get("metadata").isObject() && value.get("messages").isArray() { // a field we do not know, with what people wrote in it
		return readTraffic(items, base, value)
	}
	return append(items, readAccountField(base, value))
}

// bad keeps what cannot be read.
func bad(base Item, raw node, why string) Item {
	base.Kind, base.Raw, base.Err = KindBad, json.RawMessage(raw), errors.New("webhook: "+why)
	base.Key = base.hash()
	return base
}

// hash keys an item that has no id of its own. Meta's retries repeat the bytes and the entry's time; the same
// event a month later has another time.
func (it *Item) hash() string {
	h := sha256.New()
	for _, s := range []string{it.Field, it.WABA, it.Time.Format(time.RFC3339)} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	h.Write(it.Raw)
	return "h:" + hex.EncodeToString(h.Sum(nil)[:16])
}
