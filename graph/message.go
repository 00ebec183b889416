package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Message is one to be sent: to whom, and exactly one kind of content (WA/messages/send-messages).
type Message struct {
	To       string // phone number with plus: without it Meta puts the business's own country in front
	UserID   string // BSUID; if both are given Meta uses To
	ReplyTo  string // wamid of the message it answers
	Callback string // biz_opaque_callback_data: comes back in every status, up to 512 characters

	Text        *Text
	Media       *MediaMessage
	Template    *TemplateMessage
	Interactive *InteractiveMessage
	Category    string // Direct Send: "utility" lets a free-form body out of the window, judged as a template
}

// Text is plain words, up to 4,096 characters.
type Text struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

// MediaMessage is a file by its id at Meta, or by a public address; never both.
type MediaMessage struct {
	Kind     string `json:"-"` // image document audio video sticker
	ID       string `json:"id,omitempty"`
	Link     string `json:"link,omitempty"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// LimitError says which of Meta's limits a message breaks, in field names and figures, never in its words.
type LimitError struct{ Field, Rule string }

func (e *LimitError) Error() string { return "graph: " + e.Field + " " + e.Rule }

// body is a message's shape on the wire.
type body struct {
	Product       string              `json:"messaging_product"`
	RecipientType string              `json:"recipient_type"`
	To            string              `json:"to,omitempty"`
	Recipient     string              `json:"recipient,omitempty"`
	Category      string              `json:"category,omitempty"`
	Type          string              `json:"type"`
	Context       *replyContext       `json:"context,omitempty"`
	Callback      string              `json:"biz_opaque_callback_data,omitempty"`
	Text          *Text               `json:"text,omitempty"`
	Template      *TemplateMessage    `json:"template,omitempty"`
	Interactive   *InteractiveMessage `json:"interactive,omitempty"`
	Image         *MediaMessage       `json:"image,omitempty"`
	Document      *MediaMessage       `json:"document,omitempty"`
	Audio         *MediaMessage       `json:"audio,omitempty"`
	Video         *MediaMessage       `json:"video,omitempty"`
	Sticker       *MediaMessage       `json:"sticker,omitempty"`
}

type replyContext struct {
	MessageID string `json:"message_id"`
}

// JSON checks the message against Meta's limits and writes the body of the send.
func (m *Message) JSON() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	b := body{
		Product: "whatsapp", RecipientType: "individual", To: m.To, Recipient: m.UserID, Category: m.Category,
		Callback: m.Callback, Text: m.Text, Template: m.Template, Interactive: m.Interactive,
	}
	if m.ReplyTo != "" {
		b.Context = &replyContext{m.ReplyTo}
	}
	switch {
	case m.Text != nil:
		b.Type = "text"
	case m.Template != nil:
		b.Type = "template"
	case m.Interactive != nil:
		b.Type = "interactive"
	default:
		b.Type = m.Media.Kind
		*map[string]**MediaMessage{"image": &b.Image, "document": &b.Document, "audio": &b.Audio, "video": &b.Video, "sticker": &b.Sticker}[b.Type] = m.Media
	}
	out, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("graph: write message: %w", err)
	}
	return out, nil
}

func (m *Message) check() error {
	kinds := 0
	for _, set := range []bool{m.Text != nil, m.Media != nil, m.Template != nil, m.Interactive != nil} {
		if set {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return &LimitError{"message", "must have exactly one content"}
	case m.To == "" && m.UserID == "":
		return &LimitError{"to", "or recipient must be given"}
	case m.To != "" && !strings.HasPrefix(m.To, "+"):
		return &LimitError{"to", "must begin with +"}
	case m.Category != "" && m.Template != nil:
		return &LimitError{"category", "belongs to free-form messages alone"}
	}
	if err := atMost("biz_opaque_callback_data", m.Callback, 512); err != nil {
		return err
	}
	switch {
	case m.Text != nil:
		return between("text.body", m.Text.Body, 4096)
	case m.Media != nil:
		return m.Media.check()
	case m.Template != nil:
		return m.Template.check()
	}
	return m.Interactive.check()
}

func (f *MediaMessage) check() error {
	switch f.Kind {
	case "image", "document", "video":
	case "audio", "sticker":
		if f.Caption != "" {
			return &LimitError{f.Kind + ".caption", "does not exist"}
		}
	default:
		return &LimitError{"type", "must be image, document, audio, video or sticker"}
	}
	if (f.ID == "") == (f.Link == "") {
		return &LimitError{f.Kind, "must have exactly one of id and link"}
	}
	if f.Filename != "" && f.Kind != "document" {
		return &LimitError{f.Kind + ".filename", "belongs to documents alone"}
	}
	return atMost(f.Kind+".caption", f.Caption, 1024)
}

// between: at least one character that is not blank, at most n characters.
func between(field, s string, n int) error {
	if strings.TrimSpace(s) == "" {
		return &LimitError{field, "must not be empty"}
	}
	return atMost(field, s, n)
}

func atMost(field, s string, n int) error {
	if len(s) > n && utf8.RuneCountInString(s) > n {
		return &LimitError{field, fmt.Sprintf("has more than %d characters", n)}
	}
	return nil
}
