package upkeep

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/graph"
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

// pace is what Meta allows a number unless it says HIGH (facts/meta.md: 80 and 1,000 messages a second).
var pace = map[string]int64{"HIGH": 1000}

const usualPace = 80

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
	n, p, err := c.ask(ctx)
	if err != nil {
		return Connected{}, err
	}
	err = s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
		tenant, err := theTenant(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if err := account.PutPortfolio(ctx, tx, tenant, p); err != nil {
			return err
		}
		return account.PutNumber(ctx, tx, keys, tenant, n, c.Token, c.AppSecret, actor)
	})
	if err != nil {
		return Connected{}, err
	}
	out := Connected{Number: n.ID, Display: "+" + n.Display, Name: n.Name, Status: n.Status, Webhook: s.Base + "/in/meta"}
	out.Listens = c.client().SubscribeApp(ctx, c.WABA) == nil
	return out, nil
}

func (c Connection) client() *graph.Client {
	return &graph.Client{BaseURL: strings.TrimRight(c.Base, "/"), Token: c.Token, AppSecret: c.AppSecret}
}

// ask reads the number at Meta.
func (c Connection) ask(ctx context.Context) (account.Number, account.Portfolio, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	all, err := c.client().PhoneNumbers(ctx, c.WABA)
	if err != nil {
		return account.Number{}, account.Portfolio{}, fmt.Errorf("Meta does not show the account's numbers: %w; the token needs the rights whatsapp_business_messaging and whatsapp_business_management for this account", err)
	}
	for _, p := range all {
		if p.ID == c.Number {
			return c.number(p)
		}
	}
	return account.Number{}, account.Portfolio{}, fmt.Errorf("the account has no number with this id; it has %d others", len(all))
}

func (c Connection) number(p graph.PhoneNumber) (account.Number, account.Portfolio, error) {
	display := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, p.Display)
	own, err := address.FromWAID(display)
	if err != nil {
		return account.Number{}, account.Portfolio{}, fmt.Errorf("Meta's number: %w", err)
	}
	portfolio := c.Portfolio
	if portfolio == "" {
		portfolio = c.WABA
	}
	n := account.Number{ID: p.ID, WABA: c.WABA, Portfolio: portfolio, Display: display, Name: p.VerifiedName, Country: own.Country(),
		BaseURL: c.Base, Mode: account.Mode(c.Mode), Throughput: usualPace, Settings: account.NumberSettings{StopAck: true}, Status: p.Status}
	if n.BaseURL == "" {
		n.BaseURL = graph.DefaultBase
	}
	if fast, ok := pace[p.Throughput]; ok {
		n.Throughput = fast
	}
	return n, account.Portfolio{ID: portfolio, Name: p.VerifiedName, SendLimit: limitOf(p.Limit)}, nil
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
