package intake

import (
	"context"
	"slices"
	"unicode/utf8"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/id"
	"jawort/notice"
	"jawort/outbox"
	"jawort/round"
	"jawort/say"
	"jawort/source"
)

// Asking people of whom somebody else says that they agreed (docs/import.md, Asking). They never saw our wording, so the question is the
// wording itself, and that goes only where WhatsApp lets free words go: in the window of the person's own message. Nobody is asked twice.

// mostQuestion is how long the text above buttons may be (facts/meta.md, interactive messages).
const mostQuestion = 1024

// MayAsk says whether a source's wording can be asked about the topic: one made for chats; the others speak of boxes, a form or a call.
func MayAsk(s *source.Source, topic string) bool {
	return s.State == source.StateLive && s.Kind == "thread" && slices.Contains(s.Topics, topic)
}

// claimant is somebody of whom another says that they agreed.
type claimant struct {
	contact, event, language string
	address                  address.Address // now; "" = there is none to write to
	fingerprint              string
	before                   bool // was asked once, at any of their addresses
}

// asking is one round at work in a transaction.
type asking struct {
	k   *Desk
	tx  *db.Tx
	r   *round.Round
	p   *place
	now int64
}

// verdict is what would come of a person now, and when to look again where the gate has everybody wait; 0 = it does not.
type verdict struct {
	word  string
	until int64
}

// judge says what would come of people. It writes nothing.
func (a *asking) judge(ctx context.Context, who []claimant) ([]verdict, error) {
	asks := make([]gate.Ask, len(who))
	for i, w := range who {
		asks[i] = gate.Ask{Message: gate.Message{To: string(w.address), Number: a.p.source.Number, Kind: "interactive", Purpose: gate.ConfirmRequest},
			Fingerprint: w.fingerprint, Expected: w.contact}
	}
	facts, err := gate.Load(ctx, a.tx, a.p.tenant.ID, asks, a.now)
	if err != nil {
		return nil, err
	}
	out := make([]verdict, len(who))
	for i := range who {
		d := gate.Decide(&facts[i], &asks[i].Message)
		out[i] = verdictOf(&d, a.now)
		if who[i].before && (out[i].word == round.Ask || out[i].word == round.Window || out[i].word == round.Later) {
			out[i] = verdict{word: round.Before}
		}
	}
	return out, nil
}

// soon are waits that end by themselves while the question stands in the queue.
var soon = []*gate.Ground{gate.PairRate, gate.Throughput, gate.BrakeSlow}

// verdictOf reads a decision: a closed window is nothing that speaks against the person.
func verdictOf(d *gate.Decision, now int64) verdict {
	out := verdict{word: round.Ask}
	for _, r := range d.Reasons {
		switch {
		case r.Ground == gate.WindowClosed:
			out = verdict{word: round.Window}
		case r.Verdict == gate.Refuse:
			return verdict{word: r.Code}
		case r.Verdict == gate.Wait && !slices.Contains(soon, r.Ground) && out.word != round.Window:
			out = verdict{word: round.Later, until: max(out.until, r.Until, now+minute)}
		}
	}
	return out
}

const minute = 60 * int64(1_000_000)

// ask puts the question to one person whose guard is locked.
func (a *asking) ask(ctx context.Context, w claimant) error {
	text, ok := notice.Pick(a.p.texts, w.language, slices.Concat(a.p.source.Settings.Languages, []string{a.p.tenant.Language})...)
	if !ok {
		return errs.New(errs.Conflict, "round.source")
	}
	r := consent.Request{ID: id.At("req", a.now), Code: hashCode(source.NewCode()), Contact: w.contact, Address: string(w.address), Source: a.r.Source,
		Topics: []string{a.r.Topic}, Notice: text.Notice, NoticeVersion: text.Version, Language: text.Language, Event: w.event,
		State: consent.RequestOpen, CreatedAt: a.now, Until: a.now + linkLife, AskedAt: a.now}
	lang := say.MatchPublic(text.Language)
	m, err := composed(outbox.Message{Number: a.p.source.Number, Contact: w.contact, Address: w.address, Purpose: gate.ConfirmRequest, Kind: "interactive", Priority: outbox.Bulk},
		a.now, yesOrNo(lang, claimQuestion(lang, a.p.tenant.Name, text.Body), r.ID), "")
	if err != nil {
		return err
	}
	r.Question = m.ID
	tenant := a.p.tenant.ID
	if err := consent.MarkAsked(ctx, a.tx, tenant, w.fingerprint, a.r.Source, a.now); err != nil {
		return err
	}
	if err := consent.PutRequests(ctx, a.tx, tenant, r); err != nil {
		return err
	}
	return a.k.post(ctx, a.tx, tenant, m)
}

// claimQuestion is why we ask, and the wording.
func claimQuestion(lang, business, wording string) string {
	return say.Text(lang, "intake.claimed", say.Args{"Business": business}) + "\n\n" + wording
}

// ClaimQuestions are the questions of a source by language, as they are sent. An error says why it cannot ask.
func ClaimQuestions(ctx context.Context, tx *db.Tx, tenant account.Tenant, src, topic string) (map[string]string, error) {
	p := readPlace(ctx, tx, tenant.ID, src, 0)
	if p.err != nil {
		return nil, p.err
	}
	out := map[string]string{}
	for _, t := range p.texts {
		out[t.Language] = claimQuestion(say.MatchPublic(t.Language), p.tenant.Name, t.Body)
	}
	if why := p.cannotAsk(topic); why != "" {
		return out, errs.At("source", "round.why."+why)
	}
	return out, nil
}

// cannotAsk says why a source cannot ask about the topic; "" = it can.
func (p *place) cannotAsk(topic string) string {
	if _, ok := p.topics[topic]; !ok || !MayAsk(&p.source, topic) || len(p.texts) == 0 {
		return round.NoSource
	}
	for _, t := range p.texts {
		if utf8.RuneCountInString(claimQuestion(say.MatchPublic(t.Language), p.tenant.Name, t.Body)) > mostQuestion {
			return round.TooLong
		}
	}
	return ""
}
