package api

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"jawort/account"
	"jawort/carrier"
	"jawort/db"
)

// document is as much of our OpenAPI document as these tests read, parsed from what is served.
type document struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		RequestBody *struct {
			Content map[string]struct {
				Schema struct {
					Ref string `json:"$ref"`
				} `json:"schema"`
			} `json:"content"`
		} `json:"requestBody"`
		Parameters []struct {
			Name string `json:"name"`
			In   string `json:"in"`
		} `json:"parameters"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]struct {
			Required   []string                   `json:"required"`
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"schemas"`
	} `json:"components"`
}

func (st *stage) document() document {
	var d document
	if err := json.Unmarshal([]byte(st.do("", "GET", "/openapi.json", "").want(200).body), &d); err != nil {
		st.t.Fatal(err)
	}
	return d
}

// bodies are one good body for every route that takes one, by operation.
var bodies = map[string]string{
	"createOptin":    `{"address":"{known}","topics":["order_updates"],"source":"{source}"}`,
	"createOptout":   `{"address":"{known}","scope":"topic","topics":["offers"],"via":"letter"}`,
	"lookupContact":  `{"address":"{known}"}`,
	"mergeContact":   `{"other":"{other}","reason":"the same customer number"}`,
	"askContact":     `{"source":"{source}"}`,
	"splitContact":   `{"reason":"two sisters, one name"}`,
	"check":          `{"number":"{number}","to":["{known}"],"topic":"order_updates"}`,
	"createMessage":  `{"number":"{number}","to":"{known}","template":{"name":"order_update","language":{"code":"de"}}}`,
	"createTopic":    `{"code":"fresh","class":"utility","texts":{"de":{"name":"x","value":"y"}}}`,
	"changeTopic":    `{"texts":{"de":{"name":"x","value":"y"}}}`,
	"createNotice":   `{"name":"x"}`,
	"draftNotice":    `{"kind":"web","topics":["offers"],"bodies":{"de":"WhatsApp"}}`,
	"publishNotice":  `{"version":1}`,
	"createSource":   `{"kind":"web","name":"x","notice":"{notice}","topics":["offers"],"number":"{number}"}`,
	"changeSource":   `{"kind":"web","name":"Kasse","notice":"{notice}","topics":["offers","order_updates"],"number":"{number}","settings":{"privacy_url":"https://example.org/privacy","languages":["de"]}}`,
	"pauseSource":    `{"why":"x"}`,
	"assignTemplate": `{"topic":"order_updates"}`,
	"setNumber":      `{"mode":"enforce"}`,
	"createImport":   `{"kind":"optouts","csv":"+491713920011","dry_run":true}`,
	"createHook":     `{"name":"CRM","url":"http://127.0.0.1:1/","private":true}`,
	"createProgram":  `{"name":"CRM","scopes":["send","media"],"topics":{"utility":"order_updates"}}`,
	"replayHook":     `{"from":"2026-01-01T00:00:00Z"}`,
}

// theirs gives every path parameter an id that the other business has. A new kind of path fails here until it is named.
func (st *stage) theirs(path string) string {
	of := map[string]string{"/v1/contacts/{id}": st.b.con, "/v1/messages/{id}": st.b.message, "/v1/notices/{id}": st.b.notice,
		"/v1/sources/{id}": st.b.source, "/v1/numbers/{id}": st.b.number, "/v1/topics/{code}": "bakery_only", "/v1/templates/{waba}": st.b.waba,
		"/v1/hooks/{id}": st.b.hook, "/v1/imports/{id}": st.b.list,
		"/v1/programs/{id}": st.b.program, "/v1/alerts/{id}": st.b.alert}
	for start, id := range of {
		if strings.HasPrefix(path, start) {
			i := strings.IndexByte(start, '{')
			path = start[:i] + id + path[len(start):]
		}
	}
	return strings.ReplaceAll(path, "{name}", "order_update")
}

