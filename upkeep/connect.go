package upkeep

import (
	"context"
	"errors"
	"fmt"

	"jawort/account"
	"jawort/connect"
	"jawort/db"
	"jawort/errs"
	"jawort/say"
)

// Connection is what somebody must tell us of a number at Meta; the rest Meta tells.
type Connection struct {
	Tenant    string // empty: the only one
	Number    string // phone_number_id
	WABA      string // WhatsApp business account
	Portfolio string // empty: the account stands for it
	Base      string // of the Graph API; empty: Meta's
	Token     string
	AppSecret string
	Mode      string // observe warn enforce
}

// Connected is the number as Meta told it.
type Connected struct {
	Number  string `json:"number"`
	Display string `json:"display"`
	Name    string `json:"name"`
	Status  string `json:"status"`
	Webhook string `json:"webhook"`
	Listens bool   `json:"subscribed"` // Meta sends the account's webhooks to the app
}

// Connect asks Meta about a number, keeps it with its secrets sealed, and has the account's webhooks sent to the app. Meta is asked
// before anything is written.
func Connect(ctx context.Context, s Settings, c Connection) (Connected, error) {
	keys, err := s.Keys()
	if err != nil {
		return Connected{}, err
	}
	if c.Token == "" || c.AppSecret == "" {
		return Connected{}, errors.New("token or app secret is missing: set JAWORT_META_TOKEN (of a system user, permanent) and JAWORT_META_APP_SECRET (App settings > Basic)")
	}
	asked := connect.Asked{Number: c.Number, WABA: c.WABA, Portfolio: c.Portfolio, Base: c.Base, Token: c.Token, AppSecret: c.AppSecret, Mode: account.Mode(c.Mode)}
	f, err := connect.Ask(ctx, asked)
	if err != nil {
		return Connected{}, inEnglish(err)
	}
	err = s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
		tenant, err := theTenant(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		return connect.Keep(ctx, tx, keys, tenant, asked, f, actor)
	})
	if err != nil {
		return Connected{}, err
	}
	n := f.Number
	return Connected{Number: n.ID, Display: "+" + n.Display, Name: n.Name, Status: n.Status, Webhook: s.Base + "/in/meta", Listens: connect.Subscribe(ctx, asked, f)}, nil
}

// inEnglish words an error for a terminal.
func inEnglish(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && say.Has("en", e.Key) {
		return fmt.Errorf("%s: %w", say.Text("en", e.Key, say.Args(e.Args)), err)
	}
	return err
}
