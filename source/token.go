package source

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// newToken names its source, so that it is found by key, and has 256 random bits, so that a plain hash is enough.
func newToken(source string) string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return source + "." + base64.RawURLEncoding.EncodeToString(b[:])
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// NewToken gives a source another token; the old one no longer opens.
func NewToken(ctx context.Context, tx *db.Tx, tenant, source string) (string, error) {
	if _, err := hold(ctx, tx, tenant, source); err != nil {
		return "", err
	}
	token := newToken(source)
	if err := setToken(ctx, tx, tenant, source, hashToken(token)); err != nil {
		return "", fmt.Errorf("new token of source %s: %w", source, err)
	}
	return token, nil
}

// ByToken reads the source whose token it is, in whatever state: the caller says what a draft may do.
func ByToken(ctx context.Context, tx *db.Tx, token string) (Source, error) {
	wrong := errs.New(errs.Unauthorised, "source.token")
	source, _, ok := strings.Cut(token, ".")
	if !ok || !id.Is("src", source) {
		return Source{}, wrong
	}
	hash, err := tokenHash(ctx, tx, source)
	if errors.Is(err, db.ErrNone) {
		return Source{}, wrong
	}
	if err != nil {
		return Source{}, fmt.Errorf("read source %s: %w", source, err)
	}
	if subtle.ConstantTimeCompare(hash, hashToken(token)) != 1 {
		return Source{}, wrong
	}
	s, err := readAny(ctx, tx, source)
	return s, readError(source, err)
}
