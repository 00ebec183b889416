package browser

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"jawort/db"
	"jawort/kiosk"
	"jawort/source"
)

// A tablet: signed with a finger, thanks with the code, and nothing of the person is left, neither on the page nor behind "back"; the
// manager is out of reach.
func TestTabletAtTheCounter(t *testing.T) {
	link := tabletLink(t)
	b := newTab(t, "", "de")
	b.size(1280)
	b.visit("/o/counter/" + link)
	b.lead(chromedp.Click(chromedp.CSS("form button")))
	b.until("the form", `document.querySelector("#sign:not([hidden])")`)
	if found := b.axe(); len(found) != 0 {
		t.Errorf("axe: %+v", found)
	}
	const phone = "0151 23456781"
	b.do(chromedp.Click(chromedp.CSS("#sign input[type=checkbox]")), chromedp.SendKeys(chromedp.CSS("#phone"), phone))
	b.sign()
	b.do(chromedp.Click(chromedp.CSS("#sign button[type=submit]")))
	b.until("thanks", `!document.getElementById("done").hidden && document.querySelector("#qr path").getAttribute("d")`)
	if ask[string](b, `document.getElementById("phone").value + document.querySelectorAll("#sign :checked").length`) != "1" { // the country stays chosen
		t.Error("the form still holds something")
	}
	b.lead(chromedp.Click(chromedp.CSS("#done [data-leave]")))
	b.until("an empty page", `document.querySelector("#sign:not([hidden])") && document.getElementById("phone").value === ""`)
	ask[bool](b, `history.back(), true`)
	time.Sleep(300 * time.Millisecond) // whatever comes back must be empty too
	b.until("nothing behind it", `!document.body.innerText.includes("23456781") && ![...document.querySelectorAll("input")].some((i) => i.value.includes("23456781") || i.checked)`)
	b.visit("/people")
	if got := ask[string](b, `location.pathname`); got != "/login" {
		t.Errorf("the manager is open: %s", got)
	}
	if faults := b.complaints(404); len(faults) != 0 { // behind the page lies the link, which is used up
		t.Errorf("complaints: %q", faults)
	}
}

// sign draws a signature with a finger.
func (b *tab) sign() {
	b.t.Helper()
	ask[bool](b, `document.getElementById("pad").scrollIntoView({block:"center"}),true`)
	box := ask[[]float64](b, `(()=>{const r=document.getElementById("pad").getBoundingClientRect();return [r.left,r.top,r.width,r.height]})()`)
	touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
		_, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
		b.must(err)
	}
	at := func(x, y float64) *input.TouchPoint {
		return &input.TouchPoint{X: box[0] + x*box[2], Y: box[1] + y*box[3]}
	}
	touch("touchStart", at(.1, .5))
	for i := range 12 {
		touch("touchMove", at(.1+float64(i)*.06, .3+.4*float64(i%2)))
	}
	touch("touchEnd")
}

// tabletLink opens a tablet for the paper source of the seed.
func tabletLink(t *testing.T) string {
	t.Helper()
	var link string
	if err := w.app.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		list, err := source.List(ctx, tx, w.seed.Tenant)
		if err != nil {
			return err
		}
		for _, s := range list {
			if s.Kind == "paper" && s.State == source.StateLive {
				_, link, err = kiosk.Open(ctx, tx, w.seed.Tenant, s.ID, w.seed.Owner, w.clock.Now().UnixMicro())
			}
		}
		return err
	}); err != nil || link == "" {
		t.Fatalf("no paper source: %v", err)
	}
	return link
}

