package account

import (
	"context"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

// Reseal seals every secret anew that is not under the keyring's first key, and says how many it were. Afterwards the old key
// can leave the keyring.
func Reseal(ctx context.Context, tx *db.Tx, k *Keyring) (int, error) {
	n := 0
	tenants, err := Tenants(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, t := range tenants {
		if !k.Old(t.Pepper) {
			continue
		}
		pepper, err := k.Pepper(t)
		if err != nil {
			return 0, fmt.Errorf("reseal pepper of %s: %w", t.ID, err)
		}
		if err := updateOne(ctx, tx, updatePepper, t.ID, []byte(k.Seal(pepperPlace(t.ID), pepper))); err != nil {
			return 0, fmt.Errorf("reseal pepper of %s: %w", t.ID, err)
		}
		n++
	}
	numbers, err := Numbers(ctx, tx, "")
	if err != nil {
		return 0, err
	}
	for _, number := range numbers {
		if len(number.Token) > 0 && k.Old(number.Token) || len(number.AppSecret) > 0 && k.Old(number.AppSecret) {
			if err := resealNumber(ctx, tx, k, number); err != nil {
				return 0, fmt.Errorf("reseal number %s: %w", number.ID, err)
			}
			n++
		}
	}
	more, err := resealFactors(ctx, tx, k)
	if err != nil {
		return n, err
	}
	last, err := resealSignIns(ctx, tx, k, tenants)
	if err != nil {
		return n + more, err
	}
	lines, err := resealLines(ctx, tx, k)
	return n + more + last + lines, err
}

func resealSignIns(ctx context.Context, tx *db.Tx, k *Keyring, tenants []Tenant) (n int, err error) {
	for _, t := range tenants {
		s, err := SignInOf(ctx, tx, t.ID)
		if errs.CodeOf(err) == errs.NotFound || err == nil && !k.Old(s.Secret) {
			continue
		}
		if err != nil {
			return n, err
		}
		secret, err := k.SignInSecret(s)
		if err != nil {
			return n, fmt.Errorf("reseal sign-in of %s: %w", t.ID, err)
		}
		if err := updateOne(ctx, tx, updateSignInSecret, t.ID, []byte(k.Seal(signInPlace(t.ID), []byte(secret)))); err != nil {
			return n, fmt.Errorf("reseal sign-in of %s: %w", t.ID, err)
		}
		n++
	}
	return n, nil
}

func resealFactors(ctx context.Context, tx *db.Tx, k *Keyring) (n int, err error) {
	all, err := factors(ctx, tx)
	for _, f := range all {
		if !k.Old(f.secret) {
			continue
		}
		place := factorPlace(f.tenant, f.staff)
		secret, err := k.Open(place, f.secret)
		if err != nil {
			return n, fmt.Errorf("reseal second factor of %s: %w", f.staff, err)
		}
		if err := updateOne(ctx, tx, updateFactor, f.tenant, f.staff, []byte(k.Seal(place, secret))); err != nil {
			return n, fmt.Errorf("reseal second factor of %s: %w", f.staff, err)
		}
		n++
	}
	return n, err
}

// KeyID is the id of the key that seals it, "" when nothing is sealed.
func (s Sealed) KeyID() string {
	id, _, err := s.split()
	if err != nil {
		return ""
	}
	return id
}

// SealedWith counts the secrets of all tenants by the id of the key that seals them.
func SealedWith(ctx context.Context, tx *db.Tx) (map[string]int, error) {
	out := map[string]int{}
	count := func(s Sealed) {
		if id, _, err := s.split(); err == nil {
			out[id]++
		}
	}
	tenants, err := Tenants(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		count(t.Pepper)
		if s, err := SignInOf(ctx, tx, t.ID); err == nil {
			count(s.Secret)
		} else if errs.CodeOf(err) != errs.NotFound {
			return nil, err
		}
	}
	numbers, err := Numbers(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		count(n.Token)
		count(n.AppSecret)
	}
	lines, err := Lines(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		count(l.Password)
	}
	all, err := factors(ctx, tx)
	for _, f := range all {
		count(f.secret)
	}
	return out, err
}

// First is the id of the key that seals what is new.
func (k *Keyring) First() string { return k.first }

func resealNumber(ctx context.Context, tx *db.Tx, k *Keyring, n Number) error {
	token, secret, err := k.Secrets(n)
	if err != nil {
		return err
	}
	sealed := func(place, s string) []byte {
		if s == "" {
			return []byte{}
		}
		return k.Seal(place, []byte(s))
	}
	return updateOne(ctx, tx, updateSecrets, n.Tenant, n.ID, sealed(tokenPlace(n), token), sealed(appSecretPlace(n), secret))
}
