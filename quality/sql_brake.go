package quality

import (
	"context"
	"fmt"

	"jawort/db"
)

// Of is whose brake it is: a number's, or a template's.
type Of struct {
	Number                   string
	WABA, Template, Language string // of a template, whose Number is empty
}

// Row is a brake as it is kept.
type Row struct {
	Of
	Machine
	Hold
	Effect Effect // what the gate obeys
	Since  int64  // of the effect
	SlowAt int64  // while slow: when the next marketing message may go
}

const rowColumns = `number, waba, template, language, rung, cause, rung_since, calm_at, answers, held, held_over, held_until, held_by, held_why,
	state, reason, since, coalesce(until, 0), pace, slow_at`

func scanRow(r *db.Rows, b *Row) error {
	err := r.Scan(&b.Number, &b.WABA, &b.Template, &b.Language, &b.Rung, &b.Machine.Cause, &b.Machine.Since, &b.CalmAt, &b.Machine.Answers,
		&b.Hold.State, &b.Over, &b.Hold.Until, &b.By, &b.Why,
		&b.Effect.State, &b.Effect.Cause, &b.Since, &b.Effect.Until, &b.Effect.Pace, &b.SlowAt)
	b.Effect.Answers = b.Machine.Answers
	return err
}

// Moved reads the brakes of a tenant that were ever moved.
func Moved(ctx context.Context, tx *db.Tx, tenant string) ([]Row, error) {
	rows, err := tx.Query(ctx, `select `+rowColumns+` from brake where tenant = $1 order by number, waba, template, language`, tenant)
	all, err := db.All(rows, err, scanRow)
	if err != nil {
		return nil, fmt.Errorf("brakes: %w", err)
	}
	return all, nil
}

// LockBrakes is Moved for whoever will move them: one at a time for a tenant, also while no brake has a row yet. The rows are locked, in
// key order, until the transaction ends. Lock order: after guards and portfolios.
func LockBrakes(ctx context.Context, tx *db.Tx, tenant string) ([]Row, error) {
	var one string
	if err := tx.Row(ctx, `select tenant from tenant where tenant = $1 {for update}`, tenant).Scan(&one); err != nil {
		return nil, fmt.Errorf("lock brakes: %w", err)
	}
	rows, err := tx.Query(ctx, `select `+rowColumns+` from brake where tenant = $1 order by number, waba, template, language {for update}`, tenant)
	all, err := db.All(rows, err, scanRow)
	if err != nil {
		return nil, fmt.Errorf("lock brakes: %w", err)
	}
	return all, nil
}

// SaveBrakes writes brakes. The pace's clock goes on where it stood.
func SaveBrakes(ctx context.Context, tx *db.Tx, tenant string, list []Row) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into brake (tenant, number, waba, template, language, state, reason, since, until, answers, pace,
			rung, cause, rung_since, calm_at, held, held_over, held_until, held_by, held_why)
		select $1, r.number, r.waba, r.template, r.language, r.state, r.reason, r.since, case when r.until = 0 then null else r.until end, r.answers, r.pace,
			r.rung, r.cause, r.rung_since, r.calm_at, r.held, r.held_over, r.held_until, r.held_by, r.held_why
		from {rows $2: number text, waba text, template text, language text, state text, reason text, since bigint, until bigint, answers boolean, pace bigint,
			rung bigint, cause text, rung_since bigint, calm_at bigint, held text, held_over bigint, held_until bigint, held_by text, held_why text} r where true
		order by r.number, r.waba, r.template, r.language
		on conflict (tenant, number, waba, template, language) do update set state = excluded.state, reason = excluded.reason, since = excluded.since,
			until = excluded.until, answers = excluded.answers, pace = excluded.pace, rung = excluded.rung, cause = excluded.cause,
			rung_since = excluded.rung_since, calm_at = excluded.calm_at, held = excluded.held, held_over = excluded.held_over,
			held_until = excluded.held_until, held_by = excluded.held_by, held_why = excluded.held_why`, tenant,
		db.RowsOf(list, func(b Row) []any {
			return []any{b.Number, b.WABA, b.Template, b.Language, string(b.Effect.State), string(b.Effect.Cause), b.Since, b.Effect.Until, b.Effect.Answers,
				b.Effect.Pace, int64(b.Rung), string(b.Machine.Cause), b.Machine.Since, b.CalmAt, string(b.Hold.State), int64(b.Over), b.Hold.Until, b.By, b.Why}
		}))
	if err != nil {
		return fmt.Errorf("save %d brakes: %w", len(list), err)
	}
	return nil
}

// Turn is a marketing message that wants to go while its number or its template is slow.
type Turn struct{ Number, WABA, Template, Language string }

// TakeTurns gives each its turn or says no, in the order asked: while a brake is slow one message goes in each Every of its pace, whichever
// process sends it. It locks the brakes, in key order, in a statement of its own, after guards and portfolios.
func TakeTurns(ctx context.Context, tx *db.Tx, tenant string, turns []Turn, now int64) ([]bool, error) {
	if len(turns) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `select `+rowColumns+` from brake where tenant = $1 and state = 'slow' and (number in {list $2 text}
			or number = '' and waba in {list $3 text} and template in {list $4 text})
		order by number, waba, template, language {for update}`, tenant, column(turns, func(t Turn) string { return t.Number }),
		column(turns, func(t Turn) string { return t.WABA }), column(turns, func(t Turn) string { return t.Template }))
	list, err := db.All(rows, err, scanRow)
	if err != nil {
		return nil, fmt.Errorf("take turns: %w", err)
	}
	slow := map[Of]*Row{}
	for i := range list {
		slow[list[i].Of] = &list[i]
	}
	got, used := make([]bool, len(turns)), false
	for i, t := range turns {
		var mine []*Row
		free := true
		for _, of := range []Of{{Number: t.Number}, {WABA: t.WABA, Template: t.Template, Language: t.Language}} {
			if b := slow[of]; b != nil {
				mine, free = append(mine, b), free && b.SlowAt <= now
			}
		}
		if got[i] = free; free {
			for _, b := range mine {
				b.SlowAt, used = now+Every(b.Effect.Pace), true
			}
		}
	}
	if !used {
		return got, nil
	}
	_, err = tx.Exec(ctx, `update brake set slow_at = r.at from {rows $1: tenant text, number text, waba text, template text, language text, at bigint} r
		where brake.tenant = r.tenant and brake.number = r.number and brake.waba = r.waba and brake.template = r.template and brake.language = r.language`,
		db.RowsOf(list, func(b Row) []any { return []any{tenant, b.Number, b.WABA, b.Template, b.Language, b.SlowAt} }))
	if err != nil {
		return nil, fmt.Errorf("take turns: %w", err)
	}
	return got, nil
}
