package browser

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func itoa(n int) string { return strconv.Itoa(n) }

// eventually waits for what comes by itself.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(longest); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s: did not come\n%s", what, w.logs.String())
}

// Without scripts everything can still be done: search, leave to sign out, questions with a reason, what was done is told, the
// menu of the phone, and the public pages from opting in to stopping.
func TestWithoutScripts(t *testing.T) {
	b := newTab(t, "owner", "de")
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.must(err)
	b.size(390)
	b.visit("/people")
	b.do(chromedp.Click(chromedp.CSS(`.tabbar summary`)), chromedp.WaitVisible(chromedp.CSS(`.tabbar a[href="/settings"]`)))
	b.lead(chromedp.Click(chromedp.CSS(`.find > a`)))
	b.do(chromedp.SendKeys(chromedp.CSS(`#q`), "0171 39200 10"))
	b.lead(chromedp.Click(chromedp.CSS(`.search-form button`)))
	b.do(chromedp.WaitVisible(chromedp.CSS(`.line`)))
	if title := text(b, "h1"); !strings.Contains(title, "Annika Voss") {
		t.Errorf("found %q", title)
	}
	b.size(1280)
	b.visit("/keys")
	b.lead(chromedp.Click(chromedp.CSS(`main button[name=keys]`)))
	b.do(chromedp.WaitVisible(chromedp.CSS(`main button[value=on]`)))
	b.lead(chromedp.Click(chromedp.CSS(`.side-foot button[value=en]`)))
	if title := text(b, "h1"); title != "Keyboard shortcuts" {
		t.Errorf("in English the page is called %q", title)
	}

	p := newTab(t, "", "de")
	_, err = chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.must(err)
	p.size(390)
	p.visit("/o/" + w.seed.Source)
	p.do(chromedp.Click(chromedp.CSS(`form input[type=checkbox][value=order_updates]`)), chromedp.SendKeys(chromedp.CSS(`form input[type=tel]`), "0171 39200 78"))
	p.lead(chromedp.Click(chromedp.CSS(`form button.main`)))
	p.do(chromedp.WaitVisible(chromedp.CSS(`a#chat`)))
	for _, c := range append(b.complaints(200), p.complaints(200)...) {
		t.Error(c)
	}
}

func text(b *tab, selector string) string {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS(selector)))
	b.must(err)
	return strings.TrimSpace(s)
}

// keys presses keys one after the other, as a person does.
func (b *tab) keys(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

// press presses one key as a keyboard does: what the page takes for itself is not typed.
func press(key string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		for _, typ := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			p := input.DispatchKeyEventParams{Type: typ, Key: key}
			if typ == input.DispatchKeyEventTypeKeyDown {
				p.Text = key
			}
			if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, p); err != nil {
				return chromedp.Void{}, err
			}
		}
		return chromedp.Void{}, nil
	}
}

// focused says where the focus is.
func (b *tab) focused() string {
	b.t.Helper()
	return ask[string](b, `(e=>e.tagName.toLowerCase()+(e.id?"#"+e.id:"")+" "+(e.getAttribute("aria-label")||e.innerText||e.value||"").trim())(document.activeElement)`)
}

// stop goes on by Tab until the focus is on what says so.
func (b *tab) stop(what string) {
	b.t.Helper()
	for i := 0; !strings.HasSuffix(b.focused(), " "+what); i++ {
		if i > 60 {
			b.t.Fatalf("Tab does not reach %q, only %q", what, b.focused())
		}
		b.keys(kb.Tab)
	}
}

// Only the keyboard: sign in, find a person, go through lists, see the keys, come back, enter an opt-out.
func TestKeyboardOnly(t *testing.T) {
	b := newTab(t, "", "de")
	b.size(1280)
	b.visit("/login")
	for i := 0; ask[string](b, "document.activeElement.id") != "email"; i++ {
		if i > 20 {
			t.Fatal("Tab does not reach the field")
		}
		b.keys(kb.Tab)
	}
	b.keys("jonna@kaffee-morgenrot.example", kb.Tab, ownerPassword)
	b.lead(chromedp.KeyEvent(kb.Enter))
	b.until("the overview", `location.pathname === "/" && document.querySelector("h1")`)

	b.keys(kb.Tab)
	if got := b.focused(); !strings.Contains(got, "Zum Inhalt springen") {
		t.Errorf("the first stop is %q", got)
	}
	if ask[float64](b, `getComputedStyle(document.activeElement).outlineWidth.replace("px","")*1`) < 2 {
		t.Error("focus cannot be seen")
	}

	b.do(press("/"))
	if got := ask[string](b, "document.activeElement.id"); got != "find" {
		t.Errorf("/ leads to %q", got)
	}
	b.do(press("g"), press("p"), press("?")) // typed into the field, not followed
	if got := ask[string](b, `document.querySelector("#find").value+" "+location.pathname`); got != "gp? /" {
		t.Errorf("keys inside a field do %q", got)
	}
	b.keys(kb.Escape)
	b.lead(press("g"), press("p"))
	b.until("people", `location.pathname === "/people"`)
	b.do(press("j"), press("j"))
	second := b.focused()
	b.do(press("j"), press("k"))
	if got := b.focused(); got != second || !strings.HasPrefix(got, "a ") {
		t.Errorf("j and k lead from %q to %q", second, got)
	}
	b.lead(chromedp.KeyEvent(kb.Enter))
	b.until("a person", `location.pathname.startsWith("/people/con_")`)

	b.do(press("?"))
	b.until("the keys", `document.querySelector("dialog[open]")?.innerText.includes("Nächste Zeile")`)
	b.report("the dialog of keys", b.axe())
	b.keys(kb.Escape)
	b.until("the dialog is gone", `!document.querySelector("dialog")`)
	b.do(press("/"))
	b.keys("0171 39200 27")
	b.lead(chromedp.KeyEvent(kb.Enter))
	b.until("Rosa", `document.querySelector("h1").innerText.includes("Rosa Fischer")`)

	b.stop("Abmelden …")
	b.lead(chromedp.KeyEvent(kb.Enter))
	b.until("the form", `location.pathname.endsWith("/optout")`)
	for i := 0; ask[string](b, "document.activeElement.name||''") != "scope"; i++ {
		if i > 40 {
			t.Fatal("Tab does not reach the choice")
		}
		b.keys(kb.Tab)
	}
	b.keys(kb.ArrowDown)
	if got := ask[string](b, `document.querySelector("[name=scope]:checked").value`); got != "marketing" {
		t.Errorf("the arrow chooses %q", got)
	}
	b.stop("Abmelden")
	b.lead(chromedp.KeyEvent(kb.Enter))
	b.until("she is opted out", `location.pathname.startsWith("/people/con_") && document.querySelector(".topics").innerText.includes("Abgemeldet")`)
	for _, c := range b.complaints(200) {
		t.Error(c)
	}
}

// clickWords clicks the first of these with the words on it.
func clickWords(selector, words string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		list, _ := json.Marshal([]string{selector, words}) // strings always marshal
		_, err := chromedp.Evaluate[bool](`((s,w)=>{const e=[...document.querySelectorAll(s)].find(e=>e.innerText.includes(w)); if(!e) throw new Error("nothing says "+w); e.click(); return true})(...`+string(list)+`)`)(ctx, target)
		return chromedp.Void{}, err
	}
}
