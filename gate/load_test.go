package gate

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/quality"
)

// sow writes rows by hand, so that Load is not tested against the code that writes them in life.
func sow(t testing.TB, d *db.DB, statements ...string) {
	t.Helper()
	err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func at0(f string, args ...any) string {
	return strings.NewReplacer("T0", fmt.Sprint(t0), "DAY", fmt.Sprint(day), "HOUR", fmt.Sprint(hour)).Replace(fmt.Sprintf(f, args...))
}

// houseRows is a tenant with a number, a program, two topics and three templates.
func houseRows(tenant string) []string {
	return []string{
		at0(`insert into tenant (tenant, name, language, zone, country, policy, brand, pepper, created_at) values ('%s', 'Rad Roth', 'de', 'Europe/Berlin', 'DE', '{}', '{}', '\x00', 0)`, tenant),
		at0(`insert into portfolio (tenant, portfolio, name, send_limit, updated_at) values ('%s', 'pf1', 'Rad', 250, 0)`, tenant),
		at0(`insert into number (tenant, number, waba, portfolio, display, name, country, base_url, token, app_secret, mode, throughput, settings, status, created_at)
			values ('%s', 'n1%s', 'w1', 'pf1', '4930', 'Rad', 'DE', 'http://x', '\x00', '\x00', 'enforce', 80, '{}', 'CONNECTED', 0)`, tenant, tenant),
		at0(`insert into program (tenant, program, name, mode, token_hash, scopes, topics, created_at)
			values ('%s', 'prg_1', 'shop', 'observe', 'hash of %s', '[]', '{"utility":"order_updates"}', 0)`, tenant, tenant),
		at0(`insert into topic (tenant, topic, class, class_default, texts, position, created_at, retired_at) values
			('%[1]s', 'offers', 'marketing', false, '{}', 1, 0, null), ('%[1]s', 'order_updates', 'utility', false, '{}', 2, 0, null),
			('%[1]s', 'service', 'utility', true, '{}', 3, 0, null), ('%[1]s', 'old', 'utility', false, '{}', 4, 0, 5)`, tenant),
		at0(`insert into template (tenant, waba, name, language, meta_id, category, status, quality, topic, components, updated_at) values
			('%[1]s', 'w1', 'sommer_sale', 'de', '1', 'MARKETING', 'APPROVED', '', 'offers', '[]', 0),
			('%[1]s', 'w1', 'order_update', 'de', '2', 'UTILITY', 'PAUSED', '', 'order_updates', '[]', 0),
			('%[1]s', 'w1', 'loose', 'de', '3', 'MARKETING', 'APPROVED', '', null, '[]', 0)`, tenant),
	}
}

// ada has granted offers; row by row all the gate reads.
func ada(tenant string) []string {
	return []string{
		at0(`insert into contact (tenant, contact, name, username, language, created_at) values ('%s', 'con_ada', 'Ada', '', '', 0)`, tenant),
		at0(`insert into contact_guard (tenant, contact, rev) values ('%s', 'con_ada', 7)`, tenant),
		at0(`insert into contact_address (tenant, address, since, until, contact, portfolio, wa_id, fingerprint, proof, born) values
			('%[1]s', 'tel:+4915112345678', 1, null, 'con_ada', '', '', 'fp_ada', 'first', 'con_ada'),
			('%[1]s', 'wa:DE.7000', 1, null, 'con_ada', 'pf1', '', 'fp_ada2', 'webhook', 'con_ada'),
			('%[1]s', 'wa:DE.8000', 1, null, 'con_ada', 'pf9', '', 'fp_ada3', 'webhook', 'con_ada'),
			('%[1]s', 'tel:+4917212345678', 1, 2, 'con_ada', '', '', 'fp_old', 'first', 'con_ada')`, tenant),
		at0(`insert into standing (tenant, contact, topic, state, since, own_since, expires_at, source, notice, notice_version, proof, event, cap_month,
				stop_all, stop_marketing, platform_stop, flags, rev) values
			('%[1]s', 'con_ada', 'offers', 'granted', T0 - 5 * DAY, T0 - 5 * DAY, T0 + 700 * DAY, '', '', 0, 'chat', 'evt', 4, false, false, false, '{}', 7),
			('%[1]s', 'con_ada', '', '', 0, 0, null, '', '', 0, '', '', 0, false, false, false, '{"age":33}', 7)`, tenant),
	}
}

func loaded(t *testing.T, d *db.DB, asks ...Ask) []Facts {
	t.Helper()
	var facts []Facts
	err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		facts, err = Load(ctx, tx, "t", asks, t0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func saleTo(to string) Ask {
	return Ask{Message: Message{To: to, Number: "n1t", Program: "prg_1", Kind: "template", Template: "sommer_sale", Language: "de"}, Fingerprint: "fp_ada"}
}

func textTo(to string) Ask {
	return Ask{Message: Message{To: to, Number: "n1t", Program: "prg_1", Kind: "text"}, Fingerprint: "fp_ada"}
}

func sown(t *testing.T, f func(t *testing.T, d *db.DB)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sow(t, d, append(append(houseRows("t"), ada("t")...), append(houseRows("u"), ada("u")...)...)...)
		f(t, d)
	})
}

const adasPhone = "tel:+4915112345678"

func TestLoadReadsEveryFact(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		got := loaded(t, d, saleTo(adasPhone))[0]
		want := Facts{
			Now: t0, Readable: true, NumberKnown: true, Contact: "con_ada", Rev: 7, Country: "DE", Mode: account.Enforce,
			Template: Template{true, "APPROVED", "MARKETING"}, Topic: Topic{"offers", true, consent.Marketing},
			Standing: Standing{State: consent.StateGranted, Since: t0 - 5*day, OwnSince: t0 - 5*day, ExpiresAt: t0 + 700*day, Proof: "chat"},
			Person:   Person{AgeKnown: true, Age: 33}, Caps: Caps{Promised: Cap{Max: 4}},
			Brake: Brake{State: quality.Open}, Headroom: Headroom{Free: 250, FreeMarketing: 225},
		}
		if got.Rules.Version == "" || got.Rules.MinAge != 16 || got.Rules.LapseAfter < 729*day || got.Rules.QuietAfterNo < 364*day || got.Rules.NoMarketing {
			t.Errorf("rules %+v", got.Rules)
		}
		want.Rules = got.Rules
		if !reflect.DeepEqual(got, want) {
			t.Errorf("\n got %+v\nwant %+v", got, want)
		}
		m := saleTo(adasPhone).Message
		if v := Decide(&got, &m); v.Verdict != Allow {
			t.Errorf("%s", codes(&v))
		}
	})
}

