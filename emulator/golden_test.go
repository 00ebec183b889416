package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// The files in testdata are the samples of Meta's documentation (WA/… as of 2026), copied for this package alone.

func golden(t *testing.T, path string) any {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", path+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, raw)
}

func decoded(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

// shapeOf is every path of a value with its JSON type; all elements of an array count as one.
func shapeOf(v any) []string {
	seen := map[string]bool{}
	walk("", v, seen)
	var out []string
	for p := range seen {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

func walk(at string, v any, seen map[string]bool) {
	switch x := v.(type) {
	case map[string]any:
		seen[at+" object"] = true
		for k, e := range x {
			walk(at+"."+k, e, seen)
		}
	case []any:
		seen[at+" array"] = true
		for _, e := range x {
			walk(at+"[]", e, seen)
		}
	default:
		seen[fmt.Sprintf("%s %T", at, v)] = true
	}
}

func same(t *testing.T, name string, got, want any) {
	t.Helper()
	g, w := shapeOf(got), shapeOf(want)
	for _, p := range w {
		if !slices.Contains(g, p) {
			t.Errorf("%s: lacks %s", name, p)
		}
	}
	for _, p := range g {
		if !slices.Contains(w, p) {
			t.Errorf("%s: has besides %s", name, p)
		}
	}
}

func ada(t *testing.T, change ...func(*Options)) *world {
	w := start(t, append([]func(*Options){func(o *Options) { o.DisplayPhoneNumber = "+44 20 7946 0101" }}, change...)...)
	w.ok("POST", "/_emulator/people", `{"phone":"447700900123","name":"Ada","username":"ada.reads"}`)
	return w
}

func TestAcceptsEveryDocumentedBody(t *testing.T) {
	w := ada(t)
	w.ok("POST", "/_emulator/people/447700900123/say", `{"text":"hi"}`)
	w.ok("POST", "/"+wabaID+"/message_templates", `{"name":"weekend_offer","language":"en_GB","category":"MARKETING","parameter_format":"NAMED","components":[
		{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::aW"]}},
		{"type":"BODY","text":"Hi {{first_name}}, new books are in.","example":{"body_text_named_params":[{"param_name":"first_name","example":"Ada"}]}},
		{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop promotions"},{"type":"URL","text":"Shop","url":"https://example.org/{{1}}","example":["summer"]},{"type":"FLOW","text":"Choose","flow_id":"91"}]}]}`)
	w.ok("POST", "/"+wabaID+"/message_templates", `{"name":"price","language":"en_GB","category":"UTILITY","components":[
		{"type":"BODY","text":"Hi {{1}}, it is {{2}} until {{3}} only.","example":{"body_text":[["Ada","£10","Monday"]]}}]}`)
	w.until("approved", func() bool {
		return len(w.ok("GET", "/"+wabaID+"/message_templates?status=APPROVED", "")["data"].([]any)) == 3
	})
	files, err := filepath.Glob("testdata/send/*.json")
	if err != nil || len(files) < 15 {
		t.Fatalf("samples: %v %v", files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		body := strings.Replace(string(raw), "MEDIA", w.upload("image/png", "pic"), 1)
		if status, out := w.do("POST", "/v26.0/"+phoneID+"/messages", body); status != 200 {
			t.Errorf("%s: %d %v", f, status, out)
		}
	}
}

func (w *world) upload(kind, content string) string {
	w.t.Helper()
	f := &mediaFile{id: w.s.ids.node("81"), kind: kind, bytes: []byte(content), until: w.s.clock.Now().Add(uploadLives)}
	w.s.media.put(f)
	return f.id
}

// TestWebhookShapes makes a person do each thing and compares what comes with Meta's sample, keys and types.
func TestWebhookShapes(t *testing.T) {
	say := func(body string) func(*world) {
		return func(w *world) { w.ok("POST", "/_emulator/people/447700900123/say", body) }
	}
	deed := func(name string) func(*world) {
		return func(w *world) { w.ok("POST", "/_emulator/people/447700900123/"+name, `{}`) }
	}
	ask := func(body string) func(*world) {
		return func(w *world) { w.ok("POST", "/_emulator/templates/weekend_offer", body) }
	}
	cases := map[string]func(*world){
		"text": say(`{"text":"STOP"}`), "button": say(`{"button":{"payload":"p","text":"Stop promotions"},"context":{"message_id":"wamid.X"}}`),
		"button_reply": say(`{"button_reply":{"id":"optin:yes","title":"Yes please"},"context":{"message_id":"wamid.X"}}`),
		"list_reply":   say(`{"list_reply":{"id":"t:offers","title":"Offers","description":"Weekly"},"context":{"message_id":"wamid.X"}}`),
		"nfm_reply":    say(`{"nfm_reply":{"name":"flow","body":"Sent","response_json":"{}"}}`),
		"image":        say(`{"image":{"caption":"signed form"}}`), "document": say(`{"document":{"caption":"c","filename":"form.pdf"}}`),
		"audio": say(`{"audio":{}}`), "sticker": say(`{"sticker":{}}`), "reaction": say(`{"reaction":{"message_id":"wamid.X","emoji":"👍"}}`),
		"edit": say(`{"edit":{"message_id":"wamid.X","text":"y"}}`), "revoke": say(`{"revoke":{"message_id":"wamid.X"}}`),
		"unsupported": say(`{"unsupported":{"type":"poll_creation"}}`), "call_permission_reply": say(`{"call_permission_reply":{"response":"accept"}}`),
		"hidden":         func(w *world) { deed("hide-number")(w); say(`{"text":"stop"}`)(w) },
		"changed_number": func(w *world) { say(`{"text":"x"}`)(w); w.hook.forget(); deed("change-number")(w) },
		"changed_user_id": func(w *world) {
			deed("hide-number")(w)
			say(`{"text":"x"}`)(w)
			w.hook.forget()
			deed("change-number")(w)
		},
		"user_preferences": deed("stop"), "call": deed("call"),
		"status_sent":     func(w *world) { w.send("+447700900123", offer) },
		"status_failed":   func(w *world) { deed("stop")(w); w.hook.forget(); w.send("+447700900123", offer) },
		"template_status": ask(`{"status":"PAUSED"}`), "template_quality": ask(`{"quality":"YELLOW"}`), "template_category": ask(`{"category":"UTILITY"}`),
		"template_category_notice": ask(`{"category":"UTILITY","notice":true}`),
		"capability":               func(w *world) { w.ok("POST", "/_emulator/numbers/"+phoneID, `{"limit":"TIER_2K"}`) },
		"throughput":               func(w *world) { w.ok("POST", "/_emulator/numbers/"+phoneID, `{"throughput":"HIGH"}`) },
		"account": func(w *world) {
			w.ok("POST", "/_emulator/account", `{"value":{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1795259200}]}}`)
		},
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			w := ada(t)
			w.offerTemplate()
			w.hook.forget()
			do(w)
			w.until("a webhook", func() bool { return w.hook.count() > 0 })
			want := golden(t, "webhook/"+name)
			same(t, name, decoded(t, w.hook.first()), want)
		})
	}
	files, err := filepath.Glob("testdata/webhook/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("samples: %v %v", files, err)
	}
	for _, f := range files {
		if cases[strings.TrimSuffix(filepath.Base(f), ".json")] == nil {
			t.Errorf("%s: nothing makes this webhook", f)
		}
	}
}

const offer = `"biz_opaque_callback_data":"send_01H","type":"template","template":{"name":"weekend_offer","language":{"code":"en_GB"}}`

func (w *world) offerTemplate() {
	w.t.Helper()
	w.ok("POST", "/"+wabaID+"/message_templates", `{"name":"weekend_offer","language":"en_GB","category":"MARKETING","components":[{"type":"BODY","text":"New books"}]}`)
	w.until("approved", func() bool { return len(w.hook.changes("message_template_status_update")) == 1 })
}

func (h *hook) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bodies = nil
}

func (h *hook) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.bodies)
}

