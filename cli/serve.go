package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"jawort/app"
)

// serveCmd runs the product.
type serveCmd struct {
	Config `embed:""`
}

func (c *serveCmd) Run(ctx context.Context, t *terminal) error {
	if faults := c.Faults(); len(faults) > 0 {
		return wrongUse("serve does not start half-configured:\n  - %s", strings.Join(faults, "\n  - "))
	}
	keys, err := app.LoadKeys(c.Key, c.KeyFile)
	if err != nil {
		return err
	}
	if c.DB == "" {
		if err := os.MkdirAll(c.Data, 0o700); err != nil {
			return err
		}
	}
	log := slog.New(slog.NewTextHandler(t.err, nil))
	a, err := app.New(ctx, app.Config{DB: c.Database(), Base: c.Base(), Keys: keys, VerifyToken: c.VerifyToken, Log: log, Holder: "jawort serve"})
	if err != nil {
		return err
	}
	stop := func() {
		end, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		a.Stop(end)
	}
	defer stop()
	if empty, err := a.Empty(ctx); err != nil {
		return err
	} else if empty {
		return wrongUse("the database is empty: make the business and its owner first, with `jawort user found`")
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.Start(l)
	fmt.Fprintf(t.out, "Jawort is running at %s; Meta's webhook belongs to %s/in/meta.\n", c.Base(), c.Base())
	<-ctx.Done()
	return nil
}
