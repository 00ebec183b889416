package intake

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/graph"
	"jawort/id"
	"jawort/keyword"
	"jawort/notice"
	"jawort/outbox"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// A source in WhatsApp threads (DESIGN section 5). By its link the person sends the whole declaration: that is the consent. By one of
// its words they ask for the question, and answer with a tap. Whoever begins a conversation may be asked first, once.

// threads are the tenant's live thread sources of the number that a message came to.
func (t *taking) threads(ctx context.Context, i int) ([]source.Source, error) {
	if t.chats == nil {
		list, err := source.LiveOf(ctx, t.tx, t.tenant, "thread")
		if err != nil {
			return nil, err
		}
		t.chats = map[string][]source.Source{}
		for _, s := range list {
			t.chats[s.Number] = append(t.chats[s.Number], s)
		}
	}
	return t.chats[t.in[i].number.ID], nil
}

// thread is what a message means to the sources of its number. done says that it was taken.
func (t *taking) thread(ctx context.Context, i int, c string, m *graph.Inbound, r keyword.Reading) (done bool, err error) {
	text, via := m.Words()
	if m.Edit != nil || !m.ByPerson() || m.Reaction != nil {
		return false, nil
	}
	list, err := t.threads(ctx, i)
	if err != nil || len(list) == 0 {
		return false, err
	}
	code := codeIn(text)
	for _, s := range list {
		if code != "" && s.Settings.Thread != nil && s.Settings.Thread.Code == code {
			return t.declared(ctx, i, c, &s, text, r)
		}
	}
	for _, s := range list {
		if s.Settings.Thread.Answers(text) {
			return true, t.invite(ctx, i, c, &s, true)
		}
	}
	for _, s := range list {
		if s.Settings.Thread != nil && s.Settings.Thread.AskFirst && via != "button_reply" && r.Intent != keyword.Unsure {
			return false, t.invite(ctx, i, c, &s, false)
		}
	}
	return false, nil
}

// offer is a source with what is asked there, in one language.
type offer struct {
	tenant account.Tenant
	source *source.Source
	text   notice.Version
	topics []topic.Topic // in the source's order
}

func (o *offer) names() (out []string) {
	for _, x := range o.topics {
		out = append(out, x.Text(o.text.Language).Name)
	}
	return out
}

// offer reads what a source asks, in the language the person agreed in last, else the source's first: START and a greeting are words of
// every language. ok is false where a text or topic is gone meanwhile.
func (t *taking) offer(ctx context.Context, c string, s *source.Source) (o offer, ok bool, err error) {
	o.source = s
	lang := ""
	if o.tenant, err = account.TenantOf(ctx, t.tx, t.tenant); err != nil {
		return o, false, err
	}
	if lang, err = t.languageOf(ctx, c, keyword.Reading{}, slices.Concat(s.Settings.Languages, []string{o.tenant.Language})[0]); err != nil {
		return o, false, err
	}
	texts, err := notice.At(ctx, t.tx, t.tenant, s.Notice, s.NoticeVersion)
	if err != nil {
		return o, false, err
	}
	o.text, ok = notice.Pick(texts, lang, s.Settings.Languages...)
	topics, err := topic.CheckCodes(ctx, t.tx, t.tenant, s.Topics)
	if !ok || errs.CodeOf(err) == errs.Invalid || errs.CodeOf(err) == errs.NotFound { // a topic is gone: there is nothing left to ask
		return o, false, nil
	}
	if err != nil {
		return o, false, err
	}
	for _, code := range s.Topics {
		o.topics = append(o.topics, topics[code])
	}
	return o, true, nil
}

// declared takes a message that carries the code of a source's link. As we wrote it, or changed but a clear yes, it is the consent;
// anything else with the code in it is an ordinary message.
func (t *taking) declared(ctx context.Context, i int, c string, s *source.Source, text string, r keyword.Reading) (bool, error) {
	o, ok, err := t.offer(ctx, c, s)
	if err != nil || !ok {
		return false, err
	}
	ours := func(lang string) bool {
		var names []string
		for _, x := range o.topics {
			names = append(names, x.Text(lang).Name)
		}
		for _, own := range []string{say.MatchPublic(lang), say.Match(lang)} { // the second: codes printed when we had German and English alone
			if hashWords(declaration(own, o.tenant.Name, names, s.Settings.Thread.Code)) == hashWords(text) {
				return true
			}
		}
		return false
	}
	for _, lang := range s.Settings.Languages {
		if ours(lang) { // the language of the link they followed
			if o.text, err = notice.Body(ctx, t.tx, t.tenant, s.Notice, s.NoticeVersion, lang); err != nil {
				return false, err
			}
			return true, t.agree(ctx, i, c, &o)
		}
	}
	if r.Intent != keyword.Start {
		return false, nil
	}
	return true, t.agree(ctx, i, c, &o)
}

