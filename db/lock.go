package db

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// HeldError says that another process has the SQLite file open.
type HeldError struct {
	Path   string // the lock file
	Holder string // what it wrote about itself: process id and Options.Holder; "" = unknown
}

func (e *HeldError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another process"
	}
	return fmt.Sprintf("the SQLite file is in use by %s (lock %s); one process at a time", holder, e.Path)
}

// fileLock guards a SQLite file. The operating system frees it when the process ends, however it ends.
type fileLock struct{ f *os.File }

func lockFile(path, holder string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock file: %w", err)
	}
	if err := tryLock(f); err != nil {
		was, _ := io.ReadAll(io.LimitReader(f, 200))
		f.Close()
		return nil, &HeldError{Path: path, Holder: strings.TrimSpace(string(was))}
	}
	text := fmt.Sprintf("process %d %s", os.Getpid(), holder)
	if err := f.Truncate(0); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock file: %w", err)
	}
	if _, err := f.WriteAt([]byte(strings.TrimSpace(text)+"\n"), 0); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock file: %w", err)
	}
	return &fileLock{f}, nil
}

// release gives the lock up; the file stays, because removing it would race with who opens it.
func (l *fileLock) release() {
	if l != nil {
		l.f.Truncate(0)
		l.f.Close()
	}
}
