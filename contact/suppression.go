package contact

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jawort/db"
	"jawort/errs"
)

// Scopes of a suppression.
const (
	All       = "all"
	Marketing = "marketing"
)

// Suppression keeps an opt-out on an address, also when the person is erased or the address has gone to somebody else.
type Suppression struct {
	Fingerprint string
	Scope       string // All or Marketing
	Reason      string
	At          int64
}

// Suppress adds suppressions; what is there is never narrowed, only widened.
func Suppress(ctx context.Context, tx *db.Tx, tenant string, list []Suppression) error {
	widest := map[string]Suppression{}
	for _, s := range list {
		if s.Scope != All && s.Scope != Marketing || s.Fingerprint == "" {
			return errs.New(errs.Invalid, "contact.suppression_scope")
		}
		if old, ok := widest[s.Fingerprint]; !ok || s.Scope == All && old.Scope != All {
			widest[s.Fingerprint] = s
		}
	}
	sorted := make([]Suppression, 0, len(widest))
	for _, s := range widest {
		sorted = append(sorted, s)
	}
	if len(sorted) == 0 {
		return nil
	}
	slices.SortFunc(sorted, func(a, b Suppression) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) })
	if err := upsertSuppressions(ctx, tx, tenant, sorted); err != nil {
		return fmt.Errorf("suppress %d addresses: %w", len(sorted), err)
	}
	return nil
}

// Suppressions answers which of the fingerprints are suppressed.
func Suppressions(ctx context.Context, tx *db.Tx, tenant string, fingerprints []string) (map[string]Suppression, error) {
	list, err := suppressionsOf(ctx, tx, tenant, fingerprints)
	if err != nil {
		return nil, fmt.Errorf("read %d suppressions: %w", len(fingerprints), err)
	}
	out := make(map[string]Suppression, len(list))
	for _, s := range list {
		out[s.Fingerprint] = s
	}
	return out, nil
}

// Lift takes suppressions away that are older than an opt-in act of the person, done at that moment. Nothing else ever
// lifts one: no import, no staff, no returning (DESIGN section 5).
func Lift(ctx context.Context, tx *db.Tx, tenant string, fingerprints []string, act int64) error {
	if err := liftSuppressions(ctx, tx, tenant, fingerprints, act); err != nil {
		return fmt.Errorf("lift %d suppressions: %w", len(fingerprints), err)
	}
	return nil
}

// Unsuppress takes away what an opt-out entered at that moment put on the list, once the opt-out itself was taken back because staff
// had entered it wrongly. Suppressions of another moment or for another reason stay.
func Unsuppress(ctx context.Context, tx *db.Tx, tenant string, fingerprints []string, at int64) error {
	if err := dropSuppressions(ctx, tx, tenant, fingerprints, "opt_out", at); err != nil {
		return fmt.Errorf("take back %d suppressions: %w", len(fingerprints), err)
	}
	return nil
}

// TakeBack removes suppressions that staff entered under this reason at that moment, and that nobody widened or repeated since:
// staff may take back what staff entered (DESIGN section 5). The caller has seen to it that a second person agreed.
func TakeBack(ctx context.Context, tx *db.Tx, tenant string, fingerprints []string, reason string, at int64) error {
	if err := dropSuppressions(ctx, tx, tenant, fingerprints, reason, at); err != nil {
		return fmt.Errorf("take %d suppressions back: %w", len(fingerprints), err)
	}
	return nil
}
