package upkeep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
)

// Backup copies the database into a new file, and writes beside it which keys are needed to read its secrets. The keys themselves
// are not in it: keep them elsewhere.
func Backup(ctx context.Context, s Settings, to string) (note string, err error) {
	note = to + ".txt"
	for _, path := range []string{to, note} {
		if _, err := os.Lstat(path); err == nil {
			return "", fmt.Errorf("%s is there already; a backup never overwrites", filepath.Base(path))
		}
	}
	keys, err := s.Keys()
	if err != nil {
		return "", err
	}
	d, err := s.read(ctx)
	if err != nil {
		return "", err
	}
	defer d.Close()
	if d.Engine() == db.SQLite {
		err = copyHeld(ctx, d, to)
	} else {
		err = dump(ctx, s.Database, to)
	}
	if err != nil {
		return "", errors.Join(err, d.Close())
	}
	have, _, err := version(ctx, d)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("Backup of a Jawort database (%s), schema version %d, %s.\nIts secrets open only with these keys, which are not in it (id, fingerprint):\n  %s\n"+
		"An old copy has forgotten the opt-outs that came after it. Put it back with `jawort restore`, never by hand: that holds every number\n"+
		"until an owner releases it, and writes again what the database in use until then can still tell.\n",
		d.Engine(), have, s.now().UTC().Format(time.RFC3339), strings.Join(keys.Prints(), "\n  "))
	return note, os.WriteFile(note, []byte(text), 0o600)
}

// copyHeld writes a copy in which everything is held, so that nothing is sent from it even if somebody puts it back by hand.
func copyHeld(ctx context.Context, d *db.DB, to string) error {
	if err := d.CopyTo(ctx, to); err != nil {
		return err
	}
	copied, err := db.Open(ctx, "sqlite:"+to, db.Options{Holder: "jawort backup", Readers: 1})
	if err != nil {
		return err
	}
	err = copied.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		return account.Hold(ctx, tx, now)
	})
	if err = errors.Join(err, copied.Close()); err != nil {
		removeDatabase(to)
		return err
	}
	return missing(os.Remove(to + ".lock"))
}

func missing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
