package account

import (
	"context"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func aNumber() Number {
	return Number{ID: "106540352242922", WABA: "102290129340398", Portfolio: "506914307656634", Display: "493023125010", Name: "Bestellservice",
		Country: "DE", BaseURL: "https://graph.facebook.com", Mode: Enforce, Throughput: 80, Status: "CONNECTED",
		Settings: NumberSettings{Quiet: Quiet{On: true, From: 22 * 60, To: 8 * 60}, CapMonth: 4, StopAck: true}}
}

func TestNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		n := aNumber()
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return PutNumber(ctx, tx, h.keys, h.a.ID, n, "EAAG-token", "app-secret", "usr_1")
		})
		var got Number
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			got, err = NumberByID(ctx, tx, n.ID)
			return err
		})
		if got.Tenant != h.a.ID || got.Settings != n.Settings || got.Mode != Enforce || got.Display != n.Display {
			t.Errorf("read back %+v", got)
		}
		if token, secret, err := h.keys.Secrets(got); err != nil || token != "EAAG-token" || secret != "app-secret" {
			t.Errorf("secrets: %q %q %v", token, secret, err)
		}
		if strings.Contains(string(got.Token), "EAAG") {
			t.Error("the token stands open in the table")
		}

		n.Name = "Service"
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return PutNumber(ctx, tx, h.keys, h.a.ID, n, "", "", "usr_1")
		})
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			got, err = NumberOf(ctx, tx, h.a.ID, n.ID)
			return err
		})
		if token, _, err := h.keys.Secrets(got); got.Name != "Service" || err != nil || token != "EAAG-token" {
			t.Errorf("an empty token did not keep the old one: %q %q %v", got.Name, token, err)
		}
	})
}

func TestNumberIsNobodyElses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		n := aNumber()
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return PutNumber(ctx, tx, h.keys, h.a.ID, n, "t", "s", "usr_1")
		})
		h.want("take over", h.code(func(ctx context.Context, tx *db.Tx) error {
			return PutNumber(ctx, tx, h.keys, h.b.ID, n, "evil", "evil", "usr_2")
		}), errs.Conflict)
		for what, f := range map[string]func(ctx context.Context, tx *db.Tx) error{
			"read": func(ctx context.Context, tx *db.Tx) error { _, err := NumberOf(ctx, tx, h.b.ID, n.ID); return err },
			"settings": func(ctx context.Context, tx *db.Tx) error {
				return SetNumberSettings(ctx, tx, h.b.ID, n.ID, Observe, NumberSettings{}, "usr_2")
			},
			"status": func(ctx context.Context, tx *db.Tx) error {
				return SetNumberStatus(ctx, tx, h.b.ID, n.ID, "BANNED", 0)
			},
			"unknown": func(ctx context.Context, tx *db.Tx) error { _, err := NumberByID(ctx, tx, "1"); return err },
		} {
			h.want(what, h.code(f), errs.NotFound)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			mine, err := Numbers(ctx, tx, h.a.ID)
			if len(mine) != 1 || mine[0].Mode != Enforce || mine[0].Status != "CONNECTED" {
				t.Errorf("mine: %+v", mine)
			}
			if theirs, _ := Numbers(ctx, tx, h.b.ID); len(theirs) != 0 {
				t.Error("the other tenant sees it")
			}
			if all, _ := Numbers(ctx, tx, ""); len(all) != 1 {
				t.Error("the pollers do not see it")
			}
			if by, _ := NumbersByWABA(ctx, tx, n.WABA); len(by) != 1 || by[0].Tenant != h.a.ID {
				t.Errorf("by account: %+v", by)
			}
			return err
		})
		if n := len(h.actions(h.b.ID)); n != 1 {
			t.Errorf("refused deeds left %d audit lines at the other tenant, want its creation only", n)
		}
	})
}

func TestNumberIsRefused(t *testing.T) {
	for field, change := range map[string]func(*Number){
		"number":              func(n *Number) { n.ID = "10a" },
		"waba":                func(n *Number) { n.WABA = "" },
		"portfolio":           func(n *Number) { n.Portfolio = "" },
		"display":             func(n *Number) { n.Display = "+49 30" },
		"country":             func(n *Number) { n.Country = "" },
		"mode":                func(n *Number) { n.Mode = "loud" },
		"throughput":          func(n *Number) { n.Throughput = 0 },
		"base_url":            func(n *Number) { n.BaseURL = "ftp://x" },
		"settings.quiet":      func(n *Number) { n.Settings.Quiet = Quiet{On: true, From: 60, To: 60} },
		"settings.quiet.zone": func(n *Number) { n.Settings.Quiet.Zone = "Nowhere/At_All" },
		"settings.cap_day":    func(n *Number) { n.Settings.CapDay = -1 },
	} {
		n := aNumber()
		change(&n)
		if e, ok := n.check().(*errs.Error); !ok || e.Field != field {
			t.Errorf("%s: %v", field, n.check())
		}
	}
	if err := aNumber().check(); err != nil {
		t.Errorf("a good number: %v", err)
	}
}

