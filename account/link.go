package account

import (
	"context"
	"fmt"
	"time"

	"jawort/db"
	"jawort/errs"
)

// LinkLife is how long a login link works, once.
const LinkLife = 10 * time.Minute

const linkPrefix = "jl_"

var errLink = errs.New(errs.Unauthorised, "account.link.gone")

// NewLink makes a one-time login link's token for a member of staff. Only its hash is kept.
func NewLink(ctx context.Context, tx *db.Tx, tenant, staff, by string) (string, error) {
	if _, err := StaffOf(ctx, tx, tenant, staff); err != nil {
		return "", err
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return "", err
	}
	token := newToken(linkPrefix)
	if err := insertLink(ctx, tx, tenant, staff, HashToken(token), at+LinkLife.Microseconds()); err != nil {
		return "", fmt.Errorf("login link for %s: %w", staff, err)
	}
	return token, Record(ctx, tx, tenant, Entry{Actor: by, Action: "staff.link", Object: staff})
}

// LinkOpen reports whether a link would still work. It changes nothing, so a page may ask on GET.
func LinkOpen(ctx context.Context, tx *db.Tx, token string) (bool, error) {
	if !shaped(linkPrefix, token) {
		return false, nil
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return false, err
	}
	return selectLinkOpen(ctx, tx, HashToken(token), at)
}

// UseLink takes the link, once, and says who it lets in.
func UseLink(ctx context.Context, tx *db.Tx, token string) (Staff, error) {
	if !shaped(linkPrefix, token) {
		return Staff{}, errLink
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return Staff{}, err
	}
	tenant, staff, err := takeLink(ctx, tx, HashToken(token), at)
	if err != nil {
		return Staff{}, fmt.Errorf("use login link: %w", err)
	}
	s, err := StaffOf(ctx, tx, tenant, staff)
	if err != nil {
		return Staff{}, err
	}
	if s.DisabledAt != 0 {
		return Staff{}, errLink
	}
	return s, Record(ctx, tx, tenant, Entry{Actor: staff, Action: "login.link", Object: staff})
}
