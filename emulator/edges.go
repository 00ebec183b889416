package emulator

import (
	"encoding/json"
	"net/http"
	"time"
)

// markRead is {"status":"read"} on /messages: ticks for the person, and a typing indicator if wanted.
func (s *Server) markRead(w http.ResponseWriter, m map[string]json.RawMessage, n *number) {
	if product, _, _ := text(m, "messaging_product"); product != "whatsapp" {
		s.deny(w, missing("messaging_product"))
		return
	}
	st, _, _ := text(m, "status")
	id, _, ok := text(m, "message_id")
	switch {
	case st != "read":
		s.deny(w, badParam("Param status must be one of {\"read\"}."))
		return
	case !ok || id == "":
		s.deny(w, missing("message_id"))
		return
	}
	raw, typing := m["typing_indicator"]
	if typing {
		var t struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(raw, &t) != nil || t.Type != "text" {
			s.deny(w, badParam("Param typing_indicator.type must be one of {\"text\"}."))
			return
		}
	}
	who, ok := s.people.readBubble(id, n.id)
	if !ok {
		s.deny(w, refuse(131009, "message_id is not a message that this phone number received."))
		return
	}
	if typing {
		s.types(who, n)
	}
	s.story("read", nameOf(who), map[bool]string{true: "typing", false: ""}[typing], "")
	s.feed.tell("all")
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

// types shows the person that the business is writing, for a while.
func (s *Server) types(p *person, n *number) {
	p.mu.Lock()
	p.thread(n).typing = s.clock.Now()
	id := p.id
	p.mu.Unlock()
	s.later.after(typingLasts, func() { s.feed.tell(id) })
}

// readBubble marks a person's message as read by the business, and says whose it is; false if this number never got it.
func (p *people) readBubble(id, number string) (*person, bool) {
	p.mu.RLock()
	who := p.said[id]
	p.mu.RUnlock()
	if who == nil {
		return nil, false
	}
	who.mu.Lock()
	defer who.mu.Unlock()
	b := who.bubble(id)
	if b == nil { // too old for the chat, or a reaction; still a message that came in
		return who, true
	}
	if b.Number != number {
		return nil, false
	}
	b.Status = "read"
	return who, true
}

type profile struct {
	About    string   `json:"about,omitempty"`
	Address  string   `json:"address,omitempty"`
	Descr    string   `json:"description,omitempty"`
	Email    string   `json:"email,omitempty"`
	Picture  string   `json:"profile_picture_url,omitempty"`
	Websites []string `json:"websites,omitempty"`
	Vertical string   `json:"vertical,omitempty"`
	Product  string   `json:"messaging_product"`
}

func (s *Server) getProfile(c *call, n *number) {
	s.estate.mu.RLock()
	p := n.profile
	s.estate.mu.RUnlock()
	p.Product = "whatsapp"
	writeJSON(c.w, http.StatusOK, map[string]any{"data": []profile{p}})
}

func (s *Server) postProfile(c *call, n *number) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	raw, err := json.Marshal(m)
	s.estate.mu.Lock()
	p := n.profile
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err == nil {
		n.profile = p
	}
	s.estate.mu.Unlock()
	if err != nil {
		s.deny(c.w, badParam("A profile parameter has the wrong type."))
		return
	}
	if p.Product != "whatsapp" {
		s.deny(c.w, missing("messaging_product"))
		return
	}
	s.success(c)
}

// callPermissions is GET /{phone}/call_permissions (WA/calling/user-call-permissions).
func (s *Server) callPermissions(c *call, n *number) {
	q := c.r.URL.Query()
	p := s.people.user(q.Get("recipient"))
	if digits, _, ok := digitsOf(q.Get("user_wa_id")); ok {
		p = s.people.find(digits)
	}
	permission := map[string]any{"status": "no_permission"}
	if p != nil {
		p.mu.Lock()
		until := p.thread(n).callRight
		p.mu.Unlock()
		if s.clock.Now().Before(until) {
			permission = map[string]any{"status": "temporary", "expiration_time": until.Unix()}
		}
	}
	may := permission["status"] != "no_permission"
	limit := func(period string, most int) any {
		return map[string]any{"time_period": period, "max_allowed": most, "current_usage": 0}
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"messaging_product": "whatsapp", "permission": permission, "actions": []any{
		map[string]any{"action_name": "send_call_permission_request", "can_perform_action": !may, "limits": []any{limit("PT24H", 1), limit("P7D", 2)}},
		map[string]any{"action_name": "start_call", "can_perform_action": may, "limits": []any{limit("PT24H", 10)}}}})
}

