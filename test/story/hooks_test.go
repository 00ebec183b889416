package story

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
)

// hook posts bytes to the webhook; secret "" leaves the signature out.
func (w *world) hook(raw []byte, secret string) int {
	w.Helper()
	signature := ""
	if secret != "" {
		m := hmac.New(sha256.New, []byte(secret))
		m.Write(raw)
		signature = "sha256=" + hex.EncodeToString(m.Sum(nil))
	}
	return w.hookSigned(raw, signature)
}

func (w *world) hookSigned(raw []byte, signature string) int {
	w.Helper()
	req, _ := http.NewRequest(http.MethodPost, w.base+"/in/meta", bytes.NewReader(raw))
	req.Header.Set("Content-Type", "application/json")
	if signature != "" {
		req.Header.Set("X-Hub-Signature-256", signature)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0 // the connection was cut: as good as a no
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	_, _ = text.ReadFrom(resp.Body)
	w.seen.exchange(req, resp, text.Bytes())
	return resp.StatusCode
}

// wrote is a webhook with texts that a person writes to a business, as Meta would post it.
func (w *world) wrote(s *shop, phone string, texts ...string) []byte {
	w.seen.phone(phone)
	var list []object
	for i, text := range texts {
		sum := sha256.Sum256(fmt.Append(nil, phone, i, text, w.clock.Now().UnixNano()))
		list = append(list, object{"from": phone, "id": "wamid." + hex.EncodeToString(sum[:12]), "timestamp": fmt.Sprint(w.clock.Now().Unix()),
			"type": "text", "text": object{"body": text}})
	}
	return w.posted(s, object{"contacts": []object{{"profile": object{"name": "Jule"}, "wa_id": phone}}, "messages": list})
}

func (w *world) posted(s *shop, value object) []byte {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = object{"display_phone_number": "493023125020", "phone_number_id": s.id}
	raw, _ := json.Marshal(object{"object": "whatsapp_business_account", "entry": []object{{"id": s.options.WABAID,
		"changes": []object{{"field": "messages", "value": value}}}}})
	return raw
}

// What is not signed by Meta, not for us, or no webhook gets a clear 4xx and changes nothing.
func TestForgedWebhooks(t *testing.T) {
	each(t, func(w *world) {
		other := w.open("abendrot", "+49 30 23125 030")
		w.agree(mareike)
		stop := w.wrote(w.shop, mareike, "STOP")
		if code := w.hook(stop, ""); code != http.StatusUnauthorized {
			t.Errorf("unsigned: %d", code)
		}
		for name, signature := range map[string]string{"nonsense": "sha256=zz", "other algorithm": "sha1=" + strings.Repeat("a", 40), "empty": "sha256=",
			"zeroes": "sha256=" + strings.Repeat("0", 64)} {
			if code := w.hookSigned(stop, signature); code != http.StatusUnauthorized {
				t.Errorf("%s: %d", name, code)
			}
		}
		if code := w.hook(stop, other.secret); code != http.StatusUnauthorized {
			t.Errorf("signed by another business: %d", code)
		}
		nobody := w.wrote(&shop{id: "999", options: w.options}, mareike, "STOP")
		for name, secret := range map[string]string{"nothing": "", "another business": other.secret, "nobody's app": "0123456789abcdef0123456789abcdef"} {
			if code := w.hook(nobody, secret); code != http.StatusUnauthorized {
				t.Errorf("a number that is not connected, signed by %s: %d", name, code)
			}
		}
		for _, raw := range []string{"", "null", "[]", "{", `{"object":"page","entry":[]}`, `{"object":"whatsapp_business_account"}`, "\xff\xfe", strings.Repeat("[", 100_000),
			`{"object":"whatsapp_business_account","entry":"x"}`} {
			if code := w.hook([]byte(raw), w.secret); code < 400 || code > 499 {
				t.Errorf("%.40q: %d", raw, code)
			}
		}
		if code := w.hook(append(stop, bytes.Repeat([]byte(" "), 4<<20)...), w.secret); code != http.StatusRequestEntityTooLarge && code != 0 {
			t.Errorf("oversized: %d", code)
		}
		w.stands(mareike, "offers=granted", "order_updates=granted")
		w.allowed(mareike, "sommer_sale")
	})
}

// One body with items of two businesses: each believes its own, signed by its own secret.
func TestWebhookOfTwoBusinesses(t *testing.T) {
	each(t, func(w *world) {
		other := w.open("abendrot", "+49 30 23125 030")
		w.agree(mareike)
		var a, b object
		_ = json.Unmarshal(w.wrote(w.shop, mareike, "STOP"), &a)
		_ = json.Unmarshal(w.wrote(other, mareike, "STOP"), &b)
		a["entry"] = append(a["entry"].([]any), b["entry"].([]any)...)
		raw, _ := json.Marshal(a)
		if code := w.hook(raw, other.secret); code != http.StatusOK {
			t.Fatalf("signed by one of the two: %d", code)
		}
		w.stands(mareike, "offers=granted") // the item of this business was not its own secret's
		if status, out := w.apiOf(other, http.MethodPost, "/contacts/lookup", object{"address": "tel:+" + mareike}); status != http.StatusOK || out["suppressed"] != true {
			t.Errorf("the other business: %d %v", status, out)
		}
		contact := w.lookup("tel:+" + mareike)["id"].(string)
		for _, path := range []string{"/contacts/" + contact, "/contacts/" + contact + "/events", "/sources/" + w.Source} {
			if status, _ := w.apiOf(other, http.MethodGet, path, nil); status != http.StatusNotFound {
				t.Errorf("%s of another business: %d", path, status)
			}
		}
		if status, _ := w.apiOf(other, http.MethodPost, "/messages", object{"number": w.id, "to": "tel:+" + mareike,
			"template": object{"name": "sommer_sale", "language": object{"code": "de"}}}); status < 400 || status > 499 {
			t.Errorf("a send from another business's number: %d", status)
		}
		w.quiet(mareike, 0)
	})
}

// The same webhook again, and again after others, changes nothing.
func TestReplayedWebhook(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		stop := w.wrote(w.shop, mareike, "STOP")
		for range 3 {
			if code := w.hook(stop, w.secret); code != http.StatusOK {
				t.Fatalf("replayed: %d", code)
			}
		}
		n := len(w.kinds(mareike))
		w.later(time.Minute)
		w.agree(mareike)
		if code := w.hook(stop, w.secret); code != http.StatusOK {
			t.Fatal("replayed later")
		}
		w.stands(mareike, "offers=granted")
		if got := w.kinds(mareike); got[n] != "requested" && got[n] != "declared" {
			t.Errorf("a replay left %v", got)
		}
	})
}

