package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/intake"
)

// link is the preference page of a number that agreed to both topics in the chat.
func (s *shop) link() string {
	s.t.Helper()
	s.grant(tel, "offers", "order_updates")
	return "/p/" + s.desk.PreferenceToken(s.tenant.ID, s.who(tel))
}

// states is what the page says of each topic.
func states(a answer) map[string]string {
	out := map[string]string{}
	for _, n := range a.all("ul.prefs li") {
		out[strings.TrimPrefix(attr(n, "id"), "topic-")] = attr(n, "data-state")
	}
	return out
}

func TestSomebodySwitchesEverythingOff(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		a := b.get(page)
		if got := states(a); a.code != 200 || got["offers"] != "granted" || got["order_updates"] != "granted" {
			t.Fatalf("%d %v", a.code, got)
		}
		if strings.Contains(a.body, "1234") || strings.Contains(page, s.who(tel)) || strings.Contains(a.body, s.who(tel)) {
			t.Error("page or link name the person")
		}
		if got := text(a.all("ul.prefs blockquote")[0]); !strings.Contains(got, "I can stop at any time by writing STOP.") {
			t.Errorf("the words agreed to: %q", got)
		}
		if len(a.all("form#everything button")) != 1 || len(a.all("form#everything input")) != 0 {
			t.Error("everything off is more than one button")
		}
		done := b.follow(b.do("POST", page, url.Values{"off": {"all"}}))
		if !strings.Contains(text(done.one(t, "[role=status]")), "Wir schreiben Ihnen nicht mehr") || len(done.all("form#everything")) != 0 || len(done.all("form#why")) != 1 {
			t.Errorf("after it: %s", done.body)
		}
		e := s.ledger(tel)
		last := e[len(e)-1]
		if last.Kind != consent.Withdrawn || last.Scope != consent.ScopeAll || last.Channel != "page" || !last.Witnessed || last.Actor.Kind != consent.Person {
			t.Errorf("the event: %+v", last)
		}
		proof := asText(last.Evidence)
		if !strings.Contains(proof, "ip 203.0.113.0/24") || !strings.Contains(proof, "page "+s.url+"/p/\n") || strings.Contains(proof, page[3:20]) {
			t.Errorf("evidence: %s", proof)
		}
		b.follow(b.do("POST", page, url.Values{"off": {"all"}}))
		if len(s.ledger(tel)) != len(e) {
			t.Error("switching off twice is two events")
		}
	})
}

func TestSomebodySaysWhy(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		if len(b.get(page+"?done=all").all("form#why")) != 0 {
			t.Error("asked why before anything was stopped")
		}
		before := len(s.ledger(tel))
		b.do("POST", page, url.Values{reasonField: {"too_many"}})
		if len(s.ledger(tel)) != before {
			t.Error("a reason without a stop is kept, or stops something")
		}
		a := b.follow(b.do("POST", page, url.Values{"off": {"all"}}))
		stop := s.ledger(tel)[before]
		if n := len(a.all("form#why button")); n != len(intake.Reasons) {
			t.Fatalf("%d reasons offered", n)
		}
		a = b.follow(b.do("POST", page, url.Values{reasonField: {"too_many"}, "done": {"all"}}))
		all := s.ledger(tel)
		last := all[len(all)-1]
		if last.Kind != consent.ReasonGiven || last.Reason != "too_many" || last.Ref != stop.ID || len(all) != before+2 {
			t.Errorf("kept: %+v", last)
		}
		if text(a.one(t, "p#told")) != "Danke, das hilft uns." || len(a.all("form#why")) != 0 || s.state(tel, "offers") != consent.StateWithdrawn {
			t.Errorf("afterwards: %s", a.body)
		}
		b.do("POST", page, url.Values{reasonField: {"other"}})
		if len(s.ledger(tel)) != len(all) {
			t.Error("a second reason for the same stop")
		}
		for _, bad := range []string{"", "<b>", "drop table"} {
			if c := b.do("POST", page, url.Values{reasonField: {bad}}).code; c != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", bad, c)
			}
		}
	})
}

func TestAnEmptyFormAndAMailProgramSwitchEverythingOff(t *testing.T) {
	for name, form := range map[string]url.Values{"empty": {}, "RFC 8058": {"List-Unsubscribe": {"One-Click"}}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				page := s.link()
				a := s.browser().do("POST", page, form, "Sec-Fetch-Site", "cross-site")
				e := s.ledger(tel)
				if a.code != http.StatusSeeOther || e[len(e)-1].Scope != consent.ScopeAll {
					t.Errorf("%d, last event %+v", a.code, e[len(e)-1])
				}
			})
		})
	}
}

