package quality

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"jawort/db"
	"jawort/id"
)

// mostSaid is how many words about one thing are folded: the newest say all that counts.
const mostSaid = 60

type about struct {
	node string
	what What
}

// Observe keeps what Meta said, for good, and folds it. It answers what holds otherwise than before. What was seen already changes
// nothing.
func Observe(ctx context.Context, tx *db.Tx, tenant string, list []Observation, now int64) ([]Change, error) {
	if len(list) == 0 {
		return nil, nil
	}
	list = timed(list, now)
	things := thingsIn(list)
	said, err := selectSaid(ctx, tx, tenant, things)
	if err != nil {
		return nil, fmt.Errorf("observe %d things: %w", len(list), err)
	}
	before, err := selectStandings(ctx, tx, tenant, things)
	if err != nil {
		return nil, fmt.Errorf("observe %d things: %w", len(list), err)
	}
	list = joined(list, said)
	if err := upsertObservations(ctx, tx, tenant, list); err != nil {
		return nil, fmt.Errorf("keep %d observations: %w", len(list), err)
	}
	for _, o := range list {
		k := about{o.Node, o.What}
		said[k] = with(said[k], o)
	}
	var stand []Standing
	var changes []Change
	for _, k := range things {
		s, ok := Fold(said[k], now)
		if !ok {
			continue
		}
		stand = append(stand, s)
		if b, known := before[k]; !known || b.Value != s.Value || b.Until != s.Until {
			changes = append(changes, Change{s, !known})
		}
	}
	if err := upsertHealth(ctx, tx, tenant, stand); err != nil {
		return nil, fmt.Errorf("keep what holds: %w", err)
	}
	return changes, nil
}

// timed gives each word its times: what Meta dates into the future is of now, and a poll is of now.
func timed(list []Observation, now int64) []Observation {
	out := slices.Clone(list)
	for i := range out {
		o := &out[i]
		o.SeenAt = now
		if o.Way == ByPoll || o.At <= 0 || o.At > now {
			o.At = now
		}
		o.LastAt = o.At
		if o.Way == ByWebhook && o.At%Second == 0 { // Meta cuts its seconds off: it may have been later
			o.LastAt = min(o.At+Second-1, now)
		}
		o.Value, o.Note = storable(o.Value, 100), storable(o.Note, 1000)
	}
	return out
}

// storable makes Meta's words fit for a column: no control characters, an end.
func storable(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

func thingsIn(list []Observation) []about {
	var out []about
	for _, o := range list {
		out = append(out, about{o.Node, o.What})
	}
	slices.SortFunc(out, func(a, b about) int { return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.what, b.what)) })
	return slices.Compact(out)
}

// joined lets a poll that says what the last one said be one with it, if nobody said anything between.
func joined(list []Observation, said map[about][]Observation) []Observation {
	for i := range list {
		o := &list[i]
		if o.Way != ByPoll {
			continue
		}
		var last *Observation
		for n := range said[about{o.Node, o.What}] {
			s := &said[about{o.Node, o.What}][n]
			if s.LastAt <= o.At && (last == nil || later(*s, *last)) {
				last = s
			}
		}
		if last != nil && last.Way == ByPoll && last.Value == o.Value && last.Until == o.Until {
			o.At, o.SeenAt, o.Body = last.At, last.SeenAt, last.Body
		}
	}
	return list
}

// with adds a word, or lets the one that is there last longer.
func with(set []Observation, o Observation) []Observation {
	for i := range set {
		if s := &set[i]; s.At == o.At && s.Way == o.Way && s.Value == o.Value {
			s.LastAt, s.Until = max(s.LastAt, o.LastAt), max(s.Until, o.Until)
			return set
		}
	}
	return append(set, o)
}

func aboutRows(things []about) db.RowSet {
	return db.RowsOf(things, func(a about) []any { return []any{a.node, string(a.what)} })
}

