package emulator

import (
	"container/heap"
	"sync"
	"time"
)

// schedule runs things a little later, in order of their time, on one goroutine. Jobs must be short.
type schedule struct {
	mu   sync.Mutex
	jobs jobs
	seq  int64
	wake chan struct{}
	done chan struct{}
}

type job struct {
	at  time.Time
	seq int64
	run func()
}

func newSchedule() *schedule {
	s := &schedule{wake: make(chan struct{}, 1), done: make(chan struct{})}
	go s.loop()
	return s
}

func (s *schedule) after(d time.Duration, run func()) {
	s.mu.Lock()
	s.seq++
	j := job{time.Now().Add(d), s.seq, run}
	first := len(s.jobs) == 0 || j.at.Before(s.jobs[0].at)
	heap.Push(&s.jobs, j)
	s.mu.Unlock()
	if first {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *schedule) loop() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(s.runDue())
		select {
		case <-timer.C:
		case <-s.wake:
		case <-s.done:
			return
		}
	}
}

// runDue runs what is due and says how long to sleep.
func (s *schedule) runDue() time.Duration {
	for {
		s.mu.Lock()
		if len(s.jobs) == 0 {
			s.mu.Unlock()
			return time.Hour
		}
		if d := time.Until(s.jobs[0].at); d > 0 {
			s.mu.Unlock()
			return d
		}
		j := heap.Pop(&s.jobs).(job)
		s.mu.Unlock()
		j.run()
	}
}

func (s *schedule) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = nil
}

func (s *schedule) stop() { close(s.done) }

type jobs []job

func (j jobs) Len() int { return len(j) }
func (j jobs) Less(a, b int) bool {
	if j[a].at.Equal(j[b].at) {
		return j[a].seq < j[b].seq
	}
	return j[a].at.Before(j[b].at)
}
func (j jobs) Swap(a, b int) { j[a], j[b] = j[b], j[a] }
func (j *jobs) Push(x any)   { *j = append(*j, x.(job)) }
func (j *jobs) Pop() any {
	old := *j
	n := len(old) - 1
	x := old[n]
	old[n] = job{}
	*j = old[:n]
	return x
}
