package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// client is where a request comes from. X-Forwarded-For is read from its end, past the proxies we trust: what stands before
// the first stranger could have been written by the sender.
func (s *server) client(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	at = at.Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(at); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = before.Unmap().WithZone("")
	}
	return at
}

func (s *server) trusts(a netip.Addr) bool {
	for _, p := range s.TrustProxy {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// trustsNext says whether the machine that spoke to us is a proxy of ours.
func (s *server) trustsNext(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && s.trusts(at.Addr().Unmap().WithZone(""))
}

// network is what the door limits count: one IPv4 address, or the /64 a household has in IPv6.
func network(a netip.Addr) string {
	if a.Is6() {
		p, _ := a.Prefix(64) // fits every IPv6 address
		return p.String()
	}
	return a.String()
}

// shortened is what the proof keeps: enough to tell a place from another, too little to find a line.
func shortened(a netip.Addr) string {
	bits := 24
	switch {
	case !a.IsValid():
		return ""
	case a.Is6():
		bits = 48
	}
	p, _ := a.Prefix(bits) // fits every address
	return p.String()
}

func (v *visit) scheme() string {
	if v.r.TLS != nil || strings.HasPrefix(v.s.Base, "https://") || v.s.trustsNext(v.r) && v.r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https"
	}
	return "http"
}

// address is the page as the proof names it: without query, and path instead of anything secret.
func (v *visit) address(path string) string {
	if v.s.Base != "" {
		return v.s.Base + path
	}
	return v.scheme() + "://" + cleaned(v.r.Host, 255) + path
}
