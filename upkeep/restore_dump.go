package upkeep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"jawort/db"
)

// restoreDump fills an empty PostgreSQL database. A database in use is never touched: the new one is another, and the old one is named
// as the lost one.
func restoreDump(ctx context.Context, s Settings, r ToRestore) (out Restored, err error) {
	d, err := db.Open(ctx, s.Database, db.Options{Conns: 2})
	if err != nil {
		return out, err
	}
	have, _, err := version(ctx, d)
	if err = errors.Join(err, d.Close()); err != nil {
		return out, err
	}
	if have > 0 {
		return out, errors.New("there is a Jawort in this database already: make an empty one (createdb), name it as the database, and the one that is there with --lost")
	}
	if err := load(ctx, s, r.From); err != nil {
		return out, err
	}
	return s.ready(ctx, s.Database, r.Lost)
}

// heldFromTheFirst is the end of the script that fills the database: it is all one transaction, so that nobody ever meets the copy unheld.
const heldFromTheFirst = "\nupdate public.tenant set held_since = (extract(epoch from clock_timestamp()) * 1000000)::bigint where held_since is null;\n"

// load has PostgreSQL's own program turn the copy into a script, whole, and only then run it in one transaction.
func load(ctx context.Context, s Settings, from string) error {
	program, err := findProgram("pg_restore")
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "jawort-restore-") // of this user alone
	if err != nil {
		return fmt.Errorf("make room for the script: %w", err)
	}
	defer os.RemoveAll(folder)
	script := filepath.Join(folder, "script.sql")
	if text, err := exec.CommandContext(ctx, program, "--no-owner", "--no-privileges", "--file="+script, from).CombinedOutput(); err != nil {
		return fmt.Errorf("this is no copy that can be read: %s", lastLine(text))
	}
	if err := appendTo(script, heldFromTheFirst); err != nil {
		return err
	}
	run, err := postgresProgram(ctx, "psql", s.Database, "--no-psqlrc", "--no-password", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file="+script)
	if err != nil {
		return err
	}
	if text, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("psql: %w: %s", err, lastLine(text))
	}
	return nil
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("write the script: %w", err)
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
