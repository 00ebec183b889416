package gateway

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/gateway"
	"jawort/test/fixture"
)

// attack is a body on a send edge with the code it must be refused with.
type attack struct {
	name, body string
	code       int
}

// parts are what attacks are made of.
type parts struct{ yes, no, to, content, good string }

func (p parts) body(fields string) string { return `{"messaging_product":"whatsapp",` + fields + `}` }

func partsOf(yes, no string) parts {
	p := parts{yes: yes, no: no, to: `"to":"+` + yes + `",`,
		content: `"type":"template","template":{"name":"sommer_sale","language":{"code":"de"}}`}
	p.good = p.body(p.to + p.content)
	return p
}

// recipients try to reach somebody else than the one who is judged.
func recipients(p parts) []attack {
	yes, no, to, content, good := p.yes, p.no, p.to, p.content, p.good
	return []attack{
		{"empty", "", 100},
		{"no object", `[` + good + `]`, 131009},
		{"two objects", good + good, 131009},
		{"something after it", good + `x`, 131009},
		{"a comment", good + `//`, 131009},
		{"byte order mark", "\ufeff" + good, 131009},
		{"NUL after it", good + "\x00", 131009},
		{"a comma too many", p.body(to + content + `,`), 131009},
		{"duplicate to, good first", p.body(to + `"to":"+` + no + `",` + content), 131009},
		{"duplicate to, good last", p.body(`"to":"+` + no + `",` + to + content), 131009},
		{"case variant of to", p.body(to + `"To":"+` + no + `",` + content), 131009},
		{"case variant alone", p.body(`"TO":"+` + yes + `",` + content), 131009},
		{"escaped to", p.body(to + `"\u0074o":"+` + no + `",` + content), 131009},
		{"long s in messages", p.body(to + `"meſſaging_product":"whatsapp",` + content), 131009},
		{"Kelvin sign in a nested key", p.body(to + `"type":"template","template":{"name":"sommer_sale","language":{"code":"de"},"k":1,"K":2}`), 131009},
		{"duplicate template name", p.body(to + `"type":"template","template":{"name":"order_update","name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"case variant of name", p.body(to + `"type":"template","template":{"name":"order_update","Name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"case variant of name alone", p.body(to + `"type":"template","template":{"Name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"duplicate language code", p.body(to + `"type":"template","template":{"name":"sommer_sale","language":{"code":"de","code":"en"}}`), 131009},
		{"language as a word", p.body(to + `"type":"template","template":{"name":"sommer_sale","language":"de"}`), 131009},
		{"template name as a list", p.body(to + `"type":"template","template":{"name":["sommer_sale"],"language":{"code":"de"}}`), 131009},
		{"template as a list", p.body(to + `"type":"template","template":[{"name":"sommer_sale"}]`), 131009},
		{"to as a list", p.body(`"to":["+` + yes + `","+` + no + `"],` + content), 131009},
		{"to as a list of one", p.body(`"to":["+` + yes + `"],` + content), 131009},
		{"to as an object", p.body(`"to":{"0":"+` + yes + `"},` + content), 131009},
		{"to as a power", p.body(`"to":4.9155500e12,` + content), 131026},
		{"to as a fraction", p.body(`"to":` + yes + `.0,` + content), 131026},
		{"to negative", p.body(`"to":-` + yes + `,` + content), 131026},
		{"to true", p.body(`"to":true,` + content), 131009},
		{"to null", p.body(`"to":null,` + content), 131009},
		{"to empty", p.body(`"to":"",` + content), 131026},
		{"to missing", p.body(content), 131009},
		{"two numbers in to", p.body(`"to":"+` + yes + `,+` + no + `",` + content), 131026},
		{"two numbers with a blank", p.body(`"to":"+` + yes + ` +` + no + `",` + content), 131026},
		{"a line break in to", p.body(`"to":"+` + yes + `\n",` + content), 131026},
		{"two plus", p.body(`"to":"++` + yes + `",` + content), 131026},
		{"a bracketed zero", p.body(`"to":"+49 (0) 1555 0000001",` + content), 131026},
		{"Arabic digits", p.body(`"to":"+٤٩١٥٥٥٠٠٠٠٠٠١",` + content), 131026},
		{"full-width plus", p.body(`"to":"＋` + yes + `",` + content), 131026},
		{"a group id", p.body(`"to":"120363025246125486@g.us",` + content), 131026},
		{"tel URI", p.body(`"to":"tel:+` + yes + `",` + content), 131026},
		{"recipient_type group", p.body(to + `"recipient_type":"group",` + content), 100},
		{"recipient_type GROUP", p.body(to + `"recipient_type":"GROUP",` + content), 100},
		{"recipient_type list", p.body(to + `"recipient_type":["individual"],` + content), 100},
		{"recipient of somebody else", p.body(to + `"recipient":"DE.999",` + content), 131026},
		{"recipient of another person we know", p.body(to + `"recipient":"DE.111",` + content), 131026},
		{"recipient a list", p.body(to + `"recipient":["DE.111"],` + content), 131009},
		{"recipients", p.body(to + `"recipients":["+` + no + `"],` + content), 131009},
		{"a second to under another name", p.body(to + `"recipient_id":"` + no + `",` + content), 131009},
	}
}

// meanings try to be read in two ways, or as something else.
func meanings(p parts) []attack {
	yes, no, to, content, good := p.yes, p.no, p.to, p.content, p.good
	return []attack{
		{"method override", p.body(to + `"method":"DELETE",` + content), 131009},
		{"batch", p.body(to + `"batch":"[{}]",` + content), 131009},
		{"a token in the body", p.body(to + `"access_token":"x",` + content), 131009},
		{"unknown type", p.body(to + `"type":"catalog","catalog":{}`), 131009},
		{"type in capitals", p.body(to + `"type":"TEMPLATE","TEMPLATE":{}`), 131009},
		{"type capital and template", p.body(to + `"type":"Template","template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"type a list", p.body(to + `"type":["template"],"template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"type null", p.body(to + `"type":null,"template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"no type, template", p.body(to + `"template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"type text, template beside", p.body(to + `"type":"text","text":{"body":"x"},"template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"type template, text beside", p.body(to + content + `,"text":{"body":"x"}`), 131009},
		{"content missing", p.body(to + `"type":"image"`), 131009},
		{"read mark with a message", p.body(to + `"status":"read","message_id":"wamid.A",` + content), 131009},
		{"read mark with a recipient", p.body(to + `"status":"read","message_id":"wamid.A"`), 131009},
		{"another status", p.body(`"status":"sent","message_id":"wamid.A"`), 131009},
		{"status null", p.body(`"status":null,` + to + content), 131009},
		{"a null beside a read mark", p.body(`"status":"read","message_id":"wamid.A","To":null`), 131009},
		{"an unknown null", p.body(to + `"recipients":null,` + content), 131009},
		{"null content", p.body(to + `"type":"text","text":null,"template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		{"typing with more", p.body(`"status":"read","message_id":"wamid.A","typing_indicator":{"type":"text","to":"+` + no + `"}`), 131009},
		{"other product", `{"messaging_product":"instagram",` + to + content + `}`, 131009},
		{"no product", `{` + to + content + `}`, 131009},
		{"category a list", p.body(to + `"category":["utility"],"type":"text","text":{"body":"x"}`), 131009},
		{"Direct Send as marketing", p.body(to + `"category":"marketing","type":"text","text":{"body":"x"}`), 131009},
		{"Direct Send of nothing known", p.body(to + `"category":"service","type":"text","text":{"body":"x"}`), 131009},
		{"Direct Send with a template", p.body(to + `"category":"utility",` + content), 131009},
		{"free text outside the window", p.body(to + `"type":"text","text":{"body":"x"}`), 131047},
		{"reaction outside the window", p.body(to + `"type":"reaction","reaction":{"message_id":"wamid.A","emoji":"x"}`), 131047},
		{"unknown template", p.body(to + `"type":"template","template":{"name":"nobody_knows","language":{"code":"de"}}`), 132001},
		{"template in another case", p.body(to + `"type":"template","template":{"name":"SOMMER_SALE","language":{"code":"de"}}`), 132001},
		{"template with a blank", p.body(to + `"type":"template","template":{"name":"sommer_sale ","language":{"code":"de"}}`), 132001},
		{"template in an unknown language", p.body(to + `"type":"template","template":{"name":"sommer_sale","language":{"code":"xx"}}`), 132001},
		{"the person who stopped", offer("+" + no), 131050},
		{"the person who stopped, without plus", offer(no), 131050},
		{"the person who stopped, grouped", offer("+49 1555-0000002"), 131050},
		{"the person who stopped, as a number", p.body(`"to":` + no + `,` + content), 131050},
		{"half a surrogate", p.body(to + `"biz_opaque_callback_data":"\ud800",` + content), 131009},
		{"surrogates the wrong way round", p.body(to + `"biz_opaque_callback_data":"\ude00\ud83d",` + content), 131009},
		{"broken UTF-8", p.body(to + "\"biz_opaque_callback_data\":\"\xff\"," + content), 131009},
		{"NUL escaped", p.body(to + `"biz_opaque_callback_data":"a\u0000b",` + content), 131009},
		{"raw line break in a string", p.body(to + "\"biz_opaque_callback_data\":\"a\nb\"," + content), 131009},
		{"unknown escape", p.body(to + `"biz_opaque_callback_data":"\x41",` + content), 131009},
		{"single quotes", strings.ReplaceAll(good, `"`, `'`), 131009},
		{"bare keys", `{messaging_product:"whatsapp"}`, 131009},
		{"NaN", p.body(to + `"message_activity_sharing":NaN,` + content), 131009},
		{"hex number", p.body(to + `"message_activity_sharing":0x1,` + content), 131009},
		{"leading zero", p.body(`"to":0` + yes + `,` + content), 131009},
		{"leading plus", p.body(`"to":+` + yes + `,` + content), 131009},
		{"too deep", p.body(to + `"context":` + strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40) + `,` + content), 131009},
		{"huge", p.body(to + `"biz_opaque_callback_data":"` + strings.Repeat("a", 300<<10) + `",` + content), 131009},
	}
}

// TestAttacks: somebody holds a gateway token with every scope, and a person who agreed and one who did not. Whatever they try, it is
// refused, and nothing reaches anybody.
func TestAttacks(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1), "wa:DE.111")
	h.stops(2)
	yes, no := fixture.Phone(1).Digits(), fixture.Phone(2).Digits()
	p := partsOf(yes, no)
	good := p.good
	for _, c := range append(recipients(p), meanings(p)...) {
		a := h.send(c.body)
		status := 400
		if c.code == 132001 {
			status = 404
		}
		a.want(t, c.name, status, c.code, "")
	}
	h.nothing("bodies")
	h.ways(good)
	h.nothing("ways")
	h.wires(good)
	h.nothing("raw requests")
	if a := h.send(good); a.status != 200 {
		t.Errorf("the good one: %d %s", a.status, a.body)
	}
}

func (h *house) nothing(after string) {
	h.T.Helper()
	if list := h.Arrivals(); len(list) != 0 {
		h.T.Fatalf("after %s: arrived %+v", after, list)
	}
}

// ways are methods, paths, queries and headers.
func (h *house) ways(good string) {
	id, waba := fixture.NumberID, fixture.WABA
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(good))
	_ = z.Close()
	var form bytes.Buffer
	f := multipart.NewWriter(&form)
	_ = f.WriteField("messaging_product", "whatsapp")
	_ = f.Close()
	for _, c := range []struct {
		name, method, path string
		head               map[string]string
		body               string
		status, code       int
	}{
		{"no such edge", "POST", "/v26.0/" + id + "/message", nil, good, 400, 100},
		{"edge in capitals", "POST", "/v26.0/" + id + "/Messages", nil, good, 400, 100},
		{"encoded edge", "POST", "/v26.0/" + id + "/%6dessages", nil, good, 400, 100},
		{"encoded slash", "POST", "/v26.0/" + id + "%2fmessages", nil, good, 400, 100},
		{"semicolon", "POST", "/v26.0/" + id + "/messages;a=b", nil, good, 400, 100},
		{"dot in front", "POST", "/v26.0/./" + id + "/messages", nil, good, 400, 100},
		{"dot dot", "POST", "/v26.0/" + id + "/media/../messages", nil, good, 400, 100},
		{"encoded dots", "POST", "/v26.0/" + id + "/media/%2e%2e/messages", nil, good, 400, 100},
		{"double slash", "POST", "/v26.0//" + id + "/messages", nil, good, 400, 100},
		{"double slash at the start", "POST", "//v26.0/" + id + "/messages", nil, good, 400, 100},
		{"backslash", "POST", "/v26.0/" + id + `\messages`, nil, good, 400, 100},
		{"a third part", "POST", "/v26.0/" + id + "/messages/x", nil, good, 400, 100},
		{"two versions", "POST", "/v26.0/v25.0/" + id + "/messages", nil, good, 400, 100},
		{"no node", "POST", "/v26.0/messages", nil, good, 400, 100},
		{"me", "POST", "/v26.0/me/messages", nil, good, 400, 100},
		{"batch", "POST", "/", nil, `{"batch":[]}`, 400, 100},
		{"batch with a version", "POST", "/v26.0/", nil, `{"batch":[]}`, 400, 100},
		{"a host in the path", "POST", "/v26.0/@graph.facebook.com/" + id + "/messages", nil, good, 400, 100},
		{"NUL", "POST", "/v26.0/" + id + "/messages%00", nil, good, 400, 100},
		{"another number", "POST", "/v26.0/310000000000009/messages", nil, good, 403, 10},
		{"the account as a number", "POST", "/v26.0/" + waba + "/messages", nil, good, 403, 10},
		{"token in the query", "POST", "/v26.0/" + id + "/messages?access_token=" + h.token, nil, good, 400, 100},
		{"body in the query", "POST", "/v26.0/" + id + "/messages?to=%2B1", nil, good, 400, 100},
		{"method in the query", "POST", "/v26.0/" + id + "/messages?method=DELETE", nil, good, 400, 100},
		{"semicolon in the query", "GET", "/v26.0/" + id + "?fields=id;access_token=x", nil, "", 400, 100},
		{"fields that expand", "GET", "/v26.0/" + id + "?fields=owner_business_info%7Baccess_token%7D", nil, "", 400, 100},
		{"fields twice", "GET", "/v26.0/" + id + "?fields=id&fields=name", nil, "", 400, 100},
		{"metadata", "GET", "/v26.0/" + id + "?metadata=1", nil, "", 400, 100},
		{"method header", "POST", "/v26.0/" + id + "/messages", map[string]string{"X-HTTP-Method-Override": "GET"}, good, 400, 100},
		{"method header, short", "POST", "/v26.0/" + id + "/messages", map[string]string{"X-HTTP-Method": "GET"}, good, 400, 100},
		{"method header, third", "POST", "/v26.0/" + id + "/messages", map[string]string{"X-Method-Override": "GET"}, good, 400, 100},
		{"another path by header", "POST", "/v26.0/" + id + "/messages", map[string]string{"X-Original-URL": "/x"}, good, 400, 100},
		{"form", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, good, 400, 100},
		{"multipart", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Type": f.FormDataContentType()}, form.String(), 400, 100},
		{"plain text", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Type": "text/plain"}, good, 400, 100},
		{"two content types", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Type": "application/json, text/plain"}, good, 400, 100},
		{"UTF-16", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Type": "application/json; charset=utf-16"}, good, 400, 131009},
		{"gzip", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Encoding": "gzip"}, zipped.String(), 400, 131009},
		{"said to be gzip", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Encoding": "gzip"}, good, 400, 131009},
		{"said to be plain", "POST", "/v26.0/" + id + "/messages", map[string]string{"Content-Encoding": "identity"}, good, 400, 131009},
		{"PUT", "PUT", "/v26.0/" + id + "/messages", nil, good, 400, 100},
		{"GET on a send edge", "GET", "/v26.0/" + id + "/messages", nil, "", 400, 100},
		{"PIN of the number", "POST", "/v26.0/" + id, nil, `{"pin":"123456"}`, 400, 100},
		{"callback of the number", "POST", "/v26.0/" + id, nil, `{"webhook_configuration":{"override_callback_uri":"https://evil.example"}}`, 400, 100},
		{"subscriptions of the account", "POST", "/v26.0/" + waba + "/subscribed_apps", nil, `{"override_callback_uri":"https://evil.example","verify_token":"x"}`, 400, 100},
		{"reading them", "GET", "/v26.0/" + waba + "/subscribed_apps", nil, "", 400, 100},
		{"ending them", "DELETE", "/v26.0/" + waba + "/subscribed_apps", nil, "", 400, 100},
		{"register", "POST", "/v26.0/" + id + "/register", nil, `{"messaging_product":"whatsapp","pin":"123456"}`, 400, 100},
		{"deregister", "POST", "/v26.0/" + id + "/deregister", nil, "", 400, 100},
		{"a call", "POST", "/v26.0/" + id + "/calls", nil, `{"action":"connect"}`, 400, 100},
		{"a signup", "POST", "/v26.0/" + waba + "/signups", nil, `{}`, 400, 100},
		{"encrypted messages", "POST", "/v26.0/" + id + "/messages_encrypted", nil, good, 400, 100},
		{"what the token may", "GET", "/v26.0/debug_token?input_token=" + h.token, nil, "", 400, 100},
		{"the portfolio", "GET", "/v26.0/" + fixture.Portfolio, nil, "", 400, 0},
		{"delete the account", "DELETE", "/v26.0/" + waba, nil, "", 400, 0},
		{"delete the number", "DELETE", "/v26.0/" + id, nil, "", 400, 0},
		{"delete the portfolio", "DELETE", "/v26.0/" + fixture.Portfolio, nil, "", 400, 0},
		{"override in a profile", "POST", "/v26.0/" + id + "/whatsapp_business_profile", nil, `{"messaging_product":"whatsapp","Method":"DELETE"}`, 400, 100},
		{"a foreign file link", "GET", "/file/AAAA", nil, "", 400, 100},
		{"upload as JSON", "POST", "/v26.0/" + id + "/media", nil, `{}`, 400, 100},
	} {
		a := h.do(c.method, c.path, h.token, c.head, []byte(c.body))
		if c.code == 0 { // Meta's own word, or ours
			if a.status < 400 {
				h.T.Errorf("%s: %d %s", c.name, a.status, a.body)
			}
			continue
		}
		a.want(h.T, c.name, c.status, c.code, "")
	}
}

// wires are requests that no client writes, as raw bytes.
func (h *house) wires(good string) {
	line := "POST /graph" + messagesPath + " HTTP/1.1\r\nHost: x\r\n"
	auth := "Authorization: Bearer " + h.token + "\r\n"
	typ := "Content-Type: application/json\r\n"
	size := fmt.Sprintf("Content-Length: %d\r\n", len(good))
	for name, raw := range map[string]string{
		"no token":                line + typ + size + "\r\n" + good,
		"empty token":             line + "Authorization: Bearer \r\n" + typ + size + "\r\n" + good,
		"wrong token":             line + "Authorization: Bearer jp_wrong\r\n" + typ + size + "\r\n" + good,
		"API key's shape":         line + "Authorization: Bearer jw_" + strings.Repeat("a", 43) + "\r\n" + typ + size + "\r\n" + good,
		"basic":                   line + "Authorization: Basic " + h.token + "\r\n" + typ + size + "\r\n" + good,
		"two tokens":              line + auth + "Authorization: Bearer jp_x\r\n" + typ + size + "\r\n" + good,
		"two lengths":             line + auth + typ + size + "Content-Length: 3\r\n\r\n" + good,
		"length and chunks":       line + auth + typ + size + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + good,
		"strange chunks":          line + auth + typ + "Transfer-Encoding: xchunked\r\n\r\n" + good,
		"blank before the colon":  line + auth + "Content-Type : application/json\r\n" + size + "\r\n" + good,
		"a folded header":         line + auth + "Content-Type:\r\n application/json\r\n " + size + "\r\n" + good,
		"two content types":       line + auth + typ + "Content-Type: text/plain\r\n" + size + "\r\n" + good,
		"two encodings":           line + auth + typ + "Content-Encoding: \r\n" + size + "\r\n" + good,
		"two hosts":               line + "Host: y\r\n" + auth + typ + size + "\r\n" + good,
		"a shorter body":          line + auth + typ + "Content-Length: 20\r\n\r\n" + good,
		"an absolute target":      "POST http://graph.facebook.com/graph" + messagesPath + "?a=b HTTP/1.1\r\nHost: x\r\n" + auth + typ + size + "\r\n" + good,
		"a raw blank in the path": "POST /graph" + messagesPath + " x HTTP/1.1\r\nHost: x\r\n" + auth + typ + size + "\r\n" + good,
		"a fragment":              "POST /graph" + messagesPath + "#a HTTP/1.1\r\nHost: x\r\n" + auth + typ + size + "\r\n" + good,
	} {
		conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
		if err != nil {
			h.T.Fatal(err)
		}
		_, _ = io.WriteString(conn, raw)
		_ = conn.(*net.TCPConn).CloseWrite()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			h.T.Errorf("%s: no answer: %v", name, err)
			_ = conn.Close()
			continue
		}
		if resp.StatusCode < 400 {
			h.T.Errorf("%s: status %d", name, resp.StatusCode)
		}
		_ = conn.Close()
	}
}

// TestRules: every line of the list, with each scope but its own, is refused; lines that say never are refused with all of them.
func TestRules(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	_, bare := h.newProgram(account.Program{Name: "Nothing", Mode: account.Enforce})
	seen := map[string]bool{}
	for _, r := range gateway.Rules() {
		path := "/v26.0/" + fixture.NumberID
		if r.Edge != "" {
			path += "/" + r.Edge
		}
		if seen[r.Method+r.Edge] {
			t.Errorf("%s %q stands twice", r.Method, r.Edge)
		}
		seen[r.Method+r.Edge] = true
		if r.Never {
			h.do(r.Method, path, h.token, nil, nil).want(t, r.Method+" "+r.Edge, 400, 100, "EDGE_NOT_ALLOWED")
			continue
		}
		h.do(r.Method, path, bare, nil, nil).want(t, r.Method+" "+r.Edge+" without scope", 403, 10, "SCOPE_MISSING")
		for _, s := range account.GatewayScopes {
			if strings.Contains(" "+strings.Join(r.Scopes, " ")+" ", " "+s+" ") {
				continue
			}
			_, token := h.newProgram(account.Program{Name: s, Mode: account.Enforce, Scopes: []string{s}})
			h.do(r.Method, path, token, nil, nil).want(t, r.Method+" "+r.Edge+" with "+s, 403, 10, "SCOPE_MISSING")
		}
	}
	for _, want := range []string{"POSTmessages", "POSTmarketing_messages", "POSTmedia", "GETphone_numbers", "GETmessage_templates",
		"POSTmessage_templates", "DELETEmessage_templates", "GETwhatsapp_business_profile", "POSTblock_users", "GETsubscribed_apps",
		"POSTregister", "POSTderegister", "POSTcalls", "POSTsignups", "POSTgroups", "POSTmessages_encrypted"} {
		if !seen[want] {
			t.Errorf("%s has no line", want)
		}
	}
}

// TestProgramsEnd: a number that is not the program's, a revoked token, the token before a rotation, a limit of its own.
func TestProgramsEnd(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1))
	body := []byte(offer("+" + fixture.Phone(1).Digits()))
	_, other := h.newProgram(account.Program{Name: "Other", Mode: account.Enforce, Scopes: []string{"send", "read"}, Numbers: []string{"319999999999999"}})
	h.do("POST", messagesPath, other, nil, body).want(t, "another number's program", 403, 10, "NUMBER_NOT_ALLOWED")
	h.do("GET", "/v26.0/"+fixture.WABA+"/phone_numbers", other, nil, nil).want(t, "its account", 403, 10, "NUMBER_NOT_ALLOWED")

	var next string
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		next, err = account.RotateProgram(ctx, tx, h.Tenant.ID, h.program.ID, "test")
		return err
	})
	for _, token := range []string{h.token, next} {
		if a := h.do("POST", messagesPath, token, nil, body); a.status != 200 {
			t.Errorf("within the grace: %d %s", a.status, a.body)
		}
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return account.EndOldToken(ctx, tx, h.Tenant.ID, h.program.ID, "test")
	})
	h.do("POST", messagesPath, h.token, nil, body).want(t, "the old token", 401, 190, "TOKEN_UNKNOWN")
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return account.RevokeProgram(ctx, tx, h.Tenant.ID, h.program.ID, "test")
	})
	h.do("POST", messagesPath, next, nil, body).want(t, "revoked", 401, 190, "TOKEN_UNKNOWN")

	_, slow := h.newProgram(account.Program{Name: "Slow", Mode: account.Enforce, Scopes: []string{"read"}, Rate: 1})
	if a := h.do("GET", "/v26.0/"+fixture.NumberID, slow, nil, nil); a.status != 200 {
		t.Errorf("the first of a minute: %d %s", a.status, a.body)
	}
	a := h.do("GET", "/v26.0/"+fixture.NumberID, slow, nil, nil)
	a.want(t, "the second", 400, 130429, "TOO_MANY")
	if a.header.Get("Retry-After") == "" || a.decision() != "wait" {
		t.Errorf("headers %v", a.header)
	}
}
