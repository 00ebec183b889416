package bring

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// State is where a list stands.
type State string

// The states; docs/states.md draws them.
const (
	Reading State = "reading" // what each row would do is being found out
	Ready   State = "ready"   // it waits for somebody to let it go
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed" // it cannot be read
	Undoing State = "undoing"
	Undone  State = "undone"
	Dropped State = "dropped" // thrown away before it began
)

// States lists them all.
var States = []State{Reading, Ready, Running, Done, Failed, Undoing, Undone, Dropped}

var next = map[State][]State{
	Reading: {Ready, Running, Failed, Dropped},
	Ready:   {Reading, Running, Dropped},
	Running: {Done},
	Done:    {Undoing},
	Undoing: {Undone},
	Failed:  {Reading, Dropped},
}

// May says whether one state may follow another.
func (s State) May(to State) bool { return slices.Contains(next[s], to) }

// Busy says that something is being done.
func (s State) Busy() bool { return s == Reading || s == Running || s == Undoing }

// Phase is what is being done in a state.
type Phase string

// The phases, in their order: the opt-outs of a list hold before anything else of it is written.
const (
	Resting Phase = ""
	Read    Phase = "read"   // reading: judges row after row
	Force   Phase = "force"  // running: every opt-out holds already, and goes on the suppression list
	Stops   Phase = "stops"  // running: writes them into the ledger
	Claims  Phase = "claims" // running: writes who is said to have agreed
	Void    Phase = "void"   // undoing: takes back the ledger's entries
	Unlist  Phase = "unlist" // undoing: takes its suppressions off
)

// Verdict is what a row does, or what is wrong with it.
type Verdict string

func Reread(ctx context.Context, tx *db.Tx, tenant, list, actor string, o Options) error {
	i, err := locked(ctx, tx, tenant, list)
	if err != nil {
		return err
	}
	i.Options = o
	if err := i.check(); err != nil {
		return err
	}
	if i.State == Reading {
		return errs.New(errs.Conflict, "bring.busy")
	}
	if err := i.to(Reading, Read); err != nil {
		return err
	}
	i.Problem, i.Counts, i.Format = "", Counts{}, ""
	if err := dropRows(ctx, tx, tenant, list); err != nil {
		return err
	}
	return i.save(ctx, tx, tenant, actor, "import.reread")
}

// Begin lets a list take effect that was read.
func Begin(ctx context.Context, tx *db.Tx, tenant, list, actor string) error {
	i, err := locked(ctx, tx, tenant, list)
	if err != nil {
		return err
	}
	if i.State == Running || i.State == Done {
		return nil // pressed twice
	}
	if i.State == Reading {
		return errs.New(errs.Conflict, "bring.busy")
	}
	if err := i.begin(ctx, tx, tenant); err != nil {
		return err
	}
	return i.save(ctx, tx, tenant, actor, "import.begun")
}

func (i *Import) begin(ctx context.Context, tx *db.Tx, tenant string) (err error) {
	if err = i.to(Running, Force); err != nil {
		return err
	}
	i.Counts.Came = map[Verdict]int64{}
	if i.BegunAt, err = tx.Now(ctx); err != nil {
		return err
	}
	if i.CreatedAt+Keep.Microseconds() < i.BegunAt {
		return errs.New(errs.Conflict, "bring.gone")
	}
	return account.CountLists(ctx, tx, tenant, 1) // from this commit on the gate asks for those it stops
}

// Drop throws a list away that has not begun.
func Drop(ctx context.Context, tx *db.Tx, tenant, list, actor string) error {
	i, err := locked(ctx, tx, tenant, list)
	if err != nil {
		return err
	}
	if err := i.to(Dropped, Resting); err != nil {
		return err
	}
	return i.save(ctx, tx, tenant, actor, "import.dropped")
}

// Expire throws a list away that nobody let go while its file was kept.
func Expire(ctx context.Context, tx *db.Tx, tenant, list string) error {
	i, err := locked(ctx, tx, tenant, list)
	if err != nil || i.State != Ready {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil || i.CreatedAt+Keep.Microseconds() > now {
		return err
	}
	if err := i.to(Dropped, Resting); err != nil {
		return err
	}
	return i.save(ctx, tx, tenant, "system", "import.dropped")
}

// AskUndo puts the wish to take the whole list back; another member of staff decides it, as with every opt-out that staff entered.
func AskUndo(ctx context.Context, tx *db.Tx, tenant, list, staff, why string) error {
	i, err := locked(ctx, tx, tenant, list)
	if err != nil {
		return err
	}
	why = strings.TrimSpace(why)
	if n := utf8.RuneCountInString(why); n < 10 || n > 500 || !utf8.ValidString(why) {
		return errs.At("reason", "intake.reason").With(errs.Args{"Least": 10, "Most": 500})
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	switch {
	case i.State != Done:
		return errs.New(errs.Conflict, "bring.state")
	case i.UndoBy != "":
		return errs.New(errs.Conflict, "intake.void.asked")
	case i.DoneAt+Keep.Microseconds() < now:
		return errs.New(errs.Conflict, "bring.old")
	}
	i.UndoBy, i.UndoWhy, i.UndoAt = staff, why, now
	return i.save(ctx, tx, tenant, staff, "import.undo_asked")
}

// DecideUndo agrees to the wish, or lets the list stand. Whoever asked cannot agree.
func DecideUndo(ctx context.Context, tx *db.Tx, tenant, list, staff string, agree bool) error {
	i, err := locked(ctx, tx, tenant, list)
	if err != nil {
		return err
	}
	switch {
	case i.UndoBy == "" || i.State != Done:
		return errs.New(errs.Conflict, "bring.state")
	case agree && i.UndoBy == staff:
		return errs.New(errs.Forbidden, "intake.void.same_person")
	case !agree:
		i.UndoBy, i.UndoWhy, i.UndoAt = "", "", 0
		return i.save(ctx, tx, tenant, staff, "import.undo_declined")
	}
	if err := i.to(Undoing, Void); err != nil {
		return err
	}
	i.UndoneBy = staff
	return i.save(ctx, tx, tenant, staff, "import.undo_agreed")
}

// to moves on to a state, at the beginning of one of its phases.
func (i *Import) to(s State, p Phase) error {
	if !i.State.May(s) {
		return errs.New(errs.Conflict, "bring.state")
	}
	i.State, i.Phase, i.Line, i.Through, i.Total = s, p, 0, 0, 0
	return nil
}

func (i *Import) save(ctx context.Context, tx *db.Tx, tenant, actor, action string) error {
	if err := update(ctx, tx, tenant, i); err != nil {
		return err
	}
	if i.State.Busy() || i.State == Dropped { // thrown away: whom it would have stopped is forgotten
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := set(ctx, tx, tenant, i.ID, now); err != nil {
			return err
		}
	}
	return account.Record(ctx, tx, tenant, account.Entry{Actor: actor, Action: action, Object: i.ID})
}
