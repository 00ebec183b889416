package emulator

import (
	"strings"
	"testing"
	"time"
)

func arrivalsOf(w *world) int {
	w.t.Helper()
	return len(w.ok("GET", "/_emulator/messages", "")["data"].([]any))
}

func TestFaultsOnSends(t *testing.T) {
	w := start(t)
	w.template("order", "UTILITY", "Ihr Paket")
	fault := func(body string) { t.Helper(); w.ok("POST", "/_emulator/faults", body) }
	send := func() (int, int) {
		t.Helper()
		_, status, code := w.send("+4915112345678", tpl("order"))
		return status, code
	}

	fault(`{"on":"send","kind":"status","status":503,"count":1}`)
	if status, code := send(); status != 503 || code != 131016 || arrivalsOf(w) != 0 {
		t.Errorf("status: %d %d, %d arrived", status, code, arrivalsOf(w))
	}
	fault(`{"on":"send","kind":"drop_answer","count":1}`)
	if status, _ := send(); status != 0 || arrivalsOf(w) != 1 {
		t.Errorf("drop_answer: status %d, %d arrived; it was accepted", status, arrivalsOf(w))
	}
	fault(`{"on":"send","kind":"close","count":1}`)
	if status, _ := send(); status != 0 || arrivalsOf(w) != 1 {
		t.Errorf("close: status %d, %d arrived; it was not accepted", status, arrivalsOf(w))
	}
	fault(`{"on":"send","kind":"delay","delay_ms":60,"count":1}`)
	begun := time.Now()
	if status, _ := send(); status != 200 || time.Since(begun) < 60*time.Millisecond {
		t.Errorf("delay: %d after %s", status, time.Since(begun))
	}
	fault(`{"on":"send","kind":"status","status":500,"accept":true,"count":1}`)
	if status, _ := send(); status != 500 || arrivalsOf(w) != 3 {
		t.Errorf("status with accept: %d, %d arrived", status, arrivalsOf(w))
	}
	fault(`{"on":"send","kind":"status","rate":1}`)
	send()
	w.ok("DELETE", "/_emulator/faults", "")
	if status, _ := send(); status != 200 {
		t.Errorf("after removal: %d", status)
	}
	log, _ := w.s.requests.since(0)
	var faults []string
	for _, r := range log {
		if r.Fault != "" {
			faults = append(faults, r.Fault)
		}
	}
	if got := strings.Join(faults, " "); got != "status drop_answer close delay status status" {
		t.Errorf("request log names %q", got)
	}
}

func TestFaultsOnStatuses(t *testing.T) {
	w := start(t, func(o *Options) { o.Read = -1 })
	w.template("order", "UTILITY", "Ihr Paket")
	w.ok("POST", "/_emulator/faults", `{"on":"send","kind":"reorder","count":1}`)
	id, _, _ := w.send("+4915112345678", tpl("order"))
	w.until("reordered", func() bool { return w.hook.statuses(id) == "delivered sent" })
	w.ok("POST", "/_emulator/faults", `{"on":"send","kind":"duplicate","count":1}`)
	id, _, _ = w.send("+4915112345678", tpl("order"))
	w.until("doubled", func() bool { return w.hook.statuses(id) == "sent sent delivered delivered" })
}

