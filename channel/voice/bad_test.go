package voice

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/source"
)

// forged lets a number call the missed-call source, without a line between: what the door thinks of it is the same.
func (s *shop) forged(number, call string) {
	s.t.Helper()
	o, err := s.house.offer(s.t.Context(), []string{missed}, way{free: true})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.house.missed(s.t.Context(), o, act{id: call, caller: o.caller(number), line: o.dialled, how: "rejected"}); err != nil {
		s.t.Fatal(err)
	}
}

func TestFloodingAMissedCallNumber(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		for i := range 40 { // a row of forged numbers
			s.forged(fmt.Sprintf("+4915112345%03d", i), fmt.Sprintf("a%d", i))
		}
		if n := s.questions(); n != source.DefaultNetworkHourly {
			t.Errorf("a row of forged numbers causes %d questions, want %d", n, source.DefaultNetworkHourly)
		}
		for i := range 100 { // all over the country
			s.forged(fmt.Sprintf("+49151%05d678", 10000+i*37), fmt.Sprintf("b%d", i))
		}
		flooded := s.questions() // refused calls count too, so it is fewer than the source may put in an hour
		if flooded > mostHourly || flooded <= source.DefaultNetworkHourly {
			t.Errorf("a flood causes %d questions in an hour, want at most %d", flooded, mostHourly)
		}
		again, err := New(Deps{DB: s.d, Desk: s.desk, Keys: s.keys}) // a restart, or another node
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		s.house = again
		s.forged("+4917022233344", "c")
		if n := s.questions(); n != flooded {
			t.Errorf("after a restart the flood goes on: %d questions", n)
		}
	})
}

func TestOneQuestionInThirtyDays(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		s.forged(anna, "one")
		s.forged(anna, "one") // a replay
		if n := len(s.events(anna)); n != 1 {
			t.Errorf("a replayed call is a new one: %d events", n)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error { // ten days ago
			_, err := tx.Exec(ctx, `update asked set at = at - $1`, (10 * 24 * time.Hour).Microseconds())
			if err == nil {
				_, err = tx.Exec(ctx, `delete from door`)
			}
			return err
		})
		s.forged(anna, "two")
		if s.questions() != 1 {
			t.Error("asked again after ten days")
		}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update asked set at = at - $1`, (21 * 24 * time.Hour).Microseconds())
			return err
		})
		s.forged(anna, "three")
		if s.questions() != 2 {
			t.Error("not asked after thirty days")
		}
		for _, e := range s.events(anna) {
			if e.Kind != consent.Requested {
				t.Errorf("a missed call is %s", e.Kind)
			}
		}
	})
}

// provider is Twilio as far as its requests go.
type provider struct {
	s    *shop
	url  string
	call string
	from string
	to   string
}

func (s *shop) provider(from, to, call string) *provider {
	return &provider{s: s, url: "https://jawort.example/in/voice/" + s.line.ID, call: call, from: from, to: to}
}

func (p *provider) post(digits, signature string) *httptest.ResponseRecorder {
	form := url.Values{"CallSid": {p.call}, "AccountSid": {"AC1"}, "From": {p.from}, "To": {p.to}}
	if digits != "" {
		form.Set("Digits", digits)
	}
	if signature == "" {
		signature = Sign(token, p.url, form)
	}
	r := httptest.NewRequest("POST", strings.TrimPrefix(p.url, "https://jawort.example"), strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", signature)
	w := httptest.NewRecorder()
	p.s.house.Handler().ServeHTTP(w, r)
	return w
}

var action = regexp.MustCompile(`action="([^"]+)"`)

// press goes on where the last answer said.
func (p *provider) press(digits string) *httptest.ResponseRecorder {
	w := p.post(digits, "")
	if m := action.FindStringSubmatch(w.Body.String()); m != nil {
		p.url = strings.ReplaceAll(strings.ReplaceAll(m[1], "&amp;", "&"), "&#38;", "&")
	}
	return w
}

