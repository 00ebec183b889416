package intake

import (
	"context"
	"strings"

	"jawort/consent"
	"jawort/graph"
	"jawort/keyword"
)

// message lets a message take effect: the window, then what it asks for. An opt-out always wins over an opt-in in the
// same message.
func (t *taking) message(ctx context.Context, i int, c string) error {
	m := t.in[i].item.Message
	switch {
	case m.System != nil:
		return nil // who somebody is was settled in people
	case m.GroupID != "":
		t.inGroup(i, c, m)
		return nil
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
