package mail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jawort/mail/mailtest"
)

func letter() Letter {
	return Letter{From: netmail.Address{Name: "Jawort · Rösterei", Address: "jawort@rösti.example"}, To: netmail.Address{Address: "jonna@x.example"},
		Subject: "Gelb: „Angebote“ läuft jetzt gebremst", Text: "Größe & Maß\n", HTML: "<p>Größe</p>", ID: "alt_1.raised@x.example",
		Date: time.Date(2026, 11, 17, 10, 42, 0, 0, time.UTC), Lang: "de"}
}

func plain() Letter {
	l := letter()
	l.From.Address = "jawort@x.example"
	return l
}

func server(s *mailtest.Server, sec Security) Server {
	return Server{Host: s.Host, Port: s.Port, Security: sec, Roots: s.Roots}
}

// parts reads a mail as a stranger's program does.
func parts(t *testing.T, raw []byte) (netmail.Header, map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	r := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.Header, out
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		out[kind] = strings.ReplaceAll(string(b), "\r\n", "\n")
	}
}

func TestEveryWayIn(t *testing.T) {
	for _, c := range []struct {
		name string
		o    mailtest.Options
		sec  Security
	}{
		{"STARTTLS", mailtest.Options{}, StartTLS},
		{"STARTTLS with sign-in", mailtest.Options{User: "jonna", Password: "geheim"}, StartTLS},
		{"TLS", mailtest.Options{TLS: true}, TLS},
		{"TLS with sign-in", mailtest.Options{TLS: true, User: "jonna", Password: "geheim"}, TLS},
		{"plain", mailtest.Options{NoSTARTTLS: true}, Plain},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mailtest.Start(t, c.o)
			to := server(s, c.sec)
			to.User, to.Password = c.o.User, c.o.Password
			l := plain()
			l.Answers = "alt_0.raised@x.example"
			if err := Send(t.Context(), to, l); err != nil {
				t.Fatal(err, errors.Unwrap(err))
			}
			taken := s.Taken()
			if len(taken) != 1 || taken[0].From != "jawort@x.example" || !slices.Equal(taken[0].To, []string{"jonna@x.example"}) {
				t.Fatalf("taken %+v", taken)
			}
			head, bodies := parts(t, taken[0].Body)
			subject, err := new(mime.WordDecoder).DecodeHeader(head.Get("Subject"))
			if err != nil || subject != l.Subject {
				t.Errorf("subject %q %v", subject, err)
			}
			for name, want := range map[string]string{"Message-ID": "<alt_1.raised@x.example>", "In-Reply-To": "<alt_0.raised@x.example>",
				"References": "<alt_0.raised@x.example>", "Auto-Submitted": "auto-generated", "Date": "Tue, 17 Nov 2026 10:42:00 +0000", "User-Agent": "", "X-Mailer": ""} {
				if got := head.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if strings.TrimSpace(bodies["text/plain"]) != "Größe & Maß" || strings.TrimSpace(bodies["text/html"]) != "<p>Größe</p>" {
				t.Errorf("bodies %q", bodies)
			}
		})
	}
}

