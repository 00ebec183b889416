package graph

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// TemplateMessage calls an approved template with its values (WA/messages/template-messages).
type TemplateMessage struct {
	Name       string           `json:"name"`
	Language   TemplateLanguage `json:"language"`
	Components []Component      `json:"components,omitempty"`
}

// TemplateLanguage holds a code such as de or en_GB.
type TemplateLanguage struct {
	Code string `json:"code"`
}

// Component fills one part of the template.
type Component struct {
	Type       string      `json:"type"`               // header body button …
	SubType    string      `json:"sub_type,omitempty"` // of a button: quick_reply url flow copy_code
	Index      string      `json:"index,omitempty"`    // of a button, from "0"
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Parameter is one value. Name belongs to templates with named parameters alone; positional ones go by order.
type Parameter struct {
	Type     string          `json:"type"`
	Name     string          `json:"parameter_name,omitempty"`
	Text     string          `json:"text,omitempty"`
	Payload  string          `json:"payload,omitempty"`
	Currency *Currency       `json:"currency,omitempty"`
	DateTime *DateTime       `json:"date_time,omitempty"`
	Image    *MediaMessage   `json:"image,omitempty"`
	Video    *MediaMessage   `json:"video,omitempty"`
	Document *MediaMessage   `json:"document,omitempty"`
	Location *PlaceParameter `json:"location,omitempty"`
	Action   json.RawMessage `json:"action,omitempty"`
	Coupon   string          `json:"coupon_code,omitempty"`
}

// Currency is an amount in thousandths.
type Currency struct {
	Fallback   string `json:"fallback_value"`
	Code       string `json:"code"`
	Amount1000 int64  `json:"amount_1000"`
}

// DateTime is a date in words: Meta does not translate it.
type DateTime struct {
	Fallback string `json:"fallback_value"`
}

// PlaceParameter is the place of a location header.
type PlaceParameter struct {
	Latitude  string `json:"latitude"`
	Longitude string `json:"longitude"`
	Name      string `json:"name"`
	Address   string `json:"address"`
}

// CallTemplate names a template without values.
func CallTemplate(name, language string) *TemplateMessage {
	return &TemplateMessage{Name: name, Language: TemplateLanguage{language}}
}

// WithBody fills the body's positional parameters.
func (t *TemplateMessage) WithBody(values ...string) *TemplateMessage {
	c := Component{Type: "body"}
	for _, v := range values {
		c.Parameters = append(c.Parameters, Parameter{Type: "text", Text: v})
	}
	t.Components = append(t.Components, c)
	return t
}

// WithQuickReply gives the button at index a payload, which comes back when it is tapped; without one Meta
// gives back the button's text.
func (t *TemplateMessage) WithQuickReply(index int, payload string) *TemplateMessage {
	return t.withButton(index, "quick_reply", Parameter{Type: "payload", Payload: payload})
}

// WithURL fills the end of a URL button's address.
func (t *TemplateMessage) WithURL(index int, ending string) *TemplateMessage {
	return t.withButton(index, "url", Parameter{Type: "text", Text: ending})
}

func (t *TemplateMessage) withButton(index int, kind string, p Parameter) *TemplateMessage {
	t.Components = append(t.Components, Component{Type: "button", SubType: kind, Index: strconv.Itoa(index), Parameters: []Parameter{p}})
	return t
}

// ParseTemplateMessage reads Graph's own template object and checks it.
func ParseTemplateMessage(raw []byte) (*TemplateMessage, error) {
	t := new(TemplateMessage)
	if err := json.Unmarshal(raw, t); err != nil {
		return nil, &LimitError{"template", "is not a template object"}
	}
	return t, t.check()
}

func (t *TemplateMessage) check() error {
	if !templateName(t.Name) {
		return &LimitError{"template.name", "must be 1 to 512 of a–z, 0–9 and _"}
	}
	if n := len(t.Language.Code); n < 2 || n > 15 {
		return &LimitError{"template.language.code", "must be a code such as de or en_GB"}
	}
	for i, c := range t.Components {
		at := fmt.Sprintf("template.components[%d]", i)
		switch {
		case c.Type == "":
			return &LimitError{at + ".type", "must not be empty"}
		case c.Type == "button" && (c.SubType == "" || c.Index == ""):
			return &LimitError{at, "must have sub_type and index"}
		}
		for j, p := range c.Parameters {
			if err := p.check(fmt.Sprintf("%s.parameters[%d]", at, j)); err != nil {
				return err
			}
		}
	}
	return nil
}

// check: a text parameter must say something and, by Meta's rule for bodies, have no line break, no tab and
// no more than four spaces in a row (132018).
func (p Parameter) check(at string) error {
	switch p.Type {
	case "":
		return &LimitError{at + ".type", "must not be empty"}
	case "payload":
		return between(at+".payload", p.Payload, 256)
	case "text":
		if broken(p.Text) {
			return &LimitError{at + ".text", "must have no line break, tab or more than four spaces in a row"}
		}
		return between(at+".text", p.Text, 32768)
	}
	return nil
}

func broken(s string) bool {
	spaces := 0
	for _, r := range s {
		switch r {
		case '\n', '\r', '\t':
			return true
		case ' ':
			if spaces++; spaces > 4 {
				return true
			}
		default:
			spaces = 0
		}
	}
	return false
}

func templateName(s string) bool {
	if len(s) < 1 || len(s) > 512 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