func TestProviderByWebhook(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		p := s.provider(anna, ivrNumber, "CA1")
		first := p.press("")
		if !strings.Contains(first.Body.String(), "<Gather") || !strings.Contains(first.Body.String(), "<Play>https://jawort.example/in/voice/") {
			t.Fatalf("the first answer is %d %s", first.Code, first.Body)
		}
		at := regexp.MustCompile(`<Play>([^<]+)</Play>`).FindStringSubmatch(first.Body.String())[1]
		w := httptest.NewRecorder()
		s.house.Handler().ServeHTTP(w, httptest.NewRequest("GET", strings.TrimPrefix(at, "https://jawort.example"), nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != "audio/wav" || !strings.HasPrefix(w.Body.String(), "RIFF") {
			t.Errorf("the sound is %d %s", w.Code, w.Header().Get("Content-Type"))
		}
		last := p.press("1")
		if !strings.Contains(last.Body.String(), "<Hangup>") {
			t.Errorf("the last answer is %s", last.Body)
		}
		p.post("1", "") // replayed
		if list := s.events(anna); len(list) != 1 || list[0].Kind != consent.Requested || list[0].Channel != "voice" || s.questions() != 1 {
			t.Errorf("the ledger has %+v", list)
		}
		if w := s.provider("+4915112345001", missed, "CA2").press(""); !strings.Contains(w.Body.String(), `<Reject reason="busy"`) {
			t.Errorf("a call to be missed is answered %s", w.Body)
		}
		if list := s.events("+4915112345001"); len(list) != 1 || list[0].Channel != "missed_call" {
			t.Errorf("the ledger has %+v", list)
		}
		hidden := s.provider("+266696687", ivrNumber, "CA3").press("")
		if !strings.Contains(hidden.Body.String(), "<Hangup>") {
			t.Errorf("a hidden caller is asked: %s", hidden.Body)
		}
	})
}

func TestForgedProvider(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		p := s.provider(anna, ivrNumber, "CA1")
		if w := p.post("", "bm8="); w.Code != http.StatusUnauthorized {
			t.Errorf("a wrong signature: %d", w.Code)
		}
		p.press("")
		stolen := *p
		stolen.call, stolen.from = "CA9", "+447700900123"
		if w := stolen.post("1", ""); w.Code != http.StatusForbidden {
			t.Errorf("the state of another call: %d", w.Code)
		}
		s.ahead.Store(int64(2 * time.Hour))
		if w := p.post("1", ""); w.Code != http.StatusForbidden {
			t.Errorf("a step two hours later: %d", w.Code)
		}
		gone := s.provider(anna, ivrNumber, "CA1")
		gone.url += "x"
		if w := gone.post("", ""); w.Code != http.StatusUnauthorized {
			t.Errorf("a line that is nobody's: %d", w.Code)
		}
		w := httptest.NewRecorder()
		s.house.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/in/voice/"+s.line.ID+"/sound?s=xyz", nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("a sound without a seal: %d", w.Code)
		}
		if len(s.events(anna)) != 0 {
			t.Error("something took effect")
		}
	})
}

// The example of Twilio's own documentation (Security, Validating Requests).
func TestSignatureIsTwilios(t *testing.T) {
	form := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675310"}, "Digits": {"1234"}, "From": {"+14158675310"}, "To": {"+18005551212"}}
	if got := Sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form); got != "GvWf1cFY/Q7PnoempGyD5oXAezc=" {
		t.Errorf("signature %s", got)
	}
}

func TestCallers(t *testing.T) {
	for from, want := range map[string]address.Address{"+4915112345678": "tel:+4915112345678", "015112345678": "tel:+4915112345678", "4915112345678": "tel:+4915112345678",
		"004915112345678": "tel:+4915112345678", "": "", "anna": "", "110": "", "+49": ""} {
		o := offer{source: source.Source{}, script: Script{Languages: []string{"en", "de"}}}
		o.tenant.Country = "DE"
		if got := o.caller(from); got != want {
			t.Errorf("%q is %q, want %q", from, got, want)
		} else if want != "" && o.script.Languages[0] != "de" {
			t.Errorf("%q is spoken to in %s", from, o.script.Languages[0])
		}
	}
}
