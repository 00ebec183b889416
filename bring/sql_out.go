package bring

import (
	"context"
	"fmt"

	"jawort/db"
)

// peopleBehind are the next persons, by their ids, and their rows.
func peopleBehind(ctx context.Context, tx *db.Tx, tenant, after string, limit int) (keys []string, out [][]string, err error) {
	rows, err := tx.Query(ctx, `select contact from contact where tenant = $1 and contact > $2 and merged_into is null order by contact limit $3`, tenant, after, int64(limit))
	if keys, err = db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) }); err != nil || len(keys) == 0 {
		return nil, nil, err
	}
	rows, err = tx.Query(ctx, `select c.contact, a.address, c.name, c.language, coalesce(s.topic, ''), coalesce(s.state, ''), coalesce(s.since, 0), coalesce(s.source, ''), coalesce(s.proof, '')
		from {rows $2: contact text} r {join contact c on c.tenant = $1 and c.contact = r.contact}
		{join contact_address a on a.tenant = $1 and a.contact = c.contact and a.until is null}
		left join standing s on s.tenant = $1 and s.contact = c.contact and s.topic <> ''
		order by c.contact, a.address, s.topic`, tenant, db.RowsOf(keys, func(k string) []any { return []any{k} }))
	out, err = db.All(rows, err, func(r *db.Rows, to *[]string) error {
		row := make([]string, 9)
		var since int64
		err := r.Scan(&row[0], &row[1], &row[2], &row[3], &row[4], &row[5], &since, &row[7], &row[8])
		row[6], *to = stamp(since), row
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("people behind %s: %w", after, err)
	}
	return keys, out, nil
}

// eventsBehind are the next entries of the ledger.
func eventsBehind(ctx context.Context, tx *db.Tx, tenant, after string, limit int) (keys []string, out [][]string, err error) {
	rows, err := tx.Query(ctx, `select event, contact, rev, kind, scope, topics, address, channel, source, number, notice, notice_version, language, actor_kind, actor,
			happened_at, recorded_at, witnessed, ref, reason from event where tenant = $1 and event > $2 order by event limit $3`, tenant, after, int64(limit))
	out, err = db.All(rows, err, func(r *db.Rows, to *[]string) error {
		row := make([]string, 20)
		var rev, version, happened, recorded int64
		var witnessed bool
		err := r.Scan(&row[0], &row[1], &rev, &row[3], &row[4], &row[5], &row[6], &row[7], &row[8], &row[9], &row[10], &version, &row[12], &row[13], &row[14],
			&happened, &recorded, &witnessed, &row[18], &row[19])
		row[2], row[5], row[11], row[15], row[16], row[17] = number(rev), listOf(row[5]), number(version), stamp(happened), stamp(recorded), fmt.Sprint(witnessed)
		*to = row
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("entries behind %s: %w", after, err)
	}
	for _, row := range out {
		keys = append(keys, row[0])
	}
	return keys, out, nil
}
