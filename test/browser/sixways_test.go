package browser

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// way is one way to opt in, from the manager's pages to the refusal after the stop.
type way struct {
	kind, source, name, number string
	open                       func(d *demo, source string) // what its kind needs before it is live; nil = nothing
	agree                      func(d *demo, w way, source string)
	proof                      []string // what only this way leaves on the person's page
	stop                       func(d *demo, w way)
	stopped                    []string
}

// The demo as a newcomer takes it: each of the six kinds of source is made on the manager's pages, tried on the toy phones (SMS by SMPP,
// calls by SIP), confirmed, seen with its own evidence, stopped by a way of its own, and then the gate refuses.
func TestSixWays(t *testing.T) {
	began := time.Now()
	d := newDemo(t)
	for _, w := range sixWays {
		source := d.draft(w.kind, w.source)
		if w.open != nil {
			w.open(d, source)
		}
		d.staff.visit(source)
		d.staff.until(w.kind+" is live", `document.querySelector("main").innerText.includes("Watched until")`)
		w.agree(d, w, source)
		d.sees(w.number, append(w.proof, "Agreed, confirmed", "“"+w.source+"”", "Yes, send")...)
		if code, body := d.send(w.number); code != http.StatusAccepted {
			t.Fatalf("%s: the offer after the yes: %d %s", w.kind, code, body)
		}
		w.stop(d, w)
		d.sees(w.number, append(w.stopped, "No, do not send")...)
		if code, body := d.send(w.number); code != http.StatusConflict || !strings.Contains(body, `"refuse"`) {
			t.Fatalf("%s: the offer after the stop: %d %s", w.kind, code, body)
		}
		t.Logf("%s: done after %.0f s", w.kind, time.Since(began).Seconds())
	}
	for _, b := range []*tab{d.staff, d.phone, d.visitor} {
		for _, c := range b.complaints(200) {
			t.Error(c)
		}
	}
}

const (
	newIVR    = "+493023125040"
	newMissed = "+493023125041"
)

var sixWays = []way{
	{kind: "thread", source: "Im Chat, neu", name: "Thea Groß", number: "+4915120000002", proof: []string{"WhatsApp · ", "Ja, ich willige ein"},
		agree: func(d *demo, w way, source string) {
			d.phone.visit(d.try(source))
			d.pickUp(w.name, w.number)
			d.says()
		},
		stop: func(d *demo, w way) {
			d.phone.do(chromedp.SendKeys(chromedp.CSS(`[data-say] input[name=text]`), "STOP"))
			d.says()
		},
		stopped: []string{"Stopped", "“STOP”"}},
	{kind: "sms", source: "Aufsteller, neu", name: "Simon Żak", number: "+4915120000003", proof: []string{"SMS · ", "“START”", "Answer to an SMS"},
		agree: func(d *demo, w way, source string) {
			d.phone.visit(d.try(source))
			d.pickUp(w.name, w.number)
			d.says()
			d.phone.until("the answer by SMS", `document.querySelector('.talk a[href*="/w/"]')`)
			d.phone.visit(ask[string](d.phone, `document.querySelector('.talk a[href*="/w/"]').href`))
			d.theirs(w.name)
			d.says()
		},
		stop: func(d *demo, w way) {
			d.app("SMS")
			d.phone.do(chromedp.Click(chromedp.CSS(`.suggest button[value=STOP]`)))
		},
		stopped: []string{"Stopped", "“STOP”", "SMS"}},
	{kind: "ivr", source: "Telefon, neu", name: "Ivo Şen", number: "+4915120000004", proof: []string{"Phone · ", "Question for consent"},
		open: func(d *demo, source string) {
			for _, lang := range []string{"de", "en"} {
				d.speak(lang)
			}
			d.line(newIVR)
		},
		agree: func(d *demo, w way, source string) {
			d.phone.visit(d.try(source))
			d.pickUp(w.name, w.number)
			d.rings()
			d.presses("1")
			d.app("Chat")
			d.taps("Ja, einverstanden")
		},
		stop: func(d *demo, w way) {
			d.phone.visit(d.Emulator + "/call/" + newIVR)
			d.theirs(w.name)
			d.rings()
			d.presses("9")
		},
		stopped: []string{"Stopped", "Phone"}},
	{kind: "missed_call", source: "Anklingeln, neu", name: "Mia Groß", number: "+4915120000005", proof: []string{"Missed call · ", "Question for consent"},
		open: func(d *demo, source string) { d.line(newMissed) },
		agree: func(d *demo, w way, source string) {
			d.phone.visit(d.try(source))
			d.pickUp(w.name, w.number)
			d.rings()
			d.app("Chat")
			d.taps("Ja, einverstanden")
		},
		stop: func(d *demo, w way) { // Meta's own button
			d.phone.do(chromedp.Click(chromedp.CSS(`.acts button[value=stop]`)))
		},
		stopped: []string{"in WhatsApp"}},
	{kind: "paper", source: "Theke, neu", name: "Pia Łoś", number: "+4915120000006", proof: []string{"In person · ", "evidence"},
		agree: func(d *demo, w way, source string) {
			d.staff.visit(d.try(source))
			d.staff.lead(chromedp.Click(chromedp.CSS(`button[value=elsewhere]`)))
			d.visitor.size(1280)
			d.visitor.visit(ask[string](d.staff, `document.querySelector("#link").value`))
			d.visitor.lead(chromedp.Click(chromedp.CSS("form button")))
			d.visitor.until("the form", `document.querySelector("#sign:not([hidden])")`)
			d.visitor.do(chromedp.Click(chromedp.CSS("#sign input[type=checkbox]")), chromedp.SendKeys(chromedp.CSS("#phone"), w.number))
			d.visitor.sign()
			d.visitor.do(chromedp.Click(chromedp.CSS("#sign button[type=submit]")))
			d.visitor.until("thanks", `!document.getElementById("done").hidden && document.querySelector("#done [data-message]").innerText`)
			d.phone.visit(d.Emulator + "/wa/493023125020?text=" + url.QueryEscape(ask[string](d.visitor, `document.querySelector("#done [data-message]").innerText`)))
			d.pickUp(w.name, w.number)
			d.says()
		},
		stop: func(d *demo, w way) { // told at the counter
			d.staff.lead(chromedp.Click(chromedp.CSS(`main a[href$="/optout"]`)))
			d.staff.do(chromedp.Click(chromedp.CSS(`[name=scope][value=all]`)))
			ask[bool](d.staff, `(()=>{const v=document.querySelector("[name=via]"); if (v.tagName==="SELECT") v.value="counter"; else document.querySelector("[name=via][value=counter]").checked=true; return true})()`)
			d.staff.lead(chromedp.Click(chromedp.CSS(`main form button.main, main form button.danger`)))
		},
		stopped: []string{"Stopped"}},
	{kind: "web", source: "Website, neu", name: "Wanda Öz", number: "+4915120000001", proof: []string{"Website · ", "Yes, I agree that"},
		agree: func(d *demo, w way, source string) {
			d.visitor.size(390)
			d.visitor.visit(d.try(source) + "?lang=en")
			d.visitor.do(chromedp.Click(chromedp.CSS(`form input[value=offers]`)), chromedp.SendKeys(chromedp.CSS(`input[type=tel]`), w.number))
			d.visitor.lead(chromedp.Click(chromedp.CSS(`form button.main`)))
			d.phone.visit(ask[string](d.visitor, `document.querySelector("#chat").href`))
			d.pickUp(w.name, w.number)
			d.says()
		},
		stop: func(d *demo, w way) { // on the page of one's own
			d.visitor.visit(ask[string](d.staff, `document.querySelector('main a[href*="/p/"]').href`))
			d.visitor.lead(chromedp.Click(chromedp.CSS(`button[name=off][value=all]`)))
		},
		stopped: []string{"Stopped"}},
}

