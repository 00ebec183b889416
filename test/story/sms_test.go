package story

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/app"
	"jawort/smpp/smpptest"
)

const (
	smsNumber  = "+4930555010"
	german     = "4915112345678"
	englishman = "447700900123"
)

// texts is the operator's side of the business's SMS.
type texts struct {
	*world
	smsc            *smpptest.SMSC
	carrier, source string
}

func (w *world) texts() *texts {
	w.Helper()
	x := &texts{world: w, smsc: smpptest.Start(w, smpptest.Options{})}
	var err error
	x.carrier, x.source, err = w.app.SeedSMS(context.Background(), w.Tenant, app.SMSOptions{Addr: x.smsc.Addr, Login: smpptest.Login,
		Password: smpptest.Password, Number: smsNumber, Words: []string{"KAFFEE"}})
	if err != nil {
		w.Fatal(err)
	}
	x.bound()
	return x
}

func (x *texts) bound() {
	x.Helper()
	x.eventually("the line", func() bool { l, ok := x.app.Lines.Line(x.carrier); return ok && l.Bound })
}

// texted sends an SMS from a telephone and waits until it was acknowledged to the operator.
func (x *texts) texted(phone, text string) {
	x.Helper()
	is := func(s smpptest.Seen) bool { return s.Saw == "answered" }
	n := len(x.smsc.All(is))
	x.smsc.Deliver(x, phone, smsNumber, text)
	if got := x.smsc.WaitN(x, "the acknowledgement", n+1, is)[n]; got.Status != 0 {
		x.Fatalf("%q was answered with %#x", text, got.Status)
	}
}

func to(phone string) func(smpptest.Seen) bool {
	return func(s smpptest.Seen) bool { return smpptest.Submitted(s) && s.To == phone }
}

// answers waits until a telephone has got so many SMS, long ones put together, and gives them.
func (x *texts) answers(phone string, n int) []string {
	x.Helper()
	var out []string
	x.eventually(fmt.Sprintf("%d SMS to %s", n, phone), func() bool {
		out = nil
		for _, s := range x.smsc.All(to(phone)) {
			if len(s.UDH) == 0 || strings.HasSuffix(s.UDH[0], "01") {
				out = append(out, s.Text)
			} else {
				out[len(out)-1] += s.Text
			}
		}
		return len(out) >= n
	})
	if len(out) != n {
		x.Fatalf("%d SMS, want %d: %q", len(out), n, out)
	}
	return out
}

// In Germany a word by SMS asks for the tap as well: the answer leads into WhatsApp, and what is sent there is the consent.
func TestSMSWordLeadsIntoWhatsApp(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		x.texted(german, " kaffee! ")
		x.stands(german, "offers=requested")
		x.refused(german, "sommer_sale", "CONSENT_REQUESTED")
		got := x.answers(german, 1)[0]
		short := regexp.MustCompile(`http\S+/w/[A-Z0-9]{4}-[A-Z0-9]{4}`).FindString(got)
		if short == "" || !strings.HasPrefix(got, "Kaffeerösterei Morgenrot: ") || !strings.Contains(got, "Angebote und neue Röstungen") {
			w.Fatalf("the answer is %q", got)
		}
		resp, _ := w.do("GET", short, "", "", nil)
		where := resp.Header.Get("Location")
		if resp.StatusCode != 302 || !strings.HasPrefix(where, "https://wa.me/") {
			w.Fatalf("the link leads to %d %q", resp.StatusCode, where)
		}
		w.says(german, declaration(where))
		w.stands(german, "offers=granted")
		w.allowed(german, "sommer_sale")
		if resp, _ := w.do("GET", short, "", "", nil); resp.StatusCode != 404 {
			w.Errorf("a used link answers %d", resp.StatusCode)
		}
		e := w.events("tel:+" + german)
		if e[0]["kind"] != "requested" || e[0]["channel"] != "sms" || e[0]["source"] != x.source || e[0]["notice_hash"] == nil {
			w.Errorf("the ledger begins with %v", e[0])
		}
	})
}

