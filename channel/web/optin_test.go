package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jawort/consent"
	"jawort/intake"
	"jawort/source"
)

const (
	typed = "0151 12345678"
	tel   = "tel:+4915112345678"
)

// follow opens the page a form leads to.
func (b *browser) follow(a answer) answer {
	b.s.t.Helper()
	if a.code != http.StatusSeeOther {
		b.s.t.Fatalf("status %d instead of a redirect:\n%s\n%s", a.code, a.body, b.s.logs)
	}
	next := b.get(a.to)
	if next.code != http.StatusOK {
		b.s.t.Fatalf("the next page: %d", next.code)
	}
	return next
}

func TestSomebodyOptsInOnTheWebsite(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), "/o/"+s.source.ID
		a := b.fill(page, topicField, "offers", topicField, "order_updates", phoneField, typed)
		next := b.follow(a)
		if strings.Contains(a.to, "151") && strings.Contains(a.to, "12345678") {
			t.Error("the number stands in an address")
		}
		link := attr(next.one(t, "a#chat"), "href")
		u, err := url.Parse(link)
		if err != nil || u.Host != "wa.me" || u.Path != "/493023125010" {
			t.Fatalf("the way to WhatsApp: %q", link)
		}
		declared := u.Query().Get("text")
		if !strings.Contains(declared, s.tenant.Name) || strings.TrimSpace(text(next.one(t, "blockquote#declaration"))) != declared {
			t.Errorf("the page shows %q, the link sends %q", text(next.one(t, "blockquote#declaration")), declared)
		}
		if len(next.all("svg#qr path")) != 1 {
			t.Error("no code to scan")
		}
		events := s.ledger(tel)
		if len(events) != 2 {
			t.Fatalf("%d events", len(events))
		}
		for _, e := range events {
			s.provesTheAct(e, page)
		}
		reload := b.get(a.to)
		if reload.body != next.body || len(s.ledger(tel)) != 2 {
			t.Error("a reload changed something")
		}
	})
}

// provesTheAct checks what the ledger keeps of a form.
func (s *shop) provesTheAct(e consent.Event, page string) {
	s.t.Helper()
	want := map[string]consent.Kind{"offers": consent.Requested, "order_updates": consent.Declared}[e.Topics[0]]
	if e.Kind != want || e.Channel != "web" || !e.Witnessed || e.Actor.Kind != consent.Person || e.Source != s.source.ID {
		s.t.Errorf("event %s of %v by %s on %s, witnessed %v", e.Kind, e.Topics, e.Actor.Kind, e.Channel, e.Witnessed)
	}
	if e.Notice != s.notice || e.NoticeVersion != 1 || e.NoticeHash == "" || e.Language != "de" {
		s.t.Errorf("wording %s %d %s", e.Notice, e.NoticeVersion, e.Language)
	}
	got := map[string]string{}
	for _, p := range e.Evidence {
		got[p.Kind] = p.Value
	}
	if got["ip"] != "203.0.113.0/24" || got["user_agent"] != "Mozilla/5.0 (test)" || got["page"] != s.url+page {
		s.t.Errorf("evidence %v", got)
	}
	if !strings.HasPrefix(got["wording"], s.notice+" version 1 de sha256:") {
		s.t.Errorf("the wording served: %q", got["wording"])
	}
	if at, err := time.Parse(time.RFC3339, got["shown_at"]); err != nil || s.now().Sub(at) > time.Minute {
		s.t.Errorf("shown at %q", got["shown_at"])
	}
	var form struct {
		Boxes  map[string]bool `json:"boxes"`
		Fields []string        `json:"fields"`
	}
	if err := json.Unmarshal([]byte(got["form"]), &form); err != nil || !form.Boxes["offers"] || !form.Boxes["order_updates"] || len(form.Fields) != 3 {
		s.t.Errorf("the form: %s", got["form"])
	}
	if strings.Contains(got["form"], "1234") {
		s.t.Error("what was typed stands in the evidence")
	}
}

