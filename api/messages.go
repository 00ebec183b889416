package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jawort/account"
	"jawort/db"
	"jawort/dispatch"
	"jawort/errs"
	"jawort/gate"
	"jawort/id"
	"jawort/outbox"
)

// Object is one of Graph's own objects, passed on as it came.
type Object json.RawMessage

// UnmarshalJSON keeps the bytes.
func (o *Object) UnmarshalJSON(b []byte) error { *o = append((*o)[:0], b...); return nil }

// MarshalJSON gives them back.
func (o Object) MarshalJSON() ([]byte, error) { return json.RawMessage(o).MarshalJSON() }

// Schema is any object: Meta decides what is in it.
func (Object) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "object", AdditionalProperties: true}
}

// Objects is a list of Graph's objects (contacts is the only kind that is one).
type Objects json.RawMessage

// UnmarshalJSON keeps the bytes.
func (o *Objects) UnmarshalJSON(b []byte) error { *o = append((*o)[:0], b...); return nil }

// MarshalJSON gives them back.
func (o Objects) MarshalJSON() ([]byte, error) { return json.RawMessage(o).MarshalJSON() }

// Schema is a list of any objects.
func (Objects) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "array", Items: &huma.Schema{Type: "object", AdditionalProperties: true}}
}

// MessageInput is a message somebody wants sent: exactly one of Graph's objects, under Graph's own name.
type MessageInput struct {
	Number      string     `json:"number" maxLength:"32" doc:"Meta's phone_number_id"`
	To          string     `json:"to" maxLength:"200" doc:"tel:+… or wa:…"`
	Topic       string     `json:"topic,omitempty" maxLength:"48" doc:"Else the template's, else the business's default"`
	Template    *Template  `json:"template,omitempty"`
	Text        Object     `json:"text,omitempty"`
	Interactive Object     `json:"interactive,omitempty"`
	Image       Object     `json:"image,omitempty"`
	Video       Object     `json:"video,omitempty"`
	Audio       Object     `json:"audio,omitempty"`
	Document    Object     `json:"document,omitempty"`
	Sticker     Object     `json:"sticker,omitempty"`
	Location    Object     `json:"location,omitempty"`
	Contacts    Objects    `json:"contacts,omitempty"`
	Reaction    Object     `json:"reaction,omitempty"`
	Category    string     `json:"category,omitempty" enum:"utility,authentication" doc:"Of a Direct Send: free content outside the window"`
	Context     *ContextOf `json:"context,omitempty" doc:"The message it answers"`
	Due         *time.Time `json:"due,omitempty" doc:"Not before"`
}

// Template is Graph's own object.
type Template struct {
	Name       string   `json:"name" minLength:"1" maxLength:"512"`
	Language   Locale   `json:"language"`
	Components []Object `json:"components,omitempty"`
}

// Locale is Graph's way to say a language.
type Locale struct {
	Code   string `json:"code" minLength:"2" maxLength:"16"`
	Policy string `json:"policy,omitempty" enum:"deterministic"`
}

// ContextOf names a message by WhatsApp's id.
type ContextOf struct {
	MessageID string `json:"message_id" minLength:"1" maxLength:"512"`
}

// Queued answers a message that was put.
type Queued struct {
	ID       string   `json:"id"`
	Status   string   `json:"status" enum:"queued,waiting,started,accepted,sent,delivered,read,failed,refused,unknown"`
	Decision Decision `json:"decision"`
}

// Message is one message on its way.
type Message struct {
	ID          string        `json:"id"`
	Status      string        `json:"status" enum:"queued,waiting,started,accepted,sent,delivered,read,failed,refused,unknown"`
	Decision    *Decision     `json:"decision"`
	WAMID       *string       `json:"wamid"`
	Error       *MessageError `json:"error"`
	Number      string        `json:"number"`
	To          string        `json:"to"`
	Contact     string        `json:"contact"`
	Topic       string        `json:"topic"`
	Kind        string        `json:"kind"`
	Template    string        `json:"template,omitempty"`
	Due         *time.Time    `json:"due"`
	CreatedAt   *time.Time    `json:"created_at"`
	AcceptedAt  *time.Time    `json:"accepted_at"`
	SentAt      *time.Time    `json:"sent_at"`
	DeliveredAt *time.Time    `json:"delivered_at"`
	ReadAt      *time.Time    `json:"read_at"`
}

// MessageError is why a message failed.
type MessageError struct {
	Code    int64  `json:"code" doc:"Meta's"`
	Message string `json:"message"`
}

func (s *server) messages() {
	route(s, op{method: "POST", path: "/v1/messages", id: "createMessage", summary: "Send a message, if the gate lets it pass", scope: account.ScopeMessages,
		status: http.StatusAccepted, sends: true}, s.submit)
	route(s, op{method: "GET", path: "/v1/messages/{id}", id: "getMessage", summary: "Where a message is", scope: account.ScopeMessages}, s.message)
}

