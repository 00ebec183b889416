package account

import (
	"context"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

const selectStaff = `
	select tenant, staff, email, name, role, language, password, created_at, coalesce(disabled_at, 0)
	from staff`

const updateRole = `update staff set role = $3 where tenant = $1 and staff = $2`

const disableStaff = `update staff set disabled_at = $3 where tenant = $1 and staff = $2 and disabled_at is null`

const enableStaff = `update staff set disabled_at = null where tenant = $1 and staff = $2 and disabled_at is not null`

const updatePassword = `update staff set password = $3 where tenant = $1 and staff = $2`

func insertStaff(ctx context.Context, tx *db.Tx, s Staff) error {
	n, err := tx.Exec(ctx, `
		insert into staff (tenant, staff, email, name, role, language, password, created_at)
		values ($1, $2, $3, $4, $5, $6, '', $7)
		on conflict (email) do nothing`,
		s.Tenant, s.ID, s.Email, s.Name, string(s.Role), s.Language, s.CreatedAt)
	if err == nil && n == 0 {
		return &errs.Error{Code: errs.Conflict, Key: "account.email.taken", Field: "email"}
	}
	return err
}

// StaffOf reads one member of the tenant's staff.
func StaffOf(ctx context.Context, tx *db.Tx, tenant, staff string) (Staff, error) {
	rows, err := tx.Query(ctx, selectStaff+` where tenant = $1 and staff = $2`, tenant, staff)
	s, err := oneStaff(rows, err)
	if err != nil {
		return Staff{}, fmt.Errorf("staff %s: %w", staff, err)
	}
	return s, nil
}

// StaffByEmail finds who signs in with this e-mail, whatever the tenant.
func StaffByEmail(ctx context.Context, tx *db.Tx, email string) (Staff, error) {
	rows, err := tx.Query(ctx, selectStaff+` where email = $1`, email)
	s, err := oneStaff(rows, err)
	if err != nil {
		return Staff{}, fmt.Errorf("staff by e-mail: %w", err)
	}
	return s, nil
}

// AllStaff reads the tenant's staff, by name.
func AllStaff(ctx context.Context, tx *db.Tx, tenant string) ([]Staff, error) {
	rows, err := tx.Query(ctx, selectStaff+` where tenant = $1 order by disabled_at is not null, name, staff`, tenant)
	all, err := db.All(rows, err, scanStaff)
	if err != nil {
		return nil, fmt.Errorf("staff of %s: %w", tenant, err)
	}
	return all, nil
}

func oneStaff(rows *db.Rows, err error) (Staff, error) {
	all, err := db.All(rows, err, scanStaff)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Staff{}, err
	}
	return all[0], nil
}

func scanStaff(r *db.Rows, s *Staff) error {
	var role string
	err := r.Scan(&s.Tenant, &s.ID, &s.Email, &s.Name, &role, &s.Language, &s.Password, &s.CreatedAt, &s.DisabledAt)
	s.Role = Role(role)
	return err
}

func lockOwners(ctx context.Context, tx *db.Tx, tenant string) ([]string, error) {
	rows, err := tx.Query(ctx, `
		select staff from staff where tenant = $1 and role = 'owner' and disabled_at is null order by staff {for update}`, tenant)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}
