//go:build !unix

package bench

import (
	"context"
	"errors"
	"time"
)

// Elsewhere the system is not asked: the figures are 0 and not judged.
func cpu() time.Duration             { return 0 }
func pss() float64                   { return 0 }
func cpuOf(parent int) time.Duration { return 0 }

// startCluster needs a unix.
func startCluster(context.Context, string) (url string, pid int, stop func(), err error) {
	return "", 0, nil, errors.New("name a PostgreSQL server with --db postgres://…")
}
