// Package bench is the benchmarks of DESIGN section 11: each beside the floor it is judged by, measured in the same run.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// Options of Run.
type Options struct {
	Engines  []string      // sqlite, postgres
	DB       string        // postgres://… of a server that lets us make databases; "" = one of our own, if its binaries are here
	Span     time.Duration // of one run under load
	Runs     int           // the median counts
	People   int           // with consent, in the database beforehand
	Messages int           // of ui: a person
	Only     string        // of ui: pages whose name begins so; empty = all
	Keep     string        // folder where the filled database stays, to be used again; "" = nowhere
	Profile  string        // file for a CPU profile of the measured part; "" = none
	Program  string        // the built program, which start and the sink run as another process
	Progress io.Writer     // what is going on, a line a step
	Season   Season        // of quality
	Seeds    int           // of quality: how many seasons the median is taken of
}

// Row is one measured figure and what it is judged by.
type Row struct {
	Bench   string  `json:"bench"`
	Engine  string  `json:"engine,omitempty"`
	What    string  `json:"what"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Floor   string  `json:"floor,omitempty"` // what the ratio is to
	FloorAt float64 `json:"floor_at,omitempty"`
	Ratio   float64 `json:"ratio,omitempty"`
	Target  float64 `json:"target,omitempty"` // of the ratio, or of the value where there is no floor; 0 = not judged
	Stretch float64 `json:"stretch,omitempty"`
	Less    bool    `json:"less_is_better,omitempty"`
	Verdict string  `json:"verdict,omitempty"` // met, stretch, short
	Guard   string  `json:"guard,omitempty"`   // of quality: what stood between the business and Meta
	Low     float64 `json:"low,omitempty"`     // of the seeds; Value is their median
	High    float64 `json:"high,omitempty"`
}

// Result is one bench on one engine.
type Result struct {
	Rows  []Row    `json:"rows"`
	Notes []string `json:"notes"`
	Load  string   `json:"load"` // of the machine, before and after
	Grid  *Grid    `json:"-"`    // printed in place of the rows; nil = the rows
}

// Bench is one entry of the list.
type Bench struct {
	Name, What string
	run        func(ctx context.Context, r *run) error
	engines    bool // runs on each engine
}

// Benches are all there are, in the order of facts/speed.md.
func Benches() []Bench {
	return []Bench{
		{"send", "submit → start → sink → settled, beside the bare sink and a Go reverse proxy", send, true},
		{"gateway", "sends of another program through the gateway, beside a Go reverse proxy; 10,000 idle connections", drop, true},
		{"webhook", "signed webhooks over 64 connections, durable before 200: 80 % statuses, 20 % messages", webhook, true},
		{"check", "POST /v1/check with 1,000 addresses, beside the bare lookup of 1,000 keys", check, true},
		{"optin", "opt-ins and opt-outs by API over 64 connections, beside bare rows in shared commits", optin, true},
		{"forms", "the opt-in page's form over 64 connections, beside bare rows in shared commits", forms, true},
		{"sms", "a word by SMS over SMPP, beside a line behind which nothing is done", texts, true},
		{"calls", "50 telephone calls at once: jitter of their sound, beside a sender of nothing but packets", calls, true},
		{"import", "a CSV of opt-outs by API: until all of them hold, and until the last is in the ledger", bringIn, true},
		{"optout-lag", "an opt-out at one node until another refuses to send; whether anything begins after the acknowledgement", lag, true},
		{"ui", "every page of the manager with many people and ten messages each, p95", ui, true},
		{"gate", "the pure decision, one core", decide, false},
		{"quality", "months of messages to a crowd with different patience, with and without the guard: blocks, ratings, what is delivered", seasons, false},
		{"start", "demo until it is ready, after the build", start, false},
	}
}

// run is one bench on one engine.
type run struct {
	Options
	bench      string
	engine     string
	url        string // of an empty database
	postmaster int    // our own PostgreSQL; 0 = none
	dir        string // to work in, gone at the end
	out        *Result
}

// Run does one bench on each engine asked for; what one engine cannot is an error after the others.
func Run(ctx context.Context, name string, o Options) ([]Result, error) {
	i := slices.IndexFunc(Benches(), func(b Bench) bool { return b.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("no bench is called %q", name)
	}
	b := Benches()[i]
	if !b.engines {
		o.Engines = []string{"sqlite"}
	}
	var out []Result
	var faults error
	for _, e := range o.Engines {
		r, err := o.one(ctx, b, e)
		if err != nil {
			faults = errors.Join(faults, fmt.Errorf("bench %s on %s: %w", name, e, err))
			continue
		}
		out = append(out, r)
	}
	return out, faults
}

func (o Options) one(ctx context.Context, b Bench, engine string) (Result, error) {
	dir, gone, err := o.folder(engine)
	if err != nil {
		return Result{}, err
	}
	defer gone()
	r := &run{Options: o, bench: b.Name, dir: dir, out: &Result{}}
	if b.engines {
		r.engine = engine
		end, err := r.database(ctx)
		if err != nil {
			return Result{}, err
		}
		defer end()
	}
	before := load()
	err = b.run(ctx, r)
	r.out.Load = before + " before, " + load() + " after"
	return *r.out, err
}

// folder is where a run works.
func (o Options) folder(engine string) (dir string, gone func(), err error) {
	if o.Keep == "" {
		dir, err = os.MkdirTemp("", "jawort-bench-")
		return dir, func() { os.RemoveAll(dir) }, err
	}
	dir = filepath.Join(o.Keep, engine)
	return dir, func() {}, os.MkdirAll(dir, 0o711)
}

// say tells what is going on.
func (r *run) say(format string, args ...any) {
	if r.Progress != nil {
		fmt.Fprintf(r.Progress, format+"\n", args...)
	}
}

func (r *run) note(format string, args ...any) {
	r.out.Notes = append(r.out.Notes, fmt.Sprintf(format, args...))
}

// add judges a row and keeps it.
func (r *run) add(w Row) {
	w.Bench, w.Engine = r.bench, r.engine
	judged := w.Value
	if w.FloorAt > 0 {
		w.Ratio = w.Value / w.FloorAt
		judged = w.Ratio
	}
	w.Verdict = verdict(judged, w.Target, w.Stretch, w.Less)
	r.out.Rows = append(r.out.Rows, w)
}

func verdict(got, target, stretch float64, less bool) string {
	reaches := func(want float64) bool { return want > 0 && (got >= want && !less || got <= want && less) }
	switch {
	case target == 0:
		return ""
	case reaches(stretch):
		return "stretch"
	case reaches(target):
		return "met"
	}
	return "short"
}

// profiled runs what is measured, under the profiler if one was asked for.
func (r *run) profiled(f func() error) error {
	if r.Profile == "" {
		return f()
	}
	name := r.Profile
	if r.engine != "" && len(r.Engines) > 1 {
		name += "." + r.engine
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return f()
}

// median of several runs of f.
func (r *run) median(f func(i int) (float64, error)) (float64, error) {
	list := make([]float64, r.Runs)
	for i := range list {
		v, err := f(i)
		if err != nil {
			return 0, err
		}
		list[i] = v
	}
	slices.Sort(list)
	return list[len(list)/2], nil
}

// load is what the machine says of itself.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	return "load " + strings.Fields(string(text))[0]
}