func TestAnOldLinkShowsNothingAndStillSwitchesOff(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		s.pass(intake.PreferenceLife + time.Hour)
		a := b.get(page)
		if a.code != 200 || len(states(a)) != 0 || len(a.all("form#everything button")) != 1 {
			t.Fatalf("%d: %s", a.code, a.body)
		}
		done := b.follow(b.do("POST", page, url.Values{}))
		if !strings.Contains(text(done.one(t, "[role=status]")), "Wir schreiben Ihnen nicht mehr") {
			t.Errorf("after it: %s", done.body)
		}
		e := s.ledger(tel)
		if e[len(e)-1].Kind != consent.Withdrawn {
			t.Error("an old link did not opt out")
		}
	})
}

func TestALinkFollowsAMergeAndOutlivesTheErased(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), s.link()
		s.grant("tel:+4915112345670", "offers")
		into, from := s.who("tel:+4915112345670"), s.who(tel)
		s.write(func(ctx context.Context, tx *db.Tx) error {
			if _, err := contact.Lock(ctx, tx, s.tenant.ID, []string{into, from}); err != nil {
				return err
			}
			_, err := contact.Merge(ctx, tx, s.tenant.ID, into, from, false, time.Now().UnixMicro())
			return err
		})
		b.follow(b.do("POST", page, url.Values{}))
		e := s.ledger("tel:+4915112345670")
		if e[len(e)-1].Kind != consent.Withdrawn {
			t.Error("the opt-out did not reach who the person is today")
		}
		nobody := "/p/" + s.desk.PreferenceToken(s.tenant.ID, "con_00000000000000000000000000")
		if a := b.get(nobody); a.code != 200 {
			t.Errorf("a person no longer held: %d", a.code)
		}
		if a := b.do("POST", nobody, url.Values{}); a.code != http.StatusSeeOther {
			t.Errorf("opting out a person no longer held: %d", a.code)
		}
	})
}

func TestLinksThatAreNotOurs(t *testing.T) {
	each(t, func(s *shop) {
		token := s.link()[3:]
		before := len(s.ledger(tel))
		for _, x := range []string{"x", token[1:], token[:len(token)-1], token + "A", strings.Repeat("A", 4000), "%00", flip(token),
			sealJSON(s.keys, stampPlace, "x"), sealJSON(s.keys, "preferences", "short")} {
			for _, method := range []string{"GET", "POST"} {
				var form url.Values
				if method == "POST" {
					form = url.Values{"off": {"all"}}
				}
				if a := s.browser().do(method, "/p/"+x, form); a.code != http.StatusNotFound {
					t.Errorf("%s %.20s…: %d", method, x, a.code)
				}
			}
		}
		if len(s.ledger(tel)) != before {
			t.Error("a wrong link changed something")
		}
	})
}

// flip changes one letter in the middle.
func flip(s string) string {
	b := []byte(s)
	if i := len(b) / 2; b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

// Nothing that can be read with GET or HEAD changes the ledger, however often it is opened: link scanners open links.
func TestReadingChangesNothing(t *testing.T) {
	each(t, func(s *shop) {
		b, prefs := s.browser(), s.link()
		receipt := s.receipt("granted")
		next := b.fill("/o/"+s.source.ID, topicField, "offers", phoneField, "0151 12345671")
		tables := []string{"event", "standing", "contact", "contact_guard", "request", "message", "door", "suppression", "source"}
		before := map[string]int64{}
		for _, table := range tables {
			before[table] = s.count(table)
		}
		revs := s.ledger(tel)[len(s.ledger(tel))-1].Rev
		for _, path := range []string{"/o/" + s.source.ID, next.to, prefs, prefs + "?off=all", prefs + "?done=all", prefs + "?topic=offers&lang=en", receipt, receipt + "?off=all&done=all", receipt + "/receipt.json", "/o/" + s.source.ID + "?topic=offers&phone=015112345678&lang=en"} {
			for range 3 {
				for _, method := range []string{"GET", "HEAD"} {
					if a := b.do(method, path, nil); a.code != 200 {
						t.Errorf("%s: %d", method, a.code)
					}
				}
			}
		}
		for _, table := range tables {
			if n := s.count(table); n != before[table] {
				t.Errorf("%s had %d rows, has %d", table, before[table], n)
			}
		}
		if a := b.get(receipt + "?done=all"); len(a.all("[role=status]")) != 0 {
			t.Error("a receipt's address alone claims that something was done")
		}
		if a := b.get(prefs + "?done=all"); len(a.all("[role=status]")) != 0 || s.ledger(tel)[len(s.ledger(tel))-1].Rev != revs {
			t.Error("an address alone claims that something was done, or did it")
		}
	})
}
