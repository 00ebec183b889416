package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"jawort/api/clienttest"
)

// A hook from its making to its end: the secret is told twice in its life, and what it signs is verified by somebody else's code.
func TestHookFromTheAPI(t *testing.T) {
	eachStage(t, func(st *stage) {
		var heard, forged, secrets []string
		var mu sync.Mutex
		crm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			heard = append(heard, string(body))
			for _, s := range secrets {
				v, err := webhooks.NewWebhook(s)
				if err == nil {
					err = v.Verify(body, r.Header)
				}
				if err != nil {
					forged = append(forged, err.Error())
				}
			}
		}))
		defer crm.Close()
		made := st.do(st.a.key, "POST", "/v1/hooks", `{"name":"CRM","url":"`+crm.URL+`","private":true,"hears":["consent"]}`).want(201)
		secrets = append(secrets, made.str("secret"))
		path := "/v1/hooks/" + made.str("id")
		if !strings.HasPrefix(secrets[0], "whsec_") || strings.Contains(st.do(st.a.key, "GET", path, "").want(200).body, "whsec_") ||
			strings.Contains(st.do(st.a.key, "GET", "/v1/hooks", "").want(200).body, "whsec_") {
			t.Error("the secret is not told once")
		}
		renewed := st.do(st.a.key, "POST", path+"/rotate", "").want(200)
		secrets = append(secrets, renewed.str("secret"))
		if secrets[1] == secrets[0] || renewed.at("old_secret_until") == nil {
			t.Error("the secret is not another one, or the old one does not go on")
		}
		a := st.do(st.a.key, "POST", path+"/test", "").want(200)
		mu.Lock()
		if a.at("ok") != true || len(heard) != 1 || !strings.Contains(heard[0], `"hook.test"`) || len(forged) > 0 {
			t.Errorf("a try: %s, heard %q; the verifier said %q", a.body, heard, forged)
		}
		mu.Unlock()
		if a := st.do(st.a.key, "POST", path+"/pause", "").want(200); a.str("state") != "paused" {
			t.Error("not paused")
		}
		if a := st.do(st.a.key, "POST", path+"/resume", "").want(200); a.str("state") != "active" {
			t.Error("not resumed")
		}
		if a := st.do(st.a.key, "POST", path+"/replay", `{"from":"2020-01-01T00:00:00Z","contact":"`+st.a.con+`"}`).want(200); a.at("count") != 1.0 {
			t.Errorf("replayed %s", a.body)
		}
		if a := st.do(st.a.key, "GET", path+"/deliveries", "").want(200); len(a.at("data").([]any)) != 1 {
			t.Errorf("deliveries %s", a.body)
		}
		for body, field := range map[string]string{`{"name":"x","url":"http://example.org"}`: "url", `{"name":"x","url":"morgen","private":true}`: "url",
			`{"name":" ","url":"https://example.org"}`: "name", `{"name":"x","url":"https://example.org","hears":["messages"]}`: "hears"} {
			if a := st.do(st.a.key, "POST", "/v1/hooks", body); a.status != 422 && a.status != 400 || !strings.Contains(a.body, field) {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
		}
		st.do(st.a.key, "POST", path+"/replay", `{"from":"2020-01-01T00:00:00Z","contact":"`+st.b.con+`"}`).want(422)
		if a := st.do(st.a.key, "DELETE", path, "").want(200); a.at("deleted") != true {
			t.Error(a.body)
		}
		st.do(st.a.key, "GET", path, "").want(404)
	})
}

// Whoever got an answer to an opt-out finds it in the feed, at once, with what to do; a client made by somebody else's generator reads it.
func TestChangesFromTheAPI(t *testing.T) {
	eachStage(t, func(st *stage) {
		p := st.program()
		all, err := p.c.ListChangesWithResponse(t.Context(), nil)
		if err != nil || all.JSON200 == nil || len(all.JSON200.Data) != 1 || all.JSON200.Data[0].Do != clienttest.Update {
			t.Fatalf("the first page: %v", err)
		}
		out := st.do(st.a.key, "POST", "/v1/optouts", `{"address":"`+known+`","scope":"all","via":"phone"}`).want(201)
		after := all.JSON200.Next
		next, err := p.c.ListChangesWithResponse(t.Context(), &clienttest.ListChangesParams{After: &after})
		if err != nil || next.JSON200 == nil || len(next.JSON200.Data) != 1 {
			t.Fatalf("behind the first page: %v", err)
		}
		if c := next.JSON200.Data[0]; c.Id != out.str("event") || c.Do != clienttest.Remove || c.Contact != st.a.con || len(c.Allowed) != 0 ||
			len(c.Addresses) != 1 || c.Addresses[0] != known {
			t.Errorf("told %+v", c)
		}
		if a := st.do(st.a.key, "GET", "/v1/changes?after="+next.JSON200.Next, "").want(200); len(a.at("data").([]any)) != 0 || a.str("next") != next.JSON200.Next || a.at("more") != false {
			t.Errorf("at the end: %s", a.body)
		}
		if a := st.do(st.a.key, "GET", "/v1/changes?after=latest", "").want(200); a.str("next") != next.JSON200.Next {
			t.Errorf("latest: %s", a.body)
		}
		st.do(st.a.key, "GET", "/v1/changes?after=morgen", "").want(422)
		st.do(st.b.key, "GET", "/v1/changes?after="+next.JSON200.Next, "").want(409) // another business's log
	})
}
