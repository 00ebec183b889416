package gate

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/consent"
	"jawort/db"
)

// Record is one decision to keep, with the facts that made it. None of it is an address.
type Record struct {
	At       int64
	Decision *Decision // its ID must be set
	Facts    *Facts
	Message  *Message
	ID       string // the message's; empty for a mere check
}

// body is what the table keeps as JSON.
type body struct {
	Effective Verdict      `json:"effective"`
	Mode      Mode         `json:"mode"`
	Reasons   []keptReason `json:"reasons,omitempty"`
	Until     int64        `json:"until,omitempty"`
	Rules     string       `json:"rules"`
	Rev       int64        `json:"rev"`
	Class     string       `json:"class,omitempty"`
	Purpose   Purpose      `json:"purpose,omitempty"`
	Kind      string       `json:"kind,omitempty"`
	Language  string       `json:"language,omitempty"`
	Facts     *Facts       `json:"facts"`
}

type keptReason struct {
	Code  string `json:"code"`
	Until int64  `json:"until,omitempty"`
	Name  string `json:"name,omitempty"`
	Count int64  `json:"count,omitempty"`
}

func (r *Record) body() (string, error) {
	d := r.Decision
	b := body{Effective: d.Effective, Mode: d.Mode, Until: d.Until, Rules: d.Rules, Rev: d.Rev, Class: string(d.Class),
		Purpose: d.Purpose, Kind: r.Message.Kind, Language: r.Message.Language, Facts: r.Facts}
	for _, reason := range d.Reasons {
		b.Reasons = append(b.Reasons, keptReason{reason.Code, reason.Until, reason.Name, reason.Count})
	}
	text, err := json.Marshal(b)
	return string(text), err
}

// Keep writes the decisions.
func Keep(ctx context.Context, tx *db.Tx, tenant string, records []Record) error {
	if len(records) == 0 {
		return nil
	}
	bodies := make([]string, len(records))
	for i := range records {
		var err error
		if bodies[i], err = records[i].body(); err != nil {
			return fmt.Errorf("keep decision %s: %w", records[i].Decision.ID, err)
		}
	}
	if err := insertDecisions(ctx, tx, tenant, records, bodies); err != nil {
		return fmt.Errorf("keep %d decisions: %w", len(records), err)
	}
	return nil
}

// Kept is a decision read back. To is empty: the address was never kept; who shows it to the caller puts it in.
type Kept struct {
	Decision
	At                               int64
	Number, Program, Message, Reason string
	Template                         string
	Facts                            *Facts
}

// fill restores a decision from what was kept. A reason that has since been given up keeps its code.
func (k *Kept) fill(text string) error {
	var b body
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return fmt.Errorf("read decision %s: %w", k.ID, err)
	}
	k.Effective, k.Mode, k.Until, k.Rules, k.Rev, k.Facts = b.Effective, b.Mode, b.Until, b.Rules, b.Rev, b.Facts
	k.Class, k.Purpose = consent.Class(b.Class), b.Purpose
	for _, r := range b.Reasons {
		g := GroundOf(r.Code)
		if g == nil {
			g = &Ground{Code: r.Code, Verdict: Refuse}
		}
		k.Reasons = append(k.Reasons, Reason{Ground: g, Until: r.Until, Name: r.Name, Count: r.Count})
	}
	return nil
}

// Get reads kept decisions; ids that are not the tenant's are missing.
func Get(ctx context.Context, tx *db.Tx, tenant string, ids []string) (map[string]Kept, error) {
	if len(ids) == 0 {
		return map[string]Kept{}, nil
	}
	list, err := selectDecisions(ctx, tx, tenant, ids)
	if err != nil {
		return nil, fmt.Errorf("get %d decisions: %w", len(ids), err)
	}
	out := make(map[string]Kept, len(list))
	for _, k := range list {
		out[k.ID] = k
	}
	return out, nil
}
