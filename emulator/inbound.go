package emulator

import (
	"encoding/json"
	"time"
)

// say lets a person send something to a number: the window opens, the chat shows it, the webhook goes out.
func (s *Server) say(p *person, n *number, in saying) (id string, t *track, err error) {
	s.touch(p)
	m, err := s.message(in, p, n)
	if err != nil {
		return "", nil, err
	}
	now := s.clock.Now()
	m.head = headFields{ID: s.ids.wamid(), Timestamp: unixText(now), Context: s.contextOf(in, p, n), Referral: orNil(in.Referral)}
	p.mu.Lock()
	th := p.thread(n)
	if m.kind != "edit" && m.kind != "revoke" {
		th.opened = now
	}
	if in.CallRight != nil && in.CallRight.Response == "accept" {
		th.callRight = now.Add(7 * 24 * time.Hour)
	}
	p.addInbound(in, m, n, now)
	p.unread = 0
	name := p.name
	p.mu.Unlock()
	s.story("in", name, m.kind, clip(in.words(), 60))
	s.people.spoke(p, m.head.ID)
	t = newTrack()
	s.deliverInbound(p, n, m, t)
	s.feed.tell(p.id)
	return m.head.ID, t, nil
}

// words are what a message says, for people.
func (in saying) words() string {
	switch {
	case in.Text != nil:
		return *in.Text
	case in.Button != nil:
		return in.Button.Text
	case in.ButtonReply != nil:
		return in.ButtonReply.Title
	case in.ListReply != nil:
		return in.ListReply.Title
	}
	return ""
}

func orNil(raw json.RawMessage) any {
	if len(raw) == 0 {
		return nil
	}
	return raw
}

// touch makes a person one who is remembered.
func (s *Server) touch(p *person) {
	s.people.known(p, s.o.PortfolioID)
	p.mu.Lock()
	p.seeded = true
	p.mu.Unlock()
}

// deliverInbound sends the webhook, unless the business has blocked this person: then nothing reaches it.
func (s *Server) deliverInbound(p *person, n *number, m inbound, t *track) {
	s.estate.mu.RLock()
	_, blocked := n.blocked[p]
	s.estate.mu.RUnlock()
	if blocked {
		t.settle(false)
		return
	}
	c := p.contact()
	m.head.From, m.head.FromUserID = c.WaID, c.UserID
	v := messagesValue{Product: "whatsapp", Metadata: n.metadata(), Contacts: []waContact{c}, Messages: []any{m}}
	s.emit("messages", n, v, t)
}

// contact is how webhooks name the person: without a number if it is hidden behind a username.
func (p *person) contact() waContact {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := waContact{Profile: waProfile{Name: p.name, Username: p.username}, WaID: p.wa(), UserID: p.user}
	if p.hidden {
		c.WaID = ""
	}
	return c
}

// contextOf is the quoted message: the one named, else the newest that offers what was tapped.
func (s *Server) contextOf(in saying, p *person, n *number) any {
	if c := in.Context; c != nil {
		switch {
		case c.Forwarded:
			return map[string]bool{"forwarded": true}
		case c.FrequentlyForwarded:
			return map[string]bool{"frequently_forwarded": true}
		case c.MessageID != "" || c.ID != "":
			return in.quoted(c.MessageID+c.ID, p, n)
		}
	}
	offers := in.offered()
	if offers == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.lastAsking(n.id, offers); b != nil {
		b.answered = in.tapped()
		return map[string]string{"from": n.digits, "id": b.ID}
	}
	return nil
}

// quoted names a message, and marks the button that was pressed in it.
func (in saying) quoted(id string, p *person, n *number) any {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.bubble(id); b != nil && in.tapped() != "" {
		b.answered = in.tapped()
	}
	return map[string]string{"from": n.digits, "id": id}
}

func (in saying) tapped() string {
	switch {
	case in.Button != nil:
		return in.Button.Text
	case in.ButtonReply != nil:
		return in.ButtonReply.ID
	case in.ListReply != nil:
		return in.ListReply.ID
	case in.FlowReply != nil:
		return "flow"
	}
	return ""
}

// offered tells whether a message shows the button or row that was tapped.
func (in saying) offered() func(view) bool {
	want := in.tapped()
	switch {
	case in.Button != nil, in.ButtonReply != nil:
		return func(v view) bool {
			for _, b := range v.Buttons {
				if b.Kind == "quick" && b.Text == want || b.Kind == "reply" && b.ID == want {
					return true
				}
			}
			return false
		}
	case in.ListReply != nil:
		return func(v view) bool {
			for _, r := range v.Rows {
				if r.ID == want {
					return true
				}
			}
			return false
		}
	}
	return nil
}

// addInbound shows what the person did in their own chat.
func (p *person) addInbound(in saying, m inbound, n *number, now time.Time) {
	b := &bubble{ID: m.head.ID, From: "person", Number: n.id, Type: m.kind, At: now.UTC(), Status: "sent"}
	b.Text = in.words()
	switch {
	case in.Image != nil:
		b.Text = in.Image.Caption
	case in.Document != nil:
		b.Text = in.Document.Caption
	case in.Reaction != nil:
		p.react(in.Reaction.MessageID, in.Reaction.Emoji)
		return
	case in.Edit != nil:
		if old := p.bubble(in.Edit.MessageID); old != nil {
			old.Text = in.Edit.Text
		}
		return
	case in.Revoke != nil:
		if old := p.bubble(in.Revoke.MessageID); old != nil {
			old.revoked = true
		}
		return
	}
	if c, ok := m.head.Context.(map[string]string); ok {
		b.Reply = c["id"]
	}
	p.add(b)
}
