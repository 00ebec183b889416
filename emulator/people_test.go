package emulator

import (
	"strings"
	"testing"
)

func TestStopInTheApp(t *testing.T) {
	w := start(t)
	w.template("news", "MARKETING", "Neues")
	w.template("order", "UTILITY", "Ihr Paket")
	w.ok("POST", "/_emulator/people/4915112345678/stop", `{}`)
	w.until("preference", func() bool { return len(w.hook.changes("user_preferences")) == 1 })
	id, status, _ := w.send("+4915112345678", tpl("news"))
	if status != 200 {
		t.Fatalf("accepted first: %d", status)
	}
	w.until("131050", func() bool { return w.hook.statuses(id) == "failed:131050" })
	id, _, _ = w.send("+4915112345678", tpl("order"))
	w.until("utility unaffected", func() bool { return w.hook.statuses(id) == "sent delivered read" })
	w.ok("POST", "/_emulator/people/4915112345678/resume", `{}`)
	id, _, _ = w.send("+4915112345678", tpl("news"))
	w.until("resumed", func() bool { return strings.HasPrefix(w.hook.statuses(id), "sent delivered") })
}

func TestPerUserCapByPlace(t *testing.T) {
	for place, c := range map[string]struct{ to, business, third string }{
		"Turkey, from Turkey": {"+905321234567", "+90 212 555 00 01", "failed:131049"}, "Germany": {"+4915112345678", "+90 212 555 00 01", "sent delivered read"},
		"sender in Germany": {"+905321234567", "+49 30 23125 020", "sent delivered read"}, "United States": {"+12125550123", "+90 212 555 00 01", "failed:131049"},
		"Canada": {"+14165550123", "+49 30 23125 020", "sent delivered read"}, "Japan": {"+819012345678", "+90 212 555 00 01", "sent delivered read"},
	} {
		t.Run(place, func(t *testing.T) {
			w := start(t, func(o *Options) { o.DisplayPhoneNumber = c.business })
			w.template("news", "MARKETING", "Neues")
			w.send(c.to, tpl("news"))
			w.send(c.to, tpl("news"))
			id, status, _ := w.send(c.to, tpl("news"))
			if status != 200 {
				t.Fatalf("third: %d", status)
			}
			w.until(c.third, func() bool { return w.hook.statuses(id) == c.third })
		})
	}
}

func TestCallOpensTheWindow(t *testing.T) {
	w := start(t)
	w.ok("POST", "/_emulator/people/4915112345678/call", `{}`)
	if _, _, code := w.send("+4915112345678", hello); code != 0 {
		t.Errorf("after a missed call: %d", code)
	}
	if n := len(w.hook.changes("calls")); n != 2 {
		t.Errorf("%d call updates, want connect and terminate", n)
	}
}

func TestBlockedAndOffline(t *testing.T) {
	w := start(t)
	w.template("order", "UTILITY", "Ihr Paket")
	w.ok("POST", "/_emulator/people/4915112345678/block", `{}`)
	id, _, _ := w.send("+4915112345678", tpl("order"))
	w.ok("POST", "/_emulator/people/4915100000001/offline", `{}`)
	off, _, _ := w.send("+4915100000001", tpl("order"))
	gone, _, _ := w.send("+4915100000002", tpl("order"))
	w.until("the last one read", func() bool { return w.hook.statuses(gone) == "sent delivered read" })
	if w.hook.statuses(id) != "sent" || w.hook.statuses(off) != "sent" {
		t.Errorf("blocked %q, offline %q: want sent only", w.hook.statuses(id), w.hook.statuses(off))
	}
	w.ok("POST", "/_emulator/people/4915100000001/online", `{}`)
	w.until("delivered when online", func() bool { return strings.HasPrefix(w.hook.statuses(off), "sent delivered") })
	w.ok("POST", "/_emulator/people/4915100000003/no-whatsapp", `{}`)
	id, _, _ = w.send("+4915100000003", tpl("order"))
	w.until("131026", func() bool { return w.hook.statuses(id) == "failed:131026" })
}

func TestBusinessBlocksOnlyWhoWroteToday(t *testing.T) {
	w := start(t)
	path, body := "/"+phoneID+"/block_users", `{"messaging_product":"whatsapp","block_users":[{"user":"+4915112345678"}]}`
	if status, out := w.do("POST", path, body); status != 400 || errorCode(out) != 139100 {
		t.Fatalf("never wrote: %d %v", status, out)
	}
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	w.ok("POST", path, body)
	if _, _, code := w.send("+4915112345678", hello); code != 130403 {
		t.Errorf("to a blocked user: %d", code)
	}
	before := len(w.hook.changes("messages"))
	if out := w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hallo?"}`); out["delivered"] != false || len(w.hook.changes("messages")) != before {
		t.Errorf("a blocked user got through: %v", out)
	}
	if n := len(w.ok("GET", path, "")["data"].([]any)); n != 1 {
		t.Errorf("%d on the list", n)
	}
	w.ok("DELETE", path, body)
	if _, _, code := w.send("+4915112345678", hello); code != 0 {
		t.Errorf("after unblocking: %d", code)
	}
}

func TestBehindAUsername(t *testing.T) {
	w := start(t)
	w.ok("POST", "/_emulator/people/4915112345678/hide-number", `{"username":"ada.reads"}`)
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	user := w.ok("GET", "/_emulator/people/4915112345678", "")["user_id"].(string)
	_, out := w.do("POST", "/"+phoneID+"/messages", `{"messaging_product":"whatsapp","recipient":"`+user+`",`+hello+`}`)
	id := messageID(out)
	w.until("read", func() bool { return w.hook.statuses(id) == "sent delivered read" })
	for _, b := range w.hook.bodies {
		if strings.Contains(string(b), "4915112345678") {
			t.Errorf("the number shows: %s", b)
		}
	}
	log := w.ok("GET", "/_emulator/messages?to=4915112345678", "")["data"].([]any)
	if len(log) != 1 {
		t.Errorf("arrival log by the person's digits: %v", log)
	}
}