// businessCall takes the actions on calls; to start one a call permission is needed.
func (s *Server) businessCall(c *call, n *number) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	action, _, _ := text(m, "action")
	switch action {
	case "pre_accept", "accept", "reject", "terminate":
		s.success(c)
	case "connect":
		to, _, _ := text(m, "to")
		digits, _, ok := digitsOf(to)
		p := s.people.find(digits)
		allowed := false
		if ok && p != nil {
			p.mu.Lock()
			allowed = s.clock.Now().Before(p.thread(n).callRight)
			p.mu.Unlock()
		}
		if !allowed {
			s.deny(c.w, refuse(138006, "No approved call permission from the recipient."))
			return
		}
		writeJSON(c.w, http.StatusOK, map[string]any{"messaging_product": "whatsapp", "calls": []any{map[string]string{"id": "wacid." + s.ids.letters(20)}}, "success": true})
	default:
		s.deny(c.w, badParam("Param action must be one of {connect, pre_accept, accept, reject, terminate}."))
	}
}

// messageHistory is GET /{phone}/message_history?message_id= (facebook/openapi).
func (s *Server) messageHistory(c *call, n *number) {
	id := c.r.URL.Query().Get("message_id")
	if id == "" {
		s.deny(c.w, missing("message_id"))
		return
	}
	a := s.arrivals.find(id)
	if a == nil || a.PhoneNumberID != n.id {
		writeJSON(c.w, http.StatusOK, map[string]any{"data": []any{}})
		return
	}
	s.estate.mu.RLock()
	uri := s.estate.callback
	s.estate.mu.RUnlock()
	names := map[string]string{"sent": "SENT", "delivered": "DELIVERED", "read": "READ", "failed": "FAILED"}
	var events []any
	for i, h := range s.arrivals.historyOf(a) {
		e := map[string]any{"id": a.ID + "-" + string(rune('0'+i%10)), "delivery_status": names[h.status], "timestamp": h.at.Unix(),
			"webhook_update_state": "DELIVERED", "webhook_uri": uri, "application": map[string]string{"id": s.o.AppID}}
		if h.code != 0 {
			e["error_description"] = known[h.code].message
		}
		events = append(events, e)
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"data": []any{map[string]any{"id": a.ID, "message_id": a.ID,
		"events": map[string]any{"data": events}}}})
}

// deleteContact takes a user out of the Contact Book: their number is hidden from then on (§7.3).
func (s *Server) deleteContact(c *call, _ *number) {
	p := s.people.user(c.r.URL.Query().Get("bsuid"))
	if c.r.URL.Query().Get("messaging_product") != "whatsapp" {
		s.deny(c.w, missing("messaging_product"))
		return
	}
	if p != nil {
		p.mu.Lock()
		p.hidden = p.username != ""
		p.mu.Unlock()
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"messaging_product": "whatsapp", "success": true, "deleted": p != nil})
}

// signup is one In-App Signup (WA/in-app-signup). It cannot be deleted, only disabled.
type signup struct {
	ID       string    `json:"id"`
	Message  string    `json:"signup_message"`
	Confirm  string    `json:"confirmation_message"`
	Privacy  string    `json:"privacy_policy_url"`
	Website  string    `json:"website_url,omitempty"`
	Promo    string    `json:"promo_code,omitempty"`
	Name     string    `json:"display_name"`
	Status   string    `json:"status"`
	Created  time.Time `json:"-"`
	accounts *waba
}
