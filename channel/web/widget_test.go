package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"jawort/consent"
	"jawort/db"
	"jawort/source"
)

const shopSite = "https://shop.example"

// embed asks as a page of some site would.
func (s *shop) embed(method, id, origin string, form url.Values) (int, reply, http.Header, []byte) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/o/embed/"+id+"?lang=de", strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
	}
	if origin != "" {
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var out reply
	if err := json.Unmarshal(body, &out); err != nil {
		s.t.Fatalf("%d %s: %v", a.StatusCode, body, err)
	}
	return a.StatusCode, out, a.Header, body
}

// offered is what a listed page is told.
func (s *shop) offered(id string) (e embedded) {
	s.t.Helper()
	code, _, _, body := s.embed("GET", id, shopSite, nil)
	if err := json.Unmarshal(body, &e); err != nil || code != http.StatusOK {
		s.t.Fatalf("%d %s %v", code, body, err)
	}
	return e
}

func (s *shop) widgetSource(set source.Settings) string {
	set.Origins = []string{shopSite}
	return strings.TrimPrefix(s.another(set, "offers", "order_updates"), "/o/")
}

func TestTheScriptIsSmallAndForEverybody(t *testing.T) {
	for _, zip := range []string{"", "gzip"} {
		r := httptest.NewRequest("GET", "/widget.js", nil)
		r.Header.Set("Accept-Encoding", zip)
		w := httptest.NewRecorder()
		showWidget(w, r)
		body := w.Body.Bytes()
		h := w.Header()
		if h.Get("Content-Encoding") != zip || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Set-Cookie") != "" || !strings.HasPrefix(h.Get("Content-Type"), "text/javascript") {
			t.Errorf("%q: %v", zip, h)
		}
		if zip == "gzip" {
			if len(body) > 15<<10 {
				t.Errorf("%d bytes", len(body))
			}
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		for _, never := range []string{"innerHTML", "document.write", "eval(", "cookie =", "localStorage", "style=", "insertAdjacentHTML"} {
			if bytes.Contains(body, []byte(never)) {
				t.Errorf("the script holds %s", never)
			}
		}
		r.Header.Set("If-None-Match", h.Get("ETag"))
		again := httptest.NewRecorder()
		showWidget(again, r)
		if again.Code != http.StatusNotModified {
			t.Errorf("again: %d", again.Code)
		}
	}
}

// Only pages that the source names are told anything, and only their forms are taken.
func TestStrictOrigins(t *testing.T) {
	each(t, func(s *shop) {
		id := s.widgetSource(source.Settings{})
		stamp := s.offered(id).Stamp
		for _, origin := range []string{"", "null", "https://evil.example", "https://shop.example.evil.example", "http://shop.example", "https://shop.example:8443", "https://SHOP.example", "https://sub.shop.example", "*"} {
			for _, method := range []string{"GET", "POST"} {
				code, r, h, _ := s.embed(method, id, origin, url.Values{"form": {stamp}, "topic": {"offers"}, "phone": {"+4917139290" + "11"}})
				if code != http.StatusForbidden || h.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(r.Problem, "nicht freigegeben") || r.Link != "" {
					t.Errorf("%s from %q: %d %v", method, origin, code, h.Get("Access-Control-Allow-Origin"))
				}
			}
		}
		if n := s.count("event"); n != 0 {
			t.Errorf("%d events", n)
		}
		if code, _, h, _ := s.embed("GET", id, shopSite, nil); code != http.StatusOK || h.Get("Access-Control-Allow-Origin") != shopSite || h.Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(strings.Join(h.Values("Vary"), ","), "Origin") {
			t.Errorf("listed: %d %v", code, h)
		}
		if code, _, _, _ := s.embed("GET", s.source.ID, shopSite, nil); code != http.StatusForbidden {
			t.Errorf("a source without sites: %d", code)
		}
		if code, r, h, _ := s.embed("GET", "src_none", shopSite, nil); code != http.StatusNotFound || r.Problem == "" || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("no source: %d", code)
		}
	})
}

