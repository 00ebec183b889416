package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Replace puts the SQLite file with in the place of the one at url and keeps what was there under the name aside; old says whether
// anything was. A process that has the file open is a HeldError. Whoever starts at any moment finds one of the two, never none.
func Replace(url, with, aside string) (old bool, err error) {
	path := strings.TrimPrefix(strings.TrimPrefix(url, "sqlite:"), "//")
	lock, err := lockFile(path+".lock", "jawort restore")
	if err != nil {
		return false, err
	}
	defer lock.release()
	for _, name := range []string{with + "-wal", aside, aside + "-wal"} {
		if _, err := os.Lstat(name); err == nil {
			return false, fmt.Errorf("replace database: %s is in the way", filepath.Base(name))
		}
	}
	if err := setAside(path, aside); err != nil {
		return false, fmt.Errorf("replace database: %w", err)
	}
	if err := os.Link(path, aside); err == nil {
		old = true
	} else if !errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("replace database: keep the old file: %w", err)
	}
	if err := os.Rename(with, path); err != nil {
		return old, fmt.Errorf("replace database: %w", err)
	}
	return old, syncFolder(filepath.Dir(path))
}

// setAside moves the WAL of a process that was killed: it belongs to the old file, and would spoil the new one.
func setAside(path, aside string) error {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		if err := os.Rename(path+"-wal", aside+"-wal"); err != nil {
			return err
		}
	}
	return errors.Join(ignoreMissing(os.Remove(path+"-wal")), ignoreMissing(os.Remove(path+"-shm")))
}

// syncFolder makes names durable; where a folder cannot be synced (Windows) the file system does it by itself.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("replace database: %w", err)
	}
	_ = f.Sync()
	return f.Close()
}
