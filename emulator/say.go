package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// saying is what POST /_emulator/people/{phone}/say takes: exactly one of the deeds, and where to.
type saying struct {
	PhoneNumberID string          `json:"phone_number_id"`
	Context       *sayContext     `json:"context"`
	Referral      json.RawMessage `json:"referral"`

	Text        *string         `json:"text"`
	Button      *sayButton      `json:"button"`
	ButtonReply *sayReply       `json:"button_reply"`
	ListReply   *sayReply       `json:"list_reply"`
	FlowReply   *sayFlow        `json:"nfm_reply"`
	CallRight   *sayCallRight   `json:"call_permission_reply"`
	Image       *sayMedia       `json:"image"`
	Document    *sayMedia       `json:"document"`
	Audio       *sayMedia       `json:"audio"`
	Video       *sayMedia       `json:"video"`
	Sticker     *sayMedia       `json:"sticker"`
	Location    json.RawMessage `json:"location"`
	Contacts    json.RawMessage `json:"contacts"`
	ShareNumber bool            `json:"share_number"` // the answer to a contact request
	Reaction    *reactionBody   `json:"reaction"`
	Edit        *sayEdit        `json:"edit"`
	Revoke      *sayRevoke      `json:"revoke"`
	Order       json.RawMessage `json:"order"`
	Unsupported *sayUnsupported `json:"unsupported"`
}

type sayContext struct {
	MessageID           string `json:"message_id"`
	ID                  string `json:"id"`
	Forwarded           bool   `json:"forwarded"`
	FrequentlyForwarded bool   `json:"frequently_forwarded"`
}

type sayButton struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

type sayReply struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type sayFlow struct {
	Name         string `json:"name"`
	Body         string `json:"body"`
	ResponseJSON string `json:"response_json"`
}

type sayCallRight struct {
	Response  string `json:"response"`
	Permanent bool   `json:"is_permanent"`
}

type sayMedia struct {
	Caption  string `json:"caption"`
	MimeType string `json:"mime_type"`
	Filename string `json:"filename"`
	Base64   string `json:"base64"` // the file itself; empty: a small made-up one
}

type sayEdit struct {
	MessageID string `json:"message_id"`
	Text      string `json:"text"`
}

type sayRevoke struct {
	MessageID string `json:"message_id"`
}

type sayUnsupported struct {
	Type string `json:"type"`
}

// inbound is one element of messages[]: the common head, and one key named like the type.
type inbound struct {
	head headFields
	kind string
	part any
	more map[string]any
}

type headFields struct {
	From       string `json:"from,omitempty"`
	FromUserID string `json:"from_user_id,omitempty"`
	ID         string `json:"id"`
	Timestamp  string `json:"timestamp"`
	Type       string `json:"type"`
	Context    any    `json:"context,omitempty"`
	Referral   any    `json:"referral,omitempty"`
}

func (m inbound) MarshalJSON() ([]byte, error) {
	m.head.Type = m.kind
	head, err := plainJSON(m.head)
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	for k, v := range m.more {
		all[k] = v
	}
	if m.part != nil {
		all[m.kind] = m.part
	}
	if len(all) == 0 {
		return head, nil
	}
	tail, err := plainJSON(all)
	if err != nil {
		return nil, err
	}
	return append(append(head[:len(head)-1], ','), tail[1:]...), nil
}

type textPayload struct {
	Body string `json:"body"`
}

