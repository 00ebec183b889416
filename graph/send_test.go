package graph

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// ways are the two roads a message can take; every promise holds on both.
var ways = map[string]func(base string) *Client{"lane": clientTo, "net/http": byTransport}

// foreign is a transport the lane does not know, as a caller's own would be.
type foreignTransport struct{ http.RoundTripper }

func byTransport(base string) *Client {
	c := clientTo(base)
	c.HTTP.Transport = foreignTransport{c.HTTP.Transport}
	return c
}

func onBothWays(t *testing.T, f func(t *testing.T, to func(string) *Client)) {
	for name, to := range ways {
		t.Run(name, func(t *testing.T) { f(t, to) })
	}
}

const (
	secretToken = "EAAG-very-secret-token"
	appSecret   = "app-secret-of-ours"
	hello       = `{"messaging_product":"whatsapp","to":"+447700900123","type":"text","text":{"body":"Hi Ada"}}`
)

func open() error { return nil }

func clientTo(base string) *Client {
	return &Client{BaseURL: base, Version: "v26.0", Token: secretToken, AppSecret: appSecret,
		HTTP: &http.Client{Transport: NewTransport(), CheckRedirect: noRedirect}}
}

// answering is a server that gives one answer to everything.
func answering(t testing.TB, status int, body string) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestSendSaysWhatMetaMustHear(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		var got *http.Request
		var body []byte
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r
			body, _ = io.ReadAll(r.Body)
			_, _ = w.Write(golden(t, "answer/sent"))
		}))
		defer s.Close()
		a, err := to(s.URL).Send(context.Background(), "310000000000001", []byte(hello), open)
		if err != nil || a.Outcome != Sent || a.WAMID != "wamid.AAA" || a.MessageStatus != "accepted" || a.Status != 200 {
			t.Fatalf("%+v, %v", a, err)
		}
		if want := (Recipient{"+447700900123", "447700900123", "GB.70000000000000000042"}); len(a.Contacts) != 1 || a.Contacts[0] != want {
			t.Errorf("contacts %+v", a.Contacts)
		}
		if got.Method != "POST" || got.URL.Path != "/v26.0/310000000000001/messages" || string(body) != hello ||
			got.Header.Get("Authorization") != "Bearer "+secretToken || got.Header.Get("Content-Type") != "application/json" ||
			got.URL.Query().Get("appsecret_proof") != proof(secretToken, appSecret) || got.ContentLength != int64(len(hello)) {
			t.Errorf("%s %s %v %q", got.Method, got.URL, got.Header, body)
		}
		if got.Header.Get("Idempotency-Key") != "" || got.Header.Get("X-Idempotency-Key") != "" {
			t.Error("a key that lets net/http repeat the send")
		}
	})
}

func TestWhatAnAnswerProves(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		for _, c := range []struct {
			status int
			body   string
			want   Outcome
			code   Code
		}{
			{200, `{"messages":[{"id":"wamid.A","message_status":"held_for_quality_assessment"}]}`, Sent, 0},
			{200, `{"success":true}`, Sent, 0},
			{201, `{"messages":[{"id":"wamid.A"}]}`, Sent, 0},
			{200, `{"messages":[]}`, Unknown, 0},
			{200, `{}`, Unknown, 0},
			{200, ``, Unknown, 0},
			{200, `<html>portal</html>`, Unknown, 0},
			{302, ``, Unknown, 0},
			{400, `{"error":{"code":131047,"message":"m"}}`, Rejected, 131047},
			{400, `{"error":{"code":"131056"}}`, Rejected, 131056},
			{400, `{"error":{"code":999999}}`, Rejected, 999999},
			{401, `{"error":{"code":190}}`, Rejected, 190},
			{404, `{"error":{"code":132001}}`, Rejected, 132001},
			{500, `{"error":{"code":131000}}`, Unknown, 131000},
			{503, `{"error":{"code":131016}}`, Unknown, 131016},
			{503, `{"error":{"code":2}}`, Unknown, 2},
			{500, `{"error":{"code":999999}}`, Unknown, 999999},
			{500, `{"error":{"code":131045}}`, Rejected, 131045},
			{200, `{"error":{"code":131047}}`, Unknown, 131047},
			{502, `bad gateway`, Unknown, 0},
			{413, `too large`, Unknown, 0},
			{400, `{"error":"text"}`, Unknown, 0},
			{400, `{"error":{"message":"no code"}}`, Unknown, 0},
		} {
			s := answering(t, c.status, c.body)
			a, err := to(s.URL).Send(context.Background(), "31", []byte(hello), open)
			if a.Outcome != c.want || (err != nil) != (c.want == Unknown) || string(a.Body) != c.body {
				t.Errorf("%d %s: %s, %v", c.status, c.body, a.Outcome, err)
			}
			if (c.code == 0) != (a.Error == nil) || a.Error != nil && a.Error.Code != c.code {
				t.Errorf("%d %s: error %v", c.status, c.body, a.Error)
			}
			s.Close()
		}
	})
}

