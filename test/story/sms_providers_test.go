package story

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/carrier"
	"jawort/db"
)

const (
	twilioSID  = "AC0123456789abcdef0123456789abcdef"
	twilioWord = "Kaffeebohne-Token"
)

// provider is one of SMS by HTTP: what Jawort hands it, and what it brings.
type provider struct {
	*world
	carrier carrier.Carrier
	mu      sync.Mutex
	got     []string // bodies, as they came
}

func (o *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	o.mu.Lock()
	o.got = append(o.got, string(body))
	n := len(o.got)
	o.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, `{"sid":"SM%d","batch":{"messageheaders":[{"id":"h%d"}]}}`, n, n)
}

func (o *provider) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.got)
}

// account opens one of this kind and a source whose word is KAFFEE, for people outside of Germany, where the word is enough.
func (w *world) account(kind carrier.Kind, s carrier.Settings, secret string) *provider {
	w.Helper()
	o := &provider{world: w}
	web := httptest.NewServer(o)
	w.Cleanup(web.Close)
	s.URL = web.URL
	if err := w.app.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		o.carrier, err = carrier.New(ctx, tx, w.keys, w.Tenant, carrier.Carrier{Kind: kind, Name: "Anbieter", Number: smsNumber, Settings: s}, secret, now)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	n := w.must(201, "POST", "/notices", object{"name": "SMS"})
	w.must(200, "PUT", "/notices/"+n["id"].(string)+"/draft", object{"kind": "sms", "topics": []string{"offers"}, "bodies": object{
		"en": "Text KAFFEE to our number: you agree that Kaffeerösterei Morgenrot sends you offers on WhatsApp, at most four a month. Agreeing is voluntary. You can opt out at any time by writing STOP."}})
	w.must(200, "POST", "/notices/"+n["id"].(string)+"/publish", object{"version": 1})
	src := w.must(201, "POST", "/sources", object{"kind": "sms", "name": "SMS", "notice": n["id"], "topics": []string{"offers"}, "number": w.id,
		"settings": object{"languages": []string{"en"}, "carrier": o.carrier.ID, "words": []string{"KAFFEE"}}})
	w.must(200, "POST", "/sources/"+src["id"].(string)+"/live", nil)
	return o
}

