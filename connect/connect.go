// Package connect is how a number of Meta's becomes ours: Meta is asked what token and secret are worth, then the number is kept with
// its secrets sealed, and the account's webhooks are sent to the app.
package connect

import (
	"cmp"
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/errs"
	"jawort/graph"
)

// Asked is what somebody must tell us of a number; the rest Meta tells.
type Asked struct {
	Number    string // phone_number_id
	WABA      string // WhatsApp business account; empty: found by the token
	Portfolio string // empty: Meta is asked; where it does not tell, the account stands for it
	Base      string // of the Graph API; empty: Meta's
	Token     string
	AppSecret string
	Mode      account.Mode
}

// Found is the number as Meta tells it.
type Found struct {
	Number    account.Number
	Portfolio account.Portfolio
	Rating    string    // GREEN YELLOW RED; empty: none yet
	Expires   time.Time // of the token; zero: never, or not told
	Listens   bool      // Meta sends the account's webhooks to the app; set by Subscribe
}

// Rights that a token needs (WA/get-started).
var Rights = []string{"whatsapp_business_messaging", "whatsapp_business_management"}

const patience = 20 * time.Second

func (a Asked) client() *graph.Client {
	return &graph.Client{BaseURL: strings.TrimRight(a.Base, "/"), Token: a.Token, AppSecret: a.AppSecret}
}

// Ask asks Meta and writes nothing. Errors of the input are errs.Error with the field they are about.
func Ask(ctx context.Context, a Asked) (Found, error) {
	for _, f := range []struct{ name, value string }{{"number", a.Number}, {"token", a.Token}, {"app_secret", a.AppSecret}} {
		if strings.TrimSpace(f.value) == "" {
			return Found{}, errs.At(f.name, "connect.empty")
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	info, err := a.client().DebugToken(ctx)
	if err != nil {
		return Found{}, explain(err, "token")
	}
	if !info.Valid {
		return Found{}, errs.At("token", "connect.token")
	}
	var missing []string
	for _, r := range Rights {
		if !slices.Contains(info.Scopes, r) {
			missing = append(missing, r)
		}
	}
	if len(missing) > 0 {
		return Found{}, errs.At("token", "connect.rights").With(errs.Args{"Rights": strings.Join(missing, ", ")})
	}
	accounts := []string{a.WABA}
	if a.WABA == "" {
		accounts = info.Targets["whatsapp_business_management"]
	}
	if len(accounts) == 0 {
		return Found{}, errs.At("waba", "connect.waba")
	}
	return a.find(ctx, accounts, info.Expires)
}

// find looks for the number in the accounts that the token opens.
func (a Asked) find(ctx context.Context, accounts []string, expires time.Time) (Found, error) {
	others := 0
	for _, waba := range accounts {
		all, err := a.client().PhoneNumbers(ctx, waba)
		if err != nil {
			return Found{}, explain(err, "waba")
		}
		for _, p := range all {
			if p.ID == a.Number {
				a.WABA = waba
				if acc, err := a.client().Account(ctx, waba); err == nil {
					a.Portfolio = cmp.Or(a.Portfolio, acc.Portfolio)
				}
				return a.found(p, expires)
			}
		}
		others += len(all)
	}
	return Found{}, errs.At("number", "connect.number").With(errs.Args{"Count": others})
}

// pace is what Meta allows a number unless it says HIGH (facts/meta.md: 80 and 1,000 messages a second).
var pace = map[string]int64{"HIGH": 1000}

const usualPace = 80

func (a Asked) found(p graph.PhoneNumber, expires time.Time) (Found, error) {
	display := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, p.Display)
	own, err := address.FromWAID(display)
	if err != nil {
		return Found{}, errs.At("number", "connect.display").Because(err)
	}
	portfolio := cmp.Or(a.Portfolio, a.WABA)
	n := account.Number{ID: p.ID, WABA: a.WABA, Portfolio: portfolio, Display: display, Name: p.VerifiedName, Country: own.Country(),
		BaseURL: cmp.Or(a.Base, graph.DefaultBase), Mode: cmp.Or(a.Mode, account.Enforce), Throughput: usualPace, Settings: account.NumberSettings{StopAck: true, OptinAck: true, Brake: true}, Status: p.Status}
	if fast, ok := pace[p.Throughput]; ok {
		n.Throughput = fast
	}
	return Found{Number: n, Portfolio: account.Portfolio{ID: portfolio, Name: p.VerifiedName, SendLimit: limitOf(p.Limit)}, Rating: p.Quality, Expires: expires}, nil
}

// limitOf takes the smallest tier for one that Meta does not tell, so that nothing goes beyond what is allowed.
func limitOf(l graph.Limit) int64 {
	switch l {
	case graph.LimitUnlimited:
		return account.Unlimited
	case graph.LimitUnknown:
		return 250
	}
	return int64(l)
}

// Keep keeps what was found, with its secrets sealed.
func Keep(ctx context.Context, tx *db.Tx, k *account.Keyring, tenant string, a Asked, f Found, by string) error {
	if err := Own(ctx, tx, tenant, f.Number.WABA, f.Portfolio); err != nil {
		return err
	}
	if err := account.PutPortfolio(ctx, tx, tenant, f.Portfolio); err != nil {
		return err
	}
	return account.PutNumber(ctx, tx, k, tenant, f.Number, a.Token, a.AppSecret, by)
}

// Subscribe has the account's webhooks sent to the app, and says whether Meta agreed.
func Subscribe(ctx context.Context, a Asked, f Found) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return a.client().SubscribeApp(ctx, f.Number.WABA) == nil
}

// explain turns what Meta said into a sentence about a field.
func explain(err error, field string) error {
	if e, ok := errors.AsType[*graph.Error](err); ok {
		switch {
		case strings.Contains(strings.ToLower(e.Message), "appsecret_proof"):
			return errs.At("app_secret", "connect.secret").Because(err)
		case e.Code == 190 || e.Code == 0:
			return errs.At("token", "connect.token").Because(err)
		case e.Code == 10 || e.Code >= 200 && e.Code < 300 || e.Code == 100 || field == "waba":
			return errs.At(field, "connect.refused").With(errs.Args{"Code": int64(e.Code)}).Because(err)
		}
		return errs.At("", "connect.meta").With(errs.Args{"Code": int64(e.Code)}).Because(err)
	}
	if n, ok := errors.AsType[net.Error](err); ok {
		return errs.At("", "connect.unreachable").Because(n)
	}
	return errs.At("", "connect.unreachable").Because(err)
}
