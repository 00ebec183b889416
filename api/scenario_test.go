package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jawort/account"
	"jawort/db"
)

// ApiScenario is one request and what must come of it. {name} in URL, Body and WantContent is filled from the business.
type ApiScenario struct {
	Method, URL, Body string
	Key               string // a (all scopes), none, wrong, or a scope: a key with that scope only
	WantStatus        int
	WantContent       []string // must stand in the answer
}

func (s *side) fill(text string) string {
	return strings.NewReplacer("{number}", s.number, "{waba}", s.waba, "{source}", s.source, "{draft}", s.draft, "{notice}", s.notice,
		"{contact}", s.con, "{other}", s.other, "{program}", s.program, "{alert}", s.alert, "{message}", s.message, "{known}", known).Replace(text)
}

const newcomer = "tel:+4915155555501"

var scenarios = []ApiScenario{
	// opt-ins
	{"POST", "/v1/optins", `{"address":"` + newcomer + `","topics":["order_updates","offers"],"source":"{source}","evidence":[{"kind":"order","value":"4711"}]}`, "a", 201,
		[]string{`"event":"evt_`, `"contact":"con_`, `"order_updates":{"state":"declared"`, `"offers":{"state":"requested"`, `"status":"write_first"`, `https://wa.me/`}},
	{"POST", "/v1/optins", `{"address":"` + newcomer + `","topics":["order_updates"],"source":"{source}","notice":"{notice}","happened_at":"2026-01-02T03:04:05+01:00"}`, "optins", 201,
		[]string{`"status":"not_needed"`}},
	{"POST", "/v1/optins", `{"address":"wa:DE.7000000001","topics":["order_updates"],"source":"{source}"}`, "a", 201, []string{`"contact":"con_`}},
	{"POST", "/v1/optins", `{"address":"` + newcomer + `","topics":["offers"],"source":"{draft}"}`, "a", 409, []string{`"field":"source"`}},
	// people
	{"POST", "/v1/contacts/lookup", `{"address":"{known}"}`, "contacts", 200, []string{`"id":"{contact}"`, `"address":"tel:+4915112345678"`,
		`"topic":"order_updates","class":"utility","state":"declared"`, `"topic":"offers","class":"marketing","state":"none"`, `"suppressed":false`, `"platform_stop":false`}},
	{"POST", "/v1/contacts/lookup", `{"address":"tel:+4915199999999"}`, "a", 404, nil},
	{"GET", "/v1/contacts/{contact}", "", "a", 200, []string{`"id":"{contact}"`, `"until":null`}},
	{"GET", "/v1/contacts/{contact}/events", "", "a", 200, []string{`"kind":"declared"`, `"rev":1`, `"channel":"api"`, `"witnessed":false`, `"kind":"api_key"`, `"next":null`}},
	// check
	{"POST", "/v1/check", `{"number":"{number}","to":["{known}","tel:+4915199999999"],"topic":"order_updates"}`, "check", 200,
		[]string{`"to":"tel:+4915112345678","verdict":"allow"`, `"contact":"{contact}"`, `"verdict":"refuse"`, `"code":"CONSENT_NONE"`, `"contact":null`}},
	{"POST", "/v1/check", `{"number":"{number}","to":["{known}"],"template":"sommer_sale","language":"de"}`, "a", 200, []string{`"code":"TOPIC_UNKNOWN"`}},
	{"POST", "/v1/check", `{"number":"{number}","to":["{known}"],"template":"order_update","language":"de"}`, "a", 200, []string{`"verdict":"allow"`}},
	// messages
	{"POST", "/v1/messages", `{"number":"{number}","to":"{known}","template":{"name":"order_update","language":{"code":"de"}}}`, "messages", 202,
		[]string{`"id":"msg_`, `"status":"queued"`, `"verdict":"allow"`, `"id":"dec_`}},
	{"POST", "/v1/messages", `{"number":"{number}","to":"{known}","topic":"offers","text":{"body":"Hallo"}}`, "a", 409,
		[]string{`"type":"/docs#refused"`, `"verdict":"refuse"`, `"code":"CONSENT_NONE"`, `"fix":"`}},
	{"GET", "/v1/messages/{message}", "", "a", 200, []string{`"id":"{message}"`, `"status":"queued"`, `"wamid":null`, `"error":null`, `"verdict":"allow"`, `"to":"tel:+4915112345678"`}},
	// opt-outs
	{"POST", "/v1/optouts", `{"address":"tel:+4915155555502","scope":"all","via":"letter"}`, "optouts", 201, []string{`"event":"evt_`, `"contact":"con_`}},
	{"POST", "/v1/optouts", `{"address":"tel:+4915155555502","scope":"all","via":"phone"}`, "a", 200, []string{`"event":"evt_`}},
	{"POST", "/v1/optouts", `{"address":"tel:+4915155555503","scope":"topic","topics":["offers"],"via":"email","reason":"zu viel"}`, "a", 201, nil},
	{"POST", "/v1/check", `{"number":"{number}","to":["tel:+4915155555502"],"topic":"order_updates"}`, "a", 200, []string{`"code":"STOPPED_ALL"`}},
	{"POST", "/v1/contacts/lookup", `{"address":"tel:+4915155555502"}`, "a", 200, []string{`"suppressed":true`, `"topic":"offers","class":"marketing","state":"withdrawn"`,
		`"topic":"order_updates","class":"utility","state":"withdrawn"`}},
	// setup
	{"GET", "/v1/topics", "", "setup", 200, []string{`"code":"order_updates"`, `"next":null`}},
	{"GET", "/v1/topics?limit=1", "", "a", 200, []string{`"next":"`}},
	{"POST", "/v1/topics", `{"code":"news","class":"marketing","texts":{"de":{"name":"Neues","value":"Was es gibt"}}}`, "a", 201, []string{`"code":"news"`, `"retired_at":null`}},
	{"POST", "/v1/topics", `{"code":"news","class":"marketing","texts":{"de":{"name":"Neues","value":"Was es gibt"}}}`, "a", 409, nil},
	{"PUT", "/v1/topics/news", `{"texts":{"de":{"name":"Nachrichten","value":"Was es gibt"}},"position":7}`, "a", 200, []string{`"name":"Nachrichten"`, `"position":7`, `"class":"marketing"`}},
	{"DELETE", "/v1/topics/news", "", "a", 200, []string{`"retired_at":"20`}},
	{"DELETE", "/v1/topics/news", "", "a", 200, []string{`"retired_at":"20`}},
	{"GET", "/v1/topics?retired=true", "", "a", 200, []string{`"code":"news"`}},
	{"POST", "/v1/topics/news/revive", "", "a", 200, []string{`"retired_at":null`}},
	{"GET", "/v1/notices", "", "a", 200, []string{`"id":"{notice}"`}},
	{"GET", "/v1/notices/{notice}", "", "a", 200, []string{`"state":"published"`, `auf WhatsApp`}},
	{"POST", "/v1/notices", `{"name":"Poster"}`, "a", 201, []string{`"id":"ntc_`, `"versions":[]`}},
	{"PUT", "/v1/notices/{notice}/draft", `{"kind":"web","topics":["offers","order_updates"],"bodies":{"de":"Ja, auf WhatsApp & mehr <b>"},"cap_month":4}`, "a", 200,
		[]string{`"version":2`, `"state":"draft"`, `"cap_month":4`, `WhatsApp & mehr <b>`}},
	{"POST", "/v1/notices/{notice}/publish", `{"version":2}`, "a", 200, []string{`"version":2,"language":"de","state":"published"`}},
	{"GET", "/v1/sources", "", "a", 200, []string{`"id":"{source}"`, `"state":"live"`}},
	{"GET", "/v1/sources/{source}", "", "a", 200, []string{`"notice_version":1`}},
	{"POST", "/v1/sources", `{"kind":"web","name":"Blog"}`, "a", 201, []string{`"id":"src_`, `"token":"src_`, `"state":"draft"`}},
	{"PUT", "/v1/sources/{draft}", `{"kind":"web","name":"Kasse 2","notice":"{notice}","topics":["offers"],"number":"{number}","settings":{"privacy_url":"https://example.org/p","languages":["de"]}}`,
		"a", 200, []string{`"name":"Kasse 2"`}},
	{"POST", "/v1/sources/{draft}/live", "", "a", 200, []string{`"state":"live"`, `"notice_version":2`}},
	{"POST", "/v1/sources/{draft}/pause", `{"why":"Umbau"}`, "a", 200, []string{`"state":"paused"`, `"paused_why":"Umbau"`}},
	{"POST", "/v1/sources/{draft}/live", "", "a", 200, []string{`"state":"live"`}},
	{"POST", "/v1/sources/{draft}/token", "", "a", 200, []string{`"token":"src_`}},
	{"PUT", "/v1/sources/{source}", `{"kind":"web","name":"Kasse","topics":["offers"]}`, "a", 409, nil},
	{"GET", "/v1/templates", "", "a", 200, []string{`"name":"sommer_sale","language":"de","category":"MARKETING"`, `"topic":null`}},
	{"PUT", "/v1/templates/{waba}/sommer_sale/topic", `{"topic":"offers"}`, "a", 200, []string{`"topic":"offers"`}},
	{"PUT", "/v1/templates/{waba}/sommer_sale/topic", `{"topic":"order_updates"}`, "a", 422, []string{`"field":"topic"`}},
	{"PUT", "/v1/templates/{waba}/sommer_sale/topic", `{"topic":null}`, "a", 200, []string{`"topic":null`}},
	{"GET", "/v1/numbers", "", "a", 200, []string{`"id":"{number}"`}},
	{"GET", "/v1/numbers/{number}", "", "a", 200, []string{`"mode":"enforce"`, `"waba":"{waba}"`}},
	{"PUT", "/v1/numbers/{number}/settings", `{"mode":"warn","quiet":{"on":true,"from":1260,"to":420},"cap_day":1,"stop_ack":true}`, "a", 200,
		[]string{`"mode":"warn"`, `"from":1260`, `"cap_day":1`, `"brake":false`}},
	{"GET", "/v1/programs", "", "setup", 200, []string{`"id":"{program}"`, `"mode":"enforce"`, `"scopes":["send","media"]`, `"utility":"order_updates"`}},
	{"GET", "/v1/programs/{program}", "", "a", 200, []string{`"name":"CRM"`, `"numbers":[]`, `"revoked_at":null`}},
	{"POST", "/v1/programs", `{"name":"Kasse","mode":"observe","numbers":["{number}"],"rate":60}`, "a", 201, []string{`"token":"jp_`, `"scopes":["send"]`, `"numbers":["{number}"]`, `"rate":60`}},
	{"POST", "/v1/programs", `{"name":"Kasse","numbers":["999"]}`, "a", 422, []string{`"field":"numbers"`}},
	{"POST", "/v1/programs", `{"name":"Kasse","topics":{"marketing":"order_updates"}}`, "a", 422, []string{`"field":"topics.marketing"`}},
	{"POST", "/v1/programs", `{"name":"Kasse","scopes":["pin"]}`, "a", 422, nil},
	{"POST", "/v1/programs", `{"name":"Kasse"}`, "alerts", 403, nil},
	{"POST", "/v1/programs/{program}/rotate", "", "a", 200, []string{`"token":"jp_`, `"old_token_until":"20`}},
	{"POST", "/v1/programs/{program}/revoke", "", "a", 200, []string{`"revoked_at":"20`, `"old_token_until":null`}},
	{"POST", "/v1/programs/{program}/revoke", "", "a", 200, []string{`"revoked_at":"20`}},
	{"POST", "/v1/programs/{program}/rotate", "", "a", 404, nil},
	{"GET", "/v1/programs/prg_x", "", "a", 404, nil},
	{"GET", "/v1/alerts", "", "alerts", 200, []string{`"id":"{alert}"`, `"state":"raised"`, `"severity":"`, `"title":"`, `"cleared_at":null`, `"next":null`}},
	{"GET", "/v1/alerts?state=cleared", "", "a", 200, []string{`"data":[]`, `"next":null`}},
	{"GET", "/v1/alerts?state=gone", "", "a", 422, nil},
	{"GET", "/v1/alerts/{alert}", "", "a", 200, []string{`"id":"{alert}"`, `"subject":"{number}"`}},
	{"GET", "/v1/alerts/alt_x", "", "a", 404, nil},
	{"GET", "/v1/alerts", "", "setup", 403, nil},
	// keys and scopes
	{"GET", "/v1/topics", "", "none", 401, []string{`"type":"/docs#unauthorised"`}},
	{"GET", "/v1/topics", "", "wrong", 401, nil},
	{"GET", "/v1/topics", "", "check", 403, []string{`"type":"/docs#forbidden"`, `setup`}},
	{"POST", "/v1/optins", `{}`, "messages", 403, nil},
	// paths and methods
	{"GET", "/v1/nothing", "", "a", 404, []string{`"type":"/docs#not_found"`}},
	{"GET", "/v1//topics", "", "a", 404, nil},
	{"GET", "/v1/topics/", "", "a", 404, nil},
	{"PATCH", "/v1/topics", "", "a", 405, []string{`"type":"/docs#method_not_allowed"`}},
	{"DELETE", "/v1/messages/{message}", "", "a", 405, nil},
	{"GET", "/v1/topics/NOT_A_CODE", "", "a", 404, nil},
	{"GET", "/v1/contacts/con_%00", "", "a", 404, nil},
}

