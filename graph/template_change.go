package graph

import (
	"strings"
	"time"
)

// TemplateChange is what Meta did to a template: state, quality or category.
type TemplateChange struct {
	ID       string // an integer in webhooks, a string in answers: here always a string
	Name     string
	Language string // de, en_GB: Meta writes en-US and en_US

	Event     string // of the state: APPROVED PAUSED DISABLED REJECTED …
	Reason    string // empty for NONE and null
	Title     string // FIRST_PAUSE SECOND_PAUSE RATE_LIMITING_PAUSE UNPAUSE DISABLED
	Detail    string
	DisableAt time.Time

	Category         string // the category now in force, where the webhook tells
	PreviousCategory string
	NextCategory     string // announced, in force from CategoryAt on
	CategoryAt       time.Time

	PreviousQuality, Quality string
}

func readTemplateChange(n node) *TemplateChange {
	other, rejection := n.get("other_info"), n.get("rejection_info")
	t := &TemplateChange{
		ID: n.get("message_template_id").text(), Name: n.get("message_template_name").text(),
		Language: Language(n.get("message_template_language").text()),
		Event:    n.get("event").text(), Reason: n.get("reason").text(), Title: other.get("title").text(),
		Detail:          first(other.get("description").text(), first(rejection.get("reason").text(), rejection.get("recommendation").text())),
		DisableAt:       n.get("disable_info").get("disable_date").time(),
		PreviousQuality: n.get("previous_quality_score").text(), Quality: n.get("new_quality_score").text(),
		Category: n.get("message_template_category").text(),
	}
	if t.Reason == "NONE" {
		t.Reason = ""
	}
	t.readCategory(n)
	return t
}

// readCategory: a day ahead new_category is the present one and correct_category what it will be
// (WA/templates/template-categorization).
func (t *TemplateChange) readCategory(n node) {
	if c := n.get("new_category").text(); c != "" {
		t.Category = c
	}
	t.PreviousCategory = n.get("previous_category").text()
	t.NextCategory, t.CategoryAt = n.get("correct_category").text(), n.get("category_update_timestamp").time()
}

// Language writes a template's language Meta's usual way: en_GB.
func Language(s string) string { return strings.ReplaceAll(s, "-", "_") }
