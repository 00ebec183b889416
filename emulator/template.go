package emulator

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// template is one name in one language. Guarded by estate.mu, but for shape, which never changes after it is set.
type template struct {
	id, name, language string
	category, previous string
	status, rejected   string
	format             string // POSITIONAL or NAMED
	components         json.RawMessage
	quality            string
	qualityAt          time.Time
	pauses             int
	pausedUntil        time.Time
	edited             []time.Time
	waba               *waba
	shape              *shape
	held               bool // pacing: sends are held until released or dropped
	heldFlows          []*flow
}

// component is a part of a template as it is created (WA/templates/components).
type component struct {
	Type           string           `json:"type"`
	Format         string           `json:"format,omitempty"`
	Text           string           `json:"text,omitempty"`
	Example        *example         `json:"example,omitempty"`
	Buttons        []templateButton `json:"buttons,omitempty"`
	SecurityAdvice bool             `json:"add_security_recommendation,omitempty"`
	ExpiryMinutes  int              `json:"code_expiration_minutes,omitempty"`
}

type example struct {
	HeaderText   json.RawMessage `json:"header_text,omitempty"`
	HeaderHandle json.RawMessage `json:"header_handle,omitempty"`
	BodyText     json.RawMessage `json:"body_text,omitempty"`
	HeaderNamed  json.RawMessage `json:"header_text_named_params,omitempty"`
	BodyNamed    json.RawMessage `json:"body_text_named_params,omitempty"`
}

type templateButton struct {
	Type        string          `json:"type"`
	Text        string          `json:"text,omitempty"`
	URL         string          `json:"url,omitempty"`
	PhoneNumber string          `json:"phone_number,omitempty"`
	Example     json.RawMessage `json:"example,omitempty"`
	OTPType     string          `json:"otp_type,omitempty"`
	FlowID      string          `json:"flow_id,omitempty"`
	FlowAction  string          `json:"flow_action,omitempty"`
	Screen      string          `json:"navigate_screen,omitempty"`
}

// shape is what a send must fill in.
type shape struct {
	header     *component
	headerVars []string
	body       *component
	bodyVars   []string
	footer     string
	buttons    []templateButton
	named      bool
	otp        bool
}

var (
	variable     = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]*)\s*\}\}`)
	templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
	languageCode = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z][A-Za-z]{1,3})?$`)
	paramName    = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// variables lists the placeholders of a text, each once, in order.
