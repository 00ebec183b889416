package contact

import (
	"context"

	"jawort/db"
)

func upsertSuppressions(ctx context.Context, tx *db.Tx, tenant string, list []Suppression) error {
	_, err := tx.Exec(ctx, `insert into suppression (tenant, fingerprint, scope, reason, at)
		select $1, r.fingerprint, r.scope, r.reason, r.at from {rows $2: fingerprint text, scope text, reason text, at bigint} r
		where true order by r.fingerprint on conflict (tenant, fingerprint) do update set
		scope  = case when excluded.scope = 'all' then 'all' else suppression.scope end,
		reason = case when excluded.scope = suppression.scope or suppression.scope = 'all' then suppression.reason else excluded.reason end,
		at     = case when excluded.at > suppression.at then excluded.at else suppression.at end`,
		tenant, db.RowsOf(list, func(s Suppression) []any { return []any{s.Fingerprint, s.Scope, s.Reason, s.At} }))
	return err
}

func suppressionsOf(ctx context.Context, tx *db.Tx, tenant string, fingerprints []string) ([]Suppression, error) {
	rows, err := tx.Query(ctx, `select fingerprint, scope, reason, at from suppression
		where tenant = $1 and fingerprint in {list $2 text}`, tenant, fingerprints)
	return db.All(rows, err, func(r *db.Rows, s *Suppression) error {
		return r.Scan(&s.Fingerprint, &s.Scope, &s.Reason, &s.At)
	})
}

func liftSuppressions(ctx context.Context, tx *db.Tx, tenant string, fingerprints []string, act int64) error {
	_, err := tx.Exec(ctx, `delete from suppression where tenant = $1 and fingerprint in {list $2 text} and at < $3`, tenant, fingerprints, act)
	return err
}

func dropSuppressions(ctx context.Context, tx *db.Tx, tenant string, fingerprints []string, reason string, at int64) error {
	_, err := tx.Exec(ctx, `delete from suppression where tenant = $1 and fingerprint in {list $2 text} and reason = $3 and at = $4`,
		tenant, fingerprints, reason, at)
	return err
}

func suppressionsBehind(ctx context.Context, tx *db.Tx, tenant, after string, limit int) ([]Suppression, error) {
	rows, err := tx.Query(ctx, `select fingerprint, scope, reason, at from suppression
		where tenant = $1 and fingerprint > $2 order by fingerprint limit $3`, tenant, after, int64(limit))
	return db.All(rows, err, func(r *db.Rows, s *Suppression) error { return r.Scan(&s.Fingerprint, &s.Scope, &s.Reason, &s.At) })
}