func TestLoadFindsThePerson(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		moved := saleTo(adasPhone)
		moved.Expected = "con_other"
		theSame := saleTo(adasPhone)
		theSame.Expected = "con_ada"
		unknownNumber := saleTo(adasPhone)
		unknownNumber.Number = "n1u" // another tenant's
		f := loaded(t, d, saleTo("wa:DE.7000"), saleTo("wa:DE.8000"), saleTo("tel:+4917212345678"), saleTo("tel:+12125550123"), saleTo("nonsense"), moved, theSame, unknownNumber)
		if f[0].Contact != "con_ada" || !f[0].Identity.UserID || f[0].Identity.Foreign {
			t.Errorf("by user id: %+v", f[0])
		}
		if f[1].Contact != "con_ada" || !f[1].Identity.Foreign {
			t.Errorf("user id of another portfolio: %+v", f[1].Identity)
		}
		if f[2].Contact != "" || f[2].Standing.State != consent.StateNone {
			t.Errorf("a number given up still reaches her: %+v", f[2])
		}
		if f[3].Contact != "" || f[3].Country != "US" || !f[3].Rules.NoMarketing {
			t.Errorf("an American stranger: %+v", f[3])
		}
		if !f[4].Identity.Unusable {
			t.Error("nonsense is usable")
		}
		if !f[5].Identity.Moved || f[6].Identity.Moved {
			t.Error("moved")
		}
		if f[7].NumberKnown {
			t.Error("another tenant's number is known")
		}
		sow(t, d, `insert into contact (tenant, contact, name, username, language, merged_into, created_at) values ('t', 'con_other', '', '', '', 'con_ada', 0)`,
			`update contact set frozen_at = 55 where tenant = 't' and contact = 'con_ada'`)
		f = loaded(t, d, moved)
		if f[0].Identity.Moved || f[0].Identity.FrozenAt != 55 {
			t.Errorf("merged: %+v", f[0].Identity)
		}
	})
}

