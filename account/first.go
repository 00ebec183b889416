package account

import (
	"context"
	"fmt"
	"time"

	"jawort/db"
	"jawort/errs"
)

// FirstLife is how long the link of the first run works, once.
const FirstLife = 24 * time.Hour

const firstPrefix = "js_"

// NewFirstLink makes the one link by which a stranger to the database may found the first business. It takes the place of those
// made before; where there is a business it is refused. Only its hash is kept.
func NewFirstLink(ctx context.Context, tx *db.Tx) (string, error) {
	if err := Unfounded(ctx, tx); err != nil {
		return "", err
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return "", err
	}
	token := newToken(firstPrefix)
	if err := replaceFirstLink(ctx, tx, HashToken(token), at+FirstLife.Microseconds()); err != nil {
		return "", fmt.Errorf("setup link: %w", err)
	}
	return token, nil
}

// Unfounded is nil while there is no business.
func Unfounded(ctx context.Context, tx *db.Tx) error {
	n, err := countTenants(ctx, tx)
	if err != nil {
		return fmt.Errorf("look for a business: %w", err)
	}
	if n > 0 {
		return errFounded
	}
	return nil
}

var errFounded = errs.New(errs.Conflict, "account.first.founded")

// FirstLinkOpen reports whether the link would still work; it changes nothing, so a page may ask on GET.
func FirstLinkOpen(ctx context.Context, tx *db.Tx, token string) (bool, error) {
	if !shaped(firstPrefix, token) {
		return false, nil
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return false, err
	}
	if err := Unfounded(ctx, tx); err != nil {
		if errs.CodeOf(err) == errs.Conflict {
			return false, nil
		}
		return false, err
	}
	return selectFirstOpen(ctx, tx, HashToken(token), at)
}

// UseFirstLink takes the link, once.
func UseFirstLink(ctx context.Context, tx *db.Tx, token string) error {
	if !shaped(firstPrefix, token) {
		return errLink
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := Unfounded(ctx, tx); err != nil {
		return errLink
	}
	return takeFirstLink(ctx, tx, HashToken(token), at)
}

// Words for a step of the first run.
const (
	StepDone  = "done"
	StepLater = "later" // put off; the list goes on naming it
)

// SetStep notes how far a business is with a step of its first run.
func SetStep(ctx context.Context, tx *db.Tx, tenant, step, state string) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := upsertStep(ctx, tx, tenant, step, state, at); err != nil {
		return fmt.Errorf("step %s: %w", step, err)
	}
	return nil
}

// Steps are those noted; none for a business that was founded in another way.
func Steps(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
	out, err := selectSteps(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("steps of the first run: %w", err)
	}
	return out, nil
}
