package emulator

import "net/http"

// guide leads somebody who sees the phones for the first time: where to begin, and where to look afterwards.
type guide struct {
	Start  string // the page where people sign up
	Office string // where the business sees what came of it; "" = nowhere
}

// Guide shows newcomers three steps above the phones. It is for demos; without it there are none.
func (s *Server) Guide(start, office string) { s.guide.Store(&guide{start, office}) }

const guideCookie = "toy_guide"

// guideFor is nil where there is none, or the reader has put it away.
func (s *Server) guideFor(r *http.Request) *guide {
	if c, err := r.Cookie(guideCookie); err == nil && c.Value == "off" {
		return nil
	}
	return s.guide.Load()
}
