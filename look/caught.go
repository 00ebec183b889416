package look

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// Caught makes an error of a panic, so that the reader gets a page that says what it means. The error names the place and the kind,
// never the value: that may hold what somebody wrote. An answer that has begun is cut off, as half a file must not look whole.
func Caught(w http.ResponseWriter, do func() error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		e, ok := p.(error)
		if ok && errors.Is(e, http.ErrAbortHandler) || w.Header().Get("Content-Type") != "" { // set when the answer begins
			panic(http.ErrAbortHandler)
		}
		err = fmt.Errorf("panic of a %T\n%s", p, debug.Stack())
	}()
	return do()
}
