package gateway

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"runtime/debug"
)

// caught serves a call; a panic is answered like Meta answers what went wrong, with the id under which the log names the place. The log never
// holds the value: it may be a token, or what somebody wrote. An answer that has begun is cut off, as half of one must not look whole.
func (g *Gateway) caught(c *call) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
			panic(http.ErrAbortHandler)
		}
		g.Log.Error("gateway: panic", "request", c.id, "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		switch h := c.w.Header(); {
		case h.Get("Content-Type") != "" || h.Get(decisionHeader) != "": // set when the answer begins
			panic(http.ErrAbortHandler)
		case c.begun:
			err = &fault{131000, 504, "OUTCOME_UNKNOWN", "it may have been done; do not repeat"}
		default:
			err = &fault{131000, 500, "INTERNAL", ""}
		}
	}()
	return g.serve(c)
}

// copied is copyForm in a goroutine of its own, where a panic would end the whole process.
func (g *Gateway) copied(request string, in *multipart.Reader, out *multipart.Writer) (f *fault) {
	defer func() {
		if p := recover(); p != nil {
			g.Log.Error("gateway: panic", "request", request, "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			f = &fault{131000, 500, "INTERNAL", ""}
		}
	}()
	return copyForm(in, out)
}
