package errs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorKeepsReaderAndLogApart(t *testing.T) {
	e := At("to", "address.too_short").With(Args{"Min": 7}).Because(errors.New("libphonenumber: 3"))
	wrapped := fmt.Errorf("submit message: %w", e)
	if CodeOf(wrapped) != Invalid {
		t.Fatalf("CodeOf = %s", CodeOf(wrapped))
	}
	if got := wrapped.Error(); !strings.Contains(got, "libphonenumber") || strings.Contains(got, "7") {
		t.Fatalf("the log line %q lacks the cause or shows arguments", got)
	}
	if !errors.Is(wrapped, At("other", "address.too_short")) || errors.Is(wrapped, At("to", "x")) {
		t.Fatal("Is does not compare code and key")
	}
}

func TestCodeOf(t *testing.T) {
	for err, want := range map[error]Code{nil: "", errors.New("x"): Internal, New(NotFound, "a"): NotFound} {
		if CodeOf(err) != want {
			t.Errorf("CodeOf(%v) = %s, want %s", err, CodeOf(err), want)
		}
	}
}