func selectSaid(ctx context.Context, tx *db.Tx, tenant string, things []about) (map[about][]Observation, error) {
	rows, err := tx.Query(ctx, `
		select node, what, value, at, last_at, seen_at, until, way, note from (
			select o.node, o.what, o.value, o.at, o.last_at, o.seen_at, o.until, o.way, o.note,
				row_number() over (partition by o.node, o.what order by o.at desc, o.way, o.value) place
			from {rows $2: node text, what text} r {join observation o on o.tenant = $1 and o.node = r.node and o.what = r.what}) s
		where place <= $3`, tenant, aboutRows(things), mostSaid)
	list, err := db.All(rows, err, func(r *db.Rows, o *Observation) error {
		return r.Scan(&o.Node, &o.What, &o.Value, &o.At, &o.LastAt, &o.SeenAt, &o.Until, &o.Way, &o.Note)
	})
	out := map[about][]Observation{}
	for _, o := range list {
		out[about{o.Node, o.What}] = append(out[about{o.Node, o.What}], o)
	}
	return out, err
}

func upsertObservations(ctx context.Context, tx *db.Tx, tenant string, list []Observation) error {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Observation) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.What, b.What), cmp.Compare(a.At, b.At), cmp.Compare(a.Way, b.Way), cmp.Compare(a.Value, b.Value))
	})
	list = slices.CompactFunc(list, func(a, b Observation) bool {
		return a.Node == b.Node && a.What == b.What && a.At == b.At && a.Way == b.Way && a.Value == b.Value
	})
	_, err := tx.Exec(ctx, `
		insert into observation (tenant, node, what, at, way, value, observation, last_at, seen_at, until, note, raw, body)
		select $1, r.node, r.what, r.at, r.way, r.value, r.observation, r.last_at, r.seen_at, r.until, r.note, r.raw, r.body
		from {rows $2: node text, what text, at bigint, way text, value text, observation text, last_at bigint, seen_at bigint, until bigint, note text, raw text, body text} r
		where true on conflict (tenant, node, what, at, way, value) do update
		set last_at = case when excluded.last_at > observation.last_at then excluded.last_at else observation.last_at end,
			until = case when excluded.until > observation.until then excluded.until else observation.until end`,
		tenant, db.RowsOf(list, func(o Observation) []any {
			return []any{o.Node, string(o.What), o.At, string(o.Way), o.Value, id.At("obs", o.SeenAt), o.LastAt, o.SeenAt, o.Until, o.Note, o.Raw, o.Body}
		}))
	return err
}

