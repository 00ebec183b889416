package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"jawort/account"
	"jawort/blob"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
)

// Removal is the wish that a person be forgotten.
type Removal struct {
	Tenant, Contact string
	Staff           string // who did it; "" = the person, by their page
	Via             string // one of Ways
	Reason          string // staff's, kept in the trail of what staff did; the ledger keeps none
	Evidence        []consent.Evidence
	Keep            bool // archive: everything ends and nothing is written any more, but the proof stays
}

// Remove ends everything for a person and, unless the proof is to stay, takes out whatever says who they are: name, addresses, what
// they wrote, evidence, salts, scans. What stays is a keyed fingerprint of each address on the suppression list, so that nobody writes
// to them by mistake, and entries of the ledger that name nobody. It returns after the promise holds; forgetting twice is once.
func (k *Desk) Remove(ctx context.Context, in Removal) error {
	actor := consent.Actor{Kind: consent.Person}
	if in.Staff != "" {
		reason, err := reasonOf(in.Reason)
		if err != nil {
			return err
		}
		in.Reason, actor = reason, consent.Actor{Kind: consent.Staff, ID: in.Staff}
	}
	var s stopped
	var marks [][]byte
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		s, marks = stopped{}, nil
		who, revs, err := lockPerson(ctx, tx, in.Tenant, in.Contact)
		if err != nil {
			return err
		}
		if s, err = endAll(ctx, tx, in, who, actor, revs); err != nil {
			return err
		}
		if in.Keep {
			if err := archiveWishes(ctx, tx, in.Tenant, who, in.Staff); err != nil {
				return err
			}
		} else {
			if marks, err = k.forget(ctx, tx, in.Tenant, who); err != nil {
				return err
			}
		}
		if in.Staff == "" {
			return nil
		}
		action := "person.erased"
		if in.Keep {
			action = "person.archived"
		}
		return account.Record(ctx, tx, in.Tenant, account.Entry{Actor: in.Staff, Action: action, Object: who, Detail: map[string]string{"reason": in.Reason}})
	})
	if err != nil {
		return fmt.Errorf("remove a person: %w", err)
	}
	k.await(ctx, in.Tenant, s, time.Now().Add(Hold))
	return k.dropRaw(ctx, in.Tenant, marks)
}

// endAll writes the stop of everything, if none stands, and what the removal is.
func endAll(ctx context.Context, tx *db.Tx, in Removal, who string, actor consent.Actor, revs map[string]int64) (s stopped, err error) {
	all, err := consent.History(ctx, tx, in.Tenant, []string{who})
	if err != nil {
		return s, err
	}
	stop := consent.Event{Contact: who, Kind: consent.Withdrawn, Scope: consent.ScopeAll, Channel: in.Via, Actor: actor, Witnessed: in.Staff == "", Evidence: in.Evidence}
	mark := consent.Event{Contact: who, Kind: consent.Erased, Scope: consent.ScopeAll, Channel: in.Via, Actor: actor, Witnessed: in.Staff == ""}
	if in.Keep {
		mark.Kind, mark.Reason = consent.Restricted, in.Reason
	}
	if consent.StandingStop(all[who], consent.ScopeAll, nil) == nil {
		if s, err = appendStop(ctx, tx, in.Tenant, stop, revs); err != nil {
			return s, err
		}
	}
	for _, e := range all[who] {
		if e.Kind == mark.Kind {
			return s, nil
		}
	}
	return appendStop(ctx, tx, in.Tenant, mark, revs)
}

// forget empties every table of what names the person, and answers what they are recognised by in raw webhooks.
func (k *Desk) forget(ctx context.Context, tx *db.Tx, tenant, who string) (marks [][]byte, err error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	family, err := contact.Family(ctx, tx, tenant, who)
	if err != nil {
		return nil, err
	}
	c, err := contact.Get(ctx, tx, tenant, who)
	if err != nil {
		return nil, err
	}
	for _, e := range c.Addresses {
		marks = append(marks, marksOf(e)...)
	}
	if err := forgetElsewhere(ctx, tx, tenant, c); err != nil {
		return nil, err
	}
	if _, err := contact.Forget(ctx, tx, tenant, who, now); err != nil {
		return nil, err
	}
	for _, erase := range []func(context.Context, *db.Tx, string, []string) error{consent.Erase, eraseInbound} {
		if err := erase(ctx, tx, tenant, family); err != nil {
			return nil, err
		}
	}
	if err := outbox.Erase(ctx, tx, tenant, family, now); err != nil {
		return nil, err
	}
	for _, f := range family {
		if _, err := blob.DeleteOwner(ctx, tx, tenant, f); err != nil {
			return nil, err
		}
	}
	return marks, nil
}

// forgetElsewhere empties the entries at this person's addresses in the ledgers of those they were taken for, and split from.
func forgetElsewhere(ctx context.Context, tx *db.Tx, tenant string, c contact.Contact) error {
	history, err := consent.History(ctx, tx, tenant, []string{c.ID})
	if err != nil {
		return err
	}
	var others []string
	for _, e := range history[c.ID] {
		if e.Kind == consent.Split {
			others = append(others, e.Other)
		}
	}
	var theirs []string
	for _, a := range c.Addresses {
		theirs = append(theirs, a.Address.String())
	}
	return consent.EraseAt(ctx, tx, tenant, others, theirs)
}

// marksOf are the spellings of an address in Meta's bytes.
func marksOf(e contact.Entry) (out [][]byte) {
	add := func(s string) {
		if len(s) >= 5 {
			out = append(out, []byte(`"`+s+`"`), []byte(`"+`+s+`"`))
		}
	}
	add(e.WAID)
	if e.Address.IsPhone() {
		for _, id := range e.Address.WAIDs() {
			add(id)
		}
	} else {
		_, id, _ := strings.Cut(string(e.Address), ":")
		add(id)
	}
	return out
}

// rawBatch is how many raw webhooks are looked at in one transaction.
const rawBatch = 500

// dropRaw deletes the raw webhooks of the last 30 days in which the person is named, whole as they are: they are kept only in case
// something has to be looked up.
func (k *Desk) dropRaw(ctx context.Context, tenant string, marks [][]byte) error {
	if len(marks) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	for after := ""; ; {
		var n int
		err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			list, err := rawsAfter(ctx, tx, tenant, after, rawBatch)
			if err != nil {
				return err
			}
			n = len(list)
			var gone []string
			for _, r := range list {
				after = r.id
				for _, m := range marks {
					if bytes.Contains(r.body, m) {
						gone = append(gone, r.id)
						break
					}
				}
			}
			return deleteRaws(ctx, tx, tenant, gone)
		})
		if err != nil {
			return errs.New(errs.Unavailable, "error.unavailable").Because(err)
		}
		if n < rawBatch {
			return nil
		}
	}
}

// PreferenceRemove forgets the person by their page.
func (k *Desk) PreferenceRemove(ctx context.Context, token string, evidence []consent.Evidence) error {
	who, err := k.viewer(token)
	if err != nil {
		return err
	}
	err = k.Remove(ctx, Removal{Tenant: who.tenant, Contact: who.contact, Via: "page", Evidence: evidence})
	if errs.CodeOf(err) == errs.NotFound || errors.Is(err, db.ErrNone) { // nothing is held any more
		return nil
	}
	return err
}