// Shapes that nobody knows yet are taken and kept, and what stands beside them takes effect.
func TestUnknownShapes(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		raw := w.posted(w.shop, object{"messages": []object{
			{"from": mareike, "id": "wamid.X1", "timestamp": "soon", "type": "hologram", "hologram": object{"depth": 3}},
			{"id": "wamid.X2"}, {"from": 12, "id": true},
			{"from": mareike, "id": "wamid.X3", "timestamp": fmt.Sprint(w.clock.Now().Unix()), "type": "text", "text": object{"body": "STOP"}}},
			"thoughts": []object{{"of": "nobody"}}})
		if code := w.hook(raw, w.secret); code != http.StatusOK {
			t.Fatalf("unknown shapes: %d", code)
		}
		w.stands(mareike, "offers=withdrawn")
		raw, _ = json.Marshal(object{"object": "whatsapp_business_account", "entry": []object{{"id": w.options.WABAID,
			"changes": []object{{"field": "telepathy", "value": object{"x": 1}}}}}})
		if code := w.hook(raw, w.secret); code != http.StatusOK {
			t.Errorf("an unknown field: %d", code)
		}
	})
}

// A thousand people in one webhook, every tenth with a stop.
func TestThousandInOneWebhook(t *testing.T) {
	each(t, func(w *world) {
		var messages []object
		phone := func(i int) string { return fmt.Sprintf("4917139%05d", 30000+i) }
		for i := range 1000 {
			text := "Wann habt ihr offen?"
			if i%10 == 0 {
				text = "STOP"
			}
			messages = append(messages, object{"from": phone(i), "id": fmt.Sprintf("wamid.T%d", i), "timestamp": fmt.Sprint(w.clock.Now().Unix()),
				"type": "text", "text": object{"body": text}})
		}
		began := time.Now()
		if code := w.hook(w.posted(w.shop, object{"messages": messages}), w.secret); code != http.StatusOK {
			t.Fatalf("a thousand: %d", code)
		}
		t.Logf("a thousand messages in %v", time.Since(began).Round(time.Millisecond))
		for _, i := range []int{0, 10, 500, 990} {
			if got := w.lookup("tel:+" + phone(i))["suppressed"]; got != true {
				t.Errorf("person %d said stop: suppressed %v", i, got)
			}
		}
		for _, i := range []int{1, 999} {
			if got := w.lookup("tel:+" + phone(i))["suppressed"]; got == true {
				t.Errorf("person %d asked something and is suppressed", i)
			}
		}
	})
}

