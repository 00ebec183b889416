package emulator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jawort/crowd"
)

// crowdOf lets a crowd come and sends marketing to all of it.
func (w *world) crowdOf(body string) []string {
	w.t.Helper()
	out := w.ok("POST", "/_emulator/crowd", body)
	var phones []string
	for _, p := range out["phones"].([]any) {
		phones = append(phones, p.(string))
	}
	return phones
}

func (w *world) offerTo(phones []string) {
	w.t.Helper()
	for _, p := range phones {
		if id, status, code := w.send("+"+p, tpl("sale")); id == "" {
			w.t.Fatalf("send: %d, %d", status, code)
		}
	}
}

// act is how many did it.
func (w *world) act(name string) int {
	acts, _ := w.ok("GET", "/_emulator/crowd", "")["acts"].(map[string]any)
	n, _ := acts[name].(float64)
	return int(n)
}

func (w *world) rating() string {
	return w.ok("GET", "/v26.0/"+phoneID+"?fields=quality_rating", "")["quality_rating"].(string)
}

// worst is the worst rating since the crowd came.
func (w *world) worst() string {
	for _, n := range w.ok("GET", "/_emulator/crowd", "")["numbers"].([]any) {
		return n.(map[string]any)["worst"].(string)
	}
	return ""
}

// A crowd that nobody asked: it blocks and stops, the rating falls without a webhook, the template's with one; in a week it recovers.
func TestCrowdActs(t *testing.T) {
	w := start(t, func(o *Options) { o.UserCap = -1; o.Throughput = -1 })
	w.template("sale", "MARKETING", "Alles muss raus")
	phones := w.crowdOf(`{"people":120,"expects":0,"fit":0.1,"seed":3,"speed":40000}`)
	if len(phones) != 120 {
		t.Fatalf("%d phones", len(phones))
	}
	w.offerTo(phones)
	w.until("somebody blocks, somebody stops", func() bool { return w.act("block") > 0 && w.act("stop")+w.act("tapped") > 0 && w.act("read") > 20 })
	w.until("the rating falls", func() bool { return w.worst() == "RED" })
	w.until("the template's is told", func() bool { return len(w.hook.changes("message_template_quality_update")) > 0 })
	w.until("a stop arrives", func() bool {
		return len(w.hook.changes("user_preferences")) > 0 || strings.Contains(fmt.Sprint(w.hook.changes("messages")), "body:STOP")
	})
	if n := len(w.hook.changes("phone_number_quality_update")); n != 0 {
		t.Errorf("%d webhooks tell a rating, which none does", n)
	}
	w.ok("POST", "/_emulator/clock", `{"advance":"8d"}`)
	w.until("it recovers", func() bool { return w.rating() == "GREEN" })
	if w.worst() != "RED" {
		t.Error("what was is forgotten")
	}
}

// Nobody but the crowd acts by themselves, and after its end the crowd does not either.
func TestOnlyTheCrowdActs(t *testing.T) {
	w := start(t, func(o *Options) { o.UserCap = -1 })
	w.template("sale", "MARKETING", "Alles muss raus")
	w.crowdOf(`{"phones":["4915112345678"],"seed":1,"speed":1000000}`)
	w.offerTo([]string{"4915112345679"})
	w.until("somebody else reads", func() bool { return w.statuses("4915112345679") == "sent delivered read" })
	w.ok("DELETE", "/_emulator/crowd", "")
	w.offerTo([]string{"4915112345678"})
	w.until("after the end it is read as ever", func() bool { return w.statuses("4915112345678") == "sent delivered read" })
	if out := w.ok("GET", "/_emulator/crowd", ""); out["on"] != false {
		t.Errorf("%v", out)
	}
}

// statuses are those of the last message to a phone.
func (w *world) statuses(phone string) string {
	list := w.ok("GET", "/_emulator/messages?to="+phone, "")["data"].([]any)
	if len(list) == 0 {
		return ""
	}
	return w.hook.statuses(list[len(list)-1].(map[string]any)["id"].(string))
}

// Before October 2025 red was told as FLAGGED; that it is over, too.
func TestCrowdOldRules(t *testing.T) {
	w := start(t, func(o *Options) { o.UserCap = -1; o.Throughput = -1 })
	w.template("sale", "MARKETING", "Alles muss raus")
	w.offerTo(w.crowdOf(`{"people":120,"expects":0,"fit":0,"seed":3,"speed":40000,"old_rules":true}`))
	told := func(event string) func() bool {
		return func() bool {
			return strings.Contains(fmt.Sprint(w.hook.changes("phone_number_quality_update")), "event:"+event)
		}
	}
	w.until("flagged", told("FLAGGED"))
	w.ok("POST", "/_emulator/clock", `{"advance":"8d"}`)
	w.until("no more", told("UNFLAGGED"))
}

// What Meta does to an account is told, and holds.
func TestCrowdIsConfined(t *testing.T) {
	for held, c := range map[crowd.Held]struct {
		event     string
		all, code int
	}{crowd.Templates: {"ACCOUNT_RESTRICTION", 0, 368}, crowd.All: {"ACCOUNT_RESTRICTION", 368, 368}, crowd.Locked: {"DISABLED_UPDATE", 131031, 131031}} {
		w := start(t)
		w.template("sale", "MARKETING", "Alles muss raus")
		w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"Hallo"}`)
		n := w.s.estate.number(phoneID)
		w.s.settle(judged{n: n, rating: crowd.Red, news: []crowd.News{crowd.Warned, crowd.Confined}, until: w.s.clock.Now().Add(time.Hour)}, held)
		w.until("told", func() bool { return len(w.hook.changes("account_update")) == 2 })
		if raw := fmt.Sprint(w.hook.changes("account_update")); !strings.Contains(raw, "ACCOUNT_VIOLATION") || !strings.Contains(raw, c.event) {
			t.Error(raw)
		}
		if _, _, code := w.send("+4915112345678", hello); code != c.all {
			t.Errorf("%v: an answer: %d, want %d", held, code, c.all)
		}
		if _, _, code := w.send("+4915112345678", tpl("sale")); code != c.code {
			t.Errorf("%v: a template: %d, want %d", held, code, c.code)
		}
	}
	w := start(t)
	n := w.s.estate.number(phoneID)
	of := crowd.Account{Level: 3}
	w.s.settle(judged{n: n, rating: crowd.Unknown, before: "GREEN", news: []crowd.News{crowd.Raised}, of: of}, crowd.Free)
	w.until("the limit is told", func() bool {
		return strings.Contains(fmt.Sprint(w.hook.changes("business_capability_update")), "TIER_100K")
	})
	if w.rating() != "GREEN" {
		t.Error(w.rating())
	}
}

func TestCrowdRefusals(t *testing.T) {
	w := start(t)
	for body, want := range map[string]string{
		`{"people":801}`: "people", `{"people":-1}`: "people", `{"expects":1.5}`: "expects", `{"fit":-0.1}`: "fit", `{"speed":0.5}`: "speed",
		`{"speed":2000000}`: "speed", `{"phones":["abc"]}`: "phones", `{"phones":["12"]}`: "phones", `{"crowd":1}`: "unknown field",
	} {
		status, out := w.do("POST", "/_emulator/crowd", body)
		if said, _ := out["error"].(string); status != 400 || !strings.Contains(said, want) {
			t.Errorf("%s: %d %v", body, status, out)
		}
	}
	w.crowdOf(`{}`)
	w.ok("POST", "/_emulator/reset", "")
	if out := w.ok("GET", "/_emulator/crowd", ""); out["on"] != false {
		t.Errorf("after a reset: %v", out)
	}
}
