package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// check asks about 1,000 random people a call, over one connection, and compares with finding 1,000 random keys.
func check(ctx context.Context, r *run) error {
	w, err := r.newWorld(ctx, "127.0.0.1:1")
	if err != nil {
		return err
	}
	defer w.stop()
	cold, err := r.checks(ctx, w, time.Millisecond)
	if err != nil {
		return err
	}
	var got float64
	err = r.profiled(func() error {
		got, err = r.median(func(int) (float64, error) { return r.checks(ctx, w, r.Span) })
		return err
	})
	if err != nil {
		return err
	}
	floor, err := r.bareLookup(ctx, w)
	if err != nil {
		return err
	}
	r.add(Row{What: fmt.Sprintf("1,000 addresses a call, 1 connection, %d people, warm", r.People), Value: got, Unit: "addresses/s",
		Floor: "bare lookup of 1,000 keys", FloorAt: floor, Target: 0.5, Stretch: 0.8})
	r.note("%s: the very first call, nothing read before: %.0f addresses/s", r.engine, cold)
	return nil
}

// checks is how many addresses a second are judged.
func (r *run) checks(ctx context.Context, w *world, span time.Duration) (float64, error) {
	s, err := r.drive(ctx, w.addr, 1, span, func(int) request {
		to := make([]string, 1000)
		for i := range to {
			to[i] = string(phone(rand.IntN(r.People)))
		}
		body, _ := json.Marshal(map[string]any{"number": number, "to": to, "template": "sommer_sale", "language": "de"})
		return request{path: "/v1/check", headers: w.key, body: body}
	})
	return s.rate * 1000, err
}
