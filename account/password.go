package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"jawort/errs"
)

// Argon2id with 19 MiB and two passes: OWASP Password Storage Cheat Sheet, first recommendation but one; about 0.1 s here.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

// MinPassword and MaxPassword are in characters: NIST SP 800-63B asks for length, not for kinds of characters.
const (
	MinPassword = 12
	MaxPassword = 200
)

// atOnce limits how many hashes run together, so that a flood of logins cannot take the memory.
var atOnce = make(chan struct{}, 2)

// CheckNewPassword says whether a password is good enough to be set.
func CheckNewPassword(password string) error {
	n := utf8.RuneCountInString(password)
	if n < MinPassword {
		return errs.At("password", "account.password.short").With(errs.Args{"Count": MinPassword})
	}
	if n > MaxPassword || !utf8.ValidString(password) {
		return errs.At("password", "account.password.long").With(errs.Args{"Count": MaxPassword})
	}
	return nil
}

// HashPassword makes the stored form. Call it outside transactions: it takes its time.
func HashPassword(ctx context.Context, password string) (string, error) {
	if err := CheckNewPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt)
	key, err := argon(ctx, password, salt)
	if err != nil {
		return "", err
	}
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		b.EncodeToString(salt), b.EncodeToString(key)), nil
}

// CheckPassword compares a password with the stored form. An empty or foreign form takes just as long and is false, so that
// the time does not tell who exists.
func CheckPassword(ctx context.Context, stored, password string) (bool, error) {
	salt, want, ok := splitHash(stored)
	if !ok || len(password) > 4*MaxPassword {
		salt, want, password = make([]byte, argonSalt), make([]byte, argonKey), ""
		ok = false
	}
	got, err := argon(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && ok, nil
}

// argon waits for its turn and hashes.
func argon(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case atOnce <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("hash password: %w", ctx.Err())
	}
	defer func() { <-atOnce }()
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonKey), nil
}

// splitHash reads the stored form; only our own parameters are accepted, so no stored text can ask for 4 GiB.
func splitHash(stored string) (salt, key []byte, ok bool) {
	head := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonLanes)
	rest, ok := strings.CutPrefix(stored, head)
	if !ok {
		return nil, nil, false
	}
	left, right, ok := strings.Cut(rest, "$")
	if !ok {
		return nil, nil, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(left)
	if err != nil || len(salt) != argonSalt {
		return nil, nil, false
	}
	key, err = base64.RawStdEncoding.DecodeString(right)
	return salt, key, err == nil && len(key) == argonKey
}
