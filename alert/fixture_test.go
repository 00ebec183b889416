package alert

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/mail"
	"jawort/timer"
)

// desk is a business with an owner, on a clock that the test moves.
type desk struct {
	t      *testing.T
	d      *db.DB
	now    time.Time
	keys   *account.Keyring
	tenant string
	other  string
	post   *Post
	runner *timer.Runner
}

func newDesk(t *testing.T, engine db.Engine) *desk {
	x := &desk{t: t, now: time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)}
	x.d = dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return x.now }})
	keys, err := account.ParseKeyring(account.NewKey("test"))
	if err != nil {
		t.Fatal(err)
	}
	x.keys = keys
	x.write(func(ctx context.Context, tx *db.Tx) error {
		for _, to := range []*string{&x.tenant, &x.other} {
			made, err := account.CreateTenant(ctx, tx, keys, account.Tenant{Name: "Rösterei <b>", Language: "en", Zone: "Europe/Berlin", Country: "DE"}, "test")
			if err != nil {
				return err
			}
			*to = made.ID
		}
		for email, s := range map[string]account.Staff{"jonna@x.example": {Role: account.Owner, Language: "de"}, "it@x.example": {Role: account.Admin, Language: "en"}} {
			s.Email, s.Name = email, "Jonna"
			if _, err := account.Invite(ctx, tx, x.tenant, s, "test"); err != nil {
				return err
			}
		}
		return nil
	})
	x.post = &Post{DB: x.d, Keys: keys, Base: "https://jawort.example"}
	x.runner = &timer.Runner{DB: x.d, Handlers: x.post.Handlers(), Lease: time.Minute}
	return x
}

// both runs a test on each engine, with its own clock.
func both(t *testing.T, f func(t *testing.T, x *desk)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(fmt.Sprint(engine), func(t *testing.T) { f(t, newDesk(t, engine)) })
	}
}

func (x *desk) write(f func(ctx context.Context, tx *db.Tx) error) {
	x.t.Helper()
	if err := x.d.Write(x.t.Context(), f); err != nil {
		x.t.Fatal(err)
	}
}

func (x *desk) raise(list ...Condition) {
	x.t.Helper()
	x.write(func(ctx context.Context, tx *db.Tx) error { return Raise(ctx, tx, x.tenant, list...) })
}

func (x *desk) clear(kind string, subjects ...string) {
	x.t.Helper()
	x.write(func(ctx context.Context, tx *db.Tx) error { return Clear(ctx, tx, x.tenant, kind, subjects...) })
}

func (x *desk) open(tenant string) (list []Alert) {
	x.t.Helper()
	x.write(func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = Open(ctx, tx, tenant)
		return err
	})
	return list
}

func (x *desk) watch() {
	x.t.Helper()
	x.write(func(ctx context.Context, tx *db.Tx) error { return Watch(ctx, tx, x.tenant) })
}

// pass lets time go by and runs what is due.
func (x *desk) pass(d time.Duration) {
	x.t.Helper()
	x.now = x.now.Add(d)
	for range 10 {
		n, err := x.runner.Step(x.t.Context())
		if err != nil {
			x.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// server keeps settings that lead to nowhere unless the test gives a way.
func (x *desk) server(change func(*Server)) {
	x.t.Helper()
	s := Server{Tenant: x.tenant, Host: "127.0.0.1", Security: mail.StartTLS, Sender: "jawort@x.example", Password: Seal(x.keys, x.tenant, "geheim"), User: "jonna"}
	if change != nil {
		change(&s)
	}
	x.write(func(ctx context.Context, tx *db.Tx) error { return PutServer(ctx, tx, s, "test") })
}

// box takes letters in place of a server.
type box struct {
	mu      sync.Mutex // letters of several alerts go side by side
	letters []mail.Letter
	servers []mail.Server
	answer  error
}

func (b *box) send(_ context.Context, s mail.Server, l mail.Letter) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.servers = append(b.servers, s)
	if b.answer != nil {
		return b.answer
	}
	b.letters = append(b.letters, l)
	return nil
}

func (b *box) to(reader string) (out []mail.Letter) {
	for _, l := range b.letters {
		if l.To.Address == reader {
			out = append(out, l)
		}
	}
	return out
}

func (b *box) subjects() string {
	var out []string
	for _, l := range b.letters {
		out = append(out, l.To.Address+": "+l.Subject)
	}
	return strings.Join(out, "\n")
}
