package promise

import (
	"slices"
	"sync"
	"testing"

	"jawort/address"
	"jawort/test/fixture"
)

// acks is the callers' log: when each person's opt-out was first acknowledged, on the arrival log's clock.
type acks struct {
	mu      sync.Mutex
	clock   func() int64
	at      map[string]int64 // digits → microseconds
	longest int64
}

func newAcks(clock func() int64) *acks { return &acks{clock: clock, at: map[string]int64{}} }

// told notes an acknowledgement that has come this moment, of an opt-out that was said at began.
func (a *acks) told(who address.Address, began int64) {
	now := a.clock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.longest = max(a.longest, now-began)
	if _, ok := a.at[who.Digits()]; !ok {
		a.at[who.Digits()] = now
	}
}

// verdict is what the two logs say together.
type verdict struct {
	arrived, stops, violations int
	worst                      int64 // how long after the acknowledgement, microseconds
	cut                        int   // people who stopped before all of their messages had come
	twice                      []string
}

// judge compares the logs. each is how many messages everybody was to get.
func (a *acks) judge(log []fixture.Arrival, each int) verdict {
	a.mu.Lock()
	defer a.mu.Unlock()
	v := verdict{arrived: len(log), stops: len(a.at)}
	got, ids := map[string]int{}, map[string]int{}
	for _, m := range log {
		got[m.To]++
		if ids[m.Message]++; ids[m.Message] == 2 {
			v.twice = append(v.twice, m.Message)
		}
		if at, ok := a.at[m.To]; ok && m.FirstUS > at {
			v.violations++
			v.worst = max(v.worst, m.FirstUS-at)
		}
	}
	for who := range a.at {
		if got[who] < each {
			v.cut++
		}
	}
	slices.Sort(v.twice)
	return v
}

// A check that cannot fail is no check: the judge sees what is planted.
func TestJudge(t *testing.T) {
	clock := int64(1000)
	a := newAcks(func() int64 { return clock })
	a.told(fixture.Phone(1), 400)
	clock = 2000
	a.told(fixture.Phone(1), 1900) // the first one counts
	one, two := fixture.Phone(1).Digits(), fixture.Phone(2).Digits()
	for _, c := range []struct {
		name string
		log  []fixture.Arrival
		want verdict
	}{
		{"nothing", nil, verdict{stops: 1, cut: 1}},
		{"before", []fixture.Arrival{{Message: "a", To: one, FirstUS: 1000}}, verdict{arrived: 1, stops: 1}},
		{"after", []fixture.Arrival{{Message: "a", To: one, FirstUS: 1001}}, verdict{arrived: 1, stops: 1, violations: 1, worst: 1}},
		{"after the first word", []fixture.Arrival{{Message: "a", To: one, FirstUS: 1500}}, verdict{arrived: 1, stops: 1, violations: 1, worst: 500}},
		{"somebody else", []fixture.Arrival{{Message: "a", To: two, FirstUS: 5000}}, verdict{arrived: 1, stops: 1, cut: 1}},
		{"twice", []fixture.Arrival{{Message: "a", To: one, FirstUS: 1}, {Message: "a", To: one, FirstUS: 2}}, verdict{arrived: 2, stops: 1, twice: []string{"a"}}},
	} {
		got := a.judge(c.log, 1)
		if !slices.Equal(got.twice, c.want.twice) {
			t.Errorf("%s: twice %v", c.name, got.twice)
		}
		got.twice, c.want.twice = nil, nil
		if got.arrived != c.want.arrived || got.stops != c.want.stops || got.violations != c.want.violations || got.worst != c.want.worst || got.cut != c.want.cut {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if a.longest != 600 {
		t.Errorf("longest wait %d, want 600", a.longest)
	}
}
