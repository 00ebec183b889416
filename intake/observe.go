package intake

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/quality"
	"jawort/topic"
)

// Polled takes in what Meta answered when asked. Words of templates take effect as they are folded with the webhooks, so that an
// answer from Meta's cache does not undo what a webhook told.
func (k *Desk) Polled(ctx context.Context, tenant string, p quality.Answer) error {
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		said := slices.Clone(p.Said)
		for _, t := range p.Templates {
			said = append(said, templateWords(p.WABA, t)...)
		}
		changes, err := quality.Observe(ctx, tx, tenant, said, now)
		if err != nil {
			return err
		}
		if err := keepTemplates(ctx, tx, tenant, p, now); err != nil {
			return err
		}
		return takeEffect(ctx, tx, tenant, changes, now)
	})
	if err != nil {
		return fmt.Errorf("take in what Meta answered about account %s: %w", p.WABA, err)
	}
	return nil
}

func templateWords(waba string, t topic.Template) []quality.Observation {
	node := quality.OfTemplate(waba, t.Name, topic.Locale(t.Language))
	var out []quality.Observation
	for _, w := range []struct {
		what  quality.What
		value string
	}{{quality.Status, t.Status}, {quality.Category, t.Category}, {quality.Rating, first(t.Quality, "UNKNOWN")}} {
		if w.value != "" {
			out = append(out, quality.Observation{Node: node, What: w.what, Value: w.value, Way: quality.ByPoll})
		}
	}
	return out
}

// keepTemplates keeps the list with the words that hold.
func keepTemplates(ctx context.Context, tx *db.Tx, tenant string, p quality.Answer, now int64) error {
	if len(p.Templates) == 0 {
		return nil
	}
	list := slices.Clone(p.Templates)
	at, nodes := map[string]int{}, make([]string, len(list))
	for i, t := range list {
		nodes[i] = quality.OfTemplate(p.WABA, t.Name, topic.Locale(t.Language))
		at[nodes[i]] = i
	}
	stand, err := quality.StandingsOf(ctx, tx, tenant, nodes)
	if err != nil {
		return err
	}
	for _, s := range stand {
		t := &list[at[s.Node]]
		switch s.What {
		case quality.Status:
			t.Status = s.Value
		case quality.Category:
			t.Category = s.Value
		case quality.Rating:
			t.Quality = s.Value
		}
	}
	_, err = topic.UpsertFromMeta(ctx, tx, tenant, p.WABA, list, now)
	return err
}

// takeEffect lets what Meta said count: the gate reads it from numbers, portfolios and templates. Whoever must be warned is.
func takeEffect(ctx context.Context, tx *db.Tx, tenant string, changes []quality.Change, now int64) error {
	if len(changes) == 0 {
		return nil
	}
	for _, c := range changes {
		if err := effectOf(ctx, tx, tenant, c.Standing, now); err != nil {
			return fmt.Errorf("let %s of %s count: %w", c.What, c.Node, err)
		}
	}
	return alert.Watch(ctx, tx, tenant)
}

// paces are the messages a second of Meta's throughput levels (facts/meta.md 5.4).
var paces = map[string]int64{"STANDARD": 80, "HIGH": 1000}

func effectOf(ctx context.Context, tx *db.Tx, tenant string, s quality.Standing, now int64) error {
	if waba, name, lang, ok := quality.TemplateOf(s.Node); ok {
		key := topic.Key{WABA: waba, Name: name, Language: lang}
		var err error
		switch s.What {
		case quality.Status:
			_, err = topic.SetStatus(ctx, tx, tenant, key, s.Value, now)
		case quality.Category:
			_, err = topic.SetCategory(ctx, tx, tenant, key, s.Value, now)
		case quality.Rating:
			_, err = topic.SetQuality(ctx, tx, tenant, key, s.Value, now)
		}
		return err
	}
	id := quality.IDOf(s.Node)
	switch s.What {
	case quality.Status:
		return account.SetNumberStatus(ctx, tx, tenant, id, s.Value, 0)
	case quality.Throughput:
		return account.SetNumberStatus(ctx, tx, tenant, id, "", paces[s.Value])
	case quality.Limit:
		limit, err := strconv.ParseInt(s.Value, 10, 64)
		if err != nil || limit == 0 || limit < account.Unlimited {
			return nil
		}
		return account.SetLimit(ctx, tx, tenant, id, limit)
	}
	return nil
}
