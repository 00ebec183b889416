package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"

	"jawort/carrier"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/id"
	"jawort/notice"
	"jawort/outbox"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// The confirmation's words (DESIGN section 10, POST /v1/optins).
const (
	NotNeeded  = "not_needed"
	WriteFirst = "write_first"
	Asked      = "sent"
	AskLater   = "waiting"
	Suppressed = "suppressed"
)

const (
	day         = int64(24 * 3600 * 1_000_000)
	linkLife    = 7 * day // of the write-first code, and of an open question
	askTemplate = "optin_confirm"

	missedRest     = 30 * day            // between two questions to one address because of missed calls (DESIGN section 5)
	missedTemplate = "optin_missed_call" // the question with a third button, "that was not me"; without it askTemplate is taken
)

// codeShape finds a one-time code (source.NewCode) in a text: two groups of four, the first behind the declaration.
var codeShape = regexp.MustCompile(`\b([A-HJ-NP-Z2-9]{4})[-\x{2010}-\x{2013} ]([A-HJ-NP-Z2-9]{4})\b`)

// hashCode is how a code is stored: whoever reads the table cannot confirm with it.
func hashCode(code string) string {
	sum := sha256.Sum256([]byte("jawort request\x00" + code))
	return hex.EncodeToString(sum[:])
}