// message turns a deed into a message of Meta's shape (WA/webhooks/reference/messages).
func (s *Server) message(in saying, p *person, n *number) (inbound, error) {
	var got []inbound
	add := func(ok bool, kind string, part any) {
		if ok {
			got = append(got, inbound{kind: kind, part: part})
		}
	}
	interactive := func(kind string, part any) map[string]any { return map[string]any{"type": kind, kind: part} }
	if in.Text != nil {
		add(true, "text", textPayload{*in.Text})
	}
	add(in.Button != nil, "button", in.Button.filled())
	add(in.ButtonReply != nil, "interactive", interactive("button_reply", in.ButtonReply))
	add(in.ListReply != nil, "interactive", interactive("list_reply", in.ListReply))
	add(in.FlowReply != nil, "interactive", interactive("nfm_reply", in.FlowReply))
	add(in.CallRight != nil, "interactive", interactive("call_permission_reply", in.CallRight.payload(s.clock.Now())))
	for kind, m := range map[string]*sayMedia{"image": in.Image, "document": in.Document, "audio": in.Audio, "video": in.Video, "sticker": in.Sticker} {
		if m != nil {
			part, err := s.receivedMedia(kind, m)
			if err != nil {
				return inbound{}, err
			}
			add(true, kind, part)
		}
	}
	add(len(in.Location) > 0, "location", in.Location)
	add(len(in.Contacts) > 0, "contacts", in.Contacts)
	add(in.ShareNumber, "contacts", p.card())
	add(in.Order != nil, "order", in.Order)
	add(in.Reaction != nil, "reaction", in.Reaction.payload())
	add(in.Edit != nil, "edit", in.Edit.payload())
	if in.Revoke != nil {
		add(true, "revoke", map[string]string{"original_message_id": in.Revoke.MessageID})
	}
	if in.Unsupported != nil {
		add(true, "unsupported", in.Unsupported)
	}
	if len(got) != 1 {
		return inbound{}, fmt.Errorf("say: want exactly one of text, button, button_reply, list_reply, image, reaction, …; got %d", len(got))
	}
	m := got[0]
	if m.kind == "unsupported" {
		m.more = map[string]any{"errors": []statusError{{Code: 131051, Title: "Message type unknown", Message: "Message type unknown",
			Data: errorData{Details: "Message type is currently not supported."}}}}
	}
	return m, in.check(m.kind)
}

func (in saying) check(kind string) error {
	switch {
	case in.Text != nil && (*in.Text == "" || utf8.RuneCountInString(*in.Text) > 4096):
		return fmt.Errorf("text: want 1 to 4096 characters")
	case in.Button != nil && in.Button.Text == "":
		return fmt.Errorf("button.text: is empty")
	case in.ButtonReply != nil && in.ButtonReply.ID == "", in.ListReply != nil && in.ListReply.ID == "":
		return fmt.Errorf("%s: id is empty", kind)
	case in.Reaction != nil && in.Reaction.MessageID == "", in.Edit != nil && in.Edit.MessageID == "",
		in.Revoke != nil && in.Revoke.MessageID == "":
		return fmt.Errorf("%s.message_id: is empty", kind)
	}
	return nil
}

func (b *sayButton) filled() any {
	if b == nil {
		return nil
	}
	if b.Payload == "" {
		return sayButton{Payload: b.Text, Text: b.Text}
	}
	return *b
}

func (c *sayCallRight) payload(now time.Time) any {
	if c == nil {
		return nil
	}
	p := map[string]any{"response": c.Response, "is_permanent": c.Permanent, "response_source": "user_action"}
	if c.Response == "accept" && !c.Permanent {
		p["expiration_timestamp"] = now.Add(7 * 24 * time.Hour).Unix()
	}
	return p
}

func (r *reactionBody) payload() any {
	if r == nil {
		return nil
	}
	if r.Emoji == "" { // taking a reaction back
		return map[string]string{"message_id": r.MessageID}
	}
	return *r
}

func (e *sayEdit) payload() any {
	if e == nil {
		return nil
	}
	return map[string]any{"original_message_id": e.MessageID, "message": map[string]any{
		"context": map[string]string{"id": "M0"}, "type": "text", "text": textPayload{e.Text}}}
}

// card is the person's own contact card, the answer to REQUEST_CONTACT_INFO.
func (p *person) card() any {
	p.mu.Lock()
	defer p.mu.Unlock()
	return []any{map[string]any{"name": map[string]string{"formatted_name": p.name, "first_name": strings.Fields(p.name + " ?")[0]},
		"phones": []any{map[string]string{"phone": display(p.phone), "wa_id": p.wa(), "type": "CELL"}}, "origin": "contact_request"}}
}
