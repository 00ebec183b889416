package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/carrier"
	"jawort/channel"
	"jawort/db"
	"jawort/db/dbtest"
)

// carrier gives the first business an SMS connection.
func (h *house) carrier() string {
	h.t.Helper()
	var c carrier.Carrier
	err := h.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = carrier.New(ctx, tx, h.keys, h.a.ID, carrier.Carrier{Kind: carrier.SMPP, Name: "Netz", Number: "+4930555010",
			Settings: carrier.Settings{Addr: "127.0.0.1:1", Login: "jawort"}}, "geheim", 1_795_000_000_000_000)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return c.ID
}

func TestSMSConnections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		if a := b.get("/settings/sms"); !strings.Contains(a.body, "Noch kein SMS-Anschluss") {
			t.Error("the empty page teaches nothing")
		}
		good := []string{"kind", "smpp", "name", "Netz", "number", "+49 30 / 555-010", "addr", "smpp.example:2775", "login", "jawort", "secret", "geheim", "tls", "on"}
		for field, wrong := range map[string]string{"name": "", "number": "030 555", "addr": "smpp.example", "login": "", "secret": "neunzeich", "binds": "11"} {
			a := b.post("/settings/sms", with(good, field, wrong)...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+field+`-err"`) {
				t.Errorf("%s %q: %d", field, wrong, a.code)
			}
			if strings.Contains(a.body, "geheim") || field != "name" && !strings.Contains(a.body, `value="Netz"`) {
				t.Errorf("%s: the password comes back, or what was typed does not", field)
			}
		}
		a := b.post("/settings/sms", good...)
		if !strings.HasPrefix(a.to, "/settings/sms/car_") {
			t.Fatalf("saved: %d to %q", a.code, a.to)
		}
		page := b.get(a.to)
		h.sound("connection", "de", page)
		if !strings.Contains(page.body, "+4930555010") || strings.Contains(page.body, "geheim") {
			t.Error("the page of a connection")
		}
		// A new server does not get the old password.
		if r := b.post(a.to, with(with(good, "secret", ""), "addr", "evil.example:2775")...); r.code != http.StatusBadRequest || !strings.Contains(r.body, `id="secret-err"`) {
			t.Errorf("the password would go to another server: %d", r.code)
		}
		if r := b.post(a.to, with(with(good, "secret", ""), "name", "Anders")...); r.to != a.to {
			t.Errorf("a new name: %d", r.code)
		}
		if r := b.post(a.to+"/switch", "off", "on"); r.to != "/settings/sms" || !strings.Contains(b.get("/settings/sms").body, "Ausgeschaltet") {
			t.Errorf("switched off: %d %q", r.code, r.to)
		}
		b.post(a.to + "/switch")
		if strings.Contains(b.get("/settings/sms").body, "Ausgeschaltet") {
			t.Error("it stays off")
		}
		other := h.as(account.Owner)
		for _, path := range []string{"/settings/sms/car_nonsense", strings.Replace(a.to, "car_", "cas_", 1)} {
			if r := other.get(path); r.code != http.StatusNotFound {
				t.Errorf("%s: %d", path, r.code)
			}
		}
	})
}

// The state of the line and what a try said are told in words; every reason has its sentence.
func TestSMSConnectionStates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		path := "/settings/sms/" + h.carrier()
		b := h.as(account.Owner)
		for _, c := range []struct {
			line CarrierLine
			want string
		}{{CarrierLine{}, "Wird verbunden"}, {CarrierLine{Bound: true, Since: time.Now()}, "Verbunden"}, {CarrierLine{Reason: channel.NoLogin}, "Kennung oder Passwort"}} {
			h.line = c.line
			if a := b.get(path); !strings.Contains(a.body, c.want) {
				t.Errorf("%+v is not told as %q", c.line, c.want)
			}
		}
		form := []string{"name", "Netz", "number", "+4930555010", "addr", "127.0.0.1:1", "login", "jawort", "do", "test"}
		if a := b.post(path, form...); !strings.Contains(a.body, "Der Anschluss funktioniert.") {
			t.Errorf("a good try: %d", a.code)
		}
		for _, h.tried = range channel.Reasons[1:4] {
			a := b.post(path, form...)
			h.sound(string(h.tried), "de", a)
			if !strings.Contains(a.body, "funktioniert nicht") {
				t.Errorf("%s: %d", h.tried, a.code)
			}
		}
	})
}

// A source for a word: number and word are set, the code opens a ready SMS, and the answer is shown with what it costs.
func TestSMSSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		own := h.carrier()
		b := h.as(account.Editor)
		a := b.post("/sources/new", "kind", "sms", "name", "Aufsteller", "number", theNumber, "topic", "offers")
		path := strings.TrimSuffix(a.to, "/wording")
		form := []string{"name", "Aufsteller", "number", theNumber, "carrier", own, "words", "Kaffee, TEE"}
		for field, wrong := range map[string]string{"carrier": "car_nonsense", "words": "STOP"} {
			if r := b.post(path+"/settings", with(form, field, wrong)...); r.code != http.StatusBadRequest || !strings.Contains(r.body, `id="`+field+`-e"`) {
				t.Errorf("%s %q: %d", field, wrong, r.code)
			}
		}
		if r := b.post(path+"/settings", form...); r.code != http.StatusSeeOther {
			t.Fatalf("settings: %d", r.code)
		}
		page := b.get(path)
		h.sound("source", "de", page)
		for _, want := range []string{"Kaffee an +49 30 555010", "sms:+4930555010?body=Kaffee", "TEE", "GSM-7", "2 Teile", "/qr.svg"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page does not show %q", want)
			}
		}
		if r := b.get(path + "/qr.svg"); r.code != http.StatusOK {
			t.Errorf("the code: %d", r.code)
		}
	})
}
