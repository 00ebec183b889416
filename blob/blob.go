// Package blob is the one place for files: content-addressed, their type found by looking, with an owner, a retention class and a quota.
//
// A blob is named by the SHA-256 of its bytes; one that has an owner is named by that and the owner, so that the same scan kept for two
// people is two blobs, and erasing one person leaves the other's proof alone. The name says what the bytes must be, and Get checks it.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"jawort/db"
	"jawort/errs"
)

// Class says why a blob is kept, and so for how long.
type Class string

// The closed list of classes.
const (
	Evidence Class = "evidence" // proves an event: as long as its owner
	Media    Class = "media"    // of conversations: until its time
	Export   Class = "export"   // packs and other things made for somebody: until its time
	House    Class = "house"    // logo and the like: until replaced
)

// Blob is a file.
type Blob struct {
	Hash      string // set by Put: "<sha256 hex>" or "<sha256 hex>.<owner mark>"
	Type      string // set by Put: found by looking at the bytes, never believed
	Size      int64  // set by Put
	Class     Class
	Owner     string // id of what it belongs to, e.g. a contact; empty = the tenant
	CreatedAt int64  // set by Put
	Until     int64  // microseconds UTC; 0 = as long as its owner
	Body      []byte // empty in what Describe answers
}

// Limits bound what a tenant may keep.
type Limits struct {
	Most  int64 // of one blob; 0 = 16 MiB, what WhatsApp takes for video and sound
	Quota int64 // of all a tenant's blobs; 0 = 10 GiB. Puts at the same moment may together pass it by one blob each
}

// The refusals, with sentences of package say.
var (
	ErrEmpty    = errs.New(errs.Invalid, "blob.empty")
	ErrTooLarge = errs.New(errs.TooLarge, "blob.too_large")
	ErrQuota    = errs.New(errs.TooLarge, "blob.quota")
	ErrNone     = errs.New(errs.NotFound, "blob.none")
)

// Put keeps a file and answers it with its name. The same bytes of the same owner are kept once, for the longer of the two times.
func Put(ctx context.Context, tx *db.Tx, tenant string, limits Limits, b Blob) (Blob, error) {
	most, quota := limits.Most, limits.Quota
	if most == 0 {
		most = 16 << 20
	}
	if quota == 0 {
		quota = 10 << 30
	}
	b.Size = int64(len(b.Body))
	switch {
	case b.Size == 0:
		return Blob{}, ErrEmpty
	case b.Size > most:
		return Blob{}, ErrTooLarge.With(errs.Args{"Most": most >> 20})
	case b.Class != Evidence && b.Class != Media && b.Class != Export && b.Class != House:
		return Blob{}, fmt.Errorf("put blob: unknown class %q", b.Class)
	}
	used, err := Used(ctx, tx, tenant)
	if err != nil {
		return Blob{}, err
	}
	if used+b.Size > quota {
		return Blob{}, ErrQuota.With(errs.Args{"Quota": quota >> 20})
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return Blob{}, err
	}
	b.Hash, b.Type = Name(b.Body, b.Owner), Sniff(b.Body)
	err = tx.Row(ctx, putBlob, tenant, b.Hash, b.Type, b.Size, b.Class, b.Owner, now, zeroNull(b.Until), b.Body).Scan(&b.CreatedAt, &b.Until)
	if err != nil {
		return Blob{}, fmt.Errorf("put blob: %w", err)
	}
	return b, nil
}

func zeroNull(us int64) *int64 {
	if us == 0 {
		return nil
	}
	return &us
}

// Name is the name of a blob with these bytes and this owner.
func Name(body []byte, owner string) string {
	sum := sha256.Sum256(body)
	name := hex.EncodeToString(sum[:])
	if owner != "" {
		mark := sha256.Sum256([]byte(owner))
		name += "." + hex.EncodeToString(mark[:8])
	}
	return name
}

// Get reads a file. Bytes that are no longer what the name says are an error, not an answer.
func Get(ctx context.Context, tx *db.Tx, tenant, hash string) (Blob, error) {
	b := Blob{Hash: hash}
	err := tx.Row(ctx, getBlob, tenant, hash).Scan(&b.Type, &b.Size, &b.Class, &b.Owner, &b.CreatedAt, &b.Until, &b.Body)
	if err == db.ErrNone {
		return Blob{}, ErrNone
	}
	if err != nil {
		return Blob{}, fmt.Errorf("get blob: %w", err)
	}
	sum := sha256.Sum256(b.Body)
	if want, _, _ := strings.Cut(hash, "."); hex.EncodeToString(sum[:]) != want {
		return Blob{}, fmt.Errorf("get blob %s: its bytes have changed", hash)
	}
	return b, nil
}

// Describe is Get without the bytes.
func Describe(ctx context.Context, tx *db.Tx, tenant, hash string) (Blob, error) {
	b := Blob{Hash: hash}
	err := tx.Row(ctx, describeBlob, tenant, hash).Scan(&b.Type, &b.Size, &b.Class, &b.Owner, &b.CreatedAt, &b.Until)
	if err == db.ErrNone {
		return Blob{}, ErrNone
	}
	if err != nil {
		return Blob{}, fmt.Errorf("describe blob: %w", err)
	}
	return b, nil
}

// Used is how many bytes a tenant keeps.
func Used(ctx context.Context, tx *db.Tx, tenant string) (int64, error) {
	var n int64
	if err := tx.Row(ctx, usedBytes, tenant).Scan(&n); err != nil {
		return 0, fmt.Errorf("sum blobs: %w", err)
	}
	return n, nil
}

// Delete removes one blob; one that is not there is no error.
func Delete(ctx context.Context, tx *db.Tx, tenant, hash string) error {
	if _, err := tx.Exec(ctx, deleteBlob, tenant, hash); err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}

// OfOwner lists what belongs to an owner, without the bytes.
func OfOwner(ctx context.Context, tx *db.Tx, tenant, owner string) ([]Blob, error) {
	rows, err := tx.Query(ctx, ofOwner, tenant, owner)
	all, err := db.All(rows, err, func(r *db.Rows, b *Blob) error {
		b.Owner = owner
		return r.Scan(&b.Hash, &b.Type, &b.Size, &b.Class, &b.CreatedAt, &b.Until)
	})
	if err != nil {
		return nil, fmt.Errorf("list blobs of an owner: %w", err)
	}
	return all, nil
}

// DeleteOwner removes all that belongs to an owner, for erasure, and says how many there were.
func DeleteOwner(ctx context.Context, tx *db.Tx, tenant, owner string) (int64, error) {
	if owner == "" {
		return 0, fmt.Errorf("delete blobs of an owner: no owner named")
	}
	n, err := tx.Exec(ctx, deleteOwner, tenant, owner)
	if err != nil {
		return 0, fmt.Errorf("delete blobs of an owner: %w", err)
	}
	return n, nil
}

// DeleteExpired removes blobs of any tenant whose time is over, at most so many, and says how many it were.
func DeleteExpired(ctx context.Context, tx *db.Tx, most int) (int64, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(ctx, deleteExpired, now, most)
	if err != nil {
		return 0, fmt.Errorf("delete expired blobs: %w", err)
	}
	return n, nil
}
