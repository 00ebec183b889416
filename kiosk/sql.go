package kiosk

import (
	"context"

	"jawort/db"
)

const columns = `tenant, kiosk, source, opened_by, opened_at, until, coalesce(closed_at, 0), coalesce(device_at, 0)`

func scan(r interface{ Scan(...any) error }, k *Kiosk) error {
	return r.Scan(&k.Tenant, &k.ID, &k.Source, &k.OpenedBy, &k.OpenedAt, &k.Until, &k.ClosedAt, &k.DeviceAt)
}

func insert(ctx context.Context, tx *db.Tx, k Kiosk, hash []byte) error {
	_, err := tx.Exec(ctx, `insert into kiosk (tenant, kiosk, source, opened_by, opened_at, until, token_hash) values ($1, $2, $3, $4, $5, $6, $7)`,
		k.Tenant, k.ID, k.Source, k.OpenedBy, k.OpenedAt, k.Until, hash)
	return err
}

func begin(ctx context.Context, tx *db.Tx, k Kiosk, link, device []byte) (int64, error) {
	return tx.Exec(ctx, `update kiosk set device_at = $3, until = $4, token_hash = $6 where tenant = $1 and kiosk = $2 and token_hash = $5 and device_at is null`,
		k.Tenant, k.ID, k.DeviceAt, k.Until, link, device)
}

func byToken(ctx context.Context, tx *db.Tx, hash []byte) (k Kiosk, err error) {
	return k, scan(tx.Row(ctx, `select `+columns+` from kiosk where token_hash = $1`, hash), &k)
}

func end(ctx context.Context, tx *db.Tx, tenant, source, kiosk string, at int64) (int64, error) {
	return tx.Exec(ctx, `update kiosk set closed_at = coalesce(closed_at, $4) where tenant = $1 and source = $2 and kiosk = $3`, tenant, source, kiosk, at)
}

func openOnes(ctx context.Context, tx *db.Tx, tenant, source string, at int64) ([]Kiosk, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from kiosk where tenant = $1 and source = $2 and closed_at is null and until > $3 order by kiosk desc limit 50`,
		tenant, source, at)
	return db.All(rows, err, func(r *db.Rows, k *Kiosk) error { return scan(r, k) })
}
