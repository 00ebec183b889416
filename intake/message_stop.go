package intake

import (
	"context"
	"strings"

	"jawort/consent"
	"jawort/id"
	"jawort/keyword"
	"jawort/topic"
)

// stop records an opt-out, closes an open question with a no, and puts the one neutral acknowledgement.
func (t *taking) stop(ctx context.Context, i int, c string, r keyword.Reading, codes []string) error {
	e := t.event(i, c, consent.Withdrawn)
	if m := t.in[i].item.Message; m.Button != nil || m.Interactive != nil {
		e.Channel = "button"
	}
	switch r.Intent {
	case keyword.StopAll:
		e.Scope = consent.ScopeAll
	case keyword.StopMarketing:
		e.Scope = consent.ScopeMarketing
	default:
		if len(codes) == 0 {
			var err error
			if codes, err = t.topicsMeant(ctx, payload(t.in[i].item.Message)); err != nil {
				return err
			}
		}
		if e.Scope, e.Topics = consent.ScopeTopic, codes; len(codes) == 0 {
			e.Scope = consent.ScopeAll
		}
	}
	if r.NoAnswer {
		e.Value = consent.NoAnswer
	}
	t.add(i, e)
	if req, ok := t.asks[c]; ok && req.Open(t.now) {
		t.decline(i, c, &req)
		if r.WrongPerson {
			t.closes[req.ID] = consent.RequestDisputed
		}
	}
	return t.acknowledge(ctx, i, c, r, &e)
}

// topicsMeant is the topic that a button names, else every topic that is not marketing: somebody who wants no order
// news and does not say which wants none of them.
func (t *taking) topicsMeant(ctx context.Context, payload string) ([]string, error) {
	if code, ok := strings.CutPrefix(payload, "optout:topic:"); ok {
		return []string{code}, nil
	}
	list, err := topic.List(ctx, t.tx, t.tenant, true)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, x := range list {
		if x.Class != topic.Marketing {
			out = append(out, x.Code)
		}
	}
	return out, nil
}

// decline is a no to our question: quiet for twelve months.
func (t *taking) decline(i int, c string, req *consent.Request) {
	e := t.event(i, c, consent.Declined)
	e.Scope, e.Topics, e.Source, e.Ref = consent.ScopeTopic, req.Topics, req.Source, req.Event
	e.Notice, e.NoticeVersion, e.Language = req.Notice, req.NoticeVersion, req.Language
	t.add(i, e)
	t.closes[req.ID] = consent.RequestDeclined
	delete(t.asks, c)
}

// notMe: the number is somebody else's; everything stops and the address counts as wrong.
func (t *taking) notMe(i int, c string) error {
	t.add(i, t.event(i, c, consent.Disputed))
	if req, ok := t.asks[c]; ok {
		t.decline(i, c, &req)
		t.closes[req.ID] = consent.RequestDisputed
	}
	return nil
}

// unsure pauses marketing until somebody has read the text; undecided after a day it becomes a stop.
func (t *taking) unsure(i int, c string, r keyword.Reading) {
	e := t.event(i, c, consent.Paused)
	e.Scope, e.Actor = consent.ScopeMarketing, consent.Actor{Kind: consent.System}
	e.Reason = "unsure"
	t.add(i, e)
	guess := keyword.Read(keyword.Input{Text: r.Matched, Via: keyword.Text}).Intent // what the words that made it unclear say by themselves
	t.reviews = append(t.reviews, review{id: id.At("rev", t.now), kind: ReviewText, inbound: first(t.in[i].item.Message.ID, t.in[i].item.Key), contact: c,
		guess: string(guess), matched: storable(r.Matched), address: t.address(i), received: t.happened(i)})
}

// forgetting puts a wish to be forgotten before whoever may erase; the law's clock runs from the message.
func (t *taking) forgetting(i int, c string) {
	t.reviews = append(t.reviews, review{id: id.At("rev", t.now), kind: ReviewErase, inbound: first(t.in[i].item.Message.ID, t.in[i].item.Key),
		contact: c, address: t.address(i), received: t.happened(i)})
}
