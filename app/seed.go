package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/graph"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// SeedOptions tell a seed where its number lives.
type SeedOptions struct {
	Emulator      string // base URL of the emulator
	PhoneNumberID string
	WABA          string
	Portfolio     string
	Display       string // digits
	Token         string
	AppSecret     string
	Clock         *Clock // of the app and the emulator
	Days          int    // of history
	Owner         string // e-mail; "" = the invented one's
	Confirm       bool   // who agrees in the chat is answered
	Busy          bool   // people order often enough for a usual rate of stops
}

// Seeded is what a seed made.
type Seeded struct {
	Tenant, Owner string
	Topics        []string
	Templates     []string
	Source        string
	APIKey        string
	GatewayToken  string
	LoginToken    string
}

// seedBusiness is invented, like everybody in the seed.
const seedBusiness = "Kaffeerösterei Morgenrot"

const seedOwner = "jonna@kaffee-morgenrot.example"

const seedDomain = "https://kaffee-morgenrot.example"

// Seed sets up a believable business and lets three weeks pass: people opt in on the page, confirm in WhatsApp, get
// messages, some stop. All of it goes through the same doors as everybody's, so ledger, standing and proof are real.
func (a *App) Seed(ctx context.Context, o SeedOptions) (Seeded, error) {
	start := time.Now().Add(-time.Duration(o.Days) * 24 * time.Hour).Truncate(24 * time.Hour).Add(8 * time.Hour)
	o.Clock.Set(start)
	s := seeder{a: a, o: o, ctx: ctx}
	if err := s.settings(map[string]any{"approve_ms": 0, "sent_ms": 1, "delivered_ms": 2, "read_ms": 3, "user_cap": -1}); err != nil {
		return s.out, fmt.Errorf("set the emulator up: %w", err)
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{{"business", s.business}, {"templates", s.templates}, {"source", s.source}, {"history", s.history}} {
		if err := step.do(); err != nil {
			return s.out, fmt.Errorf("seed %s: %w", step.name, err)
		}
	}
	o.Clock.Real()
	if err := s.settings(map[string]any{"approve_ms": 1000, "sent_ms": 200, "delivered_ms": 500, "read_ms": 1500, "user_cap": -1}); err != nil {
		return s.out, err
	}
	if err := a.poller.Ensure(ctx); err != nil {
		return s.out, err
	}
	return s.out, s.keys()
}

type seeder struct {
	a      *App
	o      SeedOptions
	ctx    context.Context
	out    Seeded
	number account.Number
}

// tell speaks to the emulator's controls.
func (s *seeder) tell(path string, body any) error {
	return tellEmulator(s.ctx, s.o.Emulator, path, body)
}

func tellEmulator(ctx context.Context, base, path string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("emulator answers %d", resp.StatusCode)
	}
	return nil
}

func (s *seeder) settings(m map[string]any) error { return s.tell("/_emulator/settings", m) }

func (s *seeder) business() error {
	return s.a.DB.Write(s.ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := account.CreateTenant(ctx, tx, s.a.Keys, account.Tenant{Name: seedBusiness, Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "seed")
		if err != nil {
			return err
		}
		s.out.Tenant = t.ID
		if err := account.PutPortfolio(ctx, tx, t.ID, account.Portfolio{ID: s.o.Portfolio, Name: seedBusiness, SendLimit: 10_000}); err != nil {
			return err
		}
		s.number = account.Number{Tenant: t.ID, ID: s.o.PhoneNumberID, WABA: s.o.WABA, Portfolio: s.o.Portfolio, Display: s.o.Display,
			Name: seedBusiness, Country: "DE", BaseURL: s.o.Emulator, Mode: account.Enforce, Throughput: 80, Status: "CONNECTED",
			Settings: account.NumberSettings{StopAck: true, OptinAck: s.o.Confirm}}
		if err := account.PutNumber(ctx, tx, s.a.Keys, t.ID, s.number, s.o.Token, s.o.AppSecret, "seed"); err != nil {
			return err
		}
		if s.number, err = account.NumberOf(ctx, tx, t.ID, s.o.PhoneNumberID); err != nil {
			return err
		}
		owner, err := account.Invite(ctx, tx, t.ID, account.Staff{Email: cmp.Or(s.o.Owner, seedOwner), Name: "Jonna Petersen", Role: account.Owner, Language: "de"}, "seed")
		s.out.Owner = owner.ID
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		for _, tp := range seedTopics {
			if err := topic.Put(ctx, tx, t.ID, tp, now); err != nil {
				return err
			}
			s.out.Topics = append(s.out.Topics, tp.Code)
		}
		return nil
	})
}

