package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/keyword"
)

// Note is what reached staff otherwise than by a door of ours: a letter, a call, an e-mail, a word at the counter.
type Note struct {
	Tenant, Contact, Staff string
	Via                    string // letter phone email counter
	Text                   string // what was said, word for word or nearly; may be empty for a wish to be forgotten
	ReceivedAt             int64  // the law's clock runs from here; 0 = now
	Erase                  bool   // the person wishes to be forgotten
}

// Noted is what came of a note.
type Noted struct {
	Stopped OptedOut // Event.ID "" = nothing was stopped yet
	Scope   consent.Scope
	Review  string // waits for a decision; "" = nothing does
}

// NoteWays are how something reaches staff.
var NoteWays = []string{"phone", "letter", "email", "counter"}

const (
	mostNote  = 4000
	oldestRun = 366 * day // a letter older than that is a slip of the pen
)

func (n *Note) check(now int64) error {
	n.Text = strings.TrimSpace(storable(n.Text))
	if n.ReceivedAt == 0 {
		n.ReceivedAt = now
	}
	switch {
	case !slices.Contains(NoteWays, n.Via):
		return errs.At("via", "intake.via").With(errs.Args{"Ways": strings.Join(NoteWays, " ")})
	case n.Text == "" && !n.Erase, utf8.RuneCountInString(n.Text) > mostNote:
		return errs.At("text", "intake.note.text").With(errs.Args{"Most": mostNote})
	case n.ReceivedAt > now || n.ReceivedAt < now-oldestRun:
		return errs.At("received", "intake.note.received")
	}
	return nil
}

// Note takes it down. What is plainly an opt-out takes effect as one, after the promise; what is unclear pauses marketing and waits
// for a decision like an unclear text; a wish to be forgotten stops everything at once and waits for whoever may erase.
func (k *Desk) Note(ctx context.Context, in Note) (Noted, error) {
	now, err := k.clockNow(ctx)
	if err != nil {
		return Noted{}, err
	}
	if err := in.check(now); err != nil {
		return Noted{}, err
	}
	r := keyword.Read(keyword.Input{Text: in.Text, Via: in.via()})
	if scope := scopeOf(r.Intent); scope != "" && !in.Erase {
		out, err := k.OptOut(ctx, OptOut{Tenant: in.Tenant, Contact: in.Contact, Scope: scope, Via: in.Via, HappenedAt: in.ReceivedAt,
			Actor: consent.Actor{Kind: consent.Staff, ID: in.Staff}, Evidence: in.evidence()})
		return Noted{Stopped: out, Scope: scope}, err
	}
	var done Noted
	var s stopped
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		done, s, err = in.put(ctx, tx, r)
		return err
	})
	if err != nil {
		return Noted{}, fmt.Errorf("take a note down: %w", err)
	}
	k.await(ctx, in.Tenant, s, time.Now().Add(Hold))
	return done, nil
}

func (k *Desk) clockNow(ctx context.Context) (now int64, err error) {
	err = k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err = tx.Now(ctx)
		return err
	})
	return now, err
}

// via is how the detector reads it: what people write by hand is read like a mail.
func (n *Note) via() keyword.Via {
	if n.Via == "email" || n.Via == "letter" {
		return keyword.Email
	}
	return keyword.Text
}

// scopeOf is what a plain opt-out ends; "" = it must be looked at, as must one of some topic, for only a person reads which.
func scopeOf(i keyword.Intent) consent.Scope {
	switch i {
	case keyword.StopAll:
		return consent.ScopeAll
	case keyword.StopMarketing:
		return consent.ScopeMarketing
	}
	return ""
}

func (n *Note) evidence() []consent.Evidence {
	if n.Text == "" {
		return nil
	}
	return []consent.Evidence{{Kind: "message", Value: n.Text}}
}

// put writes what holds from now on, and what waits.
func (n *Note) put(ctx context.Context, tx *db.Tx, read keyword.Reading) (Noted, stopped, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return Noted{}, stopped{}, err
	}
	who, revs, err := lockPerson(ctx, tx, n.Tenant, n.Contact)
	if err != nil {
		return Noted{}, stopped{}, err
	}
	c, err := contact.Get(ctx, tx, n.Tenant, who)
	if err != nil {
		return Noted{}, stopped{}, err
	}
	r := review{id: id.At("rev", now), kind: ReviewEntered, contact: who, said: n.Text, via: n.Via, enteredBy: n.Staff,
		matched: storable(read.Matched), received: n.ReceivedAt, guess: string(read.Intent)}
	if read.Intent == keyword.Unsure {
		r.guess = string(keyword.Read(keyword.Input{Text: read.Matched, Via: keyword.Text}).Intent)
	}
	for _, a := range c.Addresses {
		if a.Until == 0 {
			r.address = string(a.Address)
		}
	}
	e := consent.Event{Contact: who, Kind: consent.Paused, Scope: consent.ScopeMarketing, Channel: n.Via, Reason: "unsure", Ref: r.id,
		Actor: consent.Actor{Kind: consent.Staff, ID: n.Staff}}
	if n.Erase {
		r.kind, r.guess = ReviewErase, ""
		e = consent.Event{Contact: who, Kind: consent.Withdrawn, Scope: consent.ScopeAll, Channel: n.Via, Ref: r.id, HappenedAt: n.ReceivedAt,
			Actor: consent.Actor{Kind: consent.Staff, ID: n.Staff}, Evidence: n.evidence()}
	}
	if err := insertReviews(ctx, tx, n.Tenant, []review{r}, now); err != nil {
		return Noted{}, stopped{}, err
	}
	done := Noted{Review: r.id}
	s, err := n.hold(ctx, tx, who, e, revs)
	if s.Event.Kind == consent.Withdrawn {
		done.Stopped, done.Scope = s.OptedOut, consent.ScopeAll
	}
	if err != nil {
		return Noted{}, s, err
	}
	return done, s, account.Record(ctx, tx, n.Tenant, account.Entry{Actor: n.Staff, Action: "note." + r.kind, Object: r.id})
}

// hold appends what holds until the decision; an opt-out that stands is not said twice.
func (n *Note) hold(ctx context.Context, tx *db.Tx, who string, e consent.Event, revs map[string]int64) (stopped, error) {
	if e.Kind == consent.Withdrawn {
		history, err := consent.History(ctx, tx, n.Tenant, []string{who})
		if err != nil {
			return stopped{}, err
		}
		if first := consent.StandingStop(history[who], e.Scope, nil); first != nil {
			return stopped{OptedOut: OptedOut{Event: *first, Contact: who, Repeated: true}, rev: first.Rev}, nil
		}
	}
	return appendStop(ctx, tx, n.Tenant, e, revs)
}

// AnswerErasure settles a wish to be forgotten that is not carried out: withdrawn by the person, or nobody could tell that it was them.
// The reason is kept in the trail of what staff did; what was stopped stays stopped.
func (k *Desk) AnswerErasure(ctx context.Context, tenant, staff, review, reason string) error {
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	return k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		r, err := lockReview(ctx, tx, tenant, review)
		if err != nil {
			return err
		}
		if r.kind != ReviewErase || r.decidedAt != 0 {
			return errs.New(errs.NotFound, "intake.review")
		}
		if err := closeReview(ctx, tx, tenant, review, "none", staff, "", now); err != nil {
			return err
		}
		return account.Record(ctx, tx, tenant, account.Entry{Actor: staff, Action: "review.decided", Object: review,
			Detail: map[string]string{"decision": "kept", "reason": reason}})
	})
}
