package contact

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"jawort/address"
	"jawort/db"
)

// Lock locks the guard rows of the contacts in key order, in a statement of its own, and answers their revisions. What is
// to be known about the persons must be read in a later statement: under READ COMMITTED a statement that waits for the lock
// and reads facts reads them as they were before it waited (DESIGN section 6, seen on PostgreSQL 15).
func Lock(ctx context.Context, tx *db.Tx, tenant string, contacts []string) (map[string]int64, error) {
	if len(contacts) == 0 {
		return map[string]int64{}, nil
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(contacts)))
	revs, err := lockGuards(ctx, tx, tenant, sorted)
	if err != nil {
		return nil, fmt.Errorf("lock %d contacts: %w", len(sorted), err)
	}
	return revs, nil
}

// LockCurrent locks whoever holds the addresses and answers who that is. A merge may move an address between finding and
// locking, so it looks again under the lock until nothing moved, unless nobody else can write. Addresses never seen are missing; see Ensure.
func LockCurrent(ctx context.Context, tx *db.Tx, tenant string, addrs []address.Address) (map[address.Address]Holder, error) {
	revs := map[string]int64{}
	for range rounds {
		holders, err := Find(ctx, tx, tenant, addrs)
		if err != nil {
			return nil, err
		}
		out := make(map[address.Address]Holder, len(holders))
		var open []string
		for a, c := range holders {
			rev, locked := revs[c]
			if !locked {
				open = append(open, c)
			}
			out[a] = Holder{c, rev}
		}
		if len(open) == 0 {
			return out, nil
		}
		more, err := Lock(ctx, tx, tenant, open)
		if err != nil {
			return nil, err
		}
		maps.Copy(revs, more)
		if tx.Alone() {
			for a, h := range out {
				out[a] = Holder{h.Contact, revs[h.Contact]}
			}
			return out, nil
		}
	}
	return nil, fmt.Errorf("lock %d addresses: %w", len(addrs), errUnsettled)
}

// Raise sets the persons' new revisions, under their locks. Going back, or a person without a guard, is an error: somebody
// wrote without the lock.
func Raise(ctx context.Context, tx *db.Tx, tenant string, revs map[string]int64) error {
	if len(revs) == 0 {
		return nil
	}
	n, err := raiseGuards(ctx, tx, tenant, revs)
	if err == nil && n != int64(len(revs)) {
		err = fmt.Errorf("%d of them were not below their new revision", int64(len(revs))-n)
	}
	if err != nil {
		return fmt.Errorf("raise %d guards: %w", len(revs), err)
	}
	return nil
}
