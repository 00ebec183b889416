package emulator

import (
	"net/http"
	"net/url"
	"sync"
	"time"
)

// request is one line of the request log: what was asked on Graph paths and how it was answered. Tokens are left out.
type request struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	US     int64     `json:"us"` // clock of the arrival log
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query,omitempty"`
	Status int       `json:"status"` // 0: the connection was closed without an answer
	Bytes  int64     `json:"bytes"`
	TookUS int64     `json:"took_us"`
	Fault  string    `json:"fault,omitempty"`
}

type requestLog struct {
	mu   sync.Mutex
	keep int
	list []request
	seq  int64
}

func newRequestLog(keep int) *requestLog { return &requestLog{keep: keep} }

func (l *requestLog) add(r request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	r.Seq = l.seq
	if len(l.list) >= 2*l.keep {
		l.list = append(l.list[:0], l.list[len(l.list)-l.keep:]...)
	}
	l.list = append(l.list, r)
}

// since lists what came after a sequence number.
func (l *requestLog) since(seq int64) ([]request, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := []request{}
	for _, r := range l.list[max(0, len(l.list)-l.keep):] {
		if r.Seq > seq {
			out = append(out, r)
		}
	}
	return out, l.seq
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
}

// logged wraps the Graph paths.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, seen := monotonicUS(), &witness{ResponseWriter: w}
		defer func() {
			s.requests.add(request{At: s.clock.Now().UTC(), US: start, Method: r.Method, Path: r.URL.Path, Query: hideToken(r.URL),
				Status: seen.status, Bytes: max(0, r.ContentLength), TookUS: monotonicUS() - start, Fault: seen.fault})
			s.noteRequest(r, seen.status, seen.head)
		}()
		next.ServeHTTP(seen, r)
	})
}

func hideToken(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	q := u.Query()
	for _, k := range []string{"access_token", "input_token", "appsecret_proof"} {
		if q.Has(k) {
			q.Set(k, "hidden")
		}
	}
	return q.Encode()
}

// witness remembers the status of an answer, how an error begins, and which fault it met.
type witness struct {
	http.ResponseWriter
	status int
	fault  string
	head   []byte // how an error's answer begins
}

func (w *witness) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *witness) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if w.status >= 400 && len(w.head) < 512 {
		w.head = append(w.head, b[:min(len(b), 512)]...)
	}
	return w.ResponseWriter.Write(b)
}

func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }
