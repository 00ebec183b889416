// Package watch_test lets Meta act, by its emulator, and reads what we make of it.
package watch_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/channel/whatsapp"
	"jawort/connect"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/graph"
	"jawort/quality"
	"jawort/test/fixture"
	"jawort/topic"
	"jawort/watch"
)

// place is a business whose Meta is the emulator, webhooks included.
type place struct {
	*fixture.World
	t      *testing.T
	poller *watch.Poller
}

var (
	number    = quality.OfNumber(fixture.NumberID)
	waba      = quality.OfAccount(fixture.WABA)
	portfolio = quality.OfPortfolio(fixture.Portfolio)
	sale      = quality.OfTemplate(fixture.WABA, "sommer_sale", "de")
	order     = quality.OfTemplate(fixture.WABA, "order_update", "de")
)

func newPlace(t *testing.T, d *db.DB) *place {
	w := fixture.NewWith(t, d, fixture.Options{Statuses: true})
	hook := httptest.NewServer(whatsapp.New(whatsapp.Deps{Desk: w.Desk, Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(hook.Close)
	w.Emulator.SetWebhook(hook.URL + "/in/meta")
	return &place{w, t, &watch.Poller{DB: d, Keys: w.Keys, Log: slog.New(slog.DiscardHandler), Take: w.Desk.Polled,
		Own: func(ctx context.Context, tenant, waba string, p account.Portfolio) error {
			return d.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return connect.Own(ctx, tx, tenant, waba, p) })
		}}}
}

// meta does something at the emulator, as its controls let anybody.
func (p *place) meta(path, body string) {
	p.t.Helper()
	resp, err := http.Post(p.URL+"/_emulator/"+path, "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %d %s", path, resp.StatusCode, answer)
	}
}

func (p *place) ask() {
	p.t.Helper()
	if err := p.poller.Ask(p.t.Context(), p.Tenant.ID, fixture.WABA); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) read(f func(ctx context.Context, tx *db.Tx) error) {
	p.t.Helper()
	if err := p.DB.Read(context.Background(), f); err != nil {
		p.t.Fatal(err)
	}
}

// holds is what is known of a thing.
func (p *place) holds(node string, what quality.What) (s quality.Standing) {
	p.t.Helper()
	p.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := quality.StandingsOf(ctx, tx, p.Tenant.ID, []string{node})
		for _, x := range all {
			if x.What == what {
				s = x
			}
		}
		return err
	})
	return s
}

// waits until a webhook has told of something.
func (p *place) waits(node string, what quality.What, value string) quality.Standing {
	p.t.Helper()
	var s quality.Standing
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if s = p.holds(node, what); s.Value == value {
			return s
		}
	}
	p.t.Fatalf("%s of %s is %q, want %q", what, node, s.Value, value)
	return s
}

func (p *place) open() string {
	var kinds []string
	p.read(func(ctx context.Context, tx *db.Tx) error {
		list, err := alert.Open(ctx, tx, p.Tenant.ID)
		for _, a := range list {
			kinds = append(kinds, a.Kind)
		}
		return err
	})
	return strings.Join(kinds, " ")
}

