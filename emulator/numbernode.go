package emulator

import (
	"encoding/json"
	"net/http"
	"regexp"
)

type edgeKey struct{ method, edge string }

var numberEdges = map[edgeKey]func(*Server, *call, *number){
	{"GET", ""}: (*Server).getNumber, {"POST", ""}: (*Server).postNumber,
	{"POST", "media"}: (*Server).uploadMedia, {"POST", "register"}: (*Server).register, {"POST", "deregister"}: (*Server).deregister,
	{"POST", "request_code"}: (*Server).fine, {"POST", "verify_code"}: (*Server).fine,
	{"GET", "settings"}: (*Server).getSettings, {"POST", "settings"}: (*Server).fine,
	{"GET", "block_users"}: (*Server).listBlocked, {"POST", "block_users"}: (*Server).blockUsers, {"DELETE", "block_users"}: (*Server).blockUsers,
	{"GET", "whatsapp_business_profile"}: (*Server).getProfile, {"POST", "whatsapp_business_profile"}: (*Server).postProfile,
	{"GET", "call_permissions"}: (*Server).callPermissions, {"POST", "calls"}: (*Server).businessCall,
	{"GET", "message_history"}: (*Server).messageHistory, {"DELETE", "contact_book"}: (*Server).deleteContact,
	{"POST", "messages"}: (*Server).sendEdge, {"POST", "marketing_messages"}: (*Server).sendEdge,
}

// toNumber is a phone number's node and its edges.
func (s *Server) toNumber(c *call, n *number) {
	need := "whatsapp_business_messaging"
	if c.r.Method == http.MethodGet || c.edge == "" || c.edge == "whatsapp_business_profile" {
		need = "whatsapp_business_management"
	}
	if bad := c.scope(need); bad != nil {
		s.deny(c.w, bad)
		return
	}
	f := numberEdges[edgeKey{c.r.Method, c.edge}]
	if f == nil {
		s.noEdge(c)
		return
	}
	f(s, c, n)
}

func (s *Server) fine(c *call, _ *number) { s.success(c) }

const numberFields = "id,display_phone_number,verified_name,quality_rating,code_verification_status"

func (s *Server) getNumber(c *call, n *number) {
	s.estate.mu.RLock()
	out, bad := s.fields(c, "WhatsAppBusinessPhoneNumber", s.numberFields(n), numberFields)
	s.estate.mu.RUnlock()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	writeJSON(c.w, http.StatusOK, out)
}

// numberFields are read under estate.mu.
func (s *Server) numberFields(n *number) map[string]func() any {
	is := func(v any) func() any { return func() any { return v } }
	verified := "VERIFIED"
	if n.status == "UNVERIFIED" || n.status == "PENDING" {
		verified = "NOT_VERIFIED"
	}
	return map[string]func() any{
		"id": is(n.id), "display_phone_number": is(n.display), "verified_name": is(n.name), "quality_rating": is(n.quality),
		"quality_score": is(map[string]any{"score": n.quality}), "status": is(n.status), "name_status": is(n.nameStatus),
		"code_verification_status": is(verified), "platform_type": is("CLOUD_API"), "throughput": is(map[string]string{"level": n.level}),
		"account_mode": is("LIVE"), "is_official_business_account": is(false), "is_pin_enabled": is(n.pin != ""),
		"is_on_biz_app": is(false), "host_platform": is("CLOUD_API"), "country_dial_code": is(countryOf(n.digits).code),
		"country_code": is(countryOf(n.digits).iso), "last_onboarded_time": is("2026-01-05T09:00:00+0000"),
		"search_visibility": is("VISIBLE"), "certificate": is(nil), "new_name_status": is("NONE"), "username": is(nil),
		"is_preverified_number": is(false), "unified_cert_status": is("APPROVED"), "messaging_limit_tier": is(s.estate.limit),
		"whatsapp_business_manager_messaging_limit": is(s.estate.limit),
		"health_status":         func() any { return s.health("PHONE_NUMBER", n.id, n, n.waba) },
		"webhook_configuration": func() any { return s.estate.webhookConfiguration(n) },
	}
}

