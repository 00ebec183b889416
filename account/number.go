package account

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"jawort/db"
	"jawort/errs"
)

// Portfolio is one of Meta's business portfolios; the messaging limit belongs to it.
type Portfolio struct {
	ID        string
	Name      string
	SendLimit int64 // unique people outside windows in 24 h; -1 = unlimited
}

// Unlimited is the SendLimit of Meta's TIER_UNLIMITED.
const Unlimited = -1

// Mode says what the gate does with what it decided.
type Mode string

// The closed list of modes, weakest first.
const (
	Observe Mode = "observe" // record
	Warn    Mode = "warn"    // record and alert
	Enforce Mode = "enforce"
)

// Valid reports whether m is of the closed list.
func (m Mode) Valid() bool { return m == Observe || m == Warn || m == Enforce }

// Stricter is the mode that holds where two meet. An unknown one counts as enforce.
func (m Mode) Stricter(other Mode) Mode {
	switch {
	case !m.Valid() || !other.Valid() || m == Enforce || other == Enforce:
		return Enforce
	case m == Warn || other == Warn:
		return Warn
	}
	return Observe
}

// Number is a WhatsApp business phone number.
type Number struct {
	Tenant     string
	ID         string // Meta's phone_number_id
	WABA       string
	Portfolio  string
	Display    string // digits of the business's own number
	Name       string
	Country    string
	BaseURL    string // of the Graph API
	Token      Sealed // open with Keyring.Secrets
	AppSecret  Sealed
	Mode       Mode
	Throughput int64 // messages a second
	Settings   NumberSettings
	Status     string // Meta's own word
	CreatedAt  int64
}

// NumberSettings are what staff set for one number. Zero values are off.
type NumberSettings struct {
	Quiet    Quiet `json:"quiet"`
	CapDay   int64 `json:"cap_day"`   // marketing messages to one person a day; 0 = no cap of the tenant
	CapMonth int64 `json:"cap_month"` // … in 30 days
	StopAck  bool  `json:"stop_ack"`  // the one neutral acknowledgement of a stop
	OptinAck bool  `json:"optin_ack"` // the one neutral confirmation of what was agreed to in the chat
	Brake    bool  `json:"brake"`     // the quality guard may slow or stop this number
}

// Quiet are the hours in which marketing waits.
type Quiet struct {
	On   bool   `json:"on"`
	From int    `json:"from"` // minutes after midnight
	To   int    `json:"to"`   // smaller than From: over midnight
	Zone string `json:"zone"` // IANA; "" = the person's by country, else the tenant's
}

const day = 24 * 60

func (s NumberSettings) check() error {
	q := s.Quiet
	if q.From < 0 || q.From >= day || q.To < 0 || q.To >= day || q.On && q.From == q.To {
		return errs.At("settings.quiet", "account.quiet.hours")
	}
	if _, err := time.LoadLocation(q.Zone); err != nil {
		return errs.At("settings.quiet.zone", "account.zone.unknown")
	}
	if s.CapDay < 0 || s.CapMonth < 0 {
		return errs.At("settings.cap_day", "account.cap.negative")
	}
	return nil
}

// digits is the shape of Meta's ids and of display numbers.
var digits = regexp.MustCompile(`^[0-9]{1,32}$`)

func (n Number) check() error {
	switch {
	case !digits.MatchString(n.ID):
		return errs.At("number", "account.number.id")
	case !digits.MatchString(n.WABA):
		return errs.At("waba", "account.number.id")
	case n.Portfolio == "":
		return errs.At("portfolio", "account.name.empty")
	case !digits.MatchString(n.Display):
		return errs.At("display", "account.number.display")
	case len(n.Country) != 2:
		return errs.At("country", "account.country.unknown")
	case !n.Mode.Valid():
		return errs.At("mode", "account.mode.unknown")
	case n.Throughput < 1 || n.Throughput > 10_000:
		return errs.At("throughput", "account.number.throughput")
	}
	if u, err := url.Parse(n.BaseURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errs.At("base_url", "account.number.base_url")
	}
	return n.Settings.check()
}

