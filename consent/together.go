package consent

import (
	"context"
	"slices"

	"jawort/db"
)

// Together folds two persons as they stand now, and as they would stand once somebody says that they are one.
func Together(ctx context.Context, tx *db.Tx, tenant, into, from string) (one, other, both Standing, err error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return one, other, both, err
	}
	classes, err := classesOf(ctx, tx, tenant)
	if err != nil {
		return one, other, both, err
	}
	history, err := History(ctx, tx, tenant, []string{into, from})
	if err != nil {
		return one, other, both, err
	}
	rules := Rules{Topics: classes, LapseAfter: DefaultLapse, At: now}
	merge := Event{ID: "evt_~", Contact: into, Kind: Merged, Other: from, Value: "weak", HappenedAt: now, RecordedAt: now}
	all := append(slices.Concat(history[into], history[from]), merge)
	return Fold(history[into], rules), Fold(history[from], rules), Fold(all, rules), nil
}
