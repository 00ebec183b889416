package manager

import (
	"net"
	"net/http"
	"sync"

	"golang.org/x/time/rate"

	"jawort/account"
)

// limits slow down who guesses passwords: by the e-mail tried and by the network it comes from. They live in this process
// only: what they protect is the time of one server; a guess over all servers still meets argon2id and 256-bit links.
type limits struct {
	mu  sync.Mutex
	all map[string]*rate.Limiter
}

const mostLimits = 10_000

func newLimits() *limits { return &limits{all: map[string]*rate.Limiter{}} }

// allow takes one try from a name's bucket.
func (l *limits) allow(name string, perSecond rate.Limit, burst int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.all[name]
	if !ok {
		if len(l.all) >= mostLimits {
			clear(l.all)
		}
		b = rate.NewLimiter(perSecond, burst)
		l.all[name] = b
	}
	return b.Allow()
}

// fromNetwork takes one try from the bucket of where the request comes from. Names are hashed: the table holds no address.
func (l *limits) fromNetwork(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return l.allow("n"+string(account.HashToken(host)), 1, 30)
}

// forName takes one try from the bucket of an e-mail.
func (l *limits) forName(email string) bool {
	return l.allow("e"+string(account.HashToken(email)), 1.0/20, 6)
}

// forFactor takes one try of the second factor: six at once, then three a minute. A million codes and a new one every 30 s leave no hope.
func (l *limits) forFactor(staff string) bool { return l.allow("f"+staff, 1.0/20, 6) }
