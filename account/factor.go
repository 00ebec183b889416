package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"jawort/db"
	"jawort/errs"
)

// Factor is a member's second factor: one-time codes of an app.
type Factor struct {
	Secret      Sealed // open with Keyring.FactorSecret
	ConfirmedAt int64  // 0 = begun, not yet proved
	LastStep    int64  // of the last code taken
}

// Numbers of RFC 6238 as every app has them, and how many recovery codes there are.
const (
	factorStep    = 30 * time.Second
	factorDrift   = 1 // steps a clock may be off
	recoveryCodes = 10
)

var factorWords = base32.StdEncoding.WithPadding(base32.NoPadding)

var errFactor = errs.At("code", "account.factor.wrong")

func factorPlace(tenant, staff string) string { return tenant + "/staff/" + staff + "/factor" }

// FactorSecret opens a factor's secret, in the letters that apps take.
func (k *Keyring) FactorSecret(tenant, staff string, f Factor) (string, error) {
	b, err := k.Open(factorPlace(tenant, staff), f.Secret)
	if err != nil {
		return "", fmt.Errorf("second factor of %s: %w", staff, err)
	}
	return factorWords.EncodeToString(b), nil
}

// FactorURL is what an app reads from the QR code.
func FactorURL(house, email, secret string) string {
	label := url.PathEscape("Jawort " + house + ":" + email)
	q := url.Values{"secret": {secret}, "issuer": {"Jawort " + house}}
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(q.Encode(), "+", "%20") // apps read + as it stands
}

// BeginFactor makes a new secret to be proved by a code; one that is proved already stays.
func BeginFactor(ctx context.Context, tx *db.Tx, k *Keyring, tenant, staff string) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	secret := make([]byte, 20) // RFC 4226, R6
	_, _ = rand.Read(secret)
	if err := insertFactor(ctx, tx, tenant, staff, k.Seal(factorPlace(tenant, staff), secret), at); err != nil {
		return fmt.Errorf("begin second factor of %s: %w", staff, err)
	}
	return nil
}

// ConfirmFactor proves a factor by its first code and gives the recovery codes, the only time they can be seen.
func ConfirmFactor(ctx context.Context, tx *db.Tx, k *Keyring, tenant, staff, code string) ([]string, error) {
	f, err := FactorOf(ctx, tx, tenant, staff)
	if err != nil {
		return nil, err
	}
	if f.ConfirmedAt != 0 {
		return nil, errs.New(errs.Conflict, "account.factor.there")
	}
	at, step, err := f.match(ctx, tx, k, tenant, staff, code)
	if err != nil {
		return nil, err
	}
	if err := updateOne(ctx, tx, confirmFactor, tenant, staff, at, step); err != nil {
		return nil, fmt.Errorf("confirm second factor of %s: %w", staff, err)
	}
	codes := make([]string, recoveryCodes)
	hashes := make([][]byte, recoveryCodes)
	for i := range codes {
		codes[i] = newRecoveryCode()
		hashes[i] = HashToken(codes[i])
	}
	if err := replaceRecovery(ctx, tx, tenant, staff, hashes); err != nil {
		return nil, fmt.Errorf("recovery codes of %s: %w", staff, err)
	}
	return codes, Record(ctx, tx, tenant, Entry{Actor: staff, Action: "factor.added", Object: staff})
}

// newRecoveryCode has 80 random bits, in letters that are not taken for each other: abcd-efgh-….
func newRecoveryCode() string {
	var b [10]byte
	_, _ = rand.Read(b[:])
	s := strings.ToLower(factorWords.EncodeToString(b[:]))
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// TakeFactor takes a code of the app, or a recovery code, once. Two who come with the same code: one gets in.
func TakeFactor(ctx context.Context, tx *db.Tx, k *Keyring, tenant, staff, code string) error {
	f, err := FactorOf(ctx, tx, tenant, staff)
	if err != nil {
		return err
	}
	if f.ConfirmedAt == 0 {
		return errFactor
	}
	clean := strings.ToLower(strings.Join(strings.Fields(code), ""))
	at, step, err := f.match(ctx, tx, k, tenant, staff, clean)
	action := "login.factor"
	switch {
	case err == nil:
		err = updateOne(ctx, tx, takeStep, tenant, staff, step)
	case errs.CodeOf(err) == errs.Invalid:
		action = "login.recovery"
		err = updateOne(ctx, tx, takeRecovery, tenant, staff, HashToken(clean), at)
	}
	if errs.CodeOf(err) == errs.NotFound {
		return errFactor
	}
	if err != nil {
		return fmt.Errorf("take second factor of %s: %w", staff, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: staff, Action: action, Object: staff})
}

// match finds the step that a code belongs to.
func (f Factor) match(ctx context.Context, tx *db.Tx, k *Keyring, tenant, staff, code string) (at, step int64, err error) {
	if at, err = tx.Now(ctx); err != nil {
		return 0, 0, err
	}
	secret, err := k.FactorSecret(tenant, staff, f)
	if err != nil {
		return 0, 0, err
	}
	code = strings.Join(strings.Fields(code), "")
	now := at / factorStep.Microseconds()
	for s := now - factorDrift; s <= now+factorDrift; s++ {
		want, err := hotp.GenerateCode(secret, uint64(s))
		if err != nil {
			return 0, 0, fmt.Errorf("second factor of %s: %w", staff, err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at, s, nil
		}
	}
	return at, 0, errFactor
}

// DropFactor takes a factor away: a member's own, or, with a reason, one that somebody lost.
func DropFactor(ctx context.Context, tx *db.Tx, tenant, staff, reason, by string) error {
	e := Entry{Actor: by, Action: "factor.removed", Object: staff}
	if by != staff {
		clean, err := CleanReason(reason)
		if err != nil {
			return err
		}
		e.Action, e.Detail = "factor.reset", map[string]string{"reason": clean}
	}
	if err := updateOne(ctx, tx, deleteFactor, tenant, staff); err != nil {
		return fmt.Errorf("drop second factor of %s: %w", staff, err)
	}
	if err := replaceRecovery(ctx, tx, tenant, staff, nil); err != nil {
		return fmt.Errorf("drop recovery codes of %s: %w", staff, err)
	}
	return Record(ctx, tx, tenant, e)
}

// NeedsFactor reports whether the house asks a second factor of this role.
func (t Tenant) NeedsFactor(r Role) bool { return t.Policy.SecondFactor && (r == Owner || r == Admin) }
