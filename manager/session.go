package manager

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"jawort/account"
	"jawort/db"
)

// sessionLife is a working day: after it one signs in again.
const sessionLife = 12 * time.Hour

// Names of what a session holds.
const (
	tenantKey = "tenant"
	staffKey  = "staff"
)

func newSessions(d *db.DB, failed func(w http.ResponseWriter, r *http.Request, err error), secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store{d}
	m.Lifetime = sessionLife
	m.ErrorFunc = failed
	m.Cookie.Name = "jawort"
	if secure {
		m.Cookie.Name = "__Host-jawort" // RFC 6265bis: only over TLS, only from this host, only for /
	}
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	return m
}

// store keeps sessions in account's table; scs asks with a context.
type store struct{ d *db.DB }

func (s store) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = s.d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		data, found, err = account.FindSession(ctx, tx, token)
		return err
	})
	return data, found, err
}

func (s store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	left := time.Until(expiry) // by the machine's clock; the database's may be a demo's, whose days pass faster
	return s.d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		return account.PutSession(ctx, tx, token, data, now+left.Microseconds())
	})
}

func (s store) DeleteCtx(ctx context.Context, token string) error {
	return s.d.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return account.DropSession(ctx, tx, token) })
}

// The three below are scs's older contract, which it asks for and never calls when the ones above are there.

func (s store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s store) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

func (s store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// sessionFailed answers when the table of sessions cannot be read or written.
func (s *server) sessionFailed(w http.ResponseWriter, r *http.Request, err error) {
	v := s.visit(w, r)
	v.fail(err)
}
