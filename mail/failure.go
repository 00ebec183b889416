package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Why is what kept a letter from going, one of a closed list; whoever shows it has a sentence for each.
type Why string

// The closed list.
const (
	UnknownHost Why = "unknown_host" // no such name
	Refused     Why = "refused"      // nobody listens there
	Timeout     Why = "timeout"      // no answer in time
	Unreachable Why = "unreachable"  // the connection broke, or never came about
	NoTLS       Why = "no_tls"       // the server offers no TLS
	BadTLS      Why = "bad_tls"      // it speaks TLS differently than agreed: another port, another way
	BadCert     Why = "bad_cert"     // its certificate is not one for this name, or not one we trust
	NoAuth      Why = "no_auth"      // it offers no sign-in that we may use on this way
	NeedsAuth   Why = "needs_auth"   // it takes nothing without a sign-in
	AuthFailed  Why = "auth_failed"  // user or password is wrong
	BadSender   Why = "bad_sender"   // it does not take mail from this sender
	BadReader   Why = "bad_reader"   // it knows no such reader
	Later       Why = "later"        // it asks to come again: full, busy, greylisting
	Rejected    Why = "rejected"     // it does not take the letter
	Malformed   Why = "malformed"    // the letter or the settings are no mail
)

// Whys are all of them.
var Whys = []Why{UnknownHost, Refused, Timeout, Unreachable, NoTLS, BadTLS, BadCert, NoAuth, NeedsAuth, AuthFailed, BadSender, BadReader, Later, Rejected, Malformed}

// Failure says why, with the server's own words.
type Failure struct {
	Why    Why
	Code   int    // of SMTP; 0: the server said nothing
	Answer string // what the server said, one line; empty: nothing
	Err    error  // for the log; may name addresses
}

// Error names the kind and the code only: the server's words may hold an address.
func (f *Failure) Error() string { return fmt.Sprintf("mail not sent: %s (%d)", f.Why, f.Code) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Again says that the same letter may go later by itself.
func (f *Failure) Again() bool {
	switch f.Why {
	case UnknownHost, Refused, Timeout, Unreachable, Later: // a name server or a network may be out for an hour
		return true
	}
	return f.Code >= 400 && f.Code < 500
}

// explain reads an error of the library as a failure.
func (w *way) explain(ctx context.Context, err error) *Failure {
	f := &Failure{Err: err, Why: Unreachable}
	var said *textproto.Error
	if errors.As(err, &said) {
		f.Code, f.Answer = said.Code, oneLine(said.Msg)
	}
	var sending *gomail.SendError
	var network net.Error
	switch {
	case w.dialed != nil:
		f.Why = ofDial(ctx, w.dialed)
	case w.shaken != nil:
		f.Why = ofHandshake(w.shaken)
	case errors.As(err, &sending):
		f.Why, f.Code, f.Answer = ofSending(sending)
	case strings.Contains(err.Error(), "does not support STARTTLS"): // go-mail has no name for it
		f.Why = NoTLS
	case ofHandshake(err) == BadCert:
		f.Why = BadCert
	case isHandshake(err):
		f.Why = BadTLS
	case strings.Contains(err.Error(), "does not support SMTP AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered),
		strings.Contains(err.Error(), "unencrypted connection"):
		f.Why = NoAuth
	case f.Code >= 400 && f.Code < 500:
		f.Why = Later
	case strings.Contains(err.Error(), "SMTP AUTH failed"):
		f.Why = AuthFailed
	case f.Code >= 500:
		f.Why = Rejected
	case ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		f.Why = Timeout
	}
	return f
}

func ofDial(ctx context.Context, err error) Why {
	var name *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return UnknownHost
	case ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		return Timeout
	case strings.Contains(err.Error(), "refused"):
		return Refused
	case errors.As(err, &name):
		return UnknownHost
	}
	return Unreachable
}

func isHandshake(err error) bool {
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &record) || errors.As(err, &alert) || strings.Contains(err.Error(), "tls: ")
}

func ofHandshake(err error) Why {
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	if errors.As(err, &host) || errors.As(err, &authority) || errors.As(err, &invalid) || errors.As(err, &verify) {
		return BadCert
	}
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return Timeout
	}
	return BadTLS
}

// ofSending reads what the server said to the letter itself.
func ofSending(e *gomail.SendError) (Why, int, string) {
	code := e.ErrorCode()
	answer := oneLine(serverWords(e))
	switch {
	case code >= 400 && code < 500:
		return Later, code, answer
	case code == 0 && e.IsTemp():
		return Later, code, answer
	case code == 530: // RFC 4954
		return NeedsAuth, code, answer
	case e.Reason == gomail.ErrSMTPMailFrom:
		return BadSender, code, answer
	case e.Reason == gomail.ErrSMTPRcptTo:
		return BadReader, code, answer
	case code == 0:
		return Unreachable, 0, ""
	}
	return Rejected, code, answer
}

// serverWords takes the answer out of the library's sentence, which goes on with readers and ids.
func serverWords(e *gomail.SendError) string {
	text := e.Error()
	if _, rest, ok := strings.Cut(text, ": "); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, ", affected ")
	return text
}
