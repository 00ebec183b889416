package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jawort/app"
	"jawort/emulator"
)

// demoCmd starts everything on one machine: the product, Meta's stand-in with toy phones, and a seeded business.
type demoCmd struct {
	Listen         string `default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where Jawort listens; port 0 takes a free one."`
	EmulatorListen string `default:"127.0.0.1:8090" placeholder:"ADDR" help:"Where the emulator with the toy phones listens."`
	Data           string `placeholder:"DIR" help:"Folder to keep the data in; without it everything is gone at the end."`
	DB             string `placeholder:"URL" help:"postgres://… in place of a SQLite file."`
	Pages          bool   `help:"List every page in each of its states, with sample data, at /_pages."`
	JSON           bool   `name:"json" help:"Print one line of JSON when ready; logs go to standard error."`
}

// What people text to the business of the demo; the number is of a range kept for fiction.
const (
	demoSMS  = "+493023125021"
	demoWord = "KAFFEE"
)

// demoDays is how much history the seed has.
const demoDays = 21

// demo is one run.
type demo struct {
	c        *demoCmd
	t        *terminal
	log      *slog.Logger
	clock    app.Clock
	base     string // of Jawort
	phones   string // base of the emulator
	smsc     string // where its SMS centre listens
	emulator *emulator.Server
	app      *app.App
	web      *http.Server
	verify   string
	secret   string
	folder   string // to be removed
}

