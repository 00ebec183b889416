package gateway

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/test/fixture"
)

// upstream is how many requests Meta's side has seen; what is refused must never get there.
func (h *house) upstream() int {
	h.T.Helper()
	resp, err := http.Get(h.Number.BaseURL + "/_emulator/requests")
	if err != nil {
		h.T.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		h.T.Fatal(err)
	}
	return strings.Count(string(raw), `"method"`)
}

// TestIntruder: what somebody with a gateway token tries next. Bodies: each is refused, and Meta's side never hears of it.
func TestIntruder(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1), "wa:DE.111")
	h.stops(2)
	yes, no := fixture.Phone(1).Digits(), fixture.Phone(2).Digits()
	p := partsOf(yes, no)
	before := h.upstream()
	n := 0
	try := func(name, body string) {
		t.Helper()
		n++
		if a := h.send(body); a.status < 400 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if a := h.do("POST", strings.Replace(messagesPath, "/messages", "/marketing_messages", 1), h.token, nil, []byte(body)); a.status < 400 {
			t.Errorf("%s, on the marketing edge: %d %s", name, a.status, a.body)
		}
	}
	national := "0" + no[2:]
	for _, to := range []string{no, "+" + no, national, no[2:], "00" + no, "+00" + no, "000" + no, "0" + no, "011" + no, "+49" + national, "490" + no[2:], "+49 " + national, no[:4] + " " + no[4:], no[:4] + "-" + no[4:],
		no[:4] + "." + no[4:], no[:2] + " " + no[2:5] + " " + no[5:], "+" + no[:2] + "-" + no[2:], " " + no, no + " ", "\\u002b" + no, "+\\u0034" + no[1:], "0049" + no[2:], "49" + national, "+" + no + ".", "+" + no + "-", "(+" + no + ")",
		"+" + no[:2] + "(0)" + no[2:], "\\t+" + no, "+" + no + "\\u0000", "+" + no + "\\u200b", "+" + no + "#", "+" + no + "*", "+" + no + "?", "+" + no + "&to=" + yes, "+" + no + ";", "+" + no + "%00", "+" + no + "/", "+" + no + "@" + yes,
		"+" + yes + "|" + no, "[" + "+" + no + "]", "{" + no + "}", no + ".0", no + "e0", "0x" + no, "１" + no, "wa:" + no, "phone:" + no, "sms:+" + no, "+" + no + "," + yes, "+" + yes + "," + no, "+" + yes + " +" + no, yes + no, "+" + yes + no} {
		try("to "+to, p.body(`"to":"`+to+`",`+p.content))
	}
	for _, to := range []string{no, no + ".0", no + "e0", "-" + no, no[:6] + "e" + "7", `["` + no + `"]`, `[["` + no + `"]]`, `{"phone":"` + no + `"}`, `{"to":"` + no + `"}`, `[]`, `{}`, `false`} {
		try("bare to "+to, p.body(`"to":`+to+`,`+p.content))
	}
	for _, more := range []string{`"recipient":"+` + no + `"`, `"recipient":"` + no + `"`, `"recipient":"wa:DE.111"`, `"recipient":{"user_id":"DE.111"}`, `"recipient":"DE.ENT.111"`, `"recipient":"DE.222"`, `"recipient":" DE.111"`, `"recipient":"DE.111\u0000"`,
		`"recipient":"GB.111"`, `"recipient":"DE.1111"`, `"recipient":"DE.11"`, `"recipient_type":"group"`, `"recipient_type":"individual "`, `"recipient_type":["group"]`, `"recipient_type":1`, `"recipient_type":"broadcast"`, `"group":"1"`,
		`"participants":["` + no + `"]`, `"cc":["` + no + `"]`, `"bcc":"` + no + `"`, `"audience":{"phones":["` + no + `"]}`, `"contact":{"phone":"` + no + `"}`, `"context":{"message_id":"wamid.A","to":"` + no + `"}`, `"context":{"group_id":"1"}`,
		`"context":[]`, `"context":"wamid.A"`, `"biz_opaque_callback_data":{"to":"` + no + `"}`, `"biz_opaque_callback_data":1`, `"recipient_identity_key_hash":["x"]`, `"ttl":1`, `"schedule":"now"`, `"to2":"` + no + `"`, `"TO":"` + no + `"`, `"tO":"` + no + `"`,
		`"\u0074\u006f":"` + no + `"`, `"to\u200b":"` + no + `"`, `"ｔｏ":"` + no + `"`, `"т` + `о":"` + no + `"`, `"type":"template"`, `"template":null`, `"text":{"body":"x"}`, `"interactive":{"type":"button"}`, `"category":"marketing"`, `"category":"UTILITY"`,
		`"category":"utility "`, `"category":"authentication"`, `"category":["utility"]`, `"status":"read"`, `"status":null`, `"message_id":"wamid.A"`, `"typing_indicator":{"type":"text"}`, `"product_policy":["STRICT"]`, `"messaging_product":"whatsapp"`} {
		try("beside: "+more, p.body(p.to+more+`,`+p.content))
		try("behind: "+more, p.body(p.to+p.content+`,`+more))
	}
	for _, product := range []string{`"WHATSAPP"`, `"Whatsapp"`, `"whatsapp "`, `" whatsapp"`, `"whatsapp\u0000"`, `null`, `1`, `true`, `{}`, `["whatsapp"]`, `"instagram"`, `"messenger"`, `"ｗhatsapp"`, `""`} {
		try("product "+product, `{"messaging_product":`+product+`,`+p.to+p.content+`}`)
	}
	for _, content := range []string{`"type":"template","template":{"name":"sommer_sale","language":{"code":"de","policy":"fallback"}}`, `"type":"template","template":{"name":"sommer_sale","language":{"code":"pt_BR"}}`,
		`"type":"template","template":{"name":"sommer_sale","language":{"code":"de "}}`, `"type":"template","template":{"name":"Sommer_sale","language":{"code":"de"}}`, `"type":"template","template":{"name":"sommer_sale/order_update","language":{"code":"de"}}`,
		`"type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}`, `"type":"template","template":{"name":"7100","language":{"code":"de"}}`, `"type":"template","template":[]`, `"type":"template","template":"sommer_sale"`,
		`"type":"template","template":{"name":"sommer_sale","language":{"code":["de"]}}`, `"type":"template","template":{"name":"sommer_sale","language":{"code":null}}`, `"type":"template","template":{"name":"sommer_sale","language":{"code":"de"},"to":"` + no + `"}`,
		`"type":"text","text":{"body":"x"},"template":{"name":"sommer_sale","language":{"code":"de"}}`, `"type":"text"`, `"text":{"body":"x"}`, `"type":"text","text":"x"`, `"type":"text","text":[{"body":"x"}]`, `"type":"image","image":[]`, `"type":"image","text":{"body":"x"}`,
		`"type":"contacts","contacts":{}`, `"type":"order","order":{}`, `"type":"system","system":{}`, `"type":"edit","edit":{"original_message_id":"wamid.A"}`, `"type":"revoke","revoke":{}`, `"type":"unsupported","unsupported":{}`, `"type":"hsm","hsm":{}`,
		`"type":"reaction","reaction":{"message_id":"wamid.A","emoji":"x"}`, `"type":"location","location":{"latitude":1,"longitude":1}`, `"type":"interactive","interactive":{"type":"call_permission_request"}`, `"type":"pin","pin":{"type":"pin","message_id":"wamid.A"}`,
		`"type":"poll","poll":{}`, `"type":"status","status":"x"`, `"type":"audio","audio":{"id":"1"}`, `"type":"sticker","sticker":{"id":"1"}`, `"type":"request_welcome"`} {
		try("content "+content, p.body(p.to+content))
	}
	if got := h.upstream(); got != before {
		t.Errorf("Meta's side saw %d requests of %d that were refused", got-before, n)
	}
	h.nothing(fmt.Sprintf("%d bodies on two edges", n))
	if a := h.send(p.good); a.status != 200 {
		t.Errorf("the good one: %d %s", a.status, a.body)
	}
}

