package hook

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// Standard Webhooks (standardwebhooks.com, spec 1.0): three headers, HMAC-SHA256 over "id.timestamp.body", a secret written as whsec_
// and base64; while a secret is replaced there are two signatures, parted by a blank.
const (
	secretPrefix = "whsec_"
	secretBytes  = 32

	// Grace is how long the secret before signs beside the new one.
	Grace = 24 * time.Hour
)

func newSecret() (key []byte, shown string) {
	key = make([]byte, secretBytes)
	_, _ = rand.Read(key) // never fails, crypto/rand
	return key, secretPrefix + base64.StdEncoding.EncodeToString(key)
}

func secretPlace(hook string) string { return hook + "/secret" }

func signature(key []byte, id string, at int64, body []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(id + "." + strconv.FormatInt(at, 10) + "."))
	m.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// keysOf are the secrets that sign now, the newest first.
func (b *Bringer) keysOf(h *Hook, now int64) ([][]byte, error) {
	sealed := [][]byte{h.secret}
	if h.OldUntil > now {
		sealed = append(sealed, h.oldSecret)
	}
	var out [][]byte
	for _, s := range sealed {
		key, err := b.Keys.Open(secretPlace(h.ID), s)
		if err != nil {
			return nil, fmt.Errorf("secret of hook %s: %w", h.ID, err)
		}
		out = append(out, key)
	}
	return out, nil
}

// sign makes the parcel of a body. The id is the same whenever the same news is told again.
func sign(keys [][]byte, id string, now int64, body []byte) *parcel {
	at := now / 1_000_000
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = signature(k, id, at, body)
	}
	header := http.Header{}
	header.Set("User-Agent", "Jawort")
	header.Set("webhook-id", id)
	header.Set("webhook-timestamp", strconv.FormatInt(at, 10))
	header.Set("webhook-signature", strings.Join(all, " "))
	return &parcel{body, header}
}

// CreateOwn makes a hook for what we tell, from now on. The secret is told here and never again.
func (b *Bringer) CreateOwn(ctx context.Context, tx *db.Tx, h Hook, by string) (Hook, string, error) {
	h.Kind, h.Numbers = Own, nil
	if err := h.check(); err != nil {
		return h, "", err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return h, "", err
	}
	h.ID = newID(now)
	key, shown := newSecret()
	h.secret = b.Keys.Seal(secretPlace(h.ID), key)
	h, err = create(ctx, tx, h, by, func(int64) (string, error) { return endOfLog(ctx, tx, h.Tenant) })
	return h, shown, err
}

// Rotate gives a hook another secret. The one before signs beside it for Grace, so that the receiver can change over in peace.
func (b *Bringer) Rotate(ctx context.Context, tx *db.Tx, tenant, hook, by string) (shown string, until int64, err error) {
	h, err := Get(ctx, tx, tenant, hook)
	if err != nil {
		return "", 0, err
	}
	if h.Kind != Own {
		return "", 0, errs.New(errs.NotFound, "")
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return "", 0, err
	}
	key, shown := newSecret()
	until = now + Grace.Microseconds()
	if err := setSecrets(ctx, tx, &h, b.Keys.Seal(secretPlace(hook), key), h.secret, until); err != nil {
		return "", 0, fmt.Errorf("rotate secret of hook %s: %w", hook, err)
	}
	return shown, until, account.Record(ctx, tx, tenant, account.Entry{Actor: by, Action: "hook.rotated", Object: hook})
}

// SealedWith counts the secrets of all tenants by the id of the key that seals them.
func SealedWith(ctx context.Context, tx *db.Tx) (map[string]int, error) {
	all, err := ownHooks(ctx, tx)
	out := map[string]int{}
	for _, h := range all {
		for _, s := range [][]byte{h.secret, h.oldSecret} {
			if id := account.Sealed(s).KeyID(); id != "" {
				out[id]++
			}
		}
	}
	return out, err
}

// Reseal seals every secret anew that is not under the keyring's first key, and says how many hooks it were.
func Reseal(ctx context.Context, tx *db.Tx, k *account.Keyring) (n int, err error) {
	all, err := ownHooks(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, h := range all {
		secret, changed, e := anew(k, h.ID, h.secret)
		old, changedOld, e2 := anew(k, h.ID, h.oldSecret)
		if e := errors.Join(e, e2); e != nil {
			err = errors.Join(err, e)
			continue
		}
		if !changed && !changedOld {
			continue
		}
		if e := setSecrets(ctx, tx, &h, secret, old, h.OldUntil); e != nil {
			return n, e
		}
		n++
	}
	return n, err
}

func anew(k *account.Keyring, hook string, sealed []byte) ([]byte, bool, error) {
	if len(sealed) == 0 || !k.Old(sealed) {
		return sealed, false, nil
	}
	key, err := k.Open(secretPlace(hook), sealed)
	if err != nil {
		return nil, false, err
	}
	return k.Seal(secretPlace(hook), key), true, nil
}
