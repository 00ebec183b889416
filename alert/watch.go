package alert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jawort/db"
	"jawort/id"
	"jawort/source"
)

// Silence of Meta's webhook: nothing came for so long although a message went out, long enough ago to have been heard of.
const (
	silentAfter = 30 * time.Minute
	hearWithin  = 10 * time.Minute

	newestHeard, newestProven = 5_000, 20_000 // of the newest messages are looked through: all of a campaign's would take seconds, and nobody can write meanwhile
)

// watched are the kinds that stand in the tables themselves: what holds is raised, what no longer holds is cleared.
var watched = map[string]func(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error){
	Held: held, SourcePaused: pausedSources, WebhookSilent: silent, HookFailing: failingHooks("meta", HookFailing),
	NewsFailing: failingHooks("own", NewsFailing), ProgramWrites: stubbornPrograms, ProgramBroadcasts: broadcasting, DeskOverdue: overdueDesk, DeskDue: dueDesk,
}

// Watch compares what is open with what holds. It is cheap, so that every minute is not too often.
func Watch(ctx context.Context, tx *db.Tx, tenant string) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	open, err := selectOpen(ctx, tx, tenant)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	for _, kind := range []string{Held, SourcePaused, WebhookSilent, HookFailing, NewsFailing, ProgramWrites, ProgramBroadcasts, DeskOverdue, DeskDue} {
		holds, err := watched[kind](ctx, tx, tenant, now)
		if err != nil {
			return fmt.Errorf("watch %s: %w", kind, err)
		}
		switch kind {
		case DeskOverdue: // who comes back to forty cases does not need forty mails
			holds = asOne(holds)
			err = errors.Join(level(ctx, tx, tenant, kind, open, holds), refresh(ctx, tx, tenant, open, holds))
		case DeskDue:
			err = levelMany(ctx, tx, tenant, kind, open, holds, nil)
		default:
			err = level(ctx, tx, tenant, kind, open, holds)
		}
		if err != nil {
			return err
		}
	}
	if err := watchQuality(ctx, tx, tenant, now, open); err != nil {
		return err
	}
	return tokensProven(ctx, tx, tenant, open)
}

// level raises what is new and clears what is gone; what stays is left alone, so that nothing is written every minute.
func level(ctx context.Context, tx *db.Tx, tenant, kind string, open []Alert, holds []Condition) error {
	is := func(subject string) func(Alert) bool {
		return func(a Alert) bool { return a.Kind == kind && a.Subject == subject }
	}
	var fresh []Condition
	for _, c := range holds {
		if !slices.ContainsFunc(open, is(c.Subject)) {
			fresh = append(fresh, c)
		}
	}
	if err := Raise(ctx, tx, tenant, fresh...); err != nil {
		return err
	}
	var gone []string
	for _, a := range open {
		if a.Kind == kind && !slices.ContainsFunc(holds, func(c Condition) bool { return c.Subject == a.Subject }) {
			gone = append(gone, a.Subject)
		}
	}
	return Clear(ctx, tx, tenant, kind, gone...)
}

// held: after a restore nothing goes until a named person releases it.
func held(ctx context.Context, tx *db.Tx, tenant string, _ int64) ([]Condition, error) {
	rows, err := tx.Query(ctx, `select held_since from tenant where tenant = $1 and held_since is not null`, tenant)
	return db.All(rows, err, func(r *db.Rows, c *Condition) error {
		c.Kind = Held
		return r.Scan(&c.Detail.From)
	})
}

func pausedSources(ctx context.Context, tx *db.Tx, tenant string, _ int64) ([]Condition, error) {
	rows, err := tx.Query(ctx, `select source, name from source where tenant = $1 and state = 'paused' and paused_why in {list $2 text} order by source limit 50`, tenant, source.ByItself)
	return db.All(rows, err, func(r *db.Rows, c *Condition) error {
		c.Kind = SourcePaused
		return r.Scan(&c.Subject, &c.Detail.Name)
	})
}

// failingAfter is how long a program may refuse Meta's webhooks before somebody is told.
const failingAfter = 10 * time.Minute

func failingHooks(of, kind string) func(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error) {
	return func(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error) {
		rows, err := tx.Query(ctx, `select hook, name, failing_since from hook where tenant = $1 and kind = $3 and state = 'active' and failing_since > 0
			and failing_since < $2 order by hook limit 50`, tenant, now-failingAfter.Microseconds(), of)
		return db.All(rows, err, func(r *db.Rows, c *Condition) error {
			c.Kind = kind
			return r.Scan(&c.Subject, &c.Detail.Name, &c.Detail.From)
		})
	}
}

// stubborn is how many refused sends to opted-out people, today and yesterday, are no oversight any more.
const stubborn = 20

// OptedOut are the reasons of the gate by which somebody has opted out.
var OptedOut = []string{"SUPPRESSED", "SUPPRESSED_MARKETING", "PLATFORM_STOP", "STOPPED_ALL", "STOPPED_MARKETING", "WITHDRAWN", "DECLINED", "PERSON_ERASED"}

