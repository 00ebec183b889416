package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"jawort/address"
	"jawort/db"
)

// What facts/speed.md measured on one quiet machine: a peer that is not here is a bare reverse proxy's rate times its share.
const (
	proxyThen    = 9_900.0
	listmonkThen = 10_500.0
	courierThen  = 2_010.0
	statusThen   = 6_200.0 // courier, status webhooks
	inboundThen  = 990.0   // courier, inbound messages
	decodeThen   = 7.8     // µs of CPU, encoding/json of a 700-byte webhook
)

// sendBody is a 600-byte POST.
var sendBody = []byte(`{"messaging_product":"whatsapp","to":"4915112345678","type":"text","text":{"body":"` + strings.Repeat("x", 510) + `"}}`)

// bareProxy is the rate of a Go reverse proxy in front of the sink, 64 connections.
func (r *run) bareProxy(ctx context.Context, sink string) (storm, error) {
	addr, stop, err := proxy(sink)
	if err != nil {
		return storm{}, err
	}
	defer stop()
	return r.steady(ctx, addr, func(int) request { return request{path: "/v23.0/1/messages", body: sendBody} })
}

// bareSink is the rate of the sink alone.
func (r *run) bareSink(ctx context.Context, sink string) (storm, error) {
	return r.steady(ctx, sink, func(int) request { return request{path: "/v23.0/1/messages", body: sendBody} })
}

// steady is the storm of the median rate.
func (r *run) steady(ctx context.Context, addr string, next func(n int) request) (best storm, err error) {
	seen := map[float64]storm{}
	rate, err := r.median(func(int) (float64, error) {
		s, err := r.drive(ctx, addr, 64, r.Span, next)
		seen[s.rate] = s
		return s.rate, err
	})
	return seen[rate], err
}

// bareLookup is how many of 1,000 keys a query a second one connection finds.
func (r *run) bareLookup(ctx context.Context, w *world) (float64, error) {
	return r.median(func(int) (float64, error) {
		keys, begun, found := make([]string, 1000), time.Now(), 0
		for time.Since(begun) < r.Span {
			for i := range keys {
				keys[i] = string(phone(rand.IntN(r.People)))
			}
			err := w.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
				rows, err := tx.Query(ctx, `select contact from contact_address where tenant = $1 and address in {list $2 text} and until is null`,
					w.tenant, keys)
				_, err = db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
				return err
			})
			if err != nil {
				return 0, fmt.Errorf("bare lookup: %w", err)
			}
			found += len(keys)
		}
		return float64(found) / time.Since(begun).Seconds(), nil
	})
}

// bareCommits is how many rows a second 64 callers get, each answered after its commit.
func (r *run) bareCommits(ctx context.Context, d *db.DB) (float64, error) {
	err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `create table bench_floor (n bigint primary key, body text not null)`)
		return err
	})
	if err != nil {
		return 0, err
	}
	g := db.NewGroup(d, db.GroupOptions{}, func(ctx context.Context, tx *db.Tx, in []int64) ([]db.Outcome[struct{}], error) {
		_, err := tx.Exec(ctx, `insert into bench_floor (n, body) select r.n, r.body from {rows $1: n bigint, body text} r`,
			db.RowsOf(in, func(n int64) []any { return []any{n, "one short row of text, about as long as an event's words are"} }))
		return make([]db.Outcome[struct{}], len(in)), err
	})
	defer g.Close()
	var n atomic.Int64
	return r.median(func(int) (float64, error) {
		ctx, cancel := context.WithTimeout(ctx, r.Span)
		defer cancel()
		begun, first := time.Now(), n.Load()
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for ctx.Err() == nil {
					_, _ = g.Do(context.WithoutCancel(ctx), n.Add(1))
				}
			})
		}
		wg.Wait()
		return float64(n.Load()-first) / time.Since(begun).Seconds(), nil
	})
}

// slowness is how much more CPU time this machine needs now than the one of facts/speed.md, by decoding a webhook.
func slowness() float64 {
	text := []byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[` +
		strings.Repeat(`{"from":"4915112345678","id":"wamid.HBgM","timestamp":"1750000000","type":"text","text":{"body":"Hallo"}},`, 5) +
		`{"from":"4915112345678"}]}}]}]}`)
	const times = 20_000
	begun := cpu()
	for range times {
		var v any
		_ = json.Unmarshal(text, &v)
	}
	return (cpu() - begun).Seconds() * 1e6 / times / decodeThen
}

// phone is the n-th person's address.
func phone(n int) address.Address { return address.Address(fmt.Sprintf("tel:+49151%08d", n)) }
