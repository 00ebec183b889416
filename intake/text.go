package intake

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/carrier"
	"jawort/channel"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/keyword"
	"jawort/outbox"
	"jawort/source"
)

// texted is an SMS on its way into a shared commit.
type texted struct {
	carrier carrier.Carrier
	in      channel.Inbound
	from    address.Address
}

// Text takes in an SMS. It returns nil when it is durable and, if it holds an opt-out, the promise holds: on WhatsApp too. What no
// telephone sent (a name, a short code) is nobody's word and is passed over.
func (k *Desk) Text(ctx context.Context, c carrier.Carrier, in channel.Inbound) error {
	from, err := address.FromNetwork(in.From, numberCountry(c.Number))
	if err != nil {
		k.o.Log.Info("an SMS that no telephone sent", "carrier", c.ID)
		return nil
	}
	in.Text = storable(in.Text)
	ctx = context.WithoutCancel(ctx) // the provider hanging up does not stop half of it
	out, err := k.sms.Do(ctx, texted{carrier: c, in: in, from: from})
	if err != nil {
		return errs.New(errs.Unavailable, "error.unavailable").Because(err)
	}
	until := time.Now().Add(Hold)
	for _, s := range out.stops {
		k.await(ctx, c.Tenant, s, until)
	}
	k.inForce(c.Tenant, out.said...)
	return nil
}

// numberCountry is where a carrier's number lies: national spellings of senders are read there.
func numberCountry(number string) string {
	if a, err := address.ParsePhone(number, ""); err == nil {
		return a.Country()
	}
	return ""
}

// key recognises a text that is brought again: by the provider's id, else by its words. It tells nothing about either.
func (x *texted) key(pepper []byte) string {
	what := "id\x00" + x.in.ID
	if x.in.ID == "" {
		what = strings.Join([]string{"words", string(x.from), x.in.To, x.in.Text}, "\x00")
	}
	h := hmac.New(sha256.New, pepper)
	h.Write([]byte(what))
	return "sms:" + x.carrier.ID + ":" + hex.EncodeToString(h.Sum(nil)[:12])
}

// Where nothing but its words recognises a text, it was brought again only if the same was taken before the line came up, and only
// for a while after that: a person may well write STOP, START and STOP.
const (
	againWithin = 10 * time.Minute // of the line's start
	againOf     = day              // how old the first may be
)

func (x *texted) again(seen, now int64) bool {
	switch up := x.in.Session.UnixMicro(); {
	case seen == 0:
		return false
	case x.in.ID != "":
		return true
	default:
		return !x.in.Session.IsZero() && seen < up && seen > now-againOf && now < up+againWithin.Microseconds()
	}
}

func (k *Desk) applyTexts(ctx context.Context, tx *db.Tx, in []texted) ([]db.Outcome[arrived], error) {
	out := make([]db.Outcome[arrived], len(in))
	for tenant, at := range inOrder(byTenant(len(in), func(i int) string { return in[i].carrier.Tenant })) {
		for len(at) > 0 { // one text of each person at a time: what came later is judged after what came before
			var now, later []int
			people := map[address.Address]bool{}
			for _, i := range at {
				if people[in[i].from] {
					later = append(later, i)
				} else {
					now, people[in[i].from] = append(now, i), true
				}
			}
			t := texting{k: k, tx: tx, tenant: tenant, in: in, out: out}
			if err := t.run(ctx, now); err != nil {
				return nil, err
			}
			at = later
		}
	}
	return out, nil
}

// texting carries SMS of one tenant, each of another person, through one transaction.
type texting struct {
	k      *Desk
	tx     *db.Tx
	tenant string
	house  account.Tenant
	now    int64
	pepper []byte
	in     []texted
	out    []db.Outcome[arrived]

	holders map[address.Address]contact.Holder
	revs    map[string]int64
	asks    map[string]consent.Request // open questions put by SMS, by person
	words   map[string]source.Source   // carrier and word → live source

	events   []consent.Event
	from     []int // events[i] came of text from[i]
	repeats  []int
	inbounds []inbound
	reviews  []review
	puts     []outbox.Message
	closes   map[string]consent.RequestState
	optins   []OptIn
	optinOf  []int
	replies  []reply
}

