package account

import (
	"context"
	"fmt"

	"jawort/db"
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
	return n, nil
}

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
