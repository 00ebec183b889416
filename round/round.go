// Package round is rounds of questions: people of whom somebody else says that they agreed are asked once, each when they write.
package round

import (
	"context"
	"slices"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/timer"
)

// Timer is the kind of the timer that carries a round on; its key is the round.
const Timer = "round"

// Life is how long a round goes on after it was begun: a claim that nobody confirmed in that time is none.
const Life = 90 * 24 * time.Hour

// State is where a round stands.
type State string

// The states; docs/states.md draws them.
const (
	Counting State = "counting" // what would come of each person is being found out; nobody is asked
	Ready    State = "ready"    // it waits for somebody to let it go
	Running  State = "running"  // whoever writes is asked
	Paused   State = "paused"
	Done     State = "done"
	Dropped  State = "dropped" // thrown away before it began
)

// States lists them all.
var States = []State{Counting, Ready, Running, Paused, Done, Dropped}

var next = map[State][]State{
	Counting: {Ready, Dropped},
	Ready:    {Counting, Running, Dropped},
	Running:  {Paused, Done},
	Paused:   {Running, Done},
}

// May says whether one state may follow another.
func (s State) May(to State) bool { return slices.Contains(next[s], to) }

// Busy says that something is being done.
func (s State) Busy() bool { return s == Counting || s == Running }

// Live says that it has not ended.
func (s State) Live() bool { return len(next[s]) > 0 }

// Why a round paused by itself.
const (
	NoSource = "source" // its source is not open any more, or does not ask for the topic
	TooLong  = "long"   // question and wording are longer than WhatsApp takes
)

// The verdicts on a person. Every other one is the code of the gate's reason to refuse.
const (
	Ask    = "ask"          // may be asked now
	Window = "window"       // once they write
	Later  = "later"        // the gate has it wait
	Before = "asked_before" // was asked once, by whichever source: not again
)

// Counts are people by verdict.
type Counts struct {
	Found    int64            `json:"found"`    // so many are said to have agreed
	Expected map[string]int64 `json:"expected"` // as it was when they were counted
	Asked    int64            `json:"asked"`    // so far
}

// Round is one round of questions about one topic.
type Round struct {
	ID        string
	Topic     string
	Source    string // whose wording is asked, and whose the answers are
	State     State
	Why       string // it paused by itself; "" = staff did, or it is not paused
	Behind    string // the person reached; "" = from the beginning
	Counts    Counts
	CreatedBy string
	CreatedAt int64
	BegunAt   int64 // 0 = not yet
	EndedAt   int64 // 0 = not yet
}

// Put begins to count for a new round. There is one at a time about a topic.
func Put(ctx context.Context, tx *db.Tx, tenant string, r Round) (Round, error) {
	live, err := List(ctx, tx, tenant, "", 50)
	if err != nil {
		return r, err
	}
	for _, x := range live {
		if x.Topic == r.Topic && x.State.Live() {
			return x, errs.At("topic", "round.live")
		}
	}
	if r.CreatedAt, err = tx.Now(ctx); err != nil {
		return r, err
	}
	r.ID, r.State, r.Counts = id.At("rnd", r.CreatedAt), Counting, Counts{Expected: map[string]int64{}}
	if err := insert(ctx, tx, tenant, &r); err != nil {
		return r, err
	}
	return r, r.noted(ctx, tx, tenant, r.CreatedBy)
}

// Move is what staff do with a round: count again, let it go, pause, go on, end, throw away. Twice is once.
func Move(ctx context.Context, tx *db.Tx, tenant, round, staff string, to State) error {
	r, err := Locked(ctx, tx, tenant, round)
	if err != nil || r.State == to {
		return err
	}
	if !r.State.May(to) {
		return errs.New(errs.Conflict, "round.state")
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	r.State, r.Why, r.Behind = to, "", ""
	switch to {
	case Counting:
		r.Counts = Counts{Expected: map[string]int64{}}
	case Running:
		if r.BegunAt == 0 {
			r.BegunAt = now
		}
	case Done, Dropped:
		r.EndedAt = now
	}
	if err := Save(ctx, tx, tenant, &r); err != nil {
		return err
	}
	return r.noted(ctx, tx, tenant, staff)
}

// noted leaves a line in the audit trail, and has the round carried on where there is something to do.
func (r *Round) noted(ctx context.Context, tx *db.Tx, tenant, staff string) error {
	if r.State.Busy() {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := timer.Put(ctx, tx, []timer.Timer{{Tenant: tenant, Kind: Timer, Key: r.ID, Due: now}}); err != nil {
			return err
		}
	}
	return account.Record(ctx, tx, tenant, account.Entry{Actor: staff, Action: "round." + string(r.State), Object: r.ID})
}