func (h *hook) first() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bodies[0]
}

func TestAnswerShapes(t *testing.T) {
	w := ada(t)
	w.offerTemplate()
	user := w.ok("GET", "/_emulator/people/447700900123", "")["user_id"].(string)
	_, denied := w.do("POST", "/"+phoneID+"/messages", `{"messaging_product":"whatsapp","to":"+447700900123",`+hello+`}`)
	same(t, "error", denied, golden(t, "answer/error"))
	w.ok("POST", "/_emulator/people/447700900123/say", `{"text":"hi"}`)
	_, unknown := w.do("GET", "/99999999999", "")
	same(t, "unknown_id", unknown, golden(t, "answer/unknown_id"))
	sent := w.ok("POST", "/"+phoneID+"/messages", `{"messaging_product":"whatsapp","to":"+447700900123",`+hello+`}`)
	same(t, "send", sent, golden(t, "answer/send"))
	w.until("sent", func() bool { return strings.HasPrefix(w.hook.statuses(messageID(sent)), "sent") })
	for name, get := range map[string]func() map[string]any{
		"send_template": func() map[string]any {
			return w.ok("POST", "/"+phoneID+"/messages", `{"messaging_product":"whatsapp","to":"+447700900123",`+offer+`}`)
		},
		"send_user": func() map[string]any {
			return w.ok("POST", "/"+phoneID+"/messages", `{"messaging_product":"whatsapp","recipient":"`+user+`",`+hello+`}`)
		},
		"number": func() map[string]any {
			return w.ok("GET", "/v24.0/"+phoneID+"?fields=display_phone_number,verified_name,quality_rating,quality_score,status,name_status,code_verification_status,platform_type,throughput,account_mode,is_official_business_account,whatsapp_business_manager_messaging_limit,webhook_configuration", "")
		},
		"limit": func() map[string]any {
			return w.ok("GET", "/"+phoneID+"?fields=whatsapp_business_manager_messaging_limit", "")
		},
		"subscribed":  func() map[string]any { return w.ok("GET", "/"+wabaID+"/subscribed_apps", "") },
		"media":       func() map[string]any { return w.ok("GET", "/"+w.upload("image/png", "x"), "") },
		"debug_token": func() map[string]any { return w.ok("GET", "/debug_token?input_token=tok", "") },
		"history": func() map[string]any {
			return w.ok("GET", "/"+phoneID+"/message_history?message_id="+messageID(sent), "")
		},
		"call_permissions": func() map[string]any {
			return w.ok("GET", "/"+phoneID+"/call_permissions?user_wa_id=447700900123", "")
		},
		"block": func() map[string]any {
			return w.ok("POST", "/"+phoneID+"/block_users", `{"messaging_product":"whatsapp","block_users":[{"user":"+447700900123"}]}`)
		},
		"template_created": func() map[string]any {
			return w.ok("POST", "/"+wabaID+"/message_templates", `{"name":"other","language":"de","category":"MARKETING","components":[{"type":"BODY","text":"x"}]}`)
		},
	} {
		if name == "block" { // last, since nothing can be sent afterwards
			defer func() { same(t, name, get(), golden(t, "answer/"+name)) }()
			continue
		}
		same(t, name, get(), golden(t, "answer/"+name))
	}
}
