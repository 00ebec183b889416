package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/intake"
)

// choice is the form of the topics as a browser would send it, with these boxes ticked.
func chosenBoxes(a answer, ticked ...string) url.Values {
	form := url.Values{}
	for _, n := range a.all("form#topics input") {
		if attr(n, "type") == "hidden" {
			form.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	form[keepField] = ticked
	return form
}

// boxes are the topics whose box is ticked.
func boxes(a answer) (on []string) {
	for _, n := range a.all("form#topics input") {
		if attr(n, "type") == "checkbox" && slices.ContainsFunc(n.Attr, func(x html.Attribute) bool { return x.Key == "checked" }) {
			on = append(on, attr(n, "value"))
		}
	}
	return on
}

func TestSomebodyChoosesTopics(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		b.lang = "en"
		first := b.get(page)
		if got := boxes(first); !slices.Equal(got, []string{"offers", "order_updates"}) {
			t.Fatalf("ticked at first: %v", got)
		}
		a := b.follow(b.do("POST", page, chosenBoxes(first, "order_updates")))
		if got := states(a); got["offers"] != "withdrawn" || got["order_updates"] != "granted" {
			t.Errorf("after unticking offers: %v", got)
		}
		if !strings.Contains(text(a.one(t, "[role=status]")), "Offers and new roasts") || len(a.all("form#why")) != 1 || len(a.all("form#everything")) != 1 {
			t.Errorf("the page: %s", a.body)
		}
		before := len(s.ledger(tel))
		again := b.follow(b.do("POST", page, chosenBoxes(a, "order_updates")))
		if !strings.Contains(text(again.one(t, "[role=status]")), "stays as it was") || len(s.ledger(tel)) != before {
			t.Errorf("nothing changed: %s", again.body)
		}
		b.do("POST", page, chosenBoxes(first, "offers", "order_updates")) // a page from before the opt-out, sent as it was
		if len(s.ledger(tel)) != before {
			t.Error("an old page asked for what went off since")
		}
		if c := b.do("POST", page, url.Values{chooseField: {"1"}, wasField: {"nothing"}}).code; c != http.StatusUnprocessableEntity {
			t.Errorf("an unknown topic: %d", c)
		}
		if c := b.do("POST", page, url.Values{topicField: {"nothing"}}).code; c != http.StatusUnprocessableEntity {
			t.Errorf("an unknown topic to switch off: %d", c)
		}
	})
}

// Ticking what is off is a request: the ledger says so, the stop holds, and the page leads to where the person can say yes themselves.
func TestTickingAgainLiftsNothing(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		b.follow(b.do("POST", page, url.Values{"off": {"all"}}))
		a := b.get(page)
		if got := boxes(a); len(got) != 0 {
			t.Fatalf("ticked after everything was stopped: %v", got)
		}
		if words := a.all("li#topic-offers blockquote"); len(words) != 1 || !strings.Contains(text(words[0]), "auch zu Werbezwecken") {
			t.Error("the words to agree to do not stand beside the box")
		}
		sent := b.do("POST", page, chosenBoxes(a, "offers", "order_updates"))
		a = b.follow(sent)
		link := a.one(t, "a#chat")
		if !strings.HasPrefix(attr(link, "href"), "https://wa.me/") || !strings.Contains(text(a.one(t, "#declaration")), "Angebote und neue Röstungen") {
			t.Errorf("the way into WhatsApp: %s", a.body)
		}
		for _, topic := range []string{"offers", "order_updates"} {
			if got := s.state(tel, topic); got != consent.StateWithdrawn {
				t.Errorf("%s is %s by a box alone", topic, got)
			}
		}
		e := s.ledger(tel)
		if last := e[len(e)-1]; last.Kind != consent.Requested && last.Kind != consent.Declared || last.Channel != "page" {
			t.Errorf("kept: %+v", last)
		}
		if s.count("message") != 0 {
			t.Error("a question was put because of a page")
		}
		s.pass(25 * time.Hour)
		if late := b.get(sent.to); len(late.all("a#chat")) != 0 {
			t.Error("the way into WhatsApp stands there for ever")
		}
	})
}