func TestLoadOnlyAmericaIsUnitedStates(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		f := loaded(t, d, saleTo("tel:+12125550123"), saleTo("tel:+14165550123"), saleTo("tel:+18765550123"), saleTo("wa:US.700"))
		for i, want := range []bool{true, false, false, true} {
			if f[i].Rules.NoMarketing != want {
				t.Errorf("%s: %s, marketing barred %v", saleTo("").To, f[i].Country, f[i].Rules.NoMarketing)
			}
		}
	})
}

func TestLoadTopicOfAMessage(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d, `update topic set class_default = true where topic = 'offers'`) // which must not matter
		with := func(a Ask, change func(a *Ask)) Ask { change(&a); return a }
		for _, c := range []struct {
			name string
			ask  Ask
			want Topic
		}{
			{"as asked", with(saleTo(adasPhone), func(a *Ask) { a.Topic = "order_updates" }), Topic{"order_updates", true, consent.Utility}},
			{"as assigned", saleTo(adasPhone), Topic{"offers", true, consent.Marketing}},
			{"the program's default", textTo(adasPhone), Topic{"order_updates", true, consent.Utility}},
			{"the tenant's default", with(textTo(adasPhone), func(a *Ask) { a.Program = "" }), Topic{"service", true, consent.Utility}},
			{"marketing never falls back", with(saleTo(adasPhone), func(a *Ask) { a.Template = "loose" }), Topic{}},
			{"asked for one that is retired", with(textTo(adasPhone), func(a *Ask) { a.Topic = "old" }), Topic{"old", false, consent.Utility}},
			{"asked for one that is not there", with(textTo(adasPhone), func(a *Ask) { a.Topic = "nope" }), Topic{"nope", false, ""}},
			{"unknown template has none", with(saleTo(adasPhone), func(a *Ask) { a.Template = "nope" }), Topic{}},
			{"direct send by its category", with(textTo(adasPhone), func(a *Ask) { a.DirectSend = "authentication" }), Topic{}},
			{"a purpose needs none", with(textTo(adasPhone), func(a *Ask) { a.Purpose, a.Program = StopAck, "" }), Topic{}},
		} {
			if got := loaded(t, d, c.ask)[0].Topic; got != c.want {
				t.Errorf("%s: %+v", c.name, got)
			}
		}
	})
}

func TestLoadMode(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d, `update number set mode = 'observe' where tenant = 't'`)
		jawort, gone := textTo(adasPhone), textTo(adasPhone)
		jawort.Program, gone.Program = "", "prg_gone"
		f := loaded(t, d, textTo(adasPhone), jawort, gone)
		if f[0].Mode != account.Observe || f[1].Mode != account.Enforce || f[2].Mode != account.Enforce {
			t.Errorf("%s %s %s", f[0].Mode, f[1].Mode, f[2].Mode)
		}
	})
}

