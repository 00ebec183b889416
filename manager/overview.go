package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/tally"
)

var overviewRoutes = []route{
	{"GET /{$}", account.MaySee, overview},
}

// spans are the times one can look back on, in days with today.
var spans = []int{1, 7, 30, 90}

// usualSpan is looked back on when nobody asks for another; healthDays is the strip of the numbers.
const (
	usualSpan  = 30
	healthDays = 60
)

// overviewData is what the overview shows.
type overviewData struct {
	days     int
	all      bool       // every point of attention, not the first seven
	now      tally.Days // the span
	before   tally.Days // the same again before it
	figures  tally.Figures
	topics   []topicName
	sources  []sourceLine
	numbers  []numberLine
	programs topics // by id
	waits    int64
	points   []point
	told     map[string]bool // numbers whose status a warning tells of
	braked   map[string]bool // numbers of whose brake a warning tells
}

func overview(v *visit) error {
	q := v.r.URL.Query()
	d := overviewData{days: usualSpan, all: q.Get("first") == "all"}
	if n, err := strconv.Atoi(q.Get("days")); err == nil && slices.Contains(spans, n) {
		d.days = n
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.fillOverview(ctx, tx, &d) }); err != nil {
		return err
	}
	return v.show(http.StatusOK, overviewView(v, d))
}

// spanOf is so many days up to a day, and the same before.
func spanOf(today int64, days int) (now, before tally.Days) {
	now = tally.Days{From: today - int64(days) + 1, To: today}
	return now, tally.Days{From: now.From - int64(days), To: now.From - 1}
}

func (v *visit) fillOverview(ctx context.Context, tx *db.Tx, d *overviewData) (err error) {
	id, today := v.tenant.ID, tally.Day(v.now(), v.zone)
	d.now, d.before = spanOf(today, d.days)
	from := min(d.before.From, today-healthDays)
	if d.figures, err = tally.Read(ctx, tx, id, v.zone, tally.Days{From: from, To: today}); err != nil {
		return err
	}
	if d.topics, err = topicNames(ctx, tx, id, v.lang); err != nil {
		return err
	}
	if d.sources, err = sourceLines(ctx, tx, id); err != nil {
		return err
	}
	if d.numbers, err = numberLines(ctx, tx, id); err != nil {
		return err
	}
	if d.programs, err = programNames(ctx, tx, id); err != nil {
		return err
	}
	d.points, err = v.attention(ctx, tx, d)
	return err
}

// total is how much of it there was in the span, and in the one before.
func (d overviewData) total(what, a string) (now, before int64) {
	return d.figures.Sum(what, a, "", d.now), d.figures.Sum(what, a, "", d.before)
}

// shown are the days that a chart by day shows: a single one would be no chart.
func (d overviewData) shown() tally.Days {
	return tally.Days{From: min(d.now.From, d.now.To-6), To: d.now.To}
}

// standing is how many people stand so with a topic now.
func (d overviewData) standing(topic string) map[string]int64 {
	out := map[string]int64{}
	last := int64(-1)
	for _, c := range d.figures.Counts {
		if c.What == tally.People {
			last = max(last, c.Day)
		}
	}
	for _, c := range d.figures.Counts {
		if c.What == tally.People && c.Day == last && c.A == topic {
			out[c.B] += c.Times
		}
	}
	return out
}

// reach is how many people agreed to anything, day by day where it is known.
func (d overviewData) reach() []int64 {
	var out []int64
	for day := d.shown().From; day <= d.now.To; day++ {
		if n := d.figures.Sum(tally.Reach, "", "", tally.Days{From: day, To: day}); n > 0 || len(out) > 0 {
			out = append(out, n)
		}
	}
	for i := 1; i < len(out); i++ { // a day on which nobody looked stands as the one before
		if out[i] == 0 {
			out[i] = out[i-1]
		}
	}
	return out
}

// dayOf is a day's beginning on the reader's calendar.
func (v *visit) dayOf(day int64) time.Time { return tally.Start(day, v.zone) }
