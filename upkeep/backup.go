package upkeep

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

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
		err = d.CopyTo(ctx, to)
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
		"An old copy has forgotten the opt-outs that came after it: whoever puts it back must hold every number until they are made good.\n",
		d.Engine(), have, s.now().UTC().Format(time.RFC3339), strings.Join(keys.Prints(), "\n  "))
	return note, os.WriteFile(note, []byte(text), 0o600)
}

// dump has PostgreSQL's own program write the copy; the password goes by environment, where other users do not see it.
func dump(ctx context.Context, database, to string) error {
	program, err := findDump()
	if err != nil {
		return err
	}
	u, err := url.Parse(database)
	if err != nil {
		return errors.New("the database's address cannot be read")
	}
	environment := os.Environ()
	if password, ok := u.User.Password(); ok {
		environment = append(environment, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	c := exec.CommandContext(ctx, program, "--format=custom", "--no-password", "--file="+to, "--dbname="+u.String())
	c.Env = environment
	if text, err := c.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("pg_dump: %w: %s", err, lastLine(text)), missing(os.Remove(to)))
	}
	return os.Chmod(to, 0o600)
}

func missing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

// findDump looks in PATH and where Debian keeps PostgreSQL's programs, the newest first.
func findDump() (string, error) {
	if path, err := exec.LookPath("pg_dump"); err == nil {
		return path, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if err != nil || len(found) == 0 {
		return "", errors.New("pg_dump is not on this machine: install PostgreSQL's client programs (Debian: apt install postgresql-client)")
	}
	return slices.Max(found), nil
}
