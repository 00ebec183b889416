package quality

import (
	"context"
	"fmt"

	"jawort/db"
	"jawort/id"
)

// Note keeps signals; codes that say nothing about quality are passed over.
func Note(ctx context.Context, tx *db.Tx, tenant string, list []Signal) error {
	var told []Signal
	for _, s := range list {
		if s.Told() {
			told = append(told, s)
		}
	}
	if len(told) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into signal (tenant, signal, at, number, message, code)
		select $1, r.signal, r.at, r.number, r.message, r.code from {rows $2: signal text, at bigint, number text, message text, code bigint} r where true`,
		tenant, db.RowsOf(told, func(s Signal) []any { return []any{id.At("sig", s.At), s.At, s.Number, s.Message, s.Code} }))
	if err != nil {
		return fmt.Errorf("note %d signals: %w", len(told), err)
	}
	return nil
}

// Last is when each number last had each of the codes that move a brake.
func Last(ctx context.Context, tx *db.Tx, tenant string, since int64) (map[string]map[int64]int64, error) {
	rows, err := tx.Query(ctx, `select number, code, max(at) from signal where tenant = $1 and number in (select number from number where tenant = $1)
		and code in (131048, 368, 131031) and at >= $2 group by number, code`, tenant, since)
	type last struct {
		number   string
		code, at int64
	}
	list, err := db.All(rows, err, func(r *db.Rows, l *last) error { return r.Scan(&l.number, &l.code, &l.at) })
	out := map[string]map[int64]int64{}
	for _, l := range list {
		if out[l.number] == nil {
			out[l.number] = map[int64]int64{}
		}
		out[l.number][l.code] = l.at
	}
	return out, err
}

// SweepSignals deletes what is older: the counts are kept elsewhere.
func SweepSignals(ctx context.Context, tx *db.Tx, tenant string, before int64) (int64, error) {
	return tx.Exec(ctx, `delete from signal where tenant = $1 and signal < $2`, tenant, id.At("sig", before)[:len("sig_")+13])
}
