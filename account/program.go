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
	Numbers   []string          // phone_number_ids it may use; empty = all of the tenant
	Rate      int64             // requests a minute; 0 = no limit of its own
	CreatedAt int64
	RevokedAt int64 // 0 = valid
	OldUntil  int64 // the token before the last change is good until then; 0 = it is not

	HumanAnswers bool // people type here: what it sends freely in an open window is judged as a person's answer to somebody who wrote
}

// RotationGrace is how long the token before is good after a rotation, so that the program can be told the new one without a gap.
const RotationGrace = 24 * 3600 * 1_000_000

// maxRate is more than Meta takes of one number (1,000 messages a second).
const maxRate = 60_000

const programPrefix = "jp_"

// check refuses what the gateway could not obey. That the topics exist and fit their class is for whoever knows topics to say.
func (p *Program) check() error {
	if name := strings.TrimSpace(p.Name); name == "" || len(name) > 200 {
		return errs.At("name", "account.name.empty")
	}
	if !p.Mode.Valid() {
		return errs.At("mode", "account.mode.unknown")
	}
	for _, s := range p.Scopes {
		if !slices.Contains(GatewayScopes, s) {
			return errs.At("scopes", "account.scopes.unknown")
		}
	}
	for _, n := range p.Numbers {
		if !digits.MatchString(n) {
			return errs.At("numbers", "account.number.id")
		}
	}
	if p.Rate < 0 || p.Rate > maxRate {
		return errs.At("rate", "account.program.rate")
	}
	if p.Topics == nil {
		p.Topics = map[string]string{}
	}
	return nil
}

// CreateProgram makes a program and gives its token, the only time it can be seen.
func CreateProgram(ctx context.Context, tx *db.Tx, tenant string, p Program, by string) (Program, string, error) {
	if err := p.check(); err != nil {
		return Program{}, "", err
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return Program{}, "", err
	}
	p.Name = strings.TrimSpace(p.Name)
	p.Tenant, p.ID, p.CreatedAt, p.RevokedAt = tenant, id.At("prg", at), at, 0
	token := newToken(programPrefix)
	if err := insertProgram(ctx, tx, p, HashToken(token)); err != nil {
		return Program{}, "", fmt.Errorf("create program: %w", err)
	}
	return p, token, Record(ctx, tx, tenant, Entry{Actor: by, Action: "program.created", Object: p.ID, Detail: p.made()})
}

// ChangeProgram replaces name, mode, scopes and topics of a valid program; letting through more than before needs a reason.
func ChangeProgram(ctx context.Context, tx *db.Tx, tenant string, p Program, reason, by string) error {
	if err := p.check(); err != nil {
		return err
	}
	old, err := ProgramOf(ctx, tx, tenant, p.ID)
	if err != nil {
		return err
	}
	detail := map[string]string{}
	if err := loosen(detail, old.Mode, p.Mode, reason); err != nil {
		return err
	}
	if err := trust(detail, old.HumanAnswers, p.HumanAnswers, reason); err != nil {
		return err
	}
	scopes, topics, numbers := p.lists()
	if err := updateOne(ctx, tx, updateProgram, tenant, p.ID, strings.TrimSpace(p.Name), string(p.Mode), scopes, topics, numbers, p.Rate, p.HumanAnswers); err != nil {
		return fmt.Errorf("change program %s: %w", p.ID, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "program.changed", Object: p.ID, Detail: detail})
}

// RotateProgram gives a valid program a new token; the one before is good for RotationGrace.
func RotateProgram(ctx context.Context, tx *db.Tx, tenant, program, by string) (string, error) {
	at, err := tx.Now(ctx)
	if err != nil {
		return "", err
	}
	token := newToken(programPrefix)
	if err := updateOne(ctx, tx, rotateProgram, tenant, program, HashToken(token), at+RotationGrace); err != nil {
		return "", fmt.Errorf("rotate program %s: %w", program, err)
	}
	return token, Record(ctx, tx, tenant, Entry{Actor: by, Action: "program.rotated", Object: program})
}

// EndOldToken ends the token before the last rotation at once.
func EndOldToken(ctx context.Context, tx *db.Tx, tenant, program, by string) error {
	if err := updateOne(ctx, tx, endOldToken, tenant, program); err != nil {
		return fmt.Errorf("end old token of program %s: %w", program, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "program.old_token_ended", Object: program})
}

// ProgramShaped reports whether a bearer token can be a program's at all; then ask ProgramByHash(HashToken(token)).
func ProgramShaped(token string) bool { return shaped(programPrefix, token) }

// May reports whether the program has the scope.
func (p *Program) May(scope string) bool { return slices.Contains(p.Scopes, scope) }

// Uses reports whether the program may use the number.
func (p *Program) Uses(number string) bool {
	return len(p.Numbers) == 0 || slices.Contains(p.Numbers, number)
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

// made is what the audit trail says of a new program.
func (p *Program) made() map[string]string {
	detail := map[string]string{"mode": string(p.Mode)}
	if p.HumanAnswers {
		detail["human_answers"] = "on"
	}
	return detail
}

// trust notes that people type in a program, or no longer; taking its word for it needs a reason.
func trust(detail map[string]string, from, to bool, reason string) error {
	if from == to {
		return nil
	}
	detail["human_answers"] = "off"
	if !to {
		return nil
	}
	reason, err := CleanReason(reason)
	if err != nil {
		return err
	}
	detail["human_answers"], detail["reason"] = "on", reason
	return nil
}

// lists are the JSON columns of a program.
func (p Program) lists() (scopes, topics, numbers string) {
	s, _ := json.Marshal(append([]string{}, p.Scopes...)) // strings always marshal
	t, _ := json.Marshal(p.Topics)
	n, _ := json.Marshal(append([]string{}, p.Numbers...))
	return string(s), string(t), string(n)
}
