package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/intake"
)

// receipt is the page of the newest entry of a kind for the number that agreed.
func (s *shop) receipt(kind consent.Kind) string {
	s.t.Helper()
	all := s.ledger(tel)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == kind {
			return "/r/" + s.desk.ReceiptToken(s.tenant.ID, all[i].ID)
		}
	}
	s.t.Fatalf("no %s in the ledger", kind)
	return ""
}

// confirmed goes the whole way from the form to the person's own word.
func (s *shop) confirmed() {
	s.t.Helper()
	b := s.browser()
	next := b.follow(b.fill("/o/"+s.source.ID, topicField, "offers", phoneField, typed))
	u, err := url.Parse(attr(next.one(s.t, "a#chat"), "href"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.writes("4915112345678", "A1", u.Query().Get("text"))
}

func TestAReceiptSaysWhatWasAgreedInWhichWords(t *testing.T) {
	each(t, func(s *shop) {
		s.confirmed()
		page := s.receipt(consent.Granted)
		a := s.browser().get(page)
		if a.code != 200 || text(a.one(t, "h1")) != "Beleg über Ihre Zusage" {
			t.Fatalf("%d: %s", a.code, a.body)
		}
		if got := strings.TrimSpace(text(a.one(t, "p#words"))); got != words["de"] {
			t.Errorf("the words: %q", got)
		}
		if got := text(a.one(t, "dd#said")); !strings.Contains(got, "Ja, ich willige ein, dass Kaffeerösterei Sonnenschein GmbH") {
			t.Errorf("the person's own words: %q", got)
		}
		slip := text(a.one(t, "div.slip"))
		for _, want := range []string{s.tenant.Name, "Angebote und neue Röstungen", "Nachricht in WhatsApp", "Fassung 1, Deutsch", "+49 •••78", "Zugesagt"} {
			if !strings.Contains(slip, want) {
				t.Errorf("the slip lacks %q: %s", want, slip)
			}
		}
		for _, bad := range []string{"5112345678", s.who(tel), "Mareike", "Kasse intern"} {
			if strings.Contains(a.body, bad) || strings.Contains(page, bad) {
				t.Errorf("the page or its address holds %q", bad)
			}
		}
	})
}

func TestAReceiptInTheOtherLanguageKeepsTheWords(t *testing.T) {
	each(t, func(s *shop) {
		s.confirmed()
		a := s.browser().get(s.receipt(consent.Granted) + "?lang=en")
		if text(a.one(t, "h1")) != "Receipt for your agreement" || attr(a.one(t, "p#words"), "lang") != "de" || !strings.Contains(text(a.one(t, "div.slip")), "Version 1, German") {
			t.Errorf("the page: %s", a.body)
		}
	})
}

func TestAReceiptTakesBackWhatItIsAbout(t *testing.T) {
	each(t, func(s *shop) {
		s.link() // both topics
		s.confirmed()
		b, page := s.browser(), s.receipt(consent.Granted)
		a := b.follow(b.do("POST", page, url.Values{offField: {"these"}}))
		if got := text(a.one(t, "div#done")); !strings.Contains(got, "„Angebote und neue Röstungen“ bekommen Sie nicht mehr. Das gilt seit") {
			t.Errorf("what was done: %q", got)
		}
		if s.state(tel, "offers") != consent.StateWithdrawn || s.state(tel, "order_updates") != consent.StateGranted {
			t.Error("more or less was stopped than the receipt is about")
		}
		if got := text(a.one(t, "div.slip dd.state")); !strings.Contains(got, "Abgemeldet") || len(a.all("form#everything button")) != 1 || len(a.all("form#these")) != 0 {
			t.Errorf("afterwards the slip says %q", got)
		}
		e := s.ledger(tel)
		if proof := asText(e[len(e)-1].Evidence); !strings.Contains(proof, "page "+s.url+"/r/\n") || !strings.Contains(proof, "form off: these") || strings.Contains(proof, page[3:20]) {
			t.Errorf("evidence: %s", proof)
		}
	})
}

func TestOneTapOnAReceiptStopsEverything(t *testing.T) {
	for name, form := range map[string]url.Values{"the button": {offField: {"all"}}, "an empty form": {}, "a mail program": {"List-Unsubscribe": {"One-Click"}}, "nonsense": {offField: {"x"}}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				s.link()
				b, page := s.browser(), s.receipt(consent.Granted)
				a := b.follow(b.do("POST", page, form, "Sec-Fetch-Site", "cross-site"))
				if !strings.Contains(text(a.one(t, "div#done")), "Wir schreiben Ihnen nicht mehr. Das gilt seit") || len(a.all("form")) != 0 {
					t.Errorf("afterwards: %s", a.body)
				}
				if s.state(tel, "offers") != consent.StateWithdrawn || s.state(tel, "order_updates") != consent.StateWithdrawn {
					t.Error("not everything is off")
				}
			})
		})
	}
}

