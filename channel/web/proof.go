package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jawort/consent"
)

// proof is what our own server saw of an act: when the page was served and in which words, from where, with what, and which
// boxes were ticked. Nothing of what was typed stands in it; the address is in the event.
func (v *visit) proof(o offer, f form, t stamp) []consent.Evidence {
	boxes := map[string]bool{}
	for _, code := range o.codes() {
		boxes[code] = slices.Contains(f.ticked, code)
	}
	filled, _ := json.Marshal(struct {
		Boxes  map[string]bool `json:"boxes"`
		One    bool            `json:"one_box,omitempty"`
		Fields []string        `json:"fields"`
	}{boxes, o.source.Settings.OneBox, f.fields})
	list := []consent.Evidence{
		{Kind: "wording", Value: fmt.Sprintf("%s version %d %s sha256:%s", o.notice.Notice, o.notice.Version, o.notice.Language, o.notice.Hash)},
		{Kind: "shown_at", Value: time.UnixMicro(t.At).UTC().Format(time.RFC3339)},
		{Kind: "form", Value: string(filled)},
	}
	if years := o.years(); years != "" && f.ofAge {
		list = append(list, consent.Evidence{Kind: "age", Value: years})
	}
	return append(list, v.trace("/o/"+o.source.ID)...)
}

// trace is from where and with what somebody came. path is handed in, because a link's own path is a secret.
func (v *visit) trace(path string) []consent.Evidence {
	list := []consent.Evidence{{Kind: "page", Value: v.address(path)}}
	if ip := shortened(v.s.client(v.r)); ip != "" {
		list = append(list, consent.Evidence{Kind: "ip", Value: ip})
	}
	if agent := cleaned(v.r.UserAgent(), 200); agent != "" {
		list = append(list, consent.Evidence{Kind: "user_agent", Value: agent})
	}
	return list
}