// Statuses in the wrong order, twice, and of messages nobody sent: the message ends where it got to.
func TestStatusesOutOfOrder(t *testing.T) {
	each(t, func(w *world) {
		w.control(http.MethodPost, "settings", object{"statuses": false})
		w.agree(mareike)
		_, out := w.send(mareike, "sommer_sale")
		id := out["id"].(string)
		w.eventually("accepted", func() bool { return w.must(200, http.MethodGet, "/messages/"+id, nil)["status"] == "accepted" })
		wamid := w.must(200, http.MethodGet, "/messages/"+id, nil)["wamid"].(string)
		for _, status := range []string{"read", "sent", "delivered", "read", "sent"} {
			raw := w.posted(w.shop, object{"statuses": []object{
				{"id": wamid, "status": status, "timestamp": fmt.Sprint(w.clock.Now().Unix()), "recipient_id": mareike},
				{"id": "wamid.NOBODYS", "status": status, "timestamp": fmt.Sprint(w.clock.Now().Unix()), "recipient_id": mareike}}})
			if code := w.hook(raw, w.secret); code != http.StatusOK {
				t.Fatalf("status %s: %d", status, code)
			}
			if got := w.must(200, http.MethodGet, "/messages/"+id, nil)["status"]; got != "read" {
				t.Errorf("after %s the message stands %v", status, got)
			}
		}
		w.stands(mareike, "offers=granted")
	})
}

// Meta's handshake is answered for our token only.
func TestHandshake(t *testing.T) {
	each(t, func(w *world) {
		for token, want := range map[string]int{verifyToken: 200, "guess": 403, "": 403} {
			resp, text := w.do(http.MethodGet, w.base+"/in/meta?hub.mode=subscribe&hub.challenge=42&hub.verify_token="+token, "", "", nil)
			if resp.StatusCode != want || want == 200 && string(text) != "42" {
				t.Errorf("token %q: %d %q", token, resp.StatusCode, text)
			}
		}
	})
}

// Meta posts what happens at every number of an account. What is signed by our app and of a number that nobody has connected is kept, counted and
// told of, and answered with 200: bringing it again for days would put nothing right. Opt-outs in it take effect before that answer, and nothing
// that would let more pass does.
func TestNumberThatIsNotConnected(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.agree(ole)
		stranger := &shop{id: "999000111", options: w.options}
		abroad := &shop{id: "999000222", options: w.options}
		abroad.options.WABAID = "888000222"
		for name, raw := range map[string][]byte{"of our account": w.wrote(stranger, mareike, "STOP"), "of another account of our app": w.wrote(abroad, mareike, "STOP")} {
			if code := w.hook(raw, w.secret); code != http.StatusOK {
				t.Errorf("%s: %d", name, code)
			}
			if code := w.hook(append(raw, ' '), "0123456789abcdef0123456789abcdef"); code != http.StatusUnauthorized {
				t.Errorf("%s, signed by nobody: %d", name, code)
			}
		}
		var both, more object
		_ = json.Unmarshal(w.wrote(w.shop, ole, "STOP"), &both)
		_ = json.Unmarshal(w.wrote(stranger, mareike, "STOP"), &more)
		both["entry"] = append(more["entry"].([]any), both["entry"].([]any)...)
		raw, _ := json.Marshal(both)
		if code := w.hook(raw, w.secret); code != http.StatusOK {
			t.Errorf("both in one: %d", code)
		}
		w.stands(ole, "offers=withdrawn", "order_updates=withdrawn")
		w.stands(mareike, "offers=withdrawn", "order_updates=withdrawn")
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")
		told := map[string]bool{}
		_, alerts := w.api(http.MethodGet, "/alerts", nil)
		for _, a := range list(alerts["data"]) {
			told[fmt.Sprint(a["kind"], " ", a["subject"])] = true
		}
		if !told["number_unconnected 999000111"] || !told["number_unconnected 999000222"] {
			t.Errorf("told of %v", told)
		}
		var bodies, items int64
		if err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(distinct w.raw), count(*) from bad_item b join raw_webhook w on w.tenant = b.tenant and w.raw = b.raw
				where b.tenant = $1 and b.error like '%not connected%'`, w.Tenant).Scan(&bodies, &items)
		}); err != nil || bodies != 3 || items != 3 {
			t.Errorf("%d items of %d bodies are kept: %v", items, bodies, err)
		}
	})
}

// What comes to a number that is not connected can only make fewer messages pass: a start, a sign-up, a window and an answer come of it never, a stop
// of Meta's does, in whatever order; and no other business can do so in this one's name.
func TestNumberThatIsNotConnectedLessensOnly(t *testing.T) {
	each(t, func(w *world) {
		other := w.open("abendrot", "+49 30 23125 030")
		stranger := &shop{id: "999000111", options: w.options}
		preference := func(value string) []byte {
			return w.posted(stranger, object{"user_preferences": []object{{"wa_id": ole, "category": "marketing_messages", "value": value, "timestamp": w.clock.Now().Unix()}}})
		}
		w.agree(ole)
		if code := w.hook(w.wrote(stranger, ole, "STOP"), other.secret); code != http.StatusUnauthorized {
			t.Errorf("signed by the app of another business: %d", code)
		}
		w.stands(ole, "offers=granted")
		w.allowed(ole, "sommer_sale")
		sent := len(w.arrived(ole))
		if code := w.hook(preference("stop"), w.secret); code != http.StatusOK {
			t.Errorf("a stop by Meta: %d", code)
		}
		w.refused(ole, "sommer_sale", "PLATFORM_STOP")
		w.clock.Set(w.clock.Now().Add(time.Minute))
		if code := w.hook(preference("resume"), w.secret); code != http.StatusOK {
			t.Errorf("its end: %d", code)
		}
		w.clock.Set(w.clock.Now().Add(time.Minute))
		w.hook(w.wrote(stranger, ole, "Stopp! Ich wollte mich doch für Angebote anmelden"), w.secret)
		w.refused(ole, "sommer_sale", "PAUSED")
		w.hook(w.wrote(stranger, ole, "Stop"), w.secret)
		w.stands(ole, "offers=withdrawn", "order_updates=withdrawn")
		w.clock.Set(w.clock.Now().Add(time.Minute))
		w.hook(w.wrote(stranger, ole, "START"), w.secret)
		w.hook(w.wrote(stranger, ole, "Ja, ich will wieder Angebote"), w.secret)
		w.hook(preference("signup"), w.secret)
		w.stands(ole, "offers=withdrawn", "order_updates=withdrawn")
		w.refused(ole, "order_update", "STOPPED_ALL")
		if n := len(w.arrived(ole)); n != sent {
			t.Errorf("%d messages were sent because of it", n-sent)
		}
		var windows int64
		if err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*) from service_window where tenant = $1 and number = $2`, w.Tenant, stranger.id).Scan(&windows)
		}); err != nil || windows != 0 {
			t.Errorf("%d windows stand open at a number that is not ours: %v", windows, err)
		}
	})
}

