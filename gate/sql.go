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
