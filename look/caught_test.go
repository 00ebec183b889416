package look

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCaught(t *testing.T) {
	none := errors.New("none")
	if err := Caught(httptest.NewRecorder(), func() error { return none }); !errors.Is(err, none) {
		t.Errorf("an error on its way: %v", err)
	}
	err := Caught(httptest.NewRecorder(), func() error { panic("tel:+4915112345678") })
	if err == nil || strings.Contains(err.Error(), "12345678") || !strings.Contains(err.Error(), "caught_test.go") {
		t.Errorf("a panic names the place and not the value: %v", err)
	}
	for name, do := range map[string]func(w http.ResponseWriter) error{
		"an answer that has begun": func(w http.ResponseWriter) error {
			w.Header().Set("Content-Type", "text/csv")
			_, _ = io.WriteString(w, "a,b\n")
			panic("half")
		},
		"an answer broken off": func(http.ResponseWriter) error { panic(http.ErrAbortHandler) },
	} {
		w := httptest.NewRecorder()
		func() {
			defer func() {
				if p := recover(); p != http.ErrAbortHandler {
					t.Errorf("%s: %v", name, p)
				}
			}()
			_ = Caught(w, func() error { return do(w) })
			t.Errorf("%s goes on", name)
		}()
	}
}