// One business over a bad week: what Meta says by polls and webhooks holds, counts for the gate, and is warned of.
func TestMetaIsHeard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		p.ask()
		for _, want := range []struct {
			node  string
			what  quality.What
			value string
		}{
			{number, quality.Rating, "GREEN"}, {number, quality.Status, "CONNECTED"}, {number, quality.Name, "APPROVED"}, {number, quality.Throughput, "STANDARD"},
			{number, quality.CanSend, "AVAILABLE"}, {waba, quality.CanSend, "AVAILABLE"}, {waba, quality.Review, "APPROVED"}, {portfolio, quality.Limit, "-1"},
			{sale, quality.Status, "APPROVED"}, {sale, quality.Category, "MARKETING"}, {number, quality.Token, "VALID"},
		} {
			if s := p.holds(want.node, want.what); s.Value != want.value {
				t.Errorf("%s of %s: %q, want %q", want.what, want.node, s.Value, want.value)
			}
		}
		if k := p.open(); k != "" {
			t.Errorf("all is well, and yet: %s", k)
		}
		p.meta("numbers/"+fixture.NumberID, `{"quality_rating":"RED","status":"FLAGGED","limit":"TIER_2K"}`)
		p.waits(portfolio, quality.Limit, "2000")
		p.meta("templates/sommer_sale", `{"status":"PAUSED"}`)
		if s := p.waits(sale, quality.Status, "PAUSED"); s.Until-s.LastAt < 2*3600*quality.Second {
			t.Errorf("the first pause lasts three hours: %+v", s)
		}
		p.meta("templates/order_update", `{"category":"MARKETING","notice":true}`)
		p.waits(order, quality.NextCategory, "MARKETING")
		p.meta("templates/order_update", `{"category":"MARKETING"}`)
		p.waits(order, quality.Category, "MARKETING")
		until := time.Now().Add(72 * time.Hour).Unix()
		p.meta("account", fmt.Sprintf(`{"value":{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":%d}]}}`, until))
		if s := p.waits(waba, quality.RestrictionOf("RESTRICTED_BIZ_INITIATED_MESSAGING"), "ACTIVE"); s.Until != until*1_000_000 {
			t.Errorf("it ends %d, want %d", s.Until, until*1_000_000)
		}
		p.ask()
		if s := p.holds(number, quality.Rating); s.Value != "RED" || s.Before != "GREEN" {
			t.Errorf("rating %+v", s)
		}
		if s := p.holds(waba, quality.CanSend); s.Value != "BLOCKED" {
			t.Errorf("can send: %+v", s)
		}
		p.counts(t)
		for _, kind := range []string{alert.Restricted, alert.RatingRed, alert.NumberFlagged, alert.TemplatePaused, alert.TemplateCategory, alert.TemplateComing, alert.LimitLowered} {
			if !strings.Contains(p.open(), kind) {
				t.Errorf("nobody is warned of %s: %s", kind, p.open())
			}
		}
	})
}

// counts: what the gate reads is what Meta said.
func (p *place) counts(t *testing.T) {
	p.read(func(ctx context.Context, tx *db.Tx) error {
		n, err := account.NumberOf(ctx, tx, p.Tenant.ID, fixture.NumberID)
		if err != nil || n.Status != "FLAGGED" {
			t.Errorf("number: %s %v", n.Status, err)
		}
		all, err := account.Portfolios(ctx, tx, p.Tenant.ID)
		if err != nil || all[0].SendLimit != 2000 {
			t.Errorf("portfolio %+v %v", all, err)
		}
		s, err := topic.Lookup(ctx, tx, p.Tenant.ID, fixture.WABA, "sommer_sale", "de")
		if err != nil || s.Status != "PAUSED" {
			t.Errorf("template %s %v", s.Status, err)
		}
		o, err := topic.Lookup(ctx, tx, p.Tenant.ID, fixture.WABA, "order_update", "de")
		if err != nil || o.Category != "MARKETING" {
			t.Errorf("template %s %v", o.Category, err)
		}
		return nil
	})
}

// post is a webhook with one change, as Meta would sign it.
func (p *place) post(field, value string, at time.Time) {
	p.t.Helper()
	raw := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"%s","time":%d,"changes":[{"field":"%s","value":%s}]}]}`,
		fixture.WABA, at.Unix(), field, value)
	if strings.Contains(value, `"PARTNER_`) {
		raw = bytes.Replace(raw, []byte(`"id":"`+fixture.WABA), []byte(`"id":"510000000000001`), 1) // the entry's id is the portfolio's
	}
	if err := p.Desk.Webhook(p.t.Context(), raw, graph.Sign(raw, p.Secret)); err != nil {
		p.t.Fatalf("%s %s: %v", field, value, err)
	}
}

