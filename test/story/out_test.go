package story

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/app"
	"jawort/channel/voice"
	"jawort/db"
)

// way is one way out of messages. It is a way if what could be sent before is refused after, at once and on every number.
type way struct {
	name string
	do   func(x *exit)
	via  string // the channel that the ledger names
	all  bool   // everything ends; else advertising
}

// exit is somebody on their way out, whose name for the API is address.
type exit struct {
	*texts
	phone, line string
	stop        string // id of the stop button of what was sent to them
}

func (x *exit) page() string {
	id := x.lookup("tel:+" + x.phone)["id"].(string)
	return x.base + "/p/" + x.app.Desk.PreferenceToken(x.Tenant, id)
}

func (x *exit) staff(via, reason string) {
	x.must(http.StatusCreated, http.MethodPost, "/optouts", object{"address": "tel:+" + x.phone, "scope": "all", "via": via, "reason": reason})
}

var everyWay = []way{
	{"words in the chat", func(x *exit) { x.says(x.phone, "Bitte keine Nachrichten mehr") }, "chat", true},
	{"words that end advertising", func(x *exit) { x.says(x.phone, "keine Angebote mehr, Versandinfos gern") }, "chat", false},
	{"the reply button of a template", func(x *exit) {
		x.does(x.phone, object{"button": object{"payload": "optout:marketing", "text": "Angebote abbestellen"}})
	}, "button", false},
	{"a row of the settings in the chat", func(x *exit) {
		n := len(x.arrived(x.phone))
		x.says(x.phone, "Einstellungen")
		x.picks(x.phone, x.asks(x.phone, n+1)["Alles abmelden"], "Alles abmelden")
	}, "button", true},
	{"Meta's own button", func(x *exit) { x.acts(x.phone, "stop", nil) }, "meta", false},
	{"STOP by SMS", func(x *exit) { x.texted(x.phone, "STOP") }, "sms", true},
	{"the withdrawal key on the telephone", func(x *exit) { x.presses("9", "9") }, "voice", true},
	{"the preference page", func(x *exit) { x.browse(http.MethodPost, x.page(), url.Values{"off": {"all"}}) }, "page", true},
	{"the boxes of the preference page", func(x *exit) {
		x.browse(http.MethodPost, x.page(), url.Values{"choose": {"1"}, "was": {"offers", "order_updates"}, "keep": {"order_updates"}})
	}, "page", false},
	{"one click in a mail program (RFC 8058)", func(x *exit) {
		x.browse(http.MethodPost, x.page(), url.Values{"List-Unsubscribe": {"One-Click"}})
	}, "page", true},
	{"the receipt", func(x *exit) {
		for _, e := range x.events("tel:+" + x.phone) {
			if e["kind"] == "granted" {
				x.browse(http.MethodPost, x.base+"/r/"+x.app.Desk.ReceiptToken(x.Tenant, e["id"].(string)), url.Values{"off": {"all"}})
			}
		}
	}, "page", true},
	{"a letter", func(x *exit) { x.staff("letter", "Brief vom 20. November") }, "letter", true},
	{"a call to the shop", func(x *exit) { x.staff("phone", "Anruf bei der Kasse") }, "phone", true},
	{"an e-mail", func(x *exit) { x.staff("email", "E-Mail an info@") }, "email", true},
	{"word at the counter", func(x *exit) { x.staff("counter", "gesagt am Tresen") }, "counter", true},
	{"the API", func(x *exit) { x.staff("api", "") }, "api", true},
	{"a list", func(x *exit) { x.staff("csv", "Zeile 7") }, "csv", true},
}

