// Package list brings the lists of package bring into the ledger: it reads a file, says what each row would do, lets the opt-outs hold
// at once and the rest follow, and takes a whole list back. Every step is one transaction with the place it has reached, so it goes on
// wherever a process died.
package list

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"jawort/bring"
	"jawort/db"
	"jawort/intake"
	"jawort/timer"
)

// Deps is what the worker is given.
type Deps struct {
	DB   *db.DB
	Desk *intake.Desk
	Log  *slog.Logger // nil = none
	Rows int          // at a time; 0 = 1,000

	// Force is how many opt-outs go on the suppression list at a time: a longer transaction would hold up whoever opts out in the same
	// moment. 0 = 10,000
	Force int

	// Slice is how long the worker goes on before it lets go of the timer, which must be well below the lease. 0 = 8 s
	Slice time.Duration

	// Held returns when no send begins any more that was started before the opt-outs held; nil = the desk's AfterForce.
	Held func(ctx context.Context) error
}

// Worker carries lists out. It is safe for use by many goroutines.
type Worker struct {
	d     Deps
	plans plans
}

// New makes a worker.
func New(d Deps) *Worker {
	if d.Rows == 0 {
		d.Rows = 1000
	}
	if d.Force == 0 {
		d.Force = 10_000
	}
	if d.Slice == 0 {
		d.Slice = 8 * time.Second
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Held == nil {
		d.Held = d.Desk.AfterForce
	}
	return &Worker{d: d}
}

// Handlers are the timers that the worker runs.
func (w *Worker) Handlers() map[string]timer.Handler {
	return map[string]timer.Handler{bring.Timer: {Alone: w.run}}
}

// run carries one list on for a slice of time.
func (w *Worker) run(ctx context.Context, t timer.Timer) (again int64, err error) {
	for end := time.Now().Add(w.d.Slice); time.Now().Before(end) && ctx.Err() == nil; {
		more, err := w.step(ctx, t.Tenant, t.Key)
		switch {
		case errors.Is(err, bring.ErrMoved):
			return 1, nil
		case err != nil:
			return 0, err
		case !more:
			w.plans.forget(t.Key)
			return 0, nil
		}
	}
	return 1, nil // at once
}

// step is one transaction of the work; more is false when there is none left.
func (w *Worker) step(ctx context.Context, tenant, list string) (more bool, err error) {
	l := intake.List{Tenant: tenant}
	err = w.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		l.Import, err = bring.Get(ctx, tx, tenant, list)
		return err
	})
	if err != nil {
		return false, err
	}
	switch {
	case l.State == bring.Dropped:
		return w.forget(ctx, l)
	case l.State == bring.Ready:
		return false, w.expire(ctx, l)
	case !l.State.Busy():
		return false, nil
	}
	if l.Phase == bring.Void { // needs no file
		return true, w.void(ctx, l)
	}
	if l.Phase == bring.Force && l.ForceAt == 0 { // first of all, and without the file: reading a million rows anew takes longer than the second that is waited
		return true, w.holds(ctx, l)
	}
	p, err := w.plan(ctx, &l)
	if problem := unreadable(err); problem != "" && l.State == bring.Reading {
		return false, w.fail(ctx, l, problem)
	}
	if err != nil {
		return false, err
	}
	switch l.Phase {
	case bring.Read:
		return true, w.read(ctx, l, p)
	case bring.Force:
		return true, w.force(ctx, l, p)
	case bring.Stops:
		return true, w.write(ctx, l, p.outs, w.d.Desk.WriteStops)
	case bring.Claims:
		return true, w.write(ctx, l, p.ins, w.d.Desk.WriteClaims)
	case bring.Unlist:
		return true, w.unlist(ctx, l, p)
	}
	return false, errors.New("a list in no phase")
}

// turn goes on to the next phase.
func (w *Worker) turn(ctx context.Context, l intake.List) error {
	return w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := l.Import
		return bring.Turn(ctx, tx, l.Tenant, &i)
	})
}

func (w *Worker) fail(ctx context.Context, l intake.List, problem string) error {
	return w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := l.Import
		return bring.Fail(ctx, tx, l.Tenant, &i, problem)
	})
}

