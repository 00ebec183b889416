package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
)

// TemplateFields are what is worth reading of a template.
const TemplateFields = "id,name,language,status,category,previous_category,sub_category,parameter_format," +
	"rejected_reason,quality_score,components"

// Template is one language of a template as Meta has it.
type Template struct {
	ID, Name, Language string // language as en_GB
	Status             string // APPROVED PAUSED …
	Category           string // MARKETING UTILITY AUTHENTICATION: Meta's judgement, which can change by itself
	PreviousCategory   string
	SubCategory        string
	ParameterFormat    string // POSITIONAL NAMED
	RejectedReason     string // empty for NONE
	Quality            string // GREEN YELLOW RED; empty if unknown
	Components         json.RawMessage
}

// Templates lists all of an account, page by page.
func (c *Client) Templates(ctx context.Context, waba string) ([]Template, error) {
	var all []Template
	query := url.Values{"fields": {TemplateFields}, "limit": {"250"}}
	err := c.pages(ctx, url.PathEscape(waba)+"/message_templates", query, func(n node) {
		all = append(all, readTemplate(n))
	})
	return all, err
}

func readTemplate(n node) Template {
	t := Template{
		ID: n.get("id").text(), Name: n.get("name").text(), Language: Language(n.get("language").text()),
		Status: n.get("status").text(), Category: n.get("category").text(), PreviousCategory: n.get("previous_category").text(),
		SubCategory: n.get("sub_category").text(), ParameterFormat: n.get("parameter_format").text(),
		RejectedReason: n.get("rejected_reason").text(), Quality: rating(n.get("quality_score").get("score").text()),
	}
	if t.RejectedReason == "NONE" {
		t.RejectedReason = ""
	}
	if v := n.get("components"); v.isArray() {
		t.Components = json.RawMessage(v)
	}
	return t
}

// NewTemplate is a template to be judged by Meta.
type NewTemplate struct {
	Name            string          `json:"name"`
	Language        string          `json:"language"`
	Category        string          `json:"category"`
	ParameterFormat string          `json:"parameter_format,omitempty"`
	Components      json.RawMessage `json:"components"`
}

// CreateTemplate submits a template. The answer's category may already differ from the one asked for: since
// 9 April 2025 a utility template that Meta finds promotional is approved as marketing.
func (c *Client) CreateTemplate(ctx context.Context, waba string, t NewTemplate) (Template, error) {
	b, err := json.Marshal(t)
	if err != nil {
		return Template{}, errors.New("graph: create template: components are not JSON")
	}
	n, err := c.post(ctx, url.PathEscape(waba)+"/message_templates", b)
	if err != nil {
		return Template{}, err
	}
	return Template{
		ID: n.get("id").text(), Name: t.Name, Language: Language(t.Language), Status: n.get("status").text(),
		Category: first(n.get("category").text(), t.Category), ParameterFormat: t.ParameterFormat, Components: t.Components,
	}, nil
}
