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
	calls, _ := c.calls() // its faults are among Faults
	log := slog.New(slog.NewTextHandler(t.err, nil))
	a, err := app.New(ctx, app.Config{DB: c.Database(), Base: c.Base(), Keys: keys, VerifyToken: c.VerifyToken, Log: log, Holder: "jawort serve", TryListen: app.TryListen, Calls: calls})
	if err != nil {
		return err
	}
	stop := func() {
		end, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		a.Stop(end)
	}
	defer stop()
	empty, err := a.Empty(ctx)
	if err != nil {
		return err
	}
	setup := ""
	if empty {
		token, err := a.SetupToken(ctx)
		if err != nil {
			return err
		}
		setup = c.Base() + app.SetupPath(token)
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.Start(l)
	fmt.Fprintf(t.out, "Jawort is running at %s; Meta's webhook belongs to %s/in/meta.\n", c.Base(), c.Base())
	if setup != "" {
		fmt.Fprintf(t.out, "\nThere is no business yet. Set it up in the browser; this link works once, within 24 hours:\n\n  %s\n\n", setup)
	}
	<-ctx.Done()
	return nil
}