// posts brings to a door and answers the status; it records what stands in logs and answers.
func (w *world) posts(path, contentType, body string, head ...string) int {
	w.Helper()
	req, err := http.NewRequest(http.MethodPost, w.base+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if strings.Contains(string(text), twilioWord) || strings.Contains(string(text), "script") {
		w.Errorf("the door answers %q", text)
	}
	return resp.StatusCode
}

// signs is Twilio's signature, written from its documentation a second time (security, validating requests).
func signs(token, address string, form url.Values) string {
	h := hmac.New(sha1.New, []byte(token))
	h.Write([]byte(address))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			h.Write([]byte(name + v))
		}
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func (o *provider) twilio(form url.Values) int {
	o.Helper()
	form.Set("AccountSid", twilioSID)
	path := o.carrier.Door("")
	return o.posts(path, "application/x-www-form-urlencoded", form.Encode(), "X-Twilio-Signature", signs(twilioWord, o.base+path, form))
}

func sms(id, from, text string) url.Values {
	return url.Values{"MessageSid": {id}, "SmsSid": {id}, "From": {"+" + from}, "To": {smsNumber}, "Body": {text}, "NumMedia": {"0"}, "NumSegments": {"1"}, "FromCountry": {"GB"}}
}

// A word and a stop by Twilio: consent and withdrawal, answered by Twilio too; receipts count for their message alone.
func TestTwilioDoor(t *testing.T) {
	each(t, func(w *world) {
		o := w.account(carrier.Twilio, carrier.Settings{Login: twilioSID}, twilioWord)
		w.seen.phone(englishman)
		for range 2 { // Twilio repeats what was not answered in time
			if code := o.twilio(sms("SM1", englishman, "Kaffee 🙂")); code != http.StatusOK {
				t.Fatalf("the word: %d", code)
			}
		}
		w.stands(englishman, "offers=granted")
		w.eventually("the answer by Twilio", func() bool { return len(o.all()) == 1 })
		answer, err := url.ParseQuery(o.all()[0])
		if err != nil || answer.Get("To") != "+"+englishman || answer.Get("From") != smsNumber || !strings.Contains(answer.Get("Body"), "STOP") || answer.Get("StatusCallback") != w.base+o.carrier.Door("") {
			t.Errorf("Twilio was handed %v", answer)
		}
		w.allowed(englishman, "sommer_sale")
		for _, status := range []string{"sent", "delivered", "delivered", "sent", "queued", "weird<script>"} {
			if code := o.twilio(url.Values{"MessageSid": {"SM1"}, "MessageStatus": {status}, "ErrorCode": {""}}); code != http.StatusOK {
				t.Errorf("receipt %s: %d", status, code)
			}
		}
		if code := o.twilio(sms("SM2", englishman, "stop")); code != http.StatusOK {
			t.Fatalf("the stop: %d", code)
		}
		w.stands(englishman, "offers=withdrawn") // by the time Twilio has its answer
		w.refused(englishman, "sommer_sale", "STOPPED_ALL")
		if code := o.twilio(sms("SM1", englishman, "Kaffee 🙂")); code != http.StatusOK { // brought again after all
			t.Errorf("repeated: %d", code)
		}
		w.stands(englishman, "offers=withdrawn")
	})
}

// Whoever cannot sign as Twilio does changes nothing; what is signed and no text is told so.
func TestForgedTwilio(t *testing.T) {
	each(t, func(w *world) {
		o := w.account(carrier.Twilio, carrier.Settings{Login: twilioSID}, twilioWord)
		w.agree(mareike)
		path, kind := o.carrier.Door(""), "application/x-www-form-urlencoded"
		form := sms("SM1", mareike, "STOP")
		form.Set("AccountSid", twilioSID)
		other := maps.Clone(form)
		other.Set("AccountSid", strings.Replace(twilioSID, "0", "1", 1))
		more := maps.Clone(form)
		more.Set("Body", "START")
		for name, c := range map[string]struct{ path, signature, body string }{
			"no signature":         {path, "", form.Encode()},
			"another token":        {path, signs("falsch", w.base+path, form), form.Encode()},
			"an empty token":       {path, signs("", w.base+path, form), form.Encode()},
			"another address":      {path, signs(twilioWord, "https://elsewhere.example"+path, form), form.Encode()},
			"a query added":        {path + "?x=1", signs(twilioWord, w.base+path, form), form.Encode()},
			"another body":         {path, signs(twilioWord, w.base+path, form), more.Encode()},
			"a field added":        {path, signs(twilioWord, w.base+path, form), form.Encode() + "&Body2=x"},
			"another account":      {path, signs(twilioWord, w.base+path, other), other.Encode()},
			"a carrier of nobody":  {"/in/sms/twilio/car_00000000000000000000000000", signs(twilioWord, w.base+"/in/sms/twilio/car_00000000000000000000000000", form), form.Encode()},
			"another kind of door": {"/in/sms/webhook/" + o.carrier.ID, signs(twilioWord, w.base+"/in/sms/webhook/"+o.carrier.ID, form), form.Encode()},
			"esendex's door":       {"/in/sms/esendex/" + o.carrier.ID + "/" + carrier.PushToken(o.carrier, twilioWord), "", form.Encode()},
		} {
			if code := w.posts(c.path, kind, c.body, "X-Twilio-Signature", c.signature); code != http.StatusUnauthorized {
				t.Errorf("%s: %d", name, code)
			}
		}
		for name, c := range map[string]struct {
			form url.Values
			want int
		}{
			"no id":                  {url.Values{"From": {"+" + mareike}, "Body": {"STOP"}}, http.StatusBadRequest},
			"a text that is no text": {sms("SM9", mareike, "STOP\xff\xfe"), http.StatusBadRequest},
			"from nobody":            {sms("SM10", "", "STOP"), http.StatusOK},
			"from a name":            {url.Values{"MessageSid": {"SM11"}, "From": {"<script>"}, "To": {smsNumber}, "Body": {"STOP"}}, http.StatusOK},
		} {
			if code := o.twilio(c.form); code != c.want {
				t.Errorf("%s: %d, want %d", name, code, c.want)
			}
		}
		if code := w.posts(path, kind, strings.Repeat("x", 70_000)); code != http.StatusRequestEntityTooLarge {
			t.Errorf("too large: %d", code)
		}
		if code := w.posts(path, kind, "%zz=%"); code != http.StatusBadRequest {
			t.Errorf("no form: %d", code)
		}
		w.stands(mareike, "offers=granted", "order_updates=granted")
		if len(o.all()) != 0 {
			t.Errorf("somebody was answered: %q", o.all())
		}
	})
}

// pushed is a notification of Esendex's, as its documentation shows it.
func (w *world) pushed(kind, id, from, text string) string {
	return `<?xml version="1.0" encoding="utf-8"?><` + kind + ` xmlns="http://api.esendex.com/ns/"><Id>n-` + id + `</Id><MessageId>` + id + `</MessageId><AccountId>a-1</AccountId><MessageText>` +
		html.EscapeString(text) + `</MessageText><From>` + from + `</From><To>4930555010</To><OccurredAt>` + w.clock.Now().UTC().Format("2006-01-02T15:04:05") + `</OccurredAt></` + kind + `>`
}

// The same by Esendex, which signs nothing: what it proves is an address that only it was told.
func TestEsendexDoor(t *testing.T) {
	each(t, func(w *world) {
		o := w.account(carrier.Esendex, carrier.Settings{Login: "a@b.example", Account: "EX1"}, twilioWord)
		path, kind := o.carrier.Door(twilioWord), "text/xml"
		w.agree(mareike)
		w.seen.phone(englishman)
		stop := w.pushed("InboundMessage", "m0", mareike, "STOP")
		for name, c := range map[string]struct {
			path, body string
			want       int
		}{
			"another token":          {path[:len(path)-1] + "x", stop, 401},
			"no token":               {"/in/sms/esendex/" + o.carrier.ID + "/", stop, 404},
			"twilio's door":          {"/in/sms/twilio/" + o.carrier.ID, stop, 401},
			"another carrier":        {strings.Replace(path, "car_", "car_x", 1), stop, 401},
			"no XML":                 {path, "STOP", 400},
			"something else":         {path, `<Weird><MessageId>x</MessageId></Weird>`, 400},
			"no id":                  {path, `<InboundMessage><From>` + mareike + `</From></InboundMessage>`, 400},
			"entities upon entities": {path, `<!DOCTYPE l [<!ENTITY a "STOP"><!ENTITY b "&a;&a;">]><InboundMessage><MessageId>x</MessageId><MessageText>&b;</MessageText></InboundMessage>`, 400},
			"a file of ours":         {path, `<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><InboundMessage><MessageId>x</MessageId><MessageText>&x;</MessageText></InboundMessage>`, 400},
			"deep":                   {path, strings.Repeat("<a>", 20_000), 400},
			"too large":              {path, strings.Repeat("x", 70_000), 413},
		} {
			if code := w.posts(c.path, kind, c.body); code != c.want {
				t.Errorf("%s: %d, want %d", name, code, c.want)
			}
		}
		w.stands(mareike, "offers=granted")
		for range 2 {
			if code := w.posts(path, kind, w.pushed("InboundMessage", "m1", englishman, "Kaffee!")); code != http.StatusOK {
				t.Fatalf("the word: %d", code)
			}
		}
		w.stands(englishman, "offers=granted")
		w.later(time.Minute) // Esendex tells whole seconds
		w.eventually("the answer by Esendex", func() bool { return len(o.all()) == 1 })
		if got := o.all()[0]; !strings.Contains(got, `"EX1"`) || !strings.Contains(got, "+"+englishman) {
			t.Errorf("Esendex was handed %q", got)
		}
		for _, x := range []string{"MessageDelivered", "MessageFailed"} {
			if code := w.posts(path, kind, w.pushed(x, "h1", englishman, "")); code != http.StatusOK {
				t.Errorf("%s: %d", x, code)
			}
		}
		if code := w.posts(path, kind, w.pushed("InboundMessage", "m2", mareike, "Bitte keine Nachrichten mehr, STOP!")); code != http.StatusOK {
			t.Errorf("the stop: %d", code)
		}
		w.stands(mareike, "offers=withdrawn")
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")
	})
}
