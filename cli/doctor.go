package cli

import (
	"context"
	"fmt"

	"jawort/upkeep"
)

// doctorCmd says what is missing.
type doctorCmd struct {
	Config `embed:""`
	NewKey bool `help:"Only print a new key for secrets at rest."`
	NoMeta bool `help:"Do not ask Meta about the numbers."`
	JSON   bool `name:"json" help:"Answer in JSON."`
}

func (c *doctorCmd) Run(ctx context.Context, t *terminal) error {
	if c.NewKey {
		fmt.Fprintln(t.out, upkeep.NewKey())
		return nil
	}
	found := upkeep.Doctor(ctx, c.settings(), c.Faults(), !c.NoMeta)
	well := upkeep.Healthy(found)
	if c.JSON {
		if err := writeJSON(t.out, map[string]any{"ok": well, "findings": found}); err != nil {
			return err
		}
	} else {
		for _, f := range found {
			fmt.Fprintf(t.out, "%-8s %-9s %s\n", f.State, f.Check, f.Text)
			if f.Fix != "" {
				fmt.Fprintf(t.out, "%-18s → %s\n", "", f.Fix)
			}
		}
	}
	if !well {
		return exit{code: exitFailed}
	}
	return nil
}