func TestAFenceThatSaysNoKeepsEveryByteHere(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		var seen strings.Builder // net/http sends the head ahead; without a body it is no request
		l, stop := listening(t, func(c net.Conn) { _, _ = io.Copy(&seen, c) })
		tooLate := errors.New("too late")
		asked := 0
		c := to("http://" + l)
		a, err := c.Send(context.Background(), "31", []byte(hello), func() error { asked++; return tooLate })
		if a.Outcome != NotSent || !errors.Is(err, tooLate) || asked != 1 {
			t.Fatalf("%s, %v, asked %d times", a.Outcome, err, asked)
		}
		c.CloseIdle()
		stop()
		if _, message, _ := strings.Cut(seen.String(), "\r\n\r\n"); message != "" {
			t.Errorf("%q left", message)
		}
	})
}

// The fence is asked after the connection is there, not before: waiting for one must not age its answer.
func TestTheFenceIsAskedLast(t *testing.T) {
	s := answering(t, 200, `{"messages":[{"id":"wamid.A"}]}`)
	tr := NewTransport()
	var dialled, asked time.Time
	dial := tr.DialContext
	tr.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		time.Sleep(30 * time.Millisecond)
		c, err := dial(ctx, network, addr)
		dialled = time.Now()
		return c, err
	}
	c := clientTo(s.URL)
	c.HTTP.Transport = tr
	a, err := c.Send(context.Background(), "31", []byte(hello), func() error { asked = time.Now(); return nil })
	if err != nil || a.Outcome != Sent || !asked.After(dialled) {
		t.Errorf("%s, %v: dialled %v, asked %v", a.Outcome, err, dialled, asked)
	}
}

func TestNoConnectionIsDefinitelyNotSent(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		a, err := to("http://"+l.Addr().String()).Send(context.Background(), "31", []byte(hello), func() error { t.Error("fence asked"); return nil })
		if a.Outcome != NotSent || err == nil {
			t.Errorf("%s, %v", a.Outcome, err)
		}
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		s := answering(t, 200, `{}`)
		if a, err := to(s.URL).Send(gone, "31", []byte(hello), open); a.Outcome != NotSent || !errors.Is(err, context.Canceled) {
			t.Errorf("%s, %v", a.Outcome, err)
		}
		if a, err := to(s.URL).Send(context.Background(), "31", nil, open); a.Outcome != NotSent || err == nil {
			t.Errorf("%s, %v", a.Outcome, err)
		}
	})
}

// request reads one to its end.
func request(c net.Conn) bool {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

// listening runs a bare TCP server; stop waits until its connections are done.
func listening(t *testing.T, serve func(net.Conn)) (addr string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c)
			c.Close()
		}
	}()
	stop = func() { l.Close(); <-done }
	t.Cleanup(stop)
	return l.Addr().String(), stop
}

func TestAnAnswerThatNeverComesIsUnknown(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		for name, serve := range map[string]func(net.Conn){
			"closed after the request": func(c net.Conn) { _ = request(c) },
			"closed in the headers": func(c net.Conn) {
				request(c)
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Le")
			},
			"closed in the body": func(c net.Conn) {
				request(c)
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"messages\":[{\"id\":\"wamid.A\"}")
			},
			"not HTTP": func(c net.Conn) {
				request(c)
				_, _ = io.WriteString(c, "SSH-2.0-x\r\n\r\n")
			},
			"slow": func(c net.Conn) {
				request(c)
				_, _ = c.Read(make([]byte, 4096))
				_, _ = c.Read(make([]byte, 1)) // until the client leaves
			},
		} {
			l, stop := listening(t, serve)
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			a, err := to("http://"+l).Send(ctx, "31", []byte(hello), open)
			if a.Outcome != Unknown || err == nil {
				t.Errorf("%s: %s, %v", name, a.Outcome, err)
			}
			cancel()
			stop()
		}
	})
}

// net/http repeats a request by itself when a kept connection turns out dead, if it can rewind the body.
// Ours cannot be rewound: over many rounds against a server that closes after each answer, no message arrives
// twice, and what is called not sent did not arrive.
func TestDeadKeptConnectionsNeverRepeatASend(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		var arrived atomic.Int64
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go oneAnswer(c, &arrived)
			}
		}()
		c := to("http://" + l.Addr().String())
		outcomes := map[Outcome]int64{}
		for range 400 {
			var asked atomic.Int64
			before := arrived.Load()
			a, _ := c.Send(context.Background(), "31", []byte(hello), func() error { asked.Add(1); return nil })
			outcomes[a.Outcome]++
			if asked.Load() > 1 {
				t.Fatalf("the body was begun %d times", asked.Load())
			}
			if now := arrived.Load(); a.Outcome == NotSent && now != before {
				t.Fatal("called not sent, and arrived")
			}
		}
		if n := arrived.Load(); n < outcomes[Sent] || n > outcomes[Sent]+outcomes[Unknown] {
			t.Errorf("%d arrived of %v", n, outcomes)
		}
		t.Logf("%v", outcomes)
	})
}

