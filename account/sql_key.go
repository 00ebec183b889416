package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"jawort/db"
)

const revokeKey = `update api_key set revoked_at = $3 where tenant = $1 and api_key = $2 and revoked_at is null`

func insertKey(ctx context.Context, tx *db.Tx, k Key, hash []byte) error {
	scopes, err := json.Marshal(k.Scopes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into api_key (tenant, api_key, name, hash, scopes, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		k.Tenant, k.ID, k.Name, hash, string(scopes), k.CreatedBy, k.CreatedAt)
	return err
}

const selectKey = `
	select tenant, api_key, name, scopes, created_by, created_at, coalesce(used_at, 0), coalesce(revoked_at, 0)
	from api_key`

// KeyByHash finds the valid key behind a bearer token's hash: tenant, id and scopes.
func KeyByHash(ctx context.Context, tx *db.Tx, hash []byte) (Key, error) {
	rows, err := tx.Query(ctx, selectKey+` where hash = $1 and revoked_at is null`, hash)
	all, err := db.All(rows, err, scanKey)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Key{}, fmt.Errorf("key by hash: %w", err)
	}
	return all[0], nil
}

// Keys reads the tenant's keys, valid ones first, newest first.
func Keys(ctx context.Context, tx *db.Tx, tenant string) ([]Key, error) {
	rows, err := tx.Query(ctx, selectKey+` where tenant = $1 order by revoked_at is not null, api_key desc`, tenant)
	all, err := db.All(rows, err, scanKey)
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", tenant, err)
	}
	return all, nil
}

// TouchKey notes that a key was used, at most once an hour, so that reading stays reading.
func TouchKey(ctx context.Context, tx *db.Tx, k Key, at int64) error {
	if at-k.UsedAt < time.Hour.Microseconds() {
		return nil
	}
	if _, err := tx.Exec(ctx, `update api_key set used_at = $3 where tenant = $1 and api_key = $2`, k.Tenant, k.ID, at); err != nil {
		return fmt.Errorf("touch key %s: %w", k.ID, err)
	}
	return nil
}

func scanKey(r *db.Rows, k *Key) error {
	var scopes string
	if err := r.Scan(&k.Tenant, &k.ID, &k.Name, &scopes, &k.CreatedBy, &k.CreatedAt, &k.UsedAt, &k.RevokedAt); err != nil {
		return err
	}
	return json.Unmarshal([]byte(scopes), &k.Scopes)
}
