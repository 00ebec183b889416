package account

import (
	"context"
	"fmt"

	"jawort/db"
)

// ProgramFault is how often, on one day, the gateway turned a program's calls away before any decision, and why.
type ProgramFault struct {
	Tenant, Program string
	Reason          string // the gateway's word, such as SCOPE_MISSING
	Edge            string // "POST messages"; "" = none that Meta has
	Times           int64
	LastAt          int64
}

const (
	microDay  = 24 * 60 * 60 * 1_000_000
	faultLife = 90 // days
)

// CountFaults adds to the days of their last time.
func CountFaults(ctx context.Context, tx *db.Tx, list []ProgramFault) error {
	_, err := tx.Exec(ctx, `insert into program_fault (tenant, program, day, reason, edge, times, last_at)
		select r.tenant, r.program, r.day, r.reason, r.edge, r.times, r.last_at
		from {rows $1: tenant text, program text, day bigint, reason text, edge text, times bigint, last_at bigint} r where true
		on conflict (tenant, program, day, reason, edge) do update set times = program_fault.times + excluded.times, last_at = excluded.last_at`,
		db.RowsOf(list, func(f ProgramFault) []any {
			return []any{f.Tenant, f.Program, f.LastAt / microDay, f.Reason, f.Edge, f.Times, f.LastAt}
		}))
	if err != nil {
		return fmt.Errorf("count faults: %w", err)
	}
	return nil
}

// FaultsOf sums up a program's faults from the day of the given time on, those of the last days first.
func FaultsOf(ctx context.Context, tx *db.Tx, tenant, program string, since int64) ([]ProgramFault, error) {
	rows, err := tx.Query(ctx, `select reason, edge, sum(times) as times, max(last_at) as last_at from program_fault
		where tenant = $1 and program = $2 and day >= $3 group by reason, edge order by last_at desc, reason, edge`, tenant, program, since/microDay)
	all, err := db.All(rows, err, func(r *db.Rows, f *ProgramFault) error {
		f.Tenant, f.Program = tenant, program
		return r.Scan(&f.Reason, &f.Edge, &f.Times, &f.LastAt)
	})
	if err != nil {
		return nil, fmt.Errorf("faults of program %s: %w", program, err)
	}
	return all, nil
}
