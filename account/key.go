package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// Scope is one thing an API key may do.
type Scope string

// The closed list of scopes.
const (
	ScopeOptins    Scope = "optins"
	ScopeOptouts   Scope = "optouts"
	ScopeContacts  Scope = "contacts"
	ScopeIdentity  Scope = "identity" // merge and split people
	ScopeCheck     Scope = "check"
	ScopeMessages  Scope = "messages"
	ScopeSetup     Scope = "setup" // topics, notices, sources, templates, numbers, programs, hooks
	ScopeCampaigns Scope = "campaigns"
	ScopeImports   Scope = "imports"
	ScopeAlerts    Scope = "alerts"
	ScopeProof     Scope = "proof" // changes, log, packs
)

// Scopes in the order in which pages offer them.
var Scopes = []Scope{ScopeOptins, ScopeOptouts, ScopeContacts, ScopeIdentity, ScopeCheck, ScopeMessages, ScopeSetup, ScopeCampaigns, ScopeImports,
	ScopeAlerts, ScopeProof}

// Key is an API key, without its secret.
type Key struct {
	Tenant    string
	ID        string
	Name      string
	Scopes    []Scope
	CreatedBy string
	CreatedAt int64
	UsedAt    int64 // to the hour; 0 = never
	RevokedAt int64 // 0 = valid
}

// May reports whether the key has the scope.
func (k Key) May(s Scope) bool { return k.RevokedAt == 0 && slices.Contains(k.Scopes, s) }

const keyPrefix = "jw_"

// CreateKey makes an API key and gives its secret, the only time it can be seen.
func CreateKey(ctx context.Context, tx *db.Tx, tenant, name string, scopes []Scope, by string) (Key, string, error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 200 {
		return Key{}, "", errs.At("name", "account.name.empty")
	}
	if len(scopes) == 0 {
		return Key{}, "", errs.At("scopes", "account.scopes.empty")
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes, s) {
			return Key{}, "", errs.At("scopes", "account.scopes.unknown")
		}
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return Key{}, "", err
	}
	scopes = slices.Compact(slices.Sorted(slices.Values(scopes)))
	k := Key{Tenant: tenant, ID: id.At("key", at), Name: name, Scopes: scopes, CreatedBy: by, CreatedAt: at}
	secret := newToken(keyPrefix)
	if err := insertKey(ctx, tx, k, HashToken(secret)); err != nil {
		return Key{}, "", fmt.Errorf("create key: %w", err)
	}
	return k, secret, Record(ctx, tx, tenant, Entry{Actor: by, Action: "key.created", Object: k.ID, Detail: map[string]string{"scopes": words(scopes)}})
}

// RevokeKey ends a key at once and for good.
func RevokeKey(ctx context.Context, tx *db.Tx, tenant, key, by string) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := updateOne(ctx, tx, revokeKey, tenant, key, at); err != nil {
		return fmt.Errorf("revoke key %s: %w", key, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "key.revoked", Object: key})
}

// KeyShaped reports whether a bearer token can be an API key at all; then ask KeyByHash(HashToken(token)).
func KeyShaped(token string) bool { return shaped(keyPrefix, token) }

func words(scopes []Scope) string {
	var b strings.Builder
	for i, s := range scopes {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(s))
	}
	return b.String()
}
