package manager

import (
	"cmp"
	"context"
	"errors"
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

// crowd looks at so many people in falling order, from behind one ("" = from the newest), and names those who may be meant. at is the
// last one looked at, "" when there is nobody behind.
type crowd func(ctx context.Context, tx *db.Tx, before string, limit int) (ids []string, at string, err error)

// allOf is what a crowd says that looked only at those it names.
func allOf(ids []string, limit int) ([]string, string) {
	if len(ids) < limit {
		return ids, ""
	}
	return ids, ids[len(ids)-1]
}

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

// crowd picks where to begin: what is rarest comes first. only says that nothing is left to sift by.
func (s *peopleSearch) crowd() (c crowd, only bool) {
	rest := len(s.by)
	if s.by[onJoined] != "" {
		rest-- // the keys hold it
	}
	switch {
	case s.by[onDoubt] != "":
		return s.keys("from contact k where k.tenant = $1 and k.frozen_at is not null"), rest == 1
	case s.by[onLapse] != "":
		return s.lapsing, false
	case s.by[onStop] != "" && s.by[onStop] != "list":
		flag := map[string]string{"all": "stop_all", "marketing": "stop_marketing", "platform": "platform_stop"}[s.by[onStop]]
		return s.keys("from standing k where k.tenant = $1 and k.topic = '' and (k.stop_all or k.stop_marketing or k.platform_stop) and k." + flag), rest == 1
	case s.by[onSource] != "":
		return s.keys("from standing k where k.tenant = $1 and k.source <> '' and k.source = $5", s.by[onSource]), rest == 1
	case s.by[onTopic] != "" || s.by[onState] != "":
		return s.standing, rest == 1 || rest == 2 && s.by[onTopic] != "" && s.by[onState] != ""
	case s.by[onLanguage] != "":
		return s.keys("from contact k where k.tenant = $1 and k.language <> '' and k.language = $5", s.by[onLanguage]), rest == 1
	case s.by[onStop] == "list":
		return s.listed, false
	}
	return s.keys("from contact k where k.tenant = $1"), rest == 0
}

// keys reads a crowd from one index that ends in the contact. Somebody with several topics may come several times in a row.
func (s *peopleSearch) keys(from string, args ...any) crowd {
	return func(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
		all := append([]any{s.tenant, cmp.Or(before, behindAll), s.since, limit}, args...)
		rows, err := tx.Query(ctx, "select k.contact "+from+" and k.contact < $2 and k.contact >= $3 order by k.contact desc limit $4", all...)
		ids, err := db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
		ids, at := allOf(ids, limit)
		return ids, at, err
	}
}

const behindAll = "con_~" // every id of a person

// listed goes through everybody's addresses by one stretch of an index that holds their fingerprints: asking for person after person
// whether they are on the suppression list took ten times as long.
func (s *peopleSearch) listed(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
	before = cmp.Or(before, behindAll)
	var at string
	err := tx.Row(ctx, `select contact from contact where tenant = $1 and contact < $2 and contact >= $3 order by contact desc limit 1 offset $4`,
		s.tenant, before, s.since, limit-1).Scan(&at)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return nil, "", err
	}
	rows, err := tx.Query(ctx, `select a.contact from contact_address a join suppression x on x.tenant = a.tenant and x.fingerprint = a.fingerprint
		where a.tenant = $1 and a.contact < $2 and a.contact >= $3 and a.until is null`, s.tenant, before, cmp.Or(at, s.since))
	ids, err := db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
	return falling(ids, len(ids)), at, err
}

// standing merges the people of each topic and state that is meant: each is one stretch of an index.
func (s *peopleSearch) standing(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
	topics, states := s.topics, []string{s.by[onState]}
	if s.by[onTopic] != "" {
		topics = []string{s.by[onTopic]}
	}
	if s.by[onState] == "" {
		states = states[:0]
		for _, one := range askedStates() {
			states = append(states, string(one))
		}
	}
	var all []string
	for _, t := range topics {
		for _, state := range states {
			some, _, err := s.keys("from standing k where k.tenant = $1 and k.topic = $5 and k.state = $6", t, state)(ctx, tx, before, limit)
			if err != nil {
				return nil, "", err
			}
			all = append(all, some...)
		}
	}
	ids, at := allOf(falling(all, limit), limit)
	return ids, at, nil
}

// lapsing reads those whose consent ends soon by its time. Are they more than a list would count, everybody is sifted instead: then
// a page is full soon anyway.
func (s *peopleSearch) lapsing(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
	from, to := s.now.UnixMicro(), s.now.Add(s.by.days(onLapse)).UnixMicro()
	rows, err := tx.Query(ctx, `select contact from standing
		where tenant = $1 and expires_at is not null and expires_at >= $2 and expires_at < $3 limit $4`, s.tenant, from, to, mostCount+1)
	all, err := db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
	if err != nil || len(all) <= mostCount {
		all = slices.DeleteFunc(all, func(id string) bool { return before != "" && id >= before || id < s.since })
		ids, at := allOf(falling(all, limit), limit)
		return ids, at, err
	}
	return s.keys("from contact k where k.tenant = $1")(ctx, tx, before, limit)
}

// falling sorts, without repetitions, and keeps the first.
func falling(ids []string, limit int) []string {
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(b, a) })
	ids = slices.Compact(ids)
	return ids[:min(limit, len(ids))]
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

// spoken are the languages of people, by skipping from one to the next in an index.
func spoken(ctx context.Context, tx *db.Tx, tenant string) ([]string, error) {
	rows, err := tx.Query(ctx, `
		with recursive l (x) as (
			select min(language) from contact where tenant = $1 and language <> ''
			union all
			select (select min(c.language) from contact c where c.tenant = $1 and c.language <> '' and c.language > l.x) from l where l.x is not null)
		select x from l where x is not null limit 60`, tenant)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}

// sourceNames and numberNames are choices in words that the business gave.
func sourceNames(ctx context.Context, tx *db.Tx, tenant string) ([]option, error) {
	rows, err := tx.Query(ctx, `select source, name from source where tenant = $1 order by name, source`, tenant)
	return db.All(rows, err, func(r *db.Rows, o *option) error { return r.Scan(&o.Value, &o.Label) })
}

func numberNames(ctx context.Context, tx *db.Tx, tenant string) ([]option, error) {
	rows, err := tx.Query(ctx, `select number, name from number where tenant = $1 order by name, number`, tenant)
	return db.All(rows, err, func(r *db.Rows, o *option) error { return r.Scan(&o.Value, &o.Label) })
}

// liveSources are the sources that take opt-ins, with the version of their wording.
func (v *visit) liveSources(ctx context.Context, tx *db.Tx) ([]option, error) {
	rows, err := tx.Query(ctx, `select source, name, kind, notice_version from source where tenant = $1 and state = 'live' order by kind <> 'paper', name, source`, v.tenant.ID)
	return db.All(rows, err, func(r *db.Rows, o *option) error {
		var name, kind string
		var version int64
		err := r.Scan(&o.Value, &name, &kind, &version)
		o.Label = name + " (" + v.either("manager.channel", kind) + ", " + v.say("manager.proof.version", map[string]any{"Number": version}) + ")"
		return err
	})
}
