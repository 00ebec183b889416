package intake

import (
	"context"

	"jawort/db"
)

// eraseInbound deletes what the persons wrote and what was asked about it.
func eraseInbound(ctx context.Context, tx *db.Tx, tenant string, contacts []string) error {
	for _, text := range []string{
		`delete from review where tenant = $1 and contact in {list $2 text}`,
		`delete from inbound where tenant = $1 and contact in {list $2 text}`,
		`delete from voiding where tenant = $1 and contact in {list $2 text}`,
	} {
		if _, err := tx.Exec(ctx, text, tenant, contacts); err != nil {
			return err
		}
	}
	return nil
}

type rawBody struct {
	id   string
	body []byte
}

func rawsAfter(ctx context.Context, tx *db.Tx, tenant, after string, limit int) ([]rawBody, error) {
	rows, err := tx.Query(ctx, `select raw, body from raw_webhook where tenant = $1 and raw > $2 order by raw limit $3`, tenant, after, int64(limit))
	return db.All(rows, err, func(r *db.Rows, to *rawBody) error { return r.Scan(&to.id, &to.body) })
}

func deleteRaws(ctx context.Context, tx *db.Tx, tenant string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `delete from raw_webhook where tenant = $1 and raw in {list $2 text}`, tenant, ids)
	return err
}
