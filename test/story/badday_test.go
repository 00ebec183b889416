package story

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/app"
	"jawort/db"
	"jawort/db/dbtest"
)

// letters are the subjects of the mails that went into the demo's mailbox.
type letters struct {
	mu   sync.Mutex
	list []string
}

func (l *letters) put(_, subject, _ string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, subject)
}

// have says whether a letter speaks of it.
func (l *letters) have(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.list, func(s string) bool { return strings.Contains(s, words) })
}

func (l *letters) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}

// office is the manager's page as the owner reads it.
func (w *world) office() func(path string) string {
	w.Helper()
	c := w.signedIn()
	return func(path string) string { w.Helper(); return w.reads(c, path) }
}

// signedIn is the owner's browser.
func (w *world) signedIn() *http.Client {
	w.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	if _, err := c.PostForm(w.base+app.LoginPath(w.LoginToken), url.Values{}); err != nil {
		w.Fatal(err)
	}
	return c
}

// reads is the page at a path.
func (w *world) reads(c *http.Client, path string) string {
	w.Helper()
	resp, err := c.Get(w.base + path)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		w.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
	}
	return string(text)
}

// clicks presses a button of the manager, and answers where that led.
func (w *world) clicks(c *http.Client, path string, form url.Values) string {
	w.Helper()
	resp, err := c.PostForm(w.base+path, form)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		w.Fatalf("%s: %d", path, resp.StatusCode)
	}
	return resp.Request.URL.Path
}

// marketing is what the gate says of an offer to somebody who agreed long ago.
func (w *world) marketing(phone string) string {
	_, out := w.api(http.MethodPost, "/check", object{"number": w.id, "to": []string{"tel:+" + phone}, "template": "sommer_sale", "language": "de"})
	results, _ := out["results"].([]any)
	if len(results) != 1 {
		return ""
	}
	d := results[0].(map[string]any)
	var codes []string
	for _, r := range d["reasons"].([]any) {
		codes = append(codes, r.(map[string]any)["code"].(string))
	}
	return d["verdict"].(string) + " " + strings.Join(codes, " ")
}

// The demo's bad day, from the button to the recovery: the rating falls, the warning goes out, the brake acts, the cause has a name,
// order updates keep going; days later, by the button beside it, Meta says green again and the brake opens step by step.
func TestBadDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.URL(t, db.SQLite, db.Options{}))
	const friend = "4917139200677"
	w.agree(friend)
	if got := w.marketing(friend); got != "allow " {
		t.Fatalf("before: %s", got)
	}
	w.server.BadDay(func(ctx context.Context) error {
		return w.app.BadDay(ctx, app.BadDay{Emulator: w.phones, Tenant: w.Tenant, Speed: 5_000})
	}, func(d time.Duration) {
		if err := w.app.Skip(context.Background(), w.clock, d); err != nil {
			t.Error(err)
		}
	}, w.base+"/quality")
	if resp, _ := w.do(http.MethodPost, w.phones+"/bad-day", "", "", nil); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("the button: %d", resp.StatusCode)
	}
	crowd := func() object { return w.control(http.MethodGet, "crowd", nil) }
	w.patiently("the rating falls", func() bool {
		numbers, _ := crowd()["numbers"].([]any)
		return len(numbers) == 1 && numbers[0].(map[string]any)["worst"] == "RED"
	})
	w.patiently("enough people opt out", func() bool {
		acts, _ := crowd()["acts"].(map[string]any)
		return acts != nil && acts["stop"].(float64)+acts["tapped"].(float64) >= 6
	})
	w.later(6 * time.Minute) // Meta is asked every five
	w.patiently("the brake acts", func() bool { return strings.Contains(w.marketing(friend), "wait BRAKE_MARKETING") })
	w.allowed(friend, "order_update")
	w.patiently("the warnings go out", func() bool { return w.post.have("ist Rot") && w.post.have("ist gestoppt") })
	read := w.office()
	w.patiently("the cause has a name", func() bool {
		return strings.Contains(read("/quality/causes"), "Gewinnspiel auf dem Wochenmarkt")
	})
	w.patiently("the page of the brake tells of the template", func() bool { return strings.Contains(read("/quality/brake"), "sommer_sale") })
	w.opens(friend)
	if !strings.Contains(read("/quality"), `href="/quality/causes"`) {
		t.Error("the owner is signed out because days passed at once")
	}
}

// opens lets days pass until marketing goes again, and finds that it went slowly before it went freely.
func (w *world) opens(friend string) {
	w.Helper()
	day := func() {
		if resp, _ := w.do(http.MethodPost, w.phones+"/day-later", "", "", nil); resp.StatusCode != http.StatusSeeOther {
			w.Fatalf("the button of the day: %d", resp.StatusCode)
		}
	}
	for range 8 {
		day()
	}
	w.patiently("it is forgiven", func() bool {
		list := w.control(http.MethodGet, "numbers", nil)["data"].([]any)
		return list[0].(map[string]any)["quality_rating"] == "GREEN"
	})
	rungs := []string{w.rung()}
	for days := 0; rungs[len(rungs)-1] != ""; days++ {
		if days == 20 {
			w.Fatalf("weeks later the brake has gone through %q, the gate says %s, letters %q", rungs, w.marketing(friend), w.post.all())
		}
		day()
		for until := time.Now().Add(4 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) { // the guard looks every two
			if now := w.rung(); now != rungs[len(rungs)-1] {
				rungs = append(rungs, now)
				break
			}
		}
	}
	if !slices.Contains(rungs, "slow") {
		w.Errorf("the brake opened at once: %q", rungs)
	}
	w.patiently("marketing goes again", func() bool { return w.marketing(friend) == "allow " })
	w.patiently("the all-clear goes out", func() bool { return w.post.have("Entwarnung") })
}

// rung is where the number's brake stands; "" = open.
func (w *world) rung() (state string) {
	w.Helper()
	err := w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		err := tx.Row(ctx, `select state from brake where tenant = $1 and number = $2 and template = '' and state <> 'open'`, w.Tenant, w.id).Scan(&state)
		if errors.Is(err, db.ErrNone) {
			return nil
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return state
}

// patiently is eventually for what many people do.
func (w *world) patiently(what string, ok func() bool) {
	w.Helper()
	for until := time.Now().Add(90 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	w.Fatalf("%s: not within 90 seconds; gate %s, letters %q", what, w.marketing("4917139200677"), w.post.all())
}

// Nobody gets more bad days than there are people, and none where there is no business.
func TestBadDaysEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.URL(t, db.SQLite, db.Options{}))
	for name, b := range map[string]app.BadDay{"too many": {Tenant: w.Tenant, Turn: app.BadDays}, "none": {Tenant: w.Tenant, Turn: -1}, "nobody": {Tenant: "tnt_none"}} {
		b.Emulator = w.phones
		if err := w.app.BadDay(context.Background(), b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if resp, _ := w.do(http.MethodPost, w.phones+"/bad-day", "", "", nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a button that is not there: %d", resp.StatusCode)
	}
}
