package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/gate"
	"jawort/outbox"
	"jawort/test/fixture"
)

// TestSendStory: judged, forwarded as it came, answered as Meta answers, kept; and refused once the person said stop.
func TestSendStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, plan{})
		to := fixture.Phone(1)
		body := `{ "messaging_product":"whatsapp", "to":"` + to.Digits() + `","type":"template","template":{"name":"sommer_sale","language":{"code":"de"}},"biz_opaque_callback_data":"msg_mine" }`

		a := h.send(body)
		a.want(t, "nobody agreed", 400, 131050, "CONSENT_NONE")
		if n := len(h.Arrivals()); n != 0 || a.decision() != "refuse" {
			t.Fatalf("%d messages arrived without consent, decision %s", n, a.decision())
		}
		h.Grant(to)
		if a = h.send(body); a.status != 200 || a.decision() != "allow" {
			t.Fatalf("after consent: %d %s", a.status, a.body)
		}
		var got struct {
			Messages []struct{ ID string }
		}
		if err := json.Unmarshal(a.body, &got); err != nil || len(got.Messages) != 1 {
			t.Fatalf("answer %s", a.body)
		}
		if list := h.Arrivals(); len(list) != 1 || list[0].Message != "msg_mine" {
			t.Fatalf("arrived %+v: the caller's own data must be kept", list)
		}
		m := h.settled(a.header.Get("X-Jawort-Id"))
		if m.State != outbox.Accepted || m.WAMID != got.Messages[0].ID || string(m.Body) != body || m.Program != h.program.ID || m.Topic != "offers" {
			t.Errorf("kept %+v", m)
		}
		h.send(textTo("+"+to.Digits())).want(t, "free text outside the window", 400, 131047, "WINDOW_CLOSED")
		h.stops(1)
		h.send(body).want(t, "after the stop", 400, 131050, "")
		if n := len(h.Arrivals()); n != 1 {
			t.Errorf("%d messages arrived, want the one before the stop", n)
		}
	})
}

// settled is the message behind a decision, once its outcome is written.
func (h *house) settled(decision string) (m outbox.Message) {
	h.T.Helper()
	eventually(h.T, "the outcome", func() bool {
		err := h.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			kept, err := gate.Get(ctx, tx, h.Tenant.ID, []string{decision})
			if err == nil {
				m, err = outbox.Get(ctx, tx, h.Tenant.ID, kept[decision].Message)
			}
			return err
		})
		if err != nil {
			h.T.Fatalf("message of %s: %v", decision, err)
		}
		return m.State != outbox.Started
	})
	return m
}

// TestBytes: what is judged is what is forwarded, and what Meta answers is what the program gets, to the last byte.
func TestBytes(t *testing.T) {
	var got []byte
	var head http.Header
	var target string
	reply := "{\"messaging_product\" : \"whatsapp\",\n\"contacts\":[{\"input\":\"1\",\"wa_id\":\"1\"}],\"messages\":[{\"id\":\"wamid.\\u0041\\/\"}] }\n"
	meta := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
		head, target = r.Header.Clone(), r.URL.RequestURI()
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.Header().Set("X-Fb-Trace-Id", "abc")
		w.Header().Set("Set-Cookie", "session="+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		_, _ = io.WriteString(w, reply)
	}))
	defer meta.Close()
	h := newHouse(t, sqlite(t), plan{base: meta.URL})
	h.Grant(fixture.Phone(1))
	body := "{\"to\":\"+" + fixture.Phone(1).Digits() + "\"\t, \"type\":\"template\",\n\"messaging_product\":\"whatsapp\",\"template\":{\"language\":{\"policy\":\"deterministic\",\"code\":\"de\"},\"name\":\"sommer_sale\",\"components\":[{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"\\u00fc\\ud83d\\ude00 1.0e3\"}]}]}}  \n"
	a := h.do("POST", "/v19.0/"+fixture.NumberID+"/messages", h.token, map[string]string{"X-Mine": "1", "Cookie": "a=b"}, []byte(body))
	if a.status != 200 || string(a.body) != reply {
		t.Errorf("answer %d %q", a.status, a.body)
	}
	if string(got) != body {
		t.Errorf("forwarded %q\nwant      %q", got, body)
	}
	if !strings.HasPrefix(target, "/v19.0/"+fixture.NumberID+"/messages?appsecret_proof=") {
		t.Errorf("asked %s", target)
	}
	if head.Get("Authorization") != "Bearer "+h.Emulator.Token() || head.Get("X-Mine") != "" || head.Get("Cookie") != "" {
		t.Errorf("headers at Meta: %v", head)
	}
	if a.header.Get("X-Fb-Trace-Id") != "abc" || a.header.Get("Set-Cookie") != "" {
		t.Errorf("headers at the program: %v", a.header)
	}
}

