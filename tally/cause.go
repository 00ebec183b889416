package tally

import (
	"context"
	"fmt"
	"time"

	"jawort/db"
)

// What is counted of the causes: A is what kind of thing it is about (Kinds), B which one.
const (
	Reached   = "reached"   // a message that Meta took
	Stopped   = "stopped"   // an opt-out soon after a message, or soon after the yes
	MetaStop  = "meta_stop" // the same by Meta's own button, or as 131050
	NotMe     = "not_me"    // "I did not sign up"
	Complaint = "complaint" // a reason given after an opt-out: too many, not for me, never asked
	Enough    = "enough"    // 131049: Meta had enough marketing for the person
	Nowhere   = "nowhere"   // 131026
	Followed  = "followed"  // a message looked at after two days, and what had become of it:
	Arrived   = "arrived"   // it was delivered
	Seen      = "seen"      // it was read
)

// Kinds are what a message can be blamed on. "" is everything together.
var Kinds = []string{"source", "notice", "topic", "template", "program", "number", "staff"}

// soon is how long after a message an opt-out counts as its doing; after that it is looked at whether it arrived.
const soon = 48 * time.Hour

// act finds the act by which a person agreed to a topic: the newest of that topic, else the newest of all, before a moment.
func act(contact, topic, at string) string {
	return `(select x.event from event x where x.tenant = $1 and x.contact = ` + contact + ` and x.recorded_at <= ` + at + `
		and x.kind in ('granted', 'declared', 'signup', 'requested', 'claimed')
		order by case when replace(cast(x.topics as text), '"' || ` + topic + ` || '"', '') <> cast(x.topics as text) then 0 else 1 end, x.rev desc limit 1)`
}

// things are the columns of a message and of the act behind it.
const things = `coalesce(m.number, ''), coalesce(m.topic, ''), coalesce(m.template, ''), coalesce(m.program, ''), coalesce(a.source, ''),
	coalesce(a.notice, ''), coalesce(a.notice_version, 0), case when a.actor_kind = 'staff' then a.actor else '' end, count(*)`

// ofUs are the messages that can annoy: not Jawort's own answers to somebody who wrote. What people type in a program can.
const ofUs = `(m.purpose in ('', 'confirm_request') or m.program <> '') and m.kind <> 'sms' and (m.wamid <> '' or m.state = 'unknown')`

// lastBefore is the last message to a person that could be the cause of an event: put less than two days (of microseconds) before it.
const lastBefore = `(select y.message from message y where y.tenant = $1 and y.contact = e.contact and y.created_at <= e.recorded_at
	and y.created_at > e.recorded_at - 172800000000 and (y.purpose in ('', 'confirm_request') or y.program <> '') and y.kind <> 'sms' and (y.wamid <> '' or y.state = 'unknown')
	order by y.message desc limit 1)`

// groups is 1 to 9: what, then the things.
const groups = ` group by 1, 2, 3, 4, 5, 6, 7, 8, 9`

// stops are the events that are blamed on a message, and so are these reasons given for one.
const (
	stops   = `'withdrawn', 'objected', 'disputed', 'platform_stopped'`
	reasons = `'too_many', 'not_for_me', 'never_asked'`
)

var (
	messagesSum = `select 'reached', ` + things + ` from message m left join event a on a.tenant = $1 and a.event = ` + act("m.contact", "m.topic", "m.created_at") + `
		where m.tenant = $1 and ` + ofUs + ` and `
	stopWord = `case when e.kind = 'platform_stopped' then 'meta_stop' when e.kind = 'disputed' then 'not_me' when e.kind = 'reason_given' then 'complaint' else 'stopped' end`
	behindIt = ` left join message m on m.tenant = $1 and m.message = ` + lastBefore + `
		left join event a on a.tenant = $1 and a.event = ` + act("e.contact", "coalesce(m.topic, '')", "e.recorded_at") + `
			and (m.message is not null or a.recorded_at > e.recorded_at - 172800000000)`
	// Each half by its own index of few entries: the rest of the ledger is not looked at.
	blamed = ` from (
			select event, kind, contact, recorded_at from event where tenant = $1 and event > $2 and event < $3 and kind in (` + stops + `)
			union all
			select event, kind, contact, recorded_at from event where tenant = $1 and event > $2 and event < $3 and kind = 'reason_given' and reason in (` + reasons + `)) e` + behindIt
)