func variables(s string) []string {
	var out []string
	for _, m := range variable.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// readComponents checks components as Meta's review does at once, and gives the shape.
func readComponents(raw json.RawMessage, category, format string) (*shape, *refusal) {
	var cs []component
	if json.Unmarshal(raw, &cs) != nil || len(cs) == 0 {
		return nil, invalidTemplate("components must be an array with at least a BODY")
	}
	s := &shape{named: strings.EqualFold(format, "NAMED"), otp: category == "AUTHENTICATION"}
	seen := map[string]bool{}
	for i := range cs {
		c := &cs[i]
		kind := strings.ToUpper(c.Type)
		if seen[kind] {
			return nil, invalidTemplate("only one " + clip(kind, 20) + " component is allowed")
		}
		seen[kind] = true
		if r := s.take(kind, c); r != nil {
			return nil, r
		}
	}
	if s.body == nil {
		return nil, invalidTemplate("a BODY component is required")
	}
	if s.otp {
		s.bodyVars = []string{"1"}
	}
	return s, nil
}

func (s *shape) take(kind string, c *component) *refusal {
	switch kind {
	case "HEADER":
		return s.takeHeader(c)
	case "BODY":
		s.body = c
		if s.otp {
			return nil
		}
		s.bodyVars = variables(c.Text)
		if c.Text == "" || len([]rune(c.Text)) > 1024 {
			return invalidTemplate("BODY text must have 1 to 1024 characters")
		}
		return s.checkVars("BODY", c.Text, s.bodyVars, c.Example != nil && (len(c.Example.BodyText) > 0 || len(c.Example.BodyNamed) > 0))
	case "FOOTER":
		s.footer = c.Text
		if !s.otp && (c.Text == "" || len([]rune(c.Text)) > 60) {
			return invalidTemplate("FOOTER text must have 1 to 60 characters")
		}
		if len(variables(c.Text)) > 0 {
			return invalidTemplate("FOOTER cannot hold variables")
		}
		return nil
	case "BUTTONS":
		return s.takeButtons(c.Buttons)
	case "CALL_PERMISSION_REQUEST", "LIMITED_TIME_OFFER", "CAROUSEL":
		return nil
	}
	return invalidTemplate("unknown component type " + clip(kind, 30))
}

func (s *shape) takeHeader(c *component) *refusal {
	s.header = c
	switch strings.ToUpper(c.Format) {
	case "TEXT":
		s.headerVars = variables(c.Text)
		if c.Text == "" || len([]rune(c.Text)) > 60 {
			return invalidTemplate("HEADER text must have 1 to 60 characters")
		}
		if len(s.headerVars) > 1 {
			return invalidTemplate("HEADER can hold one variable at most")
		}
		return s.checkVars("HEADER", c.Text, s.headerVars, c.Example != nil && (len(c.Example.HeaderText) > 0 || len(c.Example.HeaderNamed) > 0))
	case "IMAGE", "VIDEO", "DOCUMENT":
		if c.Example == nil || len(c.Example.HeaderHandle) == 0 {
			return invalidTemplate("HEADER of format " + strings.ToUpper(c.Format) + " needs an example header_handle")
		}
		return nil
	case "LOCATION":
		return nil
	}
	return invalidTemplate("HEADER format must be TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION")
}

func (s *shape) checkVars(part, text string, vars []string, hasExample bool) *refusal {
	for i, v := range vars {
		if s.named && !paramName.MatchString(v) {
			return invalidTemplate(part + " variables must be lower-case names")
		}
		if !s.named && v != strconv.Itoa(i+1) {
			return invalidTemplate(part + " variables must count {{1}}, {{2}}, … without a gap")
		}
	}
	if len(vars) > 0 && !hasExample {
		return invalidTemplate(part + " with variables needs an example")
	}
	t := strings.TrimSpace(text)
	if len(vars) > 0 && part == "BODY" && (strings.HasPrefix(t, "{{") || strings.HasSuffix(t, "}}")) {
		return invalidTemplate("variables can't be at the start or end of the template")
	}
	return nil
}

func (s *shape) takeButtons(bs []templateButton) *refusal {
	if len(bs) < 1 || len(bs) > 10 {
		return invalidTemplate("BUTTONS must hold 1 to 10 buttons")
	}
	for i := range bs {
		b := &bs[i]
		b.Type = strings.ToUpper(b.Type)
		if !slices.Contains([]string{"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "FLOW", "OTP", "REQUEST_CONTACT_INFO", "VOICE_CALL"}, b.Type) {
			return invalidTemplate("unknown button type " + clip(b.Type, 30))
		}
		needsText := b.Type != "COPY_CODE" && b.Type != "OTP" && b.Type != "REQUEST_CONTACT_INFO"
		if needsText && b.Text == "" || len([]rune(b.Text)) > 25 {
			return invalidTemplate("button text must have 1 to 25 characters")
		}
		if b.Type == "URL" && !webURL(variable.ReplaceAllString(b.URL, "x")) {
			return invalidTemplate("a URL button needs a valid url")
		}
		if b.Type == "URL" && strings.Contains(b.URL, "{{") && len(b.Example) == 0 {
			return invalidTemplate("a URL button with a variable needs an example")
		}
		if b.Type == "PHONE_NUMBER" && b.PhoneNumber == "" {
			return invalidTemplate("a PHONE_NUMBER button needs a phone_number")
		}
	}
	s.buttons = bs
	return nil
}

func invalidTemplate(details string) *refusal {
	return &refusal{status: 400, code: 100, subcode: 2388293, message: "Invalid parameter", details: details}
}
