//go:build unix

package dbtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestClusterAfterCrash: a server that was killed is replaced, and one that is not needed goes away with its folder.
func TestClusterAfterCrash(t *testing.T) {
	if os.Getenv("JAWORT_TEST_POSTGRES") != "" {
		return // nothing of ours to crash
	}
	shared, err := locate()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("/tmp", "jawort-crash-") // not t.TempDir: the unprivileged user must get through
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	os.Chmod(folder, 0o755)
	c := &cluster{folder: folder, bin: shared.bin, as: shared.as}
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	defer c.stop()
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil || !c.owns(pid) || c.owns(os.Getpid()) {
		t.Fatalf("process %d is not seen as ours (%v)", pid, err)
	}
	syscall.Kill(pid, syscall.SIGKILL)
	for i := 0; c.answers(); i++ {
		if i == 100 {
			t.Fatal("a killed server answers")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err := c.start(); err != nil {
		t.Fatalf("start after a crash: %v", err)
	}
	if !c.answers() {
		t.Error("the new server does not answer")
	}
	if !c.end() {
		t.Error("nobody uses it, and it does not end")
	}
	if c.answers() {
		t.Error("it answers after its end")
	}
	if _, err := os.Stat(c.server()); err == nil {
		t.Error("its folder is left")
	}
}

// TestUsersKeepTheServer: as long as a test binary holds its lock, the watchdog may not end the server.
func TestUsersKeepTheServer(t *testing.T) {
	c := &cluster{folder: t.TempDir()}
	user, err := c.lock("users", syscall.LOCK_SH)
	if err != nil {
		t.Fatal(err)
	}
	if c.end() {
		t.Error("ended under a user")
	}
	user.Close()
	if !c.end() {
		t.Error("not ended without users")
	}
}
