package story

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/app"
	"jawort/emulator"
)

// missedSource opens a source for missed calls in WhatsApp.
func (w *world) missedSource() string {
	w.Helper()
	n := w.must(201, "POST", "/notices", object{"name": "Anklingeln"})
	w.must(200, "PUT", "/notices/"+n["id"].(string)+"/draft", object{"kind": "missed_call", "topics": []string{"offers"}, "bodies": object{
		"de": "Klingeln Sie uns an: Damit bitten Sie die Kaffeerösterei Morgenrot, Ihnen auf WhatsApp Angebote zu schicken, höchstens viermal im Monat. " +
			"Der Anruf kostet nichts; Sie willigen erst mit Ihrem Ja in WhatsApp ein. Das ist freiwillig und jederzeit widerrufbar, am einfachsten mit STOP."}})
	w.must(200, "POST", "/notices/"+n["id"].(string)+"/publish", object{"version": 1})
	s := w.must(201, "POST", "/sources", object{"kind": "missed_call", "name": "Anklingeln", "notice": n["id"], "topics": []string{"offers"}, "number": w.id,
		"settings": object{"languages": []string{"de"}, "question": true, "voice": object{"whatsapp": true}}})
	w.must(200, "POST", "/sources/"+s["id"].(string)+"/live", nil)
	return s["id"].(string)
}

// choices are the payloads of the question's buttons, after n messages in all.
func (w *world) choices(phone string, n int) []string {
	w.Helper()
	w.eventually("the question", func() bool { return len(w.arrived(phone)) >= n })
	m := w.arrived(phone)[n-1]
	if templateOf(m) != "optin_missed_call" {
		w.Fatalf("the question is %v", m["body"])
	}
	var out []string
	for _, b := range list(m["body"].(object)["template"].(object)["components"]) {
		out = append(out, list(b["parameters"])[0]["payload"].(string))
	}
	if len(out) != 3 || !strings.HasPrefix(out[2], "notme:") {
		w.Fatalf("the buttons carry %q", out)
	}
	return out
}

// called is a webhook with one event of a call, as Meta posts it.
func (w *world) called(phone, id string, event object) []byte {
	w.seen.phone(phone)
	call := object{"id": id, "from": phone, "to": onlyDigits("+49 30 23125 020"), "timestamp": fmt.Sprint(w.clock.Now().Unix()), "event": "terminate", "direction": "USER_INITIATED", "status": "FAILED"}
	for k, v := range event {
		call[k] = v
	}
	raw, _ := json.Marshal(object{"object": "whatsapp_business_account", "entry": []object{{"id": w.options.WABAID, "changes": []object{{"field": "calls", "value": object{
		"messaging_product": "whatsapp", "metadata": object{"display_phone_number": "493023125020", "phone_number_id": w.id},
		"contacts": []object{{"profile": object{"name": "Jule"}, "wa_id": phone}}, "calls": []object{call}}}}}}})
	return raw
}

// A missed call in WhatsApp is a request where a live source wants it, and one neutral question; the answers are those of every
// question, and the third button stops everything for somebody who never called.
func TestMissedCallsInWhatsApp(t *testing.T) {
	each(t, func(w *world) {
		w.acts(ole, "call", nil) // nobody wants missed calls yet
		source := w.missedSource()
		w.acts(mareike, "call", nil)
		buttons := w.choices(mareike, 1)
		w.stands(mareike, "offers=requested")
		w.refused(mareike, "sommer_sale", "CONSENT_REQUESTED")
		if e := w.events("tel:+" + mareike)[0]; e["kind"] != "requested" || e["channel"] != "missed_call" || e["source"] != source || e["notice_hash"] == nil || e["witnessed"] != true {
			t.Errorf("the ledger begins with %v", e)
		}
		w.acts(mareike, "call", nil)
		w.later(20 * day)
		w.acts(mareike, "call", nil) // one question in thirty days, however often it rings
		w.later(-20 * day)
		w.quiet(mareike, 1)
		w.taps(mareike, buttons[0], "Ja, einverstanden")
		w.stands(mareike, "offers=granted")
		w.allowed(mareike, "sommer_sale")
		w.silent("tel:+"+ole, "a call before there was a source")

		w.acts(pia, "call", nil)
		w.taps(pia, w.choices(pia, 1)[2], "Das war ich nicht")
		if got := w.kinds(pia); !slices.Contains(got, "disputed") || !slices.Contains(got, "declined") || slices.Contains(got, "granted") {
			t.Errorf("the third button comes to %v", got)
		}
		w.silent("tel:+"+pia, "the third button")
		w.later(40 * day)
		n := len(w.arrived(pia))
		w.acts(pia, "call", nil)
		w.quiet(pia, n)

		w.says(ruben, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(ruben)) == 1 })
		w.later(2 * day)
		w.acts(ruben, "call", nil)
		w.quiet(ruben, 1)
		w.refused(ruben, "sommer_sale", "STOPPED_ALL")
	})
}