func TestStricterMode(t *testing.T) {
	for _, c := range []struct{ a, b, want Mode }{
		{Observe, Observe, Observe}, {Observe, Warn, Warn}, {Observe, Enforce, Enforce}, {Warn, Warn, Warn}, {Warn, Enforce, Enforce},
		{Enforce, Enforce, Enforce}, {"", Observe, Enforce}, {"", "", Enforce}, {"odd", Warn, Enforce},
	} {
		if got := c.a.Stricter(c.b); got != c.want {
			t.Errorf("%q with %q: %q", c.a, c.b, got)
		}
		if got := c.b.Stricter(c.a); got != c.want {
			t.Errorf("%q with %q: %q", c.b, c.a, got)
		}
	}
}

func TestPortfolio(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		put := func(tenant string, p Portfolio) {
			h.write(func(ctx context.Context, tx *db.Tx) error { return PutPortfolio(ctx, tx, tenant, p) })
		}
		put(h.a.ID, Portfolio{"5069", "Sonnenschein", 250})
		put(h.a.ID, Portfolio{"5069", "Sonnenschein GmbH", 2000})
		put(h.b.ID, Portfolio{"5069", "other", Unlimited})
		h.write(func(ctx context.Context, tx *db.Tx) error {
			got, err := Portfolios(ctx, tx, h.a.ID)
			if len(got) != 1 || got[0] != (Portfolio{"5069", "Sonnenschein GmbH", 2000}) {
				t.Errorf("%+v", got)
			}
			return err
		})
	})
}

func TestReseal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			if _, err := PutLine(ctx, tx, h.keys, h.a.ID, Line{Name: "Haus", Kind: LineSIP, Registrar: "sip.example", User: "4930"}, "Kaffee-Bohne", "usr_1"); err != nil {
				return err
			}
			if _, err := PutLine(ctx, tx, h.keys, h.b.ID, Line{Name: "Werk", Kind: LineSIP, Registrar: "sip.example"}, "", "usr_1"); err != nil {
				return err // one without a password has nothing to seal
			}
			return PutNumber(ctx, tx, h.keys, h.a.ID, aNumber(), "token", "", "usr_1")
		})
		sealed := func(key string) (n int) {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				with, err := SealedWith(ctx, tx)
				n = with[key]
				return err
			})
			return n
		}
		if old, new := sealed("test"), sealed("fresh"); old != 4 || new != 0 {
			t.Errorf("before: %d and %d secrets", old, new)
		}
		before, _ := h.keys.Pepper(h.a)
		fresh := ring(t, NewKey("fresh"))
		both := &Keyring{first: "fresh", keys: map[string]aead{"fresh": fresh.keys["fresh"], "test": h.keys.keys["test"]}}
		for _, want := range []int{4, 0} {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				n, err := Reseal(ctx, tx, both)
				if n != want {
					t.Errorf("resealed %d, want %d", n, want)
				}
				return err
			})
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			n, err := NumberByID(ctx, tx, aNumber().ID)
			if err != nil {
				return err
			}
			if token, secret, err := fresh.Secrets(n); err != nil || token != "token" || secret != "" {
				t.Errorf("the new key alone: %q %q %v", token, secret, err)
			}
			lines, err := Lines(ctx, tx, "")
			if err != nil || len(lines) != 2 {
				t.Fatalf("%d lines, %v", len(lines), err)
			}
			for _, l := range lines {
				want := map[string]string{"Haus": "Kaffee-Bohne", "Werk": ""}[l.Name]
				if password, err := fresh.LinePassword(l); err != nil || password != want || l.Registrar != "sip.example" {
					t.Errorf("line %s: %q %v", l.Name, password, err)
				}
			}
			a, err := TenantOf(ctx, tx, h.a.ID)
			if after, _ := fresh.Pepper(a); string(after) != string(before) {
				t.Error("the pepper changed, every fingerprint would be lost")
			}
			return err
		})
		if old, new := sealed("test"), sealed("fresh"); old != 0 || new != 4 {
			t.Errorf("after: %d and %d secrets", old, new)
		}
	})
}
