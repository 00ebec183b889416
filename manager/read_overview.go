package manager

import (
	"context"
	"time"

	"jawort/db"
)

// What the overview asks besides the counts of package tally. Everything here is a small table or stops counting early.

// manyOf is where counting stops; more is said as "more than".
const manyOf = 10_000

// sourceLine is a place where opt-ins are collected.
type sourceLine struct{ Source, Kind, Name, State, PausedWhy string }

func sourceLines(ctx context.Context, tx *db.Tx, tenant string) ([]sourceLine, error) {
	rows, err := tx.Query(ctx, `select source, kind, name, state, paused_why from source where tenant = $1 order by source`, tenant)
	return db.All(rows, err, func(r *db.Rows, s *sourceLine) error {
		return r.Scan(&s.Source, &s.Kind, &s.Name, &s.State, &s.PausedWhy)
	})
}

// numberLine is one number with what it is in.
type numberLine struct {
	Number, Name, Display, Status, Brake, Reason string
	Since                                        int64  // of the brake
	Rating                                       string // Meta's; empty = none
}

func numberLines(ctx context.Context, tx *db.Tx, tenant string) ([]numberLine, error) {
	rows, err := tx.Query(ctx, `
		select n.number, n.name, n.display, n.status, coalesce(b.state, 'open'), coalesce(b.reason, ''), coalesce(b.since, 0), coalesce(h.value, '')
		from number n left join brake b on b.tenant = n.tenant and b.number = n.number
		left join health h on h.tenant = n.tenant and h.node = 'number/' || n.number and h.what = 'rating'
		where n.tenant = $1 order by n.name, n.number`, tenant)
	return db.All(rows, err, func(r *db.Rows, n *numberLine) error {
		return r.Scan(&n.Number, &n.Name, &n.Display, &n.Status, &n.Brake, &n.Reason, &n.Since, &n.Rating)
	})
}

// shape is how the number is, the gravest first.
func (n numberLine) shape() string {
	switch s := numberShape(n.Status); {
	case s == "bad" || n.Brake == "stopped" || n.Rating == "RED":
		return "bad"
	case s == "warn" || n.Brake != "open" || n.Rating == "YELLOW":
		return "warn"
	default:
		return s
	}
}

// templateTrouble is a template that cannot be sent: by Meta's word, or because nobody gave it a topic.
type templateTrouble struct {
	Name, Status string
	NoTopic      bool
	At           int64
}

func templateTroubles(ctx context.Context, tx *db.Tx, tenant string) ([]templateTrouble, error) {
	rows, err := tx.Query(ctx, `
		select name, status, topic is null, max(updated_at) from template
		where tenant = $1 and (status in ('PAUSED', 'REJECTED', 'DISABLED') or topic is null and status = 'APPROVED')
		group by name, status, topic is null order by 4 desc, name limit 50`, tenant)
	return db.All(rows, err, func(r *db.Rows, t *templateTrouble) error { return r.Scan(&t.Name, &t.Status, &t.NoTopic, &t.At) })
}

// endedSince counts messages that ended so since a moment, up to manyOf and one.
func endedSince(ctx context.Context, tx *db.Tx, tenant, state string, from int64) (n int64, last string, err error) {
	err = tx.Row(ctx, `
		select count(*), coalesce(max(message), '') from (select message from message
			where tenant = $1 and state = $2 and state in ('failed', 'refused', 'unknown') and message >= $3 limit $4) ended`,
		tenant, state, since("msg", from), manyOf+1).Scan(&n, &last)
	return n, last, err
}

// waiting counts messages that wait, up to manyOf and one, and when the first of them goes.
func waiting(ctx context.Context, tx *db.Tx, tenant string) (n, first int64, err error) {
	err = tx.Row(ctx, `
		select count(*), coalesce(min(due), 0) from (select due from message
			where tenant = $1 and state in ('queued', 'waiting') limit $2) waits`, tenant, manyOf+1).Scan(&n, &first)
	return n, first, err
}

// badItems counts what came in and could not be applied since a moment.
func badItems(ctx context.Context, tx *db.Tx, tenant string, from int64) (n, last int64, err error) {
	err = tx.Row(ctx, `select count(*), coalesce(max(at), 0) from (select at from bad_item where tenant = $1 and raw >= $2 limit $3) bad`,
		tenant, since("raw", from), manyOf+1).Scan(&n, &last)
	return n, last, err
}

// oldestReview is what waits longest in the queue.
func oldestReview(ctx context.Context, tx *db.Tx, tenant string) (text string, at int64, err error) {
	rows, err := reviewsPage(ctx, tx, tenant, 1)
	if err != nil || len(rows) == 0 {
		return "", 0, err
	}
	return rows[0].Text, rows[0].CreatedAt, nil
}

// ago is a moment so long before another, in microseconds.
func ago(now time.Time, d time.Duration) int64 { return now.Add(-d).UnixMicro() }
