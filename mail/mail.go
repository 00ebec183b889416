// Package mail is one letter on its way to one reader by SMTP, and what the server said to it.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Security is how the way to the server is kept private.
type Security string

// The closed list.
const (
	StartTLS Security = "starttls" // begins in the clear, must turn to TLS before anything is said; port 587
	TLS      Security = "tls"      // TLS from the first byte; port 465
	Plain    Security = "none"     // for a server on the same machine or in the same house only
)

// Securities are all of them, the best first.
var Securities = []Security{StartTLS, TLS, Plain}

// Port is the usual one.
func (s Security) Port() int { return map[Security]int{StartTLS: 587, TLS: 465, Plain: 25}[s] }

// Server is who takes our mail.
type Server struct {
	Host     string
	Port     int
	Security Security
	User     string // empty: no sign-in
	Password string
	Roots    *x509.CertPool // nil: the system's
}

// Letter is one mail to one reader.
type Letter struct {
	From    netmail.Address
	To      netmail.Address
	Subject string
	Text    string
	HTML    string // empty: text alone
	ID      string // of the Message-ID, without brackets
	Answers string // Message-ID of the letter this one follows, without brackets; empty: none
	Date    time.Time
	Lang    string
}

// patience is how long a server may take over everything.
const patience = 20 * time.Second

// Send brings the letter to the server. Every error is a *Failure.
func Send(ctx context.Context, s Server, l Letter) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m, err := l.message()
	if err != nil {
		return &Failure{Why: Malformed, Err: err}
	}
	way := &way{server: s}
	c, err := s.client(way)
	if err != nil {
		return &Failure{Why: Malformed, Err: err}
	}
	if err := c.DialWithContext(ctx); err != nil {
		return way.explain(ctx, err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Send(m); err != nil {
		return way.explain(ctx, err)
	}
	return nil
}

// message sets the letter as multipart/alternative, plain text first. Line breaks in what others wrote can start no header.
func (l Letter) message() (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	from, to := l.From, l.To
	from.Name, to.Name = oneLine(from.Name), oneLine(to.Name)
	for _, a := range []string{from.Address, to.Address} {
		if oneLine(a) != a {
			return nil, errors.New("an address holds a line break")
		}
	}
	if err := m.From(from.String()); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(to.String()); err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	m.Subject(oneLine(l.Subject))
	m.SetDateWithValue(l.Date)
	m.SetMessageIDWithValue(oneLine(l.ID))
	if l.Answers != "" {
		m.SetGenHeader(gomail.HeaderInReplyTo, "<"+oneLine(l.Answers)+">")
		m.SetGenHeader(gomail.HeaderReferences, "<"+oneLine(l.Answers)+">")
	}
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday answers
	if l.Lang != "" {
		m.SetGenHeader("Content-Language", oneLine(l.Lang))
	}
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	}
	return m, nil
}

// oneLine makes control characters spaces and sets an end to length.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
	if len(s) > 400 {
		s = strings.ToValidUTF8(s[:400], "") + "…"
	}
	return s
}

func (s Server) client(w *way) (*gomail.Client, error) {
	config := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
	w.tls = config
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(patience), gomail.WithTLSConfig(config), gomail.WithHELO("jawort.localdomain"),
		gomail.WithDialContextFunc(w.dial), gomail.WithTLSPolicy(gomail.NoTLS)}
	if s.Security == StartTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.Host, options...)
}

// way remembers how far a letter came, because that is what an error means.
type way struct {
	server Server
	tls    *tls.Config
	dialed error
	shaken error
}

// dial connects, with TLS at once where that is agreed.
func (w *way) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second}
	conn, err := d.DialContext(ctx, network, net.JoinHostPort(w.server.Host, strconv.Itoa(w.server.Port)))
	if err != nil {
		w.dialed = err
		return nil, err
	}
	if w.server.Security != TLS {
		return conn, nil
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	secure := tls.Client(conn, w.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		w.shaken = err
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}
