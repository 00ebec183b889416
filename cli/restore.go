package cli

import (
	"context"
	"fmt"
	"time"

	"jawort/upkeep"
)

// restoreCmd puts a copy back.
type restoreCmd struct {
	Config  `embed:""`
	From    string `arg:"" type:"existingfile" placeholder:"FILE" help:"What jawort backup wrote."`
	Replace bool   `help:"Move a SQLite database that is there aside; the opt-outs in it are written again."`
	Lost    string `placeholder:"ADDRESS" help:"The database that was in use until now, if another: sqlite:FILE or postgres://…; the opt-outs in it are written again."`
	JSON    bool   `name:"json" help:"Answer in JSON."`
}

func (c *restoreCmd) Run(ctx context.Context, t *terminal) error {
	r, err := upkeep.Restore(ctx, c.settings(), upkeep.ToRestore{From: c.From, Replace: c.Replace, Lost: c.Lost})
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t.out, r)
	}
	fmt.Fprintf(t.out, "restored; the copy knows nothing after %s\n", r.Until.Format(time.RFC3339))
	if r.Aside != "" {
		fmt.Fprintf(t.out, "the database that was there is kept as %s\n", r.Aside)
	}
	switch {
	case r.Unread != "":
		fmt.Fprintf(t.out, "nothing could be taken from it: %s\n", r.Unread)
	case r.Stops+r.Suppressions+r.Erased > 0:
		fmt.Fprintf(t.out, "from the database in use until now: %d opt-outs written again, %d addresses on the suppression list, %d people erased again\n",
			r.Stops, r.Suppressions, r.Erased)
	}
	if r.Forsaken > 0 {
		fmt.Fprintf(t.out, "%d messages that stood in line are ended: they may have been sent since\n", r.Forsaken)
	}
	fmt.Fprintln(t.out, "nothing is sent until an owner releases it in the manager: first enter the opt-outs that are known from elsewhere (jawort import optouts FILE)")
	return nil
}
