package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// setTemplate gives a template a state and tells it by webhook. The first pause lasts 3 hours, the second 6, the third
// disables it (WA/templates/template-pausing).
func (s *Server) setTemplate(t *template, status string) {
	more := map[string]any{}
	s.estate.mu.Lock()
	now := s.clock.Now()
	if status == "PAUSED" {
		t.pauses++
		titles := map[int]string{1: "FIRST_PAUSE", 2: "SECOND_PAUSE"}
		if title, ok := titles[t.pauses]; ok {
			t.pausedUntil = now.Add(time.Duration(3*t.pauses) * time.Hour)
			more["other_info"] = map[string]string{"title": title, "description": "The template was paused because of low quality."}
		} else {
			status = "DISABLED"
		}
	}
	event := status
	switch status {
	case "DISABLED":
		more["disable_info"] = map[string]int64{"disable_date": now.Unix()}
	case "REJECTED":
		t.rejected = "INVALID_FORMAT"
		more["rejection_info"] = map[string]string{"reason": "The template does not fit its category.", "recommendation": "Edit and submit again."}
	case "REINSTATED":
		status = "APPROVED"
	}
	t.status = status
	s.estate.mu.Unlock()
	s.templateEvent(t, event, more)
}

// recategorise changes the category; with notice it is only announced, 24 hours ahead, and new_category names the
// present one (WA/webhooks/reference/template_category_update).
func (s *Server) recategorise(t *template, category string, notice bool) {
	s.estate.mu.Lock()
	v := map[string]any{"message_template_id": json.Number(t.id), "message_template_name": t.name, "message_template_language": t.language}
	old := t.category
	if notice {
		v["correct_category"], v["new_category"] = category, old
		v["category_update_timestamp"] = s.clock.Now().Add(24 * time.Hour).Unix()
	} else {
		t.previous, t.category = old, category
		v["previous_category"], v["new_category"] = old, category
	}
	s.estate.mu.Unlock()
	if notice || old != category {
		s.emitAccount("template_category_update", t.waba, v)
	}
}

func (s *Server) rate(t *template, quality string) {
	s.estate.mu.Lock()
	old := t.quality
	t.quality, t.qualityAt = quality, s.clock.Now()
	s.estate.mu.Unlock()
	s.emitAccount("message_template_quality_update", t.waba, map[string]any{"previous_quality_score": old, "new_quality_score": quality,
		"message_template_id": json.Number(t.id), "message_template_name": t.name, "message_template_language": t.language})
}

// hold keeps a paced send back; false if pacing ended meanwhile (WA/templates/template-pacing).
func (s *Server) hold(t *template, f *flow) bool {
	s.estate.mu.Lock()
	defer s.estate.mu.Unlock()
	if !t.held {
		return false
	}
	t.heldFlows = append(t.heldFlows, f)
	return true
}

// pace holds a template's sends, releases them, or drops them: then it is paused and they fail with 132015.
func (s *Server) pace(t *template, how string) error {
	s.estate.mu.Lock()
	flows := t.heldFlows
	switch how {
	case "hold":
		t.held = true
		s.estate.mu.Unlock()
		return nil
	case "release", "drop":
		t.held, t.heldFlows = false, nil
	default:
		s.estate.mu.Unlock()
		return fmt.Errorf("pacing: want hold, release or drop")
	}
	s.estate.mu.Unlock()
	if how == "drop" {
		s.setTemplate(t, "PAUSED")
	}
	for _, f := range flows {
		if how == "release" {
			f.start()
			continue
		}
		f.fail(refuse(132015, "Template is paused due to low quality."))
	}
	return nil
}

// wake ends pauses whose time is over and says so.
func (s *Server) wake() {
	var awake []*template
	s.estate.mu.Lock()
	for _, t := range s.estate.templates {
		if t.status == "PAUSED" && t.stateAt(s.clock.Now()) == "APPROVED" {
			t.status, t.pausedUntil = "APPROVED", time.Time{}
			awake = append(awake, t)
		}
	}
	s.estate.mu.Unlock()
	for _, t := range awake {
		s.templateEvent(t, "APPROVED", map[string]any{"other_info": map[string]string{"title": "UNPAUSE", "description": "The pause is over."}})
	}
}

// named finds templates by name in all WABAs; a language narrows it.
func (e *estate) named(name, language string) []*template {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var out []*template
	for _, a := range e.wabaOrder {
		for _, t := range a.sortedTemplates() {
			if t.name == name && (language == "" || strings.EqualFold(t.language, language)) {
				out = append(out, t)
			}
		}
	}
	return out
}