// traces are whatever the page still knows of somebody: fields, boxes, the pad, the thanks, what a browser may keep.
const traces = `(()=>{const pad=document.getElementById("pad"), blank=document.createElement("canvas"); blank.width=pad.width; blank.height=pad.height; blank.getContext("2d").fillStyle="#fff"; blank.getContext("2d").fillRect(0,0,blank.width,blank.height);
	const out=[...document.querySelectorAll("input:not([type=hidden]):not([type=checkbox]),textarea")].filter(e=>e.value).map(e=>e.name+"="+e.value);
	if (document.querySelector("input:checked")) out.push("ticked");
	if (pad.toDataURL()!==blank.toDataURL()) out.push("signature");
	if (!document.getElementById("done").hidden) out.push("thanks shown");
	for (const s of ["[data-message]","[data-text]"]) { const e=document.querySelector("#done "+s); if (e && e.textContent.trim()) out.push(s+"="+e.textContent) }
	if (document.querySelector("#qr path").getAttribute("d")) out.push("code");
	if (localStorage.length+sessionStorage.length) out.push("storage");
	return out.join(" ")})()`

// Two people at one tablet, one after the other: whatever the second does (goes on, reloads, goes back and forth), nothing of the first is
// there, and nothing is left for a third.
func TestTwoPeopleAtTheTablet(t *testing.T) {
	b := newTab(t, "", "de")
	b.size(1280)
	b.visit("/o/counter/" + tabletLink(t))
	b.lead(chromedp.Click(chromedp.CSS("form button")))
	ready := func() {
		t.Helper()
		b.until("the form", `document.querySelector("#sign:not([hidden])")`)
		if ask[bool](b, `document.getElementById("done").checkVisibility()`) {
			t.Error("the thanks are seen below the form")
		}
	}
	clean := func(when string) {
		t.Helper()
		if left := ask[string](b, traces); left != "" {
			t.Errorf("%s there is still: %s", when, left)
		}
	}
	fill := func(phone string) {
		t.Helper()
		b.do(chromedp.Click(chromedp.CSS("#sign input[type=checkbox]")), chromedp.SendKeys(chromedp.CSS("#phone"), phone))
		b.sign()
	}
	done := func() {
		t.Helper()
		b.do(chromedp.Click(chromedp.CSS("#sign button[type=submit]")))
		b.until("thanks", `!document.getElementById("done").hidden && document.querySelector("#qr path").getAttribute("d")`)
		if ask[bool](b, `document.getElementById("sign").checkVisibility() || !document.getElementById("done").checkVisibility()`) {
			t.Error("the form is still seen beside the thanks")
		}
	}
	ready()
	clean("before anybody came")
	if loose := ask[string](b, `[...document.querySelectorAll("#sign input:not([type=hidden]):not([type=checkbox]),#sign select")].filter(e=>e.autocomplete!=="off").map(e=>e.name).join(" ")`); loose != "" {
		t.Errorf("the browser may fill in %s", loose)
	}
	if keeps := ask[string](b, `fetch(location.href).then(r=>r.headers.get("cache-control"))`); !strings.Contains(keeps, "no-store") {
		t.Errorf("the page may be kept: %q", keeps)
	}

	const first, second = "0151 23456782", "0151 23456783"
	fill(first)
	if left := ask[string](b, traces); !strings.Contains(left, "signature") || !strings.Contains(left, "ticked") || !strings.Contains(left, "23456782") {
		t.Fatalf("what was filled in does not count as a trace: %q", left)
	}
	done()
	b.lead(chromedp.Click(chromedp.CSS("#done [data-leave]")))
	ready()
	clean("for the second person")

	fill(second)
	b.lead(chromedp.Reload())
	ready()
	clean("after a reload half-way")
	fill(second)
	done()
	b.lead(chromedp.Reload())
	ready()
	clean("after a reload of the thanks")
	for _, way := range []string{"back", "back", "forward", "forward"} {
		ask[bool](b, `setTimeout(() => history.`+way+`(), 50), true`)
		time.Sleep(600 * time.Millisecond) // whatever comes must be empty
		b.until("no number after "+way, `!document.body.innerText.includes("2345678") && ![...document.querySelectorAll("input")].some((i) => i.value.includes("2345678") || i.checked)`)
	}
	if faults := b.complaints(404); len(faults) != 0 { // behind the page lies the link, which is used up
		t.Errorf("complaints: %q", faults)
	}
}