// Every account webhook of facts/meta.md, in its old and new shapes, comes to what it says.
func TestShapesOfWebhooks(t *testing.T) {
	w := func(s string) string { return strings.ReplaceAll(s, "NR", fixture.Display) }
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		for i, tc := range []struct {
			field, value string
			node         string
			what         quality.What
			want         string
		}{
			{"account_update", `{"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"SCAM"}}`, waba, quality.Violation, "SCAM"},
			{"account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE","waba_ban_date":"November 25, 2026"}}`, waba, quality.Ban, "SCHEDULE_FOR_DISABLE"},
			{"account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"REINSTATE"}}`, waba, quality.Ban, "REINSTATE"},
			{"account_update", `{"event":"ACCOUNT_OFFBOARDED","disconnection_info":{"reason":"PRIMARY_INACTIVITY","initiated_by":"SYSTEM"}}`, waba, quality.Link, "ACCOUNT_OFFBOARDED"},
			{"account_update", `{"event":"ACCOUNT_RECONNECTED"}`, waba, quality.Link, "CONNECTED"},
			{"account_update", `{"event":"PARTNER_REMOVED","waba_info":{"waba_id":"` + fixture.WABA + `","owner_business_id":"51"}}`, waba, quality.Link, "PARTNER_REMOVED"},
			{"account_update", `{"event":"ACCOUNT_DELETED"}`, waba, quality.Link, "ACCOUNT_DELETED"},
			{"account_update", `{"event":"VOLUME_BASED_PRICING_TIER_UPDATE","volume_tier_info":{"tier":"1:2"}}`, waba, quality.Event, "VOLUME_BASED_PRICING_TIER_UPDATE"},
			{"account_update", `{"event":"SOMETHING_OF_2027","more":[1,{"a":null}]}`, waba, quality.Event, "SOMETHING_OF_2027"},
			{"account_review_update", `{"decision":"REJECTED"}`, waba, quality.Review, "REJECTED"},
			{"account_alerts", `{"entity_type":"BUSINESS","entity_id":"51","alert_info":{"alert_severity":"WARNING","alert_status":"ACTIVE","alert_type":"OBA_REJECTED","alert_description":"x"}}`, portfolio, quality.NoticeOf("OBA_REJECTED"), "WARNING"},
			{"account_alerts", `{"entity_type":"BUSINESS","entity_id":"51","alert_severity":"WARNING","alert_status":"NONE","alert_type":"OBA_REJECTED"}`, portfolio, quality.NoticeOf("OBA_REJECTED"), "NONE"},
			{"phone_number_name_update", w(`{"display_phone_number":"NR","decision":"REJECTED","requested_verified_name":"X","rejection_reason":null}`), number, quality.Name, "REJECTED"},
			{"security", w(`{"display_phone_number":"NR","event":"PIN_RESET_REQUEST","requester":"61"}`), number, quality.Security, "PIN_RESET_REQUEST"},
			{"business_capability_update", `{"max_daily_conversations_per_business":2000,"max_phone_numbers_per_waba":25}`, portfolio, quality.Limit, "2000"},
			{"business_capability_update", `{"max_daily_conversations_per_business":"TIER_10K"}`, portfolio, quality.Limit, "10000"},
			{"business_capability_update", `{"max_daily_conversation_per_phone":250,"max_phone_numbers_per_business":2}`, portfolio, quality.Limit, "250"},
			{"phone_number_quality_update", w(`{"display_phone_number":"NR","event":"THROUGHPUT_UPGRADE","old_limit":"TIER_10K","current_limit":"TIER_UNLIMITED"}`), number, quality.Throughput, "HIGH"},
			{"phone_number_quality_update", w(`{"display_phone_number":"NR","event":"DOWNGRADE","old_limit":"TIER_10K","current_limit":"TIER_1K"}`), portfolio, quality.Limit, "1000"},
			{"phone_number_quality_update", w(`{"display_phone_number":"NR","event":"FLAGGED","current_limit":"TIER_1K"}`), number, quality.Status, "FLAGGED"},
			{"phone_number_quality_update", w(`{"display_phone_number":"NR","event":"UNFLAGGED","current_limit":"TIER_1K"}`), number, quality.Status, "CONNECTED"},
			{"message_template_quality_update", `{"previous_quality_score":"GREEN","new_quality_score":"YELLOW","message_template_id":71,"message_template_name":"sommer_sale","message_template_language":"de"}`, sale, quality.Rating, "YELLOW"},
			{"message_template_status_update", `{"event":"DISABLED","message_template_id":71,"message_template_name":"sommer_sale","message_template_language":"de","reason":null,"disable_info":{"disable_date":1795000000}}`, sale, quality.Status, "DISABLED"},
			{"message_template_status_update", `{"event":"REINSTATED","message_template_id":"71","message_template_name":"sommer_sale","message_template_language":"de","reason":"NONE"}`, sale, quality.Status, "APPROVED"},
			{"template_category_update", `{"message_template_id":71,"message_template_name":"order_update","message_template_language":"de","previous_category":"UTILITY","new_category":"MARKETING"}`, order, quality.Category, "MARKETING"},
		} {
			at := time.Now().Add(time.Duration(i-60) * time.Second)
			for range 2 { // Meta repeats
				p.post(tc.field, tc.value, at)
			}
			if s := p.holds(tc.node, tc.what); s.Value != tc.want {
				t.Errorf("%s %s: %s of %s is %q", tc.field, tc.value, tc.what, tc.node, s.Value)
			}
		}
		p.post("phone_number_quality_update", w(`{"display_phone_number":"NR","event":"FLAGGED"}`), time.Now().Add(-48*time.Hour))
		if s := p.holds(number, quality.Status); s.Value != "CONNECTED" {
			t.Errorf("a word two days late holds: %+v", s)
		}
	})
}

