package account

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// Kinds of telephone lines.
const (
	LineSIP    = "sip"    // calls come to us over the network
	LineTwilio = "twilio" // the provider asks us by webhook what to say
)

// Line is an account at a telephone provider.
type Line struct {
	Tenant    string
	ID        string
	Name      string
	Kind      string
	Registrar string // host or host:port; "" for twilio
	Transport string // udp or tcp
	User      string // "" = the provider wants no sign-in and calls us from its own address
	Login     string // user of the password, "" = User; for twilio the account's SID
	Password  Sealed // open with Keyring.LinePassword
	CreatedAt int64
}

var (
	registrarShape = regexp.MustCompile(`^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?$`)
	lineUserShape  = regexp.MustCompile(`^[A-Za-z0-9+._-]{0,64}$`)
)

func linePlace(tenant, line string) string { return tenant + "/line/" + line + "/password" }

// LinePassword opens the password, or a webhook provider's token; "" = none.
func (k *Keyring) LinePassword(l Line) (string, error) {
	if len(l.Password) == 0 {
		return "", nil
	}
	b, err := k.Open(linePlace(l.Tenant, l.ID), l.Password)
	if err != nil {
		return "", fmt.Errorf("password of line %s: %w", l.ID, err)
	}
	return string(b), nil
}

// check says what cannot be right, field by field.
func (l Line) check() error {
	switch {
	case l.Name == "" || len(l.Name) > 100:
		return errs.At("name", "account.line.name")
	case l.Kind != LineSIP && l.Kind != LineTwilio:
		return errs.At("kind", "account.line.kind")
	case l.Kind == LineSIP && !registrarShape.MatchString(l.Registrar):
		return errs.At("registrar", "account.line.registrar")
	case l.Transport != "udp" && l.Transport != "tcp":
		return errs.At("transport", "account.line.transport")
	case !lineUserShape.MatchString(l.User):
		return errs.At("user", "account.line.user")
	case len(l.Login) > 200 || strings.ContainsFunc(l.Login, func(r rune) bool { return r < ' ' }):
		return errs.At("login", "account.line.user")
	}
	return nil
}

// PutLine keeps a line, a new one if it has no id yet. An empty password leaves the one that was there.
func PutLine(ctx context.Context, tx *db.Tx, k *Keyring, tenant string, l Line, password, by string) (Line, error) {
	l.Tenant, l.Name, l.Registrar = tenant, strings.TrimSpace(l.Name), strings.TrimSpace(l.Registrar)
	if l.Transport == "" {
		l.Transport = "udp"
	}
	if err := l.check(); err != nil {
		return Line{}, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return Line{}, err
	}
	did := "changed"
	if l.ID == "" {
		l.ID, l.CreatedAt, did = id.At("lin", now), now, "added"
	} else {
		old, err := LineOf(ctx, tx, tenant, l.ID)
		if err != nil {
			return Line{}, err
		}
		l.Password, l.CreatedAt = old.Password, old.CreatedAt
	}
	if password != "" {
		l.Password = k.Seal(linePlace(tenant, l.ID), []byte(password))
	}
	if l.Kind == LineTwilio && len(l.Password) == 0 {
		return Line{}, errs.At("password", "account.line.token")
	}
	if err := upsertLine(ctx, tx, l); err != nil {
		return Line{}, fmt.Errorf("put line: %w", err)
	}
	return l, Record(ctx, tx, tenant, Entry{Actor: by, Action: "line." + did, Object: l.ID})
}

func resealLines(ctx context.Context, tx *db.Tx, k *Keyring) (n int, err error) {
	lines, err := Lines(ctx, tx, "")
	if err != nil {
		return 0, err
	}
	for _, l := range lines {
		if len(l.Password) == 0 || !k.Old(l.Password) {
			continue
		}
		password, err := k.LinePassword(l)
		if err != nil {
			return n, err
		}
		l.Password = k.Seal(linePlace(l.Tenant, l.ID), []byte(password))
		if err := upsertLine(ctx, tx, l); err != nil {
			return n, fmt.Errorf("reseal line %s: %w", l.ID, err)
		}
		n++
	}
	return n, nil
}
