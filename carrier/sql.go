package carrier

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
)

func carriers(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Carrier, error) {
	rows, err := tx.Query(ctx, `select tenant, carrier, kind, name, number, settings, secret, created_at, coalesce(off_at, 0) from carrier`+where, args...)
	list, err := db.All(rows, err, func(r *db.Rows, c *Carrier) error {
		var settings string
		var secret []byte
		if err := r.Scan(&c.Tenant, &c.ID, &c.Kind, &c.Name, &c.Number, &settings, &secret, &c.CreatedAt, &c.OffAt); err != nil {
			return err
		}
		c.Secret = secret
		return json.Unmarshal([]byte(settings), &c.Settings)
	})
	if err != nil {
		return nil, fmt.Errorf("read carriers: %w", err)
	}
	return list, nil
}

func insert(ctx context.Context, tx *db.Tx, c Carrier) error {
	settings, err := json.Marshal(c.Settings)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into carrier (tenant, carrier, kind, name, number, settings, secret, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Tenant, c.ID, string(c.Kind), c.Name, c.Number, string(settings), []byte(c.Secret), c.CreatedAt)
	return err
}

func update(ctx context.Context, tx *db.Tx, c Carrier) error {
	settings, err := json.Marshal(c.Settings)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update carrier set name = $3, number = $4, settings = $5, secret = $6, off_at = $7 where tenant = $1 and carrier = $2`,
		c.Tenant, c.ID, c.Name, c.Number, string(settings), []byte(c.Secret), db.OrNull(c.OffAt))
	return err
}