func TestScenarios(t *testing.T) {
	eachStage(t, func(st *stage) {
		keys := st.scopedKeys()
		for _, sc := range scenarios {
			a := st.do(keys(sc.Key), sc.Method, st.a.fill(sc.URL), st.a.fill(sc.Body))
			if a.status != sc.WantStatus {
				st.t.Errorf("%s: %d, want %d: %s", a.what, a.status, sc.WantStatus, a.body)
				continue
			}
			for _, want := range sc.WantContent {
				if !strings.Contains(a.body, st.a.fill(want)) {
					st.t.Errorf("%s lacks %s:\n%s", a.what, st.a.fill(want), a.body)
				}
			}
			st.matches(sc.Method, st.a.fill(sc.URL), a)
			if ct := a.head.Get("Content-Type"); a.status >= 400 && ct != problemType || a.status < 400 && ct != "application/json" {
				st.t.Errorf("%s: content type %s", a.what, ct)
			}
		}
	})
}

// matches holds an answer against the document: what is served must be what it says.
func (st *stage) matches(method, url string, a answer) {
	st.t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		return // a hostile URL
	}
	_, pattern := st.server.mux.Handler(r)
	o, known := st.server.ops[pattern]
	if !known {
		return
	}
	doc := st.server.huma.OpenAPI()
	responses := operationOf(doc.Paths[o.path], o.method).Responses
	content := responses["default"].Content[problemType]
	if a.status < 400 {
		if responses[httpStatus(a.status)] == nil {
			st.t.Errorf("%s: %d is not in the document", a.what, a.status)
			return
		}
		content = responses[httpStatus(a.status)].Content["application/json"]
	}
	var res huma.ValidateResult
	huma.Validate(doc.Components.Schemas, content.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, a.at(), &res)
	for _, err := range res.Errors {
		st.t.Errorf("%s: the answer is not what the document says: %v", a.what, err)
	}
}

