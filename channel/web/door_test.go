package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/source"
)

// ready is a form filled in by a person, ready to be posted.
func (b *browser) ready(page string, pairs ...string) url.Values {
	form := with(b.get(page).fields(), topicField, "offers", phoneField, typed)
	return with(form, pairs...)
}

func TestMachinesReadThePageOfEverybodyAndDoNothing(t *testing.T) {
	each(t, func(s *shop) {
		page, other := "/o/"+s.source.ID, s.another(source.Settings{})
		for name, change := range map[string]func(form url.Values){
			"the trap":              func(f url.Values) { f.Set(trapField, "Buy now") },
			"no stamp":              func(f url.Values) { f.Del(stampField) },
			"a stamp of their own":  func(f url.Values) { f.Set(stampField, strings.Repeat("A", 80)) },
			"no base64":             func(f url.Values) { f.Set(stampField, "%%%") },
			"another page's stamp":  func(f url.Values) { f.Set(stampField, s.browser().get(other).fields().Get(stampField)) },
			"the sealed next state": func(f url.Values) { f.Set(stampField, sealJSON(s.keys, nextPlace+s.source.ID, next{})) },
		} {
			b := s.browser()
			form := b.ready(page)
			change(form)
			s.pass(5 * time.Second)
			a := b.follow(b.do("POST", page, form))
			if len(a.all("a#chat")) != 0 || len(a.all("h1")) != 1 {
				t.Errorf("%s: the page differs", name)
			}
		}
		if n := s.count("event") + s.count("contact") + s.count("door"); n != 0 {
			t.Errorf("%d rows were left", n)
		}
	})
}

func TestPeopleWhoseFormWasNotTakenAreAskedAgain(t *testing.T) {
	each(t, func(s *shop) {
		page := "/o/" + s.source.ID
		for name, tc := range map[string]struct {
			wait time.Duration
			say  string
		}{
			"after lunch": {2*time.Hour + time.Second, "lange offen"},
		} {
			b := s.browser()
			form := b.ready(page)
			s.pass(tc.wait)
			a := b.do("POST", page, form)
			if a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.one(t, "[role=alert]")), tc.say) {
				t.Fatalf("%s: %d %s", name, a.code, a.body)
			}
			if s.count("event") != 0 {
				t.Fatalf("%s: it was taken", name)
			}
		}
		b := s.browser() // who sends it once more is in
		form := b.ready(page)
		s.pass(3 * time.Hour)
		again := b.do("POST", page, form)
		s.pass(3 * time.Second)
		b.follow(b.do("POST", page, again.fields()))
		if len(s.ledger(tel)) != 1 {
			t.Error("the second try was lost")
		}
	})
}

