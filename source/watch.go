package source

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
)

// WatchFor is how long a new way of opting in is watched closely. Meta: watch the quality rating when a new opt-in method is rolled
// out (WA/getting-opt-in, 3 November 2025); the two weeks are ours.
const WatchFor = 14 * 24 * time.Hour

// Watch is that time of one source, from its first opening. The zero Watch is of a source that was never opened, or before there were any.
type Watch struct {
	Source       string
	Since, Until int64
	EndedAt      int64  // 0 = nobody ended it before its time
	EndedBy      string // staff
	EndedWhy     string
}

// On says whether it is watched at a moment.
func (w Watch) On(now int64) bool { return w.Since > 0 && w.EndedAt == 0 && now < w.Until }

// beginWatch: opened for the first time, once.
func beginWatch(ctx context.Context, tx *db.Tx, s Source) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	return insertWatch(ctx, tx, s.Tenant, Watch{Source: s.ID, Since: now, Until: now + WatchFor.Microseconds()})
}

// WatchOf is the watch of a source, also one that is over.
func WatchOf(ctx context.Context, tx *db.Tx, tenant, source string) (Watch, error) {
	w, err := readWatch(ctx, tx, tenant, source)
	if errors.Is(err, db.ErrNone) {
		return Watch{}, nil
	}
	return w, err
}

// Watched are the sources that are watched now, by id.
func Watched(ctx context.Context, tx *db.Tx, tenant string) (map[string]Watch, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	list, err := readWatches(ctx, tx, tenant, now)
	out := map[string]Watch{}
	for _, w := range list {
		out[w.Source] = w
	}
	return out, err
}

// EndWatch ends it before its time; why is for the team.
func EndWatch(ctx context.Context, tx *db.Tx, tenant, source, by, why string) error {
	why = strings.TrimSpace(why)
	if n := utf8.RuneCountInString(why); n < 10 || n > 500 || !utf8.ValidString(why) {
		return errs.At("reason", "source.watch.why")
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	n, err := endWatch(ctx, tx, tenant, source, by, why, now)
	if err != nil {
		return fmt.Errorf("end the watch of source %s: %w", source, err)
	}
	if n == 0 {
		return errs.New(errs.Conflict, "source.watch.over")
	}
	return nil
}