// TestIntruderOnTheWire: the same visitor with bytes. What is answered with less than 400 must have reached the one who agreed, once; all
// else nobody.
func TestIntruderOnTheWire(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{patience: 500 * time.Millisecond})
	h.Grant(fixture.Phone(1))
	h.stops(2)
	yes, no := fixture.Phone(1).Digits(), fixture.Phone(2).Digits()
	good, bad := offer("+"+yes), offer("+"+no)
	v := visitor{h.token, good, bad}
	raws := v.bodies()
	maps.Copy(raws, v.heads())
	maps.Copy(raws, v.targets())
	for name, raw := range raws {
		before := len(h.Arrivals())
		status := h.wire(raw)
		if arrived := len(h.Arrivals()) - before; status < 400 || arrived != 0 {
			t.Errorf("%s: status %d, %d arrived", name, status, arrived)
		}
	}
	h.pipeline(v.request(v.line(), "", good), v.request(v.line(), "", bad))
	for _, a := range h.Arrivals() {
		if a.To != yes {
			t.Errorf("it reached %v", a)
		}
	}
}

// pipeline: several requests in one breath; each is judged for itself, and a body that is refused is not read as a request.
func (h *house) pipeline(good, bad string) {
	h.T.Helper()
	hidden := strings.Replace(good, "Content-Length: ", "Content-Length: 9", 1) // says it is longer than it is: what follows is its body
	for name, c := range map[string]struct {
		raw     string
		arrives int
	}{
		"good and bad":               {good + bad, 1},
		"bad and good":               {bad + good, 1},
		"three":                      {bad + good + bad, 1},
		"a request inside a body":    {strings.Replace(bad, "\r\n\r\n", "\r\n\r\n"+good, 1), 0},
		"one that swallows another":  {hidden + bad, 0},
		"an unknown token, then bad": {strings.Replace(good, "Bearer jp_", "Bearer jq_", 1) + bad, 0},
	} {
		before := len(h.Arrivals())
		conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
		if err != nil {
			h.T.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
		_, _ = io.WriteString(conn, c.raw)
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
		if got := len(h.Arrivals()) - before; got > c.arrives {
			h.T.Errorf("%s: %d arrived, want at most %d", name, got, c.arrives)
		}
	}
}

// visitor writes requests as bytes.
type visitor struct{ token, good, bad string }

func (v visitor) line() string { return "POST /graph" + messagesPath + " HTTP/1.1" }
func (v visitor) auth() string { return "Authorization: Bearer " + v.token + "\r\n" }

const jsonType = "Content-Type: application/json\r\n"

func size(body string) string { return fmt.Sprintf("Content-Length: %d\r\n", len(body)) }

func (v visitor) request(line, more, body string) string {
	return line + "\r\nHost: x\r\n" + v.auth() + jsonType + more + size(body) + "\r\n" + body
}

func chunk(parts ...string) (out string) {
	for _, x := range parts {
		out += fmt.Sprintf("%x\r\n%s\r\n", len(x), x)
	}
	return out
}

// bodies: how long a body is, and where it ends.
func (v visitor) bodies() map[string]string {
	line, auth, typ, good, bad, request := v.line(), v.auth(), jsonType, v.good, v.bad, v.request
	chunked := line + "\r\nHost: x\r\n" + auth + typ + "Transfer-Encoding: chunked\r\n\r\n"
	return map[string]string{
		"who stopped, in chunks":              chunked + chunk(bad) + "0\r\n\r\n",
		"who stopped, byte by byte":           chunked + chunk(strings.Split(bad, "")...) + "0\r\n\r\n",
		"who stopped, in HTTP/1.0":            strings.Replace(request(line, "", bad), "1.1", "1.0", 1),
		"who stopped, kept alive in HTTP/1.0": strings.Replace(request(line, "Connection: keep-alive\r\n", bad), "1.1", "1.0", 1),
		"who stopped, as a proxy asks":        request("POST http://graph.facebook.com/graph"+messagesPath+" HTTP/1.1", "", bad),
		"who stopped, as another proxy asks":  request("POST https://graph.facebook.com:443/graph"+messagesPath+" HTTP/1.1", "", bad),
		"who stopped, without waiting":        request(line, "Expect: 100-continue\r\n", bad),
		"a trailer that changes the length":   line + "\r\nHost: x\r\n" + auth + typ + "Transfer-Encoding: chunked\r\nTrailer: Content-Length\r\n\r\n" + chunk(bad) + "0\r\nContent-Length: 3\r\n\r\n",
		"a trailer with a body":               chunked + chunk(good) + "0\r\n" + bad + "\r\n\r\n",
		"chunks that say more than they hold": chunked + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(good)+9, good),
		"chunks that say less":                chunked + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(good)-9, good),
		"a chunk below nought":                chunked + "-1\r\n" + good + "\r\n0\r\n\r\n",
		"a chunk too large":                   chunked + "ffffffffffffffff\r\n" + good,
		"a chunk larger than any number":      chunked + "10000000000000000\r\n" + good,
		"a chunk in decimal with a sign":      chunked + "+5\r\n" + good + "\r\n0\r\n\r\n",
		"a chunk called hexadecimal":          chunked + "0x" + chunk(good) + "0\r\n\r\n",
		"no chunk":                            chunked + "0\r\n\r\n",
		"two messages in one body":            request(line, "", good+bad),
		"two messages in chunks":              chunked + chunk(good, bad) + "0\r\n\r\n",
		"a mark in chunks, then a message":    chunked + chunk(`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A"}`, bad) + "0\r\n\r\n",
		"a length with blanks between":        line + "\r\nHost: x\r\n" + auth + typ + "Content-Length: 1 0\r\n\r\n" + good,
		"a length in hexadecimal":             line + "\r\nHost: x\r\n" + auth + typ + "Content-Length: 0x10\r\n\r\n" + good,
		"an old-style encoding":               line + "\r\nHost: x\r\n" + auth + typ + "Transfer-Encoding: identity\r\n" + size(good) + "\r\n" + good,
		"a tab in the encoding":               line + "\r\nHost: x\r\n" + auth + typ + "Transfer-Encoding:\tchunked, identity\r\n\r\n" + chunk(good) + "0\r\n\r\n",
		"an encoding with an underscore":      line + "\r\nHost: x\r\n" + auth + typ + "Transfer_Encoding: chunked\r\n\r\n" + chunk(good) + "0\r\n\r\n",
		"a carriage return alone":             line + "\rHost: x\r" + auth + typ + "\r\r" + good,
		"NUL in a header":                     request(line, "X-A: a\x00b\r\n", good),
		"a header without a name":             request(line, ": a\r\n", good),
		"a header in UTF-8":                   request(line, "Tö: a\r\n", good),
		"a line feed in a header":             request(line, "X-A: a\nTransfer-Encoding: chunked\r\n", good),
	}
}