// TestAFormSentAtOnceAsksNobody: a browser may have filled it in, or a script; it gets the link, and no message goes
// to the number it names.
func TestAFormSentAtOnceAsksNobody(t *testing.T) {
	each(t, func(s *shop) {
		s.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update source set settings = $1`, `{"privacy_url":"https://shop.example/p","languages":["de"],"default_region":"DE","question":true}`)
			return err
		})
		page := "/o/" + s.source.ID
		for _, tc := range []struct {
			phone string
			wait  time.Duration
			asked int64
		}{{"0171 3920081", time.Second, 0}, {"0171 3920082", 3 * time.Second, 1}} {
			b := s.browser()
			form := with(b.ready(page), phoneField, tc.phone)
			s.pass(tc.wait)
			b.follow(b.do("POST", page, form))
			if n := s.count("message"); n != tc.asked {
				t.Errorf("after %s: %d questions", tc.wait, n)
			}
		}
		if s.count("request") != 2 {
			t.Error("an opt-in was lost")
		}
	})
}

func TestAWordingThatChangedIsReadAgain(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), "/o/"+s.source.ID
		form := b.ready(page)
		s.pass(time.Minute)
		s.write(func(ctx context.Context, tx *db.Tx) error {
			if err := s.publish(ctx, tx, map[string]string{"de": "Ein neuer Wortlaut", "en": "New words"}); err != nil {
				return err
			}
			_, err := source.GoLive(ctx, tx, s.tenant.ID, s.source.ID, judge)
			return err
		})
		a := b.do("POST", page, form)
		if a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.one(t, "div#notice")), "Ein neuer Wortlaut") {
			t.Fatalf("%d: %s", a.code, a.body)
		}
		if len(a.all("input[checked]")) != 0 || s.count("event") != 0 {
			t.Error("somebody agreed to words they never read")
		}
		form = with(a.fields(), topicField, "offers")
		s.pass(3 * time.Second)
		b.follow(b.do("POST", page, form))
		if e := s.ledger(tel); len(e) != 1 || e[0].NoticeVersion != 2 {
			t.Errorf("events: %+v", e)
		}
	})
}

func TestLimitsByNetwork(t *testing.T) {
	each(t, func(s *shop) {
		page, other := s.another(source.Settings{NetworkHourly: 2}), s.another(source.Settings{NetworkHourly: 2})
		for i, tc := range []struct {
			from, page string
			want       int
		}{
			{"203.0.113.7", page, 303},
			{"203.0.113.7", page, 303},
			{"203.0.113.7", page, 429},
			{"203.0.113.7", other, 429}, // the business's door, not the page's
			{"203.0.113.8", page, 303},
			{"2001:db8:1:2::1", page, 303},
			{"2001:db8:1:2:ffff::9", page, 303},
			{"2001:db8:1:2:aaaa::9", page, 429}, // the same /64
			{"2001:db8:1:3::1", page, 303},
			{"198.51.100.1, 203.0.113.7", page, 429}, // only the last hop is believed
		} {
			b := s.browser()
			b.from = tc.from
			a := b.fill(tc.page, topicField, "offers", phoneField, fmt.Sprintf("0151 123456%02d", i))
			if a.code != tc.want {
				t.Fatalf("step %d: %d instead of %d", i, a.code, tc.want)
			}
			if a.code == 429 && (a.head.Get("Retry-After") == "" || len(s.ledger(fmt.Sprintf("tel:+49151123456%02d", i))) != 0) {
				t.Errorf("step %d: refused, yet something happened", i)
			}
		}
	})
}

func TestLimitsByAddressHoldAlsoAfterRefusals(t *testing.T) {
	each(t, func(s *shop) {
		page := "/o/" + s.source.ID
		for i, want := range []int{303, 303, 303, 429, 429} {
			b := s.browser()
			b.from = fmt.Sprintf("203.0.113.%d", i)
			if a := b.fill(page, topicField, "offers", phoneField, typed); a.code != want {
				t.Fatalf("try %d: %d", i, a.code)
			}
		}
		var used int64
		s.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, "select max(used) from door where door = $1", addressDoor).Scan(&used)
		})
		if used != 5 {
			t.Errorf("counted %d of 5 tries", used)
		}
	})
}

// nodes are the shop on two nodes that know nothing of each other but the database. SQLite has one process: there the second takes the first's.
func nodes(t *testing.T, story func(one, other *shop, restart func() *shop)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			at := dbtest.URL(t, engine, db.Options{})
			open := func() *db.DB {
				d, err := db.Open(t.Context(), at, db.Options{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = d.Close() })
				return d
			}
			d := open()
			one := newShop(t, d)
			again := func() *shop {
				node := *one
				node.logs = &strings.Builder{}
				if node.d = d; engine == db.Postgres {
					node.d = open()
				}
				node.serve(node.d)
				return &node
			}
			story(one, again(), again)
		})
	}
}

// A form's limits count over all nodes and outlive a restart: a flood that comes to both at once gets no further than to one.
func TestLimitsHoldOverNodesAndRestarts(t *testing.T) {
	nodes(t, func(one, other *shop, restart func() *shop) {
		const most = 5
		page := one.another(source.Settings{NetworkHourly: most})
		taken := func(forms []func() int) (n int) {
			codes := make([]int, len(forms))
			var all sync.WaitGroup
			for i, send := range forms {
				all.Go(func() { codes[i] = send() })
			}
			all.Wait()
			for _, c := range codes {
				switch c {
				case http.StatusSeeOther:
					n++
				case http.StatusTooManyRequests:
				default:
					one.t.Errorf("a form is answered %d", c)
				}
			}
			return n
		}
		ready := func(node *shop, from, number string) func() int {
			b := node.browser()
			b.from = from
			form := with(b.get(page).fields(), topicField, "offers", phoneField, number)
			return func() int { return b.do("POST", page, form).code }
		}
		var flood []func() int
		for i := range 4 * most {
			flood = append(flood, ready([]*shop{one, other}[i%2], "203.0.113.9", fmt.Sprintf("0151 123450%02d", i)))
		}
		one.pass(5 * time.Second)
		if n := taken(flood); n != most {
			one.t.Errorf("two nodes take %d forms of a network, want %d", n, most)
		}
		var same []func() int
		for i := range 12 { // one number, from all over the world
			same = append(same, ready([]*shop{one, other}[i%2], fmt.Sprintf("198.51.100.%d", i), typed))
		}
		one.pass(5 * time.Second)
		if n := taken(same); n != int(source.DefaultAddressDaily) {
			one.t.Errorf("two nodes take %d forms for a number, want %d", n, source.DefaultAddressDaily)
		}
		third := restart()
		late := []func() int{ready(third, "203.0.113.9", "0151 12345099"), ready(third, "198.51.100.99", typed)}
		one.pass(5 * time.Second)
		if n := taken(late); n != 0 {
			one.t.Errorf("after a restart %d more forms are taken", n)
		}
	})
}

func TestSourcesThatAreNotLive(t *testing.T) {
	each(t, func(s *shop) {
		paused := s.another(source.Settings{})
		var draft, paper source.Source
		s.write(func(ctx context.Context, tx *db.Tx) (err error) {
			if _, err = source.Pause(ctx, tx, s.tenant.ID, strings.TrimPrefix(paused, "/o/"), "too few answers"); err != nil {
				return err
			}
			if draft, _, err = source.New(ctx, tx, s.tenant.ID, source.Source{Kind: "web", Name: "x"}, 3); err != nil {
				return err
			}
			paper, _, err = source.New(ctx, tx, s.tenant.ID, source.Source{Kind: "paper", Name: "x"}, 3)
			return err
		})
		for path, want := range map[string]int{paused: 410, "/o/" + draft.ID: 404, "/o/" + paper.ID: 404, "/o/src_0000000000000000000000000x": 404,
			"/o/nonsense": 404, "/o/%00": 404, "/o/": 404, "/o/a/b": 404, "/p/": 404} {
			for _, method := range []string{"GET", "HEAD", "POST"} {
				b := s.browser()
				var form url.Values
				if method == "POST" {
					form = url.Values{topicField: {"offers"}, phoneField: {typed}}
				}
				a := b.do(method, path, form)
				if a.code != want {
					t.Errorf("%s %s: %d instead of %d", method, path, a.code, want)
				}
				if method == "GET" && (len(a.all("h1")) != 1 || strings.Contains(a.body, "[web.")) {
					t.Errorf("%s: no friendly page", path)
				}
			}
		}
		if s.count("event") != 0 {
			t.Error("something was taken")
		}
	})
}

func TestForeignAndOversizedForms(t *testing.T) {
	each(t, func(s *shop) {
		page := "/o/" + s.source.ID
		for name, tc := range map[string]struct {
			header []string
			change func(url.Values)
			want   int
		}{
			"from another site":    {[]string{"Sec-Fetch-Site", "cross-site"}, func(url.Values) {}, 403},
			"from another origin":  {[]string{"Origin", "https://evil.example"}, func(url.Values) {}, 403},
			"from here":            {[]string{"Sec-Fetch-Site", "same-origin"}, func(url.Values) {}, 303},
			"a megabyte":           {nil, func(f url.Values) { f.Set("x", strings.Repeat("x", 1<<20)) }, 413},
			"not a form":           {[]string{"Content-Type", "application/json"}, func(url.Values) {}, 303}, // nothing readable in it: a machine
			"a form badly escaped": {nil, nil, 422},
		} {
			b := s.browser()
			form := b.ready(page, phoneField, "0151 12345999")
			s.pass(5 * time.Second)
			if tc.change == nil {
				r, _ := http.NewRequestWithContext(t.Context(), "POST", s.url+page, strings.NewReader("phone=%zz"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				a, err := b.c.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				a.Body.Close()
				if a.StatusCode != tc.want {
					t.Errorf("%s: %d", name, a.StatusCode)
				}
				continue
			}
			tc.change(form)
			if a := b.do("POST", page, form, tc.header...); a.code != tc.want {
				t.Errorf("%s: %d instead of %d", name, a.code, tc.want)
			}
		}
		if n := len(s.ledger("tel:+4915112345999")); n != 1 {
			t.Errorf("%d events, one form was right", n)
		}
		if strings.Contains(s.logs.String(), "12345999") {
			t.Error("a number stands in the log")
		}
	})
}
