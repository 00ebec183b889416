package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"jawort/db"
)

const updateSignInSecret = `update sign_in set secret = $2 where tenant = $1`

func upsertSignIn(ctx context.Context, tx *db.Tx, s SignIn) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var off any
	if !s.On {
		off = at
	}
	_, err = tx.Exec(ctx, `
		insert into sign_in (tenant, issuer, client, secret, domain, claim, roles, off_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (tenant) do update set issuer = excluded.issuer, client = excluded.client, secret = excluded.secret,
			domain = excluded.domain, claim = excluded.claim, roles = excluded.roles, off_at = excluded.off_at`,
		s.Tenant, s.Issuer, s.Client, []byte(s.Secret), s.Domain, s.Claim, s.rolesText(), off)
	return err
}

const selectSignIn = `select tenant, issuer, client, secret, domain, claim, roles, off_at is null from sign_in`

// SignInOf reads a tenant's provider, in use or not.
func SignInOf(ctx context.Context, tx *db.Tx, tenant string) (SignIn, error) {
	rows, err := tx.Query(ctx, selectSignIn+` where tenant = $1`, tenant)
	all, err := db.All(rows, err, scanSignIn)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return SignIn{}, fmt.Errorf("sign-in of %s: %w", tenant, err)
	}
	return all[0], nil
}

// SignIns reads the providers in use: all of them, or, with a domain, the one that speaks for it.
func SignIns(ctx context.Context, tx *db.Tx, domain string) ([]SignIn, error) {
	rows, err := tx.Query(ctx, selectSignIn+` where off_at is null and ($1 = '' or domain = $1) order by tenant`, domain)
	return db.All(rows, err, scanSignIn)
}

func scanSignIn(r *db.Rows, s *SignIn) error {
	var secret []byte
	var roles string
	if err := r.Scan(&s.Tenant, &s.Issuer, &s.Client, &secret, &s.Domain, &s.Claim, &roles, &s.On); err != nil {
		return err
	}
	s.Secret = secret
	return json.Unmarshal([]byte(roles), &s.Roles)
}

func boundTo(ctx context.Context, tx *db.Tx, tenant, issuer, subject string) (staff string, err error) {
	err = tx.Row(ctx, `select staff from staff_identity where tenant = $1 and issuer = $2 and subject = $3`, tenant, issuer, subject).Scan(&staff)
	if errors.Is(err, db.ErrNone) {
		return "", nil
	}
	return staff, err
}

func bind(ctx context.Context, tx *db.Tx, s SignIn, subject, staff string, at int64) (int64, error) {
	return tx.Exec(ctx, `
		insert into staff_identity (tenant, issuer, subject, staff, since) values ($1, $2, $3, $4, $5)
		on conflict do nothing`, s.Tenant, s.Issuer, subject, staff, at)
}
