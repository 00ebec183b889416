// Package carrier is the ways on which SMS come and go: a business's accounts at operators and providers.
package carrier

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// Kind is how one talks to it.
type Kind string

// The closed list.
const (
	SMPP    Kind = "smpp"
	Twilio  Kind = "twilio"
	Esendex Kind = "esendex"
	Webhook Kind = "webhook" // whoever speaks our own signed form
)

// Kinds in the order in which pages show them.
var Kinds = []Kind{SMPP, Twilio, Esendex, Webhook}

// Carrier is one account.
type Carrier struct {
	Tenant    string
	ID        string
	Kind      Kind
	Name      string
	Number    string // what people text to and what ours come from: +digits, or a short code
	Settings  Settings
	Secret    account.Sealed
	CreatedAt int64
	OffAt     int64 // 0 = in use
}

// Settings are what there is to know beside the secret.
type Settings struct {
	Addr      string  `json:"addr,omitempty"`       // smpp: host:port
	TLS       bool    `json:"tls,omitempty"`        // smpp
	Binds     int     `json:"binds,omitempty"`      // smpp: lines at once; 0 = 1
	Window    int     `json:"window,omitempty"`     // smpp: submits without an answer; 0 = 10
	PerSecond float64 `json:"per_second,omitempty"` // texts a second and line; 0 = as many as are taken
	Login     string  `json:"login,omitempty"`      // system_id, account SID, or the e-mail of the account
	Account   string  `json:"account,omitempty"`    // esendex: account reference
	URL       string  `json:"url,omitempty"`        // webhook: where texts are posted; twilio, esendex: "" = the provider's own
	Hourly    int64   `json:"hourly,omitempty"`     // answers to words an hour; 0 = DefaultHourly
}

// DefaultHourly is how many people an hour may be answered by SMS: whoever forges senders makes us write to no more.
const DefaultHourly = 200

// AnswersHourly is the limit.
func (s Settings) AnswersHourly() int64 {
	if s.Hourly > 0 {
		return s.Hourly
	}
	return DefaultHourly
}

var numberShape = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[1-9][0-9]{2,7})$`)

// check says what is wrong with a carrier as it was given.
func (c Carrier) check(secret string) error {
	name, s := strings.TrimSpace(c.Name), c.Settings
	switch {
	case name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 100:
		return errs.At("name", "carrier.name")
	case !slices.Contains(Kinds, c.Kind):
		return errs.At("kind", "carrier.kind")
	case !numberShape.MatchString(c.Number):
		return errs.At("number", "carrier.number")
	case c.Kind == SMPP && !hostPort(s.Addr):
		return errs.At("addr", "carrier.addr")
	case c.Kind != Webhook && (s.Login == "" || len(s.Login) > 200 || strings.ContainsAny(s.Login, "\x00\r\n:")):
		return errs.At("login", "carrier.login")
	case c.Kind == Twilio && !regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`).MatchString(s.Login):
		return errs.At("login", "carrier.sid")
	case c.Kind == Esendex && (s.Account == "" || len(s.Account) > 50):
		return errs.At("account", "carrier.account")
	case c.Kind == Webhook && s.URL == "" || s.URL != "" && !reachable(s.URL):
		return errs.At("url", "carrier.url")
	case s.Binds < 0 || s.Binds > 10 || s.Window < 0 || s.Window > 1000 || s.PerSecond < 0 || s.Hourly < 0:
		return errs.At("binds", "carrier.limits")
	case len(c.Secret) == 0 && secret == "" || len(secret) > 500 || c.Kind == SMPP && len(secret) > 8:
		return errs.At("secret", "carrier.secret")
	case c.Kind == Webhook && secret != "" && len(secret) < 16:
		return errs.At("secret", "carrier.secret_short")
	}
	return nil
}

func hostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" {
		return false
	}
	_, err = net.LookupPort("tcp", port)
	return err == nil
}

