package upkeep

import (
	"context"
	"errors"
	"fmt"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// actor is who the audit trail names for what is done from a terminal.
const actor = "user"

// Invite adds a member of staff and answers a login link for them.
func Invite(ctx context.Context, s Settings, m Member) (link string, err error) {
	err = s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
		tenant, err := theTenant(ctx, tx, m.Tenant)
		if err != nil {
			return err
		}
		who, err := account.Invite(ctx, tx, tenant, m.staff(), actor)
		if err != nil {
			return err
		}
		link, err = s.link(ctx, tx, who)
		return err
	})
	return link, err
}

// Link makes a login link for somebody who is there already.
func Link(ctx context.Context, s Settings, email string) (link string, err error) {
	err = s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, err := member(ctx, tx, email)
		if err != nil {
			return err
		}
		if who.DisabledAt != 0 {
			return errors.New("this member of staff is disabled")
		}
		link, err = s.link(ctx, tx, who)
		return err
	})
	return link, err
}

// Disable shuts somebody out at once.
func Disable(ctx context.Context, s Settings, email string) error {
	return s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, err := member(ctx, tx, email)
		if err != nil {
			return err
		}
		return account.Disable(ctx, tx, who.Tenant, who.ID, actor)
	})
}

// Member is one of the staff.
type Member struct {
	Tenant   string `json:"tenant"`
	Email    string `json:"email"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Language string `json:"language"`
	Disabled bool   `json:"disabled"`
}

func (m Member) staff() account.Staff {
	return account.Staff{Email: m.Email, Name: m.Name, Role: account.Role(m.Role), Language: m.Language}
}

// List reads the staff of every tenant, or of one.
func List(ctx context.Context, s Settings, tenant string) ([]Member, error) {
	d, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	out := []Member{}
	err = d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		tenants, err := account.Tenants(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range tenants {
			if tenant != "" && t.ID != tenant {
				continue
			}
			staff, err := account.AllStaff(ctx, tx, t.ID)
			if err != nil {
				return err
			}
			for _, m := range staff {
				out = append(out, Member{m.Tenant, m.Email, m.Name, string(m.Role), m.Language, m.DisabledAt != 0})
			}
		}
		return nil
	})
	return out, err
}

func (s Settings) link(ctx context.Context, tx *db.Tx, who account.Staff) (string, error) {
	token, err := account.NewLink(ctx, tx, who.Tenant, who.ID, actor)
	return s.Base + "/login/" + token, err
}

func (s Settings) change(ctx context.Context, f func(ctx context.Context, tx *db.Tx) error) error {
	d, err := s.write(ctx)
	if err != nil {
		return err
	}
	return errors.Join(d.Write(ctx, f), d.Close())
}

func member(ctx context.Context, tx *db.Tx, email string) (account.Staff, error) {
	email, err := account.CleanEmail(email)
	if err != nil {
		return account.Staff{}, err
	}
	who, err := account.StaffByEmail(ctx, tx, email)
	if errs.CodeOf(err) == errs.NotFound {
		return account.Staff{}, errors.New("nobody signs in with this e-mail; `jawort user list` shows who does")
	}
	return who, err
}

// theTenant is the one named, or the only one there is.
func theTenant(ctx context.Context, tx *db.Tx, name string) (string, error) {
	all, err := account.Tenants(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, t := range all {
		if t.ID == name || name == "" && len(all) == 1 {
			return t.ID, nil
		}
	}
	if len(all) == 0 {
		return "", errors.New("there is no business yet: `jawort user found --business NAME --country DE` makes the first one")
	}
	if name == "" {
		return "", fmt.Errorf("there are %d businesses: say which with --tenant", len(all))
	}
	return "", errors.New("there is no such business")
}
