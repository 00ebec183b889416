package gate

import (
	"context"

	"jawort/consent"
	"jawort/db"
)

// readMoved finds messages whose address has gone to somebody else since they were put. A merge is not somebody else.
func (l *loader) readMoved(ctx context.Context) error {
	var gone []string
	for i := range l.asks {
		if e := l.asks[i].Expected; e != "" && e != l.facts[i].Contact {
			gone = append(gone, e)
			l.facts[i].Identity.Moved = true
		}
	}
	if len(gone) == 0 {
		return nil
	}
	type merge struct{ from, into string }
	rows, err := l.tx.Query(ctx, `select contact, merged_into from contact where tenant = $1 and contact in {list $2 text}
		and merged_into is not null`, l.tenant, gone)
	merges, err := db.All(rows, err, func(r *db.Rows, m *merge) error { return r.Scan(&m.from, &m.into) })
	into := make(map[string]string, len(merges))
	for _, m := range merges {
		into[m.from] = m.into
	}
	for i := range l.asks {
		if e := l.asks[i].Expected; l.facts[i].Identity.Moved && into[e] != "" && into[e] == l.facts[i].Contact {
			l.facts[i].Identity.Moved = false
		}
	}
	return err
}

// month is the span of the promises and monthly caps: 30 days, counted in whole UTC days as sent_count is.
const month = 30

type sent struct {
	contact, number, topic string
	day, n                 int64
}

// readCounts reads how often the persons heard from us, but only where a cap or a lapse asks for it.
func (l *loader) readCounts(ctx context.Context) error {
	since, persons := l.countSpan()
	if len(persons) == 0 {
		return nil
	}
	rows, err := l.tx.Query(ctx, `select s.contact, s.number, s.topic, s.day, s.sent from {rows $2: contact text} r
		{join sent_count s on s.tenant = $1 and s.contact = r.contact}
		where s.day >= $3 and s.sent > 0 order by s.contact, s.day`,
		l.tenant, db.RowsOf(persons, func(c string) []any { return []any{c} }), since)
	list, err := db.All(rows, err, func(r *db.Rows, s *sent) error { return r.Scan(&s.contact, &s.number, &s.topic, &s.day, &s.n) })
	if err != nil {
		return err
	}
	by := make(map[string][]sent, len(persons))
	for _, s := range list {
		by[s.contact] = append(by[s.contact], s)
	}
	for i := range l.facts {
		l.cap(i, by[l.facts[i].Contact])
	}
	return nil
}

// countSpan is from which day and for whom sends must be counted.
func (l *loader) countSpan() (since int64, persons []string) {
	since = l.now/day - month + 1
	for i := range l.facts {
		f, s := &l.facts[i], l.lines[i].settings
		if f.Contact == "" {
			continue
		}
		old := f.Topic.Class == consent.Marketing && f.Standing.State == consent.StateGranted && f.lapses(l.now)
		if old {
			since = 0
		}
		if old || s.CapDay > 0 || s.CapMonth > 0 || l.more[i].promised > 0 {
			persons = append(persons, f.Contact)
		}
	}
	return since, persons
}

// lapses says that the grant would have lapsed if it was never used.
func (f *Facts) lapses(now int64) bool {
	s, after := &f.Standing, f.Rules.LapseAfter
	return s.ExpiresAt != 0 && s.ExpiresAt <= now || after > 0 && s.Since+after <= now
}

// cap fills the caps of one ask from the person's sends, oldest first.
func (l *loader) cap(i int, list []sent) {
	f, s := &l.facts[i], l.lines[i].settings
	today := l.now / day
	var promised, number []sent
	for _, c := range list {
		if c.topic == f.Topic.Code {
			f.Standing.LastUsed = max(f.Standing.LastUsed, min(l.now, (c.day+1)*day-1))
		}
		if c.day <= today-month {
			continue
		}
		if c.topic == f.Topic.Code {
			promised = append(promised, c)
		}
		if c.number == l.asks[i].Number && l.topics[c.topic].class == consent.Marketing {
			number = append(number, c)
		}
	}
	f.Caps.Promised = capOf(promised, l.more[i].promised, today, month)
	f.Caps.Day = capOf(number, s.CapDay, today, 1)
	f.Caps.Month = capOf(number, s.CapMonth, today, month)
}

// capOf counts the last days and finds the day on which enough of them have fallen out.
func capOf(list []sent, most, today, days int64) Cap {
	c := Cap{Max: most}
	if most <= 0 {
		return Cap{}
	}
	for _, s := range list {
		if s.day > today-days {
			c.Sent += s.n
		}
	}
	left := c.Sent
	for _, s := range list {
		if left < most {
			break
		}
		if s.day > today-days {
			left -= s.n
			c.FreeAt = (s.day + days) * day
		}
	}
	return c
}

// readPurposes reads what only Jawort's own questions and confirmations need.
func (l *loader) readPurposes(ctx context.Context) error {
	for i := range l.asks {
		var err error
		switch l.asks[i].Purpose {
		case ConfirmRequest:
			err = l.readAsked(ctx, i)
		case StopAck, NotMeAck:
			err = l.readAck(ctx, i, StopAck, NotMeAck)
		case OptinAck:
			err = l.readAck(ctx, i, OptinAck, OptinAck)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// notOwn leaves out the question that is being judged itself: it was noted when it was put.
const notOwn = ` and not exists (select 1 from request q where q.tenant = $1 and q.question = $2 and q.question <> '' and q.asked_at = a.at)`

// readAsked: by fingerprint, so that it is remembered after an erasure as well.
func (l *loader) readAsked(ctx context.Context, i int) error {
	f, n := &l.facts[i], l.lines[i]
	var last, first *int64
	err := l.tx.Row(ctx, `select max(a.at), count(*) from asked a where a.tenant = $1 and a.fingerprint = $3 and a.at > $4`+notOwn,
		l.tenant, l.asks[i].ID, l.asks[i].Fingerprint, l.now-90*day).Scan(&last, &f.Asked.In90)
	f.Asked.LastAt = at(last)
	if err != nil || n.limit < 0 {
		return err
	}
	var today int64
	err = l.tx.Row(ctx, `select count(*), min(a.at) from source s {join asked a on a.tenant = $1 and a.source = s.source and a.at > $3}
		where s.tenant = $1`+notOwn, l.tenant, l.asks[i].ID, l.now-day).Scan(&today, &first)
	if share := max(1, n.limit*int64(l.policy.PublicPercent())/100); today >= share {
		f.Asked.DoorsAt = at(first) + day
	}
	return err
}

// readAck reads when a confirmation of the kind left last.
func (l *loader) readAck(ctx context.Context, i int, one, other Purpose) error {
	f := &l.facts[i]
	if f.Contact == "" {
		return nil
	}
	var last, stop *int64
	err := l.tx.Row(ctx, `select max(started_at) from message where tenant = $1 and contact = $2 and message <> $3
		and purpose in ($4, $5) and started_at > 0`, l.tenant, f.Contact, l.asks[i].ID, string(one), string(other)).Scan(&last)
	if err != nil {
		return err
	}
	err = l.tx.Row(ctx, `select max(since) from platform_stop where tenant = $1 and contact = $2 and lifted_at is null`,
		l.tenant, f.Contact).Scan(&stop)
	f.Ack.LastAt, f.Ack.ByPlatform = at(last), at(stop) > f.Person.StoppedAt
	return err
}

func at(t *int64) int64 {
	if t == nil {
		return 0
	}
	return *t
}
