package emulator

import (
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// hook is somebody's webhook receiver: it verifies the signature over the raw bytes and keeps everything.
type hook struct {
	t      *testing.T
	server *httptest.Server
	secret string
	verify string
	mu     sync.Mutex
	bodies [][]byte
	fail   int // how many further posts are answered 503
	hand   int // handshakes seen
	badSig int
}

func newHook(t *testing.T) *hook {
	h := &hook{t: t, secret: "s3cret", verify: "v3rify"}
	h.server = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(h.server.Close)
	return h
}

func (h *hook) serve(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Method == http.MethodGet {
		h.hand++
		if r.URL.Query().Get("hub.verify_token") != h.verify || r.URL.Query().Get("hub.mode") != "subscribe" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if !hmac.Equal([]byte(sign(h.secret, body)), []byte(r.Header.Get("X-Hub-Signature-256"))) {
		h.badSig++
	}
	if h.fail > 0 {
		h.fail--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	h.bodies = append(h.bodies, body)
}

// changes are all updates of a field, decoded, in order of arrival.
func (h *hook) changes(field string) []map[string]any {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []map[string]any
	for _, b := range h.bodies {
		var e struct {
			Entry []struct {
				Changes []struct {
					Field string
					Value map[string]any
				}
			}
		}
		if err := json.Unmarshal(b, &e); err != nil {
			h.t.Fatalf("webhook is no JSON: %v", err)
		}
		for _, en := range e.Entry {
			for _, c := range en.Changes {
				if c.Field == field {
					out = append(out, c.Value)
				}
			}
		}
	}
	return out
}

// statuses are "status" or "failed:code" of one message in order of arrival.
func (h *hook) statuses(id string) string {
	var out []string
	for _, v := range h.changes("messages") {
		list, _ := v["statuses"].([]any)
		for _, x := range list {
			st := x.(map[string]any)
			if st["id"] != id {
				continue
			}
			word := st["status"].(string)
			if errs, ok := st["errors"].([]any); ok {
				word += fmt.Sprintf(":%v", errs[0].(map[string]any)["code"])
			}
			out = append(out, word)
		}
	}
	return strings.Join(out, " ")
}

// world is an emulator, its webhook receiver and a client.
type world struct {
	t    *testing.T
	s    *Server
	web  *httptest.Server
	hook *hook
	now  time.Time
}

func start(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	h := newHook(t)
	o := Options{AppSecret: h.secret, VerifyToken: h.verify, Token: "tok", WebhookURL: h.server.URL + "/hook", DisplayPhoneNumber: "+49 30 23125 020",
		Sent: time.Millisecond, Delivered: 3 * time.Millisecond, Read: 6 * time.Millisecond, ApproveAfter: time.Millisecond,
		RetryBase: 5 * time.Millisecond, Rand: rand.NewPCG(1, 2)}
	for _, c := range change {
		c(&o)
	}
	s := New(o)
	w := &world{t: t, s: s, hook: h, web: httptest.NewServer(s.Handler())}
	t.Cleanup(func() {
		s.Close()
		w.web.Close()
	})
	return w
}

const phoneID, wabaID = "310000000000001", "210000000000001"

func (w *world) do(method, path, body string) (int, map[string]any) {
	w.t.Helper()
	req, err := http.NewRequest(method, w.web.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer tok")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	var out map[string]any
	dec := json.NewDecoder(bytes.NewReader(raw))
	if err := dec.Decode(&out); err != nil && len(raw) > 0 && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		w.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
	}
	return resp.StatusCode, out
}

// ok is do for what must succeed.
func (w *world) ok(method, path, body string) map[string]any {
	w.t.Helper()
	status, out := w.do(method, path, body)
	if status != 200 {
		w.t.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

// send posts a body to a phone's messages; code is the error's or 0.
func (w *world) send(to, rest string) (id string, status, code int) {
	w.t.Helper()
	status, out := w.do("POST", "/v26.0/"+phoneID+"/messages", `{"messaging_product":"whatsapp","to":"`+to+`",`+rest+`}`)
	return messageID(out), status, errorCode(out)
}

func messageID(out map[string]any) string {
	list, _ := out["messages"].([]any)
	if len(list) == 0 {
		return ""
	}
	return list[0].(map[string]any)["id"].(string)
}

func errorCode(out map[string]any) int {
	e, _ := out["error"].(map[string]any)
	code, _ := e["code"].(float64)
	return int(code)
}

func (w *world) template(name, category, body string) {
	w.t.Helper()
	w.ok("POST", "/v26.0/"+wabaID+"/message_templates", fmt.Sprintf(`{"name":%q,"language":"de","category":%q,"components":[{"type":"BODY","text":%q}]}`, name, category, body))
	w.until("template approved", func() bool {
		out := w.ok("GET", "/"+wabaID+"/message_templates?name="+name+"&status=APPROVED", "")
		return len(out["data"].([]any)) == 1
	})
}

func (w *world) until(what string, f func() bool) {
	w.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if f() {
			return
		}
	}
	w.t.Fatalf("never happened: %s", what)
}

func tpl(name string) string {
	return `"type":"template","template":{"name":"` + name + `","language":{"code":"de"}}`
}

const hello = `"type":"text","text":{"body":"Guten Tag"}`

func TestAPersonWritesAndIsAnswered(t *testing.T) {
	w := start(t)
	if _, status, code := w.send("+4915112345678", hello); status != 400 || code != 131047 {
		t.Fatalf("before anybody wrote: %d %d, want 400 131047", status, code)
	}
	out := w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"Grüße/🙂 <b>"}`)
	if out["delivered"] != true {
		t.Fatalf("say: %v", out)
	}
	raw := string(w.hook.bodies[0])
	if !strings.Contains(raw, `Gr\u00fc\u00dfe\/\ud83d\ude42 <b>`) {
		t.Fatalf("not Meta's escaping: %s", raw)
	}
	id, status, _ := w.send("+4915112345678", hello)
	if status != 200 {
		t.Fatalf("in the window: %d", status)
	}
	w.until("read", func() bool { return w.hook.statuses(id) == "sent delivered read" })
	w.ok("POST", "/_emulator/clock", `{"advance":"25h"}`)
	if _, _, code := w.send("+4915112345678", hello); code != 131047 {
		t.Fatalf("after 25 h: %d, want 131047", code)
	}
	if w.hook.badSig != 0 {
		t.Fatalf("%d bad signatures", w.hook.badSig)
	}
	log := w.ok("GET", "/_emulator/messages?to=4915112345678", "")["data"].([]any)
	m := log[0].(map[string]any)
	if len(log) != 1 || m["id"] != id || m["to"] != "4915112345678" || m["first_byte_us"].(float64) > m["last_byte_us"].(float64) {
		t.Fatalf("arrival log: %v", log)
	}
}