// oneAnswer promises to keep the connection and closes it a moment later.
func oneAnswer(c net.Conn, arrived *atomic.Int64) {
	defer c.Close()
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	if b, err := io.ReadAll(r.Body); err != nil || string(b) != hello {
		return
	}
	arrived.Add(1)
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n"+`{"messages":[{"id":"wamid.A"}]}`)
}

// The transport may still be on its way to the body when the caller has given up. The body must then stay shut.
func TestABodyGivenUpStaysShut(t *testing.T) {
	b := &fencedBody{data: []byte(hello), fence: func() error { t.Error("fence asked after the end"); return nil }}
	if o := b.broken(); o != NotSent {
		t.Fatal(o)
	}
	if n, err := b.Read(make([]byte, 10)); n != 0 || !errors.Is(err, errGivenUp) {
		t.Errorf("%d bytes, %v", n, err)
	}
	begun := &fencedBody{data: []byte(hello), fence: open}
	if n, err := begun.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if o := begun.broken(); o != Unknown {
		t.Error(o)
	}
}

// Cancelled at every moment of a send: what is called not sent never arrives, not even afterwards.
func TestCancelAtAnyMoment(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		var arrived atomic.Int64
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if b, err := io.ReadAll(r.Body); err == nil && len(b) > 0 {
				arrived.Add(1)
			}
			_, _ = io.WriteString(w, `{"messages":[{"id":"wamid.A"}]}`)
		}))
		c := to(s.URL)
		outcomes := map[Outcome]int64{}
		for i := range 300 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i%60)*10*time.Microsecond)
			a, _ := c.Send(ctx, "31", []byte(hello), open)
			outcomes[a.Outcome]++
			cancel()
		}
		time.Sleep(50 * time.Millisecond)
		s.Close()
		if n := arrived.Load(); n < outcomes[Sent] || n > outcomes[Sent]+outcomes[Unknown] {
			t.Errorf("%d arrived of %v", n, outcomes)
		}
		t.Logf("%v, %d arrived", outcomes, arrived.Load())
	})
}

func TestARedirectIsNotFollowedWithAMessage(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		var second atomic.Int64
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { second.Add(1) }))
		defer other.Close()
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		}))
		defer s.Close()
		a, _ := to(s.URL).Send(context.Background(), "31", []byte(hello), open)
		if a.Outcome != Unknown || second.Load() != 0 {
			t.Errorf("%s, %d requests elsewhere", a.Outcome, second.Load())
		}
	})
}

func TestNoErrorTellsTokenProofOrRecipient(t *testing.T) {
	onBothWays(t, func(t *testing.T, to func(string) *Client) {
		s := answering(t, 500, `{"error":{"code":131000,"message":"447700900123 `+secretToken+`"}}`)
		closed, stop := listening(t, func(net.Conn) {})
		stop()
		ctx := context.Background()
		var errs []error
		for _, base := range []string{s.URL, "http://" + closed, "http://[::1", "http://127.0.0.1:1", "nothing://x", "http://x y"} {
			c := to(base)
			_, err := c.Send(ctx, "31", []byte(hello), open)
			errs = append(errs, err)
			_, err = c.PhoneNumber(ctx, "31", "")
			errs = append(errs, err)
			_, err = c.DebugToken(ctx)
			errs = append(errs, err)
			_, _, err = c.BlockUsers(ctx, "31", true, []string{"+447700900123"})
			errs = append(errs, err)
			_, err = c.MediaDownload(ctx, base+"/m", 10)
			errs = append(errs, err)
			errs = append(errs, c.MarkRead(ctx, "31", "wamid.A", false))
		}
		for i, err := range errs {
			if err == nil {
				t.Errorf("%d: no error", i)
				continue
			}
			for _, private := range []string{secretToken, "EAAG", appSecret, proof(secretToken, appSecret), "447700900123"} {
				if strings.Contains(err.Error(), private) {
					t.Errorf("%d: %v", i, err)
				}
			}
		}
	})
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(200, golden(f, "answer/sent"))
	f.Add(400, golden(f, "answer/error"))
	f.Add(500, []byte(`{"error":{"code":131000,"error_data":7}}`))
	f.Fuzz(func(t *testing.T, status int, raw []byte) {
		a := ReadAnswer(status, raw)
		switch {
		case a.Outcome == Sent && (status/100 != 2 || a.Error != nil):
			t.Fatalf("sent by %d %v", status, a.Error)
		case a.Outcome == Rejected && (a.Error == nil || status < 400):
			t.Fatalf("rejected by %d %v", status, a.Error)
		}
		if a.Error != nil {
			if e := ParseError(status, a.Error.Body()); e == nil || e.Code != a.Error.Code {
				t.Fatalf("%s became %v", a.Error.Body(), e)
			}
		}
	})
}

func BenchmarkSend(b *testing.B) {
	for name, to := range ways {
		b.Run(name, func(b *testing.B) {
			s := answering(b, 200, string(golden(b, "answer/sent")))
			c := to(s.URL)
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if a, err := c.Send(context.Background(), "31", []byte(hello), open); a.Outcome != Sent {
						b.Error(err)
					}
				}
			})
		})
	}
}
