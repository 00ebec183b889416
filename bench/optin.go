package bench

import (
	"context"
	"fmt"
)

// optin posts opt-ins of new people and opt-outs of people who are there, by turns.
func optin(ctx context.Context, r *run) error {
	w, err := r.newWorld(ctx, "127.0.0.1:1")
	if err != nil {
		return err
	}
	defer w.stop()
	base := r.People // new addresses begin here
	var rate, p99 float64
	var last storm
	err = r.profiled(func() error {
		rate, err = r.median(func(int) (float64, error) {
			asked := 0
			s, err := r.drive(ctx, w.addr, 64, r.Span, func(n int) request {
				asked = max(asked, n)
				if n%2 == 1 {
					return request{path: "/v1/optouts", headers: w.key,
						body: fmt.Appendf(nil, `{"address":"%s","scope":"all","via":"letter"}`, phone((base+n)%max(r.People, 1)))}
				}
				return request{path: "/v1/optins", headers: w.key,
					body: fmt.Appendf(nil, `{"address":"%s","topics":["offers"],"source":"%s"}`, phone(base+n), w.source)}
			})
			base += asked + 64
			last, p99 = s, max(p99, s.p99.Seconds()*1000)
			return s.rate, err
		})
		return err
	})
	if err != nil {
		return err
	}
	floor, err := r.bareCommits(ctx, w.app.DB)
	if err != nil {
		return err
	}
	r.add(Row{What: "opt-ins and opt-outs by API, 64 connections", Value: rate, Unit: "requests/s", Target: 8000, Stretch: 15000})
	r.note("%s: p99 %.1f ms; bare rows in shared commits, 64 callers: %.0f rows/s, of which this is %.2f", r.engine, p99, floor, rate/floor)
	r.tellCPU("requests of the last run", last)
	return nil
}
