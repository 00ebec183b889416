package manager

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"jawort/db"
	"jawort/intake"
	"jawort/tally"
)

// stopSpans are the days that the page of opt-outs can look back on.
var stopSpans = []int{7, 30, 90}

// stopsData is the page of opt-outs: how they came, why, about what, from where, and the list behind a figure.
type stopsData struct {
	days                  int
	way, scope, reason    string // what the list is narrowed to; "" = all
	total                 int64
	ways, scopes, reasons []stopFigure
	topics, sources       []stopFigure
	rows                  []stopRow
	next                  string
}

// stopFigure is one figure with the list behind it.
type stopFigure struct {
	name, href string
	n          int64
	on         bool
}

// path is the page's address with one filter changed; the others of the list go, for a figure opens its own list.
func (d stopsData) path(name, value string) string {
	days := strconv.Itoa(d.days)
	if name == "days" {
		return path("/messages/optouts", filter{"days", value}, filter{"way", d.way}, filter{"scope", d.scope}, filter{"reason", d.reason})
	}
	return path("/messages/optouts", filter{"days", days}, filter{name, value}) + "#list"
}

func optOuts(v *visit) error {
	q := v.r.URL.Query()
	d := stopsData{days: 30, scope: q.Get("scope")}
	if n, err := strconv.Atoi(q.Get("days")); err == nil && slices.Contains(stopSpans, n) {
		d.days = n
	}
	if w := q.Get("way"); w == "not_me" || slices.Contains(intake.Ways, w) {
		d.way = w
	}
	if !known([]string{"all", "marketing", "topic"}, d.scope) {
		d.scope = ""
	}
	if r := q.Get("reason"); slices.Contains(intake.Reasons, r) {
		d.reason = r
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.readStops(ctx, tx, &d, q.Get("before")) }); err != nil {
		return err
	}
	return v.show(http.StatusOK, optOutsView(v, d))
}

func (v *visit) readStops(ctx context.Context, tx *db.Tx, d *stopsData, before string) error {
	today := tally.Day(v.now(), v.zone)
	span := tally.Days{From: today - int64(d.days) + 1, To: today}
	f, err := tally.Read(ctx, tx, v.tenant.ID, v.zone, span)
	if err != nil {
		return err
	}
	causes, err := tally.ReadCauses(ctx, tx, v.tenant.ID, v.zone, span)
	if err != nil {
		return err
	}
	names, err := v.causeNames(ctx, tx)
	if err != nil {
		return err
	}
	from := since("evt", tally.Start(span.From, v.zone).UnixMicro())
	reasons, err := reasonsGiven(ctx, tx, v.tenant.ID, from)
	if err != nil {
		return err
	}
	d.total = f.Sum(tally.Off, "", "", span)
	d.ways = v.stopFigures(f.By(tally.Off, span, func(c tally.Count) string { return c.A }), func(k string) stopFigure {
		return stopFigure{name: v.either("manager.channel", k), href: d.path("way", k), on: k == d.way}
	})
	d.scopes = v.stopFigures(f.By(tally.Off, span, func(c tally.Count) string { return cmp.Or(c.B, "marketing") }), func(k string) stopFigure {
		return stopFigure{name: v.say("manager.stops.scope." + k), href: d.path("scope", k), on: k == d.scope}
	})
	d.reasons = v.stopFigures(reasons, func(k string) stopFigure {
		return stopFigure{name: v.either("manager.because", k), href: d.path("reason", k), on: k == d.reason}
	})
	d.topics, d.sources = v.blamedFigures(causes, names, d.days, "topic", span), v.blamedFigures(causes, names, d.days, "source", span)
	d.rows, err = stopsPage(ctx, tx, v.tenant.ID, d, from, before, pageSize+1)
	if len(d.rows) > pageSize {
		d.rows = d.rows[:pageSize]
		d.next = path("/messages/optouts", filter{"days", strconv.Itoa(d.days)}, filter{"way", d.way}, filter{"scope", d.scope}, filter{"reason", d.reason},
			filter{"before", d.rows[pageSize-1].Event}) + "#list"
	}
	return err
}

