package gateway

import (
	"context"
	"strings"
	"sync"
	"time"

	"jawort/account"
	"jawort/db"
)

// faults counts what was turned away before any decision, for the program's page. They are written together: who calls in a loop costs one
// row, and nobody waits for it.
type faults struct {
	mu     sync.Mutex
	counts map[account.ProgramFault]int64 // Times and LastAt are 0 in the key
	ending bool
	due    *time.Timer
	writes sync.WaitGroup
}

const (
	faultsWait = time.Second
	mostFaults = 10_000 // kinds in one second; more are not told apart any more, but lost
)

// turnedAway notes a fault of a known program.
func (g *Gateway) turnedAway(c *call, reason string) {
	if c.program.ID == "" {
		return
	}
	key := account.ProgramFault{Tenant: c.program.Tenant, Program: c.program.ID, Reason: reason}
	if ruleOf(c.r.Method, c.way.edge) != nil && c.way.node != "" { // never what a caller made up: it may hold anything
		key.Edge = strings.TrimSpace(c.r.Method + " " + c.way.edge)
	}
	f := &g.faults
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = map[account.ProgramFault]int64{}
	}
	if _, known := f.counts[key]; f.ending || !known && len(f.counts) >= mostFaults {
		return
	}
	if f.counts[key]++; f.due == nil {
		f.writes.Add(1)
		f.due = time.AfterFunc(faultsWait, func() {
			defer f.writes.Done()
			g.writeFaults()
		})
	}
}

func (g *Gateway) writeFaults() {
	f := &g.faults
	f.mu.Lock()
	counts := f.counts
	f.counts, f.due = nil, nil
	f.mu.Unlock()
	list := make([]account.ProgramFault, 0, len(counts))
	for key, n := range counts {
		key.Times, key.LastAt = n, g.Now().UnixMicro()
		list = append(list, key)
	}
	if len(list) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := g.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return account.CountFaults(ctx, tx, list) }); err != nil {
		g.Log.Error("gateway: count faults", "error", err)
	}
}

// Close writes what is counted and counts no more.
func (g *Gateway) Close() {
	f := &g.faults
	f.mu.Lock()
	f.ending = true
	if f.due != nil && f.due.Stop() {
		f.writes.Done()
	}
	f.mu.Unlock()
	f.writes.Wait()
	g.writeFaults()
}
