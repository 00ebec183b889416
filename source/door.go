package source

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"jawort/db"
)

// Visit is one use of a public door by a network or an address, known by a keyed hash only.
type Visit struct {
	Door        string // what is limited, e.g. optin:net
	Fingerprint string
	Slot        time.Duration // the length of a time slot
	Limit       int64         // uses in a slot; 0 = closed
}

// Use counts a visit and says whether it is within the limit. Refused ones count too. The count is in the database, so it
// holds across restarts and nodes; the caller must commit it also when it refuses.
func Use(ctx context.Context, tx *db.Tx, tenant, door, fingerprint string, slot time.Duration, limit int64, now int64) (bool, error) {
	allowed, err := UseAll(ctx, tx, tenant, []Visit{{door, fingerprint, slot, limit}}, now)
	if err != nil {
		return false, err
	}
	return allowed[0], nil
}

type count struct {
	door, fingerprint string
	slot, used        int64
}

func (c count) key() count { return count{door: c.door, fingerprint: c.fingerprint, slot: c.slot} }

// UseAll counts several visits in one statement and answers for each; whoever must pass several doors needs all of them.
func UseAll(ctx context.Context, tx *db.Tx, tenant string, visits []Visit, now int64) ([]bool, error) {
	if len(visits) == 0 {
		return nil, nil
	}
	uses, keys := map[count]int64{}, make([]count, len(visits))
	for i, v := range visits {
		length := max(v.Slot.Microseconds(), 1)
		keys[i] = count{door: v.Door, fingerprint: v.Fingerprint, slot: now - now%length}
		uses[keys[i]]++
	}
	list := make([]count, 0, len(uses))
	for k, n := range uses {
		k.used = n
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b count) int {
		return cmp.Or(cmp.Compare(a.door, b.door), cmp.Compare(a.fingerprint, b.fingerprint), cmp.Compare(a.slot, b.slot))
	})
	after, err := addUses(ctx, tx, tenant, list)
	if err != nil {
		return nil, fmt.Errorf("count %d visits: %w", len(visits), err)
	}
	used := map[count]int64{} // before this call, then counting up visit by visit
	for _, c := range after {
		used[c.key()] = c.used - uses[c.key()]
	}
	out := make([]bool, len(visits))
	for i, k := range keys {
		used[k]++
		out[i] = used[k] <= visits[i].Limit
	}
	return out, nil
}

// Sweep deletes at most limit counts of slots that began before, of all tenants, and answers how many there were. before
// must be older than the longest slot in use.
func Sweep(ctx context.Context, tx *db.Tx, before int64, limit int) (int64, error) {
	n, err := sweep(ctx, tx, before, limit)
	if err != nil {
		return 0, fmt.Errorf("sweep doors: %w", err)
	}
	return n, nil
}
