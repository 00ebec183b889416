package carrier

import (
	"context"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

const (
	at  = 1_795_000_000_000_000
	sid = "AC0123456789abcdef0123456789abcdef"
)

var good = Carrier{Kind: SMPP, Name: " Netz ", Number: "+4930555010", Settings: Settings{Addr: "smpp.example:2775", Login: "jawort"}}

func write(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func TestChecks(t *testing.T) {
	change := func(f func(*Carrier)) Carrier { c := good; f(&c); return c }
	for _, c := range []struct {
		field, secret string
		carrier       Carrier
	}{
		{"", "geheim", good},
		{"name", "geheim", change(func(c *Carrier) { c.Name = " " })},
		{"kind", "geheim", change(func(c *Carrier) { c.Kind = "fax" })},
		{"number", "geheim", change(func(c *Carrier) { c.Number = "030 555" })},
		{"", "geheim", change(func(c *Carrier) { c.Number = "71234" })},
		{"addr", "geheim", change(func(c *Carrier) { c.Settings.Addr = "smpp.example" })},
		{"addr", "geheim", change(func(c *Carrier) { c.Settings.Addr = "smpp.example:high" })},
		{"login", "geheim", change(func(c *Carrier) { c.Settings.Login = "" })},
		{"login", "geheim", change(func(c *Carrier) { c.Settings.Login = "a:b" })},
		{"secret", "", good},
		{"secret", "neunzeich", good},
		{"binds", "geheim", change(func(c *Carrier) { c.Settings.Binds = 11 })},
		{"login", "x", change(func(c *Carrier) { c.Kind = Twilio })},
		{"", "x", change(func(c *Carrier) { c.Kind, c.Settings.Login = Twilio, sid })},
		{"account", "x", change(func(c *Carrier) { c.Kind = Esendex })},
		{"url", "0123456789abcdef", change(func(c *Carrier) { c.Kind = Webhook })},
		{"url", "0123456789abcdef", change(func(c *Carrier) { c.Kind, c.Settings.URL = Webhook, "http://sms.example/" })},
		{"url", "0123456789abcdef", change(func(c *Carrier) { c.Kind, c.Settings.URL = Webhook, "https://a:b@sms.example/" })},
		{"secret", "short", change(func(c *Carrier) { c.Kind, c.Settings.URL = Webhook, "https://sms.example/" })},
		{"", "0123456789abcdef", change(func(c *Carrier) { c.Kind, c.Settings.URL = Webhook, "http://127.0.0.1:9/" })},
	} {
		err := c.carrier.check(c.secret)
		field := ""
		if e, ok := err.(*errs.Error); ok {
			field = e.Field
		}
		if field != c.field || (err == nil) != (c.field == "") {
			t.Errorf("%+v %q: %v, want field %q", c.carrier, c.secret, err, c.field)
		}
	}
}

func TestLifeOfACarrier(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		oneLine := account.NewKey("one")
		keys, err := account.ParseKeyring(oneLine)
		if err != nil {
			t.Fatal(err)
		}
		var c Carrier
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			c, err = New(ctx, tx, keys, "ten_a", good, "geheim", at)
			return err
		})
		if c.Name != "Netz" || strings.Contains(string(c.Secret), "geheim") {
			t.Errorf("kept %+v", c)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := Get(ctx, tx, "ten_b", c.ID); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("another business reads it: %v", err)
			}
			if err := Switch(ctx, tx, "ten_b", c.ID, true, at); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("another business switches it: %v", err)
			}
			change := c
			change.Name, change.Kind = "Anders", Webhook
			got, err := Change(ctx, tx, keys, "ten_a", change, "")
			if err != nil || got.Name != "Anders" || got.Kind != SMPP {
				t.Errorf("changed to %+v: %v", got, err)
			}
			if s, err := Secret(keys, got); err != nil || s != "geheim" {
				t.Errorf("without a new secret: %q %v", s, err)
			}
			if _, err := Change(ctx, tx, keys, "ten_a", change, "neu"); err != nil {
				t.Error(err)
			}
			if err := Switch(ctx, tx, "ten_a", c.ID, true, at+5); err != nil {
				return err
			}
			got, err = ByID(ctx, tx, c.ID)
			if s, _ := Secret(keys, got); err != nil || got.OffAt != at+5 || s != "neu" {
				t.Errorf("read %+v %q %v", got, s, err)
			}
			_, err = ByID(ctx, tx, "car_nonsense'; --")
			if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("a made-up id: %v", err)
			}
			return nil
		})
		both, err := account.ParseKeyring(account.NewKey("two") + "\n" + oneLine)
		if err != nil {
			t.Fatal(err)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			if with, err := SealedWith(ctx, tx); err != nil || len(with) != 1 || with["one"] != 1 {
				t.Errorf("sealed before: %v %v", with, err)
			}
			for _, want := range []int{1, 0} {
				if n, err := Reseal(ctx, tx, both); err != nil || n != want {
					t.Errorf("resealed %d, want %d: %v", n, want, err)
				}
			}
			if with, err := SealedWith(ctx, tx); err != nil || len(with) != 1 || with["two"] != 1 {
				t.Errorf("sealed after: %v %v", with, err)
			}
			got, err := ByID(ctx, tx, c.ID)
			if s, e := Secret(both, got); e != nil || s != "neu" {
				t.Errorf("after resealing: %q %v", s, e)
			}
			return err
		})
	})
}

func TestDoors(t *testing.T) {
	for kind, want := range map[Kind]string{SMPP: "", Twilio: "/in/sms/twilio/car_1", Webhook: "/in/sms/webhook/car_1"} {
		if got := (Carrier{ID: "car_1", Kind: kind}).Door("s"); got != want {
			t.Errorf("%s: %q", kind, got)
		}
	}
	a, b := Carrier{ID: "car_1", Kind: Esendex}, Carrier{ID: "car_2", Kind: Esendex}
	if a.Door("s") == a.Door("t") || PushToken(a, "s") == PushToken(b, "s") || !strings.HasPrefix(a.Door("s"), "/in/sms/esendex/car_1/") {
		t.Error("the push token is not the carrier's own")
	}
}