// Many numbers in one body are read together, not one by one: ours among them is found all the same, and without the signature none is.
func TestManyNumbersInOneWebhook(t *testing.T) {
	each(t, func(w *world) {
		w.agree(ole)
		var all object
		_ = json.Unmarshal(w.wrote(w.shop, ole, "STOP"), &all)
		for i := range 12 {
			var more object
			_ = json.Unmarshal(w.wrote(&shop{id: fmt.Sprint("99900", 1000+i), options: w.options}, mareike, "STOP"), &more)
			all["entry"] = append(more["entry"].([]any), all["entry"].([]any)...)
		}
		raw, _ := json.Marshal(all)
		if code := w.hook(raw, "0123456789abcdef0123456789abcdef"); code != http.StatusUnauthorized {
			t.Errorf("signed by nobody: %d", code)
		}
		w.stands(ole, "offers=granted", "order_updates=granted")
		if code := w.hook(raw, w.secret); code != http.StatusOK {
			t.Errorf("signed: %d", code)
		}
		w.stands(ole, "offers=withdrawn", "order_updates=withdrawn")
	})
}

// Two businesses share an app: what is of a number of neither is believed, and put into nobody's keeping.
func TestNumberThatIsNotConnectedOfASharedApp(t *testing.T) {
	each(t, func(w *world) {
		other := w.open("abendrot", "+49 30 23125 030")
		if err := w.app.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return account.SetNumberSecrets(ctx, tx, w.keys, other.Tenant, other.id, "", w.secret, "test")
		}); err != nil {
			t.Fatal(err)
		}
		abroad := &shop{id: "999000222", options: w.options}
		abroad.options.WABAID = "888000222"
		if code := w.hook(w.wrote(abroad, mareike, "STOP"), w.secret); code != http.StatusOK {
			t.Errorf("signed by the app of both: %d", code)
		}
		mine := &shop{id: "999000111", options: w.options}
		if code := w.hook(w.wrote(mine, mareike, "STOP"), w.secret); code != http.StatusOK {
			t.Errorf("of the account of one: %d", code)
		}
		var first, second int64
		if err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select coalesce(sum(case when tenant = $1 then 1 else 0 end), 0), coalesce(sum(case when tenant = $2 then 1 else 0 end), 0) from bad_item`,
				w.Tenant, other.Tenant).Scan(&first, &second)
		}); err != nil || first != 1 || second != 0 {
			t.Errorf("kept %d and %d: %v", first, second, err)
		}
	})
}