// agree is the person's declaration at a thread source.
func (t *taking) agree(ctx context.Context, i int, c string, o *offer) error {
	e := t.event(i, c, consent.Granted)
	e.Scope, e.Topics, e.Source = consent.ScopeTopic, o.source.Topics, o.source.ID
	e.Notice, e.NoticeVersion, e.Language, e.NoticeHash, e.CapMonth = o.text.Notice, o.text.Version, o.text.Language, o.text.Hash, o.text.CapMonth
	t.add(i, e)
	if req, ok := t.asks[c]; ok {
		t.closes[req.ID] = consent.RequestGranted
		delete(t.asks, c)
	}
	return t.confirmed(ctx, i, c, &e)
}

// invite puts a source's question into the thread: for the person's own word, or to somebody who never was asked. Whoever stopped
// everything is told how to come back instead, and only for their own word.
func (t *taking) invite(ctx context.Context, i int, c string, s *source.Source, word bool) error {
	o, ok, err := t.offer(ctx, c, s)
	if err != nil || !ok || t.address(i) == "" {
		return err
	}
	list, err := consent.Stand(ctx, t.tx, t.tenant, []string{c})
	if err != nil {
		return err
	}
	stand := list[c]
	o.topics = slices.DeleteFunc(o.topics, func(x topic.Topic) bool {
		state := stand.Of(x.Code, consent.Class(x.Class)).State
		return state == consent.StateGranted || !word && state != consent.StateNone && state != consent.StateDeclared
	})
	print := contact.Fingerprint(t.pepper, address.Address(t.address(i)))
	quiet, err := t.quiet(ctx, print, &stand, word)
	if err != nil || quiet || len(o.topics) == 0 {
		return err
	}
	if err := consent.MarkAsked(ctx, t.tx, t.tenant, print, s.ID, t.now); err != nil {
		return err
	}
	req := consent.Request{ID: id.At("req", t.now), Contact: c, Address: t.address(i), Source: s.ID, Notice: o.text.Notice,
		NoticeVersion: o.text.Version, Language: o.text.Language, State: consent.RequestOpen, CreatedAt: t.now, Until: t.now + linkLife,
		Origin: origin(t.in[i].item.Message)}
	for _, x := range o.topics {
		req.Topics = append(req.Topics, x.Code)
	}
	code := source.NewCode()
	req.Code = hashCode(code)
	if stand.EverStopped() { // no button of ours lifts a stop: only their own declaration does
		return t.wayBack(ctx, i, c, &o, req, code)
	}
	m, err := t.threadQuestion(i, c, &o, &req)
	if err != nil {
		return err
	}
	req.Question, req.AskedAt = m.ID, t.now
	t.puts = append(t.puts, m)
	return consent.PutRequests(ctx, t.tx, t.tenant, req)
}

// quiet says that nothing is to be asked: at most once per conversation; unbidden never after a no, a stop or a doubt.
func (t *taking) quiet(ctx context.Context, print string, s *consent.Standing, word bool) (bool, error) {
	if !word && (s.EverStopped() || s.Person.DeclinedAt > 0 || s.Person.WrongAddress || s.Person.SuspectedBlock) {
		return true, nil
	}
	last, in90, err := consent.AskedBefore(ctx, t.tx, t.tenant, print, t.now-90*day)
	if err != nil || last > t.now-day || !word && in90 > 0 {
		return true, err
	}
	if word {
		return false, nil
	}
	found, err := contact.Suppressions(ctx, t.tx, t.tenant, []string{print})
	return len(found) > 0, err
}

