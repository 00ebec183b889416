// Package kiosk is tablets at a counter: opened by staff for one source, able to take opt-ins there and nothing else, until closed.
package kiosk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// Kiosk is one tablet.
type Kiosk struct {
	Tenant   string
	ID       string
	Source   string
	OpenedBy string // staff
	OpenedAt int64
	Until    int64
	ClosedAt int64 // 0 = not closed by anybody
	DeviceAt int64 // 0 = nobody opened the link yet
}

const (
	linkLife = 10 * time.Minute // of the link that opens a tablet
	// Life is a long working day: a tablet left in a drawer is closed the next morning.
	Life = 14 * time.Hour
)

var errClosed = errs.New(errs.Unauthorised, "kiosk.closed")

// Open makes a tablet's link, which works once and for ten minutes.
func Open(ctx context.Context, tx *db.Tx, tenant, source, staff string, at int64) (Kiosk, string, error) {
	k := Kiosk{Tenant: tenant, ID: id.At("ksk", at), Source: source, OpenedBy: staff, OpenedAt: at, Until: at + linkLife.Microseconds()}
	token := newToken()
	if err := insert(ctx, tx, k, hash(token)); err != nil {
		return Kiosk{}, "", fmt.Errorf("open kiosk: %w", err)
	}
	return k, token, nil
}

// Begin trades the link's token for the device's own; the link opens nothing any more.
func Begin(ctx context.Context, tx *db.Tx, link string, at int64) (Kiosk, string, error) {
	k, err := byToken(ctx, tx, hash(link))
	if err != nil || k.DeviceAt != 0 || !k.open(at) {
		return Kiosk{}, "", closed(err)
	}
	k.DeviceAt, k.Until = at, at+Life.Microseconds()
	token := newToken()
	n, err := begin(ctx, tx, k, hash(link), hash(token))
	if err != nil || n != 1 { // somebody else was quicker
		return Kiosk{}, "", closed(err)
	}
	return k, token, nil
}

// ByLink says whether a link still opens a tablet; nothing changes.
func ByLink(ctx context.Context, tx *db.Tx, link string, at int64) (Kiosk, error) {
	k, err := byToken(ctx, tx, hash(link))
	if err != nil || k.DeviceAt != 0 || !k.open(at) {
		return Kiosk{}, closed(err)
	}
	return k, nil
}

// ByDevice reads the tablet whose token it is, while it is open.
func ByDevice(ctx context.Context, tx *db.Tx, token string, at int64) (Kiosk, error) {
	k, err := byToken(ctx, tx, hash(token))
	if err != nil || k.DeviceAt == 0 || !k.open(at) {
		return Kiosk{}, closed(err)
	}
	return k, nil
}

func (k Kiosk) open(at int64) bool { return k.ClosedAt == 0 && at < k.Until }

func closed(err error) error {
	if err == nil || errors.Is(err, db.ErrNone) {
		return errClosed
	}
	return fmt.Errorf("read kiosk: %w", err)
}

// Close ends a tablet at once; one that is closed stays so.
func Close(ctx context.Context, tx *db.Tx, tenant, source, kiosk string, at int64) error {
	n, err := end(ctx, tx, tenant, source, kiosk, at)
	if err != nil {
		return fmt.Errorf("close kiosk: %w", err)
	}
	if n == 0 {
		return errs.New(errs.NotFound, "kiosk.unknown")
	}
	return nil
}

// OpenOnes lists the tablets of a source that are open, and links that wait.
func OpenOnes(ctx context.Context, tx *db.Tx, tenant, source string, at int64) ([]Kiosk, error) {
	list, err := openOnes(ctx, tx, tenant, source, at)
	if err != nil {
		return nil, fmt.Errorf("list kiosks: %w", err)
	}
	return list, nil
}

func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hash(token string) []byte {
	h := sha256.Sum256([]byte("jawort kiosk\x00" + token))
	return h[:]
}