// heads: who asks, for what kind of body.
func (v visitor) heads() map[string]string {
	line, auth, typ, good, bad, request := v.line(), v.auth(), jsonType, v.good, v.bad, v.request
	return map[string]string{
		"the token folded":                            line + "\r\nHost: x\r\nAuthorization: Bearer\r\n " + v.token + "x\r\n" + typ + size(good) + "\r\n" + good,
		"the token cut":                               strings.Replace(request(line, "", good), v.token, v.token[:len(v.token)-1], 1),
		"the token and one more":                      strings.Replace(request(line, "", good), v.token, v.token+"x", 1),
		"the token in capitals":                       strings.Replace(request(line, "", good), v.token, strings.ToUpper(v.token), 1),
		"the token in quotes":                         strings.Replace(request(line, "", good), v.token, `"`+v.token+`"`, 1),
		"another scheme":                              strings.Replace(request(line, "", good), "Bearer", "OAuth", 1),
		"two tokens, the wrong one first":             request(line, "Authorization: Bearer jp_x\r\n", good),
		"a token hop by hop":                          request(line, "Connection: Authorization, close\r\nAuthorization: Bearer x\r\n", good),
		"the token in the body":                       line + "\r\nHost: x\r\n" + typ + size(strings.Replace(good, "{", `{"access_token":"`+v.token+`",`, 1)) + "\r\n" + strings.Replace(good, "{", `{"access_token":"`+v.token+`",`, 1),
		"the token in the body besides":               request(line, "", strings.Replace(good, "{", `{"access_token":"`+v.token+`",`, 1)),
		"the token in the query, twice":               strings.Replace(request(strings.Replace(line, " HTTP", "?access_token="+v.token+"&access_token="+v.token+" HTTP", 1), "", good), auth, "", 1),
		"the token in the query of a send":            strings.Replace(request(strings.Replace(line, " HTTP", "?access_token="+v.token+" HTTP", 1), "", good), auth, "", 1),
		"a proof alone":                               strings.Replace(request(strings.Replace(line, " HTTP", "?appsecret_proof=x HTTP", 1), "", good), auth, "", 1),
		"two proofs":                                  request(strings.Replace(line, " HTTP", "?appsecret_proof=x&appsecret_proof=y HTTP", 1), "", good),
		"a body in the query, GET":                    request("GET /graph"+messagesPath+"?messaging_product=whatsapp&to=%2B4915550000001&type=template HTTP/1.1", "", ""),
		"two JSON parts of a form":                    request(line, "Content-Type: multipart/related; boundary=b\r\n", "--b\r\nContent-Type: application/json\r\n\r\n"+good+"\r\n--b\r\nContent-Type: application/json\r\n\r\n"+bad+"\r\n--b--\r\n"),
		"only parts":                                  strings.Replace(request(line, "", "--b\r\nContent-Type: application/json\r\n\r\n"+good+"\r\n--b--\r\n"), typ, "Content-Type: multipart/form-data; boundary=b\r\n", 1),
		"JSON for linked data":                        strings.Replace(request(line, "", good), "application/json", "application/ld+json", 1),
		"a type with a list":                          strings.Replace(request(line, "", good), "application/json", "application/json;application/x-www-form-urlencoded", 1),
		"no type":                                     strings.Replace(request(line, "", good), typ, "", 1),
		"an empty type":                               strings.Replace(request(line, "", good), typ, "Content-Type:\r\n", 1),
		"deflate":                                     request(line, "Content-Encoding: deflate\r\n", good),
		"brotli and nothing":                          request(line, "Content-Encoding: br, identity\r\n", good),
		"an upgrade to another language, who stopped": request(line, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n", bad),
		"HTTP/0.9":                                    "POST /graph" + messagesPath + "\r\n\r\n" + good,
		"HTTP/1.2":                                    request("POST /graph"+messagesPath+" HTTP/1.2", "", bad),
		"HTTP/1":                                      request("POST /graph"+messagesPath+" HTTP/1", "", good),
		"CONNECT":                                     request("CONNECT graph.facebook.com:443 HTTP/1.1", "", ""),
		"a method of two words":                       request("POST GET /graph"+messagesPath+" HTTP/1.1", "", good),
		"a method nobody knows":                       request("SEND /graph"+messagesPath+" HTTP/1.1", "", good),
		"a form's method":                             request(strings.Replace(line, " HTTP", "?_method=POST HTTP", 1), "", good),
		"asked whether it changed, who stopped":       request(line, "If-None-Match: *\r\nRange: bytes=0-1\r\n", bad),
		"said to be inside, who stopped":              request(line, "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\nX-Jawort-Mode: observe\r\nX-Jawort-Purpose: stop_ack\r\n", bad),
		"said to be Jawort, who stopped":              request(line, "X-Jawort-Id: msg_1\r\nX-Jawort-Decision: allow\r\nX-Jawort-Human-Answers: on\r\nUser-Agent: jawort\r\n", bad),
		"an idempotency key, who stopped":             request(line, "Idempotency-Key: 1\r\nX-Idempotency-Key: 1\r\n", bad),
	}
}

// targets: methods, and edges that look like the one.
func (v visitor) targets() map[string]string {
	raws, good, bad, request := map[string]string{}, v.good, v.bad, v.request
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "LINK", "MERGE", "Post", "POST\t", "QUERY"} {
		for _, edge := range []string{"messages", "marketing_messages"} {
			raws[method+" on "+edge] = request(method+" /graph"+strings.Replace(messagesPath, "messages", edge, 1)+" HTTP/1.1", "", good)
		}
	}
	for _, edge := range []string{"messages/", "messages/.", "messages/..", "messages/../messages", "messages//", "messages%2F", "messages%2e", "messages?", "messages??", "messages?&", "messages;v=1", "messages,", "messages.json", "messages+", "messages%0d%0a", "MESSAGES", "Messages",
		"message_sends", "messages_v2", "marketing_messages/messages", "media/messages", "groups", "calls", "signups", "flows", "messages_encrypted", "smb_app_data", "conversational_automation", "business_compliance_info", "dcc_config", "assigned_users", "feed", "threads"} {
		raws["who stopped at "+edge] = request("POST /graph/v26.0/"+fixture.NumberID+"/"+edge+" HTTP/1.1", "", bad)
	}
	return raws
}
