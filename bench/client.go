package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// asker is one connection of the load generator. It is lean, because it shares the machine with what it measures.
type asker struct {
	net.Conn
	in  *bufio.Reader
	out []byte
}

// request is what an asker posts.
type request struct {
	path    string
	kind    string // Content-Type; "" = JSON
	also    int    // a status that is as good as 2xx; 0 = none
	headers string // each ended by \r\n
	body    []byte
}

func dial(addr string) (*asker, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &asker{Conn: c, in: bufio.NewReaderSize(c, 16<<10)}, nil
}

var posting = &http.Request{Method: http.MethodPost}

// post answers the status and the body.
func (a *asker) post(r request) (int, []byte, error) {
	kind := r.kind
	if kind == "" {
		kind = "application/json"
	}
	a.out = append(append(append(a.out[:0], "POST "...), r.path...), " HTTP/1.1\r\nHost: bench\r\nContent-Type: "...)
	a.out = append(append(a.out, kind...), "\r\n"...)
	a.out = append(append(a.out, r.headers...), "Content-Length: "...)
	a.out = append(strconv.AppendInt(a.out, int64(len(r.body)), 10), "\r\n\r\n"...)
	a.out = append(a.out, r.body...)
	if _, err := a.Write(a.out); err != nil {
		return 0, nil, err
	}
	resp, err := http.ReadResponse(a.in, posting)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, text, err
}

// storm is what came of a load.
type storm struct {
	rate     float64 // answers a second
	p50, p99 time.Duration
	cpu      time.Duration // of this process, the callers included, and of PostgreSQL's, an answer
}

// drive posts over so many connections for the span; next makes the n-th request. An answer that is not 2xx ends it.
func (r *run) drive(ctx context.Context, addr string, conns int, span time.Duration, next func(n int) request) (storm, error) {
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var n atomic.Int64
	var mu sync.Mutex
	var all []time.Duration
	var fault error
	var wg sync.WaitGroup
	begun, spent := time.Now(), r.cpu()
	for range conns {
		wg.Go(func() {
			took, err := askOn(ctx, addr, func() request { return next(int(n.Add(1) - 1)) })
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			if err != nil && fault == nil {
				fault = err
				cancel()
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(begun)
	if fault == nil && len(all) == 0 {
		fault = errors.New("none came in time; give it longer with --seconds")
	}
	if fault != nil {
		return storm{}, fmt.Errorf("drive: %d answers: %w", len(all), fault)
	}
	s := stormOf(all, elapsed)
	s.cpu = (r.cpu() - spent) / time.Duration(len(all))
	return s, nil
}

// cpu is what this process and a PostgreSQL of its own have used so far.
func (r *run) cpu() time.Duration { return cpu() + cpuOf(r.postmaster) }

// tellCPU notes what an answer cost, which a loaded machine disturbs less than the rate.
func (r *run) tellCPU(what string, s storm) {
	r.note("%s: %s: %d µs of CPU each, the callers' part and PostgreSQL's included", r.engine, what, s.cpu.Microseconds())
}

func stormOf(all []time.Duration, elapsed time.Duration) storm {
	if len(all) == 0 {
		return storm{}
	}
	slices.Sort(all)
	return storm{rate: float64(len(all)) / elapsed.Seconds(), p50: all[len(all)/2], p99: all[len(all)*99/100]}
}

func askOn(ctx context.Context, addr string, next func() request) ([]time.Duration, error) {
	a, err := dial(addr)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	var took []time.Duration
	for len(took) == 0 || ctx.Err() == nil { // a span too short for one answer still measures that one
		begun := time.Now()
		r := next()
		status, text, err := a.post(r)
		if err != nil {
			return took, err
		}
		if status/100 != 2 && status != r.also {
			return took, fmt.Errorf("answer %d: %.300s", status, text)
		}
		took = append(took, time.Since(begun))
	}
	return took, nil
}
