package sms

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/carrier"
	"jawort/channel"
	"jawort/channel/channeltest"
	"jawort/smpp"
	"jawort/smpp/smpptest"
)

const sid = "AC0123456789abcdef0123456789abcdef"

// answer is what a provider says to one request.
type answer struct {
	status int
	body   string
	cut    bool // the connection ends without one
}

// provider is the HTTP side of a provider.
type provider struct {
	*httptest.Server
	mu     sync.Mutex
	next   answer
	ok     func(n int) answer
	knows  map[channel.Reason]answer
	bodies []string
	heads  []http.Header
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it never came whole
	}
	p.mu.Lock()
	p.bodies, p.heads = append(p.bodies, string(body)), append(p.heads, r.Header.Clone())
	a := p.next
	if a == (answer{}) {
		a = p.ok(len(p.bodies))
	}
	p.mu.Unlock()
	if a.cut {
		c, _, _ := w.(http.Hijacker).Hijack()
		c.Close()
		return
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

func (p *provider) Next(t testing.TB, how channel.Reason) bool {
	if how == channel.NoLine {
		p.Close()
		return true
	}
	a, ok := p.knows[how]
	p.mu.Lock()
	p.next = a
	p.mu.Unlock()
	return ok
}

func (p *provider) Taken() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.bodies)
}

func start(t *testing.T, ok func(n int) answer, knows map[channel.Reason]answer) *provider {
	p := &provider{ok: ok, knows: knows}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

var usual = map[channel.Reason]answer{channel.Busy: {status: 429}, channel.NoLogin: {status: 401}, channel.Refused: {status: 400}, channel.Unknown: {cut: true}}

func with(more map[channel.Reason]answer) map[channel.Reason]answer {
	out := map[channel.Reason]answer{}
	for _, m := range []map[channel.Reason]answer{usual, more} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

func numbered(format string) func(int) answer {
	return func(n int) answer {
		return answer{status: 201, body: strings.ReplaceAll(format, "N", string(rune('0'+n)))}
	}
}

func TestTwilioKeepsTheContract(t *testing.T) {
	channeltest.Exercise(t, func(t *testing.T) (channel.Sender, channeltest.Peer) {
		p := start(t, numbered(`{"sid":"SMN","status":"queued"}`), with(map[channel.Reason]answer{
			channel.Stopped:    {status: 400, body: `{"code":21610,"message":"…"}`},
			channel.BadAddress: {status: 400, body: `{"code":21211}`},
			channel.NoLogin:    {status: 401, body: `{"code":20003}`}, channel.Refused: {status: 400, body: `{"code":21408}`}}))
		return &twilio{post{p.Client()}, carrier.Carrier{ID: "car_1", Kind: carrier.Twilio, Settings: carrier.Settings{Login: sid, URL: p.URL}}, "token", "https://shop.example"}, p
	})
}

func TestEsendexKeepsTheContract(t *testing.T) {
	channeltest.Exercise(t, func(t *testing.T) (channel.Sender, channeltest.Peer) {
		p := start(t, numbered(`{"batch":{"messageheaders":[{"id":"hN","uri":"…"}]},"errors":null}`), with(map[channel.Reason]answer{
			channel.BadAddress: {status: 400, body: `{"errors":[{"code":"recipient_invalid","description":"…"}]}`},
			channel.Refused:    {status: 402, body: `{"errors":[{"code":"account_credit"}]}`}}))
		return &esendex{post{p.Client()}, carrier.Carrier{Settings: carrier.Settings{Login: "a@b.example", Account: "EX1", URL: p.URL}}, "pw"}, p
	})
}

func TestWebhookKeepsTheContract(t *testing.T) {
	channeltest.Exercise(t, func(t *testing.T) (channel.Sender, channeltest.Peer) {
		p := start(t, numbered(`{"id":"wN"}`), with(map[channel.Reason]answer{channel.Stopped: {status: 422, body: `{"error":"stopped"}`},
			channel.BadAddress: {status: 422, body: `{"error":"bad_address"}`}}))
		return &webhook{post{p.Client()}, carrier.Carrier{Settings: carrier.Settings{URL: p.URL}}, "0123456789abcdef", time.Now}, p
	})
}

// smsc is the operator's side.
type smsc struct {
	*smpptest.SMSC
	line *smpp.Client
	stop context.CancelFunc
}

func (s *smsc) Next(t testing.TB, how channel.Reason) bool {
	switch how {
	case channel.NoLine:
		s.stop()
		for end := time.Now().Add(10 * time.Second); s.line.Line().Bound && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		}
	case channel.Busy:
		var many []any
		for range 20 {
			many = append(many, smpp.Throttled)
		}
		s.Fault(t, many...)
	case channel.BadAddress:
		s.Fault(t, smpp.InvalidTarget)
	case channel.Refused:
		s.Fault(t, smpp.SubmitFailed)
	case channel.Unknown:
		s.Fault(t, "cut")
	default:
		return false
	}
	return true
}

func (s *smsc) Taken() int { return len(s.All(smpptest.Submitted)) }

func TestSMPPKeepsTheContract(t *testing.T) {
	channeltest.Exercise(t, func(t *testing.T) (channel.Sender, channeltest.Peer) {
		s := &smsc{SMSC: smpptest.Start(t, smpptest.Options{})}
		s.line = smpp.New(smpp.Options{Addr: s.Addr, Binding: smpp.Binding{SystemID: smpptest.Login, Password: smpptest.Password}})
		ctx, stop := context.WithCancel(context.Background())
		s.stop = stop
		done := make(chan struct{})
		go func() { defer close(done); s.line.Run(ctx) }()
		t.Cleanup(func() { stop(); <-done })
		for end := time.Now().Add(10 * time.Second); !s.line.Line().Bound && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		}
		return &binds{list: []*smpp.Client{s.line}}, s
	})
}

