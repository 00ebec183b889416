package emulator

import (
	"encoding/json"
	"strconv"
	"strings"
)

// view is a message as a person sees it on the phone.
type view struct {
	Header  string
	Media   string // image, video, document, audio, sticker, location
	Caption string
	Text    string
	Footer  string
	Buttons []viewButton
	Pick    string // label of a list's button
	Rows    []viewRow
}

type viewButton struct {
	Kind    string // quick, reply, url, phone, copy, flow, contact, call
	Text    string
	ID      string // payload, id, or the code to copy
	URL     string // or the number to ring
	Pressed bool
}

type viewRow struct{ Section, ID, Title, Description string }

// templateView is what a chat keeps of a template, since the template itself may change later.
type templateView struct{ shape *shape }

func viewOf(s *shape) *templateView { return &templateView{s} }

// view reads a message's own body; inbound ones are plain already.
func (b *bubble) view() view {
	if b.From != "business" {
		return view{Text: b.Text, Media: mediaKind(b.Type)}
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(b.Body, &m) != nil {
		return view{}
	}
	o, bad := readSend(m)
	if bad != nil {
		return view{}
	}
	switch {
	case o.text != nil:
		return view{Text: o.text.Body}
	case o.template != nil && b.template != nil:
		return b.template.shape.show(o.template)
	case o.inter != nil:
		return o.inter.show()
	case o.media != nil:
		return view{Media: o.typ, Caption: o.media.Filename, Text: o.media.Caption}
	case o.reaction != nil:
		return view{Text: o.reaction.Emoji}
	}
	return view{Media: o.typ}
}

func mediaKind(t string) string {
	switch t {
	case "image", "video", "document", "audio", "sticker", "location", "contacts":
		return t
	}
	return ""
}

// plain is the message as one line of text, for lists and for GET …/chat.
func (b *bubble) plain() string {
	v := b.view()
	parts := []string{v.Header, v.Text, v.Footer}
	if v.Media != "" {
		parts = append([]string{"[" + v.Media + "]"}, parts...)
	}
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n")
}

func (s *shape) show(t *templateBody) view {
	v := view{Footer: s.footer}
	values := func(kind string) []templateParameter {
		for _, c := range t.Comps {
			if strings.EqualFold(c.Type, kind) {
				return c.Params
			}
		}
		return nil
	}
	if s.header != nil {
		if strings.EqualFold(s.header.Format, "TEXT") {
			v.Header = fill(s.header.Text, values("header"))
		} else {
			v.Media = strings.ToLower(s.header.Format)
		}
	}
	v.Text = fill(s.body.Text, values("body"))
	if s.otp {
		v.Text = otpText(values("body"))
	}
	for i, b := range s.buttons {
		v.Buttons = append(v.Buttons, b.show(buttonValue(t.Comps, i)))
	}
	return v
}

func otpText(params []templateParameter) string {
	if len(params) == 0 || params[0].Text == nil {
		return ""
	}
	return "*" + *params[0].Text + "*"
}

func buttonValue(comps []templateComponent, i int) *templateParameter {
	for _, c := range comps {
		if strings.EqualFold(c.Type, "button") && c.Index.set && c.Index.n == i && len(c.Params) > 0 {
			return &c.Params[0]
		}
	}
	return nil
}

// show: without a payload in the send, a quick reply answers with its own text (WA/webhooks/reference/messages/button).
func (b templateButton) show(p *templateParameter) viewButton {
	v := viewButton{Text: b.Text, ID: b.Text}
	switch b.Type {
	case "QUICK_REPLY":
		v.Kind = "quick"
		if p != nil && p.Payload != nil && *p.Payload != "" {
			v.ID = *p.Payload
		}
	case "URL":
		v.Kind, v.URL = "url", b.URL
		if p != nil && p.Text != nil {
			v.URL = variable.ReplaceAllLiteralString(b.URL, *p.Text)
		}
	case "PHONE_NUMBER":
		v.Kind, v.URL = "phone", b.PhoneNumber
	case "REQUEST_CONTACT_INFO":
		v.Kind = "contact"
	case "FLOW":
		v.Kind = "flow"
	case "VOICE_CALL":
		v.Kind = "call"
	default:
		v.Kind = "copy"
		if p != nil && p.CouponCode != nil {
			v.ID = *p.CouponCode
		}
	}
	return v
}

// fill puts parameters into the placeholders, by name or by place.
func fill(text string, params []templateParameter) string {
	return variable.ReplaceAllStringFunc(text, func(m string) string {
		name := variable.FindStringSubmatch(m)[1]
		place, err := strconv.Atoi(name)
		for i, p := range params {
			if err == nil && p.Name == "" && i+1 == place || p.Name != "" && p.Name == name {
				return p.shown()
			}
		}
		return m
	})
}

func (p templateParameter) shown() string {
	switch {
	case p.Text != nil:
		return *p.Text
	case p.Currency != nil:
		return p.Currency.Fallback
	case p.DateTime != nil:
		return p.DateTime.Fallback
	}
	return ""
}

func (i *interactiveBody) show() view {
	v := view{}
	if i.Header != nil {
		v.Header = i.Header.Text
		if i.Header.Type != "text" {
			v.Media = i.Header.Type
		}
	}
	if i.Body != nil {
		v.Text = i.Body.Text
	}
	if i.Footer != nil {
		v.Footer = i.Footer.Text
	}
	for _, b := range i.Action.Buttons {
		v.Buttons = append(v.Buttons, viewButton{Kind: "reply", Text: b.Reply.Title, ID: b.Reply.ID})
	}
	v.Pick = i.Action.Button
	for _, s := range i.Action.Sections {
		for _, r := range s.Rows {
			v.Rows = append(v.Rows, viewRow{s.Title, r.ID, r.Title, r.Description})
		}
	}
	i.showLink(&v)
	return v
}

func (i *interactiveBody) showLink(v *view) {
	var p struct {
		DisplayText string `json:"display_text"`
		URL         string `json:"url"`
		CTA         string `json:"flow_cta"`
	}
	json.Unmarshal(i.Action.Params, &p)
	switch i.Type {
	case "cta_url":
		v.Buttons = append(v.Buttons, viewButton{Kind: "url", Text: p.DisplayText, URL: p.URL})
	case "flow":
		v.Buttons = append(v.Buttons, viewButton{Kind: "flow", Text: p.CTA})
	case "contact_request":
		v.Buttons = append(v.Buttons, viewButton{Kind: "contact"})
	case "call_permission_request":
		v.Buttons = append(v.Buttons, viewButton{Kind: "call"})
	}
}
