package emulator

import (
	"encoding/json"
	"time"
)

// bubble is one entry of a chat. Guarded by the person's mu; body, template and from never change.
type bubble struct {
	ID       string          `json:"id"`
	From     string          `json:"from"` // business, person or system
	Number   string          `json:"phone_number_id"`
	Type     string          `json:"type"`
	Text     string          `json:"text,omitempty"` // as one reads it
	Status   string          `json:"status,omitempty"`
	Code     int             `json:"code,omitempty"` // of a failed message
	At       time.Time       `json:"at"`
	Reply    string          `json:"reply_to,omitempty"`
	Reaction string          `json:"reaction,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`

	template *templateView
	answered string // the button that was pressed
	revoked  bool
}

const chatKeep = 200 // bubbles a person keeps

func (p *person) add(b *bubble) {
	if len(p.chat) >= chatKeep {
		p.chat = append(p.chat[:0], p.chat[len(p.chat)-chatKeep+1:]...)
	}
	p.chat = append(p.chat, b)
}

// bubbleOf puts an accepted message into the chat. It is shown from `delivered` on; a silent failure never shows.
func (s *Server) bubbleOf(o *outgoing, a *arrival) *bubble {
	b := &bubble{ID: a.ID, From: "business", Number: o.number.id, Type: o.typ, Status: "accepted", At: a.At, Reply: o.reply, Body: a.Body}
	if o.template != nil {
		b.template = viewOf(o.shape)
	}
	b.Text = b.plain()
	o.who.mu.Lock()
	if o.typ == "reaction" {
		o.who.react(o.reaction.MessageID, o.reaction.Emoji)
	}
	o.who.thread(o.number).typing = time.Time{}
	o.who.add(b)
	o.who.mu.Unlock()
	return b
}

// rank keeps a status from going back when statuses overtake one another.
var rank = map[string]int{"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}

func (s *Server) markBubble(p *person, b *bubble, status string, code int) {
	if b == nil {
		return
	}
	p.mu.Lock()
	if rank[status] > rank[b.Status] {
		b.Status, b.Code = status, code
	}
	if status == "delivered" {
		p.unread++
	}
	id := p.id
	p.mu.Unlock()
	s.feed.tell(id)
}

func (p *person) bubble(id string) *bubble {
	for i := len(p.chat) - 1; i >= 0; i-- {
		if p.chat[i].ID == id {
			return p.chat[i]
		}
	}
	return nil
}

func (p *person) react(id, emoji string) {
	if b := p.bubble(id); b != nil {
		b.Reaction = emoji
	}
}

// lastAsking is the newest message that offers this button or row, so that a tap needs no message id.
func (p *person) lastAsking(number string, offers func(view) bool) *bubble {
	for i := len(p.chat) - 1; i >= 0; i-- {
		b := p.chat[i]
		if b.From == "business" && b.Number == number && b.shown() && offers(b.view()) {
			return b
		}
	}
	return nil
}

// shown: people see what was delivered to them.
func (b *bubble) shown() bool {
	return b.From != "business" || b.Status == "delivered" || b.Status == "read"
}