func (s *server) submit(ctx context.Context, c *call, in *struct{ Body MessageInput }) (Queued, error) {
	m, err := c.submission(&in.Body)
	if err != nil {
		return Queued{}, err
	}
	done, err := s.Dispatch.Submit(ctx, m)
	if err != nil {
		return Queued{}, err
	}
	said := decision(&done.Decision, c.lang)
	if done.Repeated {
		if said, err = s.kept(ctx, c, done.Decision.ID, m.To.String()); err != nil {
			return Queued{}, err
		}
	}
	if done.State == outbox.Refused && !done.Repeated {
		c.keep = true
		p := newProblem(c.lang, http.StatusConflict, kindRefused, "")
		p.Decision = &said
		if len(said.Reasons) > 0 {
			p.Detail = said.Reasons[0].Text
		}
		if h := done.Decision.Headline(); h != nil {
			p.Detail = h.Text(c.lang)
		}
		return Queued{}, p
	}
	return Queued{done.ID, string(done.State), said}, nil
}

// kept is a decision read back.
func (s *server) kept(ctx context.Context, c *call, id, to string) (out Decision, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := gate.Get(ctx, tx, c.tenant(), []string{id})
		if k, ok := all[id]; ok {
			k.To = to
			out = decision(&k.Decision, c.lang)
		}
		return err
	})
	return out, err
}

// submission reads the one object of Graph's that the message has.
func (c *call) submission(b *MessageInput) (dispatch.Submission, error) {
	m := dispatch.Submission{Tenant: c.tenant(), Number: b.Number, Topic: b.Topic, Priority: outbox.Normal}
	to, err := c.parseAddress("to", b.To)
	if err != nil {
		return m, err
	}
	if m.To, m.Category = to, b.Category; b.Due != nil {
		m.Due = b.Due.UnixMicro()
	}
	if b.Context != nil {
		m.Context = b.Context.MessageID
	}
	if c.try != nil {
		m.ID = c.try.message
	}
	for _, part := range []struct {
		kind    string
		content Object
	}{{"text", b.Text}, {"interactive", b.Interactive}, {"image", b.Image}, {"video", b.Video}, {"audio", b.Audio}, {"document", b.Document},
		{"sticker", b.Sticker}, {"location", b.Location}, {"contacts", Object(b.Contacts)}, {"reaction", b.Reaction}} {
		if len(part.content) == 0 {
			continue
		}
		if m.Kind != "" {
			return m, c.at(part.kind, "api.one_content")
		}
		m.Kind, m.Content = part.kind, json.RawMessage(part.content)
	}
	return m, c.template(b, &m)
}

// template is Graph's object under that name.
func (c *call) template(b *MessageInput, m *dispatch.Submission) error {
	switch {
	case b.Template == nil && m.Kind == "":
		return c.at("template", "api.no_content")
	case b.Template == nil:
		return c.text(m)
	case m.Kind != "":
		return c.at(m.Kind, "api.one_content")
	case b.Category != "":
		return c.at("category", "api.category_of_template")
	}
	content, err := json.Marshal(b.Template)
	m.Kind, m.Content, m.Template, m.Language = "template", content, b.Template.Name, b.Template.Language.Code
	return err
}

// text: Meta would refuse an empty one, after it was queued here.
func (c *call) text(m *dispatch.Submission) error {
	if m.Kind != "text" {
		return nil
	}
	var text struct {
		Body string `json:"body"`
	}
	if err := json.Unmarshal(m.Content, &text); err != nil || strings.TrimSpace(text.Body) == "" {
		return c.at("text.body", "api.field.required")
	}
	return nil
}

func (s *server) message(ctx context.Context, c *call, in *struct {
	ID string `path:"id" doc:"msg_…"`
}) (out Message, err error) {
	if !id.Is("msg", in.ID) {
		return out, notFound
	}
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := outbox.Get(ctx, tx, c.tenant(), in.ID)
		if errors.Is(err, db.ErrNone) {
			return errs.New(errs.NotFound, "error.not_found")
		}
		if err != nil {
			return err
		}
		out = message(&m)
		all, err := gate.Get(ctx, tx, c.tenant(), []string{m.Decision})
		if k, ok := all[m.Decision]; ok {
			k.To = out.To
			said := decision(&k.Decision, c.lang)
			out.Decision = &said
		}
		return err
	})
	return out, err
}

func message(m *outbox.Message) Message {
	out := Message{ID: m.ID, Status: string(m.State), Number: m.Number, To: string(m.Address), Contact: m.Contact, Topic: m.Topic, Kind: m.Kind,
		Template: m.Template, Due: moment(m.Due), CreatedAt: moment(m.CreatedAt), AcceptedAt: moment(m.AcceptedAt), SentAt: moment(m.SentAt),
		DeliveredAt: moment(m.DeliveredAt), ReadAt: moment(m.ReadAt)}
	if m.WAMID != "" {
		out.WAMID = &m.WAMID
	}
	if m.ErrorCode != 0 || m.Error != "" {
		out.Error = &MessageError{m.ErrorCode, m.Error}
	}
	return out
}

// TransformSchema says of what may be null that it may: huma says it of plain values only.
func (Message) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for _, name := range []string{"decision", "error"} {
		s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: s.Properties[name].Ref}, {Type: "null"}}}
	}
	return s
}
