// Package mailtest is a real mail server for tests: it keeps what it takes, and refuses what it is told to refuse.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Options say how the server behaves.
type Options struct {
	TLS         bool // TLS from the first byte
	NoSTARTTLS  bool
	User        string // with a password: sign-in is required
	Password    string
	Mail        func(from string) error // answers MAIL FROM; nil = taken. Use Refuse.
	Rcpt        func(to string) error
	Data        func(body []byte) error
	CertForName string // "" = 127.0.0.1 and localhost
}

// Taken is a mail as it arrived.
type Taken struct {
	From string
	To   []string
	Body []byte
}

// Server is a running one.
type Server struct {
	Host  string
	Port  int
	Roots *x509.CertPool
	o     Options
	mu    sync.Mutex
	taken []Taken
}

// Refuse is an answer of SMTP.
func Refuse(code int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: words}
}

// Start runs a server until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{o: o}
	cert := s.certificate(t)
	x := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }))
	x.Domain, x.ReadTimeout, x.WriteTimeout = "mail.example", 10*time.Second, 10*time.Second
	x.ErrorLog = quiet{}
	x.AllowInsecureAuth = true
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	if !o.NoSTARTTLS && !o.TLS {
		x.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Host, s.Port = "127.0.0.1", l.Addr().(*net.TCPAddr).Port
	if o.TLS {
		l = tls.NewListener(l, config)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = x.Serve(l) }()
	t.Cleanup(func() { _ = x.Close(); <-done })
	return s
}

// Taken is what was taken so far.
func (s *Server) Taken() []Taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Taken(nil), s.taken...)
}

func (s *Server) certificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	if s.o.CertForName != "" {
		c.DNSNames = []string{s.o.CertForName}
	} else {
		c.DNSNames, c.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

type session struct {
	s    *Server
	user bool
	now  Taken
}

func (x *session) AuthMechanisms() []string {
	if x.s.o.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != x.s.o.User || password != x.s.o.Password {
			return smtp.ErrAuthFailed
		}
		x.user = true
		return nil
	}), nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if x.s.o.User != "" && !x.user {
		return Refuse(530, "5.7.0 authentication required")
	}
	x.now = Taken{From: from}
	if x.s.o.Mail != nil {
		return x.s.o.Mail(from)
	}
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if x.s.o.Rcpt != nil {
		if err := x.s.o.Rcpt(to); err != nil {
			return err
		}
	}
	x.now.To = append(x.now.To, to)
	return nil
}

func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if x.s.o.Data != nil {
		if err := x.s.o.Data(b); err != nil {
			return err
		}
	}
	x.now.Body = bytes.Clone(b)
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.taken = append(x.s.taken, x.now)
	return nil
}

func (x *session) Reset()        { x.now = Taken{} }
func (x *session) Logout() error { return nil }

// quiet keeps broken connections out of a test's output: tests break them on purpose.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
