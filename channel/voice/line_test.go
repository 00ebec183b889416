package voice

import (
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/sip/sipptest"
	"jawort/source"
)

// Who may reach a source: by the line that it names, else by any of its own business or as the server's owner allows.
func TestWays(t *testing.T) {
	own := []account.Line{{ID: "lin_a", Tenant: "ten_a"}, {ID: "lin_a2", Tenant: "ten_a"}, {ID: "lin_b", Tenant: "ten_b"}}
	for name, c := range map[string]struct {
		line string
		way  way
		want bool
	}{
		"any of ours":                 {"", way{lines: []string{"lin_a"}}, true},
		"another business's":          {"", way{lines: []string{"lin_b"}}, false},
		"both at one provider":        {"", way{lines: []string{"lin_b", "lin_a2"}}, true},
		"allowed by address":          {"", way{free: true}, true},
		"nobody's":                    {"", way{}, false},
		"a line that is gone":         {"", way{lines: []string{"lin_x"}}, false},
		"the line it names":           {"lin_a", way{lines: []string{"lin_a"}}, true},
		"another of ours":             {"lin_a", way{lines: []string{"lin_a2"}}, false},
		"by address, and names a one": {"lin_a", way{free: true}, false},
	} {
		s := source.Source{Tenant: "ten_a", Settings: source.Settings{Voice: &source.Voice{Line: c.line}}}
		if got := c.way.leads(s, own); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// stranger is another business on the same server.
func (s *shop) stranger() account.Tenant {
	s.t.Helper()
	var b account.Tenant
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		b, err = account.CreateTenant(ctx, tx, s.keys, account.Tenant{Name: "Nebenan", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test")
		return err
	})
	return b
}

func (s *shop) putLine(tenant string, l account.Line, word string) account.Line {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		l, err = account.PutLine(ctx, tx, s.keys, tenant, l, word, "test")
		return err
	})
	return l
}

// narrow lets the missed-call source take calls by one line only.
func (s *shop) narrow(line string) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := source.Pause(ctx, tx, s.tenant.ID, s.miss.ID, "test"); err != nil {
			return err
		}
		x, err := source.Get(ctx, tx, s.tenant.ID, s.miss.ID)
		if err != nil {
			return err
		}
		x.Settings.Voice.Line = line
		if _, err := source.Change(ctx, tx, s.tenant.ID, x); err != nil {
			return err
		}
		_, err = source.Resume(ctx, tx, s.tenant.ID, x.ID, func(source.Judged) []string { return nil })
		return err
	})
}

// A provider's webhook reaches its own business alone, and a source that names a line by no other.
func TestCallsByAWebhookOfAnotherLine(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		rings := func(l account.Line, from string) string {
			p := &provider{s: s, url: "https://jawort.example/in/voice/" + l.ID, call: "CA" + from, from: from, to: missed}
			return p.post("", "").Body.String()
		}
		theirs := s.putLine(s.stranger().ID, account.Line{Name: "Twilio", Kind: account.LineTwilio, Login: "AC1"}, token)
		second := s.putLine(s.tenant.ID, account.Line{Name: "zweites", Kind: account.LineTwilio, Login: "AC1"}, token)
		if got := rings(theirs, "+4915112345001"); !strings.Contains(got, `reason="rejected"`) {
			t.Errorf("by another business's line: %s", got)
		}
		if got := rings(second, "+4915112345002"); !strings.Contains(got, `reason="busy"`) {
			t.Errorf("by a second line of ours: %s", got)
		}
		s.narrow(s.line.ID)
		if got := rings(second, "+4915112345003"); !strings.Contains(got, `reason="rejected"`) {
			t.Errorf("by a line that the source does not name: %s", got)
		}
		if got := rings(s.line, "+4915112345004"); !strings.Contains(got, `reason="busy"`) {
			t.Errorf("by the line that it names: %s", got)
		}
		for number, want := range map[string]int{"+4915112345001": 0, "+4915112345002": 1, "+4915112345003": 0, "+4915112345004": 1} {
			if got := len(s.events(number)); got != want {
				t.Errorf("%s: %d events, want %d", number, got, want)
			}
		}
	})
}

