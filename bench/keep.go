package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"jawort/account"
	"jawort/app"
	"jawort/db"
)

// kept is what one must know of a world to use it again: filling one with a million people takes minutes.
type kept struct {
	Keys, Tenant, Source, Key string
	People, Each              int // Each: messages a person
}

func (r *run) memo() string { return filepath.Join(r.dir, "world.json") }

// recall is the world that was kept in the folder; nil if there is none.
func (r *run) recall() (*kept, error) {
	text, err := os.ReadFile(r.memo())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("read %s: %w", r.memo(), err)
	}
	r.People = k.People
	return &k, nil
}

// remember writes it down, for this run or a later one.
func (r *run) remember(k kept) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return os.WriteFile(r.memo(), text, 0o600)
}

// again is a kept world with its numbers led to the new sink.
func (w *world) again(ctx context.Context, k *kept, sink string) error {
	w.tenant, w.source, w.key = k.Tenant, k.Source, k.Key
	return w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := account.TenantOf(ctx, tx, w.tenant)
		if err != nil {
			return err
		}
		if w.pepper, err = w.app.Keys.Pepper(t); err != nil {
			return err
		}
		return w.numbers(ctx, tx, sink)
	})
}

// manyPeople is from where PostgreSQL gets them from a SQLite file that is filled first: row by row it takes several times as long.
const manyPeople = 100_000

// byFile fills a SQLite file as the product does and copies its tables.
func (r *run) byFile(ctx context.Context, sink string, keys *account.Keyring, to *app.App) (*world, error) {
	path := filepath.Join(r.dir, "by-file.db")
	a, err := app.New(ctx, app.Config{DB: "sqlite:" + path, Base: "http://" + net.JoinHostPort("127.0.0.1", "1"), Keys: keys, Holder: "jawort bench"})
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, end := range []string{"", "-wal", "-shm", ".lock"} {
			_ = os.Remove(path + end)
		}
	}()
	w := &world{app: a}
	err = a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return w.found(ctx, tx, "http://"+sink) })
	if err == nil {
		err = r.populate(ctx, w)
	}
	if err = errors.Join(err, a.DB.Close()); err != nil {
		return nil, err
	}
	if err := r.copyTables(ctx, path); err != nil {
		return nil, fmt.Errorf("copy the people to PostgreSQL: %w", err)
	}
	w.app = to
	return w, nil
}
