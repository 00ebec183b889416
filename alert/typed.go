package alert

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"jawort/db"
)

// Of a program in which people type (account.Program.HumanAnswers) nobody can see whether they do. What nobody types is the same text to many
// people within minutes.
const (
	sameMany   = 30
	sameWithin = 10 * time.Minute
	sameDay    = 24 * time.Hour
	sameReach  = 5_000 // of the newest messages are looked through
)

// Answers is what a program in which people type has sent.
type Answers struct {
	People, Messages int64
	Same             int64 // the most people to whom one text went within ten minutes
}

// Many says that nobody can have typed all of it.
func (a *Answers) Many() bool { return a.Same >= sameMany }

// AnswersOf looks through the newest messages since a moment, by program; reach is how many are looked at, whoever's they are.
func AnswersOf(ctx context.Context, tx *db.Tx, tenant string, from, reach int64) (map[string]*Answers, error) {
	type answer struct {
		program, contact, kind string
		body                   []byte
		at                     int64
	}
	rows, err := tx.Query(ctx, `select m.program, m.contact, m.kind, m.body, m.created_at from (
			select program, contact, kind, body, created_at, purpose from message where tenant = $1 and message >= $2 order by message desc limit $3) m
		where m.purpose = 'human_answer' and m.program <> '' order by m.created_at`, tenant, floor("msg", from), reach)
	list, err := db.All(rows, err, func(r *db.Rows, a *answer) error { return r.Scan(&a.program, &a.contact, &a.kind, &a.body, &a.at) })
	if err != nil {
		return nil, err
	}
	out := map[string]*Answers{}
	people := map[[2]string]bool{}
	same := map[string][]heard{} // by program and text
	for _, a := range list {
		of := out[a.program]
		if of == nil {
			of = &Answers{}
			out[a.program] = of
		}
		if of.Messages++; !people[[2]string{a.program, a.contact}] {
			people[[2]string{a.program, a.contact}] = true
			of.People++
		}
		if text := sameness(a.kind, a.body); text != "" {
			k := a.program + text
			same[k] = append(same[k], heard{a.contact, a.at})
			of.Same = max(of.Same, crowd(same[k]))
		}
	}
	return out, nil
}

// heard is somebody who got a text, and when.
type heard struct {
	contact string
	at      int64
}

// crowd is how many people got a text in the minutes before the last of them did.
func crowd(list []heard) int64 {
	seen := map[string]bool{}
	last := list[len(list)-1].at
	for i := len(list) - 1; i >= 0 && list[i].at > last-sameWithin.Microseconds() && len(seen) <= 10*sameMany; i-- {
		seen[list[i].contact] = true
	}
	return int64(len(seen))
}

// sameness is the same for bodies that say the same to different people, numbers left out; "" = it says nothing, or was erased.
func sameness(kind string, body []byte) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || len(fields[kind]) == 0 {
		return ""
	}
	digit := false
	plain := strings.Map(func(r rune) rune {
		was := digit
		if digit = r >= '0' && r <= '9'; digit && was {
			return -1
		}
		if digit {
			return '0'
		}
		return r
	}, strings.Join(strings.Fields(strings.ToLower(string(fields[kind]))), " "))
	sum := sha256.Sum256([]byte(plain))
	return kind + string(sum[:])
}

// broadcasting are programs in which people are said to type, and one text went to many within minutes.
func broadcasting(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error) {
	rows, err := tx.Query(ctx, `select program, name from program where tenant = $1 and human_answers and revoked_at is null order by program limit 50`, tenant)
	typed, err := db.All(rows, err, func(r *db.Rows, c *Condition) error {
		c.Kind = ProgramBroadcasts
		return r.Scan(&c.Subject, &c.Detail.Name)
	})
	if err != nil || len(typed) == 0 {
		return nil, err
	}
	answers, err := AnswersOf(ctx, tx, tenant, now-sameDay.Microseconds(), sameReach)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(typed, func(c Condition) bool { a := answers[c.Subject]; return a == nil || !a.Many() }), nil
}
