// Package browser looks at the product as people do, in Debian's Chromium: every page of app's table in both languages, at two
// widths, light and dark; and the stories that only a browser can tell.
package browser

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"jawort/account"
	"jawort/app"
	"jawort/db"
	"jawort/emulator"
)

// pictures: go test ./test/browser -run TestShots -shots DIR
var (
	pictures = flag.String("shots", "", "folder for pictures of all pages")
	only     = flag.String("only", "", `only the pages whose name matches this, in TestShots ("overview/full de 1280 light") and TestPages`)
)

// world is one running Jawort with its emulator, the seed of the demo, and one browser. All tests share it.
type world struct {
	app     *app.App
	seed    app.Seeded
	gallery *app.Gallery
	base    string // of Jawort
	phones  string // of the emulator
	number  string // phone_number_id
	browser context.Context
	clock   app.Clock
	logs    logs
	undo    []func()
}

// logs keeps what the server writes, for whoever reads a failure.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var w world

func TestMain(m *testing.M) {
	beTheDemo()
	flag.Parse()
	code := 1
	if err := w.begin(); err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
	} else {
		code = m.Run()
	}
	w.end()
	os.Exit(code)
}

func (w *world) later(f func()) { w.undo = append(w.undo, f) }

func (w *world) end() {
	for i := len(w.undo) - 1; i >= 0; i-- {
		w.undo[i]()
	}
}

// ownerPassword signs the owner in by keyboard.
const ownerPassword = "drei Sack Bohnen am Morgen"

func (w *world) begin() error {
	dir, err := os.MkdirTemp("", "jawort-browser-")
	if err != nil {
		return err
	}
	w.later(func() { _ = os.RemoveAll(dir) })
	if err := w.beginApp(dir); err != nil {
		return err
	}
	ctx := context.Background()
	o := app.SeedOptions{Emulator: w.phones, PhoneNumberID: "310000000000001", WABA: "210000000000001", Portfolio: "510000000000001", Display: "493023125020",
		Token: emulatorToken, AppSecret: appSecret, Clock: &w.clock, Days: 21}
	if w.seed, err = w.app.Seed(ctx, o); err != nil {
		return err
	}
	if w.gallery, err = w.app.Gallery(ctx, w.seed, w.phones); err != nil {
		return err
	}
	if err := w.password(ctx); err != nil {
		return err
	}
	// One browser for all; each look gets a tab with cookies of its own.
	alloc, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	w.later(stop)
	w.browser, stop = chromedp.NewContext(alloc)
	w.later(stop)
	return chromedp.Do(w.browser)
}

const (
	emulatorToken = "EAAbrowsertoken"
	appSecret     = "browser-app-secret"
	verifyToken   = "browser-verify"
)

func (w *world) beginApp(dir string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.base = "http://" + l.Addr().String()
	log := slog.New(slog.NewTextHandler(&w.logs, &slog.HandlerOptions{Level: slog.LevelWarn}))
	meta := emulator.New(emulator.Options{AppSecret: appSecret, VerifyToken: verifyToken, VerifiedName: "Kaffeerösterei Morgenrot", Token: emulatorToken,
		DisplayPhoneNumber: "+49 30 23125 020", WebhookURL: w.base + "/in/meta", PhoneNumberID: "310000000000001", WABAID: "210000000000001",
		PortfolioID: "510000000000001", Now: w.clock.Now, Log: log, UserCap: -1})
	web := httptest.NewServer(meta.Handler())
	w.later(func() {
		_ = meta.Close()
		web.CloseClientConnections()
		web.Close()
	})
	w.phones = web.URL
	keys, err := account.ParseKeyring(account.NewKey("test"))
	if err != nil {
		return err
	}
	w.app, err = app.New(context.Background(), app.Config{DB: "sqlite:" + filepath.Join(dir, "jawort.db"), Base: w.base, Keys: keys, VerifyToken: verifyToken,
		Log: log, Now: w.clock.Now, ChatURL: func(link string) string { return strings.Replace(link, "https://wa.me", w.phones+"/wa", 1) }})
	if err != nil {
		return err
	}
	w.app.Start(l)
	w.later(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		w.app.Stop(ctx)
	})
	return nil
}

// password gives the owner one.
func (w *world) password(ctx context.Context) error {
	hash, err := account.HashPassword(ctx, ownerPassword)
	if err != nil {
		return err
	}
	return w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return account.SetPassword(ctx, tx, w.seed.Tenant, w.seed.Owner, hash, "test")
	})
}

// cookie signs a reader in and gives the session's cookie.
func (w *world) cookie(t *testing.T, as string) *http.Cookie {
	t.Helper()
	token, err := w.gallery.Link(t.Context(), as)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := c.Post(w.base+app.LoginPath(token), "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	for _, k := range a.Cookies() {
		if k.Name == "jawort" {
			return k
		}
	}
	t.Fatalf("no session for %s: %d", as, a.StatusCode)
	return nil
}
