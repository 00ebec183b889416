package account

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
)

const selectTenant = `
	select tenant, name, language, zone, country, policy, brand, pepper, coalesce(held_since, 0), created_at
	from tenant`

const updateBusiness = `update tenant set name = $2, language = $3, zone = $4, country = $5 where tenant = $1`

const updateBrand = `update tenant set brand = $2 where tenant = $1`

const updatePolicy = `update tenant set policy = $2 where tenant = $1`

const releaseTenant = `update tenant set held_since = null where tenant = $1 and held_since is not null`

const countLists = `update tenant set lists = lists + $2 where tenant = $1`

const holdTenants = `update tenant set held_since = $1 where held_since is null`

func insertTenant(ctx context.Context, tx *db.Tx, t Tenant) error {
	policy, err := json.Marshal(t.Policy)
	if err != nil {
		return err
	}
	brand, err := json.Marshal(t.Brand)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into tenant (tenant, name, language, zone, country, policy, brand, pepper, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		t.ID, t.Name, t.Language, t.Zone, t.Country, string(policy), string(brand), []byte(t.Pepper), t.CreatedAt)
	return err
}

// TenantOf reads one tenant.
func TenantOf(ctx context.Context, tx *db.Tx, tenant string) (Tenant, error) {
	var t Tenant
	rows, err := tx.Query(ctx, selectTenant+` where tenant = $1`, tenant)
	all, err := db.All(rows, err, scanTenant)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return t, fmt.Errorf("tenant %s: %w", tenant, err)
	}
	return all[0], nil
}

// Tenants reads all of them, oldest first.
func Tenants(ctx context.Context, tx *db.Tx) ([]Tenant, error) {
	rows, err := tx.Query(ctx, selectTenant+` order by created_at, tenant`)
	all, err := db.All(rows, err, scanTenant)
	if err != nil {
		return nil, fmt.Errorf("tenants: %w", err)
	}
	return all, nil
}

func scanTenant(r *db.Rows, t *Tenant) error {
	var policy, brand string
	var pepper []byte
	if err := r.Scan(&t.ID, &t.Name, &t.Language, &t.Zone, &t.Country, &policy, &brand, &pepper, &t.HeldSince, &t.CreatedAt); err != nil {
		return err
	}
	t.Pepper = pepper
	if err := json.Unmarshal([]byte(brand), &t.Brand); err != nil {
		return err
	}
	return json.Unmarshal([]byte(policy), &t.Policy)
}

const updatePepper = `update tenant set pepper = $2 where tenant = $1`