// reachable: encrypted, or this machine itself.
func reachable(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func place(id string) string { return "carrier/" + id }

// New adds a carrier.
func New(ctx context.Context, tx *db.Tx, keys *account.Keyring, tenant string, c Carrier, secret string, at int64) (Carrier, error) {
	c.Secret = nil
	if err := c.check(secret); err != nil {
		return Carrier{}, err
	}
	c.Tenant, c.ID, c.CreatedAt, c.OffAt, c.Name = tenant, id.At("car", at), at, 0, strings.TrimSpace(c.Name)
	c.Secret = keys.Seal(place(c.ID), []byte(secret))
	if err := insert(ctx, tx, c); err != nil {
		return Carrier{}, fmt.Errorf("new carrier: %w", err)
	}
	return c, nil
}

// Change keeps what is new about a carrier; an empty secret leaves the old one. The kind stays.
func Change(ctx context.Context, tx *db.Tx, keys *account.Keyring, tenant string, c Carrier, secret string) (Carrier, error) {
	old, err := Get(ctx, tx, tenant, c.ID)
	if err != nil {
		return Carrier{}, err
	}
	c.Tenant, c.Kind, c.CreatedAt, c.OffAt, c.Secret, c.Name = tenant, old.Kind, old.CreatedAt, old.OffAt, old.Secret, strings.TrimSpace(c.Name)
	if err := c.check(secret); err != nil {
		return Carrier{}, err
	}
	if secret != "" {
		c.Secret = keys.Seal(place(c.ID), []byte(secret))
	}
	if err := update(ctx, tx, c); err != nil {
		return Carrier{}, fmt.Errorf("change carrier %s: %w", c.ID, err)
	}
	return c, nil
}

// Switch takes a carrier out of use (off) or back into it. Texts that come to one that is off are still read: a stop is a stop.
func Switch(ctx context.Context, tx *db.Tx, tenant, carrier string, off bool, at int64) error {
	c, err := Get(ctx, tx, tenant, carrier)
	if err != nil {
		return err
	}
	if c.OffAt = 0; off {
		c.OffAt = at
	}
	return update(ctx, tx, c)
}

// Get reads one.
func Get(ctx context.Context, tx *db.Tx, tenant, carrier string) (Carrier, error) {
	return one(carriers(ctx, tx, ` where tenant = $1 and carrier = $2`, tenant, carrier))
}

// ByID reads one by its id alone, for doors, which know no tenant.
func ByID(ctx context.Context, tx *db.Tx, carrier string) (Carrier, error) {
	if !id.Is("car", carrier) {
		return Carrier{}, errs.New(errs.NotFound, "carrier.unknown")
	}
	return one(carriers(ctx, tx, ` where carrier = $1`, carrier))
}

func one(list []Carrier, err error) (Carrier, error) {
	if err == nil && len(list) == 0 {
		err = errs.New(errs.NotFound, "carrier.unknown")
	}
	if err != nil {
		return Carrier{}, err
	}
	return list[0], nil
}

// List reads a tenant's, the oldest first; "" = of all tenants.
func List(ctx context.Context, tx *db.Tx, tenant string) ([]Carrier, error) {
	if tenant == "" {
		return carriers(ctx, tx, ` order by carrier`)
	}
	return carriers(ctx, tx, ` where tenant = $1 order by carrier`, tenant)
}

// Secret opens what a carrier is spoken to with.
func Secret(keys *account.Keyring, c Carrier) (string, error) {
	b, err := keys.Open(place(c.ID), c.Secret)
	if err != nil {
		return "", fmt.Errorf("open secret of carrier %s: %w", c.ID, err)
	}
	return string(b), nil
}

// PushToken stands in the address at which a provider that signs nothing brings its texts.
func PushToken(c Carrier, secret string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte("jawort push\x00" + c.ID))
	return hex.EncodeToString(h.Sum(nil))[:40]
}

// Door is the path at which the provider brings texts and receipts; "" for SMPP, which brings them over its line.
func (c Carrier) Door(secret string) string {
	switch c.Kind {
	case Twilio, Webhook:
		return "/in/sms/" + string(c.Kind) + "/" + c.ID
	case Esendex:
		return "/in/sms/esendex/" + c.ID + "/" + PushToken(c, secret)
	}
	return ""
}

// SealedWith counts the secrets of all tenants by the id of the key that seals them.
func SealedWith(ctx context.Context, tx *db.Tx) (map[string]int, error) {
	all, err := List(ctx, tx, "")
	out := map[string]int{}
	for _, c := range all {
		if id := c.Secret.KeyID(); id != "" {
			out[id]++
		}
	}
	return out, err
}

// Reseal seals every secret anew that is not under the keyring's first key, and says how many it were.
func Reseal(ctx context.Context, tx *db.Tx, keys *account.Keyring) (n int, err error) {
	all, err := List(ctx, tx, "")
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		if !keys.Old(c.Secret) {
			continue
		}
		secret, e := Secret(keys, c)
		if e != nil {
			err = errors.Join(err, e)
			continue
		}
		c.Secret = keys.Seal(place(c.ID), []byte(secret))
		if e := update(ctx, tx, c); e != nil {
			return n, e
		}
		n++
	}
	return n, err
}
