package manager

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jawort/db"
)

// personRow is one line of the list of people.
type personRow struct {
	Contact, Name, Language, Address string
	CreatedAt                        int64
	Frozen                           bool
	Chips                            []chip
}

// chip is a person's standing with one topic.
type chip struct{ Topic, State string }

// The list is read in two steps, so that it stays quick whatever is asked for: a crowd names people in falling order by an index made
// for it, and what else is asked for sifts them, key by key. A page looks at mostSifted people and then offers to go on, so that a rare
// combination costs the reader a click and never the database a scan.
const (
	mostSifted = 8_000
	mostCount  = 10_000 // beyond it a list says "more than"
)

// peopleSearch is a list being read.
type peopleSearch struct {
	tenant string
	by     narrowed
	now    time.Time
	topics []string // every topic of the business
	since  string   // the smallest id that counts; "" = any
}

func newSearch(tenant string, by narrowed, topics []topicName, now time.Time) *peopleSearch {
	s := &peopleSearch{tenant: tenant, by: by, now: now}
	for _, t := range topics {
		s.topics = append(s.topics, t.Code)
	}
	if by[onJoined] != "" {
		s.since = since("con", now.Add(-by.days(onJoined)).UnixMicro())
	}
	return s
}

// sift reads those of the ids who are all that is asked for, in falling order.
func (s *peopleSearch) sift(ctx context.Context, tx *db.Tx, ids []string) ([]personRow, error) {
	c := conditions{args: []any{s.tenant, ids}, text: `
		select c.contact, c.name, c.language, c.created_at, c.frozen_at is not null from contact c
		where c.tenant = $1 and c.contact in {list $2 text} and c.merged_into is null`}
	c.and(" and c.language = ?", s.by[onLanguage])
	if s.by[onDoubt] != "" {
		c.text += " and c.frozen_at is not null"
	}
	if s.by[onTopic] != "" || s.by[onState] != "" || s.by[onSource] != "" || s.by[onLapse] != "" {
		c.text += " and exists (select 1 from standing s where s.tenant = c.tenant and s.contact = c.contact and s.topic <> ''"
		c.and(" and s.topic = ?", s.by[onTopic])
		c.and(" and s.state = ?", s.by[onState])
		c.and(" and s.source = ?", s.by[onSource])
		if s.by[onLapse] != "" {
			c.always(" and s.state = 'granted' and s.expires_at >= ?", s.now.UnixMicro())
			c.always(" and s.expires_at < ?", s.now.Add(s.by.days(onLapse)).UnixMicro())
		}
		c.text += ")"
	}
	s.siftStops(&c)
	s.siftWindows(&c)
	c.text += " order by c.contact desc"
	rows, err := tx.Query(ctx, c.text, c.args...)
	return db.All(rows, err, func(r *db.Rows, p *personRow) error {
		return r.Scan(&p.Contact, &p.Name, &p.Language, &p.CreatedAt, &p.Frozen)
	})
}

func (s *peopleSearch) siftStops(c *conditions) {
	switch s.by[onStop] {
	case "all", "marketing", "platform":
		flag := map[string]string{"all": "stop_all", "marketing": "stop_marketing", "platform": "platform_stop"}[s.by[onStop]]
		c.text += " and exists (select 1 from standing w where w.tenant = c.tenant and w.contact = c.contact and w.topic = '' and w." + flag + ")"
	case "list":
		c.text += ` and exists (select 1 from contact_address a join suppression x on x.tenant = a.tenant and x.fingerprint = a.fingerprint
			where a.tenant = c.tenant and a.contact = c.contact and a.until is null)`
	}
}

// siftWindows asks by the conversations that a person opened: with which number, and when last.
func (s *peopleSearch) siftWindows(c *conditions) {
	const window = " exists (select 1 from service_window v where v.tenant = c.tenant and v.contact = c.contact"
	if s.by[onNumber] != "" {
		c.always(" and"+window+" and v.number = ?)", s.by[onNumber])
	}
	switch d := s.by.days(onSeen); {
	case d > 0:
		c.always(" and"+window+" and v.opened_at >= ?)", s.now.Add(-d).UnixMicro())
	case d < 0:
		c.always(" and not"+window+" and v.opened_at >= ?)", s.now.Add(d).UnixMicro())
	}
}

// walk hands over people in falling order, batch by batch, until f has enough, the crowd ends, or so many were looked at (0 = all of
// them). Each batch is a transaction of its own by read. at is the last id looked at, "" when the crowd is at its end.
func (s *peopleSearch) walk(read func(func(ctx context.Context, tx *db.Tx) error) error, before string, batch, most int, f func([]personRow) (enough bool, err error)) (at string, err error) {
	from, _ := s.crowd()
	at = before
	for looked := 0; most == 0 || looked < most; {
		var rows []personRow
		var next string
		if err := read(func(ctx context.Context, tx *db.Tx) (err error) {
			var ids []string
			if ids, next, err = from(ctx, tx, at, batch); err != nil || len(ids) == 0 {
				return err
			}
			if rows, err = s.sift(ctx, tx, slices.Compact(slices.Clone(ids))); err != nil {
				return err
			}
			return fillPeople(ctx, tx, s.tenant, rows)
		}); err != nil {
			return "", fmt.Errorf("walk people: %w", err)
		}
		enough, err := f(rows)
		if err != nil {
			return "", err
		}
		if at = next; at == "" || enough {
			return at, nil
		}
		looked += batch
		batch = min(batch*4, 2000)
	}
	return at, nil
}

// count is how many people the list holds, up to mostCount + 1; -1 when that cannot be had cheaply.
func (s *peopleSearch) count(ctx context.Context, tx *db.Tx) (int, error) {
	from, only := s.crowd()
	if !only || s.by[onState] != "" && s.by[onTopic] == "" || s.by[onTopic] != "" && s.by[onState] == "" {
		return -1, nil
	}
	ids, _, err := from(ctx, tx, "", mostCount+1)
	return len(slices.Compact(ids)), err
}

// fillPeople adds standing and the address of now to a page of people.
func fillPeople(ctx context.Context, tx *db.Tx, tenant string, people []personRow) error {
	at := map[string]*personRow{}
	ids := make([]string, len(people))
	for i := range people {
		ids[i], at[people[i].Contact] = people[i].Contact, &people[i]
	}
	type pair struct{ contact, a, b string }
	scan := func(r *db.Rows, p *pair) error { return r.Scan(&p.contact, &p.a, &p.b) }
	rows, err := tx.Query(ctx, `
		select contact, topic, state from standing where tenant = $1 and contact in {list $2 text} and topic <> ''
		order by contact, topic`, tenant, ids)
	chips, err := db.All(rows, err, scan)
	if err != nil {
		return fmt.Errorf("standing of people: %w", err)
	}
	for _, c := range chips {
		at[c.contact].Chips = append(at[c.contact].Chips, chip{c.a, c.b})
	}
	rows, err = tx.Query(ctx, `
		select contact, address, proof from contact_address where tenant = $1 and contact in {list $2 text} and until is null
		order by contact, address`, tenant, ids)
	addresses, err := db.All(rows, err, scan)
	if err != nil {
		return fmt.Errorf("addresses of people: %w", err)
	}
	for _, a := range addresses { // tel:… sorts before wa:…, so a phone wins
		if p := at[a.contact]; p.Address == "" {
			p.Address = a.a
		}
	}
	return nil
}