// From a shop's page to the ledger: the same event as from our own page, with the site as evidence beside the rest.
func TestAWidgetTakesAnOptIn(t *testing.T) {
	each(t, func(s *shop) {
		id := s.widgetSource(source.Settings{Headlines: map[string]string{"de": "Neues <b>zuerst</b>"}, Intros: map[string]string{"de": "Zweimal im Monat."}})
		o := s.offered(id)
		if o.Notice != words["de"] || o.Lang != "de" || len(o.Topics) != 2 || o.Words["heading"] != "Neues <b>zuerst</b>" || o.Words["invitation"] != "Zweimal im Monat." || o.Country != "DE" || len(o.Countries) < 200 {
			t.Errorf("told %+v", o)
		}
		s.pass(5 * time.Second)
		form := func(pairs ...string) url.Values {
			return with(url.Values{"form": {o.Stamp}, "country": {"DE"}}, pairs...)
		}
		if code, r, _, _ := s.embed("POST", id, shopSite, form("phone", "12", "topic", "offers")); code != http.StatusUnprocessableEntity || r.Wrong["phone"] == "" || r.Wrong["topic"] != "" {
			t.Errorf("bad number: %d %+v", code, r)
		}
		if code, r, _, _ := s.embed("POST", id, shopSite, form("phone", "01713929011")); code != http.StatusUnprocessableEntity || r.Wrong["topic"] == "" {
			t.Errorf("nothing ticked: %d %+v", code, r)
		}
		code, r, _, _ := s.embed("POST", id, shopSite, form("phone", "01713929011", "topic", "offers"))
		if code != http.StatusOK || !strings.HasPrefix(r.Link, "https://wa.me/493023125010?text=") || !strings.Contains(r.Message, "Angebote") || r.Button == "" {
			t.Fatalf("taken: %d %+v", code, r)
		}
		list := s.ledger("tel:+491713929011")
		if len(list) != 1 || list[0].Kind != consent.Requested || list[0].Channel != "web" || !list[0].Witnessed || list[0].Source != id {
			t.Fatalf("ledger %+v", list)
		}
		found := false
		for _, e := range list[0].Evidence {
			found = found || e.Kind == "embedded" && e.Value == shopSite
		}
		if !found {
			t.Errorf("evidence %+v", list[0].Evidence)
		}
		for name, bad := range map[string]url.Values{"trap": form("phone", "01713929012", "topic", "offers", "subject", "x"), "no stamp": {"phone": {"01713929012"}, "topic": {"offers"}}} {
			if code, r, _, _ := s.embed("POST", id, shopSite, bad); code != http.StatusOK || r.Link != "" {
				t.Errorf("%s: %d %+v", name, code, r)
			}
		}
		if len(s.ledger("tel:+491713929012")) != 0 {
			t.Error("a machine's form was taken")
		}
	})
}

// A flood from one network ends at the same door as at the page, and a changed wording is shown before it is agreed to.
func TestWidgetDoorsAndChanges(t *testing.T) {
	each(t, func(s *shop) {
		id := s.widgetSource(source.Settings{NetworkHourly: 2})
		o := s.offered(id)
		s.pass(5 * time.Second)
		for i, want := range []int{200, 200, 429, 429} {
			code, r, h, _ := s.embed("POST", id, shopSite, url.Values{"form": {o.Stamp}, "country": {"DE"}, "topic": {"offers"}, "phone": {"0171392902" + string(rune('0'+i))}})
			if code != want || want == 429 && (r.Problem == "" || h.Get("Access-Control-Allow-Origin") != shopSite) {
				t.Errorf("%d: %d %+v", i, code, r)
			}
		}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			if err := s.publish(ctx, tx, map[string]string{"de": words["de"] + " Neu.", "en": words["en"]}); err != nil {
				return err
			}
			_, err := source.GoLive(ctx, tx, s.tenant.ID, id, judge)
			return err
		})
		code, r, _, _ := s.embed("POST", id, shopSite, url.Values{"form": {o.Stamp}, "country": {"DE"}, "topic": {"offers"}, "phone": {"01713929031"}})
		if code != http.StatusUnprocessableEntity || r.Offer == nil || !strings.HasSuffix(r.Offer.Notice, " Neu.") || !r.Anew {
			t.Errorf("changed: %d %+v", code, r)
		}
		s.pass(3 * time.Hour)
	})
}

// A plain form of a listed site leads to our page with the number in it, nothing ticked and nothing stored.
func TestAPlainFormLeadsToThePage(t *testing.T) {
	each(t, func(s *shop) {
		id := s.widgetSource(source.Settings{})
		post := func(origin string) answer {
			return s.browser().do("POST", "/o/form/"+id+"?lang=de", url.Values{"phone": {`0171 3929041"><script>`}, "country": {"AT"}, "topic": {"offers"}}, "Origin", origin, "Sec-Fetch-Site", "cross-site")
		}
		a := post(shopSite)
		if a.code != http.StatusOK || attr(a.one(t, "input#phone"), "value") != `0171 3929041"><script>` || strings.Contains(a.body, "checked") || a.head.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%d", a.code)
		}
		if b := post("https://evil.example"); b.code != http.StatusForbidden {
			t.Errorf("not listed: %d", b.code)
		}
		if s.count("event") != 0 {
			t.Error("something was stored")
		}
	})
}
