package cli

import (
	"context"
	"fmt"

	"jawort/upkeep"
)

// migrateCmd brings the schema to this program's version.
type migrateCmd struct {
	Config `embed:""`
	JSON   bool `name:"json" help:"Answer in JSON."`
}

func (c *migrateCmd) Run(ctx context.Context, t *terminal) error {
	from, to, err := upkeep.Migrate(ctx, c.settings())
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t.out, map[string]int64{"from": from, "to": to})
	}
	if from == to {
		fmt.Fprintf(t.out, "nothing to do: the schema has version %d\n", to)
		return nil
	}
	fmt.Fprintf(t.out, "the schema went from version %d to %d\n", from, to)
	return nil
}

// settings is the configuration as upkeep takes it.
func (c *Config) settings() upkeep.Settings {
	return upkeep.Settings{Database: c.Database(), Key: c.Key, KeyFile: c.KeyFile, VerifyToken: c.VerifyToken, Base: c.Base()}
}
