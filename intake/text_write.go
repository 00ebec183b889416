package intake

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"jawort/address"
	"jawort/carrier"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/gate"
	"jawort/id"
	"jawort/outbox"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// reply is the one answer to a text.
type reply struct {
	i       int
	contact string
	key     string
	lang    string // "" = as people speak where the number is
	args    say.Args
	asks    bool // it wants something of the reader: counts as a question
}

func (t *texting) reply(i int, c, key string, args say.Args) {
	t.replies = append(t.replies, reply{i: i, contact: c, key: key, args: args})
}

func (t *texting) write(ctx context.Context, at []int) error {
	done, err := consent.Append(ctx, t.tx, t.tenant, t.events, t.revs)
	if err != nil {
		return err
	}
	for n := range done {
		if e := &done[n].Event; !done[n].Repeated && optsOut(e.Kind) {
			v := &t.out[t.from[n]].Value
			v.said = append(v.said, said(e))
			v.stops = append(v.stops, stopped{OptedOut: OptedOut{Event: *e, Contact: e.Contact}, rev: e.Rev})
		}
	}
	if err := suppressStops(ctx, t.tx, t.tenant, t.events); err != nil {
		return err
	}
	if err := insertInbound(ctx, t.tx, t.tenant, t.inbounds); err != nil {
		return err
	}
	if err := insertReviews(ctx, t.tx, t.tenant, t.reviews, t.now); err != nil {
		return err
	}
	return consent.CloseRequests(ctx, t.tx, t.tenant, t.closes)
}

// word is an opt-in at the source that the word belongs to.
func (t *texting) word(i, n int, s *source.Source) {
	x := &t.in[i]
	t.optins = append(t.optins, OptIn{Tenant: t.tenant, Address: x.from, Topics: s.Topics, Source: s.ID, Language: t.languageOf(x.from, s),
		Channel: "sms", Actor: consent.Actor{Kind: consent.Person}, HappenedAt: t.happened(i), Witnessed: true, Evidence: x.evidence(),
		NoQuestion: true, SaidTo: x.carrier.ID, ChannelSeq: t.seq(n)})
	t.optinOf = append(t.optinOf, i)
}

// languageOf is the source's language that fits the sender's country best; the first one otherwise.
func (t *texting) languageOf(a address.Address, s *source.Source) string {
	if lang := spokenAt(a); slices.Contains(s.Settings.Languages, lang) {
		return lang
	}
	if len(s.Settings.Languages) > 0 {
		return s.Settings.Languages[0]
	}
	return t.house.Language
}

// spokenAt is the likeliest language of a number's country (CLDR); STOP is a word of every language, and says none.
func spokenAt(a address.Address) string {
	lang, _ := language.Make("und-" + a.Country()).Base()
	return lang.String()
}

// optIn lets the words take effect through the same steps as every opt-in, and says what comes next.
func (t *texting) optIn(ctx context.Context, _ []int) error {
	if len(t.optins) == 0 {
		return nil
	}
	at := make([]int, len(t.optins))
	for n := range at {
		at[n] = n
	}
	out := make([]db.Outcome[OptedIn], len(t.optins))
	if err := t.k.optInFor(ctx, t.tx, t.tenant, t.optins, at, out); err != nil {
		return err
	}
	for n := range out {
		in, v := &t.optins[n], &out[n].Value
		if out[n].Err != nil { // the source was paused in this moment, or its topics are gone: there is nothing to agree to
			continue
		}
		names, err := t.topicNames(ctx, in.Topics, in.Language)
		if err != nil {
			return err
		}
		r := reply{i: t.optinOf[n], contact: v.Contact, lang: in.Language, args: say.Args{"Topics": strings.Join(names, ", ")}}
		switch v.Confirmation.Status {
		case NotNeeded:
			r.key = "sms.agreed"
		case WriteFirst:
			r.key, r.asks = "sms.write_first", true
			r.args["Link"] = t.k.shortLink(v.Confirmation.URL)
		default: // to somebody with a stop or a no we do not write, whoever texts in their name
			continue
		}
		t.replies = append(t.replies, r)
	}
	return nil
}

