package account

import (
	"context"

	"jawort/db"
)

// claimKeys enters the keys that are free, or whose try never finished, and says which.
func claimKeys(ctx context.Context, tx *db.Tx, tenant string, tries []Try, at int64) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `
		insert into idempotency (tenant, idem_key, route, body_hash, state, status, created_at)
		select $1, r.idem_key, r.route, r.body_hash, 'running', 0, $3
		from {rows $2: idem_key text, route text, body_hash bytea} r
		where true
		on conflict (tenant, idem_key) do update set created_at = excluded.created_at
		where idempotency.state = 'running' and idempotency.created_at < $4
			and idempotency.route = excluded.route and idempotency.body_hash = excluded.body_hash
		returning idem_key`,
		tenant, db.RowsOf(tries, func(t Try) []any { return []any{t.Key, t.Route, t.BodyHash} }), at, at-IdempotencyStale.Microseconds())
	keys, err := db.All(rows, err, func(r *db.Rows, key *string) error { return r.Scan(key) })
	fresh := map[string]bool{}
	for _, key := range keys {
		fresh[key] = true
	}
	return fresh, err
}

func selectKeys(ctx context.Context, tx *db.Tx, tenant string, tries []Try) (map[string]kept, error) {
	keys := make([]string, len(tries))
	for i, t := range tries {
		keys[i] = t.Key
	}
	type row struct {
		key string
		kept
	}
	rows, err := tx.Query(ctx, `
		select idem_key, route, body_hash, state, created_at, status, answer from idempotency
		where tenant = $1 and idem_key in {list $2 text}`, tenant, keys)
	all, err := db.All(rows, err, func(r *db.Rows, k *row) error {
		var hash []byte
		var state string
		if err := r.Scan(&k.key, &k.route, &hash, &state, &k.since, &k.status, &k.answer); err != nil {
			return err
		}
		k.bodyHash, k.done = string(hash), state == "done"
		return nil
	})
	out := map[string]kept{}
	for _, k := range all {
		out[k.key] = k.kept
	}
	return out, err
}

func finishKeys(ctx context.Context, tx *db.Tx, tenant string, outcomes []Outcome) (int64, error) {
	return tx.Exec(ctx, `
		update idempotency set state = 'done', status = r.status, answer = r.answer
		from {rows $2: idem_key text, since bigint, status bigint, answer bytea} r
		where idempotency.tenant = $1 and idempotency.idem_key = r.idem_key
			and idempotency.state = 'running' and idempotency.created_at = r.since`,
		tenant, db.RowsOf(outcomes, func(o Outcome) []any { return []any{o.Key, o.Since, o.Status, o.Answer} }))
}

func deleteKeys(ctx context.Context, tx *db.Tx, tenant string, outcomes []Outcome) error {
	for _, o := range outcomes {
		if _, err := tx.Exec(ctx, `
			delete from idempotency where tenant = $1 and idem_key = $2 and state = 'running' and created_at = $3`,
			tenant, o.Key, o.Since); err != nil {
			return err
		}
	}
	return nil
}