// doing takes effect for some rows and says what each came to.
type doing func(ctx context.Context, tx *db.Tx, l *intake.List, rows []intake.Listed) ([]bring.Verdict, error)

// write lets the next rows take effect.
func (w *Worker) write(ctx context.Context, l intake.List, rows []row, do doing) error {
	part := behind(rows, l.Line, w.d.Rows)
	if len(part) == 0 {
		return w.turn(ctx, l)
	}
	return w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := l.Import
		verdicts, err := do(ctx, tx, &l, listed(part, &i.Options))
		if err != nil {
			return err
		}
		s := counted(part, verdicts)
		s.Total = int64(len(rows))
		return bring.Advance(ctx, tx, l.Tenant, &i, s)
	})
}

// counted is the step that some rows made.
func counted(part []row, verdicts []bring.Verdict) bring.Step {
	s := bring.Step{Line: part[len(part)-1].line, Through: int64(len(part)), Counts: map[bring.Verdict]int64{}}
	for k, v := range verdicts {
		s.Counts[v]++
		if v.Told() {
			s.Rows = append(s.Rows, bring.Row{Line: part[k].line, Verdict: v, Begins: part[k].begins()})
		}
	}
	return s
}

// force moves a list's opt-outs to the suppression list. They hold already, all of them, since the list was let go: gate.Load reads them where
// StageStops wrote them.
func (w *Worker) force(ctx context.Context, l intake.List, p *plan) error {
	n := 0
	err := w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		i := l.Import
		if n, err = w.d.Desk.ForceStops(ctx, tx, &l, w.d.Force); n == 0 || err != nil {
			return err
		}
		return bring.Advance(ctx, tx, l.Tenant, &i, bring.Step{Line: l.Line + int64(n), Through: int64(n), Total: int64(len(p.outs))})
	})
	if err == nil && n == 0 {
		err = w.turn(ctx, l)
	}
	return err
}

// holds waits once for what was being sent when the list was let go, and says that it holds.
func (w *Worker) holds(ctx context.Context, l intake.List) error {
	stops := false
	if err := w.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		stops, err = w.d.Desk.StopsStaged(ctx, tx, &l)
		return err
	}); err != nil {
		return err
	}
	if stops {
		if err := w.d.Held(ctx); err != nil {
			return err
		}
	}
	return w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := l.Import
		return bring.Holds(ctx, tx, l.Tenant, &i)
	})
}

// forget clears what reading had written down of whom a list would stop.
func (w *Worker) forget(ctx context.Context, l intake.List) (more bool, err error) {
	err = w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		more, err = w.d.Desk.ForgetStops(ctx, tx, &l, w.d.Force)
		return err
	})
	return more, err
}

// expire throws a list away that nobody let go as long as its file was kept; before, it leaves it alone.
func (w *Worker) expire(ctx context.Context, l intake.List) error {
	return w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return bring.Expire(ctx, tx, l.Tenant, l.ID) })
}

// voidRows is how many entries are taken back at a time.
const voidRows = 500

func (w *Worker) void(ctx context.Context, l intake.List) error {
	done := false
	err := w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := l.Import
		list, err := w.d.Desk.ListEvents(ctx, tx, &l, l.Line, voidRows)
		if done = len(list) == 0; done || err != nil {
			return err
		}
		if err := w.d.Desk.VoidEvents(ctx, tx, &l, list); err != nil {
			return err
		}
		return bring.Advance(ctx, tx, l.Tenant, &i, bring.Step{Line: list[len(list)-1].Line, Through: int64(len(list)),
			Total: bring.Sum(i.Counts.Came, bring.Stop, bring.Claim)})
	})
	if err == nil && done {
		err = w.turn(ctx, l)
	}
	return err
}

func (w *Worker) unlist(ctx context.Context, l intake.List, p *plan) error {
	part := behind(p.outs, l.Line, w.d.Rows)
	if len(part) == 0 {
		return w.turn(ctx, l)
	}
	return w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := l.Import
		if err := w.d.Desk.Unlist(ctx, tx, &l, addresses(part)); err != nil {
			return err
		}
		return bring.Advance(ctx, tx, l.Tenant, &i, bring.Step{Line: part[len(part)-1].line, Through: int64(len(part)), Total: int64(len(p.outs))})
	})
}