func TestAnotherTenantsIdIsNotFound(t *testing.T) {
	eachStage(t, func(st *stage) {
		st.do(st.b.key, "POST", "/v1/topics", `{"code":"bakery_only","class":"utility","texts":{"en":{"name":"x","value":"y"}}}`).want(201)
		st.b.list = st.do(st.b.key, "POST", "/v1/imports", bodies["createImport"]).want(201).str("id")
		st.others()
		tried := 0
		for path, ops := range st.document().Paths {
			if !strings.Contains(path, "{") {
				continue
			}
			url := st.theirs(path)
			if strings.Contains(url, "{") {
				st.t.Errorf("no foreign id for %s", path)
				continue
			}
			for method, op := range ops {
				tried++
				body := bodies[op.OperationID]
				if op.RequestBody != nil && body == "" {
					st.t.Errorf("no body for %s", op.OperationID)
				}
				m := strings.ToUpper(method)
				a := st.do(st.a.key, m, url, st.a.fill(body))
				if a.status != 404 || a.str("type") != "/docs#not_found" {
					st.t.Errorf("%s answers %d: %s", a.what, a.status, a.body)
				}
				if strings.Contains(a.body, "Bakery") || strings.Contains(a.body, st.b.con) {
					st.t.Errorf("%s tells of the other business: %s", a.what, a.body)
				}
				if slices.Contains([]string{"publishNotice", "openSource", "archiveSource", "restoreSource", "deleteHook", "rotateProgram", "applyImport", "splitContact", "askContact", "askNumber"}, op.OperationID) { // another state, not another business
					continue
				}
				if own := st.do(st.b.key, m, url, st.b.fill(body)); own.status >= 300 { // the 404 above is about whose it is
					st.t.Errorf("%s: the owner gets %d: %s", own.what, own.status, own.body)
				}
			}
		}
		if tried < 18 {
			st.t.Errorf("only %d routes tried", tried)
		}
	})
}

func TestAnotherTenantsIdInABodyIsNamed(t *testing.T) {
	eachStage(t, func(st *stage) {
		for field, try := range map[string][2]string{
			"source": {"/v1/optins", `{"address":"{known}","topics":["order_updates"],"source":"` + st.b.source + `"}`},
			"notice": {"/v1/sources", `{"kind":"web","name":"x","notice":"` + st.b.notice + `"}`},
			"number": {"/v1/sources", `{"kind":"web","name":"x","number":"` + st.b.number + `"}`},
		} {
			a := st.do(st.a.key, "POST", try[0], st.a.fill(try[1])).want(422)
			if f := a.fields(); !slices.Equal(f, []string{field}) {
				st.t.Errorf("%s names %v", a.what, f)
			}
		}
		a := st.do(st.a.key, "POST", "/v1/messages", st.b.fill(bodies["createMessage"])).want(409)
		if !strings.Contains(a.body, "NUMBER_UNKNOWN") {
			st.t.Errorf("another business's number: %s", a.body)
		}
		a = st.do(st.a.key, "POST", "/v1/check", st.b.fill(bodies["check"])).want(200)
		if !strings.Contains(a.body, "NUMBER_UNKNOWN") {
			st.t.Errorf("another business's number: %s", a.body)
		}
	})
}