func upsertHealth(ctx context.Context, tx *db.Tx, tenant string, list []Standing) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		insert into health (tenant, node, what, value, before, since, last_at, way, until, note)
		select $1, r.node, r.what, r.value, r.before, r.since, r.last_at, r.way, r.until, r.note
		from {rows $2: node text, what text, value text, before text, since bigint, last_at bigint, way text, until bigint, note text} r
		where true on conflict (tenant, node, what) do update
		set value = excluded.value, before = excluded.before, since = excluded.since, last_at = excluded.last_at, way = excluded.way,
			until = excluded.until, note = excluded.note`,
		tenant, db.RowsOf(list, func(s Standing) []any {
			return []any{s.Node, string(s.What), s.Value, s.Before, s.Since, s.LastAt, string(s.Way), s.Until, s.Note}
		}))
	return err
}

const selectHealth = `select h.node, h.what, h.value, h.before, h.since, h.last_at, h.way, h.until, h.note from `

func scanStanding(r *db.Rows, s *Standing) error {
	return r.Scan(&s.Node, &s.What, &s.Value, &s.Before, &s.Since, &s.LastAt, &s.Way, &s.Until, &s.Note)
}

func selectStandings(ctx context.Context, tx *db.Tx, tenant string, things []about) (map[about]Standing, error) {
	rows, err := tx.Query(ctx, selectHealth+`{rows $2: node text, what text} r {join health h on h.tenant = $1 and h.node = r.node and h.what = r.what}`,
		tenant, aboutRows(things))
	list, err := db.All(rows, err, scanStanding)
	out := map[about]Standing{}
	for _, s := range list {
		out[about{s.Node, s.What}] = s
	}
	return out, err
}

// Standings is all that holds of a tenant, of the things named; none named = of all. Few numbers and accounts have few things; of
// templates there can be thousands.
func Standings(ctx context.Context, tx *db.Tx, tenant string, whats ...What) ([]Standing, error) {
	names := make([]string, len(whats))
	for i, w := range whats {
		names[i] = string(w)
	}
	where := `health h where h.tenant = $1 and h.what in {list $2 text} order by h.node, h.what`
	args := []any{tenant, names}
	if len(whats) == 0 {
		where, args = `health h where h.tenant = $1 order by h.node, h.what`, args[:1]
	}
	rows, err := tx.Query(ctx, selectHealth+where, args...)
	list, err := db.All(rows, err, scanStanding)
	if err != nil {
		return nil, fmt.Errorf("what holds: %w", err)
	}
	return list, nil
}

// StandingsOf is all that holds of some nodes.
func StandingsOf(ctx context.Context, tx *db.Tx, tenant string, nodes []string) ([]Standing, error) {
	rows, err := tx.Query(ctx, selectHealth+`health h where h.tenant = $1 and h.node in {list $2 text} order by h.node, h.what`, tenant, nodes)
	list, err := db.All(rows, err, scanStanding)
	if err != nil {
		return nil, fmt.Errorf("what holds of %d nodes: %w", len(nodes), err)
	}
	return list, nil
}

// Said is what was said of nodes since a moment, and the last word before it, the newest first; at most limit of each thing.
func Said(ctx context.Context, tx *db.Tx, tenant string, nodes []string, what What, from int64, limit int) ([]Observation, error) {
	rows, err := tx.Query(ctx, `
		select node, what, value, at, last_at, seen_at, until, way, note from (
			select o.node, o.what, o.value, o.at, o.last_at, o.seen_at, o.until, o.way, o.note,
				row_number() over (partition by o.node order by o.at desc, o.way, o.value) place
			from observation o where o.tenant = $1 and o.node in {list $2 text} and o.what = $3 and o.last_at >= $4) s
		where place <= $5 order by at desc, node`, tenant, nodes, string(what), from, limit)
	list, err := db.All(rows, err, func(r *db.Rows, o *Observation) error {
		return r.Scan(&o.Node, &o.What, &o.Value, &o.At, &o.LastAt, &o.SeenAt, &o.Until, &o.Way, &o.Note)
	})
	if err != nil {
		return nil, fmt.Errorf("what was said: %w", err)
	}
	return list, nil
}

// History is all that was ever said, the newest first, from behind the given moment and id: a page of it.
func History(ctx context.Context, tx *db.Tx, tenant string, beforeAt int64, before string, limit int) ([]Observation, error) {
	rows, err := tx.Query(ctx, `
		select o.node, o.what, o.value, o.at, o.last_at, o.seen_at, o.until, o.way, o.note, o.raw, o.observation
		from observation o where o.tenant = $1 and (o.at < $2 or o.at = $2 and o.observation < $3)
		order by o.at desc, o.observation desc limit $4`, tenant, beforeAt, before, limit)
	list, err := db.All(rows, err, func(r *db.Rows, o *Observation) error {
		return r.Scan(&o.Node, &o.What, &o.Value, &o.At, &o.LastAt, &o.SeenAt, &o.Until, &o.Way, &o.Note, &o.Raw, &o.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return list, nil
}

// Noteworthy is what a warning may be about: all that holds of numbers, accounts and portfolios, and of templates what is wrong, or was
// changed since a moment.
func Noteworthy(ctx context.Context, tx *db.Tx, tenant string, since int64) ([]Standing, error) {
	rows, err := tx.Query(ctx, selectHealth+`health h where h.tenant = $1 and (h.node < $2 or h.node >= $3
			or h.what = 'status' and h.value in ('PAUSED', 'DISABLED') or h.what in ('category', 'next_category') and h.since > $4
			or h.what = 'status' and h.before in ('PAUSED', 'DISABLED') and h.since > $4)
		order by h.node, h.what`, tenant, templateNode, templateNode[:len(templateNode)-1]+"0", since)
	list, err := db.All(rows, err, scanStanding)
	if err != nil {
		return nil, fmt.Errorf("what is noteworthy: %w", err)
	}
	return list, nil
}
