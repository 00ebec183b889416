package source

import (
	"context"
	"errors"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/notice"
	"jawort/say"
	"jawort/topic"
)

const tenant = "ten_a"

// shop is a tenant with two topics, a published wording and a draft source.
type shop struct {
	t      *testing.T
	ctx    context.Context
	tx     *db.Tx
	source Source
	token  string
	judged []Judged
}

func withShop(t *testing.T, f func(s *shop)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			s := &shop{t: t, ctx: ctx, tx: tx}
			for _, x := range []topic.Topic{
				{Code: "offers", Class: topic.Marketing, Texts: map[string]topic.Text{"de": {Name: "Angebote", Value: "Rabatte"}}},
				{Code: "order_updates", Class: topic.Utility, Texts: map[string]topic.Text{"de": {Name: "Bestellung", Value: "Wo das Paket ist"}}},
			} {
				s.must(topic.Put(ctx, tx, tenant, x, 1))
			}
			n, err := notice.New(ctx, tx, tenant, "Kasse", 1)
			s.must(err)
			s.publish(n.ID, "web", "Ja, ich will")
			s.source, s.token, err = New(ctx, tx, tenant, Source{Kind: "web", Name: "Kasse", Notice: n.ID, Topics: []string{"offers", "order_updates"}, Number: "310",
				Settings: Settings{PrivacyURL: "https://example.org/privacy", Languages: []string{"de", "en"}, DefaultRegion: "DE"}}, 2)
			s.must(err)
			f(s)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) publish(id, kind, body string) {
	s.t.Helper()
	v, err := notice.Edit(s.ctx, s.tx, tenant, id, notice.Wording{Kind: kind, Topics: []string{"offers", "order_updates"},
		Bodies: map[string]string{"de": body, "en": body + " (en)"}}, 1)
	s.must(err)
	s.must(notice.Publish(s.ctx, s.tx, tenant, id, v, 2))
}

// pass lets every wording through and remembers what it was asked.
func (s *shop) pass(j Judged) []string {
	s.judged = append(s.judged, j)
	return nil
}

func TestALifeOfASource(t *testing.T) {
	withShop(t, func(s *shop) {
		if _, err := Live(s.ctx, s.tx, s.source.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("a draft is shown: %v", err)
		}
		_, err := GoLive(s.ctx, s.tx, tenant, s.source.ID, func(j Judged) []string {
			if j.Text.Language == "de" {
				return []string{"BUSINESS_NAME", "WITHDRAW_HOW"}
			}
			return nil
		})
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != errs.Unprocessable || e.Args["Clauses"] != "BUSINESS_NAME (de), WITHDRAW_HOW (de)" {
			t.Fatalf("a wording with gaps: %v", err)
		}
		if x, err := Get(s.ctx, s.tx, tenant, s.source.ID); err != nil || x.State != StateDraft {
			t.Errorf("%+v %v", x, err)
		}
		_, err = GoLive(s.ctx, s.tx, tenant, s.source.ID, s.pass)
		s.must(err)
		if len(s.judged) != 2 || s.judged[0].Purpose != topic.Marketing || s.judged[0].Text.Body != "Ja, ich will" || s.judged[1].Text.Language != "en" {
			t.Errorf("judged: %+v", s.judged)
		}
		live, err := Live(s.ctx, s.tx, s.source.ID)
		if err != nil || live.Tenant != tenant || live.NoticeVersion != 1 || live.Settings.DefaultRegion != "DE" {
			t.Errorf("%+v %v", live, err)
		}
		s.publish(live.Notice, "web", "Ja, ich will mehr")
		if x, _ := Live(s.ctx, s.tx, live.ID); x.NoticeVersion != 1 {
			t.Error("a wording that nobody judged is shown")
		}
		if x, err := GoLive(s.ctx, s.tx, tenant, live.ID, s.pass); err != nil || x.NoticeVersion != 2 {
			t.Errorf("renewed: %+v %v", x, err)
		}
		if _, err := Pause(s.ctx, s.tx, tenant, live.ID, " "); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("paused without a reason: %v", err)
		}
		if x, err := Pause(s.ctx, s.tx, tenant, live.ID, "few answers"); err != nil || x.State != StatePaused || x.PausedWhy != "few answers" {
			t.Errorf("%+v %v", x, err)
		}
		if _, err := Live(s.ctx, s.tx, live.ID); !errors.Is(err, errs.New(errs.Unprocessable, "source.paused")) {
			t.Errorf("paused, on the page: %v", err)
		}
		if _, err := GoLive(s.ctx, s.tx, tenant, live.ID, s.pass); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("go live while paused: %v", err)
		}
		if x, err := Resume(s.ctx, s.tx, tenant, live.ID, s.pass); err != nil || x.State != StateLive || x.PausedWhy != "" {
			t.Errorf("%+v %v", x, err)
		}
		if _, err := Resume(s.ctx, s.tx, tenant, live.ID, s.pass); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("resumed twice: %v", err)
		}
	})
}

