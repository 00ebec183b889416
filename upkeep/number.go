package upkeep

import (
	"context"
	"fmt"
	"time"

	"jawort/account"
	"jawort/graph"
)

// ask looks at each number's secrets and, if that is wanted, at what Meta says about it.
func (x *visit) ask(ctx context.Context) {
	if x.keys == nil {
		return
	}
	for _, n := range x.numbers {
		token, secret, err := x.keys.Secrets(n)
		switch {
		case err != nil:
			x.add("number", Bad, fmt.Sprintf("the secrets of number %s do not open: %v", n.ID, err), "use the key they were sealed with")
			continue
		case token == "":
			x.add("number", Bad, fmt.Sprintf("number %s has no access token", n.ID), "make a system user with the right whatsapp_business_messaging in Meta's Business Settings, give it the account, and give its permanent token with `jawort number connect`")
			continue
		case secret == "":
			x.add("webhook", Bad, fmt.Sprintf("number %s has no app secret: its webhooks cannot be believed", n.ID), "App Dashboard > App settings > Basic > App secret; give it with `jawort number connect`")
		}
		if x.meta {
			x.askMeta(ctx, n, token, secret)
		}
	}
}

// askMeta reads the number and its token at Meta.
func (x *visit) askMeta(ctx context.Context, n account.Number, token, secret string) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	c := &graph.Client{BaseURL: n.BaseURL, Token: token, AppSecret: secret}
	p, err := c.PhoneNumber(ctx, n.ID, "")
	if err != nil {
		x.add("number", Bad, fmt.Sprintf("Meta does not answer for number %s: %v", n.ID, err), "the token may have expired or lack the number's account; make a permanent one for a system user")
		return
	}
	state, fix := Good, ""
	if p.Status != "" && p.Status != "CONNECTED" {
		state, fix = Warn, "WhatsApp Manager > Phone numbers says what Meta asks for"
	}
	x.add("number", state, fmt.Sprintf("number %s: status %s, quality %s", n.ID, orDash(p.Status), orDash(p.Quality)), fix)
	info, err := c.DebugToken(ctx)
	switch {
	case err != nil: // not every token may ask about itself
	case !info.Valid:
		x.add("number", Bad, fmt.Sprintf("the token of number %s is no longer valid", n.ID), "make a permanent one for a system user")
	case !info.Expires.IsZero() && info.Expires.Sub(x.s.now()) < 14*24*time.Hour:
		x.add("number", Warn, fmt.Sprintf("the token of number %s ends on %s", n.ID, info.Expires.UTC().Format(time.DateOnly)), "make a permanent one for a system user")
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
