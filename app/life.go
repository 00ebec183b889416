package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

func (a *App) later(f func()) {
	a.undoing.Lock()
	defer a.undoing.Unlock()
	a.undo = append(a.undo, f)
}

func (a *App) drain() {
	for i := len(a.undo) - 1; i >= 0; i-- {
		a.undo[i]()
	}
	a.undo = nil
}

// Start serves the listener and begins to send.
func (a *App) Start(l net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	a.stop = cancel
	a.server = &http.Server{Handler: a.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 120 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.c.Log.Handler(), slog.LevelWarn)}
	a.goes(func() {
		if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.c.Log.Error("serve", "error", err)
		}
	})
	a.goes(func() {
		if err := a.Dispatch.Run(ctx); err != nil {
			a.c.Log.Error("dispatch", "error", err)
		}
	})
	a.goes(func() { a.Lines.Run(ctx) })
	a.goes(func() {
		if err := a.timers.Run(ctx); err != nil && ctx.Err() == nil {
			a.c.Log.Error("timers", "error", err)
		}
	})
	a.goes(func() {
		if err := a.lists.Run(ctx); err != nil && ctx.Err() == nil {
			a.c.Log.Error("lists", "error", err)
		}
	})
	a.goes(func() {
		if err := a.resumePhones(ctx); err != nil && ctx.Err() == nil {
			a.c.Log.Error("toy phones", "error", err)
		}
	})
	a.goes(func() {
		if err := a.hooks.Run(ctx); err != nil {
			a.c.Log.Error("hooks", "error", err)
		}
	})
	a.goes(func() {
		if err := a.poller.Ensure(ctx); err != nil && ctx.Err() == nil {
			a.c.Log.Error("begin to ask Meta", "error", err)
		}
	})
	a.goes(func() { a.guard.Run(ctx) })
	a.goes(func() { a.keepHouse(ctx) })
	a.goes(func() { a.keepCount(ctx) })
	a.goes(func() { giveBack(ctx, a.DB) })
}

func (a *App) goes(f func()) {
	a.running.Add(1)
	go func() {
		defer a.running.Done()
		f()
	}()
}

// Stop ends within the context: no new requests, what is on the wire is settled, the database closed.
func (a *App) Stop(ctx context.Context) {
	a.end()
	if a.server != nil {
		if err := a.server.Shutdown(ctx); err != nil {
			_ = a.server.Close()
		}
	}
	if a.stop != nil {
		a.stop()
	}
	a.running.Wait()
	a.drain()
}