func TestChangeOfNumberAndNewHolder(t *testing.T) {
	w := start(t)
	w.ok("POST", "/_emulator/people", `{"phone":"4915112345678","name":"Ada"}`)
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	old := w.ok("GET", "/_emulator/people/4915112345678", "")["user_id"]
	moved := w.ok("POST", "/_emulator/people/4915112345678/change-number", `{"phone":"4915187654321"}`)
	if moved["user_id"] == old {
		t.Error("the user id must change with the number")
	}
	if status, _ := w.do("GET", "/_emulator/people/4915112345678", ""); status != 404 {
		t.Errorf("old number: %d", status)
	}
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"I am new here"}`)
	fresh := w.ok("GET", "/_emulator/people/4915112345678", "")["user_id"]
	if fresh == old {
		t.Error("the next holder of the number got the old user id")
	}
	w.ok("POST", "/_emulator/people", `{"phone":"4915112345678","name":"Bo","new_holder":true}`)
	if third := w.ok("GET", "/_emulator/people/4915112345678", "")["user_id"]; third == fresh || third == old {
		t.Error("a third holder needs a third user id")
	}
	w.template("order", "UTILITY", "Ihr Paket")
	hash := w.ok("GET", "/_emulator/people/4915112345678", "")["identity_key_hash"].(string)
	id, _, _ := w.send("+4915112345678", `"recipient_identity_key_hash":"old=",`+tpl("order"))
	w.until("137000", func() bool { return w.hook.statuses(id) == "failed:137000" })
	id, _, _ = w.send("+4915112345678", `"recipient_identity_key_hash":"`+hash+`",`+tpl("order"))
	w.until("sent", func() bool { return strings.HasPrefix(w.hook.statuses(id), "sent") })
}

func TestATapFindsItsMessage(t *testing.T) {
	w := start(t)
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	id, _, _ := w.send("+4915112345678", `"type":"interactive","interactive":{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Ja"}}]}}`)
	w.until("delivered", func() bool { return strings.HasPrefix(w.hook.statuses(id), "sent delivered") })
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"button_reply":{"id":"y","title":"Ja"}}`)
	var quoted any
	for _, v := range w.hook.changes("messages") {
		if list, ok := v["messages"].([]any); ok {
			if c, ok := list[0].(map[string]any)["context"].(map[string]any); ok {
				quoted = c["id"]
			}
		}
	}
	if quoted != id {
		t.Errorf("context is %v, want %s", quoted, id)
	}
}

func TestOlderWaysToWriteANumber(t *testing.T) {
	for in, want := range map[string]string{"+4915112345678": "4915112345678", "4915112345678": "4915112345678", "015112345678": "4915112345678",
		"1711234567": "491711234567", "+49 (151) 1234-5678": "4915112345678", "+525512345678": "525512345678", "12125550123": "12125550123"} {
		if got, ok := readTo(in, "493023125020"); !ok || got != want {
			t.Errorf("%s: %s %v, want %s", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "+", "ada", "+49abc", "123", "+4915112345678901234"} {
		if got, ok := readTo(in, "493023125020"); ok {
			t.Errorf("%q was read as %s", in, got)
		}
	}
	w := start(t)
	w.template("order", "UTILITY", "Ihr Paket")
	_, out := w.do("POST", "/"+phoneID+"/messages", `{"messaging_product":"whatsapp","to":"+525512345678",`+tpl("order")+`}`)
	if c := out["contacts"].([]any)[0].(map[string]any); c["wa_id"] != "5215512345678" || c["input"] != "+525512345678" {
		t.Errorf("Mexico: %v", c)
	}
	if n := len(w.ok("GET", "/_emulator/messages?to=5215512345678", "")["data"].([]any)); n != 1 {
		t.Errorf("found by the other form: %d", n)
	}
}

func TestSMSAndUnknownDeeds(t *testing.T) {
	w := start(t)
	w.ok("POST", "/_emulator/people/4915112345678/sms", `{"to":"71234","text":"KAFFEE"}`)
	chat := w.ok("GET", "/_emulator/people/4915112345678/chat", "")["data"].([]any)
	if len(chat) != 1 || chat[0].(map[string]any)["type"] != "sms" {
		t.Errorf("chat: %v", chat)
	}
	w.ok("POST", "/_emulator/webhook", `{"sms_url":"`+w.hook.server.URL+`/sms"}`)
	if out := w.ok("POST", "/_emulator/people/4915112345678/sms", `{"to":"71234","text":"Ja"}`); out["delivered"] != true || !strings.Contains(string(w.hook.first()), `"from":"+4915112345678"`) {
		t.Errorf("sms: %v %s", out, w.hook.first())
	}
	for path, body := range map[string]string{"people/4915112345678/fly": `{}`, "people/x/say": `{"text":"a"}`, "people/4915112345678/say": `{"text":"a","image":{}}`,
		"people": `{"phone":"x"}`, "clock": `{"advance":"yesterday"}`, "faults": `{"on":"moon","kind":"status"}`, "people/4915112345678/sms": `{"to":"1"}`,
		"numbers/" + phoneID: `{"quality_rating":"PURPLE"}`, "settings": `{"batch":0}`} {
		if status, _ := w.do("POST", "/_emulator/"+path, body); status != 400 {
			t.Errorf("%s %s: %d, want 400", path, body, status)
		}
	}
}
