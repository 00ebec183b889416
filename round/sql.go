package round

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

const columns = `round, topic, source, state, why, behind, counts, created_by, created_at, coalesce(begun_at, 0), coalesce(ended_at, 0)`

func scan(r interface{ Scan(...any) error }, to *Round) error {
	var counts string
	if err := r.Scan(&to.ID, &to.Topic, &to.Source, &to.State, &to.Why, &to.Behind, &counts, &to.CreatedBy, &to.CreatedAt, &to.BegunAt, &to.EndedAt); err != nil {
		return err
	}
	return json.Unmarshal([]byte(counts), &to.Counts)
}

// Get is one round.
func Get(ctx context.Context, tx *db.Tx, tenant, round string) (Round, error) {
	return one(ctx, tx, `select `+columns+` from round where tenant = $1 and round = $2`, tenant, round)
}

// Locked is Get with the row locked.
func Locked(ctx context.Context, tx *db.Tx, tenant, round string) (Round, error) {
	return one(ctx, tx, `select `+columns+` from round where tenant = $1 and round = $2 {for update}`, tenant, round)
}

func one(ctx context.Context, tx *db.Tx, text, tenant, round string) (Round, error) {
	var r Round
	err := scan(tx.Row(ctx, text, tenant, round), &r)
	if errors.Is(err, db.ErrNone) {
		return r, errs.New(errs.NotFound, "round.none")
	}
	if err != nil {
		return r, fmt.Errorf("read round: %w", err)
	}
	return r, nil
}

// List is a tenant's rounds, the newest first; before is the last id of the page ahead, "" = from the top. Those thrown away are left out.
func List(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Round, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from round where tenant = $1 and ($2 = '' or round < $2) and state <> 'dropped'
		order by round desc limit $3`, tenant, before, int64(limit))
	all, err := db.All(rows, err, func(r *db.Rows, to *Round) error { return scan(r, to) })
	if err != nil {
		return nil, fmt.Errorf("list rounds: %w", err)
	}
	return all, nil
}

func insert(ctx context.Context, tx *db.Tx, tenant string, r *Round) error {
	counts, err := json.Marshal(r.Counts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into round (tenant, round, topic, source, state, why, behind, counts, created_by, created_at)
		values ($1, $2, $3, $4, $5, '', '', $6, $7, $8)`, tenant, r.ID, r.Topic, r.Source, string(r.State), string(counts), r.CreatedBy, r.CreatedAt)
	if err != nil {
		return fmt.Errorf("put round: %w", err)
	}
	return nil
}

// Save writes a round that is locked.
func Save(ctx context.Context, tx *db.Tx, tenant string, r *Round) error {
	counts, err := json.Marshal(r.Counts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update round set state = $3, why = $4, behind = $5, counts = $6, begun_at = $7, ended_at = $8 where tenant = $1 and round = $2`,
		tenant, r.ID, string(r.State), r.Why, r.Behind, string(counts), db.OrNull(r.BegunAt), db.OrNull(r.EndedAt))
	if err != nil {
		return fmt.Errorf("write round: %w", err)
	}
	return nil
}