// says sends what stands ready in the open app.
func (d *demo) says() {
	d.t.Helper()
	before := ask[int](d.phone, `document.querySelectorAll(".bub.me").length`)
	d.phone.do(chromedp.Click(chromedp.CSS(`[data-say] button.main`)))
	d.phone.until("it is sent", `document.querySelectorAll(".bub.me").length > `+itoa(before))
}

// theirs opens the phone of somebody who has one, from the page that asks whose.
func (d *demo) theirs(name string) {
	d.t.Helper()
	d.phone.lead(clickWords(".folk a", name))
}

// app shows another app of the phone.
func (d *demo) app(name string) {
	d.t.Helper()
	d.phone.lead(clickWords(".apps a", name))
}

func (d *demo) rings() {
	d.t.Helper()
	d.phone.do(chromedp.Click(chromedp.CSS(`.call .hang`)))
}

// presses holds a key until the call is over: before the sentence ends a key may be none.
func (d *demo) presses(key string) {
	d.t.Helper()
	d.phone.until("somebody answers", `document.querySelector(".oncall audio")`)
	d.phone.until("the call is over", `(()=>{const k=[...document.querySelectorAll(".oncall .keys button")].find(b=>b.value==="`+key+`");
		if (!k) return true; if (Date.now()-(window.lastKey||0)>1000) {window.lastKey=Date.now(); k.click()} return false})()`)
}

// taps answers the question with one of its buttons.
func (d *demo) taps(words string) {
	d.t.Helper()
	d.phone.until("the question", `[...document.querySelectorAll(".quick button")].some(b=>b.innerText.trim()==="`+words+`")`)
	d.phone.do(clickWords(".quick button", words))
}

// speak uploads a recording of the wording.
func (d *demo) speak(lang string) {
	d.t.Helper()
	file, err := filepath.Abs("../../channel/voice/prompts/" + lang + "/demo.wav")
	if err != nil {
		d.t.Fatal(err)
	}
	_, err = chromedp.Run(d.staff.ctx, chromedp.SetUploadFiles(chromedp.CSS(`#sound-`+lang+`-notice`), []string{file}))
	d.staff.must(err)
	d.staff.lead(chromedp.Click(chromedp.CSS(`form:has(#sound-` + lang + `-notice) button[type=submit]`)))
}

// line enters the number that people call and opens the source.
func (d *demo) line(number string) {
	d.t.Helper()
	d.staff.do(chromedp.SendKeys(chromedp.CSS(`#numbers`), number))
	d.staff.lead(chromedp.Click(chromedp.CSS(`button[value=live]`)))
}
