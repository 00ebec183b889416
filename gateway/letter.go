package gateway

import (
	"slices"

	"jawort/address"
)

// letter is what a body on a send edge says, as far as the gate must know it.
type letter struct {
	read     bool // it marks a message as read (and may show that somebody types): no gate is asked
	to       address.Address
	also     address.Address // the second address it names; "" = none
	other    address.Address // what else the digits of to could mean; "" = nothing
	kind     string
	template string
	language string
	category string // Direct Send's
}

// fault is why a request is refused: Meta's code with what to tell.
type fault struct {
	code   int
	status int
	reason string // X-Jawort-Reason
	detail string
}

func (f *fault) Error() string { return f.reason }

func notUnderstood(detail string) *fault { return &fault{131009, 400, "BODY_NOT_UNDERSTOOD", detail} }

// kinds are Meta's types of message, each with the shape of its content (facts: WA/messages/send-messages).
var kinds = map[string]byte{"template": '{', "text": '{', "interactive": '{', "image": '{', "video": '{', "audio": '{', "document": '{',
	"sticker": '{', "location": '{', "contacts": '[', "reaction": '{'}

// known are the other keys that a message may have; any other could name a second person, and is refused.
var known = []string{"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data",
	"recipient_identity_key_hash", "category", "product_policy", "message_activity_sharing"}

var markKeys = []string{"messaging_product", "status", "message_id", "typing_indicator"}

// readLetter reads a body for the number whose country is given.
func readLetter(body []byte, country string) (letter, *fault) {
	tree, err := readTree(body)
	if err != nil {
		return letter{}, notUnderstood(err.Error())
	}
	if tree.kind != '{' {
		return letter{}, notUnderstood("the body is not a JSON object")
	}
	if tree.get("status") != nil { // also null: the emulator and perhaps Meta take it for a mark
		return readMark(tree)
	}
	var l letter
	if f := l.head(tree); f != nil {
		return l, f
	}
	if f := l.content(tree); f != nil {
		return l, f
	}
	return l, l.recipients(tree, country)
}

// readMark reads {"status":"read"}: it reaches nobody, as long as it is nothing else as well.
func readMark(tree *value) (letter, *fault) {
	for _, k := range tree.keys {
		if !slices.Contains(markKeys, k) && !tree.bare(k) {
			return letter{}, notUnderstood("a status and a message in one body: " + clip(k))
		}
	}
	status, id, typing := tree.get("status"), tree.get("message_id"), tree.given("typing_indicator")
	switch {
	case status.kind != '"' || status.text != "read":
		return letter{}, notUnderstood(`status can only be "read"`)
	case id == nil || id.kind != '"':
		return letter{}, notUnderstood("message_id is missing")
	case typing != nil && (typing.kind != '{' || len(typing.keys) != 1 || typing.get("type") == nil || typing.get("type").kind != '"'):
		return letter{}, notUnderstood("typing_indicator has another shape")
	}
	return letter{read: true}, product(tree)
}

// bare: a key of Meta's that says null. Programs that write out every field they have do that, and it means that the field is not there.
func (v *value) bare(key string) bool {
	ours := kinds[key] != 0 || slices.Contains(known, key) || slices.Contains(markKeys, key)
	return ours && v.given(key) == nil || key == "recipient_type" && v.get(key).text == "individual"
}

func product(tree *value) *fault {
	if p := tree.get("messaging_product"); p == nil || p.kind != '"' || p.text != "whatsapp" {
		return notUnderstood(`messaging_product must be "whatsapp"`)
	}
	return nil
}

func (l *letter) head(tree *value) *fault {
	if f := product(tree); f != nil {
		return f
	}
	for _, k := range tree.keys {
		if kinds[k] == 0 && !slices.Contains(known, k) && !tree.bare(k) {
			return notUnderstood("the key " + clip(k) + " is not known")
		}
	}
	if t := tree.given("recipient_type"); t != nil && (t.kind != '"' || t.text != "individual") {
		return &fault{100, 400, "GROUPS_NOT_ALLOWED", "only individual people can be written to through the gateway"}
	}
	if c := tree.given("category"); c != nil {
		if c.kind != '"' || c.text == "" {
			return notUnderstood("category must be a word")
		}
		l.category = c.text
	}
	if c := tree.given("context"); c != nil {
		if id := c.get("message_id"); c.kind != '{' || len(c.keys) != 1 || id == nil || id.kind != '"' {
			return notUnderstood("context must be an object with the message_id of the message that is answered")
		}
	}
	for _, k := range []string{"biz_opaque_callback_data", "recipient_identity_key_hash", "product_policy"} {
		if o := tree.given(k); o != nil && o.kind != '"' {
			return notUnderstood(k + " must be a string")
		}
	}
	if o := tree.given("message_activity_sharing"); o != nil && o.kind != 't' && o.kind != 'f' {
		return notUnderstood("message_activity_sharing must be true or false")
	}
	return nil
}

// content: exactly one kind, the one that type names.
func (l *letter) content(tree *value) *fault {
	l.kind = "text" // Meta's default
	if t := tree.given("type"); t != nil {
		if t.kind != '"' {
			return notUnderstood("type must be a string")
		}
		l.kind = t.text
	}
	shape := kinds[l.kind]
	if shape == 0 {
		return notUnderstood("the type " + clip(l.kind) + " is not known")
	}
	for _, k := range tree.keys {
		if kinds[k] != 0 && k != l.kind && tree.given(k) != nil {
			return notUnderstood("the body has " + clip(k) + " beside " + l.kind)
		}
	}
	c := tree.get(l.kind)
	if c == nil || c.kind != shape {
		return notUnderstood("the content " + l.kind + " is missing or has another shape")
	}
	if l.kind == "template" {
		return l.templateOf(c)
	}
	return nil
}

// templateKeys are Meta's of a template, and of its language. Any other could name a second template, for a reader who looks there.
var (
	templateKeys = []string{"name", "language", "components", "namespace"}
	languageKeys = []string{"code", "policy"}
)

// only refuses keys of an object beside the known ones; null says nothing.
func (v *value) only(known []string, of string) *fault {
	for _, k := range v.keys {
		if !slices.Contains(known, k) && v.given(k) != nil {
			return notUnderstood("the key " + of + "." + clip(k) + " is not known")
		}
	}
	return nil
}

func (l *letter) templateOf(c *value) *fault {
	if f := c.only(templateKeys, "template"); f != nil {
		return f
	}
	name, language := c.get("name"), c.get("language")
	if name == nil || name.kind != '"' || name.text == "" {
		return notUnderstood("template.name is missing")
	}
	if language == nil || language.kind != '{' {
		return notUnderstood("template.language is missing")
	}
	if f := language.only(languageKeys, "template.language"); f != nil {
		return f
	}
	if policy := language.given("policy"); policy != nil && (policy.kind != '"' || policy.text != "deterministic") { // another one lets Meta take another language, which may be another category
		return notUnderstood("template.language.policy can only be \"deterministic\"")
	}
	code := language.get("code")
	if code == nil || code.kind != '"' || code.text == "" {
		return notUnderstood("template.language.code is missing")
	}
	l.template, l.language = name.text, code.text
	return nil
}

// clip shortens what somebody else wrote, for an answer to them.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
