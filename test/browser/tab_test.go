package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"jawort/app"
)

// tab is one tab with cookies of its own.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []string // what the console and the policy complained about
}

// longest is how long one look at a page may take on a busy machine.
const longest = 60 * time.Second

func newTab(t *testing.T, as, lang string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(w.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx}
	b.must(chromedp.Do(ctx))
	b.must(chromedp.Listen(ctx, b.hear))
	b.call(chromedp.Call(ctx, log.Enable, struct{}{}))
	b.call(chromedp.Call(ctx, runtime.Enable, struct{}{}))
	cookies := map[string]string{"lang": lang, "toy_lang": lang}
	if as != "" {
		k := w.cookie(t, as)
		cookies[k.Name] = k.Value
	}
	for name, value := range cookies {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: w.base})
		b.must(err)
	}
	return b
}

func (b *tab) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%v\n%s", err, w.logs.String())
	}
}

// call takes the answer of a command that has none.
func (b *tab) call(_ struct{}, err error) {
	b.t.Helper()
	b.must(err)
}

// hear keeps complaints. That a page's own status is an error is expected where the table says so.
func (b *tab) hear(ev any) {
	fault := ""
	switch e := ev.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			fault = string(e.Entry.Source) + ": " + e.Entry.Text
		}
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			fault += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			fault = fmt.Sprintf("console %s: %v", e.Type, e.Args)
		}
	}
	if fault == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, fault)
}

// complaints empties what was heard, without the one that only repeats the page's own status.
func (b *tab) complaints(status int) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	own := fmt.Sprintf("network: Failed to load resource: the server responded with a status of %d", status)
	for _, f := range b.faults {
		if status < 400 || !strings.HasPrefix(f, own) {
			out = append(out, f)
		}
	}
	b.faults = nil
	return out
}

// open goes to a page of the table, by its form where it has one, and gives the status.
func (b *tab) open(p app.Page) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, longest)
	defer cancel()
	var r *network.Response
	var err error
	if p.Form == nil {
		r, err = chromedp.Run(ctx, chromedp.NavigateResponse(w.url(p.Path)))
	} else {
		b.must(chromedp.Do(ctx, chromedp.Navigate(w.base+app.PagesPath)))
		r, err = chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("#page-"+strings.ReplaceAll(p.Name, "/", "-")+" button")))
	}
	b.must(err)
	return int(r.Status)
}

func (w *world) url(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return w.base + path
}

// go_ opens an address.
func (b *tab) visit(path string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, longest)
	defer cancel()
	b.must(chromedp.Do(ctx, chromedp.Navigate(w.url(path))))
}

// do runs steps with a bound.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, longest)
	defer cancel()
	b.must(chromedp.Do(ctx, steps...))
}

// lead runs steps that lead to another page, and waits for that.
func (b *tab) lead(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, longest)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, steps...)
	b.must(err)
}

// ask evaluates an expression in the page.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, longest)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	b.must(err)
	return v
}

// until waits for an expression to be true.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	for end := time.Now().Add(longest); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ask[bool](b, "!!("+expression+")") {
			return
		}
	}
	b.t.Fatalf("%s: did not come\n%s", what, ask[string](b, "document.body.innerText"))
}

// size sets the window: 390 is a phone, 1280 a desk.
func (b *tab) size(width int64) {
	b.t.Helper()
	height := int64(900)
	if width < 500 {
		height = 844
	}
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 500})
	b.must(err)
}

// theme sets what the device prefers. Nothing moves while tests look.
func (b *tab) theme(name string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	b.must(err)
}

// picture is the page as it looks, from top to bottom when whole.
func (b *tab) picture(whole bool) []byte {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole})
	b.must(err)
	return r.Data
}

//go:embed testdata/axe.js
var axe string

// finding is one rule of axe that a page breaks.
type finding struct {
	ID, Impact, Help string
	Where            []string
}

// axe asks axe-core (4.14.1, MPL-2.0) for what is serious or worse; rules empty = all.
func (b *tab) axe(rules ...string) []finding {
	b.t.Helper()
	if ask[bool](b, "typeof axe === 'undefined'") {
		ask[bool](b, axe+";true")
	}
	only := `{type:"tag",values:["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}`
	if len(rules) > 0 {
		list, _ := json.Marshal(rules) // strings always marshal
		only = `{type:"rule",values:` + string(list) + `}`
	}
	return ask[[]finding](b, `axe.run(document,{resultTypes:["violations"],runOnly:`+only+`}).then(r=>r.violations.filter(v=>v.impact==="serious"||v.impact==="critical")
		.map(v=>({ID:v.id,Impact:v.impact,Help:v.help,Where:v.nodes.slice(0,4).map(n=>n.html.slice(0,160)+" — "+(n.any[0]||n.all[0]||n.none[0]||{message:""}).message)})))`)
}
