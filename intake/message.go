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
	"jawort/keyword"
	"jawort/notice"
	"jawort/outbox"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// message lets a message take effect: the window, then what it asks for. An opt-out always wins over an opt-in in the
// same message.
func (t *taking) message(ctx context.Context, i int, c string) error {
	m := t.in[i].item.Message
	switch {
	case m.System != nil:
		return nil // who somebody is was settled in people
	case m.Revoke != nil:
		return t.proofTouched(ctx, i, c, m.Revoke.OriginalID, consent.ProofRevoked)
	case m.Edit != nil:
		if err := t.proofTouched(ctx, i, c, m.Edit.OriginalID, consent.ProofEdited); err != nil {
			return err
		}
	}
	r := t.read(i, c, m)
	byButton(&r, payload(m))
	r = beside(m, r)
	ours := !t.elsewhere[i] && (asksForSettings(m) || strings.HasPrefix(payload(m), setAsk))
	if t.tapped(i).request != "" || ours { // the title is ours, whatever a topic is called
		r = keyword.Reading{Intent: keyword.None, Confidence: 1, Matched: "tap"}
	}
	text, _ := m.Words()
	req, coded := t.codes[hashCode(codeIn(text))]
	if coded && req.Words == hashWords(text) { // our own words, unchanged: a business may be called Stop & Shop
		r = keyword.Reading{Intent: keyword.Start, Confidence: 1, Matched: "declaration"}
	}
	r, named, err := t.named(ctx, m, r)
	if err != nil {
		return err
	}
	stop := stops(r)
	if t.in[i].unconnected {
		return t.lessen(ctx, i, c, r, named)
	}
	if m.ByPerson() {
		t.window(i, c, !stop)
		t.clearHeard(i, c)
	}
	t.keep(i, c, m, r)
	if m.ByPerson() && keyword.WantsForgetting(text) {
		t.forgetting(i, c)
	}
	switch {
	case stop:
		return t.stop(ctx, i, c, r, named)
	case r.WrongPerson, strings.HasPrefix(payload(m), "notme"):
		return t.notMe(i, c)
	case t.tapped(i).request != "":
		return t.tap(ctx, i, c, m)
	}
	if ours {
		if done, err := t.settingsTap(ctx, i, c, m); done || err != nil {
			return err
		}
	}
	if coded && m.Edit == nil && req.Open(t.now) && req.Source != "" {
		return t.grant(ctx, i, c, &req)
	}
	if open, asked := t.asks[c]; !asked || !open.Open(t.now) {
		if done, err := t.thread(ctx, i, c, m, r); done || err != nil {
			return err
		}
	}
	return t.answer(ctx, i, c, r)
}

// byButton reads the payloads of our own buttons: what they say does not depend on their titles.
func byButton(r *keyword.Reading, payload string) {
	rest, ok := strings.CutPrefix(payload, "optout:")
	if !ok {
		return
	}
	switch scope, _, _ := strings.Cut(rest, ":"); scope {
	case "all":
		r.Intent = keyword.StopAll
	case "marketing":
		r.Intent = keyword.StopMarketing
	case "topic":
		r.Intent = keyword.StopTopic
	default:
		return
	}
	r.Matched, r.Confidence = payload, 1
}

// answer is what words come to that are no stop, no code and no tap: an answer to our open question, or nothing.
func (t *taking) answer(ctx context.Context, i int, c string, r keyword.Reading) error {
	req, asked := t.asks[c]
	asked = asked && req.Open(t.now) && !t.elsewhere[i]
	switch {
	case asked && r.Intent == keyword.Start:
		return t.grant(ctx, i, c, &req)
	case asked && r.Declined:
		t.decline(i, c, &req)
	case r.Intent == keyword.Unsure:
		t.unsure(i, c, r)
	}
	return nil
}

func stops(r keyword.Reading) bool {
	return r.Intent == keyword.StopAll || r.Intent == keyword.StopMarketing || r.Intent == keyword.StopTopic
}

// keep writes the message down as it came, with what was read in it.
func (t *taking) keep(i int, c string, m *graph.Inbound, r keyword.Reading) {
	text, _ := m.Words()
	in := inbound{id: m.ID, channel: "whatsapp", number: t.in[i].number.ID, contact: c, address: t.address(i), at: t.happened(i),
		kind: m.Type, body: storable(text), intent: string(r.Intent), confidence: r.Confidence, matched: storable(r.Matched)}
	if m.Context != nil {
		in.context = m.Context.ID
	}
	if in.id == "" {
		in.id = t.in[i].item.Key
	}
	t.inbounds = append(t.inbounds, in)
}

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

// proofTouched notes that the person edited or deleted the very message that was the proof; the proof stays.
func (t *taking) proofTouched(ctx context.Context, i int, c, original string, kind consent.Kind) error {
	known, err := consent.BySeenKeys(ctx, t.tx, t.tenant, []string{"m:" + original + ":" + string(consent.Granted)})
	if err != nil {
		return err
	}
	for _, e := range known {
		x := t.event(i, c, kind)
		x.Ref = e.ID
		t.add(i, x)
	}
	return nil
}

// storable leaves out what no text column takes: people's phones can send \u0000.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}
