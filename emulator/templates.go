package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// listTemplates is GET /{WABA}/message_templates with its filters.
func (s *Server) listTemplates(c *call, a *waba) {
	q := c.r.URL.Query()
	var rows []any
	s.estate.mu.RLock()
	for _, t := range a.sortedTemplates() {
		match := func(key, value string) bool {
			want := q.Get(key)
			return want == "" || strings.EqualFold(want, value)
		}
		if !match("name", t.name) || !match("status", t.stateAt(s.clock.Now())) || !match("category", t.category) ||
			!match("language", t.language) || !match("quality_score", t.quality) {
			continue
		}
		row, bad := s.fields(c, "WhatsAppMessageTemplate", s.templateFields(t), templateDefaults)
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

const templateDefaults = "name,parameter_format,components,language,status,category,sub_category,previous_category,rejected_reason,quality_score"

func (s *Server) templateFields(t *template) map[string]func() any {
	is := func(v any) func() any { return func() any { return v } }
	orNone := func(v string) func() any {
		return func() any {
			if v == "" {
				return nil
			}
			return v
		}
	}
	return map[string]func() any{"id": is(t.id), "name": is(t.name), "parameter_format": is(t.format), "components": is(t.components),
		"language": is(t.language), "status": is(t.stateAt(s.clock.Now())), "category": is(t.category), "sub_category": is("CUSTOM"),
		"previous_category": orNone(t.previous), "rejected_reason": orNone(t.rejected), "correct_category": is(nil),
		"quality_score": is(map[string]any{"score": t.quality, "date": t.qualityAt.Unix()}), "library_template_name": is(nil),
		"message_send_ttl_seconds": is(nil), "health_status": func() any { return s.health("MESSAGE_TEMPLATE", t.id, nil, t.waba) }}
}

type templateRequest struct {
	Name       string          `json:"name"`
	Language   string          `json:"language"`
	Category   string          `json:"category"`
	Format     string          `json:"parameter_format"`
	Components json.RawMessage `json:"components"`
}

func readTemplate(m map[string]json.RawMessage) (templateRequest, *shape, *refusal) {
	var q templateRequest
	for key, into := range map[string]*string{"name": &q.Name, "language": &q.Language, "category": &q.Category, "parameter_format": &q.Format} {
		v, present, ok := text(m, key)
		if !ok {
			return q, nil, badParam("Param %s must be a string.", key)
		}
		if !present && key != "parameter_format" {
			return q, nil, missing(key)
		}
		*into = v
	}
	if _, ok := m["components"]; !ok {
		return q, nil, missing("components")
	}
	q.Components, q.Category, q.Format = m["components"], strings.ToUpper(q.Category), strings.ToUpper(q.Format)
	switch {
	case !templateName.MatchString(q.Name):
		return q, nil, invalidTemplate("name may hold lower-case letters, digits and underscores only")
	case !languageCode.MatchString(q.Language):
		return q, nil, invalidTemplate("language is not a supported code")
	case q.Category != "MARKETING" && q.Category != "UTILITY" && q.Category != "AUTHENTICATION":
		return q, nil, badParam("Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}")
	case q.Format != "" && q.Format != "POSITIONAL" && q.Format != "NAMED":
		return q, nil, badParam("Param parameter_format must be one of {POSITIONAL, NAMED}")
	}
	if q.Format == "" {
		q.Format = "POSITIONAL"
	}
	sh, bad := readComponents(q.Components, q.Category, q.Format)
	return q, sh, bad
}

// createTemplate is POST /{WABA}/message_templates: pending at once, approved after a moment.
func (s *Server) createTemplate(c *call, a *waba) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	q, sh, bad := readTemplate(m)
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	t := s.addTemplate(a, q, sh, "PENDING")
	if t == nil {
		s.deny(c.w, &refusal{status: 400, code: 100, subcode: 2388024, message: "Invalid parameter",
			details: "Content in this language already exists for this template name."})
		return
	}
	s.approveLater(t)
	writeJSON(c.w, http.StatusOK, map[string]string{"id": t.id, "status": "PENDING", "category": q.Category})
}

// addTemplate is nil if the name has this language already.
func (s *Server) addTemplate(a *waba, q templateRequest, sh *shape, status string) *template {
	s.estate.mu.Lock()
	defer s.estate.mu.Unlock()
	key := q.Name + "|" + q.Language
	if a.templates[key] != nil {
		return nil
	}
	t := &template{id: s.ids.node("71"), name: q.Name, language: q.Language, category: q.Category, status: status, format: q.Format,
		components: q.Components, quality: "UNKNOWN", qualityAt: s.clock.Now(), waba: a, shape: sh}
	a.templates[key], s.estate.templates[t.id] = t, t
	return t
}

func (s *Server) approveLater(t *template) {
	s.later.after(s.knobs.get().approveAfter, func() {
		s.estate.mu.Lock()
		pending := t.status == "PENDING"
		if pending {
			t.status = "APPROVED"
		}
		s.estate.mu.Unlock()
		if pending {
			s.templateEvent(t, "APPROVED", nil)
		}
	})
}

// templateEvent is message_template_status_update; the id is an integer here and text everywhere else.
func (s *Server) templateEvent(t *template, event string, more map[string]any) {
	s.estate.mu.RLock()
	v := map[string]any{"event": event, "message_template_id": json.Number(t.id), "message_template_name": t.name,
		"message_template_language": t.language, "reason": "NONE", "message_template_category": t.category}
	if t.rejected != "" && event == "REJECTED" {
		v["reason"] = t.rejected
	}
	s.estate.mu.RUnlock()
	for k, x := range more {
		v[k] = x
	}
	s.emitAccount("message_template_status_update", t.waba, v)
}

// toTemplate is a template's own node.
func (s *Server) toTemplate(c *call, t *template) {
	if bad := c.scope("whatsapp_business_management"); bad != nil {
		s.deny(c.w, bad)
		return
	}
	switch {
	case c.r.Method == http.MethodGet && c.edge == "":
		s.estate.mu.RLock()
		out, bad := s.fields(c, "WhatsAppMessageTemplate", s.templateFields(t), templateDefaults)
		s.estate.mu.RUnlock()
		if bad != nil {
			s.deny(c.w, bad)
			return
		}
		writeJSON(c.w, http.StatusOK, out)
	case c.r.Method == http.MethodPost && c.edge == "":
		s.editTemplate(c, t)
	case c.r.Method == http.MethodPost && c.edge == "unpause":
		s.setTemplate(t, "APPROVED")
		s.success(c)
	default:
		s.noEdge(c)
	}
}

// editTemplate: an approved one once in 24 h and ten times in 30 days (WA/templates/overview).
func (s *Server) editTemplate(c *call, t *template) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	s.estate.mu.RLock()
	q := templateRequest{Name: t.name, Language: t.language, Category: t.category, Format: t.format, Components: t.components}
	s.estate.mu.RUnlock()
	full := map[string]json.RawMessage{"name": quoted(q.Name), "language": quoted(q.Language), "category": quoted(q.Category),
		"parameter_format": quoted(q.Format), "components": q.Components}
	for _, key := range []string{"category", "components", "parameter_format"} {
		if v, ok := m[key]; ok {
			full[key] = v
		}
	}
	q, sh, bad := readTemplate(full)
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	if !s.allowEdit(t) {
		s.deny(c.w, invalidTemplate("an approved template can be edited once in 24 hours and ten times in 30 days"))
		return
	}
	s.estate.mu.Lock()
	t.category, t.format, t.components, t.shape, t.status, t.quality = q.Category, q.Format, q.Components, sh, "PENDING", "UNKNOWN"
	s.estate.mu.Unlock()
	s.approveLater(t)
	writeJSON(c.w, http.StatusOK, map[string]any{"success": true, "id": t.id, "name": t.name, "category": q.Category})
}