// hashWords names a text whatever its spaces: phones and keyboards change those.
func hashWords(text string) string {
	sum := sha256.Sum256([]byte("jawort words\x00" + strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(sum[:])
}

// declaration is the whole consent in one sentence, written by the person: what it says is what they agree to.
func declaration(lang, business string, topics []string, code string) string {
	return say.Text(lang, "intake.declaration", say.Args{"Business": business, "Topics": strings.Join(topics, ", "), "Code": code})
}

// ChatLink opens WhatsApp with the text ready to send.
func ChatLink(display, text string) string {
	return "https://wa.me/" + display + "?text=" + strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// confirming is what the opt-ins of a batch still need: requests to be opened, and questions that may be put.
type confirming struct {
	k          *Desk
	tx         *db.Tx
	tenant     string
	now        int64
	pepper     []byte
	suppressed map[string]contact.Suppression // of the batch's addresses, by fingerprint
	stand      map[string]consent.Standing
	requests   []consent.Request
	asks       []outbox.Message
}

// confirmAll says for each opt-in what is still needed, opens requests, and puts the neutral question where that is
// allowed.
func (k *Desk) confirmAll(ctx context.Context, tx *db.Tx, tenant string, in []OptIn, at []int, places map[string]*place, out []db.Outcome[OptedIn]) error {
	c := &confirming{k: k, tx: tx, tenant: tenant}
	if err := c.read(ctx, in, at, out); err != nil {
		return err
	}
	for _, i := range at {
		v := &out[i].Value
		s := c.stand[v.Contact]
		v.Topics = map[string]consent.TopicStanding{}
		var open []string
		p := places[in[i].place()]
		for _, t := range in[i].Topics {
			class := consent.Class(p.topics[t].Class)
			v.Topics[t] = s.Of(t, class)
			if st := v.Topics[t].State; st != consent.StateGranted && !(st == consent.StateDeclared && class != consent.Marketing) {
				open = append(open, t)
			}
		}
		if len(open) == 0 && !in[i].typed() {
			v.Confirmation.Status = NotNeeded
			continue
		}
		if err := c.confirm(ctx, &in[i], p, open, &s, v); err != nil {
			return err
		}
	}
	return c.write(ctx)
}

// read reads for all at once what each confirmation depends on.
func (c *confirming) read(ctx context.Context, in []OptIn, at []int, out []db.Outcome[OptedIn]) (err error) {
	if c.now, err = c.tx.Now(ctx); err != nil {
		return err
	}
	if c.pepper, err = c.k.pepper(ctx, c.tx, c.tenant); err != nil {
		return err
	}
	var contacts, prints []string
	for _, i := range at {
		contacts = append(contacts, out[i].Value.Contact)
		prints = append(prints, contact.Fingerprint(c.pepper, in[i].Address))
	}
	if c.suppressed, err = contact.Suppressions(ctx, c.tx, c.tenant, prints); err != nil {
		return err
	}
	c.stand, err = consent.Stand(ctx, c.tx, c.tenant, contacts)
	return err
}

func (c *confirming) write(ctx context.Context) error {
	if err := consent.PutRequests(ctx, c.tx, c.tenant, c.requests...); err != nil {
		return err
	}
	return c.k.post(ctx, c.tx, c.tenant, c.asks...)
}

func (c *confirming) confirm(ctx context.Context, in *OptIn, p *place, open []string, s *consent.Standing, v *OptedIn) error {
	text, _ := notice.Pick(p.texts, in.Language, p.tenant.Language)
	code := source.NewCode()
	lang := say.MatchPublic(text.Language)
	needed := len(open) > 0
	if in.typed() {
		open = in.Topics
	}
	var names []string
	for _, t := range open {
		names = append(names, p.topics[t].Text(text.Language).Name)
	}
	words := declaration(lang, p.tenant.Name, names, code)
	v.Confirmation = Confirmation{Status: WriteFirst, URL: ChatLink(p.number.Display, words)}
	r := consent.Request{ID: id.At("req", c.now), Code: hashCode(code), Contact: v.Contact, Address: string(in.Address),
		Source: in.Source, Topics: open, Notice: text.Notice, NoticeVersion: text.Version, Language: text.Language,
		Event: v.Event.ID, State: consent.RequestOpen, Words: hashWords(words), CreatedAt: c.now, Until: c.now + linkLife}
	v.Confirmation.Request = r.ID
	if !needed {
		v.Confirmation.Status = NotNeeded
	} else if err := c.ask(ctx, in, p, s, &r, v); err != nil {
		return err
	}
	c.requests = append(c.requests, r)
	return nil
}

// typed says that anybody could have typed the address into a page. Then the answer always has a link, for all that was
// asked: what somebody agreed to or stopped before must not show to whoever tries their number (DESIGN section 5, Confirming).
func (in *OptIn) typed() bool {
	return (in.Channel == "web" || in.Channel == "counter") && in.Actor.Kind == consent.Person
}

// signed says that the person's own signature came with a claim: then it may be asked about, as a form of theirs would be.
func (in *OptIn) signed() bool { return in.Channel == "paper" && len(in.Evidence) > 0 }

// called says that the act was a call: its number can be forged, and a link cannot be spoken.
func (in *OptIn) called() bool { return in.Channel == "voice" || in.Channel == "missed_call" }

// ask puts the one neutral question, if the source and the tenant want it and nothing speaks against it. Whether it is
// really sent the gate decides once more under the person's lock (purpose confirm_request).
func (c *confirming) ask(ctx context.Context, in *OptIn, p *place, s *consent.Standing, r *consent.Request, v *OptedIn) error {
	print := contact.Fingerprint(c.pepper, in.Address)
	if _, ok := c.suppressed[print]; ok || s.EverStopped() || s.DeclinedLately(c.now) {
		v.Confirmation.Status = Suppressed
		return nil
	}
	if !p.source.Settings.Question || p.tenant.Policy.NoQuestion || in.Claim && !in.signed() || in.NoQuestion || v.Repeated && in.called() {
		return nil // a call replayed is no new call
	}
	last, in90, err := consent.AskedBefore(ctx, c.tx, c.tenant, print, c.now-90*day)
	if err != nil {
		return err
	}
	rest := day
	if in.Channel == "missed_call" { // anybody can let it ring with somebody else's number
		rest = missedRest
	}
	if last > c.now-rest || in90 >= 2 {
		v.Confirmation.Status = AskLater
		return nil
	}
	template := askTemplate
	if in.Channel == "missed_call" && p.missedTemplate(ctx, c.tx, r.Language) {
		template = missedTemplate
	}
	m, err := c.question(ctx, p, r, in, template)
	if err != nil {
		return err
	}
	r.Question, r.AskedAt = m.ID, c.now
	if err := consent.MarkAsked(ctx, c.tx, c.tenant, print, in.Source, c.now); err != nil { // now: the next of the batch may be the same address
		return err
	}
	c.asks = append(c.asks, m)
	v.Confirmation.Status = Asked
	return nil
}

// question goes by SMS where the source says so, else in WhatsApp.
func (c *confirming) question(ctx context.Context, p *place, r *consent.Request, in *OptIn, template string) (outbox.Message, error) {
	if p.source.Kind != "sms" && p.source.Settings.Carrier != "" && in.Address.IsPhone() {
		line, err := carrier.Get(ctx, c.tx, c.tenant, p.source.Settings.Carrier)
		if err != nil && errs.CodeOf(err) != errs.NotFound {
			return outbox.Message{}, err
		}
		if err == nil && line.OffAt == 0 {
			lang := say.MatchPublic(r.Language)
			var names []string
			for _, t := range r.Topics {
				names = append(names, p.topics[t].Text(r.Language).Name)
			}
			return textMessage(line, r.Contact, in.Address, gate.ConfirmRequest,
				say.Text(lang, "sms.question", say.Args{"Business": p.tenant.Name, "Topics": strings.Join(names, ", ")}), c.now)
		}
	}
	return question(p, r, in, template, c.now)
}

// question is the message: a utility template without a word of advertising, and two buttons.
func question(p *place, r *consent.Request, in *OptIn, template string, now int64) (outbox.Message, error) {
	button := func(index, payload string) map[string]any {
		return map[string]any{"type": "button", "sub_type": "quick_reply", "index": index,
			"parameters": []map[string]string{{"type": "payload", "payload": payload}}}
	}
	buttons := []any{button("0", yesTo+r.ID), button("1", noTo+r.ID)}
	if template == missedTemplate {
		buttons = append(buttons, button("2", "notme:"+r.ID))
	}
	return composed(outbox.Message{Number: p.source.Number, Contact: r.Contact, Address: in.Address, Purpose: gate.ConfirmRequest, Kind: "template",
		Template: template, Language: r.Language}, now, map[string]any{"name": template, "language": map[string]string{"code": r.Language}, "components": buttons}, "")
}

// codeIn finds a one-time code in a text, in the spelling it was made in.
func codeIn(text string) string {
	m := codeShape.FindStringSubmatch(strings.ToUpper(text))
	if m == nil {
		return ""
	}
	return m[1] + "-" + m[2]
}

// missedTemplate says whether the business has the question with the third button, approved in the language.
func (p *place) missedTemplate(ctx context.Context, tx *db.Tx, lang string) bool {
	t, err := topic.Lookup(ctx, tx, p.tenant.ID, p.number.WABA, missedTemplate, lang)
	return err == nil && t.Status == "APPROVED"
}
