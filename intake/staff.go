package intake

import (
	"bytes"
	"context"
	"errors"
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
	"jawort/picture"
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

// longSide is how many pixels a kept scan or signature has at most in a row: A5 at 300 dots an inch.
const (
	longSide = 2480
	signSide = 1000
)

// scanned is a scan or photo as it is kept: pictures written anew, upright, without anything about place or camera; a PDF as it is, if
// it does nothing but show pages.
func scanned(body []byte) ([]byte, error) {
	if len(body) > MostEvidence {
		e := errs.At("scan", "intake.scan.large").With(errs.Args{"Most": MostEvidence >> 20})
		e.Code = errs.TooLarge
		return nil, e
	}
	if blob.Sniff(body) == "application/pdf" {
		if active(body) {
			return nil, errs.At("scan", "intake.scan.active")
		}
		return body, nil
	}
	img, err := picture.Read(body, longSide)
	if err != nil {
		return nil, pictureError("scan", err)
	}
	return picture.JPEG(img)
}

// pictureError is what somebody reads whose picture was not taken.
func pictureError(field string, err error) error {
	switch {
	case errors.Is(err, picture.ErrKind):
		return errs.At(field, "intake.scan.type")
	case errors.Is(err, picture.ErrHEIC):
		return errs.At(field, "intake.scan.heic")
	case errors.Is(err, picture.ErrLarge):
		return errs.At(field, "intake.scan.pixels")
	case errors.Is(err, picture.ErrBroken):
		return errs.At(field, "intake.scan.broken")
	}
	return err
}

// active finds what a page on paper never needs (PDF 32000-1, 12.6.4): a file that runs, starts or carries something is no scan.
func active(pdf []byte) bool {
	for _, word := range []string{"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia", "/XFA", "/Encrypt"} {
		if bytes.Contains(pdf, []byte(word)) {
			return true
		}
	}
	return false
}

// Keep keeps a scan or photo as evidence of an opt-in to come, for whoever holds the address; nobody known gets a row, so that the
// scan has an owner whom erasing can find.
func (k *Desk) Keep(ctx context.Context, tenant string, a address.Address, body []byte) (consent.Evidence, error) {
	if a == "" {
		return consent.Evidence{}, errs.At("address", "intake.address")
	}
	clean, err := scanned(body)
	if err != nil {
		return consent.Evidence{}, err
	}
	return k.keep(ctx, tenant, a, "scan", clean)
}

// KeepSignature keeps what somebody drew on a screen; an empty drawing is none.
func (k *Desk) KeepSignature(ctx context.Context, tenant string, a address.Address, body []byte) (consent.Evidence, error) {
	img, err := picture.Read(body, signSide)
	if err != nil {
		return consent.Evidence{}, pictureError("signature", err)
	}
	if picture.Blank(img) {
		return consent.Evidence{}, errs.At("signature", "intake.signature_missing")
	}
	clean, err := picture.PNG(img)
	if err != nil {
		return consent.Evidence{}, err
	}
	return k.keep(ctx, tenant, a, "signature", clean)
}

// KeepRecording keeps the sound of a call as evidence of an opt-in to come, as Keep does a scan.
func (k *Desk) KeepRecording(ctx context.Context, tenant string, a address.Address, wav []byte) (consent.Evidence, error) {
	if a == "" || len(wav) > MostEvidence || blob.Sniff(wav) != "audio/wave" {
		return consent.Evidence{}, errs.At("recording", "notice.recording")
	}
	return k.keep(ctx, tenant, a, "recording", wav)
}

func (k *Desk) keep(ctx context.Context, tenant string, a address.Address, kind string, body []byte) (consent.Evidence, error) {
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
		b, err := blob.Put(ctx, tx, tenant, blob.Limits{Most: 2 * MostEvidence}, blob.Blob{Class: blob.Evidence, Owner: of[a], Body: body})
		out = consent.Evidence{Kind: kind, Blob: b.Hash}
		return err
	})
	return out, err
}
