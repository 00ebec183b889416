package emulator

import (
	"fmt"
	"strings"
	"time"
)

// prefer is a person's choice in the app about marketing from a number: stop, resume or signup
// (WA/webhooks/reference/user_preferences).
func (s *Server) prefer(p *person, n *number, value, signup string) *track {
	s.touch(p)
	p.mu.Lock()
	p.thread(n).stopped = value == "stop"
	p.note(n, "system", value, s.clock.Now())
	p.mu.Unlock()
	c := p.contact()
	detail := map[string]string{"stop": "User requested to stop marketing messages", "resume": "User requested to resume marketing messages",
		"signup": "User signed up for marketing messages"}[value]
	t := newTrack()
	s.emit("user_preferences", n, messagesValue{Product: "whatsapp", Metadata: n.metadata(), Contacts: []waContact{c},
		Preferences: []preference{{WaID: c.WaID, UserID: c.UserID, Detail: detail, Category: "marketing_messages", Value: value,
			SignupID: signup, Timestamp: s.clock.Now().Unix()}}}, t)
	s.feed.tell(p.id)
	return t
}

// note puts a line of the phone itself into the chat.
func (p *person) note(n *number, kind, what string, at time.Time) {
	p.add(&bubble{From: "system", Number: n.id, Type: kind, Text: what, At: at.UTC()})
}

// block shuts a number out. The business hears nothing of it (§ WA/block-users has no such webhook).
func (s *Server) block(p *person, n *number, on bool) {
	s.touch(p)
	p.mu.Lock()
	p.thread(n).blocked = on
	p.note(n, "system", map[bool]string{true: "block", false: "unblock"}[on], s.clock.Now())
	p.mu.Unlock()
	s.feed.tell(p.id)
}

// How many reports it takes here until a number's rating falls. Meta tells nobody its own rule; these are for trying things out.
const (
	reportsToYellow = 2
	reportsToRed    = 4
)

// report tells WhatsApp about a number, and blocks it, as the app offers. The business hears nothing but its rating.
func (s *Server) report(p *person, n *number) {
	s.block(p, n, true)
	s.estate.mu.Lock()
	n.reports++
	before := n.quality
	switch {
	case n.reports >= reportsToRed:
		n.quality = "RED"
	case n.reports >= reportsToYellow && n.quality == "GREEN":
		n.quality = "YELLOW"
	}
	after := n.quality
	s.estate.mu.Unlock()
	p.mu.Lock()
	p.note(n, "system", "report", s.clock.Now())
	p.mu.Unlock()
	if after != before {
		s.story("quality", "", after, "report")
	}
	s.feed.tell(p.id)
}

// dial rings what somebody typed: one of our numbers, or nobody.
func (s *Server) dial(p *person, typed string) *track {
	r := ring{at: s.clock.Now(), number: clip(typed, 32), nobody: true}
	var to *number
	digits, _, ok := digitsOf(typed)
	for _, n := range s.estate.all() {
		if ok && waID(n.digits) == waID(strings.TrimPrefix(digits, "00")) {
			to, r.nobody, r.number = n, false, n.display
		}
	}
	line := s.voiceLine(digits)
	if line != nil {
		r.nobody, r.number, r.real = false, line.Number, true
	}
	s.touch(p)
	p.mu.Lock()
	p.called = append(p.called, r)
	p.called = p.called[max(0, len(p.called)-20):]
	p.mu.Unlock()
	s.story("call", nameOf(p), map[bool]string{true: "nobody", false: "rang"}[r.nobody], r.number)
	s.feed.tell(p.id)
	if line != nil {
		if err := s.ringSIP(p, *line); err != nil {
			s.log.Warn("toy call", "error", err)
		}
		return nil
	}
	if to == nil {
		return nil
	}
	return s.call(p, to)
}

// call rings a number and hangs up before anybody answers; that too opens the window (WA/messages/send-messages).
func (s *Server) call(p *person, n *number) *track {
	s.touch(p)
	now := s.clock.Now()
	p.mu.Lock()
	p.thread(n).opened = now
	p.note(n, "system", "call", now)
	p.mu.Unlock()
	c := p.contact()
	id := "wacid." + s.ids.wamid()[len("wamid."):]
	event := callEvent{ID: id, From: c.WaID, FromUserID: c.UserID, To: n.digits, Event: "connect", Direction: "USER_INITIATED",
		Timestamp: unixText(now), Session: map[string]string{"sdp_type": "offer", "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"}}
	send := func(e callEvent, t *track) {
		s.emit("calls", n, messagesValue{Product: "whatsapp", Metadata: n.metadata(), Contacts: []waContact{c}, Calls: []callEvent{e}}, t)
	}
	send(event, nil)
	event.Event, event.Session, event.Status = "terminate", nil, "FAILED"
	t := newTrack()
	send(event, t)
	s.feed.tell(p.id)
	return t
}

// hideNumber adopts a username: from now on wa_id, from and recipient_id are missing in what this person does.
func (s *Server) hideNumber(p *person, username string) string {
	s.touch(p)
	p.mu.Lock()
	defer p.mu.Unlock()
	if username == "" {
		username = p.username
	}
	if username == "" {
		username = "toy." + s.ids.letters(6)
	}
	if username[0] != '@' {
		username = "@" + username
	}
	p.username, p.hidden = username, true
	return username
}

func (s *Server) showNumber(p *person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hidden = false
}

// changeNumber moves a person to another telephone number. The user id is made anew, and every number they talked with
// hears it by a system message without contacts; from and the new number are missing if they are hidden (§7.5 of the
// BSUID page, correction of 11 August 2026).
func (s *Server) changeNumber(p *person, digits string) (*track, error) {
	if other := s.people.find(digits); other != nil && other != p {
		s.people.leave(other)
	}
	s.touch(p)
	p.mu.Lock()
	oldWA, hidden, name := p.wa(), p.hidden, p.name
	var talked []*number
	for _, t := range p.threads {
		talked = append(talked, t.number)
	}
	p.mu.Unlock()
	if waID(digits) == oldWA {
		return nil, fmt.Errorf("phone: is the number the person has already")
	}
	oldUser, newUser := s.people.move(p, digits, s.o.PortfolioID)
	last := newTrack()
	if len(talked) == 0 {
		last.settle(true)
	}
	for i, n := range talked {
		m := inbound{kind: "system", head: headFields{ID: s.ids.wamid(), Timestamp: unixText(s.clock.Now())}}
		system := map[string]string{"type": "user_changed_user_id", "user_id": newUser, "previous_user_id": oldUser,
			"body": fmt.Sprintf("User %s changed their account", name)}
		if !hidden {
			m.head.From, m.head.FromUserID = oldWA, oldUser
			system["type"], system["wa_id"] = "user_changed_number", waID(digits)
			system["body"] = fmt.Sprintf("User %s changed from %s to %s", name, oldWA, waID(digits))
		}
		m.part = system
		var t *track
		if i == len(talked)-1 {
			t = last
		}
		s.emit("messages", n, messagesValue{Product: "whatsapp", Metadata: n.metadata(), Messages: []any{m}}, t)
	}
	s.feed.tell(p.id)
	return last, nil
}

// online switches a phone off or on; what waited is delivered then.
func (s *Server) online(p *person, on bool) {
	s.touch(p)
	p.mu.Lock()
	p.offline = !on
	var waiting []func()
	if on {
		waiting, p.waiting = p.waiting, nil
	}
	p.mu.Unlock()
	for _, f := range waiting {
		s.later.after(0, f)
	}
	s.feed.tell(p.id)
}
