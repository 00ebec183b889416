package intake

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/graph"
	"jawort/quality"
	"jawort/topic"
)

// observe takes in what Meta tells of accounts, numbers, portfolios and templates.
func (t *taking) observe(ctx context.Context, at []int) error {
	var list []quality.Observation
	for _, i := range at {
		it := &t.in[i].item
		if it.Account == nil && it.Alert == nil && it.Capability == nil && it.Number == nil && it.Template == nil {
			continue
		}
		if err := t.templateByID(ctx, it); err != nil {
			return err
		}
		said, err := t.said(ctx, it)
		if err != nil {
			return err
		}
		for _, o := range said {
			o.Way, o.At, o.Body = quality.ByWebhook, t.happened(i), string(it.Raw)
			if o.Until < 0 { // so long from then on
				o.Until = o.At - o.Until
			}
			if t.in[i].raw != nil {
				o.Raw = t.in[i].raw.id
			}
			list = append(list, o)
		}
	}
	changes, err := quality.Observe(ctx, t.tx, t.tenant, list, t.now)
	if err != nil {
		return err
	}
	return takeEffect(ctx, t.tx, t.tenant, changes, t.now)
}

// said is what one item says, of which nodes.
func (t *taking) said(ctx context.Context, it *graph.Item) ([]quality.Observation, error) {
	waba := accountOf(it)
	if it.Template != nil {
		return ofTemplate(waba, it), nil
	}
	numbers, err := account.NumbersByWABA(ctx, t.tx, waba)
	if err != nil {
		return nil, err
	}
	numbers = slices.DeleteFunc(numbers, func(n account.Number) bool { return n.Tenant != t.tenant })
	if len(numbers) == 0 {
		return nil, fmt.Errorf("account of no number")
	}
	switch {
	case it.Account != nil:
		return ofAccount(waba, it.Account), nil
	case it.Alert != nil:
		return ofAlert(waba, numbers, it.Alert), nil
	case it.Capability != nil:
		return ofLimit(numbers[0].Portfolio, it.Capability.Limit, it.Capability.LimitPerPhone), nil
	}
	return ofNumber(waba, numbers, it), nil
}

func ofAccount(waba string, a *graph.Account) []quality.Observation {
	one := quality.Observation{Node: quality.OfAccount(waba), What: quality.Event, Value: a.Event, Note: a.Reason}
	switch a.Event {
	case "REVIEW":
		one.What, one.Value = quality.Review, a.Decision
	case "ACCOUNT_RESTRICTION":
		var out []quality.Observation
		for _, r := range a.Restrictions {
			out = append(out, quality.Observation{Node: one.Node, What: quality.RestrictionOf(r.Type), Value: "ACTIVE", Until: micros(r.Expires), Note: r.Remediation})
		}
		return out
	case "ACCOUNT_VIOLATION":
		one.What, one.Value = quality.Violation, first(a.Violation, "UNKNOWN")
	case "DISABLED_UPDATE":
		one.What, one.Value, one.Note = quality.Ban, a.BanState, a.BanDate
	case "ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED":
		one.What = quality.Link
	case "ACCOUNT_RECONNECTED", "PARTNER_ADDED", "PARTNER_APP_INSTALLED":
		one.What, one.Value = quality.Link, "CONNECTED"
	case "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE":
		one.Note = a.Country
	}
	if one.Value == "" {
		return nil
	}
	return []quality.Observation{one}
}

// ofAlert: a notice that is over is a word too, so that it ends what it began.
func ofAlert(waba string, numbers []account.Number, a *graph.Alert) []quality.Observation {
	node := quality.OfAccount(waba)
	switch a.EntityType {
	case "BUSINESS":
		node = quality.OfPortfolio(numbers[0].Portfolio)
	case "PHONE_NUMBER":
		for _, n := range numbers {
			if n.ID == a.EntityID {
				node = quality.OfNumber(n.ID)
			}
		}
	}
	value := first(a.Severity, "INFORMATIONAL")
	if a.Status == "NONE" {
		value = "NONE"
	}
	if a.Type == "" {
		return nil
	}
	return []quality.Observation{{Node: node, What: quality.NoticeOf(a.Type), Value: value, Note: a.Description}}
}