func (c *demoCmd) Run(ctx context.Context, t *terminal) error {
	x := &demo{c: c, t: t, verify: newSecret(), secret: newSecret(), log: slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	defer x.end()
	seeded, err := x.begin(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("demo: %w", err)
	}
	if c.Pages {
		if _, err := x.app.Gallery(ctx, seeded, x.phones); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	if err := x.announce(seeded); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// newSecret is a secret made for this run.
func newSecret() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return hex.EncodeToString(b[:])
}

func (x *demo) begin(ctx context.Context) (app.Seeded, error) {
	own, err := net.Listen("tcp", x.c.Listen)
	if err != nil {
		return app.Seeded{}, fmt.Errorf("listen: %w (take another port with --listen, 0 for a free one)", err)
	}
	other, err := net.Listen("tcp", x.c.EmulatorListen)
	if err != nil {
		own.Close()
		return app.Seeded{}, fmt.Errorf("listen for the emulator: %w (take another port with --emulator-listen, 0 for a free one)", err)
	}
	x.base, x.phones = "http://"+own.Addr().String(), "http://"+other.Addr().String()
	x.startEmulator(other)
	sms, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		own.Close()
		return app.Seeded{}, fmt.Errorf("listen for SMS: %w", err)
	}
	x.smsc = sms.Addr().String()
	x.emulator.ServeSMPP(sms)
	if err := x.startApp(ctx, own); err != nil {
		own.Close()
		return app.Seeded{}, err
	}
	o := x.emulator.Options()
	byHand := !x.c.JSON // a program counts what arrives
	seeded, err := x.app.Seed(ctx, app.SeedOptions{Confirm: byHand, Busy: byHand, Emulator: x.phones, PhoneNumberID: o.PhoneNumberID, WABA: o.WABAID, Portfolio: o.PortfolioID,
		Display: digitsOf(o.DisplayPhoneNumber), Token: o.Token, AppSecret: x.secret, Clock: &x.clock, Days: demoDays})
	if err != nil {
		return seeded, err
	}
	if _, _, err = x.app.SeedSMS(ctx, seeded.Tenant, app.SMSOptions{Addr: x.smsc, Login: o.SMSLogin, Password: o.SMSPassword, Number: demoSMS,
		Words: []string{demoWord}}); err != nil {
		return seeded, err
	}
	if err := x.seedVoice(ctx, seeded.Tenant); err != nil {
		return seeded, err
	}
	if err = x.app.SeedThread(ctx, seeded.Tenant, []string{"ANGEBOTE"}); err != nil {
		return seeded, err
	}
	x.emulator.Guide(x.base+"/o/"+seeded.Source, x.base)
	turn := -1
	x.emulator.BadDay(func(ctx context.Context) error {
		turn++ // one at a time: the page sees to it
		return x.app.BadDay(ctx, app.BadDay{Emulator: x.phones, Tenant: seeded.Tenant, Turn: turn})
	}, func(d time.Duration) {
		if err := x.app.Skip(ctx, &x.clock, d); err != nil {
			x.log.Error("demo: let time pass", "error", err)
		}
	}, x.base+"/quality")
	return seeded, err
}

// The demo's telephone numbers; the last block of +49 30 23125 is kept for fiction.
const (
	demoIVR    = "+493023125030"
	demoMissed = "+493023125031"
)

var loopbackNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// seedVoice opens the two telephone sources, and lets the toy phones ring them.
func (x *demo) seedVoice(ctx context.Context, tenant string) error {
	if _, _, err := x.app.SeedVoice(ctx, tenant, app.VoiceOptions{IVR: demoIVR, Missed: demoMissed}); err != nil {
		return err
	}
	x.emulator.Offer(func() emulator.Ways { return x.ways(tenant) })
	return nil
}

// ways are the sources that toy phones reach by telephone and SMS: those of the seed, and whatever somebody opens in the manager.
func (x *demo) ways(tenant string) (out emulator.Ways) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	w, err := x.app.Ways(ctx, tenant)
	if err != nil {
		x.log.Warn("ways of the toy phones", "error", err)
	}
	for _, l := range w.Lines {
		out.Lines = append(out.Lines, emulator.VoiceLine{Number: l.Number, Name: l.Name, Text: l.Text, Addr: x.app.Voice.Addr()})
	}
	out.Words = w.Words
	return out
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func (x *demo) startEmulator(l net.Listener) {
	x.emulator = emulator.New(emulator.Options{AppSecret: x.secret, VerifyToken: x.verify, VerifiedName: "Kaffeerösterei Morgenrot",
		DisplayPhoneNumber: "+49 30 23125 020", WebhookURL: x.base + "/in/meta", Now: x.clock.Now, Log: x.log,
		SMSNumber: demoSMS, SMSWord: demoWord, SMSLogin: "demo", SMSPassword: newSecret()[:8]})
	x.web = &http.Server{Handler: x.emulator.Handler(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(x.log.Handler(), slog.LevelWarn)}
	go func() { _ = x.web.Serve(l) }()
}

func (x *demo) startApp(ctx context.Context, l net.Listener) error {
	url, err := x.database()
	if err != nil {
		return err
	}
	key := app.NewKey("demo")
	if x.c.Data != "" { // the data can be served later only with their key
		if err := os.WriteFile(filepath.Join(x.c.Data, "jawort.key"), []byte(key+"\n"), 0o600); err != nil {
			return err
		}
	}
	keys, err := app.LoadKeys(key, "")
	if err != nil {
		return err
	}
	x.app, err = app.New(ctx, app.Config{DB: url, Base: x.base, Keys: keys, VerifyToken: x.verify, Log: x.log, Now: x.clock.Now,
		ChatURL: x.toyPhone, Mail: app.ToMailbox(x.emulator.Letter), Holder: "jawort demo", PollEvery: demoPolls, Calls: app.Calls{Listen: "127.0.0.1:0", Allow: loopbackNet}})
	if err != nil {
		return err
	}
	x.app.Start(l)
	return nil
}

// demoPolls is how often the demo asks its emulator about numbers: what somebody changes there shows while they look.
const demoPolls = 10 * time.Second

func (x *demo) dataFolder() string {
	if x.c.Data != "" {
		return x.c.Data
	}
	return x.folder
}

// database is where the data go. A seed is made once, into an empty place.
func (x *demo) database() (string, error) {
	if x.c.Data == "" {
		dir, err := os.MkdirTemp("", "jawort-demo-")
		if err != nil {
			return "", err
		}
		x.folder = dir
	} else if err := os.MkdirAll(x.c.Data, 0o700); err != nil {
		return "", err
	}
	if x.c.DB != "" {
		return x.c.DB, nil
	}
	file := filepath.Join(x.dataFolder(), "jawort.db")
	if _, err := os.Stat(file); err == nil {
		return "", fmt.Errorf("%s is there already: the demo seeds an empty folder; name another one with --data", filepath.Base(file))
	}
	return "sqlite:" + file, nil
}

// toyPhone leads a link that a real phone would open to the toy phones.
func (x *demo) toyPhone(link string) string {
	if to, ok := strings.CutPrefix(link, "sms:"); ok {
		return x.phones + "/sms/" + strings.Replace(to, "?body=", "?text=", 1)
	}
	if to, ok := strings.CutPrefix(link, "tel:"); ok {
		return x.phones + "/call/" + to
	}
	return strings.Replace(link, "https://wa.me", x.phones+"/wa", 1)
}

// announce says where to look.
func (x *demo) announce(s app.Seeded) error {
	o := x.emulator.Options()
	login := x.base + app.LoginPath(s.LoginToken)
	if x.c.JSON {
		return json.NewEncoder(x.t.out).Encode(map[string]any{"manager": x.base, "login": login, "api": x.base + "/v1", "api_key": s.APIKey,
			"gateway": x.base + "/graph", "gateway_token": s.GatewayToken, "emulator": x.phones, "phone_number_id": o.PhoneNumberID,
			"waba_id": o.WABAID, "app_secret": x.secret, "verify_token": x.verify, "webhook": x.base + "/in/meta",
			"seed": map[string]any{"topics": s.Topics, "templates": s.Templates, "source": s.Source}})
	}
	pages := ""
	if x.c.Pages {
		pages = "  Every page    " + x.base + app.PagesPath + "\n"
	}
	_, err := fmt.Fprintf(x.t.out, `Jawort is running, with an invented business and three weeks of history.

  Manager       %s
                (this link logs you in once, within ten minutes)
  Toy phones    %s
  Opt-in page   %s/o/%s
  API           %s/v1   (Authorization: Bearer %s)
  API pages     %s/docs
  Gateway       %s/graph in place of https://graph.facebook.com   (access token: %s)
%s
Press Ctrl-C to end it.
`, login, x.phones, x.base, s.Source, x.base, s.APIKey, x.base, x.base, s.GatewayToken, pages)
	return err
}

// end stops everything within five seconds and leaves nothing behind that was not asked for.
func (x *demo) end() {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	if x.app != nil {
		x.app.Stop(ctx)
	}
	if x.web != nil {
		_ = x.web.Close()
	}
	if x.emulator != nil {
		_ = x.emulator.Close()
	}
	if x.folder != "" {
		_ = os.RemoveAll(x.folder)
	}
}
