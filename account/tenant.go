package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// Tenant is one business with its own people, numbers and staff.
type Tenant struct {
	ID        string
	Name      string // as notices must name it
	Language  string // de, en
	Zone      string // IANA
	Country   string // ISO 3166-1 alpha-2
	Policy    Policy
	Brand     Brand  // of the public pages
	Pepper    Sealed // key of the fingerprints; open with Keyring.Pepper
	HeldSince int64  // after a restore: nothing is sent until released; 0 = not held
	CreatedAt int64
}

// Policy is what a tenant decided where rules leave a choice. Zero values are the rules' defaults.
type Policy struct {
	AcceptSignedForm bool  `json:"accept_signed_form,omitempty"` // a scanned signature grants, where the law allows
	SMSNeedsTap      *bool `json:"sms_needs_tap,omitempty"`      // nil = the country's rule
	WarnMonths       int   `json:"warn_months,omitempty"`        // unused marketing consent: warn after; 0 = rules
	LapseMonths      int   `json:"lapse_months,omitempty"`       // … lapse after; 0 = rules
	UnsureHours      int   `json:"unsure_hours,omitempty"`       // undecided answers become a stop of marketing; 0 = 24
	PublicShare      int   `json:"public_share,omitempty"`       // per cent of the daily limit for public doors; 0 = 5
	SecondFactor     bool  `json:"second_factor,omitempty"`      // owners and admins need one
	NoQuestion       bool  `json:"no_question,omitempty"`        // never send the neutral question, offer the link only
}

// Defaults that stand in DESIGN section 5.
const (
	defaultUnsureHours = 24
	defaultPublicShare = 5
)

// UnsureAfter is how long an unclear answer may wait for a decision.
func (p Policy) UnsureAfter() time.Duration {
	if p.UnsureHours <= 0 {
		return defaultUnsureHours * time.Hour
	}
	return time.Duration(p.UnsureHours) * time.Hour
}

// PublicPercent is the public doors' part of the daily limit.
func (p Policy) PublicPercent() int {
	if p.PublicShare <= 0 {
		return defaultPublicShare
	}
	return p.PublicShare
}

// check refuses what no rule allows.
func (p Policy) check() error {
	switch {
	case p.UnsureHours < 0 || p.UnsureHours > 24: // DESIGN section 5: undecided after 24 h they become a stop
		return errs.At("policy.unsure_hours", "account.policy.range").With(errs.Args{"From": 0, "To": 24})
	case p.PublicShare < 0 || p.PublicShare > 100:
		return errs.At("policy.public_share", "account.policy.range").With(errs.Args{"From": 0, "To": 100})
	case p.LapseMonths < 0 || p.LapseMonths > 24:
		return errs.At("policy.lapse_months", "account.policy.range").With(errs.Args{"From": 0, "To": 24})
	case p.WarnMonths < 0 || p.WarnMonths > 24:
		return errs.At("policy.warn_months", "account.policy.range").With(errs.Args{"From": 0, "To": 24})
	case p.WarnMonths > 0 && p.LapseMonths > 0 && p.WarnMonths >= p.LapseMonths:
		return errs.At("policy.warn_months", "account.policy.warn_late")
	}
	return nil
}

// check refuses a business that pages and notices could not name.
// Check judges name, language, zone and country.
func (t Tenant) Check() error { return t.check() }

func (t Tenant) check() error {
	if strings.TrimSpace(t.Name) == "" || utf8.RuneCountInString(t.Name) > 200 || strings.ContainsAny(t.Name, "\x00\n\r") {
		return errs.At("name", "account.name.empty")
	}
	if t.Language != "de" && t.Language != "en" {
		return errs.At("language", "account.language.unknown")
	}
	if _, err := time.LoadLocation(t.Zone); err != nil || t.Zone == "" || t.Zone == "Local" {
		return errs.At("zone", "account.zone.unknown")
	}
	if !countryShape.MatchString(t.Country) {
		return errs.At("country", "account.country.unknown")
	}
	return nil
}