// A source leads only over what is the business's own: its number, its SMS connection, its telephone line.
func TestASourceNamesOnlyWhatIsTheBusinesss(t *testing.T) {
	eachStage(t, func(st *stage) {
		lines := map[*side][2]string{}
		for _, s := range []*side{&st.a, &st.b} {
			if err := st.d.Write(st.t.Context(), func(ctx context.Context, tx *db.Tx) error {
				c, err := carrier.New(ctx, tx, st.keys, s.tenant.ID, carrier.Carrier{Name: "SMS", Kind: carrier.Webhook, Number: "+493023125099",
					Settings: carrier.Settings{URL: "https://sms.example/send"}}, "whsec-0123456789abcdef", 1)
				if err != nil {
					return err
				}
				l, err := account.PutLine(ctx, tx, st.keys, s.tenant.ID, account.Line{Name: "Trunk", Kind: account.LineSIP, Registrar: "sip.example"}, "", "test")
				lines[s] = [2]string{c.ID, l.ID}
				return err
			}); err != nil {
				st.t.Fatal(err)
			}
		}
		body := func(number, car, line string) string {
			return `{"kind":"ivr","name":"Hotline","number":"` + number + `","settings":{"carrier":"` + car + `","question":true,"voice":{"numbers":["+493023125099"],"line":"` + line + `"}}}`
		}
		own, theirs := lines[&st.a], lines[&st.b]
		made := st.do(st.a.key, "POST", "/v1/sources", body(st.a.number, own[0], own[1])).want(201).str("id")
		before := st.do(st.a.key, "GET", "/v1/sources/"+made, "").want(200).body
		for field, wrong := range map[string]string{
			"number": body(st.b.number, own[0], own[1]), "settings.carrier": body(st.a.number, theirs[0], own[1]), "settings.voice.line": body(st.a.number, own[0], theirs[1]),
		} {
			for _, to := range [][2]string{{"POST", "/v1/sources"}, {"PUT", "/v1/sources/" + made}} {
				a := st.do(st.a.key, to[0], to[1], wrong).want(422)
				if f := a.fields(); !slices.Equal(f, []string{field}) || strings.Contains(a.body, "sms.example") {
					st.t.Errorf("%s: %v: %s", a.what, f, a.body)
				}
			}
		}
		for _, odd := range []string{"car_none", "%00", "car_00000000000000000000000000"} {
			st.do(st.a.key, "POST", "/v1/sources", body(st.a.number, odd, own[1])).want(422)
		}
		if after := st.do(st.a.key, "GET", "/v1/sources/"+made, "").want(200).body; after != before {
			st.t.Errorf("a refused change changed %s to %s", before, after)
		}
		if all := st.do(st.a.key, "GET", "/v1/sources", "").body; strings.Count(all, `"Hotline"`) != 1 {
			st.t.Errorf("a refused source is there: %s", all)
		}
	})
}

func TestListsShowOneTenantOnly(t *testing.T) {
	eachStage(t, func(st *stage) {
		for _, s := range []*side{&st.a, &st.b} {
			s.list = st.do(s.key, "POST", "/v1/imports", bodies["createImport"]).want(201).str("id")
		}
		for path, ops := range st.document().Paths {
			if _, reads := ops["get"]; !reads || strings.Contains(path, "{") {
				continue
			}
			a := st.do(st.a.key, "GET", path, "").want(200)
			for _, id := range []string{st.b.notice, st.b.source, st.b.draft, st.b.hook, st.b.list, st.b.con, `"` + st.b.number + `"`, `"` + st.b.waba + `"`} {
				if strings.Contains(a.body, id) {
					st.t.Errorf("%s shows %s of the other business", path, id)
				}
			}
			if len(a.at("data").([]any)) == 0 {
				st.t.Errorf("%s is empty", path)
			}
		}
	})
}

func TestEveryRouteNeedsAKeyAndItsScope(t *testing.T) {
	eachStage(t, func(st *stage) {
		key := st.scopedKeys()("campaigns") // a scope that no route here has
		for path, ops := range st.document().Paths {
			url := strings.NewReplacer("{id}", "x", "{code}", "x", "{waba}", "1", "{name}", "x").Replace(path)
			for _, method := range slices.Sorted(maps.Keys(ops)) {
				m := strings.ToUpper(method)
				if a := st.do("", m, url, ""); a.status != 401 {
					st.t.Errorf("%s without a key: %d", a.what, a.status)
				}
				if a := st.do(key, m, url, ""); a.status != 403 {
					st.t.Errorf("%s without the scope: %d", a.what, a.status)
				}
			}
		}
	})
}
