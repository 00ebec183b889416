package browser

import (
	"context"
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