func TestSomebodyPauses(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		a := b.follow(b.do("POST", page, url.Values{pauseField: {"30"}}))
		if got := states(a); got["offers"] != "paused" || got["order_updates"] != "granted" {
			t.Fatalf("%v", got)
		}
		if !strings.Contains(text(a.one(t, "[role=status]")), "keine Werbung") || len(a.all("form#why")) != 0 {
			t.Errorf("the page: %s", a.body)
		}
		e := s.ledger(tel)
		last := e[len(e)-1]
		if last.Kind != consent.Paused || last.Scope != consent.ScopeMarketing || last.Actor.Kind != consent.Person || !last.Witnessed ||
			last.Until-last.HappenedAt != (30*24*time.Hour).Microseconds() {
			t.Errorf("kept: %+v", last)
		}
		if got := boxes(a); !slices.Equal(got, []string{"offers", "order_updates"}) {
			t.Errorf("what rests is not ticked: %v", got)
		}
		b.do("POST", page, url.Values{pauseField: {"7"}}) // a shorter one takes its place
		e = s.ledger(tel)
		if last := e[len(e)-1]; last.Until-last.HappenedAt != (7*24*time.Hour).Microseconds() || e[len(e)-2].Kind != consent.Unpaused || s.state(tel, "offers") != consent.StatePaused {
			t.Errorf("a shorter rest: %+v", last)
		}
		b.do("POST", page, url.Values{pauseField: {"0"}})
		if got := s.state(tel, "offers"); got != consent.StateGranted {
			t.Errorf("after the rest was ended: %s", got)
		}
		n := len(s.ledger(tel))
		b.do("POST", page, url.Values{pauseField: {"0"}})
		if len(s.ledger(tel)) != n {
			t.Error("ending no rest is kept")
		}
		for _, bad := range []string{"", "x", "-1", "36500", "7.5"} {
			if c := b.do("POST", page, url.Values{pauseField: {bad}}).code; c != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", bad, c)
			}
		}
	})
}

// A rest without an end waits for a person's look at an unclear text: a link does not end it, and a stop is stronger than a rest.
func TestARestOfOursIsNotThePages(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		s.event(tel, consent.Event{Kind: consent.Paused, Scope: consent.ScopeMarketing, Reason: "unsure", Actor: consent.Actor{Kind: consent.System}})
		if a := b.get(page); len(a.all("details#rest")) != 0 {
			t.Error("a rest of ours can be ended on the page")
		}
		b.do("POST", page, url.Values{pauseField: {"0"}})
		if got := s.state(tel, "offers"); got != consent.StatePaused {
			t.Errorf("ended by the page: %s", got)
		}
		b.do("POST", page, url.Values{"off": {"all"}})
		b.do("POST", page, url.Values{pauseField: {"0"}})
		if got := s.state(tel, "offers"); got != consent.StateWithdrawn {
			t.Errorf("after the stop: %s", got)
		}
	})
}

func TestSomebodyChoosesALanguage(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		if a := b.get(page); len(a.all("details#language button")) != 2 || text(a.all("details#language button")[1]) != "English" {
			t.Errorf("offered: %s", a.body)
		}
		before := len(s.ledger(tel))
		a := b.follow(b.do("POST", page, url.Values{languageField: {"en"}}))
		if !strings.Contains(text(a.one(t, "h1")), "What may we write to you?") || s.language(tel) != "en" || len(s.ledger(tel)) != before {
			t.Errorf("kept %q: %s", s.language(tel), a.body)
		}
		for _, bad := range []string{"", "xx", "<b>"} {
			if c := b.do("POST", page, url.Values{languageField: {bad}}).code; c != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", bad, c)
			}
		}
	})
}

// By a link too old to show anything one can opt out, and nothing else.
func TestAnOldLinkOnlyOptsOut(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		n := len(s.ledger(tel))
		s.pass(intake.PreferenceLife + time.Hour)
		for _, form := range []url.Values{{pauseField: {"7"}}, {languageField: {"en"}}, {chooseField: {"1"}, keepField: {"offers"}}} {
			if a := b.do("POST", page, form); len(s.ledger(tel)) != n || s.language(tel) != "" {
				t.Errorf("%v by an old link: %d", form, a.code)
			}
		}
		b.do("POST", page, url.Values{chooseField: {"1"}, wasField: {"offers", "order_updates"}, keepField: {"order_updates"}}) // loaded before
		if s.state(tel, "offers") != consent.StateWithdrawn || s.state(tel, "order_updates") != consent.StateGranted {
			t.Error("an old link opts out no more")
		}
	})
}

// event puts something into somebody's ledger.
func (s *shop) event(number string, e consent.Event) {
	s.t.Helper()
	e.Contact = s.who(number)
	s.write(func(ctx context.Context, tx *db.Tx) error {
		revs, err := contact.Lock(ctx, tx, s.tenant.ID, []string{e.Contact})
		if err == nil {
			_, err = consent.Append(ctx, tx, s.tenant.ID, []consent.Event{e}, revs)
		}
		return err
	})
}

// language is the one kept of somebody.
func (s *shop) language(number string) (lang string) {
	s.t.Helper()
	who := s.who(number)
	s.write(func(ctx context.Context, tx *db.Tx) error {
		c, err := contact.Get(ctx, tx, s.tenant.ID, who)
		lang = c.Language
		return err
	})
	return lang
}