// TestUpstream: what Meta refuses comes through unchanged; what cannot be known is said, and never repeated.
func TestUpstream(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, plan{})
		h.Grant(fixture.Phone(1), fixture.Phone(2), fixture.Phone(3), fixture.Phone(4))

		h.Fault(map[string]any{"on": "send", "kind": "status", "status": 400, "code": 131026, "rate": 1})
		a := h.send(offer("+" + fixture.Phone(1).Digits()))
		if e := a.err(t); a.status != 400 || e.Code != 131026 || a.decision() != "allow" || bytes.Contains(a.body, []byte("jawort")) {
			t.Errorf("Meta's own refusal: %d %s", a.status, a.body)
		}
		if m := h.settled(a.header.Get("X-Jawort-Id")); m.State != outbox.Failed || m.ErrorCode != 131026 {
			t.Errorf("kept %s %d", m.State, m.ErrorCode)
		}
		h.Calm()

		h.Fault(map[string]any{"on": "send", "kind": "drop_answer", "rate": 1})
		a = h.send(offer("+" + fixture.Phone(2).Digits()))
		a.want(t, "no answer", 504, 131000, "OUTCOME_UNKNOWN")
		if e := a.err(t); e.Transient == nil || *e.Transient || !strings.Contains(e.Data.Details, "may have been sent; do not repeat") {
			t.Errorf("unknown outcome: %s", a.body)
		}
		if m := h.settled(a.header.Get("X-Jawort-Id")); m.State != outbox.Unknown {
			t.Errorf("kept %s", m.State)
		}
		h.Calm()
		if n := len(h.Arrivals()); n > 1 {
			t.Errorf("%d arrivals: a send was repeated", n)
		}
	})
}

// TestUnreachable: nothing left, and that is said too.
func TestUnreachable(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{base: "http://127.0.0.1:1"})
	h.Grant(fixture.Phone(1))
	a := h.send(offer("+" + fixture.Phone(1).Digits()))
	a.want(t, "Meta away", 503, 131016, "NOT_SENT")
	if m := h.settled(a.header.Get("X-Jawort-Id")); m.State != outbox.Failed {
		t.Errorf("kept as %s: what the program was told was not sent must never be", m.State)
	}
}

// TestModes: the stricter of number and program; what may never be sent is refused in every mode.
func TestModes(t *testing.T) {
	for _, c := range []struct {
		number, program account.Mode
		passes          bool
	}{
		{account.Observe, account.Observe, true}, {account.Warn, account.Observe, true}, {account.Observe, account.Warn, true},
		{account.Enforce, account.Observe, false}, {account.Observe, account.Enforce, false}, {account.Enforce, account.Enforce, false},
	} {
		t.Run(string(c.number)+"-"+string(c.program), func(t *testing.T) {
			h := newHouse(t, sqlite(t), plan{number: c.number, mode: c.program})
			a := h.send(offer("+" + fixture.Phone(1).Digits()))
			switch {
			case c.passes && (a.status != 200 || a.decision() != "observed" || a.header.Get("X-Jawort-Reason") != "CONSENT_NONE"):
				t.Errorf("never asked: %d %s %s", a.status, a.decision(), a.body)
			case !c.passes:
				a.want(t, "never asked", 400, 131050, "CONSENT_NONE")
			}
			h.stops(2)
			h.send(offer("+"+fixture.Phone(2).Digits())).want(t, "opted out", 400, 131050, "")
			if c.passes { // the person who was written to in mode observe opts out, and is a person now
				h.stops(1)
				h.send(offer("+"+fixture.Phone(1).Digits())).want(t, "opted out after", 400, 131050, "")
			}
		})
	}
}

// TestTwoAddresses: to and recipient name one person, or nobody is written to.
func TestTwoAddresses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, plan{})
		h.Grant(fixture.Phone(1), fixture.Phone(2), "wa:DE.111", "wa:DE.222")
		body := func(to, user string) string {
			return `{"messaging_product":"whatsapp","to":"+` + to + `","recipient":"` + user + `","type":"template","template":{"name":"sommer_sale","language":{"code":"de"}}}`
		}
		one := fixture.Phone(1).Digits()
		h.send(body(one, "DE.111")).want(t, "two persons", 400, 131026, "ADDRESS_AMBIGUOUS")
		h.send(body(one, "DE.999")).want(t, "somebody and a stranger", 400, 131026, "ADDRESS_AMBIGUOUS")
		h.send(body(one, "DE.ENT.111")).want(t, "a parent id", 400, 131026, "ADDRESS_UNUSABLE")
		if n := len(h.Arrivals()); n != 0 {
			t.Errorf("%d arrived", n)
		}
		if a := h.send(strings.Replace(body(one, "DE.111"), `"recipient":"DE.111",`, "", 1)); a.status != 200 {
			t.Errorf("one address: %d %s", a.status, a.body)
		}
	})
}

// TestTwoReadings: digits without a plus that can mean two people go to the one Meta takes them for, unless we know the other.
func TestTwoReadings(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	n := h.Number
	n.Country = "DE"
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return account.PutNumber(ctx, tx, h.Keys, h.Tenant.ID, n, "", "", "test")
	})
	h.Grant("tel:+447700900123")
	if a := h.send(offer("447700900123")); a.status != 200 {
		t.Errorf("nobody else is known: %d %s", a.status, a.body)
	}
	h.Grant("tel:+49447700900123")
	h.send(offer("447700900123")).want(t, "both are known", 400, 131026, "ADDRESS_AMBIGUOUS")
	if a := h.send(offer("+447700900123")); a.status != 200 {
		t.Errorf("with a plus: %d %s", a.status, a.body)
	}
}
