package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"jawort/app"
	"jawort/db"
)

// filled is a world with a history. It is opened anew behind the load, as a server is that finds all this in its database.
func (r *run) filled(ctx context.Context, sink string) (*world, error) {
	w, err := r.newWorld(ctx, sink)
	if err != nil {
		return nil, err
	}
	k, err := r.recall()
	if err == nil && k.Each == 0 {
		h := &history{run: r, w: w}
		err = h.models(ctx)
		w.stop()
		if err == nil {
			err = h.fill(ctx)
		}
		if err != nil {
			return nil, err
		}
		k.Each = r.Messages
		if err = r.remember(*k); err != nil {
			return nil, err
		}
		if w, err = r.newWorld(ctx, sink); err != nil {
			return nil, err
		}
	}
	if err == nil {
		r.Messages = k.Each
		err = r.caughtUp(ctx, w)
	}
	if err != nil {
		w.stop()
	}
	return w, err
}

// fill writes it while nobody else does.
func (h *history) fill(ctx context.Context) (err error) {
	begun := time.Now()
	a, err := app.New(ctx, app.Config{DB: h.url, Base: "http://127.0.0.1:1", Keys: h.w.app.Keys, Holder: "jawort bench"})
	if err != nil {
		return err
	}
	h.w.app = a
	defer func() { err = errors.Join(err, a.DB.Close()) }()
	indexes := indexesOf("message", "decision", "signal")
	for _, i := range indexes {
		if err := h.direct(ctx, "drop index if exists "+i.name); err != nil {
			return err
		}
	}
	for round := range h.Messages {
		if err := h.round(ctx, round); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	for _, i := range indexes {
		if err := h.direct(ctx, i.text); err != nil {
			return err
		}
		h.say("%s: %s made", h.engine, i.name)
	}
	if err := h.people(ctx); err != nil {
		return err
	}
	if a.DB.Engine() == db.Postgres {
		if err := h.direct(ctx, "vacuum analyze"); err != nil { // as the server itself does behind such a load
			return err
		}
	}
	h.say("%s: %d messages and decisions in %s", h.engine, len(h.edges)*part*h.Messages, time.Since(begun).Round(time.Second))
	return nil
}

type index struct{ name, text string }

var createIndex = regexp.MustCompile(`(?m)^create (?:unique )?index (\w+) on (\w+) [^;]+`)

// indexesOf are those of tables that are filled row by row: made behind the rows they take a tenth of the time.
func indexesOf(tables ...string) []index {
	var out []index
	for _, m := range createIndex.FindAllStringSubmatch(db.Schema, -1) {
		if strings.Contains(" "+strings.Join(tables, " ")+" ", " "+m[2]+" ") {
			out = append(out, index{m[1], m[0]})
		}
	}
	return out
}

// direct runs a statement that sorts or sweeps whole tables, with memory for it.
func (h *history) direct(ctx context.Context, text string) error {
	path, isFile := strings.CutPrefix(h.url, "sqlite:")
	if !isFile {
		c, err := pgx.Connect(ctx, h.url)
		if err != nil {
			return err
		}
		defer c.Close(ctx)
		for _, t := range []string{"set maintenance_work_mem = '1GB'", text} {
			if _, err := c.Exec(ctx, t); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		return nil
	}
	c, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=temp_store(1)&_pragma=cache_size(-500000)&_pragma=synchronous(0)")
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, text); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}