// scopedKeys makes a key a scope when it is first asked for.
func (st *stage) scopedKeys() func(name string) string {
	made := map[string]string{"a": st.a.key, "none": "", "wrong": st.a.key[:len(st.a.key)-4] + "AAAA"}
	return func(name string) string {
		if _, ok := made[name]; !ok {
			st.write(func(ctx context.Context, tx *db.Tx) error {
				_, secret, err := account.CreateKey(ctx, tx, st.a.tenant.ID, name, []account.Scope{account.Scope(name)}, "test")
				made[name] = secret
				return err
			})
		}
		return made[name]
	}
}

func TestAKeyCanBeRevokedAndItsUseIsNoted(t *testing.T) {
	eachStage(t, func(st *stage) {
		st.do(st.a.key, "GET", "/v1/topics", "").want(200)
		st.write(func(ctx context.Context, tx *db.Tx) error {
			keys, err := account.Keys(ctx, tx, st.a.tenant.ID)
			if err != nil {
				return err
			}
			if ago := time.Since(time.UnixMicro(keys[0].UsedAt)); ago > 2*time.Hour {
				st.t.Errorf("used %s ago", ago)
			}
			return account.RevokeKey(ctx, tx, st.a.tenant.ID, st.a.keyID, "test")
		})
		a := st.do(st.a.key, "GET", "/v1/topics", "").want(401)
		if a.head.Get("WWW-Authenticate") == "" {
			st.t.Error("401 without WWW-Authenticate")
		}
	})
}

