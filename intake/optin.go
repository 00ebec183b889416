package intake

import (
	"context"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/notice"
	"jawort/rules"
	"jawort/source"
	"jawort/topic"
)

// place is a source with what an opt-in there rests on, read once a batch.
type place struct {
	source source.Source
	texts  []notice.Version
	topics map[string]topic.Topic
	tenant account.Tenant
	number account.Number
	err    error
}

func (k *Desk) applyOptIns(ctx context.Context, tx *db.Tx, in []OptIn) ([]db.Outcome[OptedIn], error) {
	out := make([]db.Outcome[OptedIn], len(in))
	for tenant, at := range inOrder(byTenant(len(in), func(i int) string { return in[i].Tenant })) {
		if err := k.optInFor(ctx, tx, tenant, in, at, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (k *Desk) optInFor(ctx context.Context, tx *db.Tx, tenant string, in []OptIn, at []int, out []db.Outcome[OptedIn]) error {
	places := map[string]*place{}
	at = slices.DeleteFunc(at, func(i int) bool {
		p, ok := places[in[i].place()]
		if !ok {
			p = readPlace(ctx, tx, tenant, in[i].Source, in[i].NoticeVersion)
			places[in[i].place()] = p
		}
		out[i].Err = in[i].check(p)
		return out[i].Err != nil
	})
	if len(at) == 0 {
		return nil
	}
	holders, revs, err := k.lockAddresses(ctx, tx, tenant, in, at)
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var events []consent.Event
	var whose []int
	for _, i := range at {
		for _, e := range in[i].events(holders[in[i].Address].Contact, places[in[i].place()], now) {
			events, whose = append(events, e), append(whose, i)
		}
	}
	done, err := consent.Append(ctx, tx, tenant, events, revs)
	if err != nil {
		return err
	}
	for n, i := range whose {
		if out[i].Value.Event.ID == "" {
			out[i].Value = OptedIn{Event: done[n].Event, Repeated: done[n].Repeated, Contact: done[n].Event.Contact}
		}
	}
	return k.confirmAll(ctx, tx, tenant, in, at, places, out)
}

// place names what an opt-in rests on: the source with the words that were read there.
func (in *OptIn) place() string { return in.Source + "\x00" + strconv.FormatInt(in.NoticeVersion, 10) }

// readPlace reads a source and its words, those in force or an older version of them; what is wrong with it is kept, for every opt-in
// that names it.
func readPlace(ctx context.Context, tx *db.Tx, tenant, id string, version int64) *place {
	p := &place{}
	if p.source, p.err = source.Get(ctx, tx, tenant, id); p.err != nil {
		return p
	}
	if p.source.State != source.StateLive {
		p.err = errs.At("source", "source.paused")
		p.err.(*errs.Error).Code = errs.Conflict
		return p
	}
	if version == 0 {
		version = p.source.NoticeVersion
	}
	if p.texts, p.err = notice.At(ctx, tx, tenant, p.source.Notice, version); p.err != nil {
		return p
	}
	if p.err = notOutdated(ctx, tx, p.source, version); p.err != nil {
		return p
	}
	if p.tenant, p.err = account.TenantOf(ctx, tx, tenant); p.err != nil {
		return p
	}
	if p.number, p.err = account.NumberOf(ctx, tx, tenant, p.source.Number); p.err != nil {
		return p
	}
	all, err := topic.List(ctx, tx, tenant, false) // a retired topic leaves the others of its source as they are
	p.topics, p.err = map[string]topic.Topic{}, err
	for _, t := range all {
		if slices.Contains(p.source.Topics, t.Code) {
			p.topics[t.Code] = t
		}
	}
	return p
}

// notOutdated: words on paper may be older than those in force, but not so old that consents to them have ended.
func notOutdated(ctx context.Context, tx *db.Tx, s source.Source, version int64) error {
	if version == s.NoticeVersion {
		return nil
	}
	all, err := notice.Versions(ctx, tx, s.Tenant, s.Notice)
	if err == nil && version < notice.OutdatedBelow(all) {
		err = errs.New(errs.Conflict, "intake.outdated")
	}
	return err
}

func (in *OptIn) check(p *place) error {
	switch {
	case p.err != nil:
		return p.err
	case in.Address == "":
		return errs.At("address", "intake.address")
	case len(in.Topics) == 0:
		return errs.At("topics", "intake.topics")
	}
	for _, t := range in.Topics {
		if _, ok := p.topics[t]; !ok {
			return errs.At("topics", "intake.topic_not_here")
		}
	}
	return nil
}

func (k *Desk) lockAddresses(ctx context.Context, tx *db.Tx, tenant string, in []OptIn, at []int) (map[address.Address]contact.Holder, map[string]int64, error) {
	pepper, err := k.pepper(ctx, tx, tenant)
	if err != nil {
		return nil, nil, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, nil, err
	}
	addrs := make([]address.Address, len(at))
	for n, i := range at {
		addrs[n] = in[i].Address
	}
	if _, err := contact.Ensure(ctx, tx, tenant, pepper, addrs, now); err != nil {
		return nil, nil, err
	}
	holders, err := contact.LockCurrent(ctx, tx, tenant, addrs)
	revs := map[string]int64{}
	for _, h := range holders {
		revs[h.Contact] = h.Rev
	}
	return holders, revs, err
}

// events is what the act comes to: one event for each kind of proof its topics' classes give it.
func (in *OptIn) events(contact string, p *place, now int64) []consent.Event {
	byKind := map[consent.Kind][]string{}
	for _, t := range in.Topics {
		kind := in.becomes(consent.Class(p.topics[t].Class), p, now)
		byKind[kind] = append(byKind[kind], t)
	}
	text, _ := notice.Pick(p.texts, in.Language, p.tenant.Language)
	var out []consent.Event
	for _, kind := range []consent.Kind{consent.Granted, consent.Declared, consent.Requested, consent.Claimed} {
		if len(byKind[kind]) == 0 {
			continue
		}
		e := consent.Event{Contact: contact, Kind: kind, Scope: consent.ScopeTopic, Topics: byKind[kind], Address: string(in.Address),
			Channel: in.Channel, Source: in.Source, Number: p.source.Number, Notice: text.Notice, NoticeVersion: text.Version,
			NoticeHash: text.Hash, Language: text.Language, CapMonth: text.CapMonth, Actor: in.Actor, HappenedAt: in.HappenedAt,
			Witnessed: in.Witnessed, Evidence: in.Evidence, ChannelSeq: in.ChannelSeq}
		if in.SaidTo != "" {
			e.Number = in.SaidTo
		}
		if in.SeenKey != "" {
			e.SeenKey = in.SeenKey + ":" + string(kind)
		}
		out = append(out, e)
	}
	return out
}

// becomes is the table of DESIGN section 5, Strength of proof. What is not in it is the weaker word.
func (in *OptIn) becomes(class consent.Class, p *place, now int64) consent.Kind {
	own := in.Actor.Kind == consent.Person && !in.Claim
	signed := (in.Channel == "paper" || in.Channel == "counter") && p.source.Settings.AcceptSigned && p.tenant.Policy.AcceptSignedForm
	switch {
	case signed && len(in.Evidence) > 0:
		return consent.Granted
	case !own:
		return consent.Claimed
	case in.Channel == "chat" && in.Witnessed:
		return consent.Granted
	case in.Channel == "sms" && in.Witnessed && !smsNeedsTap(p, in.Address, now):
		return consent.Granted
	case class != consent.Marketing && in.Channel != "missed_call":
		return consent.Declared
	}
	return consent.Requested
}

func smsNeedsTap(p *place, a address.Address, now int64) bool {
	if v := p.tenant.Policy.SMSNeedsTap; v != nil {
		return *v
	}
	return rules.For(a.Country(), time.UnixMicro(now).UTC()).ConfirmSMSByTap
}
