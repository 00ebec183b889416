package gate

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"jawort/consent"
	"jawort/db"
)

// What a row of readStandings is about.
const (
	aboutTopic = iota
	aboutFrozen
	aboutSuppressed
	aboutWindow
	aboutPair
	aboutSlot
)

// readStandings reads all that stands for the persons, table by table in one statement: ten tables in one join cost PostgreSQL
// 4 ms of planning each time (measured, bench_test.go). The persons come as sorted rows, for which SQLite seeks one after the other;
// for a list it would first build a tree of its own.
func (l *loader) readStandings(ctx context.Context) error {
	persons := l.persons()
	if len(persons) == 0 {
		return nil
	}
	who := db.RowsOf(persons, func(c string) []any { return []any{c} })
	rows, err := l.tx.Query(ctx, `select 0, s.contact, s.topic, s.state, case when s.topic = '' then s.flags else s.proof end,
			s.since, s.own_since, coalesce(s.expires_at, 0), s.cap_month, s.rev, case when s.stop_all then 1 else 0 end
				+ case when s.stop_marketing then 2 else 0 end + case when s.platform_stop then 4 else 0 end
		from {rows $2: contact text} r {join standing s on s.tenant = $1 and s.contact = r.contact}
		where s.topic || '' in {list $3 text} -- beside each other in the key: to seek each would cost twice
		union all select 1, c.contact, '', '', '', c.frozen_at, 0, 0, 0, 0, 0
		from {rows $2: contact text} r {join contact c on c.tenant = $1 and c.contact = r.contact and c.frozen_at is not null}
		union all select 2, a.contact, '', x.scope, '', x.at, 0, 0, 0, 0, 0
		from {rows $2: contact text} r {join contact_address a on a.tenant = $1 and a.contact = r.contact and a.until is null}
			{join suppression x on x.tenant = $1 and x.fingerprint = a.fingerprint}
		union all select 3, w.contact, w.number, '', '', w.opened_at, w.until, w.human_at, w.answers, 0, 0
		from {rows $2: contact text} r {join service_window w on w.tenant = $1 and w.contact = r.contact}
		union all select 4, p.contact, p.number, '', '', p.owed_until, p.capped_until, 0, 0, 0, 0
		from {rows $2: contact text} r {join pair_pace p on p.tenant = $1 and p.contact = r.contact}
		union all select 5, h.contact, h.portfolio, '', '', h.until, 0, 0, 0, 0, 0
		from {rows $4: contact text, portfolio text} r {join headroom h on h.tenant = $1 and h.portfolio = r.portfolio and h.contact = r.contact}`,
		l.tenant, who, l.topicsAsked(), db.RowsN(l.pairs(persons, l.portfoliosOf)))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r standingRow
		if err := rows.Scan(&r.about, &r.contact, &r.key, &r.word, &r.text, &r.n[0], &r.n[1], &r.n[2], &r.n[3], &r.n[4],
			&r.stops); err != nil {
			return err
		}
		for _, i := range l.of[r.contact] {
			if err := l.take(i, &r); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

// standingRow is a row about one person: of which table, its second key, and its columns.
type standingRow struct {
	about                    int
	contact, key, word, text string
	n                        [5]int64
	stops                    int64 // 1 everything, 2 marketing, 4 Meta's own; added
}

// take puts a row into the facts of one ask, if it concerns it.
func (l *loader) take(i int, r *standingRow) error {
	f, n := &l.facts[i], l.lines[i]
	switch r.about {
	case aboutTopic:
		if r.key == "" {
			f.Rev = r.n[4]
			f.Person.StopAll, f.Person.StopMarketing, f.Person.PlatformStop = r.stops&1 != 0, r.stops&2 != 0, r.stops&4 != 0
			return f.flags(r.text)
		}
		if r.key == f.Topic.Code {
			f.Standing = Standing{State: consent.State(r.word), Since: r.n[0], OwnSince: r.n[1], ExpiresAt: r.n[2], Proof: r.text}
			l.more[i].promised = r.n[3]
		}
	case aboutFrozen:
		f.Identity.FrozenAt = max(f.Identity.FrozenAt, r.n[0])
	case aboutSuppressed:
		f.suppress(r.word, r.n[0])
	case aboutWindow:
		if r.key == l.asks[i].Number {
			f.Window = Window{OpenedAt: r.n[0], Until: r.n[1], HumanAt: r.n[2]}
			f.Answers.Sent = r.n[3]
		}
	case aboutPair:
		if r.key == l.asks[i].Number {
			f.PairOwed = r.n[0]
		}
		f.Caps.Meta = max(f.Caps.Meta, r.n[1]) // it counts whatever number is sent from
	case aboutSlot:
		f.Headroom.Held = f.Headroom.Held || r.key == n.portfolio && r.n[0] > l.now
	}
	return nil
}

// persons are the contacts of the asks, each once, in order; of remembers which asks are about whom.
func (l *loader) persons() []string {
	l.of = make(map[string][]int, len(l.facts))
	for i := range l.facts {
		if c := l.facts[i].Contact; c != "" {
			l.of[c] = append(l.of[c], i)
		}
	}
	return slices.Sorted(maps.Keys(l.of))
}

// pairs are the persons, each with every key its asks are about.
func (l *loader) pairs(persons []string, keys func(ask int) []string) (int, func(int) []any) {
	out := make([][2]string, 0, 2*len(persons))
	for _, who := range persons {
		from := len(out)
		for _, i := range l.of[who] {
			for _, k := range keys(i) {
				if p := [2]string{who, k}; !slices.Contains(out[from:], p) {
					out = append(out, p)
				}
			}
		}
	}
	return len(out), func(i int) []any { return []any{out[i][0], out[i][1]} }
}

// topicsAsked are the topics that the asks are about; "" is the whole person.
func (l *loader) topicsAsked() []string {
	out := []string{""}
	for i := range l.facts {
		if code := l.facts[i].Topic.Code; !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// portfoliosOf an ask: none where there is no limit.
func (l *loader) portfoliosOf(ask int) []string {
	if n := l.lines[ask]; n.known && n.limit >= 0 {
		return []string{n.portfolio}
	}
	return nil
}

// flags adds what consent wrote for the whole person as JSON.
func (f *Facts) flags(text string) error {
	if text == "{}" {
		return nil
	}
	var p struct {
		consent.PersonFlags
		NoAck bool `json:"no_ack"`
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return fmt.Errorf("flags of %s: %w", f.Contact, err)
	}
	f.Person.Restricted, f.Person.SuspectedBlock, f.Person.WrongAddress = p.Restricted, p.SuspectedBlock, p.WrongAddress
	f.Person.StoppedAt, f.Person.DeclinedAt = p.StoppedAt, p.DeclinedAt
	f.Identity.Erased = p.Erased
	f.Identity.FrozenAt = max(f.Identity.FrozenAt, p.FrozenAt)
	f.Ack.Unwanted = p.NoAck
	if p.Age != nil {
		f.Person.AgeKnown, f.Person.Age = true, *p.Age
	}
	return nil
}

// suppress adds an entry of the suppression list; a scope we do not know counts as everything.
func (f *Facts) suppress(scope string, at int64) {
	s := &f.SuppressedAll
	if scope == "marketing" {
		s = &f.SuppressedMarketing
	}
	s.On, s.At = true, max(s.At, at)
}