// Polls that fail, are refused, or have another shape change nothing that is known, and say why.
func TestOddAnswers(t *testing.T) {
	numbers := func(row string) string { return `{"data":[` + row + `],"paging":{}}` }
	id := fixture.NumberID
	for name, tc := range map[string]struct {
		status  int
		answer  string
		old     string // what is answered when the old fields are asked for
		why     string
		rating  string
		changed bool
	}{
		"the token is refused":      {401, `{"error":{"code":190,"message":"x"}}`, "", "token", "RED", false},
		"a right is missing":        {403, `{"error":{"code":10,"message":"x"}}`, "", "rights", "RED", false},
		"asked too often":           {400, `{"error":{"code":80007,"message":"x"}}`, "", "busy", "RED", false},
		"unknown account":           {400, `{"error":{"code":100,"error_subcode":33,"message":"x"}}`, "", "unknown", "RED", false},
		"broken":                    {500, `<html>`, "", "unreachable", "RED", false},
		"no JSON":                   {200, `{"data":[`, "", "unreachable", "RED", false},
		"an empty list":             {200, numbers(""), "", "", "RED", false},
		"without the rating":        {200, numbers(`{"id":"` + id + `","status":"CONNECTED"}`), "", "", "RED", false},
		"other types":               {200, numbers(`{"id":` + id + `,"quality_rating":7,"status":["x"],"health_status":"AVAILABLE"}`), "", "", "UNKNOWN", true},
		"not rated":                 {200, numbers(`{"id":"` + id + `","quality_rating":"NA"}`), "", "", "UNKNOWN", true},
		"by the score alone":        {200, numbers(`{"id":"` + id + `","quality_score":{"score":"YELLOW"}}`), "", "", "YELLOW", true},
		"a version without a field": {400, `{"error":{"code":100,"message":"nonexisting field"}}`, numbers(`{"id":"` + id + `","quality_rating":"GREEN","messaging_limit_tier":"TIER_1K"}`), "", "GREEN", true},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.Open(t, db.SQLite)
			p := newPlace(t, d)
			meta := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tc.old != "" && !strings.Contains(r.URL.Query().Get("fields"), "health_status") {
					_, _ = io.WriteString(w, tc.old)
					return
				}
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.answer)
			}))
			defer meta.Close()
			err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				now, err := tx.Now(ctx)
				if err != nil {
					return err
				}
				red := quality.Observation{Node: number, What: quality.Rating, Value: "RED", Way: quality.ByPoll}
				if _, err := quality.Observe(ctx, tx, p.Tenant.ID, []quality.Observation{red}, now-3600*quality.Second); err != nil {
					return err
				}
				n := p.Number
				n.BaseURL = meta.URL
				return account.PutNumber(ctx, tx, p.Keys, p.Tenant.ID, n, "", "", "test")
			})
			if err != nil {
				t.Fatal(err)
			}
			p.ask()
			if s := p.holds(number, quality.Rating); s.Value != tc.rating || (s.Before != "") != tc.changed {
				t.Errorf("rating %+v", s)
			}
			p.read(func(ctx context.Context, tx *db.Tx) error {
				poll, err := quality.PollOf(ctx, tx, p.Tenant.ID, fixture.WABA)
				if poll.Error != tc.why || (poll.FailingSince > 0) != (tc.why != "") || poll.NextAt <= poll.AskedAt {
					t.Errorf("poll %+v", poll)
				}
				return err
			})
		})
	}
}

// Every account gets its timers once; asking at once moves them; another business's are its own.
func TestEnsure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		count := func() (n, due int64) {
			p.read(func(ctx context.Context, tx *db.Tx) error {
				return tx.Row(ctx, `select count(*), coalesce(max(due), 0) from timer where kind = 'watch.poll' and tenant = $1`, p.Tenant.ID).Scan(&n, &due)
			})
			return n, due
		}
		for range 2 {
			if err := p.poller.Ensure(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		n, due := count()
		if n != 3 {
			t.Errorf("%d timers, want one for numbers, templates and tokens", n)
		}
		if err := p.poller.Now(t.Context(), p.Tenant.ID); err != nil {
			t.Fatal(err)
		}
		if m, later := count(); m != 3 || later <= due {
			t.Errorf("asked at once: %d timers, due %d after %d", m, later, due)
		}
		if err := p.poller.Now(t.Context(), "ten_other"); err != nil {
			t.Fatal(err)
		}
		if err := p.poller.Ask(t.Context(), "ten_other", fixture.WABA); err != nil {
			t.Errorf("an account of somebody else: %v", err)
		}
	})
}
