package story

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// support is a business's support desk: another program, which answers whoever writes.
type support struct {
	*world
	token, page string // page is its page in the manager
	owner       *http.Client
}

func (w *world) support() *support {
	w.Helper()
	status, p := w.api("POST", "/programs", object{"name": "Chatwoot", "scopes": []string{"send"}})
	if status != http.StatusCreated || p["human_answers"] != false {
		w.Fatalf("program: %d %v", status, p)
	}
	return &support{world: w, token: p["token"].(string), page: "/settings/programs/" + p["id"].(string), owner: w.signedIn()}
}

// people says in the manager whether people type there.
func (s *support) people(yes bool, reason string) string {
	s.Helper()
	form := url.Values{"name": {"Chatwoot"}, "mode": {"enforce"}, "scopes": {"send"}, "reason": {reason}}
	if yes {
		form.Set("human_answers", "on")
	}
	resp, err := s.owner.PostForm(s.base+s.page, form)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return string(body)
}

// typing is what the API says of it.
func (s *support) typing() bool {
	s.Helper()
	_, p := s.api("GET", strings.TrimPrefix(s.page, "/settings"), nil)
	return p["human_answers"] == true
}

// posts sends through the gateway; the answer's status, and the reason where it was refused.
func (s *support) posts(edge, phone, rest string, head ...string) (int, string) {
	s.Helper()
	body := `{"messaging_product":"whatsapp","to":"` + phone + `",` + rest + `}`
	req, err := http.NewRequest(http.MethodPost, s.base+"/graph/v26.0/"+s.id+"/"+edge, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	var told struct {
		Error *struct {
			Data struct {
				Jawort struct{ Reasons []struct{ Code string } }
			} `json:"error_data"`
		}
	}
	_ = json.Unmarshal(raw, &told)
	reason := resp.Header.Get("X-Jawort-Reason")
	if resp.StatusCode != http.StatusOK && (told.Error == nil || len(told.Error.Data.Jawort.Reasons) == 0) {
		s.Errorf("a refusal without its reasons: %s", raw)
	}
	return resp.StatusCode, reason
}

func (s *support) sends(what, phone, rest, want string) {
	s.Helper()
	status, reason := s.posts("messages", phone, rest)
	for range 20 { // a number that was made a moment ago is not sent from yet
		if reason != "TOO_MANY" {
			break
		}
		status, reason = s.posts("messages", phone, rest)
	}
	if want == "" && status != http.StatusOK || want != "" && (status != http.StatusBadRequest || reason != want) {
		s.Errorf("%s: %d %s, want %q", what, status, reason, want)
	}
}

const (
	typedText = `"type":"text","text":{"body":"Ihr Paket ist heute unterwegs."}`
	typedLink = `"type":"image","image":{"link":"https://example.com/karte.png"}`
	typedTaps = `"type":"interactive","interactive":{"type":"button","body":{"text":"Passt das?"},"action":{"buttons":[{"type":"reply","reply":{"id":"a","title":"Ja"}}]}}`
	saleTo    = `"type":"template","template":{"name":"sommer_sale","language":{"code":"de"}}`
	updateTo  = `"type":"template","template":{"name":"order_update","language":{"code":"de"}}`
)

// Somebody asks where the parcel is and has never agreed to anything: what people type reaches them once an owner said that people type in that
// program, and nothing else does; a stop ends it, the next question begins it again, and so does the owner.
func TestPeopleTypeHere(t *testing.T) {
	each(t, func(w *world) {
		s := w.support()
		w.says(mareike, "Wo ist mein Paket?")
		s.sends("before the owner said so", mareike, typedText, "CONSENT_NONE")
		if s.people(true, ""); s.typing() {
			t.Error("it was switched on without a reason")
		}
		s.sends("without a reason", mareike, typedText, "CONSENT_NONE")
		if status, reason := s.posts("messages", mareike, typedText+`,"purpose":"human_answer"`, "X-Jawort-Purpose", "human_answer"); status != 400 || reason != "BODY_NOT_UNDERSTOOD" {
			t.Errorf("a caller's own word: %d %s", status, reason)
		}
		if status, reason := s.posts("messages", mareike, typedText, "X-Jawort-Purpose", "human_answer", "X-Jawort-Human-Answers", "on"); status != 400 || reason != "CONSENT_NONE" {
			t.Errorf("a caller's own header: %d %s", status, reason)
		}
		s.people(true, "Der Support antwortet hier")
		w.asksAndIsAnswered(s)
		s.people(false, "")
		s.sends("switched off", mareike, typedText, "CONSENT_NONE")
		s.people(true, "Der Support antwortet wieder")

		w.later(10 * time.Second)
		w.says(mareike, "STOP")
		w.eventually("the stop", func() bool { return len(w.kinds(mareike)) > 0 })
		w.quiet(mareike, 4) // Jawort's own word that nothing will come any more
		s.sends("after the stop", mareike, typedText, "SUPPRESSED")
		s.sends("a picture after the stop", mareike, typedLink, "SUPPRESSED")
		s.sends("a template after the stop", mareike, saleTo, "SUPPRESSED")
		w.quiet(mareike, 4)

		w.later(10 * time.Second)
		w.says(mareike, "Wo bleibt denn nun mein Paket?")
		s.sends("a question after the stop", mareike, typedText, "")
		s.sends("a template after that question", mareike, updateTo, "SUPPRESSED")

		s.people(false, "")
		s.sends("switched off after the stop", mareike, typedText, "SUPPRESSED")
		s.people(true, "Doch wieder der Support")
		w.later(25 * time.Hour)
		s.sends("a day later", mareike, typedText, "WINDOW_CLOSED")
		s.sends("who never wrote", ole, typedText, "WINDOW_CLOSED")
	})
}

// asksAndIsAnswered: what is free goes, what Meta takes at any time does not, and it says so where the owner looks.
func (w *world) asksAndIsAnswered(s *support) {
	s.sends("typed", mareike, typedText, "")
	s.sends("a picture", mareike, typedLink, "")
	s.sends("something to tap", mareike, typedTaps, "")
	s.sends("an offer", mareike, saleTo, "CONSENT_NONE")
	s.sends("an update", mareike, updateTo, "CONSENT_NONE")
	s.sends("Direct Send", mareike, typedText+`,"category":"utility"`, "CONSENT_NONE")
	if status, reason := s.posts("marketing_messages", mareike, typedText); status != 400 || reason != "WRONG_EDGE" {
		w.Errorf("the marketing edge: %d %s", status, reason)
	}
	w.eventually("three answers", func() bool { return len(w.arrived(mareike)) == 3 })
	page := w.reads(s.owner, s.page)
	for _, want := range []string{"People type here", "it answered one person; messages: 3", "Answer by a human"} {
		if !strings.Contains(page, want) {
			w.Errorf("the program's page does not say %q", want)
		}
	}
	if trail := w.reads(s.owner, "/settings/audit"); !strings.Contains(trail, "Der Support antwortet hier") || !strings.Contains(trail, "human_answers") {
		w.Error("the audit trail does not say who switched it on, and why")
	}
}

// Nobody goes on and on at somebody who says nothing any more; a word of theirs begins anew.
func TestAnswersComeToAnEnd(t *testing.T) {
	each(t, func(w *world) {
		s := w.support()
		s.people(true, "Der Support antwortet hier")
		w.says(pia, "Wo ist mein Paket?")
		for range 20 {
			s.sends("one of twenty", pia, typedText, "")
		}
		s.sends("the next", pia, typedText, "ANSWERS_UNHEARD")
		w.quiet(pia, 20)
		w.later(10 * time.Second)
		w.says(pia, "Danke! Und wann kommt es?")
		s.sends("after a word of theirs", pia, typedText, "")
	})
}
