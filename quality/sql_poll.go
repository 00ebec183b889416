package quality

import (
	"context"
	"errors"
	"fmt"

	"jawort/db"
)

// Poll is how asking Meta about an account goes.
type Poll struct {
	WABA         string
	AskedAt      int64
	OKAt         int64  // 0 = never yet
	FailingSince int64  // 0 = the last one went well
	Error        string // a word of watch.Why; empty = none
	Code         int64  // Meta's; 0 = none
	Usage        int64  // percent of what Meta allows
	NextAt       int64
}

// PollOf reads it; the zero value for an account that was never asked.
func PollOf(ctx context.Context, tx *db.Tx, tenant, waba string) (Poll, error) {
	p := Poll{WABA: waba}
	err := tx.Row(ctx, `select asked_at, ok_at, failing_since, error, code, usage, next_at from poll where tenant = $1 and waba = $2`, tenant, waba).
		Scan(&p.AskedAt, &p.OKAt, &p.FailingSince, &p.Error, &p.Code, &p.Usage, &p.NextAt)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return p, fmt.Errorf("poll of account %s: %w", waba, err)
	}
	return p, nil
}

// PutPoll keeps it.
func PutPoll(ctx context.Context, tx *db.Tx, tenant string, p Poll) error {
	_, err := tx.Exec(ctx, `
		insert into poll (tenant, waba, asked_at, ok_at, failing_since, error, code, usage, next_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (tenant, waba) do update set asked_at = excluded.asked_at, ok_at = excluded.ok_at, failing_since = excluded.failing_since,
			error = excluded.error, code = excluded.code, usage = excluded.usage, next_at = excluded.next_at`,
		tenant, p.WABA, p.AskedAt, p.OKAt, p.FailingSince, p.Error, p.Code, p.Usage, p.NextAt)
	if err != nil {
		return fmt.Errorf("note the poll of account %s: %w", p.WABA, err)
	}
	return nil
}
