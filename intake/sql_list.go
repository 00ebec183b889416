package intake

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"jawort/db"
)

// listEvents reads a list's entries by what makes them recognisable, which sorts as its lines do.
func listEvents(ctx context.Context, tx *db.Tx, tenant, after, last string, limit int) ([]ListEvent, error) {
	rows, err := tx.Query(ctx, `select event, contact, seen_key from event
		where tenant = $1 and seen_key <> '' and seen_key > $2 and seen_key <= $3 order by seen_key limit $4`, tenant, after, last, int64(limit))
	all, err := db.All(rows, err, func(r *db.Rows, to *ListEvent) error {
		var key string
		if err := r.Scan(&to.Event, &to.Contact, &key); err != nil {
			return err
		}
		_, line, _ := strings.Cut(key, ":")
		to.Line, _ = strconv.ParseInt(line, 10, 64)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("entries of a list: %w", err)
	}
	return all, nil
}
