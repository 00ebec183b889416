package intake

import (
	"context"
	"strings"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/graph"
	"jawort/id"
	"jawort/notice"
	"jawort/outbox"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// tap is an answer by a button of our question. A tap after it closed starts a fresh question inside the open window.
func (t *taking) tap(ctx context.Context, i int, c string, m *graph.Inbound) error {
	answer := tapOf(m)
	req, ok := t.taps[answer.request]
	if !ok {
		return nil
	}
	asked, err := contact.Current(ctx, t.tx, t.tenant, []string{req.Contact})
	if err != nil || asked[req.Contact] != c {
		return err // somebody else's button, passed on
	}
	chosen := answer.chosen(req.Topics)
	switch {
	case answer.no:
		t.decline(i, c, &req)
	case len(chosen) == 0:
		return nil
	case req.Open(t.now), answer.topics != nil && req.State == consent.RequestGranted && t.now < req.Until: // one row after another
		req.Topics = chosen
		return t.grant(ctx, i, c, &req)
	case req.State == consent.RequestOpen || req.State == consent.RequestOver:
		return t.askAgain(ctx, i, c, &req)
	}
	return nil
}

// grant is the person's own word for a request: by the code they wrote, the button they tapped, or a clear yes. It is
// the writer's consent, whoever's number was typed.
func (t *taking) grant(ctx context.Context, i int, c string, req *consent.Request) error {
	e := t.event(i, c, consent.Granted)
	if err := answers(ctx, t.tx, t.tenant, &e, req); err != nil {
		return err
	}
	if t.tapped(i).request != "" {
		e.Channel = "button"
	}
	if req.Origin != "" {
		e.Evidence = append(e.Evidence, consent.Evidence{Kind: "referral", Value: req.Origin})
	}
	t.add(i, e)
	t.closes[req.ID] = consent.RequestGranted
	delete(t.codes, req.Code) // the code is used up, also for the next item of this batch
	delete(t.asks, c)
	return t.confirmed(ctx, i, c, &e)
}

// answers makes an event the answer to a request: its topics and source, and the words it was asked in.
func answers(ctx context.Context, tx *db.Tx, tenant string, e *consent.Event, req *consent.Request) error {
	e.Scope, e.Topics, e.Source, e.Ref = consent.ScopeTopic, req.Topics, req.Source, req.Event
	e.Notice, e.NoticeVersion, e.Language = req.Notice, req.NoticeVersion, req.Language
	if req.Notice == "" {
		return nil
	}
	text, err := notice.Body(ctx, tx, tenant, req.Notice, req.NoticeVersion, req.Language)
	e.NoticeHash, e.CapMonth = text.Hash, text.CapMonth
	return err
}

// askAgain puts the question once more, as buttons inside the window.
func (t *taking) askAgain(ctx context.Context, i int, c string, old *consent.Request) error {
	tenant, err := account.TenantOf(ctx, t.tx, t.tenant)
	if err != nil {
		return err
	}
	topics, err := topic.CheckCodes(ctx, t.tx, t.tenant, old.Topics)
	if err != nil {
		return nil // a topic is gone: there is nothing left to ask
	}
	r := *old
	r.ID, r.Code, r.Contact, r.State = id.At("req", t.now), hashCode(source.NewCode()), c, consent.RequestOpen
	r.CreatedAt, r.Until, r.AskedAt = t.now, t.now+linkLife, t.now
	var names []string
	for _, code := range old.Topics {
		names = append(names, topics[code].Text(old.Language).Name)
	}
	m, err := t.question(i, c, &r, say.MatchPublic(old.Language), tenant.Name, names)
	if err != nil {
		return err
	}
	r.Question = m.ID
	t.puts = append(t.puts, m)
	return consent.PutRequests(ctx, t.tx, t.tenant, r)
}

func (t *taking) question(i int, c string, r *consent.Request, lang, business string, names []string) (outbox.Message, error) {
	text := say.Text(lang, "intake.question", say.Args{"Business": business, "Topics": strings.Join(names, ", ")})
	return t.tappable(i, c, yesOrNo(lang, text, r.ID))
}
