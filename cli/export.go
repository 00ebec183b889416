package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"jawort/upkeep"
)

// exportCmd writes a table of everything.
type exportCmd struct {
	Config `embed:""`
	What   string `arg:"" enum:"people,events,suppressions" help:"${enum}. The suppression list holds keyed fingerprints and no address."`
	Out    string `placeholder:"FILE" help:"File to write, readable by its owner alone; standard output when empty."`
	Tenant string `help:"The business, where there are several."`
}

func (c *exportCmd) Run(ctx context.Context, t *terminal) error {
	var w io.Writer = t.out
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return wrongUse("export: %s cannot be made: an export never overwrites", c.Out)
		}
		defer f.Close()
		w = f
	}
	n, err := upkeep.Export(ctx, c.settings(), c.What, c.Tenant, w)
	if err == nil && c.Out != "" {
		fmt.Fprintf(t.err, "%d rows\n", n)
	}
	return err
}