// What is posted is what each provider documents, signed or with its login.
func TestWhatProvidersGet(t *testing.T) {
	m := channel.Outbound{ID: "msg_1", From: "+4930555010", To: "+4915112345678", Text: "Ja & nein? „ü“", Validity: time.Hour}
	open := func() bool { return true }
	p := start(t, numbered(`{"sid":"SMN","id":"wN","batch":{"messageheaders":[{"id":"hN"}]}}`), nil)
	for _, s := range []channel.Sender{
		&twilio{post{p.Client()}, carrier.Carrier{ID: "car_1", Kind: carrier.Twilio, Settings: carrier.Settings{Login: sid, URL: p.URL}}, "token", "https://shop.example"},
		&esendex{post{p.Client()}, carrier.Carrier{Settings: carrier.Settings{Login: "a@b.example", Account: "EX1", URL: p.URL}}, "pw"},
		&webhook{post{p.Client()}, carrier.Carrier{Settings: carrier.Settings{URL: p.URL}}, "0123456789abcdef", func() time.Time { return time.Unix(1_795_000_000, 0) }},
	} {
		if _, err := s.Send(context.Background(), m, open); err != nil {
			t.Fatal(err)
		}
	}
	want := "Body=Ja+%26+nein%3F+%E2%80%9E%C3%BC%E2%80%9C&From=%2B4930555010&StatusCallback=https%3A%2F%2Fshop.example%2Fin%2Fsms%2Ftwilio%2Fcar_1&To=%2B4915112345678&ValidityPeriod=3600"
	if p.bodies[0] != want || !strings.HasPrefix(p.heads[0].Get("Authorization"), "Basic QUMw") {
		t.Errorf("Twilio got %q", p.bodies[0])
	}
	var e struct {
		AccountReference string
		Messages         []struct{ To, From, Body string }
	}
	if err := json.Unmarshal([]byte(p.bodies[1]), &e); err != nil || e.AccountReference != "EX1" || len(e.Messages) != 1 || e.Messages[0].Body != m.Text || e.Messages[0].To != m.To {
		t.Errorf("Esendex got %q", p.bodies[1])
	}
	if got := p.heads[2].Get("Webhook-Signature"); got != sign("0123456789abcdef", "msg_1", "1795000000", []byte(p.bodies[2])) || p.heads[2].Get("Webhook-Id") != "msg_1" {
		t.Errorf("the webhook got %q %v", p.bodies[2], p.heads[2])
	}
}

// Twilio's own example (https://www.twilio.com/docs/usage/security#validating-requests).
func TestTwilioSignatureIsTwilios(t *testing.T) {
	form := map[string][]string{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+12349013030"}, "Digits": {"1234"}, "From": {"+12349013030"}, "To": {"+18005551212"}}
	if got := twilioSignature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form); got != "0/KCTR6DLpKmkAf8muzZqo1nDgQ=" {
		t.Errorf("signature %q", got)
	}
}
