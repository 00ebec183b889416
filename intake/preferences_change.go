package intake

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/say"
	"jawort/source"
)

// Pauses are for how many days advertising may rest, as page and chat offer it.
var Pauses = []int{7, 30, 90}

// errPast answers who would change something by a link that is too old for it: it still opts out.
var errPast = errs.New(errs.Unprocessable, "web.prefs.expired")

// viewer opens a link that may still be looked at.
func (k *Desk) viewer(token string) (person, error) {
	who, err := openPerson(k.o.Keys, token)
	if err == nil && k.o.Now().After(who.until) {
		err = errPast
	}
	return who, err
}

// PreferencePause lets marketing rest for so many days, or ends that rest (0). A rest that has no end, because somebody has to look at
// a text first, is not the person's and stays. It returns after the promise holds.
func (k *Desk) PreferencePause(ctx context.Context, token string, days int, evidence []consent.Evidence) error {
	who, err := k.viewer(token)
	if err != nil {
		return err
	}
	if days != 0 && !slices.Contains(Pauses, days) {
		return errs.New(errs.Invalid, "")
	}
	var s stopped
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s = stopped{}
		id, revs, err := lockPerson(ctx, tx, who.tenant, who.contact)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		events, err := restEvents(ctx, tx, who.tenant, id, days, now)
		if err != nil {
			return err
		}
		for _, e := range events {
			e.Channel, e.Witnessed, e.Actor, e.Evidence = "page", true, consent.Actor{Kind: consent.Person}, evidence
			if s, err = appendStop(ctx, tx, who.tenant, e, revs); err != nil {
				return err
			}
		}
		return nil
	})
	if errs.CodeOf(err) == errs.NotFound { // erased meanwhile
		return nil
	}
	if err != nil {
		return fmt.Errorf("pause by the page: %w", err)
	}
	k.await(ctx, who.tenant, s, time.Now().Add(Hold))
	return nil
}

// restEvents are what a wish to rest, or to rest no longer (0), comes to. A new rest takes the place of the last one.
func restEvents(ctx context.Context, tx *db.Tx, tenant, who string, days int, now int64) ([]consent.Event, error) {
	all, err := consent.Stand(ctx, tx, tenant, []string{who})
	if err != nil {
		return nil, err
	}
	stand := all[who]
	until, open := resting(&stand)
	var out []consent.Event
	if until > 0 && !open {
		out = append(out, consent.Event{Contact: who, Kind: consent.Unpaused, Scope: consent.ScopeMarketing, HappenedAt: now - 1})
	}
	if days > 0 {
		out = append(out, consent.Event{Contact: who, Kind: consent.Paused, Scope: consent.ScopeMarketing, Until: now + int64(days)*day, HappenedAt: now})
	}
	return out, nil
}

// resting is until when marketing rests by the person's own wish; open says that it rests without an end.
func resting(s *consent.Standing) (until int64, open bool) {
	for _, t := range s.Topics {
		if t.State == consent.StatePaused && t.Class == consent.Marketing {
			until, open = max(until, t.ExpiresAt), open || t.ExpiresAt == 0
		}
	}
	return until, open
}

// PreferenceLanguage keeps in which language the person wants to be written to.
func (k *Desk) PreferenceLanguage(ctx context.Context, token, language string) error {
	who, err := k.viewer(token)
	if err != nil {
		return err
	}
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		id, _, err := lockPerson(ctx, tx, who.tenant, who.contact)
		if err != nil {
			return err
		}
		has, err := languages(ctx, tx, who.tenant)
		if err != nil {
			return err
		}
		if !slices.Contains(has, language) {
			return errs.New(errs.Invalid, "")
		}
		return contact.Describe(ctx, tx, who.tenant, id, "", language)
	})
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	return err
}

// languages are those a business can write in: of its live sources' wordings, and ours.
func languages(ctx context.Context, tx *db.Tx, tenant string) ([]string, error) {
	live, err := source.AllLive(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(say.Languages)
	for _, s := range live {
		out = append(out, s.Settings.Languages...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// PreferenceOn asks for topics again by a link. Whoever holds a link is not proven to be the person, so it is a request like a form's:
// what comes back is the way into WhatsApp, where the person's own message is the consent. A question is never put because of it.
// "" = no live source asks for any of the topics.
func (k *Desk) PreferenceOn(ctx context.Context, token string, topics []string, language string, evidence []consent.Evidence) (link string, err error) {
	who, err := k.viewer(token)
	if err != nil {
		return "", err
	}
	var in OptIn
	err = k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		in = OptIn{}
		now, err := contact.Current(ctx, tx, who.tenant, []string{who.contact})
		if err != nil || now[who.contact] == "" {
			return err
		}
		c, err := contact.Get(ctx, tx, who.tenant, now[who.contact])
		if err != nil {
			return err
		}
		to := reach(c)
		live, err := source.AllLive(ctx, tx, who.tenant)
		if err != nil || to == "" {
			return err
		}
		if s, ask := asks(live, topics); len(ask) > 0 {
			in = OptIn{Tenant: who.tenant, Address: to, Topics: ask, Source: s.ID, Language: language, Channel: "page", Witnessed: true,
				Actor: consent.Actor{Kind: consent.Person}, Evidence: evidence, NoQuestion: true}
		}
		return nil
	})
	if err != nil || in.Source == "" {
		return "", err
	}
	done, err := k.OptIn(ctx, in)
	if err != nil {
		return "", fmt.Errorf("opt in by the page: %w", err)
	}
	return done.Confirmation.URL, nil
}

// reach is the address that a person is known by now: a telephone number first, then the newest.
func reach(c contact.Contact) (out address.Address) {
	for _, e := range c.Addresses {
		if e.Until != 0 || !e.Address.IsPhone() && !e.Address.IsUserID() {
			continue
		}
		if out == "" || e.Address.IsPhone() && !out.IsPhone() {
			out = e.Address
		}
	}
	return out
}

// asks finds the source that asks for most of the topics, a website before the others, and which of them it asks for.
func asks(live []source.Source, topics []string) (best source.Source, ask []string) {
	for _, s := range live {
		if s.Number == "" {
			continue
		}
		var has []string
		for _, code := range topics {
			if slices.Contains(s.Topics, code) {
				has = append(has, code)
			}
		}
		if len(has) > len(ask) || len(has) == len(ask) && len(has) > 0 && s.Kind == "web" && best.Kind != "web" {
			best, ask = s, has
		}
	}
	return best, ask
}

// addChoices reads what may be chosen on the page beside opting out.
func (p *Preferences) addChoices(ctx context.Context, tx *db.Tx, house account.Tenant, s *consent.Standing) error {
	until, open := resting(s)
	p.PausedUntil = until
	if open {
		p.PausedUntil = 0
	}
	for _, t := range p.Topics {
		p.Pausable = p.Pausable || !open && t.Class == "marketing" && (t.State == consent.StateGranted || t.State == consent.StatePaused)
	}
	live, err := source.AllLive(ctx, tx, p.Tenant)
	if err != nil {
		return err
	}
	for i := range p.Topics {
		t := &p.Topics[i]
		from, ask := asks(live, []string{t.Code})
		if t.On() || len(ask) == 0 || t.RetiredAt != 0 {
			continue
		}
		if err := t.addOffer(ctx, tx, house, from, p.Language); err != nil {
			return err
		}
	}
	p.Languages, err = languages(ctx, tx, p.Tenant)
	return err
}
