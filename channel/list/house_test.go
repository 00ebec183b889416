package list

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/bring"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/gate"
	"jawort/intake"
	"jawort/topic"
)

// house is a business with topics and people, and a worker whose steps a test counts.
type house struct {
	*testing.T
	d      *db.DB
	keys   *account.Keyring
	tenant account.Tenant
	desk   *intake.Desk
	w      *Worker
	clock  time.Time
	waited int // how often sends were waited for
}

func each(t *testing.T, story func(h *house)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			h := &house{T: t, clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
			h.d = dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return h.clock }})
			h.settle()
			story(h)
		})
	}
}

func (h *house) settle() {
	h.Helper()
	var err error
	if h.keys, err = account.ParseKeyring(account.NewKey("test")); err != nil {
		h.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if h.tenant, err = account.CreateTenant(ctx, tx, h.keys, account.Tenant{Name: "Morgenrot", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test"); err != nil {
			return err
		}
		if err := account.PutNumber(ctx, tx, h.keys, h.tenant.ID, account.Number{ID: "106", WABA: "2", Portfolio: "5", Display: "493023125010", Name: "Shop", Country: "DE",
			BaseURL: "http://127.0.0.1", Mode: account.Enforce, Throughput: 80, Status: "CONNECTED"}, "token", "secret", "test"); err != nil {
			return err
		}
		for code, class := range map[string]topic.Class{"offers": topic.Marketing, "news": topic.Marketing, "orders": topic.Utility} {
			if err := topic.Put(ctx, tx, h.tenant.ID, topic.Topic{Code: code, Class: class, Texts: map[string]topic.Text{"de": {Name: code, Value: "x"}}}, 1); err != nil {
				return err
			}
		}
		return nil
	})
	h.desk = intake.New(h.d, intake.Options{Keys: h.keys})
	h.Cleanup(h.desk.Close)
	h.w = h.worker()
}

// worker is one that knows nothing of others before it. Nothing is ever sent here, so it need not wait for sends.
func (h *house) worker() *Worker {
	return New(Deps{DB: h.d, Desk: h.desk, Rows: 2, Force: 1_000, Held: func(ctx context.Context) error {
		h.waited++
		return ctx.Err()
	}})
}

func (h *house) write(f func(ctx context.Context, tx *db.Tx) error) {
	h.Helper()
	if err := h.d.Write(context.Background(), f); err != nil {
		h.Fatal(err)
	}
}

func (h *house) read(f func(ctx context.Context, tx *db.Tx) error) {
	h.Helper()
	if err := h.d.Read(context.Background(), f); err != nil {
		h.Fatal(err)
	}
}

// brings puts a list and has it read.
func (h *house) brings(kind bring.Kind, text string) bring.Import {
	h.Helper()
	i := bring.Import{Kind: kind, Name: "liste.csv", CreatedBy: "usr_a", Options: bring.Options{Region: "DE", Scope: "all"}}
	if kind == bring.People {
		i.Options.Topics, i.Options.Origin, i.Options.Scope = []string{"offers"}, "Anmeldung zum Newsletter 2023", "marketing"
	}
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		i, err = bring.Put(ctx, tx, h.tenant.ID, i, []byte(text))
		return err
	})
	h.until(i.ID, bring.Ready)
	return h.get(i.ID)
}

func (h *house) get(list string) (i bring.Import) {
	h.Helper()
	h.read(func(ctx context.Context, tx *db.Tx) (err error) {
		i, err = bring.Get(ctx, tx, h.tenant.ID, list)
		return err
	})
	return i
}

// until has the worker step on until the list is in that state.
func (h *house) until(list string, s bring.State) {
	h.Helper()
	for range 10_000 {
		if h.get(list).State == s {
			return
		}
		h.step(list)
	}
	h.Fatalf("the list is %s, not %s", h.get(list).State, s)
}

func (h *house) step(list string) {
	h.Helper()
	if _, err := h.w.step(context.Background(), h.tenant.ID, list); err != nil {
		h.Fatal(err)
	}
}

func (h *house) begins(list string) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error { return bring.Begin(ctx, tx, h.tenant.ID, list, "usr_a") })
}

// runs lets a list take effect as a whole.
func (h *house) runs(kind bring.Kind, text string) bring.Import {
	h.Helper()
	i := h.brings(kind, text)
	h.begins(i.ID)
	h.until(i.ID, bring.Done)
	return h.get(i.ID)
}

func (h *house) undoes(list string) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return bring.AskUndo(ctx, tx, h.tenant.ID, list, "usr_a", "Das war die falsche Datei")
	})
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return bring.DecideUndo(ctx, tx, h.tenant.ID, list, "usr_b", true)
	})
	h.until(list, bring.Undone)
}

