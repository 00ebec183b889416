package account

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
)

const revokeProgram = `update program set revoked_at = $3, old_hash = null, old_until = 0 where tenant = $1 and program = $2 and revoked_at is null`

const updateProgram = `update program set name = $3, mode = $4, scopes = $5, topics = $6, numbers = $7, rate = $8, human_answers = $9
	where tenant = $1 and program = $2 and revoked_at is null`

const rotateProgram = `update program set old_hash = token_hash, old_until = $4, token_hash = $3
	where tenant = $1 and program = $2 and revoked_at is null`

const endOldToken = `update program set old_hash = null, old_until = 0 where tenant = $1 and program = $2 and revoked_at is null`

func insertProgram(ctx context.Context, tx *db.Tx, p Program, hash []byte) error {
	scopes, topics, numbers := p.lists()
	_, err := tx.Exec(ctx, `
		insert into program (tenant, program, name, mode, token_hash, scopes, topics, created_at, numbers, rate, human_answers)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.Tenant, p.ID, p.Name, string(p.Mode), hash, scopes, topics, p.CreatedAt, numbers, p.Rate, p.HumanAnswers)
	return err
}

const selectProgram = `
	select tenant, program, name, mode, scopes, topics, created_at, coalesce(revoked_at, 0), numbers, rate, old_until, human_answers
	from program`

// ProgramByHash finds the valid program behind a gateway token's hash, the current one or the one before in its grace.
func ProgramByHash(ctx context.Context, tx *db.Tx, hash []byte) (Program, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return Program{}, err
	}
	rows, err := tx.Query(ctx, selectProgram+` where token_hash = $1 and revoked_at is null
		union all `+selectProgram+` where old_hash = $1 and old_until > $2 and revoked_at is null`, hash, now)
	all, err := db.All(rows, err, scanProgram)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Program{}, fmt.Errorf("program by hash: %w", err)
	}
	return all[0], nil
}

// ProgramOf reads one of the tenant's programs, revoked or not.
func ProgramOf(ctx context.Context, tx *db.Tx, tenant, program string) (Program, error) {
	rows, err := tx.Query(ctx, selectProgram+` where tenant = $1 and program = $2`, tenant, program)
	all, err := db.All(rows, err, scanProgram)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Program{}, fmt.Errorf("program %s: %w", program, err)
	}
	return all[0], nil
}

// Programs reads the tenant's programs, valid ones first, newest first.
func Programs(ctx context.Context, tx *db.Tx, tenant string) ([]Program, error) {
	rows, err := tx.Query(ctx, selectProgram+` where tenant = $1 order by revoked_at is not null, program desc`, tenant)
	all, err := db.All(rows, err, scanProgram)
	if err != nil {
		return nil, fmt.Errorf("programs of %s: %w", tenant, err)
	}
	return all, nil
}

func scanProgram(r *db.Rows, p *Program) error {
	var scopes, topics, mode, numbers string
	if err := r.Scan(&p.Tenant, &p.ID, &p.Name, &mode, &scopes, &topics, &p.CreatedAt, &p.RevokedAt, &numbers, &p.Rate, &p.OldUntil, &p.HumanAnswers); err != nil {
		return err
	}
	p.Mode = Mode(mode)
	if err := json.Unmarshal([]byte(scopes), &p.Scopes); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(numbers), &p.Numbers); err != nil {
		return err
	}
	return json.Unmarshal([]byte(topics), &p.Topics)
}
