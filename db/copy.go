package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
)

// CopyTo writes a SQLite database as of one moment into a new file, while others read and write it. It works on a read-only DB too.
func (d *DB) CopyTo(ctx context.Context, path string) error {
	if d.engine != SQLite {
		return errors.New("copy database: only SQLite files can be copied so")
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("copy database: %w", os.ErrExist)
	}
	from := strings.TrimPrefix(strings.TrimPrefix(d.url, "sqlite:"), "//")
	pool, err := sql.Open("sqlite", strings.Replace(fileURL(from, true, 8), "query_only%281%29", "query_only%280%29", 1))
	if err != nil {
		return fmt.Errorf("copy database: %w", mapped(err))
	}
	defer pool.Close()
	if _, err := pool.ExecContext(ctx, "vacuum into ?", path); err != nil { // a transaction of its own: a reader, so nobody waits
		return errors.Join(fmt.Errorf("copy database: %w", mapped(err)), ignoreMissing(os.Remove(path)))
	}
	return durable(path)
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// durable sees to it that the copy outlives a loss of power.
func durable(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}