// wayBack answers somebody who stopped and now writes a source's word: the declaration to send, with a code of its own.
func (t *taking) wayBack(ctx context.Context, i int, c string, o *offer, req consent.Request, code string) error {
	lang := say.MatchPublic(o.text.Language)
	words := declaration(lang, o.tenant.Name, o.names(), code)
	req.Words = hashWords(words)
	text := say.Text(lang, "intake.way_back", say.Args{"Business": o.tenant.Name, "Link": ChatLink(t.in[i].number.Display, words)})
	if err := t.put(i, c, gate.WayBack, text); err != nil {
		return err
	}
	return consent.PutRequests(ctx, t.tx, t.tenant, req)
}

func (t *taking) threadQuestion(i int, c string, o *offer, req *consent.Request) (outbox.Message, error) {
	return t.tappable(i, c, o.asking(req))
}

// asking is the wording itself with something to tap: two buttons for one topic, a list to choose from for several, a flow where the
// source has one.
func (o *offer) asking(req *consent.Request) *graph.InteractiveMessage {
	lang := say.MatchPublic(o.text.Language)
	yes, no := say.Text(lang, "intake.question.yes"), say.Text(lang, "intake.question.no")
	flow := ""
	if o.source.Settings.Thread != nil {
		flow = o.source.Settings.Thread.Flow
	}
	switch {
	case flow != "":
		choose := say.Text(lang, "intake.question.choose")
		var boxes []map[string]string
		for _, x := range o.topics {
			boxes = append(boxes, map[string]string{"id": x.Code, "title": cut(x.Text(o.text.Language).Name, 30)})
		}
		return graph.Flow(o.text.Body, graph.FlowCall{ID: flow, Label: choose, Token: flowToken + req.ID, Action: "navigate", // docs/flows/optin.json
			Payload: map[string]any{"screen": "OPT_IN", "data": map[string]any{"notice": o.text.Body, "choose": choose, "agree": yes, "topics": boxes}}})
	case len(o.topics) == 1 || o.source.Settings.OneBox || len(o.topics) > source.MaxThreadTopic:
		return graph.Buttons(o.text.Body, graph.Button{ID: yesTo + req.ID, Title: yes}, graph.Button{ID: noTo + req.ID, Title: no})
	}
	rows := []graph.Row{{ID: yesTo + req.ID, Title: say.Text(lang, "intake.question.all")}}
	for _, x := range o.topics {
		words := x.Text(o.text.Language)
		rows = append(rows, graph.Row{ID: topicOf + req.ID + ":" + x.Code, Title: cut(words.Name, 24), Description: cut(words.Value, 72)})
	}
	rows = append(rows, graph.Row{ID: noTo + req.ID, Title: no})
	return graph.List(o.text.Body, say.Text(lang, "intake.question.choose"), graph.Section{Rows: rows})
}

// cut shortens to so many characters with an ellipsis, behind a word if one ends in the latter half.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	head := []rune(s)[:most-1]
	for i := len(head) - 1; i > most/2; i-- {
		if head[i] == ' ' {
			head = head[:i]
			break
		}
	}
	return strings.TrimSpace(string(head)) + "…"
}

// origin keeps the ad or post that a conversation began with (facts/meta.md, referral). It is where somebody came from, no consent.
func origin(m *graph.Inbound) string {
	if m == nil || m.Referral == nil {
		return ""
	}
	r := m.Referral
	b, err := json.Marshal(map[string]string{"type": r.SourceType, "id": r.SourceID, "url": r.SourceURL, "headline": r.Headline, "click": r.ClickID})
	if err != nil {
		return ""
	}
	return storable(string(b))
}

// ThreadLinks are the links of a thread source by language: whoever follows one sends the whole declaration. None before it was live.
func ThreadLinks(ctx context.Context, tx *db.Tx, s source.Source) (map[string]string, error) {
	if s.Settings.Thread == nil || s.NoticeVersion == 0 {
		return nil, nil
	}
	tenant, err := account.TenantOf(ctx, tx, s.Tenant)
	if err != nil {
		return nil, err
	}
	number, err := account.NumberOf(ctx, tx, s.Tenant, s.Number)
	if err != nil {
		return nil, err
	}
	topics, err := topic.CheckCodes(ctx, tx, s.Tenant, s.Topics)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, lang := range s.Settings.Languages {
		var names []string
		for _, code := range s.Topics {
			names = append(names, topics[code].Text(lang).Name)
		}
		out[lang] = ChatLink(number.Display, declaration(say.MatchPublic(lang), tenant.Name, names, s.Settings.Thread.Code))
	}
	return out, nil
}
