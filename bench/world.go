package bench

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"jawort/account"
	"jawort/app"
	"jawort/db"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// world is a whole Jawort, listening, with one business whose numbers send to the sink.
type world struct {
	app    *app.App
	addr   string // of its listener
	tenant string
	source string
	key    string // header with an API key, ended by \r\n
	pepper []byte
	stop   func()
}

const (
	number    = "310000000000000" // the first of them
	numbers   = 4
	waba      = "210000000000001"
	portfolio = "510000000000001"
	display   = "44207946010"
	appSecret = "bench-app-secret" // signs webhooks
)

func numberOf(n int) string { return fmt.Sprintf("31000000000000%d", n%numbers) }

// newWorld builds it, with its people.
func (r *run) newWorld(ctx context.Context, sink string) (*world, error) {
	return r.newWorldWith(ctx, sink, app.Calls{})
}

// newWorldWith gives it a telephone too.
func (r *run) newWorldWith(ctx context.Context, sink string, telephone app.Calls) (*world, error) {
	old, err := r.recall()
	if err != nil {
		return nil, err
	}
	secret := account.NewKey("bench")
	if old != nil {
		secret = old.Keys
	}
	keys, err := account.ParseKeyring(secret)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a, err := app.New(ctx, app.Config{DB: r.url, Base: "http://" + l.Addr().String(), Keys: keys, Holder: "jawort bench", Calls: telephone,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		l.Close()
		return nil, err
	}
	stop := func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		a.Stop(ctx)
	}
	w, err := r.settle(ctx, a, sink, old)
	if err == nil && old == nil {
		err = r.remember(kept{Keys: secret, Tenant: w.tenant, Source: w.source, Key: w.key, People: r.People})
	}
	if err != nil {
		stop()
		l.Close()
		return nil, fmt.Errorf("build the world: %w", err)
	}
	w.addr, w.stop = l.Addr().String(), stop
	a.Start(l)
	return w, nil
}

// settle fills an empty database, or finds its way about in a kept one.
func (r *run) settle(ctx context.Context, a *app.App, sink string, old *kept) (*world, error) {
	w := &world{app: a}
	if old != nil {
		return w, w.again(ctx, old, "http://"+sink)
	}
	if r.engine == "postgres" && r.People >= manyPeople {
		return r.byFile(ctx, sink, a.Keys, a)
	}
	if err := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return w.found(ctx, tx, "http://"+sink) }); err != nil {
		return nil, err
	}
	return w, r.populate(ctx, w)
}

// found is the business.
func (w *world) found(ctx context.Context, tx *db.Tx, sink string) error {
	keys := w.app.Keys
	t, err := account.CreateTenant(ctx, tx, keys, account.Tenant{Name: "Rösterei Prüfstand", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "bench")
	if err != nil {
		return err
	}
	w.tenant = t.ID
	if w.pepper, err = keys.Pepper(t); err != nil {
		return err
	}
	if err := account.PutPortfolio(ctx, tx, t.ID, account.Portfolio{ID: portfolio, Name: t.Name, SendLimit: account.Unlimited}); err != nil {
		return err
	}
	if err := w.numbers(ctx, tx, sink); err != nil {
		return err
	}
	_, key, err := account.CreateKey(ctx, tx, t.ID, "bench", account.Scopes, "bench")
	if err != nil {
		return err
	}
	w.key = "Authorization: Bearer " + key + "\r\n"
	return w.furnish(ctx, tx)
}

// numbers are the business's: one has at most 10,000 messages a second, four are no limit here.
func (w *world) numbers(ctx context.Context, tx *db.Tx, sink string) error {
	for i := range numbers {
		n := account.Number{ID: numberOf(i), WABA: waba, Portfolio: portfolio, Display: display + fmt.Sprint(i), Name: "Rösterei Prüfstand", Country: "DE",
			BaseURL: sink, Mode: account.Enforce, Throughput: 10_000, Status: "CONNECTED"}
		if err := account.PutNumber(ctx, tx, w.app.Keys, w.tenant, n, "bench-token", appSecret, "bench"); err != nil {
			return err
		}
	}
	return nil
}

// furnish gives it a topic, a template and a live source.
func (w *world) furnish(ctx context.Context, tx *db.Tx) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	err = topic.Put(ctx, tx, w.tenant, topic.Topic{Code: "offers", Class: topic.Marketing, Texts: map[string]topic.Text{
		"de": {Name: "Angebote", Value: "Neue Röstungen zuerst"}}}, now)
	if err != nil {
		return err
	}
	list := []topic.Template{{Name: "sommer_sale", Language: "de", Category: "MARKETING", Status: "APPROVED", Quality: "GREEN"}}
	if _, err := topic.UpsertFromMeta(ctx, tx, w.tenant, waba, list, now); err != nil {
		return err
	}
	if err := topic.Assign(ctx, tx, w.tenant, waba, "sommer_sale", "offers"); err != nil {
		return err
	}
	n, err := notice.New(ctx, tx, w.tenant, "Formular", now)
	if err != nil {
		return err
	}
	version, err := notice.Edit(ctx, tx, w.tenant, n.ID, notice.Wording{Kind: "web", Topics: []string{"offers"}, Bodies: map[string]string{
		"de": "Ja, die Rösterei Prüfstand darf mir auf WhatsApp Angebote schreiben. Abmelden kann ich mich jederzeit mit STOP."}}, now)
	if err != nil {
		return err
	}
	if err := notice.Publish(ctx, tx, w.tenant, n.ID, version, now); err != nil {
		return err
	}
	s, _, err := source.New(ctx, tx, w.tenant, source.Source{Kind: "web", Name: "Formular", Notice: n.ID, Topics: []string{"offers"}, Number: number,
		Settings: source.Settings{PrivacyURL: "https://pruefstand.example/datenschutz", ImprintURL: "https://pruefstand.example/impressum",
			Languages: []string{"de"}, DefaultRegion: "DE",
			NetworkHourly: 1_000_000_000, AddressDaily: 1_000_000}}, now)
	if err != nil {
		return err
	}
	w.source = s.ID
	_, err = source.GoLive(ctx, tx, w.tenant, s.ID, func(source.Judged) []string { return nil })
	return err
}
