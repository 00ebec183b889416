package tally

import (
	"context"
	"fmt"
	"math"
	"time"

	"jawort/account"
	"jawort/db"
)

// Effects are times to effect of one tenant's opt-outs: bucket and way → how many.
type Effects map[Took]int64

// Took is one kind of them.
type Took struct{ Bucket, Way string }

// buckets a decade: a time is known to a quarter of itself, which is enough for a median.
const buckets = 10

// Bucket is the name under which a time is counted: ten to a decade of milliseconds.
func Bucket(took time.Duration) string {
	n := 0
	if ms := float64(took) / float64(time.Millisecond); ms > 1 {
		n = int(math.Ceil(buckets * math.Log10(ms)))
	}
	return fmt.Sprintf("%03d", min(n, 999))
}

// upper is the longest time of a bucket.
func upper(bucket string) time.Duration {
	var n int
	if _, err := fmt.Sscanf(bucket, "%03d", &n); err != nil {
		return 0
	}
	return time.Duration(math.Pow(10, float64(n)/buckets) * float64(time.Millisecond))
}

// AddEffects counts opt-outs that are in force, on the tenant's today.
func AddEffects(ctx context.Context, tx *db.Tx, tenant string, e Effects) error {
	t, err := account.TenantOf(ctx, tx, tenant)
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var list []Count
	for took, n := range e {
		list = append(list, Count{What: Effect, A: took.Bucket, B: took.Way, Times: n})
	}
	return add(ctx, tx, tenant, dated(list, Day(time.UnixMicro(now), zoneOf(&t))))
}

// Quantile is the time within which that share of the opt-outs was in force (the upper end of the bucket), and how many there were.
func (f Figures) Quantile(share float64, days Days) (took time.Duration, of int64) {
	return f.QuantileOf("", share, days)
}

// QuantileOf is Quantile for one way of opting out; "" = all.
func (f Figures) QuantileOf(way string, share float64, days Days) (took time.Duration, of int64) {
	by := map[string]int64{}
	for _, c := range f.Counts {
		if c.What == Effect && (way == "" || c.B == way) && c.Day >= days.From && c.Day <= days.To {
			by[c.A] += c.Times
		}
	}
	for _, n := range by {
		of += n
	}
	if of == 0 {
		return 0, 0
	}
	need, seen := int64(math.Ceil(share*float64(of))), int64(0)
	for i := range 1000 {
		bucket := fmt.Sprintf("%03d", i)
		if seen += by[bucket]; seen >= need {
			return upper(bucket), of
		}
	}
	return 0, of
}
