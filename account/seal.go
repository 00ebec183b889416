package account

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// Sealed is a secret at rest: version 1, length and id of the key, 24 bytes nonce, XChaCha20-Poly1305 text. It prints as a word.
type Sealed []byte

// String hides the bytes from logs and errors.
func (Sealed) String() string { return "[sealed]" }

// GoString does the same for %#v.
func (Sealed) GoString() string { return "[sealed]" }

type aead = cipher.AEAD

// Keyring holds the keys that seal secrets at rest. The first one seals; all of them open, so that a new first key rotates.
type Keyring struct {
	first string
	keys  map[string]aead
}

// ErrNoKey says that there is nothing to seal with; serve must not start then.
var ErrNoKey = errors.New("no key for secrets at rest: set JAWORT_KEY or name a key file")

// NewKey makes one line of a key file.
func NewKey(id string) string {
	var b [chacha20poly1305.KeySize]byte
	_, _ = rand.Read(b[:])
	return id + ":" + base64.StdEncoding.EncodeToString(b[:])
}

// ParseKeyring reads lines "id:base64 of 32 bytes", the sealing key first; empty lines and # comments are skipped.
func ParseKeyring(text string) (*Keyring, error) {
	k := &Keyring{keys: map[string]aead{}}
	for i, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ',' }) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		id, key, ok := strings.Cut(line, ":")
		if !ok || id == "" || len(id) > 32 {
			return nil, fmt.Errorf("key %d: want id:base64", i+1)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(key))
		if err != nil || len(raw) != chacha20poly1305.KeySize {
			return nil, fmt.Errorf("key %d: want 32 bytes in base64", i+1) // never the text itself
		}
		if _, twice := k.keys[id]; twice {
			return nil, fmt.Errorf("key %d: id %s stands twice", i+1, id)
		}
		if k.keys[id], err = chacha20poly1305.NewX(raw); err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if k.first == "" {
			k.first = id
		}
	}
	if k.first == "" {
		return nil, ErrNoKey
	}
	return k, nil
}

// LoadKeyring takes the keys from the value (of the environment) or, when that is empty, from the file. The file must not be
// readable by others.
func LoadKeyring(value, file string) (*Keyring, error) {
	if value == "" && file != "" {
		info, err := os.Stat(file)
		if err != nil {
			return nil, fmt.Errorf("read key file: %w", err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			return nil, fmt.Errorf("key file may be read by others (mode %o): chmod 600", info.Mode().Perm())
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read key file: %w", err)
		}
		value = string(b)
	}
	return ParseKeyring(value)
}

const sealVersion = 1

// Seal encrypts a secret for its place (such as "ten_1/number/106/token"): moved elsewhere it does not open.
func (k *Keyring) Seal(place string, secret []byte) Sealed {
	aead := k.keys[k.first]
	out := append([]byte{sealVersion, byte(len(k.first))}, k.first...)
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(secret)+aead.Overhead())
	_, _ = rand.Read(nonce)
	return append(out, aead.Seal(nonce, nonce, secret, []byte(place))...)
}

// Open decrypts what Seal made for the same place.
func (k *Keyring) Open(place string, s Sealed) ([]byte, error) {
	id, box, err := s.split()
	if err != nil {
		return nil, err
	}
	aead, ok := k.keys[id]
	if !ok {
		return nil, fmt.Errorf("open secret: sealed with key %q, which is not in the keyring", id)
	}
	if len(box) < aead.NonceSize() {
		return nil, errors.New("open secret: too short")
	}
	n := aead.NonceSize()
	out, err := aead.Open(nil, box[:n], box[n:], []byte(place))
	if err != nil {
		return nil, errors.New("open secret: the key or the place is another one, or the bytes were changed")
	}
	return out, nil
}

// Old reports whether a secret is sealed with another key than the first, so that it should be sealed anew.
func (k *Keyring) Old(s Sealed) bool {
	id, _, err := s.split()
	return err != nil || id != k.first
}

// split takes the key's id off the front.
func (s Sealed) split() (id string, box []byte, err error) {
	if len(s) < 2 || s[0] != sealVersion || len(s) < 2+int(s[1]) {
		return "", nil, errors.New("open secret: not a sealed secret")
	}
	n := 2 + int(s[1])
	return string(s[2:n]), s[n:], nil
}
