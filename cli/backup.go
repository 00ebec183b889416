package cli

import (
	"context"
	"fmt"

	"jawort/upkeep"
)

// backupCmd copies the database while Jawort runs.
type backupCmd struct {
	Config `embed:""`
	To     string `arg:"" type:"path" placeholder:"FILE" help:"New file; one that is there is never overwritten."`
	JSON   bool   `name:"json" help:"Answer in JSON."`
}

func (c *backupCmd) Run(ctx context.Context, t *terminal) error {
	note, err := upkeep.Backup(ctx, c.settings(), c.To)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t.out, map[string]string{"backup": c.To, "note": note})
	}
	fmt.Fprintf(t.out, "copied to %s\nwhich keys open it stands in %s; keep the keys apart from it\n", c.To, note)
	return nil
}
