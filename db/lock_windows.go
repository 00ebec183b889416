package db

import (
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks a byte far behind the text, so that the text stays readable to who finds the lock held.
func tryLock(f *os.File) error {
	at := &windows.Overlapped{Offset: 1 << 20}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
}
