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
)

// dump has PostgreSQL's own program write the copy; the password goes by environment, where other users do not see it.
func dump(ctx context.Context, database, to string) error {
	c, err := postgresProgram(ctx, "pg_dump", database, "--format=custom", "--no-password", "--file="+to)
	if err != nil {
		return err
	}
	if text, err := c.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("pg_dump: %w: %s", err, lastLine(text)), missing(os.Remove(to)))
	}
	return os.Chmod(to, 0o600)
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

// postgresProgram is one of PostgreSQL's own programs, told which database; the password goes by environment, where other users do not
// see it.
func postgresProgram(ctx context.Context, name, database string, args ...string) (*exec.Cmd, error) {
	path, err := findProgram(name)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(database)
	if err != nil {
		return nil, errors.New("the database's address cannot be read")
	}
	environment := os.Environ()
	if password, ok := u.User.Password(); ok {
		environment = append(environment, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	c := exec.CommandContext(ctx, path, append(args, "--dbname="+u.String())...)
	c.Env = environment
	return c, nil
}

// findProgram looks in PATH and where Debian keeps PostgreSQL's programs, the newest first.
func findProgram(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", errors.New(name + " is not on this machine: install PostgreSQL's client programs (Debian: apt install postgresql-client)")
	}
	return slices.Max(found), nil
}
