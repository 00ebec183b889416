package emulator

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

var messageTypes = []string{"text", "image", "document", "audio", "video", "sticker", "location", "contacts", "reaction",
	"interactive", "template"}

// readSend reads and checks a body for a message, without regard to account, person or window.
func readSend(m map[string]json.RawMessage) (*sendBody, *refusal) {
	b := &sendBody{raw: m, typ: "text"}
	if r := b.readHead(); r != nil {
		return nil, r
	}
	if r := b.readContext(); r != nil {
		return nil, r
	}
	if !slices.Contains(messageTypes, b.typ) {
		return nil, refuse(131051, "Unsupported message type: %s.", clip(b.typ, 40))
	}
	if _, ok := m[b.typ]; !ok {
		return nil, refuse(131008, "Required parameter '%s' is missing.", b.typ)
	}
	return b, b.readContent()
}

func (b *sendBody) readHead() *refusal {
	product, present, _ := text(b.raw, "messaging_product")
	if !present {
		return missing("messaging_product")
	}
	if product != "whatsapp" {
		return badParam("Param messaging_product must be one of {\"whatsapp\"} - got \"%s\".", clip(product, 40))
	}
	for _, f := range []struct {
		key  string
		into *string
		most int
	}{{"to", &b.to, 40}, {"recipient", &b.recipient, 160}, {"type", &b.typ, 40}, {"category", &b.category, 40},
		{"biz_opaque_callback_data", &b.opaque, 512}, {"recipient_identity_key_hash", &b.keyHash, 200}} {
		v, present, ok := text(b.raw, f.key)
		if !ok {
			return badParam("Param %s must be a string.", f.key)
		}
		if utf8.RuneCountInString(v) > f.most {
			return badParam("Param %s must be at most %d characters long.", f.key, f.most)
		}
		if present {
			*f.into = v
		}
	}
	if b.to == "" && b.recipient == "" {
		return missing("to")
	}
	kind, present, ok := text(b.raw, "recipient_type")
	if !ok || present && kind != "individual" && kind != "group" {
		return badParam("Param recipient_type must be one of {\"individual\", \"group\"}.")
	}
	if kind == "group" {
		return badParam("Group messaging is not available for this phone number.")
	}
	return nil
}

func (b *sendBody) readContext() *refusal {
	if raw, ok := b.raw["context"]; !ok || string(raw) == "null" {
		return nil
	}
	var c struct {
		MessageID string `json:"message_id"`
	}
	if r := object(b.raw, "context", &c); r != nil {
		return r
	}
	if c.MessageID == "" {
		return refuse(131008, "Required parameter 'context.message_id' is missing.")
	}
	b.reply = c.MessageID
	return nil
}

func (b *sendBody) readContent() *refusal {
	switch b.typ {
	case "text":
		b.text = &textBody{}
		return first(func() *refusal { return object(b.raw, "text", b.text) },
			func() *refusal { return need("text.body", b.text.Body, 4096) })
	case "image", "document", "audio", "video", "sticker":
		b.media = &mediaBody{}
		return first(func() *refusal { return object(b.raw, b.typ, b.media) },
			func() *refusal { return b.media.check(b.typ) })
	case "template":
		b.template = &templateBody{}
		return first(func() *refusal { return object(b.raw, "template", b.template) }, b.template.check)
	case "interactive":
		b.inter = &interactiveBody{}
		return first(func() *refusal { return object(b.raw, "interactive", b.inter) }, b.inter.check)
	case "reaction":
		b.reaction = &reactionBody{}
		return first(func() *refusal { return object(b.raw, "reaction", b.reaction) },
			func() *refusal { return need("reaction.message_id", b.reaction.MessageID, 512) })
	case "location":
		return b.checkLocation()
	}
	return b.checkContacts()
}

// first gives the first refusal.
func first(checks ...func() *refusal) *refusal {
	for _, c := range checks {
		if r := c(); r != nil {
			return r
		}
	}
	return nil
}

// need is a text that must be there and fit.
func need(param, v string, most int) *refusal {
	if v == "" {
		return refuse(131008, "Required parameter '%s' is missing.", param)
	}
	return fits(param, v, most)
}

func fits(param, v string, most int) *refusal {
	if n := utf8.RuneCountInString(v); n > most {
		return refuse(131009, "Parameter '%s' must be at most %d characters long, it has %d.", param, most, n)
	}
	return nil
}

// check holds for media everywhere: exactly one of id and link.
func (m *mediaBody) check(param string) *refusal {
	if (m.ID == "") == (m.Link == "") {
		if m.ID == "" {
			return refuse(131008, "One of '%s.id' and '%s.link' is required.", param, param)
		}
		return refuse(131009, "Only one of '%s.id' and '%s.link' may be given.", param, param)
	}
	if m.Link != "" && !webURL(m.Link) {
		return refuse(131009, "Parameter '%s.link' is not a valid URL.", param)
	}
	if m.Caption != "" && (param == "audio" || param == "sticker") {
		return refuse(131009, "Parameter '%s.caption' is not allowed.", param)
	}
	return fits(param+".caption", m.Caption, 1024)
}

func (b *sendBody) checkLocation() *refusal {
	var l struct {
		Latitude, Longitude *json.Number
		Name, Address       string
	}
	if json.Unmarshal(b.raw["location"], &l) != nil {
		return badParam("Param location must be a valid object of the documented shape.")
	}
	if l.Latitude == nil || l.Longitude == nil {
		return refuse(131008, "Parameters 'location.latitude' and 'location.longitude' are required.")
	}
	return nil
}

func (b *sendBody) checkContacts() *refusal {
	var cs []struct {
		Name *struct {
			FormattedName string `json:"formatted_name"`
		} `json:"name"`
	}
	if json.Unmarshal(b.raw["contacts"], &cs) != nil {
		return badParam("Param contacts must be an array of contacts.")
	}
	if len(cs) == 0 || cs[0].Name == nil || cs[0].Name.FormattedName == "" {
		return refuse(131008, "Required parameter 'contacts[0].name.formatted_name' is missing.")
	}
	return nil
}