// presses is a call from the person's telephone to the hotline, key by key, as Twilio would hand it over.
func (x *exit) presses(keys ...string) {
	x.Helper()
	at := x.base + "/in/voice/" + x.line
	for n, key := range append([]string{""}, keys...) {
		form := url.Values{"CallSid": {"CA" + x.phone}, "AccountSid": {"AC1"}, "From": {"+" + x.phone}, "To": {hotline}}
		if n > 0 {
			form.Set("Digits", key)
		}
		req, _ := http.NewRequest(http.MethodPost, at, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Twilio-Signature", voice.Sign(callSecret, at, form))
		w, err := client.Do(req)
		if err != nil {
			x.Fatal(err)
		}
		body := make([]byte, 64<<10)
		k, _ := w.Body.Read(body)
		w.Body.Close()
		if w.StatusCode != http.StatusOK {
			x.Fatalf("key %q: %d", key, w.StatusCode)
		}
		m := actionShape.FindSubmatch(body[:k])
		if m == nil {
			return // the call is over
		}
		at = strings.NewReplacer("&amp;", "&", "&#38;", "&").Replace(string(m[1]))
	}
}

const (
	hotline    = "+4930555099"
	callSecret = "the secret of the account"
)

var actionShape = regexp.MustCompile(`action="([^"]+)"`)

// telephone opens the hotline and answers the provider's line.
func (w *world) telephone() string {
	w.Helper()
	if _, _, err := w.app.SeedVoice(context.Background(), w.Tenant, app.VoiceOptions{IVR: hotline, Missed: "+4930555098"}); err != nil {
		w.Fatal(err)
	}
	var l account.Line
	err := w.app.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		l, err = account.PutLine(ctx, tx, w.keys, w.Tenant, account.Line{Name: "Twilio", Kind: account.LineTwilio, Login: "AC1"}, callSecret, "test")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return l.ID
}

// Every way out ends in one event with its proof, and holds on another number of the business at once.
func TestEveryWayOut(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		second, line := w.secondNumber(), w.telephone()
		for n, way := range everyWay {
			one := &exit{texts: x, phone: fmt.Sprintf("4917139201%02d", n), line: line}
			w.agree(one.phone)
			w.allowed(one.phone, "sommer_sale")
			w.later(10 * time.Second)
			before := len(w.events("tel:+" + one.phone))
			way.do(one)
			after := w.events("tel:+" + one.phone)
			if len(after) != before+1 {
				w.Errorf("%s: %d events", way.name, len(after)-before)
				continue
			}
			if e := after[before]; e["channel"] != way.via || e["kind"] != "withdrawn" && e["kind"] != "platform_stopped" || way.via != "api" && way.via != "csv" && !proven(e) {
				w.Errorf("%s: the ledger says %v", way.name, e)
			}
			w.gone(second, one.phone, way)
		}
	})
}

// proven says that an entry has evidence, or the name of who entered it with a reason.
func proven(e object) bool { return len(list(e["evidence"])) > 0 || e["reason"] != nil }

// gone wants refusals on the number written from and on another one; what is no advertising goes on where only that was ended.
func (w *world) gone(second, phone string, way way) {
	w.Helper()
	for _, number := range []string{w.id, second} {
		for _, template := range []string{"sommer_sale", "order_update"} {
			status, out := w.api(http.MethodPost, "/check", object{"number": number, "to": []string{"tel:+" + phone}, "template": template, "language": "de"})
			d := list(out["results"])
			if status != http.StatusOK || len(d) != 1 {
				w.Fatalf("%s: check answers %d %v", way.name, status, out)
			}
			if may := d[0]["verdict"] == "allow"; may != (template == "order_update" && !way.all) {
				w.Errorf("%s: %s from number %s is %v %v", way.name, template, number[:3], d[0]["verdict"], reasons(d[0]))
			}
		}
	}
	w.refusedOn(second, phone, w.why(second, phone))
	if !way.all && !slices.Contains([]string{"meta"}, way.via) && w.state(phone, "order_updates") != "granted" {
		w.Errorf("%s: order news ended too", way.name)
	}
}

// why is the first reason for which nothing is sent from a number.
func (w *world) why(number, phone string) string {
	_, out := w.api(http.MethodPost, "/check", object{"number": number, "to": []string{"tel:+" + phone}, "template": "sommer_sale", "language": "de"})
	if all := reasons(list(out["results"])[0]); len(all) > 0 {
		return all[0]
	}
	return "a reason"
}