func TestFaultsOnWebhooks(t *testing.T) {
	w := start(t)
	say := func(text string) bool {
		t.Helper()
		return w.ok("POST", "/_emulator/people/4915112345678/say?wait=1", `{"text":"`+text+`"}`)["delivered"] == true
	}
	texts := func() string {
		var out []string
		for _, v := range w.hook.changes("messages") {
			m := v["messages"].([]any)[0].(map[string]any)
			out = append(out, m["text"].(map[string]any)["body"].(string))
		}
		return strings.Join(out, " ")
	}
	fault := func(kind, more string) {
		t.Helper()
		w.ok("POST", "/_emulator/faults", `{"on":"webhook","kind":"`+kind+`","count":1`+more+`}`)
	}
	fault("duplicate", "")
	say("a")
	w.until("twice", func() bool { return texts() == "a a" })
	fault("drop_answer", "")
	if !say("b") || texts() != "a a b b" {
		t.Errorf("dropped answer is repeated: %q", texts())
	}
	fault("status", `,"status":500`)
	if !say("c") || texts() != "a a b b c" {
		t.Errorf("pretended 500 is repeated: %q", texts())
	}
	fault("close", "")
	if !say("d") || texts() != "a a b b c d" {
		t.Errorf("broken off and repeated: %q", texts())
	}
	fault("delay", `,"delay_ms":80`)
	begun := time.Now()
	if !say("e") || time.Since(begun) < 80*time.Millisecond {
		t.Errorf("delay: %s", time.Since(begun))
	}
	w.hook.forget()
	fault("reorder", "")
	w.ok("POST", "/_emulator/people/4915112345678/say?wait=0", `{"text":"first"}`)
	w.ok("POST", "/_emulator/people/4915112345678/say?wait=0", `{"text":"second"}`)
	w.until("swapped", func() bool { return texts() == "second first" })
	if w.hook.badSig != 0 {
		t.Errorf("%d bad signatures", w.hook.badSig)
	}
}

func TestWebhookIsRepeatedUntil200(t *testing.T) {
	w := start(t)
	w.hook.fail = 4
	out := w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	if out["delivered"] != false {
		t.Errorf("the first attempt failed: %v", out)
	}
	w.until("the fifth attempt", func() bool { return w.hook.count() == 1 })
	for tries, want := range map[int]time.Duration{1: 0, 2: 5 * time.Millisecond, 3: 10 * time.Millisecond, 5: 40 * time.Millisecond, 60: time.Minute} {
		if got := w.s.post.retryAfter(tries); got != want {
			t.Errorf("after %d tries: %s, want %s", tries, got, want)
		}
	}
}

func TestHandshakeAndOverrides(t *testing.T) {
	w := start(t)
	w.ok("POST", "/"+wabaID+"/subscribed_apps", `{}`)
	if w.hook.hand != 1 {
		t.Errorf("%d handshakes, want 1", w.hook.hand)
	}
	other := newHook(t)
	other.verify = "mine"
	if status, out := w.do("POST", "/"+wabaID+"/subscribed_apps", `{"override_callback_uri":"`+other.server.URL+`/o","verify_token":"wrong"}`); status != 400 || errorCode(out) != 2200 {
		t.Errorf("wrong verify token: %d %v", status, out)
	}
	w.ok("POST", "/"+wabaID+"/subscribed_apps", `{"override_callback_uri":"`+other.server.URL+`/o","verify_token":"mine"}`)
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	w.ok("POST", "/_emulator/people/4915112345678/stop", `{}`)
	if other.count() != 1 || len(w.hook.changes("messages")) != 0 || len(w.hook.changes("user_preferences")) != 1 {
		t.Error("messages follow the override, preferences do not")
	}
	third := newHook(t)
	w.ok("POST", "/"+phoneID, `{"webhook_configuration":{"override_callback_uri":"`+third.server.URL+`","verify_token":"v3rify"}}`)
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	if third.count() != 1 || other.count() != 1 {
		t.Error("a number's override comes before its WABA's")
	}
	w.ok("DELETE", "/"+wabaID+"/subscribed_apps", "")
	if out := w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`); out["delivered"] != false {
		t.Error("unsubscribed, but delivered")
	}
}

func TestBatches(t *testing.T) {
	w := start(t, func(o *Options) { o.Batch = 1000 })
	w.ok("POST", "/_emulator/faults", `{"on":"webhook","kind":"delay","delay_ms":100,"count":1}`)
	for range 20 {
		w.ok("POST", "/_emulator/people/4915112345678/say?wait=0", `{"text":"hi"}`)
	}
	w.until("all", func() bool { return len(w.hook.changes("messages")) == 20 })
	if n := w.hook.count(); n > 3 {
		t.Errorf("20 updates in %d posts", n)
	}
}
