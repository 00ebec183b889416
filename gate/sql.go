package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"jawort/consent"
	"jawort/quality"
)

// readHouse reads what the tenant has set up and the asks name: number, portfolio, brake, program, template, topics. One keyed
// read a table, put together here: a join of them costs PostgreSQL more to plan than to run (measured).
func (l *loader) readHouse(ctx context.Context) error {
	numbers, programs, templates, languages := l.named()
	rows, err := l.tx.Query(ctx, `select 'tenant', zone, policy, '', '', '', '', held_since, 0 from tenant where tenant = $1
		union all select 'number', number, waba, portfolio, settings, mode, '', 0, 0 from number where tenant = $1 and number in {list $2 text}
		union all select 'portfolio', portfolio, '', '', '', '', '', send_limit, 0 from portfolio where tenant = $1
		union all select 'brake', number, state, '', '', '', '', until, 0 from brake where tenant = $1 and number in {list $2 text}
		union all select 'program', program, mode, topics, '', '', '', revoked_at, 0 from program where tenant = $1 and program in {list $3 text}
		union all select 'template', waba, name, language, status, category, topic, 0, 0 from template
			where tenant = $1 and name in {list $4 text} and language in {list $5 text}
		union all select 'topic', topic, class, '', '', '', '', retired_at, case when class_default then 1 else 0 end from topic where tenant = $1`,
		l.tenant, numbers, programs, templates, languages)
	if err != nil {
		return err
	}
	defer rows.Close()
	h := house{portfolios: map[string]int64{}, numbers: map[string]*line{}, brakes: map[string]Brake{}, programs: map[string]program{},
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
		h.found, h.zone, h.held = true, r.a, r.n != nil
		return json.Unmarshal([]byte(r.b), &l.policy)
	case "number":
		n := &line{known: true, portfolio: r.c, waba: r.b, mode: Mode(r.e)}
		h.numbers[r.a] = n
		return json.Unmarshal([]byte(r.d), &n.settings)
	case "portfolio":
		h.portfolios[r.a] = at(r.n)
	case "brake":
		h.brakes[r.a] = Brake{State: quality.Brake(r.b), Until: at(r.n)}
	case "program":
		p := program{mode: Mode(r.b)}
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

// readPersons reads who is behind each address, and the suppression of the address itself.
func (l *loader) readPersons(ctx context.Context) error {
	addresses, fingerprints := make([]string, len(l.asks)), make([]string, len(l.asks))
	for i := range l.asks {
		addresses[i], fingerprints[i] = l.asks[i].To, l.asks[i].Fingerprint
	}
	rows, err := l.tx.Query(ctx, `select false, address, contact, portfolio, 0 from contact_address
			where tenant = $1 and address in {list $2 text} and until is null
		union all select true, fingerprint, scope, '', at from suppression where tenant = $1 and fingerprint in {list $3 text}`,
		l.tenant, addresses, fingerprints)
	if err != nil {
		return err
	}
	defer rows.Close()
	holders, suppressed := make(map[string][2]string, len(l.asks)), map[string]suppressedRow{}
	for rows.Next() {
		var suppression bool
		var key, a, b string
		var since int64
		if err := rows.Scan(&suppression, &key, &a, &b, &since); err != nil {
			return err
		}
		if suppression {
			suppressed[key] = suppressedRow{a, since}
		} else {
			holders[key] = [2]string{a, b}
		}
	}
	for i := range l.facts {
		f := &l.facts[i]
		if s, ok := suppressed[fingerprints[i]]; ok {
			f.suppress(s.scope, s.at)
		}
		if h, ok := holders[addresses[i]]; ok {
			f.Contact = h[0]
			f.Identity.Foreign = f.Identity.UserID && h[1] != "" && h[1] != l.lines[i].portfolio
		}
	}
	return rows.Err()
}

type suppressedRow struct {
	scope string
	at    int64
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
// 4 ms of planning each time, and SQLite twice the seeks that sorted keys cost (measured, bench_test.go).
func (l *loader) readStandings(ctx context.Context) error {
	persons := l.persons()
	if len(persons) == 0 {
		return nil
	}
	topics, portfolios := l.scope()
	rows, err := l.tx.Query(ctx, `select 0, contact, topic, state, case when topic = '' then flags else proof end,
			since, own_since, coalesce(expires_at, 0), cap_month, rev, stop_all, stop_marketing, platform_stop
		from standing where tenant = $1 and contact in {list $2 text} and topic in {list $3 text}
		union all select 1, contact, '', '', '', frozen_at, 0, 0, 0, 0, false, false, false
		from contact where tenant = $1 and contact in {list $2 text} and frozen_at is not null
		union all select 2, a.contact, '', x.scope, '', x.at, 0, 0, 0, 0, false, false, false
		from contact_address a join suppression x on x.tenant = $1 and x.fingerprint = a.fingerprint
		where a.tenant = $1 and a.contact in {list $2 text} and a.until is null
		union all select 3, contact, number, '', '', opened_at, until, human_at, 0, 0, false, false, false
		from service_window where tenant = $1 and contact in {list $2 text}
		union all select 4, contact, number, '', '', owed_until, 0, 0, 0, 0, false, false, false
		from pair_pace where tenant = $1 and contact in {list $2 text}
		union all select 5, contact, portfolio, '', '', until, 0, 0, 0, 0, false, false, false
		from headroom where tenant = $1 and portfolio in {list $4 text} and contact in {list $2 text}`,
		l.tenant, persons, topics, portfolios)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r standingRow
		if err := rows.Scan(&r.about, &r.contact, &r.key, &r.word, &r.text, &r.n[0], &r.n[1], &r.n[2], &r.n[3], &r.n[4],
			&r.stopAll, &r.stopMarketing, &r.platformStop); err != nil {
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
	about                                int
	contact, key, word, text             string
	n                                    [5]int64
	stopAll, stopMarketing, platformStop bool
}

// take puts a row into the facts of one ask, if it concerns it.
func (l *loader) take(i int, r *standingRow) error {
	f, n := &l.facts[i], l.lines[i]
	switch r.about {
	case aboutTopic:
		if r.key == "" {
			f.Rev = r.n[4]
			f.Person.StopAll, f.Person.StopMarketing, f.Person.PlatformStop = r.stopAll, r.stopMarketing, r.platformStop
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
		}
	case aboutPair:
		if r.key == l.asks[i].Number {
			f.PairOwed = r.n[0]
		}
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

// scope is which topics and portfolios the asks are about; topic "" is the whole person.
func (l *loader) scope() (topics, portfolios []string) {
	topics = []string{""}
	for i := range l.facts {
		if code := l.facts[i].Topic.Code; !slices.Contains(topics, code) {
			topics = append(topics, code)
		}
		if p := l.lines[i].portfolio; !slices.Contains(portfolios, p) {
			portfolios = append(portfolios, p)
		}
	}
	return topics, portfolios
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