func TestOneTopicAndTheOtherBoxUnticked(t *testing.T) {
	each(t, func(s *shop) {
		b := s.browser()
		b.lang = "en-GB"
		next := b.follow(b.fill("/o/"+s.source.ID, topicField, "offers", phoneField, "+44 7700 900123"))
		if got := attr(next.one(t, "html"), "lang"); got != "en" {
			t.Errorf("the next page is in %s", got)
		}
		events := s.ledger("tel:+447700900123")
		if len(events) != 1 || events[0].Kind != consent.Requested || len(events[0].Topics) != 1 || events[0].Language != "en" {
			t.Fatalf("events: %+v", events)
		}
	})
}

// Whoever's number is typed, the page reads the same: never seen, agreed, agreed to one topic, stopped, asked twice.
func TestThePageTellsNothingAboutTheNumber(t *testing.T) {
	each(t, func(s *shop) {
		s.grant("tel:+4915112345601", "offers", "order_updates")
		s.grant("tel:+4915112345602", "offers")
		s.grant("tel:+4915112345603", "offers", "order_updates")
		if _, err := s.desk.OptOut(t.Context(), intake.OptOut{Tenant: s.tenant.ID, Address: "tel:+4915112345603", Scope: consent.ScopeAll, Via: "chat",
			Actor: consent.Actor{Kind: consent.Person}, Witnessed: true}); err != nil {
			t.Fatal(err)
		}
		page := s.another(source.Settings{AddressDaily: 99})
		for name, boxes := range map[string][]string{"marketing": {topicField, "offers"}, "both": {topicField, "offers", topicField, "order_updates"}, "utility": {topicField, "order_updates"}} {
			first := ""
			for _, number := range []string{"0151 12345600", "0151 12345601", "0151 12345602", "0151 12345603", "0151 12345600"} {
				seen := shape(t, s.after(page, append(boxes, phoneField, number)...))
				if first == "" {
					first = seen
				}
				if seen != first {
					t.Errorf("%s, %s reads\n%s\ninstead of\n%s", name, number, seen, first)
				}
			}
		}
		if got := s.state("tel:+4915112345601", "offers"); got != consent.StateGranted {
			t.Errorf("a form turned a granted topic into %s", got)
		}
		for _, topic := range []string{"offers", "order_updates"} {
			if got := s.state("tel:+4915112345603", topic); got != consent.StateWithdrawn {
				t.Errorf("a form, which anybody can fill in, lifted a stop: %s is %s", topic, got)
			}
		}
	})
}

// after is the page that follows a form, sent from a network of its own.
func (s *shop) after(page string, pairs ...string) answer {
	s.t.Helper()
	b := s.browser()
	b.from = fmt.Sprintf("198.51.100.%d", s.count("door")%250)
	return b.follow(b.fill(page, pairs...))
}

// shape is a page without the code that differs each time.
func shape(t *testing.T, a answer) string {
	t.Helper()
	link := attr(a.one(t, "a#chat"), "href")
	u, _ := url.Parse(link)
	said := u.Query().Get("text")
	return codes.ReplaceAllString(text(a.one(t, "main")), "CODE") + codes.ReplaceAllString(said, "CODE")
}

