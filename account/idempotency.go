package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sort"
	"time"

	"jawort/db"
)

// IdempotencyLife is how long an answer can be had again; a try that never finished may be taken over after IdempotencyStale.
const (
	IdempotencyLife  = 24 * time.Hour
	IdempotencyStale = 60 * time.Second
)

// Try is one request with an Idempotency-Key.
type Try struct {
	Key      string
	Route    string
	BodyHash []byte // of HashBody
}

// HashBody is what two bodies are compared by.
func HashBody(body []byte) []byte {
	h := sha256.Sum256(body)
	return h[:]
}

// Begun is what a key said.
type Begun struct {
	State  BegunState
	Since  int64  // hand it to Finish
	Status int64  // of the stored answer, when State is Repeated
	Answer []byte // the stored answer, when State is Repeated
}

// BegunState is one of the four below.
type BegunState int

const (
	Fresh    BegunState = iota // do it, and Finish in the same transaction as its effect
	Repeated                   // same key, same body: give the stored answer
	Other                      // same key, another body or route: 422
	Running                    // same key, same body, not finished yet: 409, Retry-After
)

// ErrTakenOver says that a try was so slow that another one took its key over: roll back.
var ErrTakenOver = errors.New("idempotency key was taken over by a later try")

// Begin enters many tries with one statement each for writing and reading. Commit it before the work when the work can hang, so
// that others see it running; a repetition within one call is seen too.
func Begin(ctx context.Context, tx *db.Tx, tenant string, tries []Try) ([]Begun, error) {
	at, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	first := map[string]int{} // key → the try that may be fresh
	var unique []Try
	for i, t := range tries {
		if _, ok := first[t.Key]; !ok {
			first[t.Key] = i
			unique = append(unique, t)
		}
	}
	sort.Slice(unique, func(i, j int) bool { return unique[i].Key < unique[j].Key }) // lock order
	fresh, err := claimKeys(ctx, tx, tenant, unique, at)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	kept, err := selectKeys(ctx, tx, tenant, unique)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	out := make([]Begun, len(tries))
	for i, t := range tries {
		out[i] = judge(t, kept[t.Key], fresh[t.Key] && first[t.Key] == i)
	}
	return out, nil
}

// kept is what stands in the table under a key.
type kept struct {
	route    string
	bodyHash string
	done     bool
	since    int64
	status   int64
	answer   []byte
}

// judge compares a try with what is kept.
func judge(t Try, k kept, fresh bool) Begun {
	switch {
	case fresh:
		return Begun{State: Fresh, Since: k.since}
	case k.route != t.Route || k.bodyHash != string(t.BodyHash):
		return Begun{State: Other}
	case !k.done:
		return Begun{State: Running}
	}
	return Begun{State: Repeated, Status: k.status, Answer: k.answer}
}

// Outcome is the answer of one fresh try.
type Outcome struct {
	Key    string
	Since  int64 // of its Begun
	Status int64
	Answer []byte
}

// Finish keeps the answers. Call it in the transaction of the effects: if a later try took a key over, it answers ErrTakenOver
// and the effects must go with it.
func Finish(ctx context.Context, tx *db.Tx, tenant string, outcomes []Outcome) error {
	n, err := finishKeys(ctx, tx, tenant, outcomes)
	if err != nil {
		return fmt.Errorf("finish: %w", err)
	}
	if n != int64(len(outcomes)) {
		return ErrTakenOver
	}
	return nil
}

// Abandon frees the keys of tries that came to nothing, so that they can be tried again.
func Abandon(ctx context.Context, tx *db.Tx, tenant string, outcomes []Outcome) error {
	if err := deleteKeys(ctx, tx, tenant, outcomes); err != nil {
		return fmt.Errorf("abandon: %w", err)
	}
	return nil
}