var seedTopics = []topic.Topic{
	{Code: "order_updates", Class: topic.Utility, Default: true, Position: 1, Texts: map[string]topic.Text{
		"de": {Name: "Infos zur Bestellung", Value: "Wann Ihr Kaffee geröstet, verschickt und da ist"},
		"en": {Name: "Order updates", Value: "When your coffee is roasted, shipped and there"}}},
	{Code: "offers", Class: topic.Marketing, Position: 2, Texts: map[string]topic.Text{
		"de": {Name: "Angebote und neue Röstungen", Value: "Höchstens viermal im Monat, zuerst für Sie"},
		"en": {Name: "Offers and new roasts", Value: "At most four a month, for you first"}}},
}

// templates are created by Meta's own call, approved by the emulator, fetched back and assigned.
func (s *seeder) templates() error {
	client, err := s.a.client(s.number)
	if err != nil {
		return err
	}
	for _, t := range seedTemplates {
		if _, err := client.CreateTemplate(s.ctx, s.o.WABA, t); err != nil {
			return err
		}
	}
	for range 100 { // approved after a moment
		time.Sleep(5 * time.Millisecond)
		list, err := client.Templates(s.ctx, s.o.WABA)
		if err != nil {
			return err
		}
		if approved(list) >= len(seedTemplates) {
			break
		}
	}
	if err := s.a.FetchTemplates(s.ctx, s.number); err != nil {
		return err
	}
	return s.a.DB.Write(s.ctx, func(ctx context.Context, tx *db.Tx) error {
		for name, code := range map[string]string{"order_update": "order_updates", "sommer_sale": "offers", "optin_confirm": "order_updates", "optin_missed_call": "order_updates"} {
			if err := topic.Assign(ctx, tx, s.out.Tenant, s.o.WABA, name, code); err != nil {
				return err
			}
		}
		s.out.Templates = []string{"order_update", "sommer_sale", "optin_confirm"}
		return nil
	})
}

func approved(list []graph.Template) (n int) {
	for _, t := range list {
		for _, want := range seedTemplates {
			if t.Status == "APPROVED" && t.Name == want.Name && t.Language == want.Language {
				n++
			}
		}
	}
	return n
}

func (s *seeder) source() error {
	return s.a.DB.Write(s.ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		n, err := notice.New(ctx, tx, s.out.Tenant, "Website: Kasse und Newsletter", now)
		if err != nil {
			return err
		}
		version, err := notice.Edit(ctx, tx, s.out.Tenant, n.ID, notice.Wording{Kind: "web", Topics: []string{"order_updates", "offers"},
			Bodies: seedWording}, now) // no cap a month: the demo's are off until somebody turns them on (DESIGN section 10)
		if err != nil {
			return err
		}
		if err := notice.Publish(ctx, tx, s.out.Tenant, n.ID, version, now); err != nil {
			return err
		}
		src, _, err := source.New(ctx, tx, s.out.Tenant, source.Source{Kind: "web", Name: "Website", Notice: n.ID,
			Topics: []string{"order_updates", "offers"}, Number: s.number.ID, Settings: source.Settings{PrivacyURL: seedDomain + "/datenschutz",
				ImprintURL: seedDomain + "/impressum", Languages: []string{"de", "en"}, DefaultRegion: "DE", Question: false}}, now)
		if err != nil {
			return err
		}
		s.out.Source = src.ID
		_, err = source.GoLive(ctx, tx, s.out.Tenant, src.ID, func(j source.Judged) []string { return lint(seedBusiness, "DE", j) })
		return err
	})
}

// keys are made last, at the real time: the login link lives ten minutes.
func (s *seeder) keys() error {
	return s.a.DB.Write(s.ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if _, s.out.APIKey, err = account.CreateKey(ctx, tx, s.out.Tenant, "Demo", account.Scopes, s.out.Owner); err != nil {
			return err
		}
		if _, s.out.GatewayToken, err = account.CreateProgram(ctx, tx, s.out.Tenant, account.Program{Name: "Shop", Mode: account.Enforce,
			Scopes: []string{"send", "media", "read", "templates"}}, s.out.Owner); err != nil {
			return err
		}
		s.out.LoginToken, err = account.NewLink(ctx, tx, s.out.Tenant, s.out.Owner, "seed")
		return err
	})
}