func TestTheFormSaysWhatIsWrong(t *testing.T) {
	each(t, func(s *shop) {
		page := "/o/" + s.source.ID
		before := s.count("event")
		for name, tc := range map[string]struct {
			pairs         []string
			field, de, en string
		}{
			"no topic":         {[]string{phoneField, typed}, topicField, "mindestens ein Thema", "at least one topic"},
			"a foreign topic":  {[]string{topicField, "nothing", phoneField, typed}, topicField, "mindestens ein Thema", "at least one topic"},
			"no number":        {[]string{topicField, "offers"}, phoneField, "Telefonnummer ein", "enter a phone number"},
			"letters":          {[]string{topicField, "offers", phoneField, "kaffee"}, phoneField, "keine Telefonnummer", "not a phone number"},
			"too short":        {[]string{topicField, "offers", phoneField, "0151"}, phoneField, "zu kurz", "too short"},
			"two numbers":      {[]string{topicField, "offers", phoneField, "0151 12345678, 0151 12345679"}, phoneField, "nur eine", "one phone number"},
			"an e-mail":        {[]string{topicField, "offers", phoneField, "a@b.example"}, phoneField, "E-Mail", "e-mail"},
			"a service number": {[]string{topicField, "offers", phoneField, "0800 1234567"}, phoneField, "Servicenummer", "service number"},
			"markup":           {[]string{topicField, "offers", phoneField, `"><script>alert(1)</script>`}, phoneField, "keine Telefonnummer", "not a phone number"},
			"far too long":     {[]string{topicField, "offers", phoneField, strings.Repeat("1", 5000)}, phoneField, "zu lang", "too long"},
		} {
			for lang, want := range map[string]string{"de": tc.de, "en": tc.en} {
				b := s.browser()
				b.lang = lang
				a := b.fill(page, tc.pairs...)
				if a.code != http.StatusUnprocessableEntity {
					t.Errorf("%s: status %d", name, a.code)
					continue
				}
				if got := text(a.one(t, "p#"+tc.field+"-wrong")); !strings.Contains(got, want) {
					t.Errorf("%s in %s: %q", name, lang, got)
				}
				if len(a.all("[role=alert]")) != 1 || len(a.all("script")) != 0 {
					t.Errorf("%s: alerts %d, scripts %d", name, len(a.all("[role=alert]")), len(a.all("script")))
				}
				invalid := a.all("[aria-invalid=true]")
				if len(invalid) == 0 || !strings.Contains(attr(invalid[0], "aria-describedby"), tc.field+"-wrong") {
					t.Errorf("%s: the field does not point at what is wrong with it", name)
				}
			}
		}
		if s.count("event") != before {
			t.Error("a wrong form left something in the ledger")
		}
	})
}

func TestATypedFormIsKept(t *testing.T) {
	each(t, func(s *shop) {
		a := s.browser().fill("/o/"+s.source.ID, topicField, "offers", phoneField, "0676 12", countryField, "AT")
		if got := attr(a.one(t, "input#phone"), "value"); got != "0676 12" {
			t.Errorf("number: %q", got)
		}
		if got := attr(a.one(t, "option[selected]"), "value"); got != "AT" {
			t.Errorf("country: %q", got)
		}
		if got := a.all("input[checked]"); len(got) != 1 || attr(got[0], "value") != "offers" {
			t.Error("the tick is gone, or another one came")
		}
		fixed := with(a.fields(), phoneField, "0676 1234567") // corrected at once: not too soon
		if b := s.browser().do("POST", "/o/"+s.source.ID, fixed); b.code != http.StatusSeeOther {
			t.Errorf("corrected: %d", b.code)
		}
		if len(s.ledger("tel:+436761234567")) != 1 {
			t.Error("the country chosen was not used")
		}
	})
}

func TestOneBoxAndAge(t *testing.T) {
	each(t, func(s *shop) {
		page := s.another(source.Settings{OneBox: true, MinimumAge: 16})
		b := s.browser()
		form := b.get(page)
		if boxes := form.all("input[type=checkbox]"); len(boxes) != 2 || len(form.all("input[checked]")) != 0 {
			t.Fatalf("%d boxes, %d ticked", len(boxes), len(form.all("input[checked]")))
		}
		a := b.fill(page, phoneField, typed)
		for _, id := range []string{"topic-wrong", "age-wrong"} {
			a.one(t, "p#"+id)
		}
		b.follow(b.fill(page, phoneField, typed, allField, "yes", ageField, "yes"))
		events := s.ledger(tel)
		if len(events) != 2 {
			t.Fatalf("%d events", len(events))
		}
		last := events[0].Evidence
		if !strings.Contains(asText(last), "age 16") {
			t.Errorf("evidence: %v", last)
		}
	})
}

func asText(list []consent.Evidence) string {
	var b strings.Builder
	for _, e := range list {
		b.WriteString(e.Kind + " " + e.Value + "\n")
	}
	return b.String()
}

func TestTheSameFormTwiceIsOneOptIn(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), "/o/"+s.source.ID
		form := with(b.get(page).fields(), topicField, "offers", phoneField, typed)
		s.pass(5 * time.Second)
		for range 2 {
			b.follow(b.do("POST", page, form))
		}
		if n := len(s.ledger(tel)); n != 1 {
			t.Errorf("%d events", n)
		}
	})
}

// codes are the one-time codes of a declaration.
var codes = regexp.MustCompile(`[A-Z2-9]{4}-[A-Z2-9]{4}`)
