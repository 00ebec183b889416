package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/mail"
	"jawort/notice"
	"jawort/source"
)

// BadDay is a story of the demo: people who took part in a raffle and did not read what they agreed to get advertising, and act as
// people do. Everything goes through the same doors as everybody's; only the people are toys.
type BadDay struct {
	Emulator string // base URL
	Tenant   string
	Turn     int     // each brings other people: 0 to BadDays-1
	Speed    float64 // of the crowd's time; 0 = a day in ten seconds
}

// Mailbox is the host of the demo's own mailbox: letters to it do not leave the machine.
const Mailbox = "postfach.kaffee-morgenrot.example"

// ToMailbox is a way out for mails: what is sent by the demo's mailbox is handed over, the rest goes by SMTP.
func ToMailbox(put func(to, subject, text string)) func(ctx context.Context, s mail.Server, l mail.Letter) error {
	return func(ctx context.Context, s mail.Server, l mail.Letter) error {
		if s.Host != Mailbox {
			return mail.Send(ctx, s, l)
		}
		put(l.To.Address, l.Subject, l.Text)
		return nil
	}
}

// The crowd's numbers are those of the emulator's crowd: Ofcom keeps them for fiction.
const (
	raffle       = "Gewinnspiel auf dem Wochenmarkt"
	rafflePhone  = 447700900200
	badDayPeople = 80
	pushes       = 2 // the same offer, and once more
)

// badDaySeeds are crowds of which ten and more opt out at two messages, and as many block: so that the cause can be told.
var badDaySeeds = [...]uint64{2, 4, 5, 6, 10, 15, 20, 24, 27, 36}

// BadDays is how many there are: the numbers kept for fiction are used up then.
const BadDays = len(badDaySeeds)

// BadDay begins one: it switches the brake of the number on, signs the people up at a source of its own and sends them the offer. What
// follows comes by itself.
func (a *App) BadDay(ctx context.Context, b BadDay) error {
	if b.Turn < 0 || b.Turn >= BadDays {
		return fmt.Errorf("bad day: there are %d, and all were had", BadDays)
	}
	s := seeder{a: a, ctx: ctx, o: SeedOptions{Emulator: b.Emulator}}
	s.out.Tenant = b.Tenant
	if err := a.DB.Write(ctx, s.raffle); err != nil {
		return fmt.Errorf("bad day: %w", err)
	}
	a.guard.Wake()
	var phones []string
	for i := range badDayPeople {
		g := guest{phone: fmt.Sprint(rafflePhone + b.Turn*badDayPeople + i), lang: "de", offers: true, confirms: true}
		if err := s.optIn(&g); err != nil {
			return fmt.Errorf("bad day: sign up: %w", err)
		}
		phones = append(phones, g.phone)
	}
	if err := s.tell("/_emulator/crowd", map[string]any{"phones": phones, "expects": 0, "fit": 0.1, "seed": badDaySeeds[b.Turn], "speed": b.Speed}); err != nil {
		return fmt.Errorf("bad day: %w", err)
	}
	for range pushes {
		for _, p := range phones {
			if err := s.send(&guest{phone: p, lang: "de"}, "sommer_sale"); err != nil {
				return fmt.Errorf("bad day: send: %w", err)
			}
		}
	}
	return nil
}

// Skip lets time pass at once. Whoever is signed in stays so: they were not away.
func (a *App) Skip(ctx context.Context, c *Clock, d time.Duration) error {
	err := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return account.ProlongSessions(ctx, tx, d.Microseconds()) })
	if err == nil {
		c.Set(c.Now().Add(d))
	}
	return err
}

// raffle makes what the story needs, once: the brake on, a mailbox for the warnings, a source.
func (s *seeder) raffle(ctx context.Context, tx *db.Tx) error {
	const by = "demo"
	numbers, err := account.Numbers(ctx, tx, s.out.Tenant)
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		return errors.New("the business has no number")
	}
	s.number = numbers[0]
	if set := s.number.Settings; !set.Brake {
		set.Brake = true
		if err := account.SetNumberSettings(ctx, tx, s.out.Tenant, s.number.ID, s.number.Mode, set, by); err != nil {
			return err
		}
	}
	server, err := alert.ServerOf(ctx, tx, s.out.Tenant)
	if err != nil {
		return err
	}
	if server.Host == "" {
		if err := alert.PutServer(ctx, tx, alert.Server{Tenant: s.out.Tenant, Host: Mailbox, Security: mail.Plain, Sender: "jawort@kaffee-morgenrot.example"}, by); err != nil {
			return err
		}
	}
	return s.raffleSource(ctx, tx)
}

func (s *seeder) raffleSource(ctx context.Context, tx *db.Tx) error {
	live, err := source.LiveOf(ctx, tx, s.out.Tenant, "web")
	if err != nil {
		return err
	}
	for _, x := range live {
		if x.Name == raffle {
			s.out.Source = x.ID
			return nil
		}
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	topics := []string{"order_updates", "offers"}
	n, err := notice.New(ctx, tx, s.out.Tenant, raffle, now)
	if err != nil {
		return err
	}
	version, err := notice.Edit(ctx, tx, s.out.Tenant, n.ID, notice.Wording{Kind: "web", Topics: topics, CapMonth: 4, Bodies: seedWording}, now)
	if err != nil {
		return err
	}
	if err := notice.Publish(ctx, tx, s.out.Tenant, n.ID, version, now); err != nil {
		return err
	}
	src, _, err := source.New(ctx, tx, s.out.Tenant, source.Source{Kind: "web", Name: raffle, Notice: n.ID, Topics: topics, Number: s.number.ID,
		Settings: source.Settings{PrivacyURL: seedDomain + "/datenschutz", ImprintURL: seedDomain + "/impressum", Languages: []string{"de", "en"},
			DefaultRegion: "DE"}}, now)
	if err != nil {
		return err
	}
	s.out.Source = src.ID
	_, err = source.GoLive(ctx, tx, s.out.Tenant, src.ID, func(j source.Judged) []string { return lint(seedBusiness, "DE", j) })
	return err
}
