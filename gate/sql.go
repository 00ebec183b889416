package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"jawort/consent"
	"jawort/db"
)

// readHouse reads what the tenant has set up and the asks name: number, portfolio, brake, program, template, topics. One keyed
// read a table, put together here: a join of them costs PostgreSQL more to plan than to run (measured).
func (l *loader) readHouse(ctx context.Context) error {
	numbers, programs, templates, languages := l.named()
	rows, err := l.tx.Query(ctx, `select 'tenant', zone, policy, '', '', '', '', held_since, lists from tenant where tenant = $1
		union all select 'number', number, waba, portfolio, settings, mode, '', 0, 0 from number where tenant = $1 and number in {list $2 text}
		union all select 'portfolio', portfolio, '', '', '', '', '', send_limit, 0 from portfolio where tenant = $1
		union all select 'brake', number, state, case when answers then 'answers' else '' end, '', '', '', case when state = 'slow' then pace else until end, slow_at
			from brake where tenant = $1 and number in {list $2 text} and template = ''
		union all select 'template brake', waba, template, language, state, '', '', case when state = 'slow' then pace else until end, slow_at
			from brake where tenant = $1 and number = '' and template in {list $4 text} and language in {list $5 text}
		union all select 'program', program, mode, topics, '', '', '', revoked_at, case when human_answers then 1 else 0 end from program where tenant = $1 and program in {list $3 text}
		union all select 'template', waba, name, language, status, category, topic, 0, 0 from template
			where tenant = $1 and name in {list $4 text} and language in {list $5 text}
		union all select 'topic', topic, class, '', '', '', '', retired_at, case when class_default then 1 else 0 end from topic where tenant = $1`,
		l.tenant, numbers, programs, templates, languages)
	if err != nil {
		return err
	}
	defer rows.Close()
	h := house{portfolios: map[string]int64{}, numbers: map[string]*line{}, brakes: map[string]slowed{}, templateBrakes: map[[3]string]slowed{}, programs: map[string]program{},
		templates: map[[3]string]assigned{}}
	l.topics, l.defaults = map[string]topicRow{}, map[consent.Class]string{}
	for rows.Next() {
		var r houseRow
		if err := rows.Scan(&r.kind, &r.a, &r.b, &r.c, &r.d, &r.e, &r.f, &r.n, &r.m); err != nil {
			return err
		}
		if err := l.enter(&h, &r); err != nil {
			return fmt.Errorf("%s: %w", r.kind, err)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if !h.found {
		return errors.New("no such tenant")
	}
	return l.furnish(&h)
}

// houseRow is a row of readHouse; the columns mean what its kind's branch says.
type houseRow struct {
	kind, a, b, c, d, e string
	f                   *string
	n                   *int64
	m                   int64
}

// enter puts a row where it belongs.
func (l *loader) enter(h *house, r *houseRow) error {
	switch r.kind {
	case "tenant":
		h.found, h.zone, h.held, l.lists = true, r.a, r.n != nil, r.m > 0
		return json.Unmarshal([]byte(r.b), &l.policy)
	case "number":
		n := &line{known: true, portfolio: r.c, waba: r.b, mode: Mode(r.e)}
		h.numbers[r.a] = n
		return json.Unmarshal([]byte(r.d), &n.settings)
	case "portfolio":
		h.portfolios[r.a] = at(r.n)
	case "brake":
		h.brakes[r.a] = braking(r.b, at(r.n), r.m, r.c != "")
	case "template brake":
		h.templateBrakes[[3]string{r.a, r.b, r.c}] = braking(r.d, at(r.n), r.m, false)
	case "program":
		p := program{mode: Mode(r.b), typed: r.m == 1}
		if r.n != nil {
			return nil // revoked
		}
		err := json.Unmarshal([]byte(r.c), &p.topics)
		h.programs[r.a] = p
		return err
	case "template":
		t := assigned{Template: Template{Known: true, Status: r.d, Category: r.e}}
		if r.f != nil {
			t.topic = *r.f
		}
		h.templates[[3]string{r.a, r.b, r.c}] = t
	case "topic":
		t := topicRow{consent.Class(r.b), r.n != nil}
		l.topics[r.a] = t
		if r.m == 1 && !t.retired {
			l.defaults[t.class] = r.a
		}
	}
	return nil
}

// readPersons reads who is behind each address.
func (l *loader) readPersons(ctx context.Context) error {
	type holder struct{ address, contact, portfolio string }
	rows, err := l.tx.Query(ctx, `select a.address, a.contact, a.portfolio
		from {rows $2: address text} r {join contact_address a on a.tenant = $1 and a.address = r.address}
		where coalesce(a.until, 0) = 0 -- by the primary key: the index of those that hold now would lead to it only`,
		l.tenant, l.each(func(a *Ask) string { return a.To }))
	list, err := db.All(rows, err, func(r *db.Rows, h *holder) error { return r.Scan(&h.address, &h.contact, &h.portfolio) })
	if err != nil {
		return err
	}
	holders := make(map[string]*holder, len(list))
	for i := range list {
		holders[list[i].address] = &list[i]
	}
	for i := range l.facts {
		if h := holders[l.asks[i].To]; h != nil {
			f := &l.facts[i]
			f.Contact = h.contact
			f.Identity.Foreign = f.Identity.UserID && h.portfolio != "" && h.portfolio != l.lines[i].portfolio
		}
	}
	return l.readStrangers(ctx)
}

// readStrangers reads the suppression of addresses that are nobody's we know; readStandings does it for all addresses of a person.
func (l *loader) readStrangers(ctx context.Context) error {
	strangers := map[string][]int{} // asks, by fingerprint
	for i := range l.asks {
		if l.facts[i].Contact == "" {
			strangers[l.asks[i].Fingerprint] = append(strangers[l.asks[i].Fingerprint], i)
		}
	}
	if len(strangers) == 0 {
		return nil
	}
	type suppression struct {
		fingerprint, scope string
		at                 int64
	}
	rows, err := l.tx.Query(ctx, `select x.fingerprint, x.scope, x.at from {rows $2: fingerprint text} r
		{join suppression x on x.tenant = $1 and x.fingerprint = r.fingerprint}`, l.tenant, sortedRows(slices.Collect(maps.Keys(strangers))))
	list, err := db.All(rows, err, func(r *db.Rows, s *suppression) error { return r.Scan(&s.fingerprint, &s.scope, &s.at) })
	for _, s := range list {
		for _, i := range strangers[s.fingerprint] {
			l.facts[i].suppress(s.scope, s.at)
		}
	}
	return err
}

// each is one value of every ask, each once and sorted: neighbours in an index lie on the same page.
func (l *loader) each(value func(*Ask) string) db.RowSet {
	all := make([]string, len(l.asks))
	for i := range l.asks {
		all[i] = value(&l.asks[i])
	}
	return sortedRows(all)
}

func sortedRows(all []string) db.RowSet {
	slices.Sort(all)
	return db.RowsOf(slices.Compact(all), func(s string) []any { return []any{s} })
}
