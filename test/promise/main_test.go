// Package promise tries to break the promise: once an opt-out was acknowledged, no send to that person starts, on any
// node. It believes only the emulator's arrival log and the callers' own notes of when they were answered.
package promise

import (
	"os"
	"strconv"
	"testing"
)

// role in the environment makes this test binary one of the processes that the tests start and kill.
const role = "JAWORT_PROMISE_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(role) != "" {
		if err := child(); err != nil {
			os.Stderr.WriteString("child: " + err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// rounds is how many people opt out in a test; JAWORT_ROUNDS makes it long.
func rounds(normal int) int {
	if n, err := strconv.Atoi(os.Getenv("JAWORT_ROUNDS")); err == nil && n > 0 {
		return n
	}
	return normal
}