// ofLimit takes the first limit that Meta tells: names and places of it changed over the years.
func ofLimit(portfolio string, limits ...graph.Limit) []quality.Observation {
	for _, l := range limits {
		if l != graph.LimitUnknown {
			return []quality.Observation{{Node: quality.OfPortfolio(portfolio), What: quality.Limit, Value: strconv.FormatInt(int64(l), 10)}}
		}
	}
	return nil
}

// numberWords are the events of phone_number_quality_update, today's and yesterday's.
var numberWords = map[string]struct {
	what  quality.What
	value string
}{
	"FLAGGED": {quality.Status, "FLAGGED"}, "UNFLAGGED": {quality.Status, "CONNECTED"}, "THROUGHPUT_UPGRADE": {quality.Throughput, "HIGH"},
}

func ofNumber(waba string, numbers []account.Number, it *graph.Item) []quality.Observation {
	n, node := it.Number, quality.OfAccount(waba)
	var portfolio string
	for _, own := range numbers {
		portfolio = first(portfolio, own.Portfolio)
		if own.Display == typedDigits(it.Display) {
			node, portfolio = quality.OfNumber(own.ID), own.Portfolio
		}
	}
	one := func(w quality.What, value, note string) []quality.Observation {
		if value == "" {
			return nil
		}
		return []quality.Observation{{Node: node, What: w, Value: value, Note: note}}
	}
	switch it.Field {
	case "phone_number_name_update":
		return one(quality.Name, n.Decision, first(n.RejectionReason, n.RequestedName))
	case "security":
		return one(quality.Security, n.Event, "")
	}
	out := ofLimit(portfolio, n.Limit, n.Current)
	if w, ok := numberWords[n.Event]; ok {
		return append(out, one(w.what, w.value, "")...)
	}
	return append(out, one(quality.Event, n.Event, "")...)
}

// pauses are how long a template rests, by the title of its pause (facts/meta.md 4.3).
var pauses = map[string]time.Duration{"FIRST_PAUSE": 3 * time.Hour, "SECOND_PAUSE": 6 * time.Hour}

func ofTemplate(waba string, it *graph.Item) []quality.Observation {
	c := it.Template
	if c.Name == "" {
		return nil
	}
	one := quality.Observation{Node: quality.OfTemplate(waba, c.Name, topic.Locale(c.Language)), Note: first(c.Detail, c.Reason)}
	switch it.Kind {
	case graph.KindTemplateStatus:
		one.What, one.Value, one.Until = quality.Status, c.Event, -pauses[c.Title].Microseconds()
		if c.Event == "REINSTATED" || c.Event == "UNARCHIVED" {
			one.Value = "APPROVED"
		}
	case graph.KindTemplateQuality:
		one.What, one.Value = quality.Rating, first(c.Quality, "UNKNOWN")
	case graph.KindTemplateCategory:
		if c.NextCategory != "" {
			one.What, one.Value, one.Until = quality.NextCategory, c.NextCategory, micros(c.CategoryAt)
		} else {
			one.What, one.Value = quality.Category, c.Category
		}
	}
	if one.Value == "" {
		return nil
	}
	return []quality.Observation{one}
}

// templateByID takes in what names a template by Meta's id alone: that cannot be folded, only believed.
func (t *taking) templateByID(ctx context.Context, it *graph.Item) error {
	c := it.Template
	if c == nil || c.Name != "" || c.ID == "" {
		return nil
	}
	key := topic.Key{WABA: it.WABA, MetaID: c.ID}
	var err error
	switch it.Kind {
	case graph.KindTemplateStatus:
		_, err = topic.SetStatus(ctx, t.tx, t.tenant, key, c.Event, t.now)
	case graph.KindTemplateQuality:
		_, err = topic.SetQuality(ctx, t.tx, t.tenant, key, c.Quality, t.now)
	case graph.KindTemplateCategory:
		if c.Category != "" && c.NextCategory == "" {
			_, err = topic.SetCategory(ctx, t.tx, t.tenant, key, c.Category, t.now)
		}
	}
	return err
}

func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}

func digitsOf(s string) string {
	var out []rune
	for _, r := range s {
		if r >= '0' && r <= '9' {
			out = append(out, r)
		}
	}
	return string(out)
}