// topicNames are in the order of the codes: so they stand in the declaration.
func (t *texting) topicNames(ctx context.Context, codes []string, lang string) ([]string, error) {
	all, err := topic.List(ctx, t.tx, t.tenant, true)
	var names []string
	for _, code := range codes {
		if i := slices.IndexFunc(all, func(x topic.Topic) bool { return x.Code == code }); i >= 0 {
			names = append(names, all[i].Text(lang).Name)
		}
	}
	return names, err
}

// shortLink is a write-first link that fits into an SMS: the code alone; GET /w/{code} leads to WhatsApp with the whole declaration.
func (k *Desk) shortLink(chat string) string {
	u, err := url.Parse(chat)
	if err != nil || k.o.Base == "" {
		return chat
	}
	return k.o.Base + "/w/" + codeIn(u.Query().Get("text"))
}

// yes is a clear yes by SMS to our question. Where the country asks for the tap as well, it leads into WhatsApp.
func (t *texting) yes(ctx context.Context, i, n int, c string, req *consent.Request) error {
	p := readPlace(ctx, t.tx, t.tenant, req.Source, 0)
	if p.tenant.ID == "" { // the source is paused or gone; what was asked is answered all the same
		p.tenant = t.house
	}
	names, err := t.topicNames(ctx, req.Topics, req.Language)
	if err != nil {
		return err
	}
	if smsNeedsTap(p, t.in[i].from, t.now) {
		code := source.NewCode()
		text := declaration(say.MatchPublic(req.Language), t.house.Name, names, code)
		next := *req
		next.ID, next.Code, next.Words, next.Question, next.AskedAt = id.At("req", t.now), hashCode(code), hashWords(text), "", 0
		next.CreatedAt, next.Until = t.now, t.now+linkLife
		if err := consent.PutRequests(ctx, t.tx, t.tenant, next); err != nil {
			return err
		}
		t.replies = append(t.replies, reply{i: i, contact: c, key: "sms.write_first", lang: req.Language,
			args: say.Args{"Topics": strings.Join(names, ", "), "Link": t.k.o.Base + "/w/" + code}})
		return nil
	}
	e := t.event(i, n, c, consent.Granted)
	if err := answers(ctx, t.tx, t.tenant, &e, req); err != nil {
		return err
	}
	t.add(i, e)
	t.closes[req.ID] = consent.RequestGranted
	t.replies = append(t.replies, reply{i: i, contact: c, key: "sms.agreed", lang: req.Language, args: say.Args{"Topics": strings.Join(names, ", ")}})
	return nil
}

// Doors of answers: how many a person gets in a day, and a carrier's people in an hour. They are counted in the database, so they hold
// across restarts and nodes.
const (
	replyDoor    = "sms:address"
	carrierDoor  = "sms:carrier"
	repliesDaily = 3
)

// answer puts the answers that the limits let pass.
func (t *texting) answer(ctx context.Context, _ []int) error {
	for _, r := range t.replies {
		x := &t.in[r.i]
		if x.carrier.OffAt != 0 {
			continue
		}
		print := contact.Fingerprint(t.pepper, x.from)
		in, err := source.UseAll(ctx, t.tx, t.tenant, []source.Visit{
			{Door: replyDoor, Fingerprint: print, Slot: 24 * time.Hour, Limit: repliesDaily},
			{Door: carrierDoor, Fingerprint: x.carrier.ID, Slot: time.Hour, Limit: x.carrier.Settings.AnswersHourly()}}, t.now)
		if err != nil {
			return err
		}
		if slices.Contains(in, false) {
			continue
		}
		if r.asks {
			if ok, err := mayAsk(ctx, t.tx, t.tenant, print, t.now); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
			if err := consent.MarkAsked(ctx, t.tx, t.tenant, print, "", t.now); err != nil {
				return err
			}
		}
		if err := t.put(r, x); err != nil {
			return err
		}
	}
	return t.k.post(ctx, t.tx, t.tenant, t.puts...)
}

