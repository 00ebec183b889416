package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// quiet is a server without network for fuzzing.
func quiet(t testing.TB) *Server {
	s := New(Options{Token: "tok", Statuses: "off", Throughput: -1})
	t.Cleanup(func() { s.Close() })
	return s
}

func knock(s *Server, method, path string, body []byte, kind string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer tok")
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// clear answers are JSON with an error that has a code, or a success.
func checkAnswer(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%d, no JSON: %v: %q", w.Code, err, w.Body)
	}
	if w.Code >= 500 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	if w.Code != http.StatusOK && out["error"] == nil {
		t.Fatalf("%d without an error: %s", w.Code, w.Body)
	}
}

func FuzzSend(f *testing.F) {
	files, _ := filepath.Glob("testdata/send/*.json")
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, false)
	}
	f.Add([]byte(`to=%2B4915112345678&messaging_product=whatsapp&text={"body":"x"}`), true)
	f.Add([]byte(`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A"}`), false)
	f.Add([]byte(`{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"hello_world","language":{"code":"en_US"},"components":[{"type":"button","index":""}]}}`), false)
	s := quiet(f)
	f.Fuzz(func(t *testing.T, body []byte, form bool) {
		kind := "application/json"
		if form {
			kind = "application/x-www-form-urlencoded"
		}
		checkAnswer(t, knock(s, "POST", "/v26.0/"+phoneID+"/messages", body, kind))
		s.arrivals.clear()
	})
}

func FuzzTemplate(f *testing.F) {
	f.Add([]byte(`{"name":"a","language":"de","category":"UTILITY","components":[{"type":"BODY","text":"x {{1}} y","example":{"body_text":[["z"]]}}]}`), []byte(`{"type":"template","template":{"name":"a","language":{"code":"de"},"components":[{"type":"body","parameters":[{"type":"text","text":"q"}]}]}}`))
	s := quiet(f)
	f.Fuzz(func(t *testing.T, create, send []byte) {
		checkAnswer(t, knock(s, "POST", "/"+wabaID+"/message_templates", create, "application/json"))
		var q struct {
			Category, Parameter_format string
			Components                 json.RawMessage
		}
		if json.Unmarshal(create, &q) != nil {
			return
		}
		sh, bad := readComponents(q.Components, strings.ToUpper(q.Category), q.Parameter_format)
		var m map[string]json.RawMessage
		if bad != nil || json.Unmarshal(send, &m) != nil {
			return
		}
		var body templateBody
		if object(m, "template", &body) == nil && sh.fit(body.Comps) == nil {
			sh.show(&body)
		}
	})
}

func FuzzControls(f *testing.F) {
	f.Add("people/4915112345678/say", []byte(`{"text":"hi"}`))
	f.Add("people/4915112345678/say", []byte(`{"button_reply":{"id":"a","title":"b"}}`))
	f.Add("people/4915112345678/change-number", []byte(`{"phone":"1"}`))
	f.Add("people", []byte(`{"phone":"4915112345678","username":"@x"}`))
	f.Add("faults", []byte(`{"on":"webhook","kind":"delay"}`))
	f.Add("clock", []byte(`{"advance":"1d"}`))
	f.Add("settings", []byte(`{"batch":3}`))
	f.Add("numbers/"+phoneID, []byte(`{"throughput":"HIGH"}`))
	f.Add("templates/hello_world", []byte(`{"status":"PAUSED"}`))
	f.Add("account", []byte(`{"value":{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":1}]}}`))
	s := quiet(f)
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		for _, c := range []byte(path) {
			if c <= ' ' || c > '~' || c == '%' || c == '?' || c == '#' {
				return
			}
		}
		w := knock(s, "POST", "/_emulator/"+strings.TrimPrefix(path, "/"), body, "application/json")
		if w.Code >= 500 {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		s.faults.clear()
		s.people.clear()
	})
}

func FuzzEscape(f *testing.F) {
	f.Add(`Grüße/"\ 🙂 <b>&` + "\u2028\x00\x7f")
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := metaJSON(map[string]string{"body": text})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range raw {
			if c >= 0x80 || c < 0x20 {
				t.Fatalf("byte %x in %q", c, raw)
			}
		}
		var back map[string]string
		if err := json.Unmarshal(raw, &back); err != nil || back["body"] != strings.ToValidUTF8(text, "\ufffd") && !strings.Contains(back["body"], "\ufffd") {
			t.Fatalf("%q came back as %q: %v", text, back["body"], err)
		}
	})
}

func FuzzPhone(f *testing.F) {
	f.Add("+49 151 12345678")
	f.Add("0043 660")
	f.Fuzz(func(t *testing.T, in string) {
		digits, ok := readTo(in, "493023125020")
		if !ok {
			return
		}
		for _, c := range digits {
			if c < '0' || c > '9' {
				t.Fatalf("%q read as %q", in, digits)
			}
		}
		if again, ok := readTo("+"+digits, "493023125020"); !ok || again != digits {
			t.Fatalf("%q is not stable: %q", digits, again)
		}
		waID(digits)
		display(digits)
		countryOf(digits)
	})
}

func FuzzDress(f *testing.F) {
	f.Add("*a* _b_ ~c~ https://x.y/z <i>")
	f.Fuzz(func(t *testing.T, in string) {
		out := string(dress(in))
		for _, bad := range []string{"<script", "<img", "<i>", "javascript:\"", "<iframe"} {
			if strings.Contains(strings.ToLower(out), bad) {
				t.Fatalf("%q became %q", in, out)
			}
		}
	})
}
