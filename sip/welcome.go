package sip

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

const (
	realm     = "jawort"
	nonceLife = time.Minute
	nonceMost = 4096 // so many challenges may be open at the same time
)

// welcome says whether the sender may call us: by its address, or by name and password. Everybody else is told no, once.
func (p *Phone) welcome(r *sip.Request, tx sip.ServerTransaction) bool {
	from := source(r).Addr()
	if p.allowed(from) {
		return true
	}
	if len(p.o.Users) == 0 {
		answer(r, tx, sip.StatusForbidden, "Forbidden")
		return false
	}
	if h := r.GetHeader("Authorization"); h != nil && p.knows(string(r.Method), h.Value()) {
		return true
	}
	nonce, ok := p.nonces.make(p.o.Now())
	if !ok {
		answer(r, tx, sip.StatusServiceUnavailable, "Service Unavailable")
		return false
	}
	res := sip.NewResponseFromRequest(r, sip.StatusUnauthorized, "Unauthorized", nil)
	res.AppendHeader(sip.NewHeader("WWW-Authenticate", challenge(nonce).String()))
	_ = tx.Respond(res)
	return false
}

func challenge(nonce string) *digest.Challenge {
	return &digest.Challenge{Realm: realm, Nonce: nonce, Algorithm: "MD5", QOP: []string{"auth"}} // MD5: what telephones can (RFC 3261 section 22.4)
}

func (p *Phone) allowed(ip netip.Addr) bool { return p.listed(ip) || len(p.linesOf(ip)) > 0 }

// listed says that the address may call whatever the lines are.
func (p *Phone) listed(ip netip.Addr) bool {
	return slices.ContainsFunc(p.o.Allow, func(n netip.Prefix) bool { return n.Contains(ip) })
}

// linesOf are the lines whose provider has the address, by name.
func (p *Phone) linesOf(ip netip.Addr) (lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, list := range p.allow {
		if slices.Contains(list, ip) {
			lines = append(lines, name)
		}
	}
	slices.Sort(lines)
	return lines
}

// knows checks a password. A nonce is good once: a replayed INVITE is a stranger's.
func (p *Phone) knows(method, header string) bool {
	given, err := digest.ParseCredentials(header)
	if err != nil {
		return false
	}
	password, known := p.o.Users[given.Username]
	if !p.nonces.use(given.Nonce, p.o.Now()) || !known || given.Realm != realm {
		return false
	}
	want, err := digest.Digest(challenge(given.Nonce), digest.Options{Method: method, URI: given.URI, Username: given.Username,
		Password: password, Count: given.Nc, Cnonce: given.Cnonce})
	return err == nil && subtle.ConstantTimeCompare([]byte(want.Response), []byte(given.Response)) == 1
}

// nonces are the challenges that are open.
type nonces struct {
	mu   sync.Mutex
	open map[string]time.Time
}

func (n *nonces) make(now time.Time) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.open == nil {
		n.open = map[string]time.Time{}
	}
	if len(n.open) >= nonceMost {
		for k, until := range n.open {
			if until.Before(now) {
				delete(n.open, k)
			}
		}
		if len(n.open) >= nonceMost {
			return "", false
		}
	}
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	s := hex.EncodeToString(b[:])
	n.open[s] = now.Add(nonceLife)
	return s, true
}

func (n *nonces) use(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	until, ok := n.open[nonce]
	delete(n.open, nonce)
	return ok && now.Before(until)
}
