//go:build unix

package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// startCluster runs a PostgreSQL of our own in a folder, with its default durability, until stop.
func startCluster(ctx context.Context, dir string) (address string, pid int, stop func(), err error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			found = append(found, real)
		}
	}
	if len(found) == 0 {
		return "", 0, nil, errors.New("PostgreSQL is not here: `apt-get install postgresql`, or name a server with --db postgres://…")
	}
	c := server{bin: filepath.Dir(found[len(found)-1]), home: filepath.Join(dir, "postgres")}
	if err := c.settle(dir); err != nil {
		return "", 0, nil, err
	}
	if _, err := os.Stat(c.home + "/data/PG_VERSION"); err == nil {
		// a world that was kept
	} else if out, err := c.command("initdb", "-D", c.home+"/data", "-U", "jawort", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions").CombinedOutput(); err != nil {
		return "", 0, nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	cmd := c.command("postgres", "-D", c.home+"/data", "-k", c.home, "-c", "listen_addresses=", "-c", "max_wal_size=4GB")
	if err := cmd.Start(); err != nil {
		return "", 0, nil, fmt.Errorf("start postgres: %w", err)
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		_ = cmd.Wait()
	}
	q := url.Values{"host": {c.home}, "user": {"jawort"}}
	address = "postgres:///postgres?" + q.Encode()
	if err := await(ctx, address); err != nil {
		stop()
		return "", 0, nil, err
	}
	return address, cmd.Process.Pid, stop, nil
}

type server struct {
	bin, home string
	as        *syscall.Credential
}

// settle makes the server's folder, and finds whom to run as: PostgreSQL refuses to run as root.
func (c *server) settle(dir string) error {
	if err := os.Mkdir(c.home, 0o700); err != nil && !errors.Is(err, fs.ErrExist) || os.Getuid() != 0 {
		return err
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid) // a unix's is a number
		gid, _ := strconv.Atoi(u.Gid)
		c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return errors.Join(os.Chmod(dir, 0o711), os.Chown(c.home, uid, gid))
	}
	return errors.New("there is no user postgres or nobody to run PostgreSQL as")
}

func (c *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.home
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.as}
	return cmd
}

func await(ctx context.Context, address string) error {
	for range 200 {
		c, err := pgx.Connect(ctx, address)
		if err == nil {
			return c.Close(ctx)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("PostgreSQL did not answer within 10 s")
}

// cpuOf is the CPU time of a process and its children so far, where /proc tells; 0 for no process.
func cpuOf(parent int) time.Duration {
	if parent == 0 {
		return 0
	}
	var ticks int64
	list, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range list {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		f := strings.Fields(rest) // from field 3 of proc(5) on
		if len(f) < 15 || f[1] != strconv.Itoa(parent) && filepath.Base(filepath.Dir(name)) != strconv.Itoa(parent) {
			continue
		}
		last := 13 // user and system time
		if f[1] != strconv.Itoa(parent) {
			last = 15 // the parent's own, and of children that have ended
		}
		for _, v := range f[11:last] {
			n, _ := strconv.ParseInt(v, 10, 64)
			ticks += n
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond // USER_HZ is 100 on Linux
}
