package account

import (
	"context"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

const confirmFactor = `update staff_factor set confirmed_at = $3, last_step = $4 where tenant = $1 and staff = $2 and confirmed_at is null`

// takeStep moves on only: a code that was taken is not taken again.
const takeStep = `update staff_factor set last_step = $3 where tenant = $1 and staff = $2 and last_step < $3`

const takeRecovery = `update recovery_code set used_at = $4 where tenant = $1 and staff = $2 and hash = $3 and used_at is null`

const deleteFactor = `delete from staff_factor where tenant = $1 and staff = $2`

const updateFactor = `update staff_factor set secret = $3 where tenant = $1 and staff = $2`

func insertFactor(ctx context.Context, tx *db.Tx, tenant, staff string, secret Sealed, at int64) error {
	n, err := tx.Exec(ctx, `
		insert into staff_factor (tenant, staff, secret, created_at, last_step) values ($1, $2, $3, $4, 0)
		on conflict (tenant, staff) do update set secret = excluded.secret, created_at = excluded.created_at
		where staff_factor.confirmed_at is null`, tenant, staff, []byte(secret), at)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "account.factor.there")
	}
	return err
}

func replaceRecovery(ctx context.Context, tx *db.Tx, tenant, staff string, hashes [][]byte) error {
	if _, err := tx.Exec(ctx, `delete from recovery_code where tenant = $1 and staff = $2`, tenant, staff); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.Exec(ctx, `insert into recovery_code (tenant, staff, hash) values ($1, $2, $3)`, tenant, staff, h); err != nil {
			return err
		}
	}
	return nil
}

// FactorOf reads a member's second factor, begun or proved.
func FactorOf(ctx context.Context, tx *db.Tx, tenant, staff string) (f Factor, err error) {
	var secret []byte
	err = tx.Row(ctx, `select secret, coalesce(confirmed_at, 0), last_step from staff_factor where tenant = $1 and staff = $2`, tenant, staff).
		Scan(&secret, &f.ConfirmedAt, &f.LastStep)
	if err = found(err); err != nil {
		return Factor{}, fmt.Errorf("second factor of %s: %w", staff, err)
	}
	f.Secret = secret
	return f, nil
}

// HasFactor reports whether a member has a proved second factor.
func HasFactor(ctx context.Context, tx *db.Tx, tenant, staff string) (bool, error) {
	var n int64
	err := tx.Row(ctx, `select count(*) from staff_factor where tenant = $1 and staff = $2 and confirmed_at is not null`, tenant, staff).Scan(&n)
	return n == 1, err
}

// WithFactor are the members of a tenant who have a proved second factor.
func WithFactor(ctx context.Context, tx *db.Tx, tenant string) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `select staff from staff_factor where tenant = $1 and confirmed_at is not null`, tenant)
	all, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
	out := map[string]bool{}
	for _, s := range all {
		out[s] = true
	}
	return out, err
}

// RecoveryLeft counts the recovery codes that are still good.
func RecoveryLeft(ctx context.Context, tx *db.Tx, tenant, staff string) (n int64, err error) {
	err = tx.Row(ctx, `select count(*) from recovery_code where tenant = $1 and staff = $2 and used_at is null`, tenant, staff).Scan(&n)
	return n, err
}

// sealedFactor is a secret to be sealed anew.
type sealedFactor struct {
	tenant, staff string
	secret        Sealed
}

func factors(ctx context.Context, tx *db.Tx) ([]sealedFactor, error) {
	rows, err := tx.Query(ctx, `select tenant, staff, secret from staff_factor order by tenant, staff`)
	return db.All(rows, err, func(r *db.Rows, f *sealedFactor) error {
		var b []byte
		err := r.Scan(&f.tenant, &f.staff, &b)
		f.secret = b
		return err
	})
}
