package guard

import (
	"context"
	"sync"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/quality"
	"jawort/tally"
)

// Index reads our own leading index of each number: the last seven days against the four weeks before. It is kept for a while, since the
// guard looks often and the counts of a day change slowly.
type Index struct {
	mu   sync.Mutex
	kept map[string]levels
}

type levels struct {
	from, until int64
	of          map[string]quality.Level
}

// An index counts for keptFor, or twenty times as long as it took to read where that is more: on a busy day each reading counts what
// was sent in the last minute anew, and must not take more than a twentieth of the machine from the sending.
const (
	keptFor  = 10 * time.Second
	keptMost = 5 * time.Minute
)

// Of a tenant's numbers.
func (x *Index) Of(ctx context.Context, tx *db.Tx, t account.Tenant) (map[string]quality.Level, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if k, ok := x.kept[t.ID]; ok && now >= k.from && now < k.until {
		return k.of, nil
	}
	began := time.Now()
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		zone = time.UTC
	}
	today := tally.Day(time.UnixMicro(now), zone)
	f, err := tally.ReadCauses(ctx, tx, t.ID, zone, tally.Days{From: Before(today).From, To: today})
	if err != nil {
		return nil, err
	}
	out := map[string]quality.Level{}
	usual := Feedback(f, Before(today), "")[""].Rate()
	for number, week := range Feedback(f, tally.Days{From: today - 6, To: today}, "number") {
		if l := quality.LevelOf(week, usual); l != quality.IndexFine {
			out[number] = l
		}
	}
	if x.kept == nil {
		x.kept = map[string]levels{}
	}
	x.kept[t.ID] = levels{now, now + min(max(keptFor, 20*time.Since(began)), keptMost).Microseconds(), out}
	return out, nil
}

// Before are the four weeks before the last seven days: what is usual.
func Before(today int64) tally.Days { return tally.Days{From: today - 34, To: today - 7} }

// Feedback adds counts up for each thing of a kind; kind "" is everything together, under "".
func Feedback(f tally.Figures, days tally.Days, kind string) map[string]quality.Feedback {
	out := map[string]quality.Feedback{}
	for _, c := range f.Counts {
		if c.A != kind || c.Day < days.From || c.Day > days.To {
			continue
		}
		x := out[c.B]
		x.Key = c.B
		switch c.What {
		case tally.Reached:
			x.Reached += c.Times
		case tally.Stopped:
			x.Stopped += c.Times
		case tally.MetaStop:
			x.MetaStop += c.Times
		case tally.NotMe:
			x.NotMe += c.Times
		case tally.Complaint:
			x.Complaints += c.Times
		case tally.Enough:
			x.Enough += c.Times
		case tally.Nowhere:
			x.Nowhere += c.Times
		case tally.Followed:
			x.Followed += c.Times
		case tally.Arrived:
			x.Arrived += c.Times
		case tally.Seen:
			x.Seen += c.Times
		}
		out[c.B] = x
	}
	return out
}
