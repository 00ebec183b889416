package graph

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/url"
	"strings"
)

// SignatureHeader carries the proof that a webhook is Meta's.
const SignatureHeader = "X-Hub-Signature-256"

// Sign makes the header of a body: "sha256=" and the hex HMAC-SHA256 over the raw bytes under the app secret
// (WA/webhooks/create-webhook-endpoint).
func Sign(raw []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(raw)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Verify checks a header against the bytes as they came, in constant time. Meta writes non-ASCII as \u00fc;
// bytes that were decoded and encoded again do not verify. An empty secret verifies nothing.
func Verify(raw []byte, header, secret string) bool {
	claimed, ok := strings.CutPrefix(header, "sha256=")
	if !ok || secret == "" || len(claimed) != 2*sha256.Size {
		return false
	}
	var given [sha256.Size]byte
	if _, err := hex.Decode(given[:], []byte(claimed)); err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(raw)
	return hmac.Equal(given[:], mac.Sum(nil))
}

// Handshake answers Meta's GET on a callback address: the challenge to echo if the token is ours, else not ok
// (answer 403).
func Handshake(query url.Values, verifyToken string) (challenge string, ok bool) {
	if verifyToken == "" || query.Get("hub.mode") != "subscribe" {
		return "", false
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("hub.verify_token")), []byte(verifyToken)) != 1 {
		return "", false
	}
	return query.Get("hub.challenge"), true
}

// proof is appsecret_proof: it shows that whoever holds the token is the app
// (https://developers.facebook.com/docs/graph-api/guides/secure-requests).
func proof(token, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(token))
	return hex.EncodeToString(mac.Sum(nil))
}