// Those asked about together get one turn each of a slow number; a template's brake is the template's only, in its language.
func TestLoadBrakes(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d, `update brake set state = 'x'`,
			at0(`insert into brake (tenant, number, state, reason, since, pace, slow_at) values ('t', 'n1t', 'slow', '', 1, 24, T0 - 5)`),
			at0(`insert into brake (tenant, number, waba, template, language, state, reason, since, until) values
				('t', '', 'w1', 'sommer_sale', 'de', 'marketing_stopped', '', 1, 9), ('t', '', 'w1', 'sommer_sale', 'en', 'stopped', '', 1, 8), ('t', '', 'w9', 'sommer_sale', 'de', 'stopped', '', 1, 7)`),
			at0(`insert into pair_pace (tenant, contact, number, owed_until, capped_until) values ('t', 'con_ada', 'n1t', 99, 3), ('t', 'con_ada', 'n2', 98, 4)`))
		f := loaded(t, d, saleTo(adasPhone), saleTo(adasPhone), textTo(adasPhone), saleTo(adasPhone))
		for i, want := range []int64{t0 - 5, t0 + hour, 0, t0 + 2*hour} {
			if i != 2 && f[i].Brake != (Brake{State: quality.Slow, SlowAt: want}) {
				t.Errorf("%d: %+v", i, f[i].Brake)
			}
		}
		if f[0].TemplateBrake != (Brake{State: quality.MarketingStopped, Until: 9}) || f[2].TemplateBrake != (Brake{}) {
			t.Errorf("%+v, of text %+v", f[0].TemplateBrake, f[2].TemplateBrake)
		}
		if f[0].Caps.Meta != 4 || f[0].PairOwed != 99 {
			t.Errorf("%+v", f[0].Caps)
		}
		sow(t, d, `delete from brake where tenant = 't' and number = 'n1t'`, at0(`insert into brake (tenant, number, state, reason, since) values ('t', 'n1t', 'stopped', '', 1)`))
		if got := loaded(t, d, textTo(adasPhone))[0].Brake; got != (Brake{State: quality.Stopped, Answers: true}) {
			t.Errorf("%+v", got)
		}
	})
}

func TestLoadStops(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d,
			at0(`insert into suppression (tenant, fingerprint, scope, reason, at) values ('t', 'fp_ada2', 'all', '', T0), ('u', 'fp_ada', 'all', '', 3),
				('t', 'fp_old', 'all', '', 9), ('t', 'fp_new', 'marketing', '', 8)`),
			at0(`update standing set stop_all = true, stop_marketing = true, platform_stop = true,
				flags = '{"restricted":true,"erased":true,"suspected_block":true,"wrong_address":true,"frozen_at":5,"declined_at":6,"stopped_at":7,"no_ack":true}'
				where tenant = 't' and contact = 'con_ada' and topic = ''`),
			at0(`update brake set state = 'x'`),
			at0(`insert into brake (tenant, number, state, reason, since, until) values ('t', 'n1t', 'marketing_stopped', '', 1, 2)`),
			at0(`insert into service_window (tenant, contact, number, opened_at, until, human_at) values ('t', 'con_ada', 'n1t', 11, T0 + 1, 13), ('t', 'con_ada', 'n2', 1, 2, 3)`),
			at0(`insert into pair_pace (tenant, contact, number, owed_until) values ('t', 'con_ada', 'n1t', 99), ('t', 'con_ada', 'n2', 98)`),
			at0(`insert into headroom (tenant, portfolio, contact, message, taken_at, until) values ('t', 'pf1', 'con_ada', '', 0, T0 + 1)`),
			at0(`update tenant set held_since = 4 where tenant = 't'`))
		f := loaded(t, d, saleTo(adasPhone), Ask{Message: saleTo("tel:+4917612345678").Message, Fingerprint: "fp_new"})
		g := f[0]
		want := Person{StopAll: true, StopMarketing: true, PlatformStop: true, Restricted: true, SuspectedBlock: true, WrongAddress: true, StoppedAt: 7, DeclinedAt: 6}
		if g.Person != want {
			t.Errorf("person %+v", g.Person)
		}
		if g.SuppressedAll != (Suppression{true, t0}) || g.SuppressedMarketing.On {
			t.Errorf("the person's other address is suppressed: %+v %+v", g.SuppressedAll, g.SuppressedMarketing)
		}
		if f[1].SuppressedMarketing != (Suppression{true, 8}) || f[1].SuppressedAll.On || f[1].Contact != "" {
			t.Errorf("a stranger's suppression: %+v", f[1])
		}
		if g.Brake != (Brake{State: quality.MarketingStopped, Until: 2}) || g.Window != (Window{11, t0 + 1, 13}) || g.PairOwed != 99 || !g.Headroom.Held || !g.Held {
			t.Errorf("%+v", g)
		}
		if !g.Identity.Erased || g.Identity.FrozenAt != 5 || !g.Ack.Unwanted {
			t.Errorf("%+v %+v", g.Identity, g.Ack)
		}
	})
}

