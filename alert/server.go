package alert

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/mail"
	"jawort/timer"
)

// Server is how a business sends its warning mails, and to whom.
type Server struct {
	Tenant   string
	Host     string // empty: no mail is sent
	Port     int64
	Security mail.Security
	User     string // empty: no sign-in
	Password account.Sealed
	Sender   string
	Readers  map[Group][]string // e-mails; a group without any: the owners
	ProvenAt int64              // when the server last took a test mail with these settings; 0 = never
}

// mostReaders is the most of one group.
const mostReaders = 20

// Check reads what somebody typed: addresses in their kept form, the usual port where none is given.
func (s *Server) Check() error {
	s.Host, s.User = strings.TrimSpace(s.Host), strings.TrimSpace(s.User)
	if s.Host == "" || len(s.Host) > 253 || strings.ContainsAny(s.Host, " \t\r\n/@\\") || strings.Contains(s.Host, ":") && net.ParseIP(s.Host) == nil {
		return errs.At("host", "mail.host")
	}
	if !slices.Contains(mail.Securities, s.Security) {
		return errs.At("security", "mail.security")
	}
	if s.Port == 0 {
		s.Port = int64(s.Security.Port())
	}
	if s.Port < 1 || s.Port > 65535 {
		return errs.At("port", "mail.port")
	}
	if len(s.User) > 320 {
		return errs.At("user", "mail.user")
	}
	sender, err := account.CleanEmail(s.Sender)
	if err != nil {
		return errs.At("sender", "mail.sender")
	}
	s.Sender = sender
	return s.checkReaders()
}

func (s *Server) checkReaders() error {
	for g, list := range s.Readers {
		if !slices.Contains(Groups, g) {
			return errs.At("readers", "error.invalid")
		}
		var clean []string
		for _, typed := range list {
			email, err := account.CleanEmail(typed)
			if err != nil {
				return errs.At("readers_"+string(g), "mail.reader").With(errs.Args{"Typed": short(typed)})
			}
			if !slices.Contains(clean, email) {
				clean = append(clean, email)
			}
		}
		if len(clean) > mostReaders {
			return errs.At("readers_"+string(g), "mail.readers").With(errs.Args{"Count": mostReaders})
		}
		s.Readers[g] = clean
	}
	return nil
}

func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func passwordPlace(tenant string) string { return tenant + "/mail/password" }

// Seal keeps a password for the tenant's server.
func Seal(k *account.Keyring, tenant, password string) account.Sealed {
	if password == "" {
		return nil
	}
	return k.Seal(passwordPlace(tenant), []byte(password))
}

// Way opens the settings for sending.
func (s *Server) Way(k *account.Keyring) (mail.Server, error) {
	out := mail.Server{Host: s.Host, Port: int(s.Port), Security: s.Security, User: s.User}
	if len(s.Password) > 0 {
		b, err := k.Open(passwordPlace(s.Tenant), s.Password)
		if err != nil {
			return mail.Server{}, fmt.Errorf("open mail password: %w", err)
		}
		out.Password = string(b)
	}
	return out, nil
}

// PutServer keeps the settings; by is audited. What is open and was mailed to nobody yet is mailed now.
func PutServer(ctx context.Context, tx *db.Tx, s Server, by string) error {
	if err := s.Check(); err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := upsertServer(ctx, tx, s, now); err != nil {
		return fmt.Errorf("put mail server: %w", err)
	}
	open, err := selectOpen(ctx, tx, s.Tenant)
	if err != nil {
		return err
	}
	var timers []timer.Timer
	for _, a := range open {
		if k := KindOf(a.Kind); k != nil && k.Mailed {
			timers = append(timers, timer.Timer{Tenant: s.Tenant, Kind: timerMail, Key: a.ID, Due: now})
		}
	}
	if err := timer.Put(ctx, tx, timers); err != nil {
		return err
	}
	return account.Record(ctx, tx, s.Tenant, account.Entry{Actor: by, Action: "mail.saved", Object: s.Tenant, Detail: map[string]string{"host": s.Host}})
}

// Proven notes that the server took a test mail.
func Proven(ctx context.Context, tx *db.Tx, tenant string) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := setProven(ctx, tx, tenant, now); err != nil {
		return err
	}
	return Clear(ctx, tx, tenant, MailFailed, "")
}

// ServerOf reads the settings; without any, Host is empty.
func ServerOf(ctx context.Context, tx *db.Tx, tenant string) (Server, error) {
	s, err := selectServer(ctx, tx, tenant)
	if err != nil {
		return Server{}, fmt.Errorf("mail server: %w", err)
	}
	return s, nil
}

// SealedWith counts the mail passwords of all tenants by the id of the key that seals them.
func SealedWith(ctx context.Context, tx *db.Tx) (map[string]int, error) {
	all, err := selectServers(ctx, tx)
	out := map[string]int{}
	for _, s := range all {
		if id := account.Sealed(s.Password).KeyID(); id != "" {
			out[id]++
		}
	}
	return out, err
}

// Reseal seals every mail password anew that is not under the keyring's first key, and says how many it were.
func Reseal(ctx context.Context, tx *db.Tx, k *account.Keyring) (int, error) {
	all, err := selectServers(ctx, tx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range all {
		if len(s.Password) == 0 || !k.Old(s.Password) {
			continue
		}
		way, err := s.Way(k)
		if err != nil {
			return n, err
		}
		if err := setPassword(ctx, tx, s.Tenant, Seal(k, s.Tenant, way.Password)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
