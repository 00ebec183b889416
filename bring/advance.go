package bring

import (
	"context"
	"fmt"
	"maps"

	"jawort/account"
	"jawort/db"
)

// Step is what one transaction of the work has done.
type Step struct {
	Line    int64             // up to which row
	Through int64             // how many rows more
	Total   int64             // of the phase; 0 = as it was
	Rows    []Row             // with something to tell
	Counts  map[Verdict]int64 // how many rows more
}

// Row is a row with something to tell.
type Row struct {
	Line    int64
	Verdict Verdict
	Begins  string
}

// ErrMoved says that somebody else has carried the work on; nothing of this transaction may stand.
var ErrMoved = fmt.Errorf("the list was carried on by somebody else")

// Advance notes a step in the transaction that took it, so that a step is there whole or not at all, and once.
func Advance(ctx context.Context, tx *db.Tx, tenant string, i *Import, s Step) error {
	old := i.Line
	i.Line, i.Through = max(i.Line, s.Line), i.Through+s.Through
	if s.Total > 0 {
		i.Total = s.Total
	}
	of := &i.Counts.Came
	if i.State == Reading {
		of = &i.Counts.Expected
	}
	sum := maps.Clone(*of)
	if sum == nil {
		sum = map[Verdict]int64{}
	}
	for v, n := range s.Counts {
		sum[v] += n
	}
	*of = sum
	if err := advance(ctx, tx, tenant, i, old); err != nil {
		return err
	}
	return putRows(ctx, tx, tenant, i.ID, s.Rows)
}

// Holds notes since when no send begins any more to those whom the list stops: they are refused since it was let go, and what was
// started before has been waited for.
func Holds(ctx context.Context, tx *db.Tx, tenant string, i *Import) (err error) {
	if i.ForceAt, err = tx.Now(ctx); err != nil {
		return err
	}
	return advance(ctx, tx, tenant, i, i.Line)
}

// Turn goes on to the next phase, or ends the work. It belongs to the worker, as Advance does.
func Turn(ctx context.Context, tx *db.Tx, tenant string, i *Import) (err error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	was, line := i.Phase, i.Line
	i.Line, i.Through, i.Total = 0, 0, 0
	switch was {
	case Read:
		i.State, i.Phase = Ready, Resting
		if i.Options.Go {
			err = i.begin(ctx, tx, tenant)
		} else { // kept as long as its file is
			err = set(ctx, tx, tenant, i.ID, i.CreatedAt+Keep.Microseconds())
		}
	case Force:
		i.Phase = Stops
		err = account.CountLists(ctx, tx, tenant, -1)
	case Stops:
		i.Phase = Claims
	case Claims:
		i.State, i.Phase, i.DoneAt = Done, Resting, now
	case Void:
		i.Phase = Unlist
	case Unlist:
		i.State, i.Phase, i.UndoneAt = Undone, Resting, now
	}
	if err != nil {
		return err
	}
	return turn(ctx, tx, tenant, i, was, line)
}

// Fail ends the reading of a file that is none.
func Fail(ctx context.Context, tx *db.Tx, tenant string, i *Import, problem string) error {
	line := i.Line
	if err := i.to(Failed, Resting); err != nil {
		return err
	}
	i.Problem = problem
	return turn(ctx, tx, tenant, i, Read, line)
}
