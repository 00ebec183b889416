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
	Name     string `arg:"" optional:"" help:"Which one; without a name they are listed."`
	Engine   string `enum:"sqlite,postgres,both" default:"both" help:"sqlite, postgres or both."`
	Seconds  int    `default:"3" help:"Of each run under load."`
	Runs     int    `default:"3" help:"The median of so many counts."`
	People   *int   `help:"With consent in the database beforehand, 100000 if not given; 1000000 is the full size. Of quality: on the list at the start, 5000 if not given."`
	Messages int    `default:"10" help:"Of ui: so many messages a person."`
	Only     string `help:"Of ui: only pages whose name begins so, such as people/."`
	Keep     string `placeholder:"FOLDER" help:"Let the filled database stay there, and use it again the next time. PostgreSQL must be started by us then."`
	DB       string `placeholder:"URL" help:"postgres://… of a server where a database jawort_bench may be made; without it one is started from the binaries on this machine."`
	Profile  string `placeholder:"FILE" help:"Write a CPU profile of the measured part."`
	JSON     bool   `name:"json" help:"Print one line of JSON."`

	Months    int     `default:"6" group:"quality" help:"Of thirty days that are played."`
	PerWeek   int     `default:"2" group:"quality" help:"Marketing messages a week to everybody on the list."`
	NoConsent float64 `default:"30" placeholder:"PERCENT" group:"quality" help:"Of the list that never agreed."`
	Unaware   float64 `default:"10" placeholder:"PERCENT" group:"quality" help:"Of those who agreed who do not know that they did: a raffle, small print."`
	Promised  int64   `default:"8" group:"quality" help:"Marketing messages in thirty days that the wordings promise at most; 0 promises nothing."`
	Seeds     int     `default:"5" group:"quality" help:"How often it is played, each time with other people."`
	OldRules  bool    `group:"quality" help:"Meta's rules before October 2025: a number is flagged, after a week its limit falls."`
}

// people is how many, which differs by what is measured.
func (c *benchCmd) people() int {
	switch {
	case c.People != nil:
		return *c.People
	case c.Name == "quality":
		return 5_000
	}
	return 100_000
}

// season is what bench quality plays.
func (c *benchCmd) season() bench.Season {
	return bench.Season{People: c.people(), Months: c.Months, PerWeek: c.PerWeek, NoConsent: c.NoConsent / 100, Unaware: c.Unaware / 100, Promised: c.Promised,
		Rules: bench.RulesOfMeta(c.OldRules)}
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
	case c.Seconds < 1 || c.Runs < 1 || c.people() < c.Runs:
		return wrongUse("--seconds, --runs and --people must be positive")
	}
	if c.Name == "quality" {
		if err := c.season().Check(c.Seeds); err != nil {
			return wrongUse("%v", err)
		}
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
		People: c.people(), Profile: c.Profile, Program: program, Progress: t.err, Messages: c.Messages, Only: c.Only, Keep: c.Keep, Season: c.season(), Seeds: c.Seeds})
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