func TestGoLiveNamesWhatIsLeftOut(t *testing.T) {
	for field, change := range map[string]func(*Source){
		"number":               func(x *Source) { x.Number = "" },
		"notice":               func(x *Source) { x.Notice = "" },
		"topics":               func(x *Source) { x.Topics = nil },
		"settings.languages":   func(x *Source) { x.Settings.Languages = []string{"de", "fr"} },
		"settings.privacy_url": func(x *Source) { x.Settings.PrivacyURL = "" },
	} {
		t.Run(field, func(t *testing.T) {
			withShop(t, func(s *shop) {
				x := s.source
				change(&x)
				_, err := Change(s.ctx, s.tx, tenant, x)
				s.must(err)
				var e *errs.Error
				_, err = GoLive(s.ctx, s.tx, tenant, x.ID, s.pass)
				if !errors.As(err, &e) || e.Code != errs.Invalid || e.Field != field || len(s.judged) != 0 {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func TestGoLiveWantsAFittingNotice(t *testing.T) {
	withShop(t, func(s *shop) {
		other, err := notice.New(s.ctx, s.tx, tenant, "Plakat", 1)
		s.must(err)
		x := s.source
		x.Notice = other.ID
		x, err = Change(s.ctx, s.tx, tenant, x)
		s.must(err)
		want := func(key string) {
			t.Helper()
			var e *errs.Error
			if _, err := GoLive(s.ctx, s.tx, tenant, x.ID, s.pass); !errors.As(err, &e) || e.Key != key {
				t.Errorf("want %s, got %v", key, err)
			}
		}
		want("source.unpublished")
		s.publish(other.ID, "paper", "Ja")
		want("source.notice_kind")
		s.publish(other.ID, "web", "Ja")
		s.must(topic.Put(s.ctx, s.tx, tenant, topic.Topic{Code: "news", Class: topic.Marketing, Texts: map[string]topic.Text{"de": {Name: "N", Value: "N"}}}, 1))
		x.Topics = append(x.Topics, "news")
		_, err = Change(s.ctx, s.tx, tenant, x)
		s.must(err)
		want("source.topic_unnamed")
		s.must(topic.Retire(s.ctx, s.tx, tenant, "news", 9))
		want("topic.unknown")
	})
}

func TestChange(t *testing.T) {
	withShop(t, func(s *shop) {
		_, err := GoLive(s.ctx, s.tx, tenant, s.source.ID, s.pass)
		s.must(err)
		x, err := Get(s.ctx, s.tx, tenant, s.source.ID)
		s.must(err)
		x.Name = "Kasse 2"
		x.State = StateDraft // what a caller says about the state does not count
		if y, err := Change(s.ctx, s.tx, tenant, x); err != nil || y.Name != "Kasse 2" || y.State != StateLive || y.NoticeVersion != 1 {
			t.Errorf("%+v %v", y, err)
		}
		x.Topics = []string{"offers"}
		if _, err := Change(s.ctx, s.tx, tenant, x); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("changed while live: %v", err)
		}
		_, err = Pause(s.ctx, s.tx, tenant, x.ID, "change")
		s.must(err)
		if y, err := Change(s.ctx, s.tx, tenant, x); err != nil || len(y.Topics) != 1 || y.PausedWhy != "change" {
			t.Errorf("%+v %v", y, err)
		}
		if _, err := Change(s.ctx, s.tx, "ten_b", x); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another tenant: %v", err)
		}
	})
}

func TestForeignTenant(t *testing.T) {
	withShop(t, func(s *shop) {
		_, get := Get(s.ctx, s.tx, "ten_b", s.source.ID)
		_, live := GoLive(s.ctx, s.tx, "ten_b", s.source.ID, s.pass)
		_, pause := Pause(s.ctx, s.tx, "ten_b", s.source.ID, "x")
		_, token := NewToken(s.ctx, s.tx, "ten_b", s.source.ID)
		_, open := Live(s.ctx, s.tx, "src_../../etc")
		for what, err := range map[string]error{"get": get, "go live": live, "pause": pause, "token": token, "a made-up id": open} {
			if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		if list, err := List(s.ctx, s.tx, "ten_b"); err != nil || len(list) != 0 {
			t.Errorf("%v %v", list, err)
		}
		if list, err := List(s.ctx, s.tx, tenant); err != nil || len(list) != 1 {
			t.Errorf("%v %v", list, err)
		}
	})
}

func TestTokens(t *testing.T) {
	withShop(t, func(s *shop) {
		if x, err := ByToken(s.ctx, s.tx, s.token); err != nil || x.ID != s.source.ID {
			t.Errorf("%+v %v", x, err)
		}
		fresh, err := NewToken(s.ctx, s.tx, tenant, s.source.ID)
		s.must(err)
		if x, err := ByToken(s.ctx, s.tx, fresh); err != nil || x.ID != s.source.ID {
			t.Errorf("%+v %v", x, err)
		}
		for what, token := range map[string]string{"the old one": s.token, "none": "", "the id": s.source.ID, "the id and a dot": s.source.ID + ".",
			"another source": strings.Replace(fresh, "src_", "src_1", 1)[:len(fresh)]} {
			if _, err := ByToken(s.ctx, s.tx, token); errs.CodeOf(err) != errs.Unauthorised {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestSourcesAreChecked(t *testing.T) {
	good := Source{Kind: "web", Name: "Kasse", Settings: Settings{PrivacyURL: "https://example.org/p"}}
	if err := good.check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Source){
		"no name":            func(x *Source) { x.Name = " " },
		"kind":               func(x *Source) { x.Kind = "fax" },
		"read by all":        func(x *Source) { x.Settings.PrivacyURL = "http://example.org" },
		"a script":           func(x *Source) { x.Settings.PrivacyURL = "javascript:alert(1)" },
		"no host":            func(x *Source) { x.Settings.ImprintURL = "https:///x" },
		"a password":         func(x *Source) { x.Settings.ImprintURL = "https://a:b@example.org" },
		"region":             func(x *Source) { x.Settings.DefaultRegion = "DEU" },
		"a limit below zero": func(x *Source) { x.Settings.NetworkHourly = -1 },
	} {
		x := good
		change(&x)
		if errs.CodeOf(x.check()) != errs.Invalid {
			t.Errorf("%s went through", name)
		}
	}
	if n, a := good.Settings.Limits(); n != DefaultNetworkHourly || a != DefaultAddressDaily {
		t.Errorf("limits %d %d", n, a)
	}
	if n, a := (Settings{NetworkHourly: 7, AddressDaily: 1}).Limits(); n != 7 || a != 1 {
		t.Errorf("limits %d %d", n, a)
	}
}

func TestSentencesExist(t *testing.T) {
	for _, key := range []string{"name", "kind", "url", "region", "limits", "live", "unknown", "paused", "not_live", "why", "state", "wording", "needs_number",
		"needs_notice", "needs_topics", "needs_languages", "needs_privacy", "unpublished", "untranslated", "notice_kind", "topic_unnamed", "token"} {
		for _, lang := range say.Languages {
			if say.Text(lang, "source."+key) == "[source."+key+"]" {
				t.Errorf("%s lacks source.%s", lang, key)
			}
		}
	}
}
