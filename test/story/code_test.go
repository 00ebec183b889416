package story

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var digits = regexp.MustCompile(`\b\d{3} \d{3}\b`)

// presses posts the form of the page that leads to a source's code: without a code it asks for one, with one it types it in.
func (w *world) presses(p page, code ...string) page {
	w.Helper()
	action, form := "", url.Values{}
	p.each("form", func(attr func(string) string) {
		if strings.HasPrefix(attr("action"), "/o/code/") {
			action = attr("action")
		}
	})
	p.each("input", func(attr func(string) string) {
		if attr("name") == "next" {
			form.Set("next", attr("value"))
		}
	})
	if action == "" {
		w.Fatal("the page offers no code")
	}
	if len(code) > 0 {
		form["code"] = code
	}
	return w.browse(http.MethodPost, w.base+action, form)
}

func (p page) has(id string) (found bool) {
	for _, tag := range []string{"form", "input", "p", "a"} {
		p.each(tag, func(attr func(string) string) { found = found || attr("id") == id })
	}
	return found
}

// codeTo asks for a code and reads it off the phone.
func (x *texts) codeTo(p page, phone string, n int) (page, string) {
	x.Helper()
	p = x.presses(p)
	text := ""
	x.eventually("the whole text", func() bool { text = x.answers(phone, n)[n-1]; return strings.Contains(text, "STOP") })
	code := digits.FindString(text)
	if code == "" || !strings.Contains(text, "Angebote und neue Röstungen") {
		x.Fatalf("the SMS is %q", text)
	}
	return p, code
}

// The second way to confirm a form: six digits by SMS, typed into the page, also where a yes by SMS would not be enough.
func TestCodeBySMSConfirmsAForm(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		form := w.sourceWith(object{"question": false, "code": true, "carrier": x.carrier})
		p := w.fill(form, german, "offers")
		if p.has("enter-code") || p.chatLink() == "" {
			w.Fatal("a field for a code before one was asked for, or no link")
		}
		p, code := x.codeTo(p, german, 1)
		if !p.has("enter-code") || p.chatLink() == "" {
			w.Error("nowhere to type the code, or the link is gone")
		}
		wrong := "000000"
		if code == "000 000" {
			wrong = "111111"
		}
		for _, typed := range []string{wrong, "", "'; drop table contact; --"} { // three wrong ones: two more tries are left
			if p = w.presses(p, typed); p.status != http.StatusUnprocessableEntity || !p.has("code-wrong") {
				w.Errorf("%q: %d, and no sentence beside the field", typed, p.status)
			}
			w.stands(german, "offers=requested")
		}
		w.refused(german, "sommer_sale", "CONSENT_REQUESTED")
		if p = w.presses(p, " "+strings.Replace(code, " ", "-", 1)); p.has("enter-code") || p.status != 200 {
			w.Errorf("after the right code: %d", p.status)
		}
		w.stands(german, "offers=granted")
		w.allowed(german, "sommer_sale")
		e := slices.DeleteFunc(w.events("tel:+"+german), func(e object) bool { return e["kind"] == "linked" }) // told by the answer to the send, whenever it comes
		if last := e[len(e)-1]; last["kind"] != "granted" || last["channel"] != "sms" || last["source"] != form || last["notice_hash"] == nil {
			w.Errorf("the ledger ends with %v", last)
		}
		x.texted(german, "STOP")
		w.stands(german, "offers=withdrawn")
		before := len(x.answers(german, 2)) // the acknowledgement is out before the clock moves on
		w.later(2 * 24 * time.Hour)
		p = w.presses(w.fill(form, german, "offers")) // the page looks the same; nothing is sent to somebody who stopped
		if !p.has("enter-code") {
			w.Error("the page tells that somebody stopped")
		}
		w.presses(p, code)
		w.stands(german, "offers=withdrawn")
		w.later(time.Minute)
		x.texted(englishman, "KAFFEE") // by the time this is answered, a code would have gone
		x.answers(englishman, 1)
		if n := len(x.answers(german, before)); n != before {
			w.Errorf("%d SMS to somebody who stopped, were %d", n, before)
		}
	})
}

// A code ends after five wrong tries, after ten minutes, and by a stop that comes before it is typed; none is sent twice in a day, and
// nobody is asked on WhatsApp besides.
func TestCodeBySMSEnds(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		form := w.sourceWith(object{"question": false, "code": true, "carrier": x.carrier})
		const tried, late, stopped = "4915112345671", "4915112345672", "4915112345673"
		p, code := x.codeTo(w.fill(form, tried, "offers"), tried, 1)
		for i := range 5 {
			p = w.presses(p, string(rune('1'+i))+strings.Repeat("0", 5))
		}
		if p.has("enter-code") || p.chatLink() == "" {
			w.Error("after five tries the page still takes codes, or the link is gone")
		}
		p, _ = w.presses(w.fill(form, tried, "offers")), code
		w.presses(p, code)
		w.stands(tried, "offers=requested")

		p, code = x.codeTo(w.fill(form, late, "offers"), late, 1)
		w.later(11 * time.Minute)
		w.presses(p, code)
		w.stands(late, "offers=requested")

		p, code = x.codeTo(w.fill(form, stopped, "offers"), stopped, 1)
		w.says(stopped, "STOP")
		w.presses(p, code)
		w.stands(stopped, "offers=withdrawn")
		for _, phone := range []string{tried, late} {
			if n := len(x.answers(phone, 1)); n != 1 {
				w.Errorf("%d SMS", n)
			}
			if list := x.arrived(phone); len(list) != 0 {
				w.Errorf("asked on WhatsApp besides: %v", list)
			}
		}
		if got := w.kinds(stopped); slices.Contains(got, "granted") {
			w.Errorf("the ledger has %v", got)
		}
	})
}
