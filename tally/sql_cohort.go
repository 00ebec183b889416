package tally

import (
	"context"

	"jawort/db"
)

// histories goes through the whole histories, person by person and each in its order, of those of whom an entry between two ids says where they came from or that they left.
func histories(ctx context.Context, tx *db.Tx, tenant, behind, before string, each func(entry)) error {
	const kinds = `('requested', 'claimed', 'granted', 'declared', 'signup', 'withdrawn', 'objected', 'disputed', 'platform_stopped')`
	rows, err := tx.Query(ctx, `select distinct contact from event where tenant = $1 and event > $2 and event < $3 and kind in `+kinds, tenant, behind, before)
	people, err := db.All(rows, err, scanText)
	if err != nil || len(people) == 0 {
		return err
	}
	rows, err = tx.Query(ctx, `select contact, event, kind, source, happened_at from event
		where tenant = $1 and contact in {list $2 text} and kind in `+kinds+` order by contact, rev`, tenant, people)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.contact, &e.event, &e.kind, &e.source, &e.happened); err != nil {
			return err
		}
		each(e)
	}
	return rows.Err()
}

func keptSources(ctx context.Context, tx *db.Tx, tenant string, days Days) ([]Count, error) {
	rows, err := tx.Query(ctx, `select what, day, a, b, times from tally where tenant = $1
		and what in ('yes', 'asked', 'confirmed', 'joined', 'left', 'left_soon') and day >= $2 and day <= $3 order by what, day, a, b`, tenant, days.From, days.To)
	return db.All(rows, err, scanCount)
}
