//go:build unix

package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// The shared cluster: one PostgreSQL server for all test binaries that run at the same time. It lives in a folder of the temporary
// directory that is named after our user id:
//
//	start     locked while a server is started or stopped
//	users     locked (shared) by each test binary as long as it lives; the operating system gives it back even after a crash
//	watch     locked by the watchdog, a copy of the first test binary that stops the server when nobody has used it for a while
//	server/   owned by the unprivileged user: data, log, socket
//
// Nothing depends on clean endings: who finds no server that answers makes a new one, who finds no watchdog starts one.

const idle = 10 * time.Second // between the packages of one `go test ./...`

type cluster struct {
	folder string
	bin    string              // folder of the server's binaries
	as     *syscall.Credential // nil = as ourselves
}

// using is our lock of "users", open until the process ends.
var using *os.File

func sharedCluster() (string, error) {
	c, err := locate()
	if err != nil {
		return "", err
	}
	start, err := c.lock("start", syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer start.Close()
	if using, err = c.lock("users", syscall.LOCK_SH); err != nil {
		return "", err
	}
	if !c.answers() {
		if err := c.start(); err != nil {
			return "", err
		}
	}
	return c.address(), c.watch()
}

// locate finds the binaries, the folder and the user to run as.
func locate() (*cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	c := &cluster{bin: bin}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		if c.as, err = unprivileged(); err != nil {
			return nil, err
		}
	}
	base := os.TempDir()
	if c.as != nil || len(base) > 60 { // others must get through to the folder, and a socket's path has at most 107 bytes
		base = "/tmp"
	}
	c.folder = filepath.Join(base, "jawort-test-postgres-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(c.folder, 0o755); err != nil {
		return nil, err
	}
	info, err := os.Lstat(c.folder)
	if err != nil {
		return nil, err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(s.Uid) != os.Getuid() {
		return nil, fmt.Errorf("%s is not a folder of ours", c.folder)
	}
	return c, nil
}

// binaries is the folder with initdb and postgres: the newest of Debian's, or what PATH has.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			found = append(found, real)
		}
	}
	for _, path := range found {
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "postgres")); err == nil {
			return filepath.Dir(path), nil
		}
	}
	return "", errNoServer
}

func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("tests run as root, and there is no user postgres or nobody to run PostgreSQL as")
}

// lock opens and locks a file of the folder; the lock ends with the file.
func (c *cluster) lock(name string, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(c.folder, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (c *cluster) server() string { return filepath.Join(c.folder, "server") }
func (c *cluster) data() string   { return filepath.Join(c.server(), "data") }

func (c *cluster) address() string {
	q := url.Values{"host": {c.server()}, "user": {"jawort"}}
	return "postgres:///postgres?" + q.Encode()
}

func (c *cluster) answers() bool {
	if _, err := os.Stat(filepath.Join(c.server(), ".s.PGSQL.5432")); err != nil {
		return false
	}
	err := admin(c.address(), "select 1")
	var refused *pgconn.PgError                                              // too many connections, say: it lives
	return err == nil || errors.As(err, &refused) && refused.Code != "57P03" // starting up or shutting down
}

// start makes a new cluster and waits until it answers. What an earlier one left is removed.
func (c *cluster) start() error {
	c.stop()
	if err := os.RemoveAll(c.server()); err != nil {
		return err
	}
	if err := os.Mkdir(c.server(), 0o700); err != nil {
		return err
	}
	if c.as != nil {
		if err := os.Chown(c.server(), int(c.as.Uid), int(c.as.Gid)); err != nil {
			return err
		}
	}
	out, err := c.command("initdb", "-D", c.data(), "-U", "jawort", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, tail(out))
	}
	log, err := os.OpenFile(filepath.Join(c.folder, "log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	postgres := c.command("postgres", "-D", c.data(), "-k", c.server(), "-c", "listen_addresses=",
		"-c", "max_connections=500", "-c", "shared_buffers=128MB", "-c", "fsync="+fsync(), "-c", "max_wal_size=4GB", "-c", "deadlock_timeout=200ms")
	postgres.Stdout, postgres.Stderr = log, log // not ours: `go test` would wait for it
	if err := postgres.Start(); err != nil {
		return err
	}
	gone := make(chan error, 1)
	go func() { gone <- postgres.Wait() }()
	for range 600 {
		select {
		case <-gone:
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("PostgreSQL ended at once: %s", tail(text))
		case <-time.After(50 * time.Millisecond):
		}
		if c.answers() {
			return nil
		}
	}
	return errors.New("PostgreSQL did not answer within 30 s")
}

// fsync is on, as in production, unless somebody is in a hurry.
func fsync() string {
	if os.Getenv("JAWORT_TEST_FSYNC") == "off" {
		return "off"
	}
	return "on"
}

func tail(text []byte) string {
	s := strings.TrimSpace(string(text))
	return s[max(0, len(s)-600):]
}

// command runs a server binary in a session of its own, so that Ctrl-C at the test does not reach it.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), filepath.Join(c.bin, name), args...)
	cmd.Dir = c.server()
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.as}
	return cmd
}

// stop ends the server of the folder, if one runs, and waits for its end.
func (c *cluster) stop() {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(text), "\n", 2)[0]))
	if err != nil || pid < 2 || !c.owns(pid) {
		return
	}
	syscall.Kill(pid, syscall.SIGQUIT) // at once: nobody needs the data
	for range 200 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// owns says whether a process is the server of our folder, and not a stranger that got an old number.
func (c *cluster) owns(pid int) bool {
	if where, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err == nil {
		return strings.HasPrefix(where, c.data())
	}
	line, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output() // no /proc
	return err == nil && strings.Contains(string(line), c.data())
}
