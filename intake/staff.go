package intake

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jawort/account"
	"jawort/address"
	"jawort/blob"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
)

// Entered is what a member of staff enters about a person beside opt-ins and opt-outs. It can only make fewer messages pass.
type Entered struct {
	Tenant, Contact, Staff string
	Kind                   consent.Kind // disputed: "that was not me" · identity_changed: perhaps somebody else by now
	Via                    string       // one of Ways
	Reason                 string
}

// LeastReason is how many characters a reason must have that somebody is to be able to follow later (LOOK section 6).
const LeastReason = 10

// mostReason bounds what is kept of one.
const mostReason = 500

// reasonOf cleans a reason; one too short to say anything is refused at its field.
func reasonOf(text string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < LeastReason || n > mostReason || !utf8.ValidString(text) {
		return "", errs.At("reason", "intake.reason").With(errs.Args{"Least": LeastReason, "Most": mostReason})
	}
	return text, nil
}

func (e *Entered) check() (err error) {
	if e.Kind != consent.Disputed && e.Kind != consent.IdentityChanged {
		return errs.At("kind", "error.invalid")
	}
	if !slices.Contains(Ways, e.Via) {
		return errs.At("via", "intake.via").With(errs.Args{"Ways": strings.Join(Ways, " ")})
	}
	e.Reason, err = reasonOf(e.Reason)
	return err
}

// Enter returns after the commit and the promise, like an opt-out.
func (k *Desk) Enter(ctx context.Context, in Entered) (OptedOut, error) {
	if err := in.check(); err != nil {
		return OptedOut{}, err
	}
	var s stopped
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, revs, err := lockPerson(ctx, tx, in.Tenant, in.Contact)
		if err != nil {
			return err
		}
		e := consent.Event{Contact: who, Kind: in.Kind, Scope: consent.ScopeAll, Channel: in.Via, Reason: in.Reason,
			Actor: consent.Actor{Kind: consent.Staff, ID: in.Staff}}
		if s, err = appendStop(ctx, tx, in.Tenant, e, revs); err != nil {
			return err
		}
		if in.Kind == consent.IdentityChanged {
			if err := contact.Freeze(ctx, tx, in.Tenant, who, s.Event.RecordedAt); err != nil {
				return err
			}
		}
		return account.Record(ctx, tx, in.Tenant, account.Entry{Actor: in.Staff, Action: "person." + string(in.Kind), Object: who})
	})
	if err != nil {
		return OptedOut{}, err
	}
	k.await(ctx, in.Tenant, s, time.Now().Add(Hold))
	return s.OptedOut, nil
}

// lockPerson finds who stands for the person today and locks them.
func lockPerson(ctx context.Context, tx *db.Tx, tenant, who string) (string, map[string]int64, error) {
	current, err := contact.Current(ctx, tx, tenant, []string{who})
	if err != nil {
		return "", nil, err
	}
	if current[who] == "" {
		return "", nil, errs.New(errs.NotFound, "intake.person")
	}
	revs, err := contact.Lock(ctx, tx, tenant, []string{current[who]})
	return current[who], revs, err
}

// appendStop writes one event that may stop messages, what follows for the addresses, and notes the sends it must wait for.
func appendStop(ctx context.Context, tx *db.Tx, tenant string, e consent.Event, revs map[string]int64) (stopped, error) {
	done, err := consent.Append(ctx, tx, tenant, []consent.Event{e}, revs)
	if err != nil {
		return stopped{}, err
	}
	if err := suppressStops(ctx, tx, tenant, []consent.Event{e}); err != nil {
		return stopped{}, err
	}
	s := stopped{OptedOut: OptedOut{Event: done[0].Event, Contact: e.Contact, Repeated: done[0].Repeated}, rev: done[0].Event.Rev}
	busy, err := outbox.InFlight(ctx, tx, tenant, map[string]int64{s.Contact: s.rev})
	s.inFlight = len(busy) > 0
	return s, err
}

// MostEvidence is the largest scan or photo that staff may hand in, in bytes.
const MostEvidence = 10 << 20

// scans are the types a scan or photo may have; the type is found by looking at the bytes.
var scans = []string{"image/jpeg", "image/png", "application/pdf"}

// Keep keeps a scan or photo as evidence of an opt-in to come, for whoever holds the address; nobody known gets a row, so that the
// scan has an owner whom erasing can find.
func (k *Desk) Keep(ctx context.Context, tenant string, a address.Address, body []byte) (consent.Evidence, error) {
	switch {
	case a == "":
		return consent.Evidence{}, errs.At("address", "intake.address")
	case len(body) > MostEvidence:
		e := errs.At("scan", "intake.scan.large").With(errs.Args{"Most": MostEvidence >> 20})
		e.Code = errs.TooLarge
		return consent.Evidence{}, e
	case !slices.Contains(scans, blob.Sniff(body)):
		return consent.Evidence{}, errs.At("scan", "intake.scan.type")
	}
	var out consent.Evidence
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		pepper, err := k.pepper(ctx, tx, tenant)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		of, err := contact.Ensure(ctx, tx, tenant, pepper, []address.Address{a}, now)
		if err != nil {
			return err
		}
		b, err := blob.Put(ctx, tx, tenant, blob.Limits{Most: MostEvidence}, blob.Blob{Class: blob.Evidence, Owner: of[a], Body: body})
		out = consent.Evidence{Kind: "scan", Blob: b.Hash}
		return err
	})
	return out, err
}