func TestLoadCounts(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		today := t0 / day
		sow(t, d, at0(`update number set settings = '{"cap_day":1,"cap_month":3}' where tenant = 't'`),
			fmt.Sprintf(`insert into sent_count (tenant, contact, number, topic, day, sent) values
			('t', 'con_ada', 'n1t', 'offers', %[1]d, 1), ('t', 'con_ada', 'n1t', 'offers', %[1]d - 29, 2), ('t', 'con_ada', 'n1t', 'offers', %[1]d - 30, 9),
			('t', 'con_ada', 'n2', 'offers', %[1]d - 3, 1), ('t', 'con_ada', 'n1t', 'order_updates', %[1]d, 5), ('u', 'con_ada', 'n1t', 'offers', %[1]d, 7)`, today))
		f := loaded(t, d, saleTo(adasPhone))[0]
		want := Caps{Promised: Cap{4, 4, (today + 1) * day}, Day: Cap{1, 1, (today + 1) * day}, Month: Cap{3, 3, (today + 1) * day}}
		if f.Caps != want {
			t.Errorf("\n got %+v\nwant %+v", f.Caps, want)
		}
		m := saleTo(adasPhone).Message
		if v := Decide(&f, &m); codes(&v) != "wait CAP_PROMISED CAP_DAY CAP_MONTH" || v.Until != (today+1)*day {
			t.Errorf("%s", codes(&v))
		}
	})
}

func TestLoadOldConsentStaysByUse(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d, at0(`update standing set since = T0 - 900 * DAY, own_since = T0 - 900 * DAY, expires_at = T0 - 170 * DAY, cap_month = 0 where tenant = 't' and topic = 'offers'`))
		m := saleTo(adasPhone).Message
		f := loaded(t, d, saleTo(adasPhone))[0]
		if v := Decide(&f, &m); codes(&v) != "refuse CONSENT_LAPSED" {
			t.Errorf("unused: %s", codes(&v))
		}
		sow(t, d, fmt.Sprintf(`insert into sent_count (tenant, contact, number, topic, day, sent) values ('t', 'con_ada', 'n2', 'offers', %d, 1)`, t0/day-400))
		f = loaded(t, d, saleTo(adasPhone))[0]
		if v := Decide(&f, &m); codes(&v) != "allow" {
			t.Errorf("used: %s", codes(&v))
		}
	})
}

func TestLoadRoom(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d, `update portfolio set send_limit = 2 where tenant = 't'`,
			at0(`insert into headroom (tenant, portfolio, contact, message, taken_at, until) values
			('t', 'pf1', 'a', '', 0, T0 + 5), ('t', 'pf1', 'b', '', 0, T0 + 3), ('t', 'pf1', 'c', '', 0, T0), ('t', 'pf2', 'd', '', 0, T0 + 9), ('u', 'pf1', 'e', '', 0, T0 + 9)`))
		if f := loaded(t, d, saleTo(adasPhone))[0]; f.Headroom != (Headroom{NextAt: t0 + 3}) {
			t.Errorf("%+v", f.Headroom)
		}
		sow(t, d, `update portfolio set send_limit = -1 where tenant = 't'`)
		if f := loaded(t, d, saleTo(adasPhone))[0]; f.Headroom != unlimited {
			t.Errorf("unlimited: %+v", f.Headroom)
		}
	})
}