func (t *texting) run(ctx context.Context, at []int) (err error) {
	if t.now, err = t.tx.Now(ctx); err != nil {
		return err
	}
	if t.pepper, err = t.k.pepper(ctx, t.tx, t.tenant); err != nil {
		return err
	}
	if t.house, err = account.TenantOf(ctx, t.tx, t.tenant); err != nil {
		return err
	}
	t.closes = map[string]consent.RequestState{}
	if at, err = t.fresh(ctx, at); err != nil {
		return err
	}
	for _, step := range []func(context.Context, []int) error{t.people, t.questions, t.sources, t.effects, t.write, t.optIn, t.answer, t.promise} {
		if err := step(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

// fresh leaves out what was brought again; an opt-out in it is waited for all the same.
func (t *texting) fresh(ctx context.Context, at []int) (list []int, err error) {
	keys := make([]string, len(at))
	for n, i := range at {
		keys[n] = t.in[i].key(t.pepper)
	}
	seen, err := seenAt(ctx, t.tx, t.tenant, keys)
	if err != nil {
		return nil, err
	}
	var note []string
	for n, i := range at {
		if t.in[i].again(seen[keys[n]], t.now) {
			t.repeats = append(t.repeats, i)
			continue
		}
		list, note = append(list, i), append(note, keys[n])
	}
	return list, noteSeen(ctx, t.tx, t.tenant, note, t.now)
}

// people finds and locks who wrote; somebody never seen gets their row.
func (t *texting) people(ctx context.Context, at []int) (err error) {
	var addrs []address.Address
	for _, i := range slices.Concat(at, t.repeats) {
		addrs = append(addrs, t.in[i].from)
	}
	if _, err := contact.Ensure(ctx, t.tx, t.tenant, t.pepper, addrs, t.now); err != nil {
		return err
	}
	t.holders, err = contact.LockCurrent(ctx, t.tx, t.tenant, addrs)
	t.revs = map[string]int64{}
	for _, h := range t.holders {
		t.revs[h.Contact] = h.Rev
	}
	return err
}

// questions reads which open questions were put by SMS: a yes by SMS is no answer to a question in WhatsApp.
func (t *texting) questions(ctx context.Context, at []int) error {
	all, err := consent.AskedRequests(ctx, t.tx, t.tenant, slices.Collect(maps.Keys(t.revs)))
	if err != nil {
		return err
	}
	var ids []string
	for _, r := range all {
		ids = append(ids, r.Question)
	}
	messages, err := outbox.GetAll(ctx, t.tx, t.tenant, ids)
	t.asks = map[string]consent.Request{}
	for c, r := range all {
		if m := messages[r.Question]; r.Open(t.now) && m.Kind == outbox.SMS {
			t.asks[c] = r
		}
	}
	return err
}

// sources reads the words of the live SMS sources.
func (t *texting) sources(ctx context.Context, _ []int) error {
	live, err := source.LiveOf(ctx, t.tx, t.tenant, "sms")
	t.words = map[string]source.Source{}
	for _, s := range slices.Backward(live) { // of two with the same word the older one counts
		for _, w := range s.Settings.Words {
			t.words[s.Settings.Carrier+"\x00"+source.Word(w)] = s
		}
	}
	return err
}

// effects lets each text take effect. An opt-out wins over everything else in the same text.
func (t *texting) effects(ctx context.Context, at []int) error {
	for n, i := range at {
		x := &t.in[i]
		c := t.holders[x.from].Contact
		req, asked := t.asks[c]
		r := keyword.Reading{Intent: keyword.None}
		if !x.in.Unreadable {
			in := keyword.Input{Text: x.in.Text, Via: keyword.SMS}
			if asked {
				in.Asked = keyword.AskedOptin
			}
			r = keyword.Read(in)
		}
		src, word := t.words[x.carrier.ID+"\x00"+source.Word(x.in.Text)]
		t.keep(i, n, c, r)
		if !x.in.Unreadable && keyword.WantsForgetting(x.in.Text) {
			t.forgetting(i, c)
		}
		switch {
		case r.Intent.Stops():
			t.stop(i, n, c, r)
		case r.WrongPerson:
			t.add(i, t.event(i, n, c, consent.Disputed))
			if asked {
				t.decline(i, n, c, &req)
			}
		case asked && r.Declined:
			t.decline(i, n, c, &req)
		case asked && r.Intent == keyword.Start:
			if err := t.yes(ctx, i, n, c, &req); err != nil {
				return err
			}
		case word:
			t.word(i, n, &src)
		case r.Intent == keyword.Unsure:
			t.unsure(i, n, c, r)
		case r.Intent == keyword.Help:
			t.reply(i, c, "sms.help", nil)
		}
	}
	return nil
}

func (t *texting) add(i int, e consent.Event) {
	t.events, t.from = append(t.events, e), append(t.from, i)
}

// happened is the provider's moment; one from the future, or from longer ago than anybody stores texts, is now.
func (t *texting) happened(i int) int64 {
	at := t.in[i].in.At.UnixMicro()
	if t.in[i].in.At.IsZero() || at > t.now || at < t.now-7*day {
		return t.now
	}
	return at
}

// seq is the channel's own order: as we took them, since only some providers tell a time.
func (t *texting) seq(n int) string { return fmt.Sprintf("%020d.%03d", t.now, n) }

func (t *texting) event(i, n int, c string, kind consent.Kind) consent.Event {
	x := &t.in[i]
	return consent.Event{Contact: c, Kind: kind, Address: string(x.from), Channel: "sms", Number: x.carrier.ID, Actor: consent.Actor{Kind: consent.Person},
		HappenedAt: t.happened(i), Witnessed: true, Evidence: x.evidence(), ChannelSeq: t.seq(n)}
}

// evidence is the text as the provider handed it to us.
func (x *texted) evidence() []consent.Evidence {
	if len(x.in.Raw) > 0 {
		return []consent.Evidence{{Kind: "message", Value: storable(string(x.in.Raw))}}
	}
	return []consent.Evidence{{Kind: "message", Value: x.in.Text}}
}

func (t *texting) stop(i, n int, c string, r keyword.Reading) {
	e := t.event(i, n, c, consent.Withdrawn)
	key := "intake.ack.all"
	e.Scope = consent.ScopeAll
	if r.Intent == keyword.StopMarketing {
		e.Scope, key = consent.ScopeMarketing, "intake.ack.marketing"
	}
	if r.NoAnswer {
		e.Value = consent.NoAnswer
	}
	t.add(i, e)
	if req, ok := t.asks[c]; ok {
		t.decline(i, n, c, &req)
	}
	if !r.NoAnswer {
		t.reply(i, c, key, nil)
	}
}

func (t *texting) decline(i, n int, c string, req *consent.Request) {
	e := t.event(i, n, c, consent.Declined)
	e.Scope, e.Topics, e.Source, e.Ref = consent.ScopeTopic, req.Topics, req.Source, req.Event
	e.Notice, e.NoticeVersion, e.Language = req.Notice, req.NoticeVersion, req.Language
	t.add(i, e)
	t.closes[req.ID] = consent.RequestDeclined
}

// forgetting puts a wish to be forgotten before whoever may erase.
func (t *texting) forgetting(i int, c string) {
	t.reviews = append(t.reviews, review{id: id.At("rev", t.now), kind: ReviewErase, inbound: t.inbounds[len(t.inbounds)-1].id, contact: c,
		address: string(t.in[i].from), received: t.happened(i)})
}

// unsure pauses marketing until somebody has read the text.
func (t *texting) unsure(i, n int, c string, r keyword.Reading) {
	e := t.event(i, n, c, consent.Paused)
	e.Scope, e.Actor, e.Reason = consent.ScopeMarketing, consent.Actor{Kind: consent.System}, "unsure"
	t.add(i, e)
	guess := keyword.Read(keyword.Input{Text: r.Matched, Via: keyword.SMS}).Intent
	t.reviews = append(t.reviews, review{id: id.At("rev", t.now), kind: ReviewText, inbound: t.inbounds[len(t.inbounds)-1].id, contact: c,
		guess: string(guess), matched: storable(r.Matched), address: string(t.in[i].from), received: t.happened(i)})
}

// keep writes the text down as it came, with what was read in it.
func (t *texting) keep(i, n int, c string, r keyword.Reading) {
	x := &t.in[i]
	t.inbounds = append(t.inbounds, inbound{id: id.At("sms", t.now), channel: "sms", number: x.carrier.ID, contact: c, address: string(x.from),
		at: t.happened(i), kind: "text", body: x.in.Text, intent: string(r.Intent), confidence: r.Confidence, matched: storable(r.Matched)})
}
