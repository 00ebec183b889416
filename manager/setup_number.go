package manager

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"jawort/account"
	"jawort/connect"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
)

// connected is a number just connected, or the one that is there.
type connected struct {
	number  account.Number
	limit   int64  // people a day; -1 = unlimited, 0 = not told
	rating  string // Meta's; empty = none yet
	heard   int64  // when Meta last sent anything for this business; 0 = never
	shaken  int64  // when Meta last proved our verify token; 0 = never
	listens bool   // Meta said it will send; asked only when connecting
	verify  string // word for Meta's form
	hook    string
}

func setupNumber(v *visit) error {
	return v.show(http.StatusOK, setupNumberView(v, filled()))
}

// setupConnect asks Meta what token and secret are worth, and keeps the number when all is well.
func setupConnect(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	pasted := func(name string) string { return strings.TrimSpace(f.get(name)) }
	a := connect.Asked{Number: pasted("number"), WABA: pasted("waba"), Token: pasted("token"), AppSecret: pasted("app_secret"), Base: v.s.GraphBase}
	found, err := connect.Ask(v.r.Context(), a)
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) error {
			return connect.Keep(ctx, tx, v.s.Keys, v.tenant.ID, a, found, v.staff.ID)
		})
	}
	for _, secret := range []string{"token", "app_secret"} {
		f.values.Set(secret, "") // never shown again
	}
	if err := f.took(v, err, map[string]string{"number": "number", "token": "token", "app_secret": "app_secret", "waba": "waba", "": ""}); err != nil {
		return err
	}
	if len(f.wrong) > 0 {
		return v.show(http.StatusBadRequest, setupNumberView(v, f))
	}
	connect.Subscribe(v.r.Context(), a, found) // whether Meta really sends, the next page sees
	if v.s.AskMeta != nil {
		if err := v.s.AskMeta(v.r.Context(), v.tenant.ID); err != nil {
			return err
		}
	}
	return v.to("/setup/webhook")
}

// setupTry connects the toy phones of this machine.
func setupTry(v *visit) error {
	if v.s.TryOut == nil {
		return errs.New(errs.NotFound, "manager.not_found")
	}
	if err := v.s.TryOut(v.r.Context(), v.tenant.ID, v.staff.ID); err != nil {
		return err
	}
	return v.to("/setup/webhook")
}

// setupWebhook waits, with the reader, for Meta's first word. It is fetched anew by itself while it waits.
func setupWebhook(v *visit) error {
	c := connected{verify: v.s.VerifyToken, hook: v.base() + "/in/meta"}
	err := v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Numbers(ctx, tx, v.tenant.ID)
		if err != nil || len(all) == 0 {
			return err
		}
		c.number = all[len(all)-1]
		portfolios, err := account.Portfolios(ctx, tx, v.tenant.ID)
		for _, p := range portfolios {
			if p.ID == c.number.Portfolio {
				c.limit = p.SendLimit
			}
		}
		if err != nil {
			return err
		}
		lines, err := numberLines(ctx, tx, v.tenant.ID)
		for _, n := range lines {
			if n.Number == c.number.ID {
				c.rating = n.Rating
			}
		}
		if err != nil {
			return err
		}
		return c.listen(ctx, tx, v.tenant.ID)
	})
	if err != nil {
		return err
	}
	if c.number.ID == "" {
		return v.to("/setup/number")
	}
	return v.show(http.StatusOK, setupWebhookView(v, c))
}

// listen reads whether Meta spoke to us: the handshake of our word, and a signed webhook of this business.
func (c *connected) listen(ctx context.Context, tx *db.Tx, tenant string) error {
	err := tx.Row(ctx, `select received_at from raw_webhook where tenant = $1 order by raw desc limit 1`, tenant).Scan(&c.heard)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return err
	}
	err = tx.Row(ctx, `select at from handshake where channel = 'meta'`).Scan(&c.shaken)
	if errors.Is(err, db.ErrNone) {
		return nil
	}
	return err
}

// limitWords says how many people a day.
func (v *visit) limitWords(limit int64) string {
	switch {
	case limit < 0:
		return v.say("manager.setup.unlimited")
	case limit == 0:
		return "–"
	}
	return look.Integer(v.lang, limit)
}
