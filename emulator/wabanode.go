package emulator

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// toWABA is a WhatsApp Business Account's node and its edges.
func (s *Server) toWABA(c *call, a *waba) {
	if bad := c.scope("whatsapp_business_management"); bad != nil {
		s.deny(c.w, bad)
		return
	}
	f := wabaEdges[edgeKey{c.r.Method, c.edge}]
	if f == nil {
		s.noEdge(c)
		return
	}
	f(s, c, a)
}

var wabaEdges = map[edgeKey]func(*Server, *call, *waba){
	{"GET", ""}: (*Server).getWABA, {"GET", "phone_numbers"}: (*Server).listNumbers,
	{"GET", "message_templates"}: (*Server).listTemplates, {"POST", "message_templates"}: (*Server).createTemplate,
	{"DELETE", "message_templates"}: (*Server).deleteTemplates, {"GET", "subscribed_apps"}: (*Server).listSubscribed,
	{"POST", "subscribed_apps"}: (*Server).subscribe, {"DELETE", "subscribed_apps"}: (*Server).unsubscribe,
	{"GET", "signups"}: (*Server).listSignups, {"POST", "signups"}: (*Server).createSignup,
	{"GET", "default_messaging_customer_base"}: (*Server).customerBase, {"POST", "default_messaging_customer_base"}: (*Server).customerBase,
}

func (s *Server) customerBase(c *call, _ *waba) { s.success(c) }

func (s *Server) getWABA(c *call, a *waba) {
	s.estate.mu.RLock()
	out, bad := s.fields(c, "WhatsAppBusinessAccount", s.wabaFields(a), "id,name,timezone_id,message_template_namespace")
	s.estate.mu.RUnlock()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	writeJSON(c.w, http.StatusOK, out)
}

func (s *Server) wabaFields(a *waba) map[string]func() any {
	is := func(v any) func() any { return func() any { return v } }
	return map[string]func() any{
		"id": is(a.id), "name": is(a.name), "timezone_id": is("1"), "currency": is("EUR"), "message_template_namespace": is("ns_" + a.id),
		"account_review_status": is(a.review), "business_verification_status": is("verified"), "country": is("DE"),
		"ownership_type": is("SELF"), "primary_business_location": is("DE"), "status": is("ACTIVE"),
		"owner_business_info":                       is(map[string]string{"id": s.o.PortfolioID, "name": s.o.VerifiedName}),
		"whatsapp_business_manager_messaging_limit": is(s.estate.limit),
		"health_status":                             func() any { return s.health("WABA", a.id, nil, a) },
		"marketing_messages_lite_api_status":        is("ONBOARDED"), "marketing_messages_onboarding_status": is("ONBOARDED"),
	}
}

func (s *Server) listNumbers(c *call, a *waba) {
	standard := numberFields + ",platform_type,throughput,last_onboarded_time,webhook_configuration"
	var rows []any
	s.estate.mu.RLock()
	for _, n := range s.estate.order {
		if n.waba != a {
			continue
		}
		row, bad := s.fields(c, "WhatsAppBusinessPhoneNumber", s.numberFields(n), standard)
		if bad != nil {
			s.estate.mu.RUnlock()
			s.deny(c.w, bad)
			return
		}
		rows = append(rows, row)
	}
	s.estate.mu.RUnlock()
	s.page(c, rows)
}

// toPortfolio is the business portfolio's node.
func (s *Server) toPortfolio(c *call) {
	if c.r.Method != http.MethodGet {
		s.noEdge(c)
		return
	}
	s.estate.mu.RLock()
	limit, wabas := s.estate.limit, append([]*waba(nil), s.estate.wabaOrder...)
	s.estate.mu.RUnlock()
	switch c.edge {
	case "":
		is := func(v any) func() any { return func() any { return v } }
		out, bad := s.fields(c, "Business", map[string]func() any{"id": is(s.o.PortfolioID), "name": is(s.o.VerifiedName),
			"verification_status": is("verified"), "whatsapp_business_manager_messaging_limit": is(limit)}, "id,name")
		if bad != nil {
			s.deny(c.w, bad)
			return
		}
		writeJSON(c.w, http.StatusOK, out)
	case "owned_whatsapp_business_accounts", "client_whatsapp_business_accounts":
		var rows []any
		for _, a := range wabas {
			if c.edge[0] == 'o' {
				rows = append(rows, map[string]string{"id": a.id, "name": a.name, "timezone_id": "1", "message_template_namespace": "ns_" + a.id})
			}
		}
		s.page(c, rows)
	default:
		s.noEdge(c)
	}
}

func (s *Server) listSubscribed(c *call, a *waba) {
	s.estate.mu.RLock()
	defer s.estate.mu.RUnlock()
	writeJSON(c.w, http.StatusOK, map[string]any{"data": s.subscription(a)})
}

func (s *Server) subscription(a *waba) []any {
	if !a.subscribed {
		return []any{}
	}
	row := map[string]any{"whatsapp_business_api_data": map[string]string{"id": s.o.AppID, "name": "Emulator", "link": "https://www.facebook.com/games/?app_id=" + s.o.AppID}}
	if a.override != "" {
		row["override_callback_uri"] = a.override
	}
	return []any{row}
}

// subscribe makes the handshake: with the override if one is given, else with the app's callback.
func (s *Server) subscribe(c *call, a *waba) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	uri, override, ok1 := text(m, "override_callback_uri")
	verify, _, ok2 := text(m, "verify_token")
	if !ok1 || !ok2 {
		s.deny(c.w, badParam("Params override_callback_uri and verify_token must be strings."))
		return
	}
	if !override {
		s.estate.mu.RLock()
		uri, verify = s.estate.callback, s.o.VerifyToken
		s.estate.mu.RUnlock()
	}
	if uri != "" {
		if bad := s.handshake(c.r.Context(), uri, verify); bad != nil {
			s.deny(c.w, bad)
			return
		}
	}
	s.estate.mu.Lock()
	a.subscribed, a.override = true, ""
	out := map[string]any{"success": true}
	if override {
		a.override = uri
		out["data"] = s.subscription(a)
	}
	s.estate.mu.Unlock()
	writeJSON(c.w, http.StatusOK, out)
}

func (s *Server) unsubscribe(c *call, a *waba) {
	s.estate.mu.Lock()
	a.subscribed, a.override = false, ""
	s.estate.mu.Unlock()
	s.success(c)
}

// handshake is the GET that a callback must answer with the challenge (WA/webhooks/create-webhook-endpoint).
func (s *Server) handshake(ctx context.Context, uri, verify string) *refusal {
	failed := &refusal{status: 400, code: 2200, message: "Callback verification failed"}
	u, err := url.Parse(uri)
	if err != nil || !webURL(uri) {
		return badParam("Param override_callback_uri must be a valid URI.")
	}
	s.ids.mu.Lock()
	challenge := strconv.Itoa(1_000_000_000 + s.ids.rnd.IntN(1_000_000_000))
	s.ids.mu.Unlock()
	q := u.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", verify)
	u.RawQuery = q.Encode()
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return failed
	}
	resp, err := s.post.client.Do(req)
	if err != nil {
		failed.details = "The callback URL could not be reached."
		return failed
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil || resp.StatusCode != http.StatusOK || string(body) != challenge {
		failed.details = "HTTP status " + strconv.Itoa(resp.StatusCode) + "; the challenge must be answered exactly."
		return failed
	}
	return nil
}
