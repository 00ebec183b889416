package contact

import (
	"context"
	"fmt"
	"slices"

	"jawort/db"
	"jawort/errs"
)

// Merge joins two contacts by the decision of staff: from goes up in into. Both guards are locked in key order. The ledger
// records the Change; a weak merge takes the state that sends less.
func Merge(ctx context.Context, tx *db.Tx, tenant, into, from string, weak bool, at int64) (Change, error) {
	if into == from {
		return Change{}, errs.New(errs.Unprocessable, "contact.merge_self")
	}
	if err := lockStanding(ctx, tx, tenant, into, from); err != nil {
		return Change{}, fmt.Errorf("merge %s into %s: %w", from, into, err)
	}
	if err := moveAll(ctx, tx, tenant, merging{into, from}); err != nil {
		return Change{}, fmt.Errorf("merge %s into %s: %w", from, into, err)
	}
	return Change{Kind: Merged, Contact: into, Other: from, Proof: Staff, Weak: weak}, nil
}

// lockStanding locks the contacts and sees to it that each stands for itself.
func lockStanding(ctx context.Context, tx *db.Tx, tenant string, contacts ...string) error {
	if _, err := Lock(ctx, tx, tenant, contacts); err != nil {
		return err
	}
	merged, err := mergedInto(ctx, tx, tenant, contacts)
	if err != nil {
		return err
	}
	for _, c := range contacts {
		switch into, ok := merged[c]; {
		case !ok:
			return errs.New(errs.NotFound, "contact.unknown")
		case into != "":
			return errs.New(errs.Conflict, "contact.already_merged")
		}
	}
	return nil
}

// Split takes a merge back: from stands for itself again and gets back what came with it, addresses linked since stay where
// they are. The service windows of the whole are closed: nobody can say any more whose message opened them.
func Split(ctx context.Context, tx *db.Tx, tenant, from string, at int64) (Change, error) {
	into, err := Current(ctx, tx, tenant, []string{from})
	if err != nil {
		return Change{}, fmt.Errorf("split %s: %w", from, err)
	}
	whole := into[from]
	if whole == "" {
		return Change{}, errs.New(errs.NotFound, "contact.unknown")
	}
	if whole == from {
		return Change{}, errs.New(errs.Conflict, "contact.not_merged")
	}
	if _, err := Lock(ctx, tx, tenant, []string{whole, from}); err != nil {
		return Change{}, fmt.Errorf("split %s: %w", from, err)
	}
	again, err := Current(ctx, tx, tenant, []string{from})
	if err != nil {
		return Change{}, fmt.Errorf("split %s: %w", from, err)
	}
	if again[from] != whole {
		return Change{}, errs.New(errs.Conflict, "contact.already_merged")
	}
	if err := giveBack(ctx, tx, tenant, whole, from); err != nil {
		return Change{}, fmt.Errorf("split %s: %w", from, err)
	}
	return Change{Kind: Parted, Contact: from, Other: whole, Proof: Staff}, nil
}

// Current follows merges: for each id the contact that stands for it today, itself if it was never merged. Unknown ids are
// missing.
func Current(ctx context.Context, tx *db.Tx, tenant string, contacts []string) (map[string]string, error) {
	out := make(map[string]string, len(contacts))
	for _, c := range contacts {
		out[c] = c
	}
	for range rounds {
		open := []string{}
		for _, now := range out {
			open = append(open, now)
		}
		slices.Sort(open)
		merged, err := mergedInto(ctx, tx, tenant, slices.Compact(open))
		if err != nil {
			return nil, fmt.Errorf("follow %d contacts: %w", len(contacts), err)
		}
		moved := false
		for c, now := range out {
			switch into, ok := merged[now]; {
			case !ok:
				delete(out, c)
			case into != "":
				out[c], moved = into, true
			}
		}
		if !moved {
			return out, nil
		}
	}
	return nil, fmt.Errorf("follow %d contacts: %w", len(contacts), errUnsettled)
}
