package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
)

type blockEntry struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
	Errors []any  `json:"errors,omitempty"`
}

// blockUsers is POST and DELETE /{phone}/block_users. Only people who wrote in the last 24 h can be blocked
// (WA/block-users).
func (s *Server) blockUsers(c *call, n *number) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	if product, _, _ := text(m, "messaging_product"); product != "whatsapp" {
		s.deny(c.w, missing("messaging_product"))
		return
	}
	var users []struct {
		User   string `json:"user"`
		UserID string `json:"user_id"`
	}
	if json.Unmarshal(m["block_users"], &users) != nil || len(users) == 0 || len(users) > 1000 {
		s.deny(c.w, badParam("Param block_users must be an array of 1 to 1000 users."))
		return
	}
	block := c.r.Method == http.MethodPost
	done, failed := []blockEntry{}, []blockEntry{}
	for _, u := range users {
		e, code := s.blockOne(n, u.User, u.UserID, block)
		if code == 0 {
			done = append(done, e)
			continue
		}
		e.Errors = []any{map[string]any{"message": known[code].message, "code": code, "error_data": errorData{Details: known[code].message}}}
		failed = append(failed, e)
	}
	key := map[bool]string{true: "added_users", false: "removed_users"}[block]
	result := map[string]any{key: done}
	out := map[string]any{"messaging_product": "whatsapp", "block_users": result}
	if len(failed) == 0 {
		writeJSON(c.w, http.StatusOK, out)
		return
	}
	result["failed_users"] = failed
	out["error"] = refuse(139100, "Some users could not be blocked or unblocked.").body("A" + s.ids.letters(22))
	writeJSON(c.w, http.StatusBadRequest, out)
}

func (s *Server) blockOne(n *number, phone, user string, block bool) (blockEntry, int) {
	e := blockEntry{Input: phone, UserID: user}
	var p *person
	if phone != "" {
		digits, ok := readTo(phone, n.digits)
		if !ok {
			return e, 131009
		}
		if digits == n.digits {
			return e, 131021
		}
		e.WaID = waID(digits)
		p = s.people.find(digits)
	} else {
		e.Input = user
		p = s.people.user(user)
	}
	if p == nil {
		return e, 131047
	}
	p.mu.Lock()
	e.UserID = p.user
	open := s.clock.Now().Before(p.thread(n).windowEnd())
	p.mu.Unlock()
	if block && !open {
		return e, 131047
	}
	s.estate.mu.Lock()
	defer s.estate.mu.Unlock()
	if _, was := n.blocked[p]; block && !was {
		n.blocked[p] = s.clock.Now()
		n.blockedOrder = append(n.blockedOrder, p)
	} else if !block && was {
		delete(n.blocked, p)
		n.blockedOrder = slices.DeleteFunc(n.blockedOrder, func(x *person) bool { return x == p })
	}
	return e, 0
}

func (s *Server) listBlocked(c *call, n *number) {
	s.estate.mu.RLock()
	people := append([]*person(nil), n.blockedOrder...)
	s.estate.mu.RUnlock()
	var rows []any
	for _, p := range people {
		who := p.contact()
		row := map[string]string{"messaging_product": "whatsapp", "user_id": who.UserID}
		if who.WaID != "" {
			row["wa_id"] = who.WaID
		}
		rows = append(rows, row)
	}
	s.page(c, rows)
}