func TestMethods(t *testing.T) {
	eachStage(t, func(st *stage) {
		if a := st.do(st.a.key, "PATCH", "/v1/topics", "").want(405); a.head.Get("Allow") != "GET, HEAD, POST" {
			st.t.Errorf("Allow: %s", a.head.Get("Allow"))
		}
		if a := st.do(st.a.key, "HEAD", "/v1/topics", "").want(200); a.body != "" {
			st.t.Errorf("HEAD has a body: %s", a.body)
		}
		if a := st.do(st.a.key, "HEAD", "/v1/optins", "").want(405); a.body != "" {
			st.t.Errorf("HEAD has a body: %s", a.body)
		}
		st.do("", "OPTIONS", "/v1/topics", "").want(405)
	})
}

func TestSetupLeavesAnAuditTrail(t *testing.T) {
	eachStage(t, func(st *stage) {
		st.do(st.a.key, "POST", "/v1/topics", `{"code":"news","class":"marketing","texts":{"de":{"name":"Neues","value":"x"}}}`).want(201)
		st.do(st.a.key, "POST", "/v1/sources/"+st.a.source+"/pause", `{"why":"Umbau"}`).want(200)
		st.do(st.a.key, "PUT", "/v1/numbers/"+st.a.number+"/settings", `{"mode":"warn"}`).want(200)
		st.do(st.a.key, "PUT", "/v1/templates/"+st.a.waba+"/sommer_sale/topic", `{"topic":"offers"}`).want(200)
		st.do(st.a.key, "POST", "/v1/notices", `{"name":"Poster"}`).want(201)
		st.write(func(ctx context.Context, tx *db.Tx) error {
			trail, err := account.Trail(ctx, tx, st.a.tenant.ID, "", 5)
			var got []string
			for _, e := range trail {
				if e.Actor != st.a.keyID {
					st.t.Errorf("%s was done by %s", e.Action, e.Actor)
				}
				got = append(got, e.Action)
			}
			if s := strings.Join(got, " "); s != "notice.created template.assigned number.settings source.paused topic.created" {
				st.t.Errorf("the trail says %s", s)
			}
			return err
		})
	})
}

func TestPagesFollowTheCursor(t *testing.T) {
	eachStage(t, func(st *stage) {
		for _, code := range []string{"aa", "bb", "cc"} {
			st.do(st.a.key, "POST", "/v1/topics", `{"code":"`+code+`","class":"utility","position":9,"texts":{"de":{"name":"x","value":"y"}}}`).want(201)
		}
		var got []string
		for path := "/v1/topics?limit=2"; path != ""; {
			a := st.do(st.a.key, "GET", path, "").want(200)
			for _, x := range a.at("data").([]any) {
				got = append(got, x.(map[string]any)["code"].(string))
			}
			if path = ""; a.str("next") != "" {
				path = "/v1/topics?limit=2&cursor=" + a.str("next")
			}
		}
		if s := strings.Join(got, " "); s != "order_updates offers aa bb cc" {
			st.t.Errorf("pages gave %s", s)
		}
	})
}