// stubbornPrograms go on writing to people who opted out. The counts of package tally are a few rows a day.
func stubbornPrograms(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error) {
	const day = 24 * 3600 * 1_000_000
	rows, err := tx.Query(ctx, `select p.program, p.name from program p where p.tenant = $1 and p.revoked_at is null and $4 <= (
			select coalesce(sum(t.times), 0) from tally t where t.tenant = $1 and t.what = 'refused' and t.day >= $2 and t.a = p.program and t.b in {list $3 text})
		order by p.program limit 50`, tenant, now/day-1, OptedOut, int64(stubborn))
	return db.All(rows, err, func(r *db.Rows, c *Condition) error {
		c.Kind = ProgramWrites
		return r.Scan(&c.Subject, &c.Detail.Name)
	})
}

// What waits for a decision is decided by a clock once a minute where it may be (intake.Overdue); only what that left is late. A wish to be
// forgotten is nobody's but somebody's, so it is told of in time.
const (
	clockLate = 10 * time.Minute
	dueSoon   = 7 * 24 * time.Hour
)

func overdueDesk(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error) {
	return waitingDesk(ctx, tx, tenant, DeskOverdue, `due_at < $2`, now-clockLate.Microseconds())
}

func dueDesk(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error) {
	return waitingDesk(ctx, tx, tenant, DeskDue, `kind = 'erase' and due_at < $2 and due_at >= $3`, now+dueSoon.Microseconds(), now-clockLate.Microseconds())
}

// asOne is one condition for all, with the earliest's moments.
func asOne(list []Condition) []Condition {
	if len(list) == 0 {
		return nil
	}
	c := list[0]
	c.Subject, c.Seen = many, int64(len(list))
	return []Condition{c}
}

// waitingDesk is one condition for each thing that waits, the earliest first: nobody is named in a mail.
func waitingDesk(ctx context.Context, tx *db.Tx, tenant, kind, and string, args ...any) ([]Condition, error) {
	rows, err := tx.Query(ctx, `select v.review, v.due_at, v.created_at, t.zone from review v join tenant t on t.tenant = v.tenant
		where v.tenant = $1 and v.decided_at is null and v.`+and+` order by v.due_at, v.review limit 50`, append([]any{tenant}, args...)...)
	return db.All(rows, err, func(r *db.Rows, c *Condition) error {
		c.Kind = kind
		return r.Scan(&c.Subject, &c.Detail.Until, &c.Detail.From, &c.Detail.Zone)
	})
}

// floor is where the ids of a moment begin.
func floor(prefix string, at int64) string { return id.At(prefix, max(0, at))[:len(prefix)+1+13] }

// silent looks for a message that Meta took and never told anything of, newer than the last word from Meta. While words come, that
// is one row; the messages are looked at only in silence.
func silent(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Condition, error) {
	var last int64
	if err := tx.Row(ctx, `select coalesce(max(received_at), 0) from (
		select received_at from raw_webhook where tenant = $1 order by raw desc limit 1) w`, tenant).Scan(&last); err != nil {
		return nil, err
	}
	if now-last < silentAfter.Microseconds() {
		return nil, nil
	}
	const hour = 3600 * 1_000_000
	rows, err := tx.Query(ctx, `
		select m.accepted_at from (
			select message, kind, state, accepted_at from message where tenant = $1 and message >= $2 and message < $5 order by message desc limit $6) m
		where m.kind <> 'sms' and m.state = 'accepted' and m.accepted_at > $3 and m.accepted_at <= $4
		order by m.message desc limit 1`, tenant, floor("msg", max(last-hour, now-24*hour)), last, now-hearWithin.Microseconds(),
		floor("msg", now-hearWithin.Microseconds()), int64(newestHeard))
	return db.All(rows, err, func(r *db.Rows, c *Condition) error {
		c.Kind = WebhookSilent
		if err := r.Scan(&c.Detail.From); err != nil {
			return err
		}
		if last > 0 {
			c.Detail.From = last
		}
		return nil
	})
}

// tokensProven clears a rejected token once Meta took a message of the number again.
func tokensProven(ctx context.Context, tx *db.Tx, tenant string, open []Alert) error {
	var good []string
	for _, a := range open {
		if a.Kind != TokenRejected {
			continue
		}
		rows, err := tx.Query(ctx, `select m.number from (
				select number, accepted_at from message where tenant = $1 and message >= $2 order by message desc limit $5) m
			where m.number = $3 and m.accepted_at > $4 limit 1`,
			tenant, floor("msg", a.Since-24*3600*1_000_000), a.Subject, a.LastAt, int64(newestProven))
		took, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
		if err != nil {
			return fmt.Errorf("watch tokens: %w", err)
		}
		good = append(good, took...)
	}
	return Clear(ctx, tx, tenant, TokenRejected, good...)
}
