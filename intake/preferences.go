package intake

import (
	"context"
	"fmt"
	"slices"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// Preferences is what a preference link shows. Of an expired one only business, language and Stopped are told.
type Preferences struct {
	Tenant    string
	Contact   string // who stands for the person today; "" = erased meanwhile
	Language  string // the person's; "" = not known
	Business  string
	Brand     account.Brand
	Zone      string // of the business, for dates
	Expired   bool   // too old to show anything; it still opts out
	Stopped   bool   // everything is off
	Removed   bool   // on request: nothing is held any more
	Reasoned  bool   // why the newest stop was made is told already
	StoppedAt int64  // since when, microseconds UTC; 0 = it is not
	Topics    []PreferenceTopic
	Codes     []string // of all topics there are: they can be ended by an expired link too

	Pausable    bool     // there is advertising that can rest
	PausedUntil int64    // advertising rests by the person's wish; 0 = it does not
	Languages   []string // the business can write in
}

// PreferenceTopic is one topic the person ever had to do with.
type PreferenceTopic struct {
	topic.Topic
	State    consent.State
	Since    int64  // microseconds UTC
	Language string // of Words
	Words    string // the exact wording agreed to; "" = none was shown, or nothing is agreed

	Offer         string // the wording to agree to anew; "" = it is on, or nobody asks for it
	OfferLanguage string

	event   string       // that decided; "" = none
	decided consent.Kind // its kind
	Receipt string       // token of the receipt for what decided; "" = none
}

// Preferences reads what a link shows, and changes nothing.
func (k *Desk) Preferences(ctx context.Context, token string) (Preferences, error) {
	who, err := openPerson(k.o.Keys, token)
	if err != nil {
		return Preferences{}, err
	}
	p := Preferences{Tenant: who.tenant, Expired: k.o.Now().After(who.until)}
	err = k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		p.Topics = nil
		return p.read(ctx, tx, who)
	})
	for i, t := range p.Topics {
		if HasReceipt(t.decided) {
			p.Topics[i].Receipt = k.ReceiptToken(who.tenant, t.event)
		}
	}
	if err != nil {
		return Preferences{}, fmt.Errorf("read preferences: %w", err)
	}
	return p, nil
}

func (p *Preferences) read(ctx context.Context, tx *db.Tx, who person) error {
	t, err := account.TenantOf(ctx, tx, who.tenant)
	if err != nil {
		return err
	}
	p.Business, p.Brand, p.Language, p.Zone = t.Name, t.Brand, t.Language, t.Zone
	now, err := contact.Current(ctx, tx, who.tenant, []string{who.contact})
	if err != nil {
		return err
	}
	p.Contact = now[who.contact]
	if p.Contact == "" { // nothing is held about this person any more
		return nil
	}
	all, err := consent.Stand(ctx, tx, who.tenant, []string{p.Contact})
	if err != nil {
		return err
	}
	stands := all[p.Contact]
	if stands.Person.Erased {
		p.Contact, p.Removed, p.Stopped, p.StoppedAt = "", true, true, stands.StopAllAt
		return nil
	}
	topics, err := topic.List(ctx, tx, who.tenant, true)
	if err != nil {
		return err
	}
	for _, t := range topics {
		p.Codes = append(p.Codes, t.Code)
	}
	if p.Stopped = allOff(stands, topics); p.Stopped {
		p.StoppedAt = stands.StopAllAt
	}
	if p.Expired {
		return nil
	}
	if c, err := contact.Get(ctx, tx, who.tenant, p.Contact); err == nil && c.Language != "" {
		p.Language = c.Language
	}
	if _, p.Reasoned, err = lastStop(ctx, tx, who.tenant, p.Contact); err != nil {
		return err
	}
	if err := p.addTopics(ctx, tx, stands, topics); err != nil {
		return err
	}
	return p.addChoices(ctx, tx, t, &stands)
}

// On says that messages of the topic come, or come again after a rest.
func (x *PreferenceTopic) On() bool {
	return x.State == consent.StateGranted || x.State == consent.StateDeclared || x.State == consent.StatePaused
}

// allOff: somebody said no to everything, and to nothing yes again.
func allOff(s consent.Standing, topics []topic.Topic) bool {
	if !s.StopAll {
		return false
	}
	return !slices.ContainsFunc(topics, func(t topic.Topic) bool {
		return s.Of(t.Code, consent.Class(t.Class)).State != consent.StateWithdrawn
	})
}

func (p *Preferences) addTopics(ctx context.Context, tx *db.Tx, s consent.Standing, topics []topic.Topic) error {
	for _, t := range topics {
		now := s.Of(t.Code, consent.Class(t.Class))
		if _, ever := s.Topics[t.Code]; !ever && (t.RetiredAt != 0 || now.State == consent.StateNone) {
			continue
		}
		x := PreferenceTopic{Topic: t, State: now.State, Since: now.Since}
		if err := x.addWords(ctx, tx, p.Tenant, now); err != nil {
			return err
		}
		p.Topics = append(p.Topics, x)
	}
	return nil
}

// addWords finds the wording in the language it was shown in, which stands in the event that decided.
func (x *PreferenceTopic) addWords(ctx context.Context, tx *db.Tx, tenant string, s consent.TopicStanding) error {
	if s.Event == "" {
		return nil
	}
	e, err := consent.Get(ctx, tx, tenant, s.Event)
	if err != nil {
		return err
	}
	x.event, x.decided = e.ID, e.Kind
	if s.Notice == "" || s.State == consent.StateWithdrawn || s.State == consent.StateDeclined {
		return nil
	}
	v, err := notice.Body(ctx, tx, tenant, s.Notice, s.NoticeVersion, e.Language)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	x.Words, x.Language = v.Body, v.Language
	return err
}

// addOffer is what a source asks for the topic, in the reader's language.
func (x *PreferenceTopic) addOffer(ctx context.Context, tx *db.Tx, house account.Tenant, from source.Source, language string) error {
	texts, err := notice.At(ctx, tx, from.Tenant, from.Notice, from.NoticeVersion)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if v, ok := notice.Pick(texts, language, house.Language); ok {
		x.Offer, x.OfferLanguage = v.Body, v.Language
	}
	return err
}

// PreferenceStop opts out by a link: of everything, or of topics. It never expires, and returns after the promise holds.
func (k *Desk) PreferenceStop(ctx context.Context, token string, scope consent.Scope, topics []string, evidence []consent.Evidence) error {
	who, err := openPerson(k.o.Keys, token)
	if err != nil {
		return err
	}
	return k.stopByPage(ctx, who, scope, topics, evidence)
}

func (k *Desk) stopByPage(ctx context.Context, who person, scope consent.Scope, topics []string, evidence []consent.Evidence) error {
	out := OptOut{Tenant: who.tenant, Contact: who.contact, Scope: scope, Topics: topics, Via: "page", Witnessed: true,
		Actor: consent.Actor{Kind: consent.Person}, Evidence: evidence}
	_, err := k.OptOut(ctx, out)
	if errs.CodeOf(err) == errs.NotFound { // erased meanwhile: nobody is left to write to, and the suppression list remembers
		return nil
	}
	if err != nil {
		return fmt.Errorf("opt out by the page: %w", err)
	}
	return nil
}