var countryShape = regexp.MustCompile(`^[A-Z]{2}$`)

// SetBusiness changes name, language, zone and country. Wordings that are published keep the name they were published with.
func SetBusiness(ctx context.Context, tx *db.Tx, tenant string, t Tenant, by string) error {
	t.Name = strings.TrimSpace(t.Name)
	if err := t.check(); err != nil {
		return err
	}
	if err := updateOne(ctx, tx, updateBusiness, tenant, t.Name, t.Language, t.Zone, t.Country); err != nil {
		return fmt.Errorf("set business %s: %w", tenant, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "tenant.business", Object: tenant,
		Detail: map[string]string{"country": t.Country, "language": t.Language, "zone": t.Zone}})
}

// CreateTenant makes a tenant with a fresh pepper. ID is made when empty (tests and the demo name theirs).
func CreateTenant(ctx context.Context, tx *db.Tx, k *Keyring, t Tenant, by string) (Tenant, error) {
	if err := cmp.Or(t.check(), t.Policy.check(), t.Brand.check()); err != nil {
		return Tenant{}, err
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return Tenant{}, err
	}
	t.CreatedAt = at
	if t.ID == "" {
		t.ID = id.Brief("ten")
	}
	var pepper [32]byte
	_, _ = rand.Read(pepper[:])
	t.Pepper = k.Seal(pepperPlace(t.ID), pepper[:])
	if err := insertTenant(ctx, tx, t); err != nil {
		return Tenant{}, fmt.Errorf("create tenant %s: %w", t.ID, err)
	}
	return t, Record(ctx, tx, t.ID, Entry{Actor: by, Action: "tenant.created", Object: t.ID})
}

func pepperPlace(tenant string) string { return tenant + "/pepper" }

// Pepper opens the key of the tenant's fingerprints.
func (k *Keyring) Pepper(t Tenant) ([]byte, error) { return k.Open(pepperPlace(t.ID), t.Pepper) }

// SetPolicy replaces the tenant's policy.
func SetPolicy(ctx context.Context, tx *db.Tx, tenant string, p Policy, by string) error {
	if err := p.check(); err != nil {
		return err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("set policy of %s: %w", tenant, err)
	}
	if err := updateOne(ctx, tx, updatePolicy, tenant, string(body)); err != nil {
		return fmt.Errorf("set policy of %s: %w", tenant, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "tenant.policy", Object: tenant})
}

// Release ends the hold of a restore: a named person answers for it.
func Release(ctx context.Context, tx *db.Tx, tenant, by string) error {
	if err := updateOne(ctx, tx, releaseTenant, tenant); err != nil {
		return fmt.Errorf("release %s: %w", tenant, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "tenant.released", Object: tenant})
}

// CountLists notes that more or fewer lists hold before each of their opt-outs is on the suppression list; the gate reads it with
// the tenant, and asks further only when there are any.
func CountLists(ctx context.Context, tx *db.Tx, tenant string, more int64) error {
	if err := updateOne(ctx, tx, countLists, tenant, more); err != nil {
		return fmt.Errorf("count lists of %s: %w", tenant, err)
	}
	return nil
}

// Hold stops every tenant's sends until released: what restore does.
func Hold(ctx context.Context, tx *db.Tx, at int64) error {
	if _, err := tx.Exec(ctx, holdTenants, at); err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	return nil
}

// errNotFound is what another tenant's id answers, and an unknown one.
var errNotFound = errs.New(errs.NotFound, "error.not_found")

// found turns a missing row into errNotFound.
func found(err error) error {
	if errors.Is(err, db.ErrNone) {
		return errNotFound
	}
	return err
}

// updateOne runs an update that must touch a row.
func updateOne(ctx context.Context, tx *db.Tx, text string, args ...any) error {
	n, err := tx.Exec(ctx, text, args...)
	if err == nil && n == 0 {
		return errNotFound
	}
	return err
}
