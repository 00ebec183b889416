package intake

import (
	"context"
	"errors"
	"fmt"

	"jawort/db"
	"jawort/errs"
	"jawort/gate"
)

// talksWith is the number that the person wrote to last, while that window is open.
func talksWith(ctx context.Context, tx *db.Tx, tenant, who string, now int64) (number string, err error) {
	err = tx.Row(ctx, `select number from service_window where tenant = $1 and contact = $2 and until > $3 order by opened_at desc, number limit 1`,
		tenant, who, now).Scan(&number)
	if errors.Is(err, db.ErrNone) {
		return "", errs.New(errs.Conflict, "intake.ask.window")
	}
	if err != nil {
		return "", fmt.Errorf("open windows: %w", err)
	}
	return number, nil
}

// answeredSince says that the person was asked for their number, or answered by somebody of ours with something to tap, since then.
func answeredSince(ctx context.Context, tx *db.Tx, tenant, who string, from int64) (bool, error) {
	var n int64
	err := tx.Row(ctx, `select count(*) from message where tenant = $1 and contact = $2 and purpose = $3 and kind = 'interactive' and created_at > $4`,
		tenant, who, string(gate.HumanAnswer), from).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("answers of ours: %w", err)
	}
	return n > 0, nil
}
