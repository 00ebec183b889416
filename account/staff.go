package account

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// Staff is one member of a tenant's staff.
type Staff struct {
	Tenant     string
	ID         string
	Email      string // lower case; unique over all tenants, because it is what one signs in with
	Name       string
	Role       Role
	Language   string
	Password   string // argon2id; "" = link only
	CreatedAt  int64
	DisabledAt int64 // 0 = active
}

// CleanEmail is the form in which addresses of staff are kept and compared.
func CleanEmail(email string) (string, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 {
		return "", errs.At("email", "account.email.invalid")
	}
	return email, nil
}

// Invite adds a member of staff, without a password: the first login is by link.
func Invite(ctx context.Context, tx *db.Tx, tenant string, s Staff, by string) (Staff, error) {
	email, err := CleanEmail(s.Email)
	if err != nil {
		return Staff{}, err
	}
	if !s.Role.Valid() {
		return Staff{}, errs.At("role", "account.role.unknown")
	}
	if strings.TrimSpace(s.Name) == "" || len(s.Name) > 200 {
		return Staff{}, errs.At("name", "account.name.empty")
	}
	if s.Language != "de" && s.Language != "en" {
		return Staff{}, errs.At("language", "account.language.unknown")
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return Staff{}, err
	}
	s = Staff{Tenant: tenant, ID: id.At("usr", at), Email: email, Name: strings.TrimSpace(s.Name), Role: s.Role, Language: s.Language, CreatedAt: at}
	if err := insertStaff(ctx, tx, s); err != nil {
		return Staff{}, fmt.Errorf("invite: %w", err)
	}
	return s, Record(ctx, tx, tenant, Entry{Actor: by, Action: "staff.invited", Object: s.ID, Detail: map[string]string{"role": string(s.Role)}})
}

// SetRole changes what a member is. The last active owner stays one.
func SetRole(ctx context.Context, tx *db.Tx, tenant, staff string, role Role, by string) error {
	if !role.Valid() {
		return errs.At("role", "account.role.unknown")
	}
	if role != Owner {
		if err := keepAnOwner(ctx, tx, tenant, staff); err != nil {
			return err
		}
	}
	if err := updateOne(ctx, tx, updateRole, tenant, staff, string(role)); err != nil {
		return fmt.Errorf("set role of %s: %w", staff, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "staff.role", Object: staff, Detail: map[string]string{"role": string(role)}})
}

// Disable shuts a member out, at once: sessions ask for the member at every request. Open login links end too.
func Disable(ctx context.Context, tx *db.Tx, tenant, staff, by string) error {
	if err := keepAnOwner(ctx, tx, tenant, staff); err != nil {
		return err
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := updateOne(ctx, tx, disableStaff, tenant, staff, at); err != nil {
		return fmt.Errorf("disable %s: %w", staff, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "staff.disabled", Object: staff})
}

// Enable lets a member in again, by link or with the old password.
func Enable(ctx context.Context, tx *db.Tx, tenant, staff, by string) error {
	if err := updateOne(ctx, tx, enableStaff, tenant, staff); err != nil {
		return fmt.Errorf("enable %s: %w", staff, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "staff.enabled", Object: staff})
}

// SetPassword keeps a hash that HashPassword made before the transaction.
func SetPassword(ctx context.Context, tx *db.Tx, tenant, staff, hash, by string) error {
	if err := updateOne(ctx, tx, updatePassword, tenant, staff, hash); err != nil {
		return fmt.Errorf("set password of %s: %w", staff, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "staff.password", Object: staff})
}

// keepAnOwner refuses to take the last active owner. The owners are locked, so that two who leave together cannot both go.
func keepAnOwner(ctx context.Context, tx *db.Tx, tenant, leaving string) error {
	owners, err := lockOwners(ctx, tx, tenant)
	if err != nil {
		return fmt.Errorf("owners of %s: %w", tenant, err)
	}
	if len(owners) == 1 && owners[0] == leaving {
		return errs.New(errs.Conflict, "account.staff.last_owner")
	}
	return nil
}