// PutNumber adds a number or changes the tenant's own; token and secret are sealed here, an empty one keeps what is there. The
// id of another tenant's number is a conflict.
func PutNumber(ctx context.Context, tx *db.Tx, k *Keyring, tenant string, n Number, token, appSecret, by string) error {
	n.Tenant = tenant
	if err := n.check(); err != nil {
		return err
	}
	if token != "" {
		n.Token = k.Seal(tokenPlace(n), []byte(token))
	}
	if appSecret != "" {
		n.AppSecret = k.Seal(appSecretPlace(n), []byte(appSecret))
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	n.CreatedAt = at
	if err := upsertNumber(ctx, tx, n); err != nil {
		return fmt.Errorf("put number %s: %w", n.ID, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "number.saved", Object: n.ID, Detail: map[string]string{"mode": string(n.Mode)}})
}

// SetNumberSettings replaces what staff set for a number.
func SetNumberSettings(ctx context.Context, tx *db.Tx, tenant, number string, mode Mode, s NumberSettings, by string) error {
	if !mode.Valid() {
		return errs.At("mode", "account.mode.unknown")
	}
	if err := s.check(); err != nil {
		return err
	}
	if err := updateNumberSettings(ctx, tx, tenant, number, mode, s); err != nil {
		return fmt.Errorf("set number %s: %w", number, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "number.settings", Object: number, Detail: map[string]string{"mode": string(mode)}})
}

// ChangeNumber is SetNumberSettings by a member of staff: letting through more than before needs a reason.
func ChangeNumber(ctx context.Context, tx *db.Tx, tenant, number string, mode Mode, s NumberSettings, reason, by string) error {
	if !mode.Valid() {
		return errs.At("mode", "account.mode.unknown")
	}
	if err := s.check(); err != nil {
		return err
	}
	n, err := NumberOf(ctx, tx, tenant, number)
	if err != nil {
		return err
	}
	detail := map[string]string{}
	if err := loosen(detail, n.Mode, mode, reason); err != nil {
		return err
	}
	if err := updateNumberSettings(ctx, tx, tenant, number, mode, s); err != nil {
		return fmt.Errorf("change number %s: %w", number, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "number.settings", Object: number, Detail: detail})
}

// secretShape: what is pasted is one word; anything else is a slip of the hand.
var secretShape = regexp.MustCompile(`^[!-~]{16,1000}$`)

// SetNumberSecrets replaces token and app secret; an empty one keeps what is there. Neither is ever shown.
func SetNumberSecrets(ctx context.Context, tx *db.Tx, k *Keyring, tenant, number, token, appSecret, by string) error {
	n, err := NumberOf(ctx, tx, tenant, number)
	if err != nil {
		return err
	}
	detail := map[string]string{}
	for _, s := range []struct{ field, secret, place, said string }{
		{"token", token, tokenPlace(n), "token"}, {"app_secret", appSecret, appSecretPlace(n), "app_secret"},
	} {
		if s.secret == "" {
			continue
		}
		if !secretShape.MatchString(s.secret) {
			return errs.At(s.field, "account.secret.shape")
		}
		sealed := k.Seal(s.place, []byte(s.secret))
		if s.field == "token" {
			n.Token = sealed
		} else {
			n.AppSecret = sealed
		}
		detail[s.said] = "replaced"
	}
	if len(detail) == 0 {
		return errs.At("token", "account.secret.none")
	}
	if err := updateOne(ctx, tx, updateSecrets, tenant, number, raw(n.Token), raw(n.AppSecret)); err != nil {
		return fmt.Errorf("set secrets of number %s: %w", number, err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "number.secrets", Object: number, Detail: detail})
}

func tokenPlace(n Number) string     { return n.Tenant + "/number/" + n.ID + "/token" }
func appSecretPlace(n Number) string { return n.Tenant + "/number/" + n.ID + "/app_secret" }

// Secrets opens what the Graph API and its webhooks need; one that was never given is empty.
func (k *Keyring) Secrets(n Number) (token, appSecret string, err error) {
	for _, s := range []struct {
		place string
		from  Sealed
		to    *string
	}{{tokenPlace(n), n.Token, &token}, {appSecretPlace(n), n.AppSecret, &appSecret}} {
		if len(s.from) == 0 {
			continue
		}
		b, err := k.Open(s.place, s.from)
		if err != nil {
			return "", "", fmt.Errorf("secrets of number %s: %w", n.ID, err)
		}
		*s.to = string(b)
	}
	return token, appSecret, nil
}
