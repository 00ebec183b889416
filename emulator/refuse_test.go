package emulator

import (
	"fmt"
	"strings"
	"testing"
)

// Each line is a message Meta refuses, and its code (WA/support/error-codes).
func TestRefusesWhatMetaRefuses(t *testing.T) {
	w := start(t)
	w.template("news", "MARKETING", "Neues aus der Rösterei")
	w.ok("POST", "/"+wabaID+"/message_templates", `{"name":"vars","language":"de","category":"UTILITY","components":[
		{"type":"HEADER","format":"TEXT","text":"Bestellung {{1}}","example":{"header_text":["7"]}},
		{"type":"BODY","text":"Hallo {{1}}, Ihr Paket kommt {{2}} an.","example":{"body_text":[["Jo","heute"]]}},
		{"type":"BUTTONS","buttons":[{"type":"URL","text":"Zeigen","url":"https://example.org/{{1}}","example":["x"]}]}]}`)
	w.ok("POST", "/"+wabaID+"/message_templates", `{"name":"code","language":"de","category":"AUTHENTICATION","components":[{"type":"BODY"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE","text":"Kopieren"}]}]}`)
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"hi"}`)
	user := w.ok("GET", "/_emulator/people/4915112345678", "")["user_id"].(string)
	w.until("approved", func() bool {
		return len(w.ok("GET", "/"+wabaID+"/message_templates?status=APPROVED", "")["data"].([]any)) == 4
	})
	const to = `"messaging_product":"whatsapp","to":"+4915112345678",`
	param := func(n int) string { return strings.TrimSuffix(strings.Repeat(`{"type":"text","text":"x"},`, n), ",") }
	vars := func(body, rest string) string {
		return to + `"type":"template","template":{"name":"vars","language":{"code":"de"},"components":[{"type":"header","parameters":[` + param(1) + `]},{"type":"body","parameters":[` + body + `]}` + rest + `]}`
	}
	const button = `,{"type":"button","sub_type":"url","index":0,"parameters":[{"type":"text","text":"1"}]}`
	inter := func(s string) string { return to + `"type":"interactive","interactive":` + s }
	for name, c := range map[string]struct {
		body         string
		status, code int
	}{
		"no product":             {`"to":"+4915112345678",` + hello, 400, 100},
		"other product":          {`"messaging_product":"sms","to":"+4915112345678",` + hello, 400, 100},
		"no recipient":           {`"messaging_product":"whatsapp",` + hello, 400, 100},
		"recipient is no number": {`"messaging_product":"whatsapp","to":"ada",` + hello, 400, 131009},
		"to is an object":        {`"messaging_product":"whatsapp","to":{},` + hello, 400, 100},
		"to itself":              {`"messaging_product":"whatsapp","to":"+493023125020",` + hello, 400, 131021},
		"unknown user id":        {`"messaging_product":"whatsapp","recipient":"DE.1",` + hello, 400, 131026},
		"no user id":             {`"messaging_product":"whatsapp","recipient":"4915112345678",` + hello, 400, 131009},
		"group":                  {to + `"recipient_type":"group",` + hello, 400, 100},
		"unknown type":           {to + `"type":"hologram"`, 400, 131051},
		"no text":                {to + `"type":"text"`, 400, 131008},
		"empty text":             {to + `"type":"text","text":{"body":""}`, 400, 131008},
		"long text":              {to + `"type":"text","text":{"body":"` + strings.Repeat("ä", 4097) + `"}`, 400, 131009},
		"unknown key":            {to + `"type":"text","text":{"body":"x","colour":"red"}`, 400, 100},
		"long opaque":            {to + `"biz_opaque_callback_data":"` + strings.Repeat("x", 513) + `",` + hello, 400, 100},
		"context without id":     {to + `"context":{},` + hello, 400, 131008},
		"context of nothing":     {to + `"context":{"message_id":"7"},` + hello, 400, 131009},
		"image of two":           {to + `"type":"image","image":{"id":"1","link":"https://example.org/a.png"}`, 400, 131009},
		"image of none":          {to + `"type":"image","image":{}`, 400, 131008},
		"unknown media":          {to + `"type":"image","image":{"id":"812345678901234"}`, 400, 131009},
		"four buttons":           {inter(`{"type":"button","body":{"text":"?"},"action":{"buttons":[` + strings.TrimSuffix(strings.Repeat(`{"type":"reply","reply":{"id":"1","title":"a"}},`, 4), ",") + `]}}`), 400, 131009},
		"twin buttons":           {inter(`{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"a"}},{"type":"reply","reply":{"id":"1","title":"b"}}]}}`), 400, 131009},
		"long title":             {inter(`{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"123456789012345678901"}}]}}`), 400, 131009},
		"empty list":             {inter(`{"type":"list","body":{"text":"?"},"action":{"button":"b","sections":[{"rows":[]}]}}`), 400, 131009},
		"no body":                {inter(`{"type":"button","action":{"buttons":[]}}`), 400, 131008},
		"bad link":               {inter(`{"type":"cta_url","body":{"text":"?"},"action":{"name":"cta_url","parameters":{"display_text":"x","url":"javascript:1"}}}`), 400, 131009},
		"unknown template":       {to + tpl("nothing"), 404, 132001},
		"other language":         {to + `"type":"template","template":{"name":"news","language":{"code":"fr"}}`, 404, 132001},
		"no language":            {to + `"type":"template","template":{"name":"news"}`, 400, 131008},
		"too many parameters":    {to + `"type":"template","template":{"name":"news","language":{"code":"de"},"components":[{"type":"body","parameters":[` + param(1) + `]}]}`, 400, 132000},
		"too few parameters":     {vars(param(1), button), 400, 132000},
		"wrong parameter":        {vars(param(1)+`,{"type":"image","image":{"link":"https://example.org/a"}}`, button), 400, 132012},
		"newline in parameter":   {vars(param(1)+`,{"type":"text","text":"a\nb"}`, button), 400, 132018},
		"no button":              {vars(param(2), ""), 400, 131008},
		"button out of range":    {vars(param(2), `,{"type":"button","sub_type":"url","index":"9","parameters":[{"type":"text","text":"1"}]}`), 400, 132018},
		"named for positional":   {vars(param(1)+`,{"type":"text","parameter_name":"b","text":"x"}`, button), 400, 132012},
		"code to a user id":      {`"messaging_product":"whatsapp","recipient":"` + user + `","type":"template","template":{"name":"code","language":{"code":"de"},"components":[{"type":"body","parameters":[` + param(1) + `]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"1"}]}]}`, 400, 131062},
		"category on a template": {to + `"category":"utility",` + tpl("news"), 400, 100},
		"marketing Direct Send":  {to + `"category":"marketing",` + hello, 400, 100},
		"all well":               {vars(param(2), button), 200, 0},
	} {
		t.Run(name, func(t *testing.T) {
			body := c.body
			if open := strings.Count(body, "{") - strings.Count(body, "}"); open > 0 {
				body += strings.Repeat("}", open)
			}
			status, out := w.do("POST", "/v26.0/"+phoneID+"/messages", "{"+body+"}")
			if status != c.status || errorCode(out) != c.code {
				t.Errorf("%d %d, want %d %d: %v", status, errorCode(out), c.status, c.code, out)
			}
		})
	}
}

func TestStatesOfTemplateNumberAndAccount(t *testing.T) {
	w := start(t)
	w.template("news", "MARKETING", "Neues")
	w.template("order", "UTILITY", "Ihr Paket ist da")
	expect := func(what string, want int) {
		t.Helper()
		if _, _, code := w.send("+4915112345678", tpl("news")); code != want {
			t.Errorf("%s: %d, want %d", what, code, want)
		}
	}
	ctl := func(path, body string) { t.Helper(); w.ok("POST", "/_emulator/"+path, body) }
	expect("as approved", 0)
	ctl("templates/news", `{"status":"PAUSED"}`)
	expect("first pause", 132015)
	ctl("clock", `{"advance":"3h1m"}`)
	expect("after 3 hours", 0)
	ctl("templates/news", `{"status":"PAUSED"}`)
	ctl("clock", `{"advance":"3h1m"}`)
	expect("second pause lasts longer", 132015)
	ctl("clock", `{"advance":"3h"}`)
	expect("after 6 hours", 0)
	ctl("templates/news", `{"status":"PAUSED"}`)
	expect("third pause disables", 132016)
	ctl("templates/news", `{"status":"APPROVED"}`)
	for status, code := range map[string]int{"BANNED": 131031, "RESTRICTED": 131048, "DISCONNECTED": 133010, "FLAGGED": 0} {
		ctl("numbers/"+phoneID, `{"status":"`+status+`"}`)
		expect(status, code)
	}
	ctl("numbers/"+phoneID, `{"status":"CONNECTED"}`)
	ctl("account", `{"block_country":"DE"}`)
	expect("country", 130497)
	ctl("reset", `{}`)
	w.template("news", "MARKETING", "Neues")
	ctl("account", `{"value":{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING"}]}}`)
	expect("restriction", 368)
	ctl("clock", `{"advance":"25h"}`)
	expect("restriction over", 0)
	ctl("account", `{"value":{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE"}}}`)
	expect("locked", 131031)
	ctl("account", `{"value":{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"REINSTATE"}}}`)
	expect("reinstated", 0)
}

func TestMarketingEdge(t *testing.T) {
	w := start(t)
	w.template("news", "MARKETING", "Neues")
	w.template("order", "UTILITY", "Ihr Paket")
	to := `{"messaging_product":"whatsapp","to":"+4915112345678",`
	for body, want := range map[string]int{tpl("news"): 0, tpl("order"): 131055, hello: 131055} {
		_, out := w.do("POST", "/"+phoneID+"/marketing_messages", to+body+"}")
		if errorCode(out) != want {
			t.Errorf("%s: %d, want %d", body, errorCode(out), want)
		}
	}
	w.ok("POST", "/_emulator/settings", `{"marketing_messages_only":true}`)
	if _, _, code := w.send("+4915112345678", tpl("news")); code != 131063 {
		t.Errorf("by /messages: %d, want 131063", code)
	}
}

func TestRates(t *testing.T) {
	w := start(t, func(o *Options) { o.Limit = "TIER_50" })
	w.template("order", "UTILITY", "Ihr Paket")
	w.ok("POST", "/_emulator/numbers/"+phoneID, `{"throughput":"UNLIMITED"}`)
	for i := range 45 {
		if _, _, code := w.send("+4915112345678", tpl("order")); code != 0 {
			t.Fatalf("message %d of the burst: %d", i+1, code)
		}
	}
	if _, _, code := w.send("+4915112345678", tpl("order")); code != 131056 {
		t.Errorf("46th: %d, want 131056", code)
	}
	w.ok("POST", "/_emulator/clock", `{"advance":7}`)
	if _, _, code := w.send("+4915112345678", tpl("order")); code != 0 {
		t.Errorf("7 s later: %d", code)
	}
	for i := range 49 {
		if _, _, code := w.send(fmt.Sprintf("+49151000000%02d", i), tpl("order")); code != 0 {
			t.Fatalf("person %d: %d", i+2, code)
		}
	}
	if _, _, code := w.send("+4915199999999", tpl("order")); code != 131048 {
		t.Errorf("51st person: %d, want 131048", code)
	}
	if _, _, code := w.send("+4915100000001", tpl("order")); code != 0 {
		t.Errorf("somebody reached already: %d", code)
	}
	w.ok("POST", "/_emulator/people/4915199999999/say", `{"text":"hi"}`)
	if _, _, code := w.send("+4915199999999", tpl("order")); code != 0 {
		t.Errorf("inside the window: %d", code)
	}
	w.ok("POST", "/_emulator/clock", `{"advance":"25h"}`)
	if _, _, code := w.send("+4915188888888", tpl("order")); code != 0 {
		t.Errorf("a day later: %d", code)
	}
	w.ok("POST", "/_emulator/numbers/"+phoneID, `{"throughput":1}`)
	w.send("+4915177777777", tpl("order"))
	if _, _, code := w.send("+4915166666666", tpl("order")); code != 130429 {
		t.Errorf("second in a second: %d, want 130429", code)
	}
}

func TestTokens(t *testing.T) {
	w := start(t)
	get := func(path string) (int, int) {
		resp, err := w.web.Client().Get(w.web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode, 0
	}
	if status, _ := get("/v26.0/" + phoneID); status != 401 {
		t.Errorf("no token: %d", status)
	}
	if status, _ := get("/v26.0/" + phoneID + "?access_token=other"); status != 401 {
		t.Errorf("wrong token: %d", status)
	}
	if status, _ := get("/v26.0/" + phoneID + "?access_token=tok"); status != 200 {
		t.Errorf("token in the query: %d", status)
	}
	short := w.ok("POST", "/_emulator/tokens", `{"expires_in":60,"scopes":["whatsapp_business_management"]}`)["token"].(string)
	if status, _ := get("/" + phoneID + "?access_token=" + short); status != 200 {
		t.Errorf("fresh token: %d", status)
	}
	if status, _ := get("/" + phoneID + "/block_users?access_token=" + short); status != 200 {
		t.Errorf("reading: %d", status)
	}
	resp, err := w.web.Client().Post(w.web.URL+"/"+phoneID+"/messages?access_token="+short, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 403 {
		t.Errorf("scope missing: %d", resp.StatusCode)
	}
	w.ok("POST", "/_emulator/clock", `{"advance":61}`)
	if status, _ := get("/" + phoneID + "?access_token=" + short); status != 401 {
		t.Errorf("expired token: %d", status)
	}
	log, _ := w.s.requests.since(0)
	for _, r := range log {
		if strings.Contains(r.Query, "tok") && !strings.Contains(r.Query, "access_token=hidden") || strings.Contains(r.Query, short) {
			t.Errorf("token in the request log: %s", r.Query)
		}
	}
}
