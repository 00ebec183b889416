package web

import (
	"context"
	"maps"
	"slices"

	"jawort/db"
	"jawort/source"
)

// knock is one visit to the doors of a business. Those that come together share a commit: they would wait for each other at the counter
// of their network otherwise, a whole commit each.
type knock struct {
	tenant string
	visits []source.Visit
}

// use counts the visits and says which may go on. The count is durable before the answer, also of one that is refused.
func (v *visit) use(tenant string, visits ...source.Visit) ([]bool, error) {
	return v.s.knocks.Do(v.r.Context(), knock{tenant, visits})
}

// countKnocks counts a batch, tenant by tenant in their order, so that two batches never wait for each other.
func countKnocks(ctx context.Context, tx *db.Tx, in []knock) ([]db.Outcome[[]bool], error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	visits := map[string][]source.Visit{}
	for _, k := range in {
		visits[k.tenant] = append(visits[k.tenant], k.visits...)
	}
	passed := map[string][]bool{}
	for _, tenant := range slices.Sorted(maps.Keys(visits)) {
		if passed[tenant], err = source.UseAll(ctx, tx, tenant, visits[tenant], now); err != nil {
			return nil, err
		}
	}
	out := make([]db.Outcome[[]bool], len(in))
	for i, k := range in {
		n := len(k.visits)
		out[i].Value, passed[k.tenant] = passed[k.tenant][:n:n], passed[k.tenant][n:]
	}
	return out, nil
}
