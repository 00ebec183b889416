package manager

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jawort/db"
	"jawort/id"
)

// Everything here reads, and nothing else: figures and lists over the tables of other packages.

// since is the smallest id that can have been born at that moment, for ids sort by time.
func since(prefix string, at int64) string { return id.At(prefix, at)[:len(prefix)+1+13] }

// topicName is a topic with its words in the reader's language.
type topicName struct {
	Code, Class, Name string
	Retired           bool
}

// topicNames reads the tenant's topics in their order.
func topicNames(ctx context.Context, tx *db.Tx, tenant, lang string) ([]topicName, error) {
	rows, err := tx.Query(ctx, `select topic, class, texts, retired_at is not null from topic where tenant = $1 order by position, topic`, tenant)
	return db.All(rows, err, func(r *db.Rows, t *topicName) error {
		var texts string
		if err := r.Scan(&t.Code, &t.Class, &texts, &t.Retired); err != nil {
			return err
		}
		t.Name = inLanguage(texts, lang, t.Code)
		return nil
	})
}

// inLanguage picks a topic's name: the reader's language, else any, else the code.
func inLanguage(texts, lang, code string) string {
	var all map[string]struct {
		Name string `json:"name"`
	}
	if json.Unmarshal([]byte(texts), &all) != nil {
		return code
	}
	for _, l := range []string{lang, "en", "de"} {
		if all[l].Name != "" {
			return all[l].Name
		}
	}
	return code
}

// stateCount is how many people stand so with a topic.
type stateCount struct {
	Topic, State string
	People       int64
}

func statesByTopic(ctx context.Context, tx *db.Tx, tenant string) ([]stateCount, error) {
	rows, err := tx.Query(ctx, `
		select s.topic, s.state, count(*) from standing s
		where s.tenant = $1 and s.topic <> '' group by s.topic, s.state`, tenant)
	return db.All(rows, err, func(r *db.Rows, c *stateCount) error { return r.Scan(&c.Topic, &c.State, &c.People) })
}

// hourCount is what happened in one hour: acts that agree and acts that stop.
type hourCount struct {
	Hour     int64 // since the first
	Yes, Off int64
}

// actsByHour counts from a moment on; the hours are put into the tenant's days by the caller, so that summer time is right.
func actsByHour(ctx context.Context, tx *db.Tx, tenant string, from int64) ([]hourCount, error) {
	rows, err := tx.Query(ctx, `
		select (happened_at - $3) / 3600000000,
			sum(case when kind in ('granted', 'declared', 'signup') then 1 else 0 end),
			sum(case when kind in ('withdrawn', 'objected', 'disputed', 'platform_stopped') then 1 else 0 end)
		from event
		where tenant = $1 and event >= $2 and happened_at >= $3
			and kind in ('granted', 'declared', 'signup', 'withdrawn', 'objected', 'disputed', 'platform_stopped')
		group by 1 order by 1`, tenant, since("evt", from), from)
	return db.All(rows, err, func(r *db.Rows, h *hourCount) error { return r.Scan(&h.Hour, &h.Yes, &h.Off) })
}

// verdictCount is how often the gate said so.
type verdictCount struct {
	Verdict, Reason string
	Times           int64
}

func verdicts(ctx context.Context, tx *db.Tx, tenant string, from int64) ([]verdictCount, error) {
	rows, err := tx.Query(ctx, `
		select verdict, reason, count(*) from decision where tenant = $1 and decision >= $2
		group by verdict, reason order by 3 desc, 2`, tenant, since("dec", from))
	return db.All(rows, err, func(r *db.Rows, c *verdictCount) error { return r.Scan(&c.Verdict, &c.Reason, &c.Times) })
}

func openReviews(ctx context.Context, tx *db.Tx, tenant string) (n int64, err error) {
	err = tx.Row(ctx, `select count(*) from review where tenant = $1 and decided_at is null`, tenant).Scan(&n)
	return n, err
}

// brakeRow is a number that is not open.
type brakeRow struct {
	Number, Name, State, Reason string
	Since                       int64
}

func closedBrakes(ctx context.Context, tx *db.Tx, tenant string) ([]brakeRow, error) {
	rows, err := tx.Query(ctx, `
		select b.number, n.name, b.state, b.reason, b.since from brake b
		join number n on n.tenant = b.tenant and n.number = b.number
		where b.tenant = $1 and b.state <> 'open' order by b.since desc`, tenant)
	return db.All(rows, err, func(r *db.Rows, b *brakeRow) error { return r.Scan(&b.Number, &b.Name, &b.State, &b.Reason, &b.Since) })
}

// conditions collects what a list is narrowed by; a condition that nobody asked for does not stand in the statement, because
// planners cannot use an index behind "$2 = ” or …".
type conditions struct {
	text string
	args []any
}

// and adds a condition whose one ? is the value, when the value is not empty.
func (c *conditions) and(condition, value string) {
	if value != "" {
		c.always(condition, value)
	}
}

// always adds a condition, or the end of a statement, with its value.
func (c *conditions) always(text string, value any) {
	c.args = append(c.args, value)
	c.text += strings.Replace(text, "?", fmt.Sprintf("$%d", len(c.args)), 1)
}

// day is the local day of a moment, counted from the day of another.
func day(from, at time.Time) int {
	y, m, d := from.Date()
	y2, m2, d2 := at.In(from.Location()).Date()
	return int(time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC).Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}
