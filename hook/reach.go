package hook

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"jawort/errs"
)

var errPrivate = errors.New("the address is a private one")

// client reaches out to addresses that somebody typed: never to one inside, whatever its name resolves to at the moment of the call,
// never through a proxy and never on to where an answer points.
func client(private bool, most time.Duration) *http.Client {
	d := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !private && !public(at.Addr().Unmap()) {
			return errPrivate
		}
		return nil
	}}
	return &http.Client{
		Timeout:       most,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConnsPerHost: lanes,
			IdleConnTimeout: 30 * time.Second, DisableCompression: true, MaxResponseHeaderBytes: 16 << 10},
	}
}

// reserved are the blocks of the IANA registries that net/netip has no name for.
var reserved = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8::/32")}

func public(a netip.Addr) bool {
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}

// Handshake asks an address as Meta does: it must answer the challenge, and does so only to whoever knows its verify token.
func (b *Bringer) Handshake(ctx context.Context, h Hook, verifyToken string) error {
	if verifyToken == "" || len(verifyToken) > 500 {
		return errs.At("verify_token", "hook.verify_token")
	}
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	challenge := hex.EncodeToString(raw[:])
	u, err := url.Parse(h.URL)
	if err != nil {
		return errs.At("url", "hook.url")
	}
	q := u.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", verifyToken)
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return errs.At("url", "hook.url")
	}
	resp, err := b.client(h.Private).Do(req)
	if errors.Is(err, errPrivate) {
		return errs.At("url", "hook.private")
	}
	if err != nil {
		return errs.At("url", "hook.unreachable")
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil || resp.StatusCode != http.StatusOK || subtle.ConstantTimeCompare([]byte(strings.TrimSpace(string(got))), []byte(challenge)) != 1 {
		return errs.At("verify_token", "hook.challenge").With(errs.Args{"Status": resp.StatusCode})
	}
	return nil
}
