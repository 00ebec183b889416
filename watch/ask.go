package watch

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/graph"
	"jawort/quality"
	"jawort/topic"
)

// patience is how long one answer may take.
const patience = 20 * time.Second

// askNumbers asks for the account and all its numbers: two calls, however many numbers. Where the account itself cannot be read, what
// the numbers say of it has to do.
func (p *Poller) askNumbers(ctx context.Context, q *quest) ([]quality.Observation, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	phones, err := q.client.PhoneNumbers(ctx, q.waba)
	if err != nil {
		return nil, err
	}
	a, failure := q.client.Account(ctx, q.waba)
	if err := p.owned(ctx, q, a); err != nil {
		return nil, err
	}
	var out []quality.Observation
	for _, n := range q.numbers {
		at := slices.IndexFunc(phones, func(ph graph.PhoneNumber) bool { return ph.ID == n.ID })
		if at < 0 {
			out = append(out, q.missing(ctx, n)...)
			continue
		}
		out = append(out, ofPhone(n, phones[at])...)
		out = append(out, ofHealth(phones[at].Health, "WABA", quality.OfAccount(q.waba))...)
	}
	if failure != nil {
		p.log().Debug("the account itself cannot be read", "account", q.waba, "error", failure)
		return out, nil
	}
	return append(out, q.ofAccount(a)...), nil
}

// owned tells whose the account is, before anything is said of its portfolio: what Meta says of a limit is said of that one.
func (p *Poller) owned(ctx context.Context, q *quest, a graph.BusinessAccount) error {
	if a.Portfolio == "" || p.Own == nil {
		return nil
	}
	if err := p.Own(ctx, q.tenant, q.waba, account.Portfolio{ID: a.Portfolio, Name: a.Owner}); err != nil {
		return err
	}
	for i := range q.numbers {
		q.numbers[i].Portfolio = a.Portfolio
	}
	return nil
}

// missing is a number that its account does not list: it is asked itself before anybody says that it is gone.
func (q *quest) missing(ctx context.Context, n account.Number) []quality.Observation {
	ph, err := q.client.PhoneNumber(ctx, n.ID, "")
	if e, ok := errors.AsType[*graph.Error](err); ok && e.Code == 100 && e.Subcode == 33 {
		return []quality.Observation{word(quality.OfNumber(n.ID), quality.Status, "DELETED", "", "")}
	}
	if err != nil {
		return nil
	}
	return ofPhone(n, ph)
}

func word(node string, what quality.What, value, note, body string) quality.Observation {
	return quality.Observation{Node: node, What: what, Value: strings.ToUpper(value), Note: note, Way: quality.ByPoll, Body: body}
}

// ofPhone is what a number's answer says. What Meta leaves out says nothing: an answer of another shape must not look like good news.
func ofPhone(n account.Number, ph graph.PhoneNumber) []quality.Observation {
	node := quality.OfNumber(n.ID)
	body := string(ph.Raw)
	var out []quality.Observation
	if ph.Rated {
		rating := ph.Quality
		if rating == "" {
			rating = "UNKNOWN"
		}
		out = append(out, word(node, quality.Rating, rating, "", body))
	}
	for _, w := range []struct {
		what  quality.What
		value string
	}{{quality.Status, ph.Status}, {quality.Name, ph.NameStatus}, {quality.Verified, ph.CodeStatus}, {quality.Throughput, ph.Throughput}} {
		if w.value != "" {
			out = append(out, word(node, w.what, w.value, "", body))
		}
	}
	if ph.Limit != graph.LimitUnknown {
		out = append(out, word(quality.OfPortfolio(n.Portfolio), quality.Limit, strconv.FormatInt(int64(ph.Limit), 10), "", body))
	}
	return append(out, ofHealth(ph.Health, "PHONE_NUMBER", node)...)
}

func (q *quest) ofAccount(a graph.BusinessAccount) []quality.Observation {
	node := quality.OfAccount(q.waba)
	var out []quality.Observation
	if a.Review != "" {
		out = append(out, word(node, quality.Review, a.Review, "", string(a.Raw)))
	}
	if a.Limit != graph.LimitUnknown {
		for _, portfolio := range q.portfolios() {
			out = append(out, word(quality.OfPortfolio(portfolio), quality.Limit, strconv.FormatInt(int64(a.Limit), 10), "", string(a.Raw)))
		}
	}
	return append(out, ofHealth(a.Health, "WABA", node)...)
}

func (q *quest) portfolios() []string {
	var out []string
	for _, n := range q.numbers {
		if !slices.Contains(out, n.Portfolio) {
			out = append(out, n.Portfolio)
		}
	}
	return out
}

// ofHealth is what health_status says of one of its entities.
func ofHealth(h *graph.Health, kind, node string) []quality.Observation {
	if h == nil {
		return nil
	}
	for _, e := range h.Entities {
		if e.Type != kind || e.CanSend == "" {
			continue
		}
		notes := slices.Clone(e.Info)
		for _, p := range e.Problems {
			notes = append(notes, p.Description)
		}
		return []quality.Observation{word(node, quality.CanSend, e.CanSend, strings.Join(notes, " "), "")}
	}
	return nil
}

func (p *Poller) askTemplates(ctx context.Context, q *quest) ([]quality.Observation, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	list, err := q.client.Templates(ctx, q.waba)
	if err != nil {
		return nil, err // half a list is none
	}
	for _, t := range list {
		if t.Name != "" && t.Language != "" {
			q.answer.Templates = append(q.answer.Templates, topic.Template{Name: t.Name, Language: t.Language, MetaID: t.ID, Category: t.Category,
				Status: t.Status, Quality: t.Quality, Components: t.Components})
		}
	}
	return nil, nil
}

// expiring is how long before its end a token is told of.
const expiring = 14 * 24 * time.Hour

// askTokens asks what each number's token is still worth.
func (p *Poller) askTokens(ctx context.Context, q *quest) ([]quality.Observation, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	var out []quality.Observation
	var failed error
	for _, n := range q.numbers {
		c, err := p.client(q, n)
		if err != nil {
			failed = err
			continue
		}
		info, err := c.DebugToken(ctx)
		node := quality.OfNumber(n.ID)
		if why, _ := Why(err); err != nil && why == "token" {
			out = append(out, word(node, quality.Token, "INVALID", "", ""))
			continue
		}
		if err != nil {
			failed = err
			continue
		}
		w := word(node, quality.Token, "VALID", "", "")
		if !info.Valid {
			w.Value = "INVALID"
		} else if !info.Expires.IsZero() {
			w.Until = info.Expires.UnixMicro()
		}
		out = append(out, w)
	}
	return out, failed
}