// causeSeries are counted like the others, but read by ReadCauses only.
var causeSeries = []*source{
	{table: "message", prefix: "msg", mark: "cause_message", whats: []string{Reached}, cause: true,
		sum:   messagesSum + `m.message > $2 and m.message < $3` + groups,
		open:  `select message from message where tenant = $1 and message > $2 and message < $3 and state in ('queued', 'waiting', 'started')`,
		after: `select message from message where tenant = $1 and message > $2 order by message limit 1`,
		nth:   `select message from message where tenant = $1 and message > $2 order by message limit 1 offset $3`},
	{table: "event", prefix: "evt", mark: "cause_event", whats: []string{Stopped, MetaStop, NotMe, Complaint}, cause: true,
		sum:   `select ` + stopWord + `, ` + things + blamed + groups,
		after: `select event from event where tenant = $1 and event > $2 order by event limit 1`,
		nth:   `select event from event where tenant = $1 and event > $2 order by event limit 1 offset $3`},
	{table: "signal", prefix: "sig", mark: "cause_signal", whats: []string{Enough, Nowhere}, cause: true,
		sum: `select case when s.code = 131049 then 'enough' else 'nowhere' end, ` + things + ` from signal s
			left join message m on m.tenant = $1 and m.message = s.message
			left join event a on a.tenant = $1 and a.event = ` + act("m.contact", "m.topic", "m.created_at") + `
			where s.tenant = $1 and s.signal > $2 and s.signal < $3 and s.code in (131049, 131026)` + groups,
		after: `select signal from signal where tenant = $1 and signal > $2 order by signal limit 1`,
		nth:   `select signal from signal where tenant = $1 and signal > $2 order by signal limit 1 offset $3`},
	{table: "message", prefix: "msg", mark: "cause_followed", whats: []string{Followed, Arrived, Seen}, cause: true, lag: soon,
		sum: `select case when m.state = 'read' then 'seen' when m.state = 'delivered' then 'arrived' else 'followed' end, ` + things + `
			from message m left join event a on a.tenant = $1 and a.event = ` + act("m.contact", "m.topic", "m.created_at") + `
			where m.tenant = $1 and ` + ofUs + ` and m.message > $2 and m.message < $3` + groups,
		after: `select message from message where tenant = $1 and message > $2 order by message limit 1`,
		nth:   `select message from message where tenant = $1 and message > $2 order by message limit 1 offset $3`},
}

// blame is a group of what happened with everything it can be blamed on.
type blame struct {
	what                                     string
	number, topic, template, program, source string
	notice                                   string
	version                                  int64
	staff                                    string
	times                                    int64
}

func scanBlame(r *db.Rows, b *blame) error {
	return r.Scan(&b.what, &b.number, &b.topic, &b.template, &b.program, &b.source, &b.notice, &b.version, &b.staff, &b.times)
}

// causes counts the rows between two ids for each thing they can be blamed on.
func (s *source) causes(ctx context.Context, tx *db.Tx, tenant string, day int64, behind, before string) ([]Count, error) {
	rows, err := tx.Query(ctx, s.sum, tenant, behind, before)
	list, err := db.All(rows, err, scanBlame)
	return dated(spread(list), day), err
}

// spread counts a group once for each thing, and once for everything together.
func spread(list []blame) []Count {
	sum := map[Count]int64{}
	for _, b := range list {
		whats := []string{b.what}
		switch b.what {
		case Seen: // what was read has arrived, and both were followed
			whats = []string{Seen, Arrived, Followed}
		case Arrived:
			whats = []string{Arrived, Followed}
		}
		notice := ""
		if b.notice != "" {
			notice = fmt.Sprintf("%s/%d", b.notice, b.version)
		}
		for _, what := range whats {
			sum[Count{What: what}] += b.times
			for i, key := range []string{b.source, notice, b.topic, b.template, b.program, b.number, b.staff} {
				if key != "" {
					sum[Count{What: what, A: Kinds[i], B: key}] += b.times
				}
			}
		}
	}
	var out []Count
	for c, n := range sum {
		c.Times = n
		out = append(out, c)
	}
	return out
}

// ReadCauses gives the counts of the causes of these days, those of the last minute among them. zone is the tenant's.
func ReadCauses(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, days Days) (Figures, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return Figures{}, err
	}
	out := Figures{Stand: now}
	if out.Counts, err = keptCauses(ctx, tx, tenant, days); err != nil {
		return Figures{}, fmt.Errorf("read causes: %w", err)
	}
	return out, out.addTails(ctx, tx, tenant, zone, days, now, causeSeries[:3]) // what is followed has no young tail
}

// resolve counts messages that were still under way when those of their time were counted, now that they went.
func (r *Roller) resolve(ctx context.Context, tenant string, zone *time.Location) error {
	for ctx.Err() == nil {
		var gone []string
		if err := r.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			gone, err = settled(ctx, tx, tenant, chunk/10)
			return err
		}); err != nil || len(gone) == 0 {
			return err
		}
		if err := r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			mine, err := takeOpen(ctx, tx, tenant, gone) // another process may have been quicker
			if err != nil || len(mine) == 0 {
				return err
			}
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			list, err := reachedOf(ctx, tx, tenant, mine)
			if err != nil {
				return err
			}
			return add(ctx, tx, tenant, dated(spread(list), Day(time.UnixMicro(now), zone)))
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Blamed is one person who was annoyed, and when.
type Blamed struct {
	Contact, What string
	At            int64
	event         string
	blame
}

// mostBlamed is how many of the newest signals are looked through for one list, blamedStep how many at a time.
const (
	mostBlamed = 2000
	blamedStep = 250
)

// Annoyed are the people behind a figure, the newest first: whose opt-out, complaint or "not me" is blamed on one thing of a kind ("" = on
// whatever) since a moment.
func Annoyed(ctx context.Context, tx *db.Tx, tenant, kind, key string, from int64, limit int) ([]Blamed, error) {
	var out []Blamed
	behind, upto := before(causeSeries[1].first(time.UnixMicro(from))), "evt_~"
	for looked := 0; looked < mostBlamed && len(out) < limit; looked += blamedStep {
		some, err := annoyed(ctx, tx, tenant, behind, upto, blamedStep)
		if err != nil {
			return nil, fmt.Errorf("people annoyed: %w", err)
		}
		for _, b := range some {
			b.times = 1
			for _, c := range spread([]blame{b.blame}) {
				if c.A == kind && c.B == key && len(out) < limit {
					out = append(out, b)
					break
				}
			}
		}
		if len(some) < blamedStep {
			break
		}
		upto = some[len(some)-1].event
	}
	return out, nil
}