// Over SIP: the provider of another business's line rings our number and is told that nobody has it.
func TestCallsBySIPOfAnotherLine(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		house, err := New(Deps{DB: s.d, Desk: s.desk, Keys: s.keys, Now: s.now, Listen: "127.0.0.1:0"}) // nobody may call but providers
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(house.Close)
		ring := func(from string, want int) {
			t.Helper()
			if seen := (sipptest.Call{To: house.Addr(), Number: missed, From: from, ExpectEnd: want}).Run(t.Context(), t); !seen.OK {
				t.Errorf("%s was not answered %d", from, want)
			}
		}
		signedIn := func(l account.Line) {
			t.Helper()
			if err := house.lines(t.Context()); err != nil {
				t.Fatal(err)
			}
			for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
				if state, _, _, ok := house.Status(l.ID); ok && state == "static" {
					return
				}
			}
			t.Fatal("the line does not stand")
		}
		ring("+4915112345001", 403)
		signedIn(s.putLine(s.stranger().ID, account.Line{Name: "fremd", Kind: account.LineSIP, Registrar: "127.0.0.1:9"}, ""))
		ring("+4915112345002", 404)
		mine := s.putLine(s.tenant.ID, account.Line{Name: "Haus", Kind: account.LineSIP, Registrar: "127.0.0.1:9"}, "")
		signedIn(mine)
		ring("+4915112345003", 486)
		s.narrow(s.line.ID)
		ring("+4915112345004", 404)
		s.narrow(mine.ID)
		ring("+4915112345005", 486)
		s.wait("+4915112345003", 1)
		s.wait("+4915112345005", 1)
		for _, number := range []string{"+4915112345001", "+4915112345002", "+4915112345004"} {
			if list := s.events(number); len(list) != 0 {
				t.Errorf("%s got in: %+v", number, list)
			}
		}
	})
}

// What a forger or a broken provider sends to the voice door changes nothing and is told no.
func TestHostileVoiceDoor(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		path, base := "/in/voice/"+s.line.ID, "https://jawort.example"
		form := func(pairs ...string) map[string][]string {
			out := map[string][]string{"AccountSid": {"AC1"}, "From": {anna}, "To": {ivrNumber}, "CallSid": {"CA1"}}
			for i := 0; i < len(pairs); i += 2 {
				out[pairs[i]] = []string{pairs[i+1]}
			}
			return out
		}
		for name, c := range map[string]struct {
			form map[string][]string
			key  string
			at   string
			head string
			want int
		}{
			"signed with another token":        {form(), "falsch", base + path, "", 401},
			"signed for another address":       {form(), token, base + path + "?x=1", "", 401},
			"signed for http":                  {form(), token, "http://jawort.example" + path, "", 401},
			"another account":                  {form("AccountSid", "AC2"), token, base + path, "", 401},
			"no signature":                     {form(), "", "", "-", 401},
			"a signature of nothing":           {form(), "", "", "AAAA", 401},
			"no call":                          {form("CallSid", ""), token, base + path, "", 400},
			"a call without end":               {form("CallSid", strings.Repeat("C", 101)), token, base + path, "", 400},
			"a number of nobody":               {form("To", "+4930000"), token, base + path, "", 200},
			"a caller that is no number":       {form("From", "sip:<script>@x"), token, base + path, "", 200},
			"a caller with zeros and controls": {form("From", "+49\x00151\r\n12345678"), token, base + path, "", 200},
			"more than a form holds":           {form("Extra", strings.Repeat("x", mostForm)), token, base + path, "", 400},
		} {
			body := url.Values(c.form).Encode()
			r := httptest.NewRequest("POST", path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if c.head == "" {
				c.head = Sign(c.key, c.at, c.form)
			}
			r.Header.Set("X-Twilio-Signature", strings.TrimPrefix(c.head, "-"))
			w := httptest.NewRecorder()
			s.house.Handler().ServeHTTP(w, r)
			if w.Code != c.want || strings.Contains(w.Body.String(), "script") {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			w := httptest.NewRecorder()
			s.house.Handler().ServeHTTP(w, httptest.NewRequest(method, path, nil))
			if w.Code != 405 {
				t.Errorf("%s: %d", method, w.Code)
			}
		}
		if len(s.events(anna)) != 0 || s.questions() != 0 {
			t.Error("something took effect")
		}
		if strings.Contains(s.logs.String(), anna[1:]) {
			t.Error("the log names the caller")
		}
	})
}