func TestLoadPurposes(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d, at0(`insert into asked (tenant, fingerprint, at, source, answered) values
				('t', 'fp_ada', T0 - 2 * HOUR, 's1', false), ('t', 'fp_ada', T0 - 80 * DAY, 's1', false), ('t', 'fp_ada', T0 - 91 * DAY, 's1', false), ('u', 'fp_ada', T0, 's1', false)`),
			at0(`insert into source (tenant, source, kind, name, state, token_hash, notice, notice_version, topics, number, settings, paused_why, created_at)
				values ('t', 's1', 'web', '', 'live', '\x00', '', 0, '[]', '', '{}', '', 0)`),
			at0(`insert into platform_stop (tenant, contact, number, since) values ('t', 'con_ada', 'n9', 50)`),
			`update portfolio set send_limit = 20 where tenant = 't'`)
		q := Ask{Message: own(ConfirmRequest), Fingerprint: "fp_ada", ID: "msg_q"}
		q.Number = "n1t"
		a := q
		a.Purpose, a.ID = StopAck, "msg_a"
		f := loaded(t, d, q, a)
		if f[0].Asked != (Asked{LastAt: t0 - 2*hour, In90: 2, DoorsAt: t0 + 22*hour}) {
			t.Errorf("asked %+v", f[0].Asked)
		}
		if !f[1].Ack.ByPlatform || f[1].Ack.LastAt != 0 {
			t.Errorf("ack %+v", f[1].Ack)
		}
		sow(t, d, at0(`insert into request (tenant, request, code, contact, address, source, topics, notice, notice_version, language, event, state, asked_at, question, created_at, until, words, origin)
				values ('t', 'req', 'c', 'con_ada', '', 's1', '[]', '', 0, '', '', 'open', T0 - 2 * HOUR, 'msg_q', 0, 0, '{}', '')`),
			messageRow("msg_a", "stop_ack", t0-5), messageRow("msg_b", "stop_ack", t0-9), messageRow("msg_c", "", t0-1))
		f = loaded(t, d, q, a)
		if f[0].Asked != (Asked{LastAt: t0 - 80*day, In90: 1}) {
			t.Errorf("its own question counts against itself: %+v", f[0].Asked)
		}
		if f[1].Ack.LastAt != t0-9 {
			t.Errorf("ack %+v", f[1].Ack)
		}
		sow(t, d, messageRow("msg_d", "optin_ack", t0-7))
		yes := a
		yes.Purpose, yes.ID = OptinAck, "msg_e"
		if f = loaded(t, d, a, yes); f[0].Ack.LastAt != t0-5 && f[0].Ack.LastAt != t0-9 || f[1].Ack.LastAt != t0-7 {
			t.Errorf("each kind of confirmation counts for itself: %+v %+v", f[0].Ack, f[1].Ack)
		}
	})
}

func messageRow(id, purpose string, started int64) string {
	return fmt.Sprintf(`insert into message (tenant, message, number, contact, address, topic, purpose, program, kind, template, language, category, body, state,
		priority, due, expires_at, attempts, node, guard_rev, started_at, decision, wamid, error_code, error, created_at, accepted_at, sent_at, delivered_at, read_at, settled_at)
		values ('t', '%s', 'n1t', 'con_ada', '', '', '%s', '', 'text', '', '', '', '\x00', 'sent', 0, 0, 0, 0, '', 0, %d, '', '', 0, '', 0, 0, 0, 0, 0, 0)`, id, purpose, started)
}

func TestLoadQuiet(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		sow(t, d, `update number set settings = '{"quiet":{"on":true,"from":0,"to":1439}}' where tenant = 't'`)
		f := loaded(t, d, saleTo(adasPhone), textTo(adasPhone))
		if f[0].Quiet <= t0 || f[1].Quiet != 0 {
			t.Errorf("quiet: %d, %d", f[0].Quiet-t0, f[1].Quiet)
		}
	})
}

func TestLoadNothingAndNobody(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		if f := loaded(t, d); len(f) != 0 {
			t.Error(f)
		}
		err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_, err := Load(ctx, tx, "nobody", []Ask{saleTo(adasPhone)}, t0)
			return err
		})
		if err == nil {
			t.Error("facts of a tenant that is not there")
		}
	})
}

