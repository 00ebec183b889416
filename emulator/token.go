package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// token is an access token: what it may do and until when.
type token struct {
	Value     string    `json:"token"`
	Scopes    []string  `json:"scopes"`
	WABAs     []string  `json:"wabas"` // empty: all
	ExpiresAt time.Time `json:"expires_at"`
}

var allScopes = []string{"whatsapp_business_management", "whatsapp_business_messaging", "business_management"}

type tokens struct {
	mu   sync.RWMutex
	m    map[string]*token
	main string
}

func newTokens(main string) *tokens {
	return &tokens{main: main, m: map[string]*token{main: {Value: main, Scopes: allScopes}}}
}

func (t *tokens) add(x token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.m[x.Value] = &x
}

func (t *tokens) revoke(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.m, value)
}

func (t *tokens) find(value string) *token {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.m[value]
}

func (t *tokens) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.m = map[string]*token{t.main: {Value: t.main, Scopes: allScopes}}
}

// check takes the token from the header or from access_token=.
func (t *tokens) check(r *http.Request, now time.Time) (*token, *refusal) {
	value, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		value = r.URL.Query().Get("access_token")
	}
	if value == "" {
		return nil, &refusal{status: http.StatusUnauthorized, code: 104, message: "An access token is required to request this resource."}
	}
	x := t.find(strings.TrimSpace(value))
	if x == nil {
		return nil, &refusal{status: http.StatusUnauthorized, code: 190, subcode: 467, message: "Error validating access token: The session is invalid."}
	}
	if !x.ExpiresAt.IsZero() && now.After(x.ExpiresAt) {
		return nil, &refusal{status: http.StatusUnauthorized, code: 190, subcode: 463, message: "Error validating access token: Session has expired."}
	}
	return x, nil
}

func (c *call) may(waba string) bool {
	return len(c.token.WABAs) == 0 || slices.Contains(c.token.WABAs, waba)
}

// scope is nil if the token has it.
func (c *call) scope(name string) *refusal {
	if slices.Contains(c.token.Scopes, name) {
		return nil
	}
	return refuse(10, "The token lacks the permission %s.", name)
}

// debugToken is GET /debug_token?input_token=.
func (s *Server) debugToken(c *call) {
	x := s.tokens.find(c.r.URL.Query().Get("input_token"))
	if c.r.Method != http.MethodGet {
		s.noEdge(c)
		return
	}
	if given := c.r.URL.Query().Get("appsecret_proof"); given != "" && !hmac.Equal([]byte(given), []byte(s.proofOf(c.token.Value))) {
		s.deny(c.w, &refusal{status: http.StatusBadRequest, code: 100, message: "Invalid appsecret_proof provided in the API argument"})
		return
	}
	if x == nil {
		writeJSON(c.w, http.StatusOK, map[string]any{"data": map[string]any{"is_valid": false, "scopes": []string{},
			"error": map[string]any{"code": 190, "message": "The access token could not be decrypted"}}})
		return
	}
	expires := int64(0)
	if !x.ExpiresAt.IsZero() {
		expires = x.ExpiresAt.Unix()
	}
	targets := x.WABAs
	if len(targets) == 0 {
		s.estate.mu.RLock()
		for _, a := range s.estate.wabaOrder {
			targets = append(targets, a.id)
		}
		s.estate.mu.RUnlock()
	}
	var granular []any
	for _, scope := range x.Scopes {
		granular = append(granular, map[string]any{"scope": scope, "target_ids": targets})
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"data": map[string]any{"app_id": s.o.AppID, "type": "SYSTEM_USER", "application": "Emulator",
		"is_valid": expires == 0 || s.clock.Now().Unix() < expires, "issued_at": 1790000000, "expires_at": expires,
		"data_access_expires_at": 0, "scopes": x.Scopes, "granular_scopes": granular, "user_id": "120000000000001"}})
}

// proofOf shows that whoever holds a token is the app. Meta looks at it with every call, we where an app introduces itself.
func (s *Server) proofOf(token string) string {
	h := hmac.New(sha256.New, []byte(s.o.AppSecret))
	h.Write([]byte(token))
	return hex.EncodeToString(h.Sum(nil))
}
