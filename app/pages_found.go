package app

import (
	"context"
	"time"

	"jawort/account"
	"jawort/bring"
	"jawort/db"
	"jawort/gate"
	"jawort/hook"
	"jawort/quality"
	"jawort/round"
	"jawort/source"
)

// broughtList has a row of every sort; it is read and never let go.
const broughtList = "Kunde;Telefon;WhatsApp Status;Datum\nHanne Brix;0171 3920071;ja;12.03.2023\nMalte Frey;0171 3920072;nein;01.09.2022\nPia Sommer;0171 3920073;vielleicht;\n" +
	"Hanne B.;+49 171 3920071;ja;\nRuben Ott;ruben@x.example;ja;\nJule Kern;4,91713E+11;ja;\nMalte Frey;0171/3920072;ja;04.05.2023\n"

// found makes the other readers: an agent beside the owner, a business that has just begun, and one in trouble. All invented.
func (g *Gallery) found(ctx context.Context, tx *db.Tx, tenant string) (err error) {
	if g.staff[asAgent], err = account.Invite(ctx, tx, tenant, account.Staff{Email: "piet@kaffee-morgenrot.example", Name: "Piet Sanders",
		Role: account.Agent, Language: "de"}, "pages"); err != nil {
		return err
	}
	if _, err := bring.Put(ctx, tx, tenant, bring.Import{Kind: bring.People, Name: "kunden-2023.csv", CreatedBy: "pages", Options: bring.Options{Region: "DE",
		Scope: "marketing", Topics: []string{"offers"}, Origin: "Häkchen im alten Shop, 2021 bis 2023"}}, []byte(broughtList)); err != nil {
		return err
	}
	if err := askedRound(ctx, tx, tenant, g.staff[asOwner].ID); err != nil {
		return err
	}
	if g.staff[asEmpty], _, err = g.business(ctx, tx, "Buchbinderei Anfang", "ada@anfang.example"); err != nil {
		return err
	}
	troubled := ""
	if g.staff[asTrouble], troubled, err = g.business(ctx, tx, "Blumen Welk", "ole@welk.example"); err != nil {
		return err
	}
	for _, n := range []account.Number{
		{ID: "900000000000001", Display: "493023125081", Name: "Filiale Mitte", Mode: account.Enforce, Status: "RESTRICTED"},
		{ID: "900000000000002", Display: "493023125082", Name: "Filiale Nord", Mode: account.Enforce, Status: "FLAGGED"},
		{ID: "900000000000003", Display: "493023125083", Name: "Neuigkeiten", Mode: account.Observe, Status: "CONNECTED"},
	} {
		n.Tenant, n.WABA, n.Portfolio, n.Country, n.BaseURL, n.Throughput = troubled, "900000000000010", "900000000000020", "DE", "http://127.0.0.1:9", 80
		if err := account.PutNumber(ctx, tx, g.app.Keys, troubled, n, "", "", "pages"); err != nil {
			return err
		}
	}
	return g.restricted(ctx, tx, troubled)
}

// askedRound is a round of questions that waits to be let go.
func askedRound(ctx context.Context, tx *db.Tx, tenant, staff string) error {
	chats, err := source.LiveOf(ctx, tx, tenant, "thread")
	if err != nil {
		return err
	}
	pages, err := source.LiveOf(ctx, tx, tenant, "web")
	if err != nil {
		return err
	}
	r, err := round.Put(ctx, tx, tenant, round.Round{Topic: "offers", Source: append(chats, pages...)[0].ID, CreatedBy: staff})
	if err != nil {
		return err
	}
	r.State = round.Ready
	r.Counts = round.Counts{Found: 1_862, Expected: map[string]int64{round.Ask: 12, round.Window: 1_818, round.Before: 21, gate.QuestionAfterStop.Code: 9, gate.SuspectedBlock.Code: 2}}
	return round.Save(ctx, tx, tenant, &r)
}

// restricted is what Meta said of the business in trouble over the last weeks.
func (g *Gallery) restricted(ctx context.Context, tx *db.Tx, tenant string) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := account.PutPortfolio(ctx, tx, tenant, account.Portfolio{ID: "900000000000020", Name: "Blumen Welk", SendLimit: 2_000}); err != nil {
		return err
	}
	const day = 24 * 3600 * 1_000_000
	first, second, waba := quality.OfNumber("900000000000001"), quality.OfNumber("900000000000002"), quality.OfAccount("900000000000010")
	for _, said := range []struct {
		ago int64
		o   quality.Observation
	}{
		{80, quality.Observation{Node: first, What: quality.Rating, Value: "GREEN"}},
		{80, quality.Observation{Node: second, What: quality.Rating, Value: "GREEN"}},
		{30, quality.Observation{Node: first, What: quality.Rating, Value: "YELLOW"}},
		{9, quality.Observation{Node: first, What: quality.Rating, Value: "RED"}},
		{6, quality.Observation{Node: second, What: quality.Rating, Value: "YELLOW"}},
		{5, quality.Observation{Node: second, What: quality.Status, Value: "FLAGGED"}},
		{2, quality.Observation{Node: first, What: quality.Status, Value: "RESTRICTED"}},
		{2, quality.Observation{Node: waba, What: quality.Violation, Value: "SPAM"}},
		{2, quality.Observation{Node: waba, What: quality.RestrictionOf("RESTRICTED_BIZ_INITIATED_MESSAGING"), Value: "ACTIVE", Until: now + 3*day}},
	} {
		said.o.Way = quality.ByPoll
		if _, err := quality.Observe(ctx, tx, tenant, []quality.Observation{said.o}, now-said.ago*day); err != nil {
			return err
		}
	}
	return quality.PutPoll(ctx, tx, tenant, quality.Poll{WABA: "900000000000010", AskedAt: now, OKAt: now})
}

// business makes one with its owner.
func (g *Gallery) business(ctx context.Context, tx *db.Tx, name, email string) (account.Staff, string, error) {
	t, err := account.CreateTenant(ctx, tx, g.app.Keys, account.Tenant{Name: name, Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "pages")
	if err != nil {
		return account.Staff{}, "", err
	}
	owner, err := account.Invite(ctx, tx, t.ID, account.Staff{Email: email, Name: "Ada Winter", Role: account.Owner, Language: "de"}, "pages")
	return owner, t.ID, err
}

// unsure has two people say what nobody can read for sure, so that the queue has something to decide.
func (g *Gallery) unsure(ctx context.Context, phones string) error {
	s := seeder{a: g.app, o: SeedOptions{Emulator: phones}, ctx: ctx}
	for digits, text := range map[string]string{
		"491713920032": "Stopp! Ich wollte mich doch für Angebote anmelden", "447700900120": "Stop! Subscribe me to the offers please",
	} {
		if err := s.tell("/_emulator/people/"+digits+"/say?wait=1", map[string]string{"text": text}); err != nil {
			return err
		}
	}
	return nil
}

// outgoing adds a program that is told of everything, and takes nothing.
func (g *Gallery) outgoing(ctx context.Context, tenant string) error {
	var h hook.Hook
	if err := g.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		h, _, err = g.app.hooks.CreateOwn(ctx, tx, hook.Hook{Tenant: tenant, Name: "Kundenkartei", URL: "http://127.0.0.1:9/jawort", Private: true}, "pages")
		return err
	}); err != nil {
		return err
	}
	_, err := g.app.hooks.ReplayOwn(ctx, tenant, h.ID, h.CreatedAt-(24*time.Hour).Microseconds(), h.CreatedAt, "", "pages")
	return err
}