func TestKeep(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		ask := saleTo(adasPhone)
		facts := loaded(t, d, ask)[0]
		facts.Standing.State, facts.Quiet = consent.StateWithdrawn, t0+hour
		v := Decide(&facts, &ask.Message)
		v.ID = "dec_1"
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			return Keep(ctx, tx, "t", []Record{{At: t0, Decision: &v, Facts: &facts, Message: &ask.Message, ID: "msg_1"}})
		})
		if err != nil {
			t.Fatal(err)
		}
		var kept map[string]Kept
		var whole string
		err = d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			if other, err := Get(ctx, tx, "u", []string{"dec_1"}); err != nil || len(other) > 0 {
				t.Errorf("another tenant reads it: %v %v", other, err)
			}
			kept, err = Get(ctx, tx, "t", []string{"dec_1", "dec_2"})
			if err != nil {
				return err
			}
			return tx.Row(ctx, `select body from decision where tenant = 't'`).Scan(&whole)
		})
		if err != nil {
			t.Fatal(err)
		}
		k := kept["dec_1"]
		v.To = ""
		if !reflect.DeepEqual(k.Decision, v) || k.Reason != "WITHDRAWN" || k.Message != "msg_1" || k.Template != "sommer_sale" {
			t.Errorf("\n got %+v\nwant %+v", k.Decision, v)
		}
		if !reflect.DeepEqual(*k.Facts, facts) {
			t.Errorf("\n got %+v\nwant %+v", *k.Facts, facts)
		}
		if again := Decide(k.Facts, &ask.Message); codes(&again) != codes(&v) {
			t.Errorf("decided again: %s", codes(&again))
		}
		if strings.Contains(whole, "49151") || strings.Contains(whole, "tel:") {
			t.Errorf("an address was kept: %s", whole)
		}
	})
}

// Ids and fingerprints of another tenant may be the same by chance; nothing of theirs is read.
func TestLoadReadsNothingOfOthers(t *testing.T) {
	sown(t, func(t *testing.T, d *db.DB) {
		before := loaded(t, d, saleTo(adasPhone))
		sow(t, d,
			at0(`insert into suppression (tenant, fingerprint, scope, reason, at) values ('u', 'fp_ada', 'all', '', T0), ('u', 'fp_ada2', 'all', '', T0), ('t', 'fp_u', 'all', '', T0)`),
			`insert into contact_address (tenant, address, since, until, contact, portfolio, wa_id, fingerprint, proof, born) values
				('u', 'tel:+491', 1, null, 'con_ada', '', '', 'fp_u', 'first', 'con_ada')`,
			`update standing set state = 'withdrawn', stop_all = true, rev = 99 where tenant = 'u'`,
			`update contact set frozen_at = 1 where tenant = 'u'`,
			`update template set status = 'DISABLED' where tenant = 'u'`,
			`update topic set class = 'utility', retired_at = 1 where tenant = 'u'`,
			`update program set mode = 'warn', topics = '{}' where tenant = 'u'`,
			`update portfolio set send_limit = 0 where tenant = 'u'`,
			`insert into brake (tenant, number, state, reason, since, until) values ('u', 'n1t', 'stopped', '', 1, 2)`,
			at0(`insert into service_window (tenant, contact, number, opened_at, until, human_at) values ('u', 'con_ada', 'n1t', 11, T0 + 1, 13)`),
			`insert into pair_pace (tenant, contact, number, owed_until) values ('u', 'con_ada', 'n1t', 99)`,
			at0(`insert into headroom (tenant, portfolio, contact, message, taken_at, until) values ('u', 'pf1', 'con_ada', '', 0, T0 + 1)`),
			`update tenant set held_since = 4 where tenant = 'u'`)
		if after := loaded(t, d, saleTo(adasPhone)); !reflect.DeepEqual(before, after) {
			t.Errorf("\n got %+v\nwant %+v", after, before)
		}
	})
}
