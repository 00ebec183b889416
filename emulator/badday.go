package emulator

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// badDay is a story that a demo lets people begin from the page.
type badDay struct {
	run   func(ctx context.Context) error
	later func(time.Duration)
	Watch string // where to watch what the business makes of it
	busy  atomic.Bool
}

// BadDay shows two buttons above the phones: one begins a bad day, in which run lets the business write to people who did not expect it;
// the other lets a day pass, by the clock of the phones and the business alike. Without it there are no buttons.
func (s *Server) BadDay(run func(ctx context.Context) error, later func(time.Duration), watch string) {
	s.bad.Store(&badDay{run: run, later: later, Watch: watch})
}

// dayFromPage lets a day pass: a rating recovers and a brake opens over days, and nobody looks at a demo for so long.
func (s *Server) dayFromPage(w http.ResponseWriter, r *http.Request) {
	b := s.bad.Load()
	if b == nil {
		http.NotFound(w, r)
		return
	}
	b.later(24*time.Hour + time.Minute)
	s.wake()
	s.story("badday", "", "later", "")
	s.feed.tell("all")
	http.Redirect(w, r, back(r), http.StatusSeeOther)
}

// badDayMost is how long a bad day may take to begin.
const badDayMost = 2 * time.Minute

// badDayFromPage begins one, unless one is just beginning.
func (s *Server) badDayFromPage(w http.ResponseWriter, r *http.Request) {
	b := s.bad.Load()
	if b == nil {
		http.NotFound(w, r)
		return
	}
	if b.busy.CompareAndSwap(false, true) {
		s.story("badday", "", "begins", "")
		go func() {
			defer b.busy.Store(false)
			ctx, stop := context.WithTimeout(s.post.ctx, badDayMost)
			defer stop()
			if err := b.run(ctx); err != nil {
				s.log.Error("bad day", "error", err)
				s.story("badday", "", "fails", "")
				return
			}
			s.story("badday", "", "sent", "")
		}()
	}
	http.Redirect(w, r, back(r), http.StatusSeeOther)
}

// letterbox keeps the letters that a demo's business sends by mail.
type letterbox struct {
	mu   sync.Mutex
	list []mailed
}

type mailed struct {
	At      time.Time `json:"at"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
}

const lettersKept = 100

// Letter puts a mail into the demo's mailbox, where the page tells of it.
func (s *Server) Letter(to, subject, text string) {
	s.letters.mu.Lock()
	s.letters.list = append(s.letters.list, mailed{s.clock.Now().UTC(), to, subject, text})
	s.letters.list = s.letters.list[max(0, len(s.letters.list)-lettersKept):]
	s.letters.mu.Unlock()
	s.story("mail", "", subject, "")
}

func (s *Server) ctlLetters(w http.ResponseWriter, _ *http.Request) {
	s.letters.mu.Lock()
	defer s.letters.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"data": append([]mailed{}, s.letters.list...)})
}
