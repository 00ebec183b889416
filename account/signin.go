package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"jawort/db"
	"jawort/errs"
)

// SignIn is a tenant's provider of sign-in by OpenID Connect.
type SignIn struct {
	Tenant string
	Issuer string
	Client string
	Secret Sealed // open with Keyring.SignInSecret
	Domain string // of the e-mail addresses it may speak for, lower case
	Claim  string // that names groups
	Roles  map[string]Role
	On     bool
}

// Person is who a provider's signed token says somebody is.
type Person struct {
	Subject  string
	Email    string
	Verified bool // the provider has proved the address
	Name     string
	Groups   []string
}

// The refusals of a sign-in; each is a page.
var (
	errUnverified = errs.New(errs.Forbidden, "account.signin.unverified")
	errDomain     = errs.New(errs.Forbidden, "account.signin.domain")
	errStranger   = errs.New(errs.Forbidden, "account.signin.stranger")
	errOther      = errs.New(errs.Forbidden, "account.signin.other")
)

var domainShape = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)

func signInPlace(tenant string) string { return tenant + "/sign_in/secret" }

// SignInSecret opens the client's secret.
func (k *Keyring) SignInSecret(s SignIn) (string, error) {
	b, err := k.Open(signInPlace(s.Tenant), s.Secret)
	if err != nil {
		return "", fmt.Errorf("secret of sign-in: %w", err)
	}
	return string(b), nil
}

// Check says what cannot be right, field by field.
func (s SignIn) Check() error {
	s.Domain = strings.ToLower(strings.TrimSpace(s.Domain))
	u, err := url.Parse(s.Issuer)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		return errs.At("issuer", "account.signin.issuer")
	case s.Client == "" || len(s.Client) > 500:
		return errs.At("client", "account.signin.client")
	case !domainShape.MatchString(s.Domain) || len(s.Domain) > 253:
		return errs.At("domain", "account.signin.no_domain")
	case s.Claim == "" || len(s.Claim) > 200:
		return errs.At("claim", "account.signin.claim")
	}
	for group, role := range s.Roles {
		if role == Owner {
			return errs.At("roles", "account.signin.owner")
		}
		if group == "" || len(group) > 500 || !role.Valid() {
			return errs.At("roles", "account.role.unknown")
		}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// SetSignIn replaces the provider; an empty secret keeps what is there.
func SetSignIn(ctx context.Context, tx *db.Tx, k *Keyring, tenant string, s SignIn, secret, by string) error {
	s.Tenant, s.Domain = tenant, strings.ToLower(strings.TrimSpace(s.Domain))
	if s.Roles == nil {
		s.Roles = map[string]Role{}
	}
	if err := s.Check(); err != nil {
		return err
	}
	old, err := SignInOf(ctx, tx, tenant)
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	s.Secret = old.Secret
	if secret != "" {
		s.Secret = k.Seal(signInPlace(tenant), []byte(secret))
	}
	if len(s.Secret) == 0 {
		return errs.At("secret", "account.signin.secret")
	}
	others, err := SignIns(ctx, tx, s.Domain)
	if err != nil {
		return err
	}
	if s.On && slices.ContainsFunc(others, func(o SignIn) bool { return o.Tenant != tenant }) { // the index sign_in_domain holds it for good
		return &errs.Error{Code: errs.Conflict, Key: "account.signin.taken", Field: "domain"}
	}
	if err := upsertSignIn(ctx, tx, s); err != nil {
		return fmt.Errorf("set sign-in of %s: %w", tenant, err)
	}
	detail := map[string]string{"on": fmt.Sprint(s.On), "roles": s.rolesText()}
	if secret != "" {
		detail["secret"] = "replaced"
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "signin.changed", Object: tenant, Detail: detail})
}

func (s SignIn) rolesText() string {
	b, _ := json.Marshal(s.Roles) // strings always marshal
	return string(b)
}

// roleFor is the most able role that somebody's groups give; "" when they give none. Never owner.
func (s SignIn) roleFor(groups []string) Role {
	for _, r := range Roles {
		for group, role := range s.Roles {
			if role == r && r != Owner && slices.Contains(groups, group) {
				return r
			}
		}
	}
	return ""
}

// Welcome finds who may come in: a known subject; else a member with the verified address, whom it binds; else somebody whose group
// has a role, whom it adds. It changes nobody's role.
func Welcome(ctx context.Context, tx *db.Tx, s SignIn, p Person) (Staff, error) {
	email, err := CleanEmail(p.Email)
	if err != nil || !p.Verified || p.Subject == "" || len(p.Subject) > 255 {
		return Staff{}, errUnverified
	}
	if _, domain, _ := strings.Cut(email, "@"); domain != s.Domain {
		return Staff{}, errDomain
	}
	bound, err := boundTo(ctx, tx, s.Tenant, s.Issuer, p.Subject)
	if err != nil {
		return Staff{}, fmt.Errorf("welcome: %w", err)
	}
	var m Staff
	if bound != "" {
		m, err = StaffOf(ctx, tx, s.Tenant, bound)
	} else {
		m, err = memberOrNew(ctx, tx, s, p, email)
	}
	if err != nil {
		return Staff{}, err
	}
	if m.DisabledAt != 0 {
		return Staff{}, errStranger
	}
	if bound == "" {
		at, err := tx.Now(ctx)
		if err != nil {
			return Staff{}, err
		}
		if n, err := bind(ctx, tx, s, p.Subject, m.ID, at); err != nil {
			return Staff{}, fmt.Errorf("bind %s: %w", m.ID, err)
		} else if n == 0 { // the address belongs to another person at the provider than before
			return Staff{}, errOther
		}
	}
	return m, Record(ctx, tx, s.Tenant, Entry{Actor: m.ID, Action: "login.provider", Object: m.ID})
}

func memberOrNew(ctx context.Context, tx *db.Tx, s SignIn, p Person, email string) (Staff, error) {
	m, err := StaffByEmail(ctx, tx, email)
	if err == nil {
		if m.Tenant != s.Tenant {
			return Staff{}, errStranger
		}
		return m, nil
	}
	if errs.CodeOf(err) != errs.NotFound {
		return Staff{}, err
	}
	role := s.roleFor(p.Groups)
	if role == "" {
		return Staff{}, errStranger
	}
	t, err := TenantOf(ctx, tx, s.Tenant)
	if err != nil {
		return Staff{}, err
	}
	name := strings.TrimSpace(p.Name)
	if name == "" || len(name) > 200 {
		name = email
	}
	return Invite(ctx, tx, s.Tenant, Staff{Email: email, Name: name, Role: role, Language: t.Language}, "provider")
}
