package gate

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/quality"
)

// readLines reads number, portfolio, brake, program and template of every line.
func (l *loader) readLines(ctx context.Context) error {
	keys := l.keys()
	rows, err := l.tx.Query(ctx, `select r.number, r.program, r.template, r.language, t.zone, t.policy, t.held_since is not null,
			n.portfolio, coalesce(f.send_limit, 0), n.settings, n.mode, n.throughput, coalesce(b.state, 'open'), coalesce(b.until, 0),
			p.mode, p.topics, m.status, m.category, m.topic
		from {rows $2: number text, program text, template text, language text} r
		{join} tenant t on t.tenant = $1
		left join number n on n.tenant = $1 and n.number = r.number
		left join portfolio f on f.tenant = $1 and f.portfolio = n.portfolio
		left join brake b on b.tenant = $1 and b.number = r.number
		left join program p on p.tenant = $1 and p.program = r.program
		left join template m on m.tenant = $1 and m.waba = n.waba and m.name = r.template and m.language = r.language`,
		l.tenant, db.RowsOf(keys, func(k lineKey) []any { return []any{k.number, k.program, k.template, k.language} }))
	if err != nil {
		return err
	}
	defer rows.Close()
	byKey := make(map[lineKey]*line, len(keys))
	for rows.Next() {
		n := new(line)
		if err := l.scanLine(rows, n); err != nil {
			return err
		}
		byKey[n.lineKey] = n
	}
	for i := range l.asks {
		if l.lines[i] = byKey[l.asks[i].key()]; l.lines[i] == nil && rows.Err() == nil {
			return fmt.Errorf("no such tenant")
		}
	}
	return rows.Err()
}

func (l *loader) scanLine(rows *db.Rows, n *line) error {
	var policy string
	var portfolio, settings, mode, programMode, topics, status, category, assigned *string
	var throughput *int64
	var state string
	if err := rows.Scan(&n.number, &n.program, &n.lineKey.template, &n.language, &n.zone, &policy, &n.held,
		&portfolio, &n.limit, &settings, &mode, &throughput, &state, &n.brake.Until,
		&programMode, &topics, &status, &category, &assigned); err != nil {
		return err
	}
	n.brake.State = quality.Brake(state)
	if err := json.Unmarshal([]byte(policy), &l.policy); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	if portfolio != nil {
		n.known, n.portfolio, n.mode, n.throughput = true, *portfolio, Mode(*mode), *throughput
		if err := json.Unmarshal([]byte(*settings), &n.settings); err != nil {
			return fmt.Errorf("settings of number %s: %w", n.number, err)
		}
	}
	if programMode != nil {
		n.mode = n.mode.Stricter(Mode(*programMode))
		if err := json.Unmarshal([]byte(*topics), &n.defaults); err != nil {
			return fmt.Errorf("topics of program %s: %w", n.program, err)
		}
	} else {
		n.mode = account.Enforce // Jawort's own, or a program that is gone
	}
	if status != nil {
		n.template = Template{Known: true, Status: *status, Category: *category}
	}
	if assigned != nil {
		n.assigned = *assigned
	}
	return nil
}

// readTopics reads the tenant's topics, a handful.
func (l *loader) readTopics(ctx context.Context) error {
	rows, err := l.tx.Query(ctx, `select topic, class, class_default, retired_at is not null from topic where tenant = $1 order by topic`, l.tenant)
	if err != nil {
		return err
	}
	defer rows.Close()
	l.topics, l.byDflt = map[string]topicRow{}, map[consent.Class]string{}
	for rows.Next() {
		var code, class string
		var dflt, retired bool
		if err := rows.Scan(&code, &class, &dflt, &retired); err != nil {
			return err
		}
		t := topicRow{consent.Class(class), retired}
		l.topics[code] = t
		if dflt && !retired {
			l.byDflt[t.class] = code
		}
	}
	for i := range l.asks {
		l.settle(i)
	}
	return rows.Err()
}

// readPersons reads who is behind each address and what stands for them, one index lookup a table and person.
func (l *loader) readPersons(ctx context.Context) error {
	rows, err := l.tx.Query(ctx, `select r.ord, a.contact, a.portfolio, g.rev, c.frozen_at,
			s.state, s.since, s.own_since, s.expires_at, s.proof, s.cap_month,
			p.stop_all, p.stop_marketing, p.platform_stop, p.flags,
			w.opened_at, w.until, w.human_at, k.owed_until, h.until, x.scope, x.at
		from {rows $2: address text, fingerprint text, number text, portfolio text, topic text, ord} r
		left join contact_address a on a.tenant = $1 and a.address = r.address and a.until is null
		left join contact c on c.tenant = $1 and c.contact = a.contact
		left join contact_guard g on g.tenant = $1 and g.contact = a.contact
		left join standing s on s.tenant = $1 and s.contact = a.contact and s.topic = r.topic and r.topic <> ''
		left join standing p on p.tenant = $1 and p.contact = a.contact and p.topic = ''
		left join service_window w on w.tenant = $1 and w.contact = a.contact and w.number = r.number
		left join pair_pace k on k.tenant = $1 and k.contact = a.contact and k.number = r.number
		left join headroom h on h.tenant = $1 and h.portfolio = r.portfolio and h.contact = a.contact
		left join suppression x on x.tenant = $1 and x.fingerprint = r.fingerprint`,
		l.tenant, db.RowsN(len(l.asks), func(i int) []any {
			a := &l.asks[i]
			return []any{a.To, a.Fingerprint, a.Number, l.lines[i].portfolio, l.facts[i].Topic.Code}
		}))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := l.scanPerson(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l *loader) scanPerson(rows *db.Rows) error {
	var ord int
	var contact, portfolio, state, proof, flags, scope *string
	var rev, frozen, since, ownSince, expires, promised, opened, until, human, owed, slot, suppressedAt *int64
	var stopAll, stopMarketing, platformStop *bool
	if err := rows.Scan(&ord, &contact, &portfolio, &rev, &frozen, &state, &since, &ownSince, &expires, &proof, &promised,
		&stopAll, &stopMarketing, &platformStop, &flags, &opened, &until, &human, &owed, &slot, &scope, &suppressedAt); err != nil {
		return err
	}
	f, m := &l.facts[ord], &l.more[ord]
	if scope != nil {
		f.suppress(*scope, *suppressedAt)
	}
	if contact == nil {
		return nil
	}
	f.Contact, f.Rev = *contact, at(rev)
	f.Identity.FrozenAt = at(frozen)
	f.Identity.Foreign = f.Identity.UserID && *portfolio != "" && *portfolio != l.lines[ord].portfolio
	if state != nil {
		f.Standing = Standing{State: consent.State(*state), Since: *since, OwnSince: *ownSince, ExpiresAt: at(expires), Proof: *proof}
		m.promised = *promised
	}
	if until != nil {
		f.Window = Window{OpenedAt: *opened, Until: *until, HumanAt: *human}
	}
	f.PairOwed = at(owed)
	f.Headroom.Held = at(slot) > l.now
	if stopAll == nil {
		return nil
	}
	f.Person = Person{StopAll: *stopAll, StopMarketing: *stopMarketing, PlatformStop: *platformStop}
	return f.flags(*flags)
}

func at(t *int64) int64 {
	if t == nil {
		return 0
	}
	return *t
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