func (e *estate) webhookConfiguration(n *number) any {
	w := map[string]string{}
	for k, v := range map[string]string{"application": e.callback, "whatsapp_business_account": n.waba.override, "phone_number": n.override} {
		if v != "" {
			w[k] = v
		}
	}
	if len(w) == 0 {
		return nil
	}
	return w
}

var sixDigits = regexp.MustCompile(`^\d{6}$`)

// postNumber sets the PIN or a callback override of this number.
func (s *Server) postNumber(c *call, n *number) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	if raw, ok := m["webhook_configuration"]; ok {
		s.overrideNumber(c, n, raw)
		return
	}
	pin, present, _ := text(m, "pin")
	if present && !sixDigits.MatchString(pin) {
		s.deny(c.w, badParam("Param pin must be 6 digits."))
		return
	}
	s.estate.mu.Lock()
	n.pin = pin
	s.estate.mu.Unlock()
	s.success(c)
}

func (s *Server) overrideNumber(c *call, n *number, raw json.RawMessage) {
	var w struct {
		URI    string `json:"override_callback_uri"`
		Verify string `json:"verify_token"`
	}
	if json.Unmarshal(raw, &w) != nil {
		s.deny(c.w, badParam("Param webhook_configuration must be an object."))
		return
	}
	if w.URI != "" {
		if bad := s.handshake(c.r.Context(), w.URI, w.Verify); bad != nil {
			s.deny(c.w, bad)
			return
		}
	}
	s.estate.mu.Lock()
	n.override = w.URI
	s.estate.mu.Unlock()
	s.success(c)
}

func (s *Server) register(c *call, n *number) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	if pin, _, _ := text(m, "pin"); !sixDigits.MatchString(pin) {
		s.deny(c.w, badParam("Param pin must be 6 digits."))
		return
	}
	s.setStatus(n, "CONNECTED")
	s.success(c)
}

func (s *Server) deregister(c *call, n *number) {
	s.setStatus(n, "DISCONNECTED")
	s.success(c)
}

func (s *Server) setStatus(n *number, status string) {
	s.estate.mu.Lock()
	n.status = status
	s.estate.mu.Unlock()
}

func (s *Server) getSettings(c *call, n *number) {
	writeJSON(c.w, http.StatusOK, map[string]any{"calling": map[string]string{"status": "ENABLED", "call_icon_visibility": "DEFAULT"},
		"user_identity_change": map[string]any{"enable_identity_key_check": false}, "id": n.id})
}

// health is the tree of WA/support/health-status: the worst of what stands above the node. Under estate.mu.
func (s *Server) health(kind, id string, n *number, a *waba) any {
	type entity struct {
		Type   string   `json:"entity_type"`
		ID     string   `json:"id"`
		Can    string   `json:"can_send_message"`
		Info   []string `json:"additional_info,omitempty"`
		Errors []any    `json:"errors,omitempty"`
	}
	var list []entity
	if n != nil {
		e := entity{Type: "PHONE_NUMBER", ID: n.id, Can: "AVAILABLE"}
		switch n.status {
		case "CONNECTED":
		case "FLAGGED", "RESTRICTED", "RATE_LIMITED":
			e.Can, e.Info = "LIMITED", []string{"The phone number is " + n.status + "."}
		default:
			e.Can, e.Errors = "BLOCKED", []any{map[string]any{"error_code": 141000, "error_description": "The phone number is " + n.status + ".",
				"possible_solution": "Register the phone number."}}
		}
		list = append(list, e)
	}
	e := entity{Type: "WABA", ID: a.id, Can: "AVAILABLE"}
	for restriction, until := range a.lockedUntil {
		if s.clock.Now().Before(until) {
			e.Can, e.Errors = "BLOCKED", []any{map[string]any{"error_code": 141001, "error_description": "Restricted: " + restriction,
				"possible_solution": "Appeal in Business Support Home."}}
		}
	}
	list = append(list, e, entity{Type: "BUSINESS", ID: s.o.PortfolioID, Can: "AVAILABLE"}, entity{Type: "APP", ID: s.o.AppID, Can: "AVAILABLE"})
	worst := "AVAILABLE"
	for _, e := range list {
		if e.Can == "BLOCKED" || e.Can == "LIMITED" && worst == "AVAILABLE" {
			worst = e.Can
		}
	}
	return map[string]any{"can_send_message": worst, "entities": list}
}
