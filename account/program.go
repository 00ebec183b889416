package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// GatewayScopes are the edges of Meta's API that a program may use through the gateway.
var GatewayScopes = []string{"send", "media", "read", "templates", "profile", "admin"}

// Program is another piece of software that sends through the gateway.
type Program struct {
	Tenant    string
	ID        string
	Name      string
	Mode      Mode
	Scopes    []string          // of GatewayScopes
	Topics    map[string]string // class → default topic; never for marketing by itself
	CreatedAt int64
	RevokedAt int64 // 0 = valid
}

const programPrefix = "jp_"

// CreateProgram makes a program and gives its token, the only time it can be seen.
func CreateProgram(ctx context.Context, tx *db.Tx, tenant string, p Program, by string) (Program, string, error) {
	p.Name = strings.TrimSpace(p.Name)
	if p.Name == "" || len(p.Name) > 200 {
		return Program{}, "", errs.At("name", "account.name.empty")
	}
	if !p.Mode.Valid() {
		return Program{}, "", errs.At("mode", "account.mode.unknown")
	}
	for _, s := range p.Scopes {
		if !slices.Contains(GatewayScopes, s) {
			return Program{}, "", errs.At("scopes", "account.scopes.unknown")
		}
	}
	if p.Topics == nil {
		p.Topics = map[string]string{}
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return Program{}, "", err
	}
	p.Tenant, p.ID, p.CreatedAt, p.RevokedAt = tenant, id.At("prg", at), at, 0
	token := newToken(programPrefix)
	if err := insertProgram(ctx, tx, p, HashToken(token)); err != nil {
		return Program{}, "", fmt.Errorf("create program: %w", err)
	}
	return p, token, Record(ctx, tx, tenant, Entry{Actor: by, Action: "program.created", Object: p.ID, Detail: map[string]string{"mode": string(p.Mode)}})
}

// RevokeProgram ends a program's token at once and for good.
func RevokeProgram(ctx context.Context, tx *db.Tx, tenant, program, by string) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := updateOne(ctx, tx, revokeProgram, tenant, program, at); err != nil {
		return fmt.Errorf("revoke program %s: %w", program, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "program.revoked", Object: program})
}

// lists are the JSON columns of a program.
func (p Program) lists() (scopes, topics string) {
	s, _ := json.Marshal(append([]string{}, p.Scopes...)) // strings always marshal
	t, _ := json.Marshal(p.Topics)
	return string(s), string(t)
}
