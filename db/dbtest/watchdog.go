//go:build unix

package dbtest

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

const watchdogVariable = "JAWORT_TEST_WATCHDOG"

// A test binary started with the variable is the watchdog of that folder and nothing else.
func init() {
	if folder := os.Getenv(watchdogVariable); folder != "" {
		guard(&cluster{folder: folder})
		os.Exit(0)
	}
}

// watch starts a watchdog if there is none.
func (c *cluster) watch() error {
	watch, err := c.lock("watch", syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return nil // somebody watches
	}
	defer watch.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), watchdogVariable+"="+c.folder)
	cmd.ExtraFiles = []*os.File{watch} // the lock passes on to the watchdog
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// guard stops the server once nobody has used it for a while. File 3 is the lock of "watch".
func guard(c *cluster) {
	free := time.Duration(0)
	for step := time.Second; ; time.Sleep(step) {
		users, err := c.lock("users", syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			free = 0
			continue
		}
		users.Close()
		if free += step; free < idle {
			continue
		}
		if c.end() {
			return
		}
	}
}

// end stops the server unless somebody came at the last moment.
func (c *cluster) end() bool {
	start, err := c.lock("start", syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return false
	}
	defer start.Close()
	users, err := c.lock("users", syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return false
	}
	defer users.Close()
	c.stop()
	os.RemoveAll(c.server())
	return true
}
