package upkeep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/outbox"
)

// ToRestore is a copy that is put back.
type ToRestore struct {
	From    string // the file that Backup wrote
	Replace bool   // a SQLite database that is there is moved aside
	Lost    string // address of the database that was in use until now, for the opt-outs in it; "" = for SQLite the one moved aside, else none
}

// Restored is what came of it. Every business is held: nothing is sent until an owner releases it.
type Restored struct {
	Businesses int       `json:"businesses"`
	Until      time.Time `json:"knows_until"`     // the newest entry of the copy: what came later is not in it
	Aside      string    `json:"aside,omitempty"` // where the database is that was there before
	Forsaken   int64     `json:"messages_ended"`  // stood in line in the copy, and may have been sent since
	Again                // from the lost database
	Unread     string    `json:"lost_unread,omitempty"` // why nothing could be taken from it; "" = it was, or there is none
}

// Restore puts a copy in the place of the database. An old copy has forgotten the opt-outs that came after it, so that it is a matter of
// consent: all is held from the first moment on, and what can be known of the time since is written again (DESIGN section 8).
func Restore(ctx context.Context, s Settings, r ToRestore) (Restored, error) {
	if info, err := os.Stat(r.From); err != nil || !info.Mode().IsRegular() {
		return Restored{}, fmt.Errorf("%s is no file", filepath.Base(r.From))
	}
	if path, ok := s.file(); ok {
		return restoreFile(ctx, s, r, path)
	}
	return restoreDump(ctx, s, r)
}

// restoreFile makes the copy ready under another name; only what is held already takes the database's place.
func restoreFile(ctx context.Context, s Settings, r ToRestore, path string) (out Restored, err error) {
	_, err = os.Lstat(path)
	there := err == nil
	if there && !r.Replace {
		return out, fmt.Errorf("there is a database already (%s): with --replace it is moved aside, and the opt-outs in it are written again", filepath.Base(path))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return out, fmt.Errorf("make the data folder: %w", err)
	}
	if there { // held by a running server, or by us until its WAL is in the file
		if old, err := s.open(ctx); errors.Is(err, ErrHeld) {
			return out, fmt.Errorf("%w: stop the server first", ErrHeld)
		} else if err == nil {
			if err := old.Close(); err != nil {
				return out, err
			}
		}
	}
	ready := path + ".restoring"
	defer removeDatabase(ready)
	removeDatabase(ready)
	if err := copyFile(r.From, ready); err != nil {
		return out, err
	}
	if there && r.Lost == "" {
		r.Lost = s.Database
	}
	if out, err = s.ready(ctx, "sqlite:"+ready, r.Lost); err != nil {
		return out, err
	}
	aside := path + ".before-" + s.now().UTC().Format("20060102T150405")
	old, err := db.Replace(s.Database, ready, aside)
	if old {
		out.Aside = aside
	}
	return out, err
}

// ready opens a database that was just restored, brings it up to this program, holds it and writes again what was lost.
func (s Settings) ready(ctx context.Context, restored, lost string) (out Restored, err error) {
	keys, err := s.Keys()
	if err != nil {
		return out, err
	}
	d, err := db.Open(ctx, restored, db.Options{Holder: "jawort restore", Readers: 1, Conns: 4})
	if err != nil {
		return out, fmt.Errorf("the copy cannot be opened: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	switch have, want, err := version(ctx, d); {
	case err != nil:
		return out, fmt.Errorf("this is no copy of a Jawort database: %w", err)
	case have == 0:
		return out, errors.New("this is no copy of a Jawort database")
	case have > want:
		return out, newer(have, want)
	}
	if err := sound(ctx, d); err != nil {
		return out, err
	}
	if err := d.Migrate(ctx); err != nil {
		return out, err
	}
	if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return out.hold(ctx, tx, keys) }); err != nil {
		return out, err
	}
	if lost == "" {
		return out, nil
	}
	again, err := takeAgain(ctx, lost, d, keys)
	if errors.Is(err, errUnread) {
		out.Unread, err = err.Error(), nil
	}
	out.Again = again
	return out, err
}

// sound wants every page and index of a SQLite file to fit together: a copy that a disk or a transfer has bent opens all the same, and would
// have forgotten whoever stood on that page. (PostgreSQL's own restore reads the whole dump.)
func sound(ctx context.Context, d *db.DB) error {
	if d.Engine() != db.SQLite {
		return nil
	}
	var said string
	err := d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `pragma integrity_check(1)`).Scan(&said)
	})
	if err != nil {
		return fmt.Errorf("the copy is damaged: %w", err)
	}
	if said != "ok" {
		return errors.New("the copy is damaged: SQLite's integrity_check finds fault with it")
	}
	return nil
}

// hold stops every business, ends what stood in line, and sees to it that the keys are those of the copy.
func (r *Restored) hold(ctx context.Context, tx *db.Tx, keys *account.Keyring) error {
	all, err := account.Tenants(ctx, tx)
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	r.Businesses, r.Until = len(all), time.Time{}
	for _, t := range all {
		if _, err := keys.Pepper(t); err != nil {
			return fmt.Errorf("the key does not open the secrets of this copy: the text file beside it says which keys do: %w", err)
		}
		at, err := newestEntry(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		if m := time.UnixMicro(at).UTC(); at > 0 && m.After(r.Until) {
			r.Until = m
		}
		if err := account.Record(ctx, tx, t.ID, account.Entry{Actor: actor, Action: "tenant.restored", Object: t.ID}); err != nil {
			return err
		}
	}
	if r.Forsaken, err = outbox.Forsake(ctx, tx, now); err != nil {
		return fmt.Errorf("end what stood in line: %w", err)
	}
	return account.Hold(ctx, tx, now)
}

// newestEntry is when the ledger's last entry was written; 0 = it has none.
func newestEntry(ctx context.Context, tx *db.Tx, tenant string) (at int64, err error) {
	err = tx.Row(ctx, `select coalesce((select recorded_at from event where tenant = $1 order by event desc limit 1), 0)`, tenant).Scan(&at)
	return at, err
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("read the copy: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the database: %w", err)
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// removeDatabase removes what an attempt left behind; what is not there need not be removed.
func removeDatabase(path string) {
	for _, part := range []string{"", "-wal", "-shm", ".lock"} {
		_ = os.Remove(path + part)
	}
}
