package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"jawort/bench"
)

// benchCmd measures beside a floor in the same run (facts of DESIGN section 11; docs/speed.md).
type benchCmd struct {
	Name    string `arg:"" optional:"" help:"Which one; without a name they are listed."`
	Engine  string `enum:"sqlite,postgres,both" default:"both" help:"sqlite, postgres or both."`
	Seconds int    `default:"3" help:"Of each run under load."`
	Runs    int    `default:"3" help:"The median of so many counts."`
	People  int    `default:"100000" help:"With consent in the database beforehand; 1000000 is the full size."`
	DB      string `placeholder:"URL" help:"postgres://… of a server where a database jawort_bench may be made; without it one is started from the binaries on this machine."`
	Profile string `placeholder:"FILE" help:"Write a CPU profile of the measured part."`
	JSON    bool   `name:"json" help:"Print one line of JSON."`
}

func (c *benchCmd) Run(ctx context.Context, t *terminal) error {
	switch {
	case c.Name == "":
		for _, b := range bench.Benches() {
			fmt.Fprintf(t.out, "%-8s %s\n", b.Name, b.What)
		}
		return nil
	case c.Name == "sink": // the other process of send and webhook
		return bench.Sink(t.in, t.out)
	case c.Name == "idle": // the other process of gateway
		return bench.Idle(t.in, t.out)
	case c.Seconds < 1 || c.Runs < 1 || c.People < c.Runs:
		return wrongUse("--seconds, --runs and --people must be positive")
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	engines := []string{c.Engine}
	if c.Engine == "both" {
		engines = []string{"sqlite", "postgres"}
	}
	list, faults := bench.Run(ctx, c.Name, bench.Options{Engines: engines, DB: c.DB, Span: time.Duration(c.Seconds) * time.Second, Runs: c.Runs,
		People: c.People, Profile: c.Profile, Program: program, Progress: t.err})
	if len(list) > 0 && c.JSON {
		if err := json.NewEncoder(t.out).Encode(map[string]any{"results": list}); err != nil {
			return err
		}
	} else if len(list) > 0 {
		if err := bench.Print(t.out, list); err != nil {
			return err
		}
	}
	return faults
}
