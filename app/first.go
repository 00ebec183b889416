package app

import (
	"context"

	"jawort/account"
	"jawort/db"
	"jawort/manager"
)

// LoginPath is where a one-time login token is used.
func LoginPath(token string) string { return manager.LinkPath(token) }

// Empty says that no business has been made yet.
func (a *App) Empty(ctx context.Context) (empty bool, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := account.Tenants(ctx, tx)
		empty = len(list) == 0
		return err
	})
	return empty, err
}

// NewKey makes a key for secrets at rest, named.
func NewKey(name string) string { return account.NewKey(name) }

// LoadKeys reads the keyring from a value or a file; account says what is wrong with it.
func LoadKeys(value, file string) (*account.Keyring, error) { return account.LoadKeyring(value, file) }

// SetupPath is where a one-time token of the first run is used.
func SetupPath(token string) string { return manager.SetupPath(token) }

// SetupToken makes the one-time token that lets whoever reads the terminal found the first business.
func (a *App) SetupToken(ctx context.Context) (token string, err error) {
	err = a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		token, err = account.NewFirstLink(ctx, tx)
		return err
	})
	return token, err
}