// stopFigures puts figures in order, the largest first.
func (v *visit) stopFigures(by map[string]int64, put func(key string) stopFigure) []stopFigure {
	var out []stopFigure
	for k, n := range by {
		f := put(k)
		f.n = n
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b stopFigure) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.name, b.name)) })
	return out[:min(len(out), 12)]
}

// blamedFigures are the opt-outs soon after a message or a yes, by what they are put down to; the list is that of the causes.
func (v *visit) blamedFigures(f tally.Figures, names map[string]string, days int, kind string, span tally.Days) []stopFigure {
	by := map[string]int64{}
	for _, what := range []string{tally.Stopped, tally.MetaStop, tally.NotMe} {
		for key, n := range f.By(what, span, func(c tally.Count) string {
			if c.A == kind {
				return c.B
			}
			return ""
		}) {
			if key != "" {
				by[key] += n
			}
		}
	}
	return v.stopFigures(by, func(k string) stopFigure {
		return stopFigure{name: v.causeName(names, kind, k), href: path("/quality/causes/people", filter{"kind", kind}, filter{"key", k}, filter{"days", strconv.Itoa(days)})}
	})
}

// stopRow is one opt-out.
type stopRow struct {
	Event, Contact, Name, Way, Scope, Reason string
	At                                       int64
}

// reasonsGiven counts the reasons that people gave since a moment; each is an entry of its own, by an index.
func reasonsGiven(ctx context.Context, tx *db.Tx, tenant, from string) (map[string]int64, error) {
	out := map[string]int64{}
	rows, err := tx.Query(ctx, `select reason, count(*) from event where tenant = $1 and kind = 'reason_given' and event >= $2 group by reason`, tenant, from)
	type count struct {
		reason string
		n      int64
	}
	list, err := db.All(rows, err, func(r *db.Rows, c *count) error { return r.Scan(&c.reason, &c.n) })
	for _, c := range list {
		out[c.reason] = c.n
	}
	return out, err
}

// stopsPage reads opt-outs, the newest first, by the index of stops; of those with a reason by that of reasons.
func stopsPage(ctx context.Context, tx *db.Tx, tenant string, d *stopsData, from, before string, limit int) ([]stopRow, error) {
	const way = `case when e.kind = 'platform_stopped' then 'meta' when e.kind = 'disputed' then 'not_me' else e.channel end`
	c := conditions{args: []any{tenant}, text: `select e.event, e.contact, coalesce(p.name, ''), ` + way + `, e.scope, '', e.recorded_at
		from event e left join contact p on p.tenant = e.tenant and p.contact = e.contact
		where e.tenant = $1 and e.kind in ('withdrawn', 'objected', 'disputed', 'platform_stopped')`}
	if d.reason != "" {
		c.text = `select e.event, e.contact, coalesce(p.name, ''), e.channel, '', e.reason, e.recorded_at
			from event e left join contact p on p.tenant = e.tenant and p.contact = e.contact where e.tenant = $1 and e.kind = 'reason_given'`
		c.and(" and e.reason = ?", d.reason)
	} else {
		c.and(" and "+way+" = ?", d.way)
		c.and(" and case when e.scope = '' then 'marketing' else e.scope end = ?", d.scope)
	}
	c.always(" and e.event >= ?", from)
	c.and(" and e.event < ?", before)
	c.always(" order by e.event desc limit ?", limit)
	rows, err := tx.Query(ctx, c.text, c.args...)
	return db.All(rows, err, func(r *db.Rows, s *stopRow) error {
		return r.Scan(&s.Event, &s.Contact, &s.Name, &s.Way, &s.Scope, &s.Reason, &s.At)
	})
}
