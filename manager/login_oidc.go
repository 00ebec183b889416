package manager

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// Names of what a session holds while somebody is at the provider.
const (
	atTenant   = "at_tenant"
	atState    = "at_state"
	atNonce    = "at_nonce"
	atVerifier = "at_verifier"
	atUntil    = "at_until"
	atNext     = "at_next"
)

// providerWait is how long signing in at the provider may take; providerPatience how long it may let us wait.
const (
	providerWait     = 10 * time.Minute
	providerPatience = 10 * time.Second
)

var (
	errProvider = errs.New(errs.Unavailable, "manager.oidc.unreachable")
	errFlow     = errs.New(errs.Forbidden, "manager.oidc.stale")
	errDenied   = errs.New(errs.Forbidden, "manager.oidc.denied")
	errToken    = errs.New(errs.Forbidden, "manager.oidc.token")
)

// outside is a context for the provider's answers, bounded in time; a provider is never asked within a transaction.
func (v *visit) outside() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(v.r.Context(), providerPatience)
	return oidc.ClientContext(ctx, &http.Client{Timeout: providerPatience}), cancel
}

// provider asks for the provider's addresses and makes the client.
func (v *visit) provider(ctx context.Context, s account.SignIn) (*oidc.Provider, *oauth2.Config, error) {
	secret, err := v.s.Keys.SignInSecret(s)
	if err != nil {
		return nil, nil, err
	}
	p, err := oidc.NewProvider(ctx, s.Issuer)
	if err != nil {
		return nil, nil, errProvider.Because(err)
	}
	return p, &oauth2.Config{ClientID: s.Client, ClientSecret: secret, Endpoint: p.Endpoint(), RedirectURL: v.redirectURL(),
		Scopes: []string{oidc.ScopeOpenID, "profile", "email", "groups"}}, nil
}

func (v *visit) redirectURL() string { return v.base() + "/login/oidc" }

// providerAsked sends to the provider: by a page, because a form of ours may lead nowhere else (form-action of the policy).
func providerAsked(v *visit) error {
	if !v.s.limits.fromNetwork(v.r) {
		return errs.New(errs.TooMany, "error.too_many")
	}
	s, err := v.signInFor(v.r.PostFormValue("email"))
	if err != nil {
		return err
	}
	ctx, cancel := v.outside()
	defer cancel()
	_, c, err := v.provider(ctx, s)
	if err != nil {
		return err
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	here := v.r.Context()
	if err := v.s.sessions.RenewToken(here); err != nil {
		return err
	}
	for key, value := range map[string]string{atTenant: s.Tenant, atState: state, atNonce: nonce, atVerifier: verifier, atNext: v.r.PostFormValue("next")} {
		v.s.sessions.Put(here, key, value)
	}
	v.s.sessions.Put(here, atUntil, v.s.Now().Add(providerWait).UnixMicro())
	to := c.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	v.w.Header().Set("Refresh", "0; url="+to)
	return v.show(http.StatusOK, providerView(v, to, hostOf(to)))
}

// signInFor is the only provider there is, or the one that speaks for the address.
func (v *visit) signInFor(email string) (s account.SignIn, err error) {
	_, domain, _ := strings.Cut(strings.ToLower(strings.TrimSpace(email)), "@")
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := account.SignIns(ctx, tx, domain)
		if err != nil {
			return err
		}
		if len(all) != 1 {
			return errs.New(errs.NotFound, "manager.oidc.none")
		}
		s = all[0]
		return nil
	})
	return s, err
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// providerAnswered is where the provider sends back to. It is a GET that begins a session, as OpenID Connect has it: the state, which
// only the browser that asked holds and which counts once, stands in for the button.
func providerAnswered(v *visit) error {
	if !v.s.limits.fromNetwork(v.r) {
		return errs.New(errs.TooMany, "error.too_many")
	}
	here, q := v.r.Context(), v.r.URL.Query()
	pop := func(key string) string { return v.s.sessions.PopString(here, key) }
	tenant, state, nonce, verifier, next := pop(atTenant), pop(atState), pop(atNonce), pop(atVerifier), pop(atNext)
	until := v.s.sessions.GetInt64(here, atUntil)
	v.s.sessions.Remove(here, atUntil)
	if state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(q.Get("state"))) != 1 || v.s.Now().UnixMicro() > until {
		return errFlow
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return errDenied
	}
	var s account.SignIn
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = account.SignInOf(ctx, tx, tenant)
		return err
	}); err != nil || !s.On {
		return errFlow
	}
	person, err := v.personFrom(s, q.Get("code"), verifier, nonce)
	if err != nil {
		return err
	}
	var member account.Staff
	if err := v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		member, err = account.Welcome(ctx, tx, s, person)
		return err
	}); err != nil {
		return err
	}
	return v.letIn(member, next)
}

// personFrom exchanges the code and believes only what the provider has signed for us, now, in answer to this very question.
func (v *visit) personFrom(s account.SignIn, code, verifier, nonce string) (account.Person, error) {
	ctx, cancel := v.outside()
	defer cancel()
	p, c, err := v.provider(ctx, s)
	if err != nil {
		return account.Person{}, err
	}
	tokens, err := c.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return account.Person{}, errToken.Because(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	signed, err := p.Verifier(&oidc.Config{ClientID: s.Client}).Verify(ctx, raw)
	if err != nil {
		return account.Person{}, errToken.Because(err)
	}
	if subtle.ConstantTimeCompare([]byte(signed.Nonce), []byte(nonce)) != 1 {
		return account.Person{}, errToken
	}
	var claims map[string]any
	if err := signed.Claims(&claims); err != nil {
		return account.Person{}, errToken.Because(err)
	}
	out := account.Person{Subject: signed.Subject, Groups: texts(claims[s.Claim])}
	out.Email, _ = claims["email"].(string)
	out.Verified, _ = claims["email_verified"].(bool)
	if out.Name, _ = claims["name"].(string); out.Name == "" {
		out.Name, _ = claims["preferred_username"].(string)
	}
	return out, nil
}

// texts are the strings of a claim that holds one or several.
func texts(claim any) (out []string) {
	if s, ok := claim.(string); ok {
		return []string{s}
	}
	list, _ := claim.([]any)
	for _, x := range list {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
