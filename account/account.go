// Package account is who may use Jawort and with what: tenants, portfolios and numbers, programs, staff with roles, sessions,
// API keys, the audit trail, idempotency keys, and the seal on secrets at rest.
//
// Whatever changes something on a person's behalf takes who did it and writes the audit line in the same transaction, so no
// action of staff can be without one.
package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// HashToken is how every bearer secret (API key, program token, login link, session) is stored and looked up. The secrets have
// 256 random bits, so a plain hash is enough.
func HashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// newToken is a prefix and 256 random bits, safe in a URL and in a header.
func newToken(prefix string) string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return prefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// shaped reports whether a token can be ours at all, before anything is looked up.
func shaped(prefix, token string) bool {
	rest, ok := strings.CutPrefix(token, prefix)
	return ok && len(rest) == 43
}