// agrees is the person's own yes, seen in the thread.
func (h *house) agrees(a address.Address, topics ...string) {
	h.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return h.event(ctx, tx, a, consent.Event{Kind: consent.Granted, Scope: consent.ScopeTopic, Topics: topics, Channel: "chat", Number: "106",
			Actor: consent.Actor{Kind: consent.Person}, HappenedAt: h.clock.UnixMicro(), Witnessed: true})
	})
}

func (h *house) event(ctx context.Context, tx *db.Tx, a address.Address, e consent.Event) error {
	t, err := account.TenantOf(ctx, tx, h.tenant.ID)
	if err != nil {
		return err
	}
	pepper, err := h.keys.Pepper(t)
	if err != nil {
		return err
	}
	held, err := contact.Ensure(ctx, tx, h.tenant.ID, pepper, []address.Address{a}, h.clock.UnixMicro())
	if err != nil {
		return err
	}
	revs, err := contact.Lock(ctx, tx, h.tenant.ID, []string{held[a]})
	if err != nil {
		return err
	}
	e.Contact, e.Address = held[a], string(a)
	_, err = consent.Append(ctx, tx, h.tenant.ID, []consent.Event{e}, revs)
	return err
}

// stops is the person's own no.
func (h *house) stops(a address.Address) {
	h.Helper()
	if _, err := h.desk.OptOut(context.Background(), intake.OptOut{Tenant: h.tenant.ID, Address: a, Scope: consent.ScopeAll, Via: "page",
		Actor: consent.Actor{Kind: consent.Person}}); err != nil {
		h.Fatal(err)
	}
}

// verdicts asks the gate about a marketing message to each.
func (h *house) verdicts(to []address.Address) (allowed, refused int) {
	h.Helper()
	pepper, err := h.keys.Pepper(h.tenant)
	if err != nil {
		h.Fatal(err)
	}
	h.read(func(ctx context.Context, tx *db.Tx) error {
		asks := make([]gate.Ask, len(to))
		for i, a := range to {
			asks[i] = gate.Ask{Message: gate.Message{Number: "106", To: string(a), Kind: "template", Topic: "offers"}, Fingerprint: contact.Fingerprint(pepper, a)}
		}
		facts, err := gate.Load(ctx, tx, h.tenant.ID, asks, h.clock.UnixMicro())
		if err != nil {
			return err
		}
		for i := range facts {
			facts[i].SupposeTemplate()
			facts[i].Quiet, facts[i].Headroom = 0, gate.Headroom{Free: 10, FreeMarketing: 10}
			if d := gate.Decide(&facts[i], &asks[i].Message); d.Verdict == gate.Refuse {
				refused++
			} else {
				allowed++
			}
		}
		return nil
	})
	return allowed, refused
}

// state is what stands for a person and topic.
func (h *house) state(a address.Address, code string) (out consent.State) {
	h.Helper()
	h.read(func(ctx context.Context, tx *db.Tx) error {
		held, err := contact.Find(ctx, tx, h.tenant.ID, []address.Address{a})
		if err != nil || held[a] == "" {
			out = "unknown"
			return err
		}
		s, err := consent.Stand(ctx, tx, h.tenant.ID, []string{held[a]})
		if err != nil {
			return err
		}
		st := s[held[a]]
		out = st.Of(code, consent.Marketing).State
		return nil
	})
	return out
}

func (h *house) may(a address.Address) bool {
	h.Helper()
	n, _ := h.verdicts([]address.Address{a})
	return n == 1
}

// said are counts in the order of bring.Verdicts.
func said(m map[bring.Verdict]int64) string {
	var out []string
	for _, v := range bring.Verdicts {
		if m[v] > 0 {
			out = append(out, fmt.Sprintf("%s=%d", v, m[v]))
		}
	}
	return strings.Join(out, " ")
}

func number(n int) address.Address {
	return address.Address(fmt.Sprintf("tel:+49151%08d", 20_000_000+n))
}

// count is one number of the database.
func (h *house) count(text string) (n int64) {
	h.Helper()
	h.read(func(ctx context.Context, tx *db.Tx) error { return tx.Row(ctx, text, h.tenant.ID).Scan(&n) })
	return n
}

func (h *house) staged() int64 {
	return h.count(`select count(*) from listed_stop where tenant = $1`)
}

func (h *house) lists() int64 { return h.count(`select lists from tenant where tenant = $1`) }

// linked joins an address to a person, as a webhook that names both does.
func (h *house) linked(a, other address.Address) {
	h.Helper()
	pepper, err := h.keys.Pepper(h.tenant)
	if err != nil {
		h.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, _, err := contact.ResolveLocked(ctx, tx, h.tenant.ID, pepper, []contact.Identity{{Phone: a, UserID: other, Portfolio: "5", Proof: contact.Webhook}}, h.clock.UnixMicro())
		return err
	})
}