// Each thing that goes wrong has its word, and says whether trying again is any use.
func TestWhatGoesWrong(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := Server{Host: "127.0.0.1", Port: closed.Addr().(*net.TCPAddr).Port, Security: StartTLS}
	closed.Close()
	at := func(o mailtest.Options, sec Security, change func(*Server)) Server {
		s := server(mailtest.Start(t, o), sec)
		if change != nil {
			change(&s)
		}
		return s
	}
	signIn := func(password string) func(*Server) {
		return func(s *Server) { s.User, s.Password = "jonna", password }
	}
	refuse := func(code int, words string) func(string) error {
		return func(string) error { return mailtest.Refuse(code, words) }
	}
	for name, c := range map[string]struct {
		to     Server
		want   Why
		code   int
		again  bool
		answer string
	}{
		"nobody listens":        {nobody, Refused, 0, true, ""},
		"no such host":          {Server{Host: "mail.invalid", Port: 587, Security: StartTLS}, UnknownHost, 0, true, ""},
		"no STARTTLS":           {at(mailtest.Options{NoSTARTTLS: true}, StartTLS, nil), NoTLS, 0, false, ""},
		"TLS to a plain port":   {at(mailtest.Options{}, TLS, nil), BadTLS, 0, false, ""},
		"unknown authority":     {at(mailtest.Options{}, StartTLS, func(s *Server) { s.Roots = nil }), BadCert, 0, false, ""},
		"other name":            {at(mailtest.Options{TLS: true, CertForName: "else.example"}, TLS, nil), BadCert, 0, false, ""},
		"wrong password":        {at(mailtest.Options{User: "jonna", Password: "geheim"}, StartTLS, signIn("falsch")), AuthFailed, 535, false, "Authentication failed"},
		"no sign-in offered":    {at(mailtest.Options{}, StartTLS, signIn("x")), NoAuth, 0, false, ""},
		"sign-in required":      {at(mailtest.Options{User: "jonna", Password: "geheim"}, StartTLS, nil), NeedsAuth, 530, false, "authentication required"},
		"sender refused":        {at(mailtest.Options{Mail: refuse(550, "not yours")}, StartTLS, nil), BadSender, 550, false, "not yours"},
		"reader unknown":        {at(mailtest.Options{Rcpt: refuse(550, "no such user")}, StartTLS, nil), BadReader, 550, false, "no such user"},
		"greylisted":            {at(mailtest.Options{Rcpt: refuse(451, "come again in five minutes")}, StartTLS, nil), Later, 451, true, "come again"},
		"refused after reading": {at(mailtest.Options{Data: func([]byte) error { return mailtest.Refuse(554, "spam") }}, StartTLS, nil), Rejected, 554, false, "spam"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Send(t.Context(), c.to, plain())
			var f *Failure
			if !errors.As(err, &f) {
				t.Fatalf("%v is no failure", err)
			}
			if f.Why != c.want || f.Code != c.code || f.Again() != c.again || !strings.Contains(f.Answer, c.answer) {
				t.Errorf("%s %d again %v %q (%v)", f.Why, f.Code, f.Again(), f.Answer, f.Err)
			}
			if strings.Contains(f.Error(), "@") || strings.Contains(f.Answer, "jonna@") || !slices.Contains(Whys, f.Why) {
				t.Errorf("the error names somebody: %s, %q", f, f.Answer)
			}
		})
	}
}

// A server that takes the connection and says nothing.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	port, _ := strconv.Atoi(l.Addr().String()[strings.LastIndex(l.Addr().String(), ":")+1:])
	done := make(chan error, 1)
	go func() { done <- Send(ctx, Server{Host: "127.0.0.1", Port: port, Security: TLS}, plain()) }()
	var f *Failure
	if err := <-done; !errors.As(err, &f) || f.Why != Timeout || !f.Again() {
		t.Errorf("%v", err)
	}
}

// What others wrote starts no header of ours, and long lines are folded.
func TestNoHeaderIsSmuggledIn(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{})
	l := plain()
	l.Subject = "Name\r\nBcc: victim@x.example\r\n\r\nbody " + strings.Repeat("lang ", 300)
	l.From.Name, l.To.Name = "A\r\nBcc: victim@x.example", "B\nX-Evil: 1\u2028"
	l.Text = strings.Repeat("ein sehr langes Wort ", 200) + "\n.\nQUIT\n"
	if err := Send(t.Context(), server(s, StartTLS), l); err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	taken := s.Taken()
	if len(taken) != 1 || len(taken[0].To) != 1 {
		t.Fatalf("taken %d, readers %v", len(taken), taken[0].To)
	}
	head, bodies := parts(t, taken[0].Body)
	if head.Get("Bcc") != "" || head.Get("X-Evil") != "" {
		t.Errorf("smuggled: %v", head)
	}
	if strings.TrimSpace(bodies["text/plain"]) != strings.TrimSpace(l.Text) {
		t.Error("the text arrived as another one")
	}
	for _, line := range strings.Split(string(taken[0].Body), "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	l = plain()
	l.To.Address = "a@x.example>\r\nRCPT TO:<victim@x.example"
	if err := Send(t.Context(), server(s, StartTLS), l); err == nil || len(s.Taken()) != 1 {
		t.Errorf("an address with a line break went: %v", err)
	}
}