func TestAReceiptForTheStopItself(t *testing.T) {
	each(t, func(s *shop) {
		b := s.browser()
		b.do("POST", s.link(), url.Values{})
		a := b.get(s.receipt(consent.Withdrawn))
		slip := text(a.one(t, "div.slip"))
		if text(a.one(t, "h1")) != "Beleg über Ihre Abmeldung" || !strings.Contains(slip, "Alles, auf allen unseren Nummern") || !strings.Contains(slip, "Seite mit Ihren Einstellungen") {
			t.Errorf("the page: %s", a.body)
		}
		if len(a.all("form")) != 0 || len(a.all("p#words")) != 0 {
			t.Error("there is something left to stop, or words that nobody was shown")
		}
	})
}

// The file lets anybody see that page and ledger say the same, without naming anybody.
func TestTheReceiptAsAFile(t *testing.T) {
	each(t, func(s *shop) {
		s.confirmed()
		page := s.receipt(consent.Granted)
		a := s.browser().get(page + "/receipt.json")
		var file struct {
			Words string `json:"words"`
			Sum   string `json:"words_sha256"`
			Leaf  []byte `json:"leaf"`
			Hash  string `json:"leaf_hash"`
		}
		if err := json.Unmarshal([]byte(a.body), &file); err != nil || a.head.Get("Content-Type") != "application/json" || !strings.Contains(a.head.Get("Content-Disposition"), "attachment") {
			t.Fatalf("%v %v", err, a.head)
		}
		sum := sha256.Sum256([]byte(file.Words))
		leaf := sha256.Sum256(append([]byte{0}, file.Leaf...))
		if file.Words != words["de"] || hex.EncodeToString(sum[:]) != file.Sum || hex.EncodeToString(leaf[:]) != file.Hash {
			t.Errorf("the values are not those of what the file holds: %s", a.body)
		}
		if got := text(s.browser().get(page).one(t, "p#check")); got != file.Hash {
			t.Errorf("the page says %s", got)
		}
		if strings.Contains(a.body, "15112345678") || strings.Contains(string(file.Leaf), "15112345678") || strings.Contains(a.body, "Mareike") {
			t.Error("the file names the person")
		}
	})
}

func TestAnOldReceiptShowsNothingAndStillStops(t *testing.T) {
	each(t, func(s *shop) {
		s.link()
		b, page := s.browser(), s.receipt(consent.Granted)
		s.pass(intake.ReceiptLife + time.Hour)
		a := b.get(page)
		if a.code != 200 || len(a.all("div.slip")) != 0 || len(a.all("form#everything button")) != 1 || len(a.all("form#these")) != 0 {
			t.Fatalf("%d: %s", a.code, a.body)
		}
		if c := b.get(page + "/receipt.json").code; c != http.StatusNotFound {
			t.Errorf("its file: %d", c)
		}
		b.do("POST", page, url.Values{})
		if s.state(tel, "offers") != consent.StateWithdrawn {
			t.Error("an old receipt did not stop")
		}
	})
}

func TestReceiptsThatAreNotOurs(t *testing.T) {
	each(t, func(s *shop) {
		prefs := s.link()
		token := s.receipt(consent.Granted)[3:]
		before := len(s.ledger(tel))
		var foreign account.Tenant
		s.write(func(ctx context.Context, tx *db.Tx) (err error) {
			foreign, err = account.CreateTenant(ctx, tx, s.keys, account.Tenant{Name: "Other", Language: "en", Zone: "UTC", Country: "GB"}, "test")
			return err
		})
		all := s.ledger(tel)
		wrong := []string{"x", token[1:], token + "A", flip(token), strings.Repeat("A", 4000), prefs[3:], sealJSON(s.keys, "receipt", "short"),
			s.desk.ReceiptToken(foreign.ID, all[0].ID), s.desk.ReceiptToken(s.tenant.ID, "evt_00000000000000000000000000"), s.desk.ReceiptToken(s.tenant.ID, s.who(tel))}
		for _, x := range wrong {
			for method, form := range map[string]url.Values{"GET": nil, "POST": {offField: {"all"}}} {
				if a := s.browser().do(method, "/r/"+x, form); a.code != http.StatusNotFound {
					t.Errorf("%s %.20s…: %d", method, x, a.code)
				}
			}
		}
		if a := s.browser().get("/p/" + token); a.code != http.StatusNotFound {
			t.Errorf("a receipt opens preferences: %d", a.code)
		}
		if len(s.ledger(tel)) != before {
			t.Error("a wrong link changed something")
		}
	})
}

func TestWordsOfAMessage(t *testing.T) {
	for message, want := range map[string]string{
		`{"text":{"body":"Ja <b>gern</b>"}}`: "Ja <b>gern</b>", `{"button":{"text":"Ja, gern"}}`: "Ja, gern",
		`{"interactive":{"button_reply":{"title":"Yes"}}}`: "Yes", `{"interactive":{"list_reply":{"title":"Mo"}}}`: "Mo", `{"image":{}}`: "", "no json": "", "": "",
	} {
		if got := wordsIn(message); got != want {
			t.Errorf("%s: %q", message, got)
		}
	}
}
