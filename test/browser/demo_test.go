package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"jawort/cli"
)

// asDemo has this very binary be the command that a newcomer types.
const asDemo = "JAWORT_BROWSER_DEMO"

func beTheDemo() {
	if os.Getenv(asDemo) != "" {
		os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
}

// demo is `go run . demo` in an empty folder, and the tabs of whoever tries it: the office, the toy phones, and a visitor.
type demo struct {
	Manager  string `json:"manager"`
	Login    string `json:"login"`
	API      string `json:"api"`
	APIKey   string `json:"api_key"`
	Emulator string `json:"emulator"`
	Number   string `json:"phone_number_id"`

	t                     *testing.T
	staff, phone, visitor *tab
}

func newDemo(t *testing.T) *demo {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	cmd := exec.Command(self, "demo", "--json", "--listen", "127.0.0.1:0", "--emulator-listen", "127.0.0.1:0")
	cmd.Dir, cmd.Env, cmd.Stderr = t.TempDir(), append(os.Environ(), asDemo+"=1"), &told
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		kill := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		if err := cmd.Wait(); err != nil {
			t.Errorf("the demo ended with %v\n%s", err, told.String())
		}
		kill.Stop()
	})
	late := time.AfterFunc(longest, func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	late.Stop()
	d := &demo{t: t}
	if err != nil || json.Unmarshal(line, d) != nil {
		t.Fatalf("the demo says %q: %v\n%s", line, err, told.String())
	}
	d.staff, d.phone, d.visitor = newTab(t, "", "en"), newTab(t, "", "en"), newTab(t, "", "en")
	d.staff.size(1280)
	d.phone.size(1280)
	d.visitor.size(390)
	d.staff.visit(d.Login)
	d.staff.lead(chromedp.Click(chromedp.CSS(`main button.main`)))
	return d
}

// took is where the phone lies after a link led to the toy phones: a new person with this number picks it up.
func (d *demo) pickUp(name, number string) {
	d.t.Helper()
	p := d.phone
	p.do(chromedp.Click(chromedp.CSS(`#new`)), chromedp.SendKeys(chromedp.CSS(`#nn`), name), chromedp.SendKeys(chromedp.CSS(`#np`), number))
	p.lead(chromedp.SendKeys(chromedp.CSS(`#np`), kb.Enter))
}

// find opens a person's page by the number, from the search that is on every page.
func (d *demo) find(number string) {
	d.t.Helper()
	d.staff.visit(d.Manager + "/people")
	d.staff.do(chromedp.SendKeys(chromedp.CSS(`#find`), number))
	d.staff.lead(chromedp.SendKeys(chromedp.CSS(`#find`), kb.Enter))
}

// sees waits until the person's page says all of this. It is opened anew meanwhile: what came in takes effect in a moment.
func (d *demo) sees(number string, words ...string) {
	d.t.Helper()
	seen := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		d.find(number)
		seen = ask[string](d.staff, `document.querySelector("main").innerText`)
		missing := false
		for _, w := range words {
			missing = missing || !strings.Contains(seen, w)
		}
		if !missing {
			return
		}
	}
	d.t.Fatalf("%s: the person's page lacks one of %q\n%s", number, words, seen)
}

// send asks the API for the sale's offer and gives the answer's status.
func (d *demo) send(to string) (int, string) {
	d.t.Helper()
	raw, err := json.Marshal(map[string]any{"number": d.Number, "to": "tel:" + to, "template": map[string]any{"name": "sommer_sale", "language": map[string]string{"code": "de"}}})
	if err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(d.t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.API+"/messages", bytes.NewReader(raw))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+d.APIKey)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer a.Body.Close()
	var answer bytes.Buffer
	_, _ = answer.ReadFrom(a.Body)
	return a.StatusCode, answer.String()
}

// draft makes a source on the manager's pages and publishes the proposed wording; it gives the source's address.
func (d *demo) draft(kind, name string) string {
	d.t.Helper()
	s := d.staff
	s.visit(d.Manager + "/sources")
	s.lead(chromedp.Click(chromedp.CSS(`main a.btn.main[href="/sources/new"]`)))
	s.do(chromedp.Click(chromedp.CSS(`input[name=kind][value=`+kind+`]`)), chromedp.SendKeys(chromedp.CSS(`#name`), name),
		chromedp.Click(chromedp.CSS(`input[name=topic][value=offers]`)))
	s.lead(chromedp.Click(chromedp.CSS(`.source-form button.main`)))
	s.lead(chromedp.Click(chromedp.CSS(`#publish`)))
	at, err := url.Parse(ask[string](s, `location.href`))
	if err != nil {
		d.t.Fatal(err)
	}
	return d.Manager + "/sources/" + strings.Split(at.Path, "/")[2]
}

// try is where the source's own "Try it" leads.
func (d *demo) try(source string) string {
	d.t.Helper()
	d.staff.visit(source)
	return ask[string](d.staff, `document.querySelector("#try").closest("section").querySelector("a.btn").href`)
}
