package upkeep

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/emulator"
)

// house is a business before an emulated Meta.
type house struct {
	s    Settings
	meta *emulator.Server
	at   string // of the emulator
	c    Connection
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			m := emulator.New(emulator.Options{AppSecret: "app-secret-of-this-test", Token: "EAAtokenOfThisTest"})
			web := httptest.NewServer(m.Handler())
			t.Cleanup(func() { web.Close(); m.Close() })
			o := m.Options()
			h := &house{s: Settings{Database: dbtest.URL(t, engine, db.Options{}), Key: NewKey(), VerifyToken: "word", Base: "https://j.example"},
				meta: m, at: web.URL}
			h.c = Connection{Number: o.PhoneNumberID, WABA: o.WABAID, Portfolio: o.PortfolioID, Base: web.URL, Token: o.Token, AppSecret: o.AppSecret, Mode: "enforce"}
			if _, err := Found(t.Context(), h.s, Business{"Hofladen Klee", "DE", "Europe/Berlin", "de"}, Member{Email: "a@b.example", Name: "Ada", Language: "de"}); err != nil {
				t.Fatal(err)
			}
			f(t, h)
		})
	}
}

func (h *house) number(t *testing.T) (n account.Number) {
	t.Helper()
	d, err := h.s.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = account.NumberByID(ctx, tx, h.c.Number)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func (h *house) doctor(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	for _, f := range Doctor(t.Context(), h.s, nil, true) {
		fmt.Fprintf(&b, "%s %s: %s → %s\n", f.State, f.Check, f.Text, f.Fix)
	}
	return b.String()
}

func TestConnect(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		got, err := Connect(t.Context(), h.s, h.c)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != "CONNECTED" || got.Webhook != "https://j.example/in/meta" {
			t.Errorf("connected %+v", got)
		}
		n := h.number(t)
		keys, err := h.s.Keys()
		if err != nil {
			t.Fatal(err)
		}
		token, secret, err := keys.Secrets(n)
		if err != nil || token != h.c.Token || secret != h.c.AppSecret || n.Mode != account.Enforce || n.Country == "" || n.Throughput != 80 {
			t.Errorf("kept %+v, secrets right: %v %v, %v", n, token == h.c.Token, secret == h.c.AppSecret, err)
		}
		if out := h.doctor(t); strings.Contains(out, string(Bad)) || !strings.Contains(out, "status CONNECTED") {
			t.Errorf("doctor after connecting:\n%s", out)
		}
	})
}

func TestConnectRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, spoil := range map[string]func(*Connection){
			"token or app secret is missing":  func(c *Connection) { c.Token = "" },
			"Meta does not accept":            func(c *Connection) { c.Token = "EAAanother" },
			"no number with this id":          func(c *Connection) { c.Number = "1" },
			"there is no such business":       func(c *Connection) { c.Tenant = "ten_x" },
			"mode":                            func(c *Connection) { c.Mode = "loud" },
			"Meta does not show this account": func(c *Connection) { c.WABA = "1" },
		} {
			c := h.c
			spoil(&c)
			_, err := Connect(t.Context(), h.s, c)
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
			if err != nil && (strings.Contains(err.Error(), "EAA") || strings.Contains(err.Error(), h.c.AppSecret)) {
				t.Errorf("%s: the error carries a secret: %v", name, err)
			}
		}
		if out := h.doctor(t); !strings.Contains(out, "has no WhatsApp number") {
			t.Errorf("something was kept:\n%s", out)
		}
	})
}

func TestDoctorFinds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := Connect(t.Context(), h.s, h.c); err != nil {
			t.Fatal(err)
		}
		well := h.s
		for _, c := range []struct {
			want  string
			spoil func()
		}{
			{"does not open the secrets", func() { h.s.Key = NewKey() }},
			{"there is no key", func() { h.s.Key = "" }},
			{"clock is", func() { h.s.Now = func() time.Time { return time.Now().Add(time.Minute) } }},
			{"Meta does not answer", func() { h.change(t, `update number set base_url = 'http://127.0.0.1:1'`) }},
			{"has no app secret", func() { h.change(t, `update number set app_secret = $1`, []byte{}) }},
			{"has no access token", func() { h.change(t, `update number set token = $1`, []byte{}) }},
			{"is held after a restore", func() { h.change(t, `update tenant set held_since = 1`) }},
			{"nobody is an owner", func() { h.change(t, `update staff set role = 'agent'`) }},
		} {
			h.s = well
			c.spoil()
			if out := h.doctor(t); !strings.Contains(out, c.want) {
				t.Errorf("not found: %s in\n%s", c.want, out)
			}
		}
	})
}

func TestSchemaOfAnotherVersion(t *testing.T) {
	h := &house{s: Settings{Database: dbtest.URL(t, db.SQLite, db.Options{}), Key: NewKey()}}
	h.change(t, `update schema_version set version_id = version_id + 1000 where version_id > 0`)
	if out := h.doctor(t); !strings.Contains(out, "newer than this program") {
		t.Errorf("a newer schema is not found:\n%s", out)
	}
	if _, _, err := Migrate(t.Context(), h.s); err == nil || !strings.Contains(err.Error(), "use a newer Jawort") {
		t.Errorf("migrate backwards: %v", err)
	}
	h.change(t, `delete from schema_version where version_id > 0`)
	if out := h.doctor(t); !strings.Contains(out, "run `jawort migrate`") {
		t.Errorf("an older schema is not found:\n%s", out)
	}
}

// change spoils the database behind everybody's back.
func (h *house) change(t *testing.T, text string, args ...any) {
	t.Helper()
	d, err := db.Open(t.Context(), h.s.Database, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, text, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestBackupLeavesNothingHalf(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		to := filepath.Join(t.TempDir(), "copy")
		if err := os.WriteFile(to+".txt", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Backup(t.Context(), h.s, to); err == nil {
			t.Error("a note that is there was written over")
		}
		if _, err := os.Stat(to); err == nil {
			t.Error("a copy without its note")
		}
		if _, err := Backup(t.Context(), h.s, filepath.Join(t.TempDir(), "no", "folder")); err == nil {
			t.Error("a copy into nowhere")
		}
	})
}

func TestClock(t *testing.T) {
	at := time.Unix(1_800_000_000, 0)
	for _, c := range []struct {
		off  time.Duration
		want State
	}{{0, Good}, {time.Second, Good}, {-time.Second, Good}, {3 * time.Second, Bad}, {-3 * time.Second, Bad}} {
		x := &visit{}
		x.clock(at, at.Add(c.off), at.Add(10*time.Millisecond))
		if len(x.found) != 1 || x.found[0].State != c.want {
			t.Errorf("%s off: %+v", c.off, x.found)
		}
	}
}
