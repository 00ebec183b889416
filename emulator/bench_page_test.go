package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// hand is somebody at one toy phone's page, without script.
type hand struct {
	w  *world
	id string // of the person, opaque
}

// pickUp makes a person and opens their phone.
func (w *world) pickUp(phone, name string) hand {
	w.t.Helper()
	w.ok("POST", "/_emulator/people", `{"phone":"`+phone+`","name":"`+name+`"}`)
	p := w.s.people.find(phone)
	p.mu.Lock()
	defer p.mu.Unlock()
	return hand{w, p.id}
}

func (h hand) page(more string) string { return h.w.html("/?open="+h.id+more, "de") }

// does posts a form of the page.
func (h hand) does(pairs ...string) int {
	h.w.t.Helper()
	form := url.Values{"with": {phoneID}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	resp, err := http.PostForm(h.w.web.URL+"/phones/"+h.id+"/do", form)
	if err != nil {
		h.w.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// shows fails unless the page holds every word.
func (h hand) shows(page string, words ...string) {
	h.w.t.Helper()
	for _, x := range words {
		if !strings.Contains(page, x) {
			h.w.t.Errorf("the page lacks %q", x)
		}
	}
}

func TestEachPhoneHasThreeApps(t *testing.T) {
	w := start(t)
	h := w.pickUp("4915112345678", "Aylin")
	other := w.pickUp("491709876543", "Jörg")
	chat := h.page("")
	h.shows(chat, `data-app="chat"`, `aria-label="Chat von Aylin"`, "Jemand muss den Anfang machen", "app="+h.id+".sms", "app="+h.id+".call", `value="Stopp"`, "Wann habt ihr auf?")
	h.shows(h.page("&app="+h.id+".sms"), `data-app="sms"`, `name="to"`, `value="sms"`)
	h.shows(h.page("&app="+h.id+".call"), `data-app="call"`, `data-key="#"`, `value="dial"`)
	both := w.html("/?open="+h.id+","+other.id+"&app="+other.id+".call,"+h.id+".nonsense,x.sms", "de")
	if strings.Count(both, `data-app="chat"`) != 1 || strings.Count(both, `data-app="call"`) != 1 {
		t.Error("each phone shows its own app")
	}
}

func TestDialling(t *testing.T) {
	w := start(t)
	h := w.pickUp("4915112345678", "Aylin")
	for _, typed := range []string{"+49 30 23125 020", "0049 30 23125020", "110", "<b>0</b>"} {
		if c := h.does("deed", "dial", "choice", typed); c != 200 {
			t.Fatalf("%q: %d", typed, c)
		}
	}
	w.until("two calls", func() bool { return len(w.hook.changes("calls")) == 4 })
	page := h.page("&app=" + h.id + ".call")
	if n := strings.Count(page, "Kein Anschluss unter dieser Nummer."); n != 2 {
		t.Errorf("%d calls to nobody", n)
	}
	if n := strings.Count(page, "angeklingelt, aufgelegt"); n != 2 {
		t.Errorf("%d calls that rang", n)
	}
	h.shows(page, "&lt;b&gt;0&lt;/b&gt;", "Aylin klingelt an", "Aylin verwählt sich")
	if _, _, code := w.send("+4915112345678", hello); code != 0 {
		t.Errorf("a call opened no window: %d", code)
	}
}

func TestTextMessagesHaveTheirOwnPlace(t *testing.T) {
	w := start(t)
	h := w.pickUp("4915112345678", "Aylin")
	h.does("deed", "sms", "to", "71234", "text", "KAFFEE")
	h.does("deed", "text", "text", "Guten Morgen")
	sms, chat := h.page("&app="+h.id+".sms"), h.page("")
	if !strings.Contains(sms, `<p dir="auto">KAFFEE</p>`) || strings.Contains(sms, `<p dir="auto">Guten Morgen</p>`) || !strings.Contains(sms, "an 71234") {
		t.Error("the SMS app")
	}
	if strings.Contains(chat, `<p dir="auto">KAFFEE</p>`) || !strings.Contains(chat, `<p dir="auto">Guten Morgen</p>`) {
		t.Error("the chat")
	}
	if c := h.does("deed", "sms", "to", "", "text", "x"); c != 400 {
		t.Errorf("an SMS to nobody: %d", c)
	}
}

func TestAnswersReactionsAndButtons(t *testing.T) {
	w := start(t)
	h := w.pickUp("4915112345678", "Aylin")
	h.does("deed", "text", "text", "Hallo")
	id, _, _ := w.send("+4915112345678", `"type":"interactive","interactive":{"type":"flow","body":{"text":"Termin?"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"1","flow_cta":"Termin wählen","flow_token":"t","flow_action":"navigate","flow_action_payload":{"screen":"A"}}}}`)
	w.until("delivered", func() bool { return strings.Contains(w.hook.statuses(id), "delivered") })
	page := h.page("&re=" + id)
	h.shows(page, `name="message" value="`+id+`"`, "<span>Termin?</span>", "re="+url.QueryEscape(id), "👍", "Termin wählen")
	if strings.Contains(h.page("&re=wamid.x"), `value="wamid.x"`) {
		t.Error("an answer to a message that is not in the chat")
	}
	h.does("deed", "text", "text", "Ja", "message", id)
	h.does("deed", "react", "choice", "👍", "message", id)
	h.does("deed", "flow", "message", id)
	w.until("all arrived", func() bool {
		return len(w.hook.changes("messages")) >= 4 && strings.Contains(w.hook.said("nfm_reply"), id)
	})
	if got := w.hook.said("Ja"); !strings.Contains(got, id) {
		t.Errorf("the answer quotes nothing: %s", got)
	}
	if got := w.hook.said("emoji"); !strings.Contains(got, `\ud83d\udc4d`) || strings.Contains(got, `"context"`) {
		t.Errorf("the reaction: %s", got)
	}
	page = h.page("")
	h.shows(page, `<span class="quote" dir="auto">Termin?</span>`, `<span class="react">👍</span>`, `class="used"`)
}

// said is the newest update that holds a word, as it came.
func (h *hook) said(word string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := len(h.bodies) - 1; i >= 0; i-- {
		if strings.Contains(string(h.bodies[i]), word) {
			return string(h.bodies[i])
		}
	}
	return ""
}

func TestTypingShowsForAWhile(t *testing.T) {
	now := time.Now()
	w := start(t, func(o *Options) { o.Now = func() time.Time { return now } })
	h := w.pickUp("4915112345678", "Aylin")
	h.does("deed", "text", "text", "Hallo")
	page := h.page("")
	p := w.s.people.find("4915112345678")
	p.mu.Lock()
	id := p.chat[0].ID
	p.mu.Unlock()
	if strings.Contains(page, `class="typing"`) {
		t.Error("nobody is typing yet")
	}
	w.do("POST", "/v23.0/"+phoneID+"/messages", `{"messaging_product":"whatsapp","status":"read","message_id":"`+id+`","typing_indicator":{"type":"text"}}`)
	h.shows(h.page(""), `class="typing" role="status">schreibt …`, `class="seen"`, "Schreibt an Aylin …")
	w.ok("POST", "/_emulator/clock", `{"advance":"26s"}`)
	if strings.Contains(h.page(""), `class="typing"`) {
		t.Error("still typing after 25 seconds")
	}
}

func TestReportsTurnTheRating(t *testing.T) {
	w := start(t)
	for i, want := range []string{"GREEN", "YELLOW", "YELLOW", "RED", "RED"} {
		h := w.pickUp("491511234567"+itoa(i), "Person")
		if c := h.does("deed", "report"); c != 200 {
			t.Fatalf("report: %d", c)
		}
		if _, n := w.do("GET", "/v23.0/"+phoneID+"?fields=quality_rating", ""); n["quality_rating"] != want {
			t.Errorf("after %d reports: %v, want %s", i+1, n["quality_rating"], want)
		}
		h.shows(h.page(""), "Bei WhatsApp gemeldet", "blockiert")
	}
	w.ok("POST", "/_emulator/reset", `{}`)
	h := w.pickUp("4915112345670", "Person")
	h.does("deed", "report")
	if _, n := w.do("GET", "/v23.0/"+phoneID+"?fields=quality_rating", ""); n["quality_rating"] != "GREEN" {
		t.Errorf("after a reset the first report makes it %v", n["quality_rating"])
	}
}

func TestTheLogSaysWhatArrivedInPlainWords(t *testing.T) {
	w := start(t)
	w.template("news", "MARKETING", "Neues")
	h := w.pickUp("4915112345678", "Aylin <i>")
	w.send("+4915112345678", hello) // no window: refused
	for range 3 {
		w.do("GET", "/v23.0/"+phoneID+"?fields=quality_rating", "")
	}
	h.does("deed", "text", "text", "Hallo <script>")
	id, _, _ := w.send("+4915112345678", tpl("news"))
	w.until("delivered", func() bool { return strings.Contains(w.hook.statuses(id), "delivered") })
	w.until("told", func() bool { return strings.Contains(h.page(""), "Gemeldet: zugestellt") })
	page := h.page("")
	h.shows(page, "Nicht angenommen · 131047", "Antwort 400 · Die letzte Nachricht der Person", "Sieht nach, wie es der Nummer geht · 3×", "Aylin &lt;i&gt; schreibt", "Hallo &lt;script&gt;",
		"Vorlage „news“ an Aylin &lt;i&gt;", "unterschrieben · Antwort nach ", "Legt eine Vorlage an", `role="log"`)
	if strings.Contains(page, "4915112345678") || strings.Contains(page, "tok") && strings.Contains(page, "Bearer") {
		t.Error("the log holds a number or a token")
	}
	if strings.Index(page, "Vorlage „news“ an") > strings.Index(page, "Nicht angenommen") {
		t.Error("the newest is not on top")
	}
}

func TestNewcomersAreLed(t *testing.T) {
	w := start(t)
	if strings.Contains(w.html("/", "de"), `class="guide"`) {
		t.Error("three steps without a page to begin with")
	}
	w.s.Guide("http://127.0.0.1:8080/o/src_1?a=b&c", "http://127.0.0.1:8080")
	page := w.html("/", "de")
	if !strings.Contains(page, `href="http://127.0.0.1:8080/o/src_1?a=b&amp;c"`) || !strings.Contains(page, "Auf der Seite anmelden") || !strings.Contains(page, "Im Büro nachsehen") {
		t.Errorf("the guide: %s", page)
	}
	req, err := http.NewRequest("GET", w.web.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: guideCookie, Value: "off"})
	if w.s.guideFor(req) != nil {
		t.Error("who put it away sees it again")
	}
}

func TestTheBenchFromItsAddress(t *testing.T) {
	w := start(t)
	quiet := w.pickUp("4915112345670", "Still")
	told := w.pickUp("4915112345671", "Laut")
	w.pickUp("4915112345672", "Auch still")
	w.template("order", "UTILITY", "Ihr Paket")
	id, _, _ := w.send("+4915112345671", tpl("order"))
	w.until("delivered", func() bool { return strings.Contains(w.hook.statuses(id), "delivered") })
	if page := w.html("/", "de"); strings.Index(page, `data-phone="`+told.id) > strings.Index(page, `data-phone="`+quiet.id) {
		t.Error("a phone with something to read does not lie in front")
	}
	people := w.s.people.everybody()
	b := w.s.benchOf(url.Values{"open": {quiet.id + "," + told.id + "," + quiet.id + ",nobody"}, "app": {quiet.id + ".sms"}, "text": {"Ja"}, "re": {"x"}}, people)
	if len(b.open) != 2 || b.apps[quiet.id] != "sms" {
		t.Fatalf("%+v", b)
	}
	first := b.open[1]
	for name, got := range map[string]string{"link": b.first(first).link(), "want": "/?app=" + quiet.id + ".sms&open=" + told.id + "%2C" + quiet.id} {
		if !strings.HasPrefix(got, "/?") || strings.Contains(got, "text=") || strings.Contains(got, "re=") || !strings.Contains(got, told.id+"%2C"+quiet.id) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := b.without(first).link(); strings.Contains(got, told.id) {
		t.Errorf("put away: %s", got)
	}
	if got := b.without(first).without(b.open[0]).link(); got != "/?open=none" {
		t.Errorf("all put away: %s", got)
	}
	if len(b.open) != 2 || b.text != "Ja" {
		t.Error("links changed the bench itself")
	}
}

func TestMarkup(t *testing.T) {
	for text, want := range map[string]string{
		"*fett* _schräg_ ~weg~":     "<strong>fett</strong> <em>schräg</em> <s>weg</s>",
		"`a*b*` und ```x_y_```":     "<code>a*b*</code> und <code>x_y_</code>",
		"`<b>`":                     "<code>&lt;b&gt;</code>",
		"2*3*4 a~b~c *x* *y*":       "2*3*4 a~b~c <strong>x</strong> <strong>y</strong>",
		"``` offen":                 "``` offen",
		"<img src=x> https://a.b/c": `&lt;img src=x&gt; <a href="https://a.b/c" target="_blank" rel="noopener noreferrer">https://a.b/c</a>`,
	} {
		if got := string(dress(text)); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}