// Elsewhere the word is the consent; STOP by SMS ends WhatsApp too, before the operator gets its answer; the word lifts it again,
// being the person's own act; and what is no word does nothing.
func TestSMSWordAndStop(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		x.texted(englishman, "KAFFEE")
		x.stands(englishman, "offers=granted")
		x.allowed(englishman, "sommer_sale")
		if got := x.answers(englishman, 1)[0]; !strings.Contains(got, "noted") || !strings.Contains(got, "STOP") {
			w.Errorf("the answer is %q", got)
		}
		x.texted(englishman, "STOP")
		x.stands(englishman, "offers=withdrawn", "order_updates=withdrawn")
		x.refused(englishman, "sommer_sale", "STOPPED_ALL")
		if got := x.answers(englishman, 2)[1]; !strings.Contains(got, "will not message you again") && !strings.Contains(got, "no longer") && !strings.Contains(got, "Done") {
			w.Errorf("the acknowledgement is %q", got)
		}
		for _, nothing := range []string{"KAFFEE schmeckt", "TEE", "👍", "hello there", ""} {
			x.texted(englishman, nothing)
		}
		x.stands(englishman, "offers=withdrawn")
		x.later(time.Minute)
		x.texted(englishman, "kaffee")
		x.stands(englishman, "offers=granted")
		x.answers(englishman, 3)
		got := slices.DeleteFunc(w.kinds(englishman), func(k string) bool { return k == "linked" }) // told by the answer to the send, whenever it comes
		if !slices.Equal(got, []string{"granted", "withdrawn", "granted"}) {
			w.Errorf("the ledger has %v", got)
		}
	})
}

// The question of a form goes by SMS where its source says so; a yes by SMS within the time is the consent where the country takes it, a no
// is a no, and in Germany the yes leads into WhatsApp.
func TestSMSQuestion(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		form := w.sourceWith(object{"question": true, "carrier": x.carrier})
		const other = "4915112345679"
		w.must(201, "POST", "/optins", object{"address": "tel:+" + englishman, "topics": []string{"offers"}, "source": form})
		for _, phone := range []string{german, other} {
			w.fill(form, phone, "offers")
		}
		for _, phone := range []string{englishman, german, other} {
			if got := x.answers(phone, 1)[0]; !strings.Contains(got, "STOP") || !strings.Contains(got, "WhatsApp") || strings.Contains(got, "http") {
				w.Errorf("the question is %q", got)
			}
		}
		w.fill(form, german, "offers") // no second one within a day
		x.texted(englishman, "Yes")
		x.stands(englishman, "offers=granted")
		x.texted(other, "nein")
		x.stands(other, "offers=declined")
		x.texted(german, "Ja")
		x.stands(german, "offers=requested")
		if got := x.answers(german, 2)[1]; !strings.Contains(got, "/w/") {
			w.Errorf("after a yes: %q", got)
		}
		x.texted(englishman, "no") // the question is answered; this is no stop word
		x.stands(englishman, "offers=granted")
		if n := len(x.arrived(englishman)); n != 0 {
			w.Errorf("%d messages in WhatsApp besides", n)
		}
	})
}

// A text that the operator brings again after the line broke takes effect once: an old word does not lift a newer stop.
func TestSMSBroughtAgain(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		x.texted(englishman, "KAFFEE")
		x.texted(englishman, "STOP")
		w.later(time.Minute)
		x.smsc.Do(w, map[string]any{"do": "cut"})
		x.smsc.WaitN(w, "a new bind", 2, func(s smpptest.Seen) bool { return s.Saw == "bind_transceiver" })
		x.bound()
		x.texted(englishman, "KAFFEE")
		x.stands(englishman, "offers=withdrawn")
		if got := w.kinds(englishman); !slices.Equal(got, []string{"granted", "withdrawn"}) {
			w.Errorf("the ledger has %v", got)
		}
	})
}

// However often a word comes in somebody's name, they hear from us as often as the limits say, also after a restart.
func TestSMSFloodReachesNobodyTwice(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		for range 6 {
			x.texted(german, "KAFFEE")
		}
		x.answers(german, 1)
		w.stop()
		w.start()
		x.bound()
		for range 3 {
			x.texted(german, "KAFFEE")
		}
		w.later(25 * time.Hour)
		x.texted(german, "KAFFEE")
		x.answers(german, 2)
		w.later(25 * time.Hour)
		for range 3 {
			x.texted(german, "KAFFEE")
		}
		x.texted(englishman, "HELP") // once this is answered, everything before it was too
		x.answers(englishman, 1)
		x.answers(german, 2) // two in 90 days
		if n := len(x.arrived(german)); n != 0 {
			w.Errorf("%d messages in WhatsApp because of forged texts", n)
		}
	})
}

// Somebody who said no or stop is not written to because of a word in their name.
func TestSMSWordInTheNameOfWhoStopped(t *testing.T) {
	each(t, func(w *world) {
		x := w.texts()
		w.must(201, "POST", "/optouts", object{"address": "tel:+" + german, "scope": "all", "via": "phone"})
		x.texted(german, "KAFFEE")
		x.texted("4915112345679", "KAFFEE")
		x.answers("4915112345679", 1) // once this is answered, the one before it was too
		x.answers(german, 0)
	})
}
