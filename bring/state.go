package bring

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/roster"
	"jawort/say"
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

// The verdicts beside the problems of package roster, which are verdicts too.
const (
	Stop       Verdict = "stop"        // an opt-out
	AlreadyOut Verdict = "already_out" // opted out before
	AgreedNow  Verdict = "agreed_now"  // agreed by themselves after the list was let go: the opt-out comes too late
	Claim      Verdict = "claim"       // said to have agreed; nothing may be sent before they say so themselves
	AlreadyIn  Verdict = "already_in"  // agreed, or is said to have, before
	KeptOut    Verdict = "kept_out"    // the row says yes, the person said no: that stays
	Declined   Verdict = "declined"    // answered a question with no within the last twelve months
	Unclear    Verdict = "unclear"     // the row has a word on it that says neither yes nor no
	Twice      Verdict = "twice"       // stood there before
)

// Problems are the verdicts that are mistakes of the file.
var Problems = []Verdict{Verdict(roster.NoNumber), Verdict(roster.BadNumber), Verdict(roster.Rounded), Verdict(roster.Contradict),
	Verdict(roster.OpenQuote), Verdict(roster.Wide)}

// Verdicts lists them all, in the order they are shown.
var Verdicts = append([]Verdict{Stop, AlreadyOut, AgreedNow, Claim, AlreadyIn, KeptOut, Declined, Unclear, Twice}, Problems...)

// Told says that rows with this verdict are kept one by one, and not only counted.
func (v Verdict) Told() bool {
	return v == AgreedNow || v == KeptOut || v == Declined || v == Unclear || slices.Contains(Problems, v)
}

// Words are the verdict as a word, and what it means as a sentence.
func (v Verdict) Words(lang string) (word, text string) {
	key := "manager.imports.verdict." + string(v) + ".text"
	if slices.Contains(Problems, v) {
		key = "roster." + string(v)
	}
	text = say.Text(lang, key)
	first, n := utf8.DecodeRuneInString(text) // package roster's are parts of sentences
	return say.Text(lang, "manager.imports.verdict."+string(v)), string(unicode.ToUpper(first)) + text[n:]
}

// Sum adds up some of them.
func Sum(m map[Verdict]int64, of ...Verdict) (n int64) {
	for _, v := range of {
		n += m[v]
	}
	return n
}

// Result is rows by verdict: as expected while nothing has taken effect; then as they came, with what the file itself says of the others.
func (i *Import) Result() map[Verdict]int64 {
	if i.BegunAt == 0 {
		return i.Counts.Expected
	}
	out := map[Verdict]int64{}
	for v, n := range i.Counts.Expected {
		if v == Unclear || v == Twice || v == AlreadyIn && i.Kind == OptOuts || slices.Contains(Problems, v) {
			out[v] = n
		}
	}
	for v, n := range i.Counts.Came {
		out[v] += n
	}
	return out
}

// Reread changes what was decided about a list that has not begun, and reads it anew.
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
