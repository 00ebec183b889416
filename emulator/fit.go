package emulator

import (
	"slices"
	"strings"
)

// check looks at a template body alone, before the template is known.
func (t *templateBody) check() *refusal {
	if r := need("template.name", t.Name, 512); r != nil {
		return r
	}
	if t.Language == nil {
		return refuse(131008, "Required parameter 'template.language' is missing.")
	}
	return need("template.language.code", t.Language.Code, 20)
}

// fit holds the parameters of a send against the approved template (WA/messages/template-messages).
func (s *shape) fit(comps []templateComponent) *refusal {
	header, body := 0, 0
	buttons := map[int]bool{}
	for _, c := range comps {
		switch strings.ToLower(c.Type) {
		case "header":
			header++
			if r := s.fitHeader(c.Params); r != nil {
				return r
			}
		case "body":
			body++
			if r := s.fitVars("body", s.bodyVars, c.Params); r != nil {
				return r
			}
		case "button":
			if r := s.fitButton(c); r != nil {
				return r
			}
			buttons[c.Index.n] = true
		case "carousel", "limited_time_offer", "order_status", "footer":
		default:
			return refuse(131009, "Parameter 'template.components.type' must be header, body or button.")
		}
	}
	if header > 1 || body > 1 {
		return refuse(131009, "A component may be given only once.")
	}
	if header == 0 {
		if r := s.fitHeader(nil); r != nil {
			return r
		}
	}
	if body == 0 {
		if r := s.fitVars("body", s.bodyVars, nil); r != nil {
			return r
		}
	}
	return s.missingButtons(buttons)
}

func (s *shape) fitHeader(params []templateParameter) *refusal {
	format := ""
	if s.header != nil {
		format = strings.ToLower(s.header.Format)
	}
	switch format {
	case "", "text":
		return s.fitVars("header", s.headerVars, params)
	case "location":
		if len(params) != 1 || params[0].Type != "location" || len(params[0].Location) == 0 {
			return refuse(132012, "header: Format mismatch, expected LOCATION, received %s", received(params))
		}
		return nil
	}
	if len(params) != 1 || params[0].Type != format {
		return refuse(132012, "header: Format mismatch, expected %s, received %s", strings.ToUpper(format), received(params))
	}
	p := params[0]
	m := map[string]*mediaBody{"image": p.Image, "video": p.Video, "document": p.Document}[format]
	if m == nil {
		return refuse(131008, "Required parameter 'header.%s' is missing.", format)
	}
	return m.check("header." + format)
}

func received(params []templateParameter) string {
	if len(params) == 0 {
		return "UNKNOWN"
	}
	return strings.ToUpper(clip(params[0].Type, 20))
}

func (s *shape) fitVars(part string, want []string, params []templateParameter) *refusal {
	if len(params) != len(want) {
		return refuse(132000, "%s: number of localizable_params (%d) does not match the expected number of params (%d)",
			part, len(params), len(want))
	}
	var given []string
	for i, p := range params {
		if r := p.checkText(part, i); r != nil {
			return r
		}
		if !s.named && p.Name != "" {
			return refuse(132012, "%s: parameter_name is only for templates of parameter_format NAMED", part)
		}
		if s.named && (!slices.Contains(want, p.Name) || slices.Contains(given, p.Name)) {
			return refuse(132012, "%s: parameter_name %q does not match the template", part, clip(p.Name, 40))
		}
		given = append(given, p.Name)
	}
	return nil
}

func (p *templateParameter) checkText(part string, i int) *refusal {
	value := p.Text
	switch p.Type {
	case "text":
	case "currency":
		if p.Currency != nil {
			value = &p.Currency.Fallback
		}
	case "date_time":
		if p.DateTime != nil {
			value = &p.DateTime.Fallback
		}
	default:
		return refuse(132012, "%s: Parameter of type %s where text is expected", part, clip(p.Type, 20))
	}
	if value == nil || *value == "" {
		return refuse(131008, "%s: parameter %d has no value", part, i+1)
	}
	if strings.ContainsAny(*value, "\n\t") || strings.Contains(*value, "     ") {
		return refuse(132018, "%s: Param text cannot have new-line/tab characters or more than 4 consecutive spaces", part)
	}
	if len([]rune(*value)) > 1024 {
		return refuse(132005, "%s: parameter %d is too long", part, i+1)
	}
	return nil
}

func (s *shape) fitButton(c templateComponent) *refusal {
	if !c.Index.set {
		return refuse(131008, "Required parameter 'index' of a button is missing.")
	}
	if c.Index.n >= len(s.buttons) {
		return refuse(132018, "button at index %d does not exist in the template", c.Index.n)
	}
	b := s.buttons[c.Index.n]
	want := map[string]string{"QUICK_REPLY": "quick_reply", "URL": "url", "COPY_CODE": "copy_code", "FLOW": "flow", "OTP": "url"}[b.Type]
	if strings.ToLower(c.SubType) != want {
		return refuse(132018, "button at index %d: sub_type must be %q", c.Index.n, want)
	}
	if len(c.Params) != 1 {
		return refuse(132000, "button at index %d: one parameter is expected", c.Index.n)
	}
	p := c.Params[0]
	switch {
	case want == "quick_reply" && p.Payload == nil, want == "copy_code" && p.CouponCode == nil,
		want == "url" && p.Text == nil, want == "flow" && len(p.Action) == 0:
		return refuse(132012, "button at index %d: parameter does not fit a %s button", c.Index.n, want)
	case want == "url" && b.Type == "URL" && !strings.Contains(b.URL, "{{"):
		return refuse(132018, "button at index %d: the url has no variable", c.Index.n)
	}
	return nil
}

// missingButtons: dynamic URLs, codes and one-time passwords must be given, payloads need not.
func (s *shape) missingButtons(given map[int]bool) *refusal {
	for i, b := range s.buttons {
		dynamic := b.Type == "URL" && strings.Contains(b.URL, "{{") || b.Type == "COPY_CODE" || b.Type == "OTP"
		if dynamic && !given[i] {
			return refuse(131008, "Required parameter: button at index %d needs a parameter", i)
		}
	}
	return nil
}
