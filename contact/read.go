package contact

import (
	"context"
	"errors"
	"fmt"

	"jawort/address"
	"jawort/db"
	"jawort/errs"
)

// Get reads a contact with its addresses. One that was merged answers as it is: MergedInto says where it went.
func Get(ctx context.Context, tx *db.Tx, tenant, contact string) (Contact, error) {
	c, err := contactOf(ctx, tx, tenant, contact)
	if errors.Is(err, db.ErrNone) {
		return Contact{}, errs.New(errs.NotFound, "contact.unknown")
	}
	if err != nil {
		return Contact{}, fmt.Errorf("read contact %s: %w", contact, err)
	}
	list := []Contact{c}
	if err := addEntries(ctx, tx, tenant, list); err != nil {
		return Contact{}, fmt.Errorf("read contact %s: %w", contact, err)
	}
	return list[0], nil
}

// ByAddress reads the contact who holds the address.
func ByAddress(ctx context.Context, tx *db.Tx, tenant string, a address.Address) (Contact, error) {
	holders, err := Find(ctx, tx, tenant, []address.Address{a})
	if err != nil {
		return Contact{}, err
	}
	if holders[a] == "" {
		return Contact{}, errs.New(errs.NotFound, "contact.unknown")
	}
	return Get(ctx, tx, tenant, holders[a])
}

// List reads contacts that stand for themselves, newest first. before is the last id of the page ahead, "" = from the top.
func List(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Contact, error) {
	list, err := contactsBefore(ctx, tx, tenant, before, limit)
	if err == nil {
		err = addEntries(ctx, tx, tenant, list)
	}
	if err != nil {
		return nil, fmt.Errorf("list contacts: %w", err)
	}
	return list, nil
}

// LanguageOf is the language a person chose to be written to in; "" = they chose none, or are not known.
func LanguageOf(ctx context.Context, tx *db.Tx, tenant, contact string) (string, error) {
	c, err := contactOf(ctx, tx, tenant, contact)
	if errors.Is(err, db.ErrNone) {
		return "", nil
	}
	return c.Language, err
}

// Describe keeps a name or a language that a person or staff told; empty ones change nothing.
func Describe(ctx context.Context, tx *db.Tx, tenant, contact, name, language string) error {
	if err := describeContact(ctx, tx, tenant, contact, name, language); err != nil {
		return fmt.Errorf("describe contact %s: %w", contact, err)
	}
	return nil
}

// Freeze begins a doubt about who a contact is: opt-ins freeze, opt-outs stay. One that there is already keeps its time. The caller holds
// the guard.
func Freeze(ctx context.Context, tx *db.Tx, tenant, contact string, at int64) error {
	if err := freezeContact(ctx, tx, tenant, contact, at); err != nil {
		return fmt.Errorf("freeze contact %s: %w", contact, err)
	}
	return nil
}

// Thaw ends the doubt about a contact's identity, after an opt-in act of the person. The caller holds the guard.
func Thaw(ctx context.Context, tx *db.Tx, tenant, contact string) error {
	if err := thawContact(ctx, tx, tenant, contact); err != nil {
		return fmt.Errorf("thaw contact %s: %w", contact, err)
	}
	return nil
}

// Forget erases what says who a person is: addresses, names, windows, also of contacts merged into it. The addresses held
// until now stay suppressed by fingerprint, so that no import writes to the person again; given-up ones may be somebody
// else's by now and stay as they are. The answer is the fingerprints that were kept.
func Forget(ctx context.Context, tx *db.Tx, tenant, contact string, at int64) ([]string, error) {
	if err := lockStanding(ctx, tx, tenant, contact); err != nil {
		return nil, fmt.Errorf("forget %s: %w", contact, err)
	}
	prints, err := fingerprintsOf(ctx, tx, tenant, contact)
	if err != nil {
		return nil, fmt.Errorf("forget %s: %w", contact, err)
	}
	list := make([]Suppression, len(prints))
	for i, f := range prints {
		list[i] = Suppression{f, All, "erased", at}
	}
	if err := Suppress(ctx, tx, tenant, list); err != nil {
		return nil, fmt.Errorf("forget %s: %w", contact, err)
	}
	if err := eraseContact(ctx, tx, tenant, contact); err != nil {
		return nil, fmt.Errorf("forget %s: %w", contact, err)
	}
	return prints, nil
}