// What is no missed call of a person leads to nothing; a webhook that comes again is the same call; one that Meta did not sign is none.
func TestCallsThatAskForNothing(t *testing.T) {
	each(t, func(w *world) {
		w.missedSource()
		for name, event := range map[string]object{"talked": {"status": "COMPLETED", "duration": 12}, "answered, then nothing": {"status": "COMPLETED"}, "it only rings": {"event": "connect", "status": ""},
			"ours": {"direction": "BUSINESS_INITIATED"}, "seconds and no status": {"status": "", "duration": 3}} {
			if code := w.hook(w.called(ole, "wacid."+name, event), w.secret); code != http.StatusOK {
				t.Errorf("%s: %d", name, code)
			}
		}
		w.quiet(ole, 0)
		w.silent("tel:+"+ole, "calls that were none")
		missed := w.called(mareike, "wacid.one", nil)
		for _, forged := range []string{"", "0123456789abcdef0123456789abcdef"} {
			if code := w.hook(missed, forged); code != http.StatusUnauthorized {
				t.Errorf("forged: %d", code)
			}
		}
		for range 3 {
			if code := w.hook(missed, w.secret); code != http.StatusOK {
				t.Errorf("signed: %d", code)
			}
		}
		w.choices(mareike, 1)
		w.quiet(mareike, 1)
		if got := w.kinds(mareike); count(got, "requested") != 1 || slices.Contains(got, "granted") {
			t.Errorf("one call brought three times is %v", got)
		}
		w.acts(pia, "hide-number", object{"username": "pia.kaffee"}) // WhatsApp knows who it is, though we see no number
		w.acts(pia, "call", nil)
		w.choices(pia, 1)
	})
}

// Three people who never called say so: the source rests by itself, and further calls ask nobody.
func TestMissedCallsOfStrangersRest(t *testing.T) {
	each(t, func(w *world) {
		source := w.missedSource()
		for _, phone := range []string{mareike, ole, pia} {
			w.acts(phone, "call", nil)
			w.taps(phone, w.choices(phone, 1)[2], "Das war ich nicht")
		}
		if err := w.app.Desk.RestSources(w.Context()); err != nil {
			t.Fatal(err)
		}
		if s := w.must(200, "GET", "/sources/"+source, nil); s["state"] != "paused" || s["paused_why"] != "not_me" {
			t.Errorf("the source is %v %v", s["state"], s["paused_why"])
		}
		w.acts(ruben, "call", nil)
		w.quiet(ruben, 0)
	})
}

// known is what stands for somebody and offers; "" while nobody has heard of them.
func (w *world) known(phone string) string {
	w.Helper()
	if code, _ := w.api(http.MethodPost, "/contacts/lookup", object{"address": "tel:+" + phone}); code != http.StatusOK {
		return ""
	}
	return w.state(phone, "offers")
}

// The toy phones ring over real SIP: keys, a call given up, a hidden caller, a stop; the yes is given in WhatsApp.
func TestToyPhonesRing(t *testing.T) {
	each(t, func(w *world) {
		w.stop()
		w.calls = app.Calls{Listen: "127.0.0.1:0", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
		w.start()
		const menu, missed = "+493023125040", "+493023125041"
		ivr, rings, err := w.app.SeedVoice(context.Background(), w.Tenant, app.VoiceOptions{IVR: menu, Missed: missed})
		if err != nil {
			t.Fatal(err)
		}
		w.server.Offer(func() emulator.Ways {
			return emulator.Ways{Lines: []emulator.VoiceLine{{Number: menu, Addr: w.app.Voice.Addr()}, {Number: missed, Addr: w.app.Voice.Addr()}}}
		})
		dial := func(phone, number string) {
			w.seen.phone(phone)
			w.control(http.MethodPost, "people/"+phone+"/call", object{"to": number})
		}
		presses := func(phone, key string, until func() bool) { // until it was heard: a key before the sentence is none
			w.eventually("key "+key, func() bool {
				_, _ = w.do(http.MethodPost, w.phones+"/_emulator/people/"+phone+"/press", "application/json", "", []byte(`{"text":"`+key+`"}`))
				time.Sleep(200 * time.Millisecond)
				return until()
			})
		}
		hangsUp := func(phone string) {
			w.eventually("the end of a call", func() bool { // of none there is nothing to hang up
				resp, _ := w.do(http.MethodPost, w.phones+"/_emulator/people/"+phone+"/hang-up", "application/json", "", []byte(`{}`))
				return resp.StatusCode == http.StatusBadRequest
			})
		}
		dial(mareike, menu)
		presses(mareike, "1", func() bool { return w.known(mareike) == "requested" })
		e := w.events("tel:+" + mareike)[0]
		if e["channel"] != "voice" || e["source"] != ivr || !strings.Contains(evidence(e, "call"), `"keys":"1"`) {
			t.Errorf("a key pressed is %v", e)
		}
		w.eventually("the question", func() bool { return len(w.arrived(mareike)) == 1 })
		w.taps(mareike, list(list(w.arrived(mareike)[0]["body"].(object)["template"].(object)["components"])[0]["parameters"])[0]["payload"].(string), "Ja, einverstanden")
		w.stands(mareike, "offers=granted")

		w.acts(pia, "hide-number", nil)
		dial(pia, missed) // it is over before the next one
		dial(ole, missed)
		w.eventually("the missed call", func() bool { return w.known(ole) == "requested" })
		if e := w.events("tel:+" + ole)[0]; e["channel"] != "missed_call" || e["source"] != rings || !strings.Contains(evidence(e, "call"), "rejected") {
			t.Errorf("a call that is missed is %v", e)
		}
		w.choices(ole, 1)

		w.quiet(pia, 0)                                 // who hides is nobody
		w.eventually("the call given up", func() bool { // one given up before it began is none
			dial(ruben, missed)
			time.Sleep(200 * time.Millisecond)
			hangsUp(ruben)
			return w.known(ruben) == "requested"
		})
		if e := w.events("tel:+" + ruben)[0]; e["channel"] != "missed_call" {
			t.Errorf("a call given up is %v", e)
		}

		hangsUp(mareike)
		dial(mareike, menu)
		presses(mareike, "9", func() bool { return w.known(mareike) == "withdrawn" })
		w.refused(mareike, "order_update", "STOPPED_ALL")
	})
}