// mayAsk: one question to an address in 24 hours and two in 90 days, over all channels (DESIGN section 5, Confirming).
func mayAsk(ctx context.Context, tx *db.Tx, tenant, print string, now int64) (bool, error) {
	last, in90, err := consent.AskedBefore(ctx, tx, tenant, print, now-90*day)
	return err == nil && last <= now-day && in90 < 2, err
}

func (t *texting) put(r reply, x *texted) error {
	lang := r.lang
	if lang == "" {
		lang = spokenAt(x.from)
	}
	if lang = say.MatchPublic(lang); r.lang == "" && !slices.Contains(say.Public, spokenAt(x.from)) {
		lang = say.MatchPublic(t.house.Language)
	}
	args := say.Args{"Business": t.house.Name}
	for k, v := range r.args {
		args[k] = v
	}
	purpose := outbox.TextAnswer
	if strings.HasPrefix(r.key, "intake.ack.") {
		purpose = gate.StopAck
	}
	m, err := textMessage(x.carrier, r.contact, x.from, purpose, say.Text(lang, r.key, args), t.now)
	t.puts = append(t.puts, m)
	return err
}

// textMessage is one SMS for the outbox. Its body is written as Graph writes texts, so that whoever shows messages shows it too.
func textMessage(c carrier.Carrier, person string, to address.Address, purpose gate.Purpose, text string, now int64) (outbox.Message, error) {
	body, err := json.Marshal(map[string]any{"type": "sms", "from": c.Number, "to": "+" + to.Digits(), "text": map[string]string{"body": text}})
	return queued(outbox.Message{Number: c.ID, Contact: person, Address: to, Purpose: purpose, Kind: outbox.SMS, Body: body}, now), err
}

// promise notes which texts hold an opt-out that older sends must be waited for; one that was brought again waits as the first did.
func (t *texting) promise(ctx context.Context, _ []int) error {
	revs := map[string]int64{}
	for i := range t.out {
		for _, s := range t.out[i].Value.stops {
			revs[s.Contact] = max(revs[s.Contact], s.rev)
		}
	}
	for _, i := range t.repeats {
		h := t.holders[t.in[i].from]
		revs[h.Contact] = max(revs[h.Contact], h.Rev)
		t.out[i].Value.stops = append(t.out[i].Value.stops, stopped{OptedOut: OptedOut{Contact: h.Contact}, rev: h.Rev})
	}
	if len(revs) == 0 {
		return nil
	}
	busy, err := outbox.InFlight(ctx, t.tx, t.tenant, revs)
	for i := range t.out {
		for n := range t.out[i].Value.stops {
			s := &t.out[i].Value.stops[n]
			s.inFlight = s.inFlight || slices.Contains(busy, s.Contact)
		}
	}
	return err
}

// ChatOf is the write-first link behind a code, for GET /w/{code}: nothing changes by looking. NotFound when there is none, or it is over.
func (k *Desk) ChatOf(ctx context.Context, code string) (string, error) {
	var link string
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		tenant, r, err := requestOfCode(ctx, tx, hashCode(codeIn(code)))
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if !r.Open(now) {
			return errGone
		}
		p := readPlace(ctx, tx, tenant, r.Source, 0)
		if p.err != nil {
			return p.err
		}
		var names []string
		for _, x := range r.Topics {
			names = append(names, p.topics[x].Text(r.Language).Name)
		}
		link = ChatLink(p.number.Display, declaration(say.MatchPublic(r.Language), p.tenant.Name, names, codeIn(code)))
		return nil
	})
	return link, err
}
