package gateway

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"jawort/account"
	"jawort/test/fixture"
)

// spellings are numbers that some reader takes for one that people write to, and others do not.
func spellings(yes string) map[string]string {
	front, back := yes[:5], yes[5:]
	return map[string]string{
		"no-break space": "+" + front + "\u00a0" + back, "zero-width joiner": "+" + front + "\u200d" + back, "right-to-left mark": "\u200f+" + yes,
		"soft hyphen": "+" + front + "\u00ad" + back, "minus sign": "+" + front + "\u2212" + back, "superscript": "+" + yes[:len(yes)-1] + "\u00b2",
		"comma": "+" + front + "," + back, "slash": "+" + yes + "/5", "extension": "+" + yes + "x5", "parameter": "+" + yes + ";ext=5", "letter pause": "+" + yes + "p5",
		"chat id": yes + "@c.us", "server id": yes + "@s.whatsapp.net", "device": yes + ":12", "percent": "%2B" + yes, "scheme": "whatsapp:+" + yes,
		"tab": "+" + front + `\t` + back, "full-width digit": "+" + yes[:len(yes)-1] + "１", "line": "+" + yes + `\n+` + yes,
	}
}

// TestStranger: more of what somebody tries who holds a token and has read Meta's reference: bodies.
func TestStranger(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1), "wa:DE.111")
	h.stops(2)
	yes, no := fixture.Phone(1).Digits(), fixture.Phone(2).Digits()
	p := partsOf(yes, no)
	for name, to := range spellings(yes) {
		h.refused("to: "+name, p.body(`"to":"`+to+`",`+p.content), 131026)
	}
	for name, c := range map[string]attack{
		"to 1e400":                   {"", p.body(`"to":1e400,` + p.content), 131026},
		"to minus nought":            {"", p.body(`"to":-0,` + p.content), 131026},
		"to of a hundred digits":     {"", p.body(`"to":` + strings.Repeat("4", 100) + `,` + p.content), 131026},
		"recipient: two":             {"", p.body(p.to + `"recipient":"DE.111,DE.222",` + p.content), 131026},
		"recipient: small letters":   {"", p.body(p.to + `"recipient":"de.111",` + p.content), 131026},
		"recipient: blank":           {"", p.body(p.to + `"recipient":"DE.111 ",` + p.content), 131026},
		"recipient: a number":        {"", p.body(`"recipient":"` + no + `",` + p.content), 131026},
		"recipient: empty":           {"", p.body(p.to + `"recipient":"",` + p.content), 131026},
		"recipient: star":            {"", p.body(p.to + `"recipient":"DE.*",` + p.content), 131026},
		"recipient: path":            {"", p.body(p.to + `"recipient":"DE.111/../222",` + p.content), 131026},
		"recipient: 12":              {"", p.body(p.to + `"recipient":12,` + p.content), 131009},
		"recipient: object":          {"", p.body(p.to + `"recipient":{},` + p.content), 131009},
		"to false beside recipient":  {"", p.body(`"to":false,"recipient":"DE.111",` + p.content), 131009},
		"UTF-16":                     {"", utf16of("\ufeff" + p.good), 131009},
		"UTF-16 without mark":        {"", utf16of(p.good), 131009},
		"overlong":                   {"", strings.Replace(p.good, "sommer_sale", "sommer\xc1\x9fsale", 1), 131009},
		"surrogates as UTF-8":        {"", p.body(p.to + "\"biz_opaque_callback_data\":\"\xed\xa0\xbd\xed\xb8\x80\"," + p.content), 131009},
		"comment":                    {"", "{/**/" + p.good[1:], 131009},
		"form feed":                  {"", "\f" + p.good, 131009},
		"no-break space before":      {"", "\u00a0" + p.good, 131009},
		"line separator after":       {"", p.good + "\u2028", 131009},
		"lines of JSON":              {"", p.good + "\n" + offer("+"+no), 131009},
		"guard against scripts":      {"", ")]}',\n" + p.good, 131009},
		"null template beside text":  {"", p.body(p.to + `"type":"template","template":null,"text":{"body":"x"}`), 131009},
		"empty text beside template": {"", p.body(p.to + `"type":"text","text":{},"template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		"type empty":                 {"", p.body(p.to + `"type":"","template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		"type with a blank":          {"", p.body(p.to + `"type":"template ","template":{"name":"sommer_sale","language":{"code":"de"}}`), 131009},
		"hsm":                        {"", p.body(p.to + `"type":"hsm","hsm":{"element_name":"sommer_sale"}`), 131009},
		"hsm beside":                 {"", p.body(p.to + p.content + `,"hsm":{"element_name":"x"}`), 131009},
		"a second template by id":    {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","id":"1","language":{"code":"de"}}`), 131009},
		"a second template by name":  {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","element_name":"x","language":{"code":"de"}}`), 131009},
		"a second language":          {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","language":{"code":"de","locale":"en"}}`), 131009},
		"language null":              {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","language":null}`), 131009},
		"language list":              {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","language":[{"code":"de"}]}`), 131009},
		"language empty":             {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","language":{"code":""}}`), 131009},
		"language in capitals":       {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","language":{"code":"DE"}}`), 132001},
		"language with a country":    {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale","language":{"code":"de_DE"}}`), 132001},
		"name with a joiner":         {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale\u200b","language":{"code":"de"}}`), 132001},
		"two names":                  {"", p.body(p.to + `"type":"template","template":{"name":"sommer_sale,order_update","language":{"code":"de"}}`), 132001},
		"product in another case":    {"", strings.Replace(p.good, `"whatsapp"`, `"WhatsApp"`, 1), 131009},
		"product a list":             {"", strings.Replace(p.good, `"whatsapp"`, `["whatsapp"]`, 1), 131009},
		"recipient_type empty":       {"", p.body(p.to + `"recipient_type":"",` + p.content), 100},
		"recipient_type Individual":  {"", p.body(p.to + `"recipient_type":"Individual",` + p.content), 100},
	} {
		h.refused(name, c.body, c.code)
	}
	for _, k := range []string{"phone", "wa_id", "group_id", "user_id", "cc", "to ", " to", "to.", "$to", "__proto__", "constructor", "", "namespace", "fields", "callback_url",
		"webhook", "sender", "from", "phone_number_id", "messages", "ids", "id", "include_headers", "appsecret_proof", "_method", "purpose", "human_answers", "mode"} {
		h.refused("key "+k, p.body(p.to+`"`+k+`":"`+no+`",`+p.content), 131009)
	}
	h.nothing("bodies")
	h.marks(p)
	h.toWhoStopped(p)
}

func (h *house) refused(name, body string, code int) {
	h.T.Helper()
	status := 400
	if code == 132001 {
		status = 404
	}
	h.send(body).want(h.T, name, status, code, "")
}

func utf16of(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// marks: marking as read asks no gate, so nothing may ride on it.
func (h *house) marks(p parts) {
	for name, more := range map[string]string{"to": p.to[:len(p.to)-1], "template": p.content, "text": `"text":{"body":"x"}`, "group": `"recipient_type":"group"`, "type": `"type":"text"`,
		"own data": `"biz_opaque_callback_data":"x"`, "category": `"category":"utility"`, "recipient": `"recipient":"DE.111"`, "context": `"context":{"message_id":"wamid.B"}`,
		"typing that says something": `"typing_indicator":{"type":"text","text":{"body":"x"}}`, "typing list": `"typing_indicator":{"type":["text"]}`} {
		h.refused("read mark with "+name, p.body(`"status":"read","message_id":"wamid.A",`+more), 131009)
	}
	for _, body := range []string{`"status":"READ","message_id":"wamid.A"`, `"Status":"read","message_id":"wamid.A"`, `"status":["read"],"message_id":"wamid.A"`,
		`"status":"read","message_id":["wamid.A"]`, `"status":"read","message_id":{"id":"wamid.A"}`, `"status":"delivered","message_id":"wamid.A"`} {
		h.refused(body, p.body(body), 131009)
	}
	h.nothing("read marks")
}

// toWhoStopped: every kind of message, also those that look like none.
func (h *house) toWhoStopped(p parts) {
	for kind, content := range map[string]string{"reaction": `{"message_id":"wamid.A","emoji":"x"}`, "location": `{"latitude":1,"longitude":2}`, "contacts": `[]`, "sticker": `{"id":"1"}`,
		"interactive": `{"type":"call_permission_request"}`, "image": `{"link":"http://127.0.0.1/"}`, "text": `{"body":"x"}`} {
		for _, more := range []string{"", `"category":"utility",`, `"context":{"message_id":"wamid.A"},`} {
			a := h.send(p.body(`"to":"+` + p.no + `",` + more + `"type":"` + kind + `","` + kind + `":` + content))
			if a.status != 400 || a.header.Get("X-Jawort-Reason") == "" {
				h.T.Errorf("%s %s to who stopped: %d %s", kind, more, a.status, a.body)
			}
		}
	}
	h.nothing("who stopped")
}

// TestStrangerOnTheWire: requests as bytes. What a plain client may write goes, what could be read in two ways does not.
func TestStrangerOnTheWire(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1))
	h.stops(2)
	good, bad := offer("+"+fixture.Phone(1).Digits()), offer("+"+fixture.Phone(2).Digits())
	line, host, auth := "POST /graph"+messagesPath+" HTTP/1.1\r\n", "Host: x\r\n", "Authorization: Bearer "+h.token+"\r\n"
	typ, size := "Content-Type: application/json\r\n", fmt.Sprintf("Content-Length: %d\r\n", len(good))
	chunks := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(good), good)
	at := func(target string) string {
		return "POST " + target + " HTTP/1.1\r\n" + host + auth + typ + size + "\r\n" + good
	}
	for name, raw := range map[string]string{
		"two transfer encodings":   line + host + auth + typ + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunks,
		"gzip in chunks":           line + host + auth + typ + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks,
		"token in a trailer":       line + host + typ + "Trailer: Authorization\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.TrimSuffix(chunks, "\r\n") + auth + "\r\n",
		"length with a plus":       line + host + auth + typ + fmt.Sprintf("Content-Length: +%d\r\n\r\n", len(good)) + good,
		"length below nought":      line + host + auth + typ + "Content-Length: -1\r\n\r\n" + good,
		"a list of lengths":        line + host + auth + typ + fmt.Sprintf("Content-Length: %d, 3\r\n\r\n", len(good)) + good,
		"no host":                  line + auth + typ + size + "\r\n" + good,
		"a host with a path":       line + "Host: x/graph\r\n" + auth + typ + size + "\r\n" + good,
		"HTTP/3.0":                 strings.Replace(line, "1.1", "3.0", 1) + host + auth + typ + size + "\r\n" + good,
		"HTTP/2 without asking":    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"an upgrade, who stopped":  line + host + auth + typ + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n" + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(bad)) + bad,
		"an expectation":           line + host + auth + typ + "Expect: 200-ok\r\n" + size + "\r\n" + good,
		"a user in the target":     at("http://u:p@graph.facebook.com/graph" + messagesPath + "/.."),
		"the token in the target":  "POST http://Bearer:" + h.token + "@x/graph" + messagesPath + " HTTP/1.1\r\n" + host + typ + size + "\r\n" + good,
		"token in a cookie":        line + host + "Cookie: access_token=" + h.token + "\r\n" + typ + size + "\r\n" + good,
		"token of a proxy":         line + host + "Proxy-Authorization: Bearer " + h.token + "\r\n" + typ + size + "\r\n" + good,
		"token with an underscore": line + host + "X_Authorization: Bearer " + h.token + "\r\n" + typ + size + "\r\n" + good,
		"token bare":               line + host + "Authorization: " + h.token + "\r\n" + typ + size + "\r\n" + good,
		"two tokens in one":        line + host + "Authorization: Bearer " + h.token + ", Bearer x\r\n" + typ + size + "\r\n" + good,
		"charset twice":            line + host + auth + "Content-Type: application/json; charset=utf-8; charset=utf-16\r\n" + size + "\r\n" + good,
		"lines of JSON":            line + host + auth + "Content-Type: application/x-ndjson\r\n" + size + "\r\n" + good,
		"text/json":                line + host + auth + "Content-Type: text/json\r\n" + size + "\r\n" + good,
		"latin":                    line + host + auth + "Content-Type: application/json; charset=iso-8859-1\r\n" + size + "\r\n" + good,
		"method in small letters":  strings.Replace(at("/graph"+messagesPath), "POST", "post", 1),
		"PATCH":                    strings.Replace(at("/graph"+messagesPath), "POST", "PATCH", 1),
		"TRACE":                    strings.Replace(at("/graph"+messagesPath), "POST", "TRACE", 1),
		"dots in front":            at("/graph/v20.0/../" + fixture.NumberID + "/messages"),
		"dot semicolon":            at("/graph/v20.0/.;/" + fixture.NumberID + "/messages"),
		"dot behind":               at("/graph" + messagesPath + "."),
		"encoded dot behind":       at("/graph" + messagesPath + "%2e"),
		"encoded blank behind":     at("/graph" + messagesPath + "%20"),
		"encoded question":         at("/graph" + messagesPath + "%3Fx"),
		"encoded hash":             at("/graph" + messagesPath + "%23"),
		"encoded version":          at("/graph/%76%32%30.0/" + fixture.NumberID + "/messages"),
		"version in capitals":      at("/graph/V20.0/" + fixture.NumberID + "/messages"),
		"version of three":         at("/graph/v20.0.0/" + fixture.NumberID + "/messages"),
		"version without point":    at("/graph/v20/" + fixture.NumberID + "/messages"),
		"full-width version":       at("/graph/v２０.0/" + fixture.NumberID + "/messages"),
		"nought before the number": at("/graph/v20.0/0" + fixture.NumberID + "/messages"),
		"plus before the number":   at("/graph/v20.0/+" + fixture.NumberID + "/messages"),
		"two numbers":              at("/graph/v20.0/" + fixture.NumberID + ",1/messages"),
		"two slashes behind":       at("/graph" + messagesPath + "//"),
		"a session":                at("/graph" + messagesPath + ";jsessionid=1"),
		"long s in the edge":       at("/graph/v20.0/" + fixture.NumberID + "/me%C5%BFsages"),
		"an empty token besides":   at("/graph" + messagesPath + "?access_token="),
		"pretty":                   at("/graph" + messagesPath + "?pretty=1"),
		"an encoded parameter":     at("/graph" + messagesPath + "?%74o=1"),
	} {
		if status, n := h.wire(raw), len(h.Arrivals()); status < 400 || n != 0 {
			t.Errorf("%s: status %d, %d arrived", name, status, n)
		}
	}
	n := 0
	for name, raw := range map[string]string{
		"in chunks":                line + host + auth + typ + "Transfer-Encoding: chunked\r\n\r\n" + chunks,
		"HTTP/1.0":                 strings.Replace(line, "1.1", "1.0", 1) + host + auth + typ + size + "\r\n" + good,
		"asks before it goes on":   line + host + auth + typ + "Expect: 100-continue\r\n" + size + "\r\n" + good,
		"as a proxy asks":          at("http://x/graph" + messagesPath),
		"bearer in small letters":  line + host + "authorization: bearer " + h.token + "\r\n" + typ + size + "\r\n" + good,
		"a type in capitals":       line + host + auth + "Content-Type: APPLICATION/JSON\r\n" + size + "\r\n" + good,
		"a type with its charset":  line + host + auth + "Content-Type: application/json;charset=UTF-8\r\n" + size + "\r\n" + good,
		"a charset in quotes":      line + host + auth + "Content-Type: application/json; charset=\"utf-8\"\r\n" + size + "\r\n" + good,
		"headers that mean little": line + host + auth + typ + "X-Jawort-Mode: observe\r\nX-Forwarded-Host: evil.example\r\nX-Method: DELETE\r\n" + size + "\r\n" + good,
	} {
		status := h.wire(raw)
		if n++; status != 200 || len(h.Arrivals()) != n {
			t.Errorf("%s: status %d, %d arrived of %d", name, status, len(h.Arrivals()), n)
		}
	}
}

// wire sends bytes as they are, and answers the status that came; 0 = none.
func (h *house) wire(raw string) int {
	h.T.Helper()
	conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
	if err != nil {
		h.T.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(conn, raw)
	r := bufio.NewReader(conn)
	for {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			h.T.Errorf("%.60q: no answer: %v", raw, err)
			return 0
		}
		if resp.StatusCode != http.StatusContinue {
			return resp.StatusCode
		}
	}
}

// TestFieldsThatAreEdges: Graph reads an edge as a field of its node, so it needs what the edge needs, and what is never read is not read so either.
func TestFieldsThatAreEdges(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	_, reader := h.newProgram(account.Program{Name: "Reader", Mode: account.Enforce, Scopes: []string{"read"}})
	for _, path := range []string{fixture.WABA + "?fields=subscribed_apps", fixture.WABA + "?fields=id,assigned_users", fixture.WABA + "?fields=flows", fixture.NumberID + "?fields=settings",
		fixture.NumberID + "?fields=access_token", fixture.NumberID + "?fields=id%2C%20access_token", fixture.WABA + "/phone_numbers?fields=calls", fixture.NumberID + "?fields=messages",
		fixture.NumberID + "?fields=whatsapp_business_encryption", fixture.WABA + "/message_templates?fields=name,access_token"} {
		h.do("GET", "/v26.0/"+path, h.token, nil, nil).want(t, path, 400, 100, "EDGE_NOT_ALLOWED")
	}
	h.do("GET", "/v26.0/"+fixture.NumberID+"?fields=block_users", reader, nil, nil).want(t, "who is blocked", 403, 10, "SCOPE_MISSING")
	for _, path := range []string{fixture.NumberID + "?fields=id,display_phone_number,quality_rating,webhook_configuration", fixture.WABA + "/phone_numbers?fields=id,verified_name",
		fixture.WABA + "/message_templates?fields=name,status,category&limit=1"} {
		if a := h.do("GET", "/v26.0/"+path, reader, nil, nil); a.status != 200 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
