package emulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// fault is a misdeed the emulator commits on request, on the answers to sends or on webhooks.
type fault struct {
	On            string  `json:"on"`
	Kind          string  `json:"kind"`
	Rate          float64 `json:"rate,omitempty"`  // share of requests, 0 to 1
	Count         int     `json:"count,omitempty"` // the next n; with neither: all, until removed
	Status        int     `json:"status,omitempty"`
	Code          int     `json:"code,omitempty"`
	DelayMS       int     `json:"delay_ms,omitempty"`
	Accept        bool    `json:"accept,omitempty"` // kind status on a send: the message is accepted all the same
	PhoneNumberID string  `json:"phone_number_id,omitempty"`
	Field         string  `json:"field,omitempty"` // webhook field, e.g. messages
	Hit           int     `json:"hit"`
	ID            int     `json:"id"`
}

var faultKinds = []string{"status", "delay", "drop_answer", "duplicate", "reorder", "close"}

func (f *fault) check() error {
	switch {
	case f.On != "send" && f.On != "webhook":
		return fmt.Errorf("on: want send or webhook")
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("kind: want one of %v", faultKinds)
	case f.Rate < 0 || f.Rate > 1:
		return fmt.Errorf("rate: want 0 to 1")
	case f.Count < 0:
		return fmt.Errorf("count: want 0 or more")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status: want 200 to 599")
	case f.DelayMS < 0 || f.DelayMS > 600_000:
		return fmt.Errorf("delay_ms: want 0 to 600000")
	}
	if f.Kind == "status" && f.Status == 0 {
		f.Status = 500
	}
	if f.Kind == "delay" && f.DelayMS == 0 {
		f.DelayMS = 1000
	}
	return nil
}

func (f *fault) delay() time.Duration { return time.Duration(f.DelayMS) * time.Millisecond }

// faults are those now set, in the order they came.
type faults struct {
	mu   sync.Mutex
	rnd  *rand.Rand
	list []*fault
	next int
}

func newFaults(src rand.Source) *faults {
	return &faults{rnd: rand.New(rand.NewPCG(src.Uint64(), src.Uint64()))}
}

func (f *faults) add(x fault) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	x.ID, x.Hit = f.next, 0
	f.list = append(f.list, &x)
	return x
}

// hit draws the faults that befall one request: at most one of each kind.
func (f *faults) hit(on, number, field string) map[string]fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out map[string]fault
	keep := f.list[:0]
	for _, x := range f.list {
		if f.befalls(x, on, number, field, out) {
			if out == nil {
				out = map[string]fault{}
			}
			x.Hit++
			out[x.Kind] = *x
		}
		if x.Count == 0 || x.Hit < x.Count {
			keep = append(keep, x)
		}
	}
	f.list = keep
	return out
}

func (f *faults) befalls(x *fault, on, number, field string, already map[string]fault) bool {
	if x.On != on || x.PhoneNumberID != "" && x.PhoneNumberID != number || x.Field != "" && x.Field != field {
		return false
	}
	if _, twice := already[x.Kind]; twice {
		return false
	}
	return x.Rate == 0 || f.rnd.Float64() < x.Rate
}

func (f *faults) all() []fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := []fault{}
	for _, x := range f.list {
		out = append(out, *x)
	}
	return out
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}
