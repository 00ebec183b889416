package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"jawort/consent"
	"jawort/db"
	"jawort/errs"
)

// seenAt is when each key was seen last.
func seenAt(ctx context.Context, tx *db.Tx, tenant string, keys []string) (map[string]int64, error) {
	out := map[string]int64{}
	if len(keys) == 0 {
		return out, nil
	}
	rows, err := tx.Query(ctx, `select seen_key, at from seen where tenant = $1 and seen_key in {list $2 text}`, tenant, keys)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var at int64
		if err := rows.Scan(&key, &at); err != nil {
			return nil, err
		}
		out[key] = at
	}
	return out, rows.Err()
}

// noteSeen notes keys as seen now.
func noteSeen(ctx context.Context, tx *db.Tx, tenant string, keys []string, now int64) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into seen (tenant, seen_key, at) select $1, r.k, $3 from {rows $2: k text} r where true
		on conflict (tenant, seen_key) do update set at = excluded.at`, tenant, db.RowsOf(keys, func(k string) []any { return []any{k} }), now)
	return err
}

var errGone = errs.New(errs.NotFound, "intake.link")

// requestOfCode finds a request by its code alone: whoever opens a link from an SMS names no tenant.
func requestOfCode(ctx context.Context, tx *db.Tx, hash string) (tenant string, r consent.Request, err error) {
	var topics string
	err = tx.Row(ctx, `select tenant, request, contact, source, topics, language, state, until from request where code = $1`, hash).
		Scan(&tenant, &r.ID, &r.Contact, &r.Source, &topics, &r.Language, &r.State, &r.Until)
	if errors.Is(err, db.ErrNone) {
		return "", r, errGone
	}
	if err == nil {
		err = json.Unmarshal([]byte(topics), &r.Topics)
	}
	if err != nil {
		return "", r, fmt.Errorf("read request: %w", err)
	}
	return tenant, r, nil
}

// bodiesOf are the words of messages that came before, by their ids.
func bodiesOf(ctx context.Context, tx *db.Tx, tenant string, ids []string) (map[string]string, error) {
	type said struct{ id, body string }
	rows, err := tx.Query(ctx, `select inbound, body from inbound where tenant = $1 and inbound in {list $2 text}`, tenant, ids)
	list, err := db.All(rows, err, func(r *db.Rows, to *said) error { return r.Scan(&to.id, &to.body) })
	out := make(map[string]string, len(list))
	for _, s := range list {
		out[s.id] = s.body
	}
	return out, err
}