func quoted(s string) json.RawMessage {
	b, _ := json.Marshal(s)
	return b
}

func (s *Server) allowEdit(t *template) bool {
	s.estate.mu.Lock()
	defer s.estate.mu.Unlock()
	now := s.clock.Now()
	day, month := 0, 0
	for _, at := range t.edited {
		if now.Sub(at) < 24*time.Hour {
			day++
		}
		if now.Sub(at) < 30*24*time.Hour {
			month++
		}
	}
	if t.status == "APPROVED" && (day >= 1 || month >= 10) {
		return false
	}
	t.edited = append(t.edited, now)
	return true
}

// deleteTemplates takes all languages of a name, or one by hsm_id and name together.
func (s *Server) deleteTemplates(c *call, a *waba) {
	q := c.r.URL.Query()
	name, id := q.Get("name"), q.Get("hsm_id")
	if name == "" {
		s.deny(c.w, missing("name"))
		return
	}
	var gone []*template
	s.estate.mu.Lock()
	for key, t := range a.templates {
		if t.name == name && (id == "" || t.id == id) && t.status != "DISABLED" {
			delete(a.templates, key)
			delete(s.estate.templates, t.id)
			gone = append(gone, t)
		}
	}
	s.estate.mu.Unlock()
	if len(gone) == 0 {
		s.deny(c.w, &refusal{status: 400, code: 100, subcode: 2593002, message: "Invalid parameter", details: "Message template was not found or cannot be deleted."})
		return
	}
	for _, t := range gone {
		s.templateEvent(t, "DELETED", nil)
	}
	s.success(c)
}

// helloWorld is the template every test account has.
func (s *Server) helloWorld() {
	comps := json.RawMessage(`[{"type":"HEADER","format":"TEXT","text":"Hello World"},` +
		`{"type":"BODY","text":"Welcome and congratulations!! This message demonstrates your ability to send a message."},` +
		`{"type":"FOOTER","text":"WhatsApp Business Platform sample message"}]`)
	sh, bad := readComponents(comps, "UTILITY", "POSITIONAL")
	if bad != nil {
		s.log.Error("sample template", "details", bad.details)
		return
	}
	s.estate.mu.RLock()
	a := s.estate.wabaOrder[0]
	s.estate.mu.RUnlock()
	s.addTemplate(a, templateRequest{Name: "hello_world", Language: "en_US", Category: "UTILITY", Format: "POSITIONAL", Components: comps}, sh, "APPROVED")
}
