package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/say"
)

// marks stand for what somebody might send by mistake: none may come back or reach the log.
const (
	mark  = "ZZmarkZZ"
	phone = "+4917612345699"
	mail  = "mareike.x@example.org"
)

var badInputs = []struct {
	url, body string
	status    int
	fields    string // separated by blanks
}{
	{"/v1/optins", `{"address":"` + phone + `","topics":["offers"],"source":"{source}"}`, 422, "address"},
	{"/v1/optins", `{"address":"` + mail + `","topics":["offers"],"source":"{source}"}`, 422, "address"},
	{"/v1/optins", `{"address":"tel:+49` + mark + `","topics":["offers"],"source":"{source}"}`, 422, "address"},
	{"/v1/optins", `{"address":["` + mark + `"],"topics":["offers"],"source":"{source}"}`, 422, "address"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"` + mark + `"}`, 422, "source"},
	{"/v1/optins", `{"address":"{known}","topics":["` + mark + `"],"source":"{source}"}`, 422, "topics"},
	{"/v1/optins", `{"address":"{known}","topics":[],"source":"{source}"}`, 422, "topics"},
	{"/v1/optins", `{"address":"{known}","topics":"` + mark + `","source":"{source}"}`, 422, "topics"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","notice":"` + mark + `"}`, 422, "notice"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","happened_at":"` + mark + `"}`, 422, "happened_at"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","happened_at":"2099-01-01T00:00:00Z"}`, 422, "happened_at"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","happened_at":"1999-01-01T00:00:00Z"}`, 422, "happened_at"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","state":"granted"}`, 422, "state"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","` + phone + `":1}`, 422, ""},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","evidence":[{"kind":"` + mark + `","value":"x"}]}`, 422, "evidence[0].kind"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","evidence":[{"kind":"api_key","value":"` + mark + `"}]}`, 422, "evidence[0].kind"},
	{"/v1/optins", `{"address":"{known}","topics":["offers"],"source":"{source}","evidence":[{"kind":"page","value":"` + mark + `\u0000"}]}`, 422, "evidence[0].value"},
	{"/v1/optins", `{"Address":"` + mark + `","topics":["offers"],"source":"{source}"}`, 422, "address"},
	{"/v1/optins", `{}`, 422, "address topics source"},
	{"/v1/optouts", `{"address":"` + phone + `","scope":"all","via":"letter"}`, 422, "address"},
	{"/v1/optouts", `{"address":"{known}","scope":"` + mark + `","via":"letter"}`, 422, "scope"},
	{"/v1/optouts", `{"address":"{known}","scope":"all","via":"` + mark + `"}`, 422, "via"},
	{"/v1/optouts", `{"address":"{known}","scope":"topic","via":"letter"}`, 422, "topics"},
	{"/v1/optouts", `{"address":"{known}","scope":"topic","topics":["offers","` + mark + `"],"via":"letter"}`, 422, "topics[1]"},
	{"/v1/optouts", `{"address":"{known}","scope":"all","topics":["offers"],"via":"letter"}`, 422, "topics"},
	{"/v1/optouts", `{"address":"{known}","scope":"all","via":"letter","reason":"` + strings.Repeat(mark, 100) + `"}`, 422, "reason"},
	{"/v1/optouts", `{"address":"{known}","scope":"all","via":"letter","happened_at":"2099-01-01T00:00:00Z"}`, 422, "happened_at"},
	{"/v1/imports", `{"kind":"` + mark + `","csv":"+491713920011"}`, 422, "kind"},
	{"/v1/imports", `{"kind":"optouts","csv":""}`, 422, "csv"},
	{"/v1/imports", `{"kind":"optouts","file":"` + mark + `!"}`, 422, "file"},
	{"/v1/imports", `{"kind":"optouts","file":"UEsDBA=="}`, 422, "csv"},
	{"/v1/imports", `{"kind":"people","csv":"+491713920011","topics":["` + mark + `"],"origin":"Anmeldung im Shop"}`, 422, "topics[0]"},
	{"/v1/imports", `{"kind":"people","csv":"+491713920011","topics":["offers"]}`, 422, "origin"},
	{"/v1/imports", `{"kind":"optouts","csv":"+491713920011","columns":["` + mark + `"]}`, 422, "columns"},
	{"/v1/contacts/lookup", `{"address":"` + mail + `"}`, 422, "address"},
	{"/v1/check", `{"number":"{number}","to":["{known}","` + phone + `"],"topic":"offers"}`, 422, "to[1]"},
	{"/v1/check", `{"number":"{number}","to":[],"topic":"offers"}`, 422, "to"},
	{"/v1/check", `{"number":"{number}","to":["{known}"]}`, 422, "topic"},
	{"/v1/check", `{"number":"{number}","to":["{known}"],"template":"order_update"}`, 422, "language"},
	{"/v1/messages", `{"number":"{number}","to":"` + phone + `","text":{"body":"x"}}`, 422, "to"},
	{"/v1/messages", `{"number":"{number}","to":"{known}"}`, 422, "template"},
	{"/v1/messages", `{"number":"{number}","to":"{known}","text":{"body":"` + mark + `"},"image":{"id":"1"}}`, 422, "image"},
	{"/v1/messages", `{"number":"{number}","to":"{known}","text":{"body":"` + mark + `"},"template":{"name":"x","language":{"code":"de"}}}`, 422, "text"},
	{"/v1/messages", `{"number":"{number}","to":"{known}","text":"` + mark + `"}`, 422, "text"},
	{"/v1/messages", `{"number":"{number}","to":"{known}","text":{"body":" "}}`, 422, "text.body"},
	{"/v1/messages", `{"number":"{number}","to":"{known}","template":{"name":"` + mark + `"}}`, 422, "template.language"},
	{"/v1/messages", `{"number":"{number}","to":"{known}","template":{"name":"x","language":{"code":"de"}},"category":"utility"}`, 422, "category"},
	{"/v1/messages", `{"number":"{number}","to":"{known}","text":{"body":"x"},"purpose":"stop_ack"}`, 422, "purpose"},
	{"/v1/topics", `{"code":"` + mark + `","class":"utility","texts":{"de":{"name":"x","value":"y"}}}`, 422, "code"},
	{"/v1/topics", `{"code":"x","class":"` + mark + `","texts":{"de":{"name":"x","value":"y"}}}`, 422, "class"},
	{"/v1/topics", `{"code":"x","class":"utility","texts":{"` + mark + `":{"name":"x","value":"y"}}}`, 422, "texts"},
	{"/v1/topics", `{"code":"x","class":"utility","texts":{"` + mark + `":{"name":7,"value":"y"}}}`, 422, "texts"},
	{"/v1/topics", `{"code":"x","class":"marketing","default":true,"texts":{"de":{"name":"x","value":"y"}}}`, 422, "default"},
	{"/v1/notices", `{"name":""}`, 422, "name"},
	{"/v1/notices/{notice}/publish", `{"version":99}`, 422, "version"},
	{"/v1/notices/{notice}/publish", `{"version":"` + mark + `"}`, 422, "version"},
	{"/v1/sources", `{"kind":"` + mark + `","name":"x"}`, 422, "kind"},
	{"/v1/sources", `{"kind":"web","name":"x","settings":{"privacy_url":"http://` + mark + `"}}`, 422, "settings.privacy_url"},
	{"/v1/sources", `{"kind":"web","name":"x","settings":{"minimum_age":-1}}`, 422, "settings.minimum_age"},
	{"/v1/sources/{source}/pause", `{"why":"  "}`, 422, "why"},
	// what is no JSON for us
	{"/v1/optins", `{"address":"` + mark + `"`, 400, ""},
	{"/v1/optins", `{"address":"` + mark + `"} {}`, 400, ""},
	{"/v1/optins", `` + mark, 400, ""},
	{"/v1/optins", "{\"address\":\"" + mark + "\xff\"}", 400, ""},
	{"/v1/optins", ``, 400, ""},
	{"/v1/optins", `{"address":"{known}","address":"` + mark + `"}`, 400, "address"},
	{"/v1/messages", `{"to":"{known}","text":{"body":"a","Body":"` + mark + `"}}`, 400, "text"},
	{"/v1/optins", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), 400, ""},
	{"/v1/optins", `"` + strings.Repeat("x", 1<<20) + `"`, 413, ""},
	{"/v1/optins", `null`, 422, ""},
	{"/v1/optins", `[]`, 422, ""},
	{"/v1/optins?address=" + mark, `{}`, 422, ""},
}

func TestBadInputNamesTheFieldAndEchoesNothing(t *testing.T) {
	eachStage(t, func(st *stage) {
		before := len(st.logs.String())
		for _, in := range badInputs {
			for _, lang := range say.Languages {
				a := st.do(st.a.key, "POST", st.a.fill(in.url), st.a.fill(in.body), "Accept-Language", lang)
				short := a.what[:min(len(a.what), 160)]
				if a.status != in.status || a.head.Get("Content-Type") != problemType {
					st.t.Errorf("%s: %d, want %d: %s", short, a.status, in.status, a.body)
					continue
				}
				want, got := strings.Fields(in.fields), slices.DeleteFunc(a.fields(), func(f string) bool { return f == "" })
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) && !strings.Contains(in.url, "?") {
					st.t.Errorf("%s names %v, want %v: %s", short, got, want, a.body)
				}
				clean(st.t, short, a.body)
				wordedWell(st.t, short, a)
			}
		}
		clean(st.t, "the log", st.logs.String()[before:])
	})
}

// clean looks for what must not come back.
func clean(t testing.TB, what, text string) {
	t.Helper()
	for _, m := range []string{mark, strings.ToLower(mark), phone, phone[1:], mail, "mareike", known[4:]} {
		if strings.Contains(text, m) {
			t.Errorf("%s repeats %q: %s", what, m, text)
		}
	}
}

// wordedWell looks for sentences nobody wrote.
func wordedWell(t testing.TB, what string, a answer) {
	t.Helper()
	var p Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Type == "" || p.Title == "" || p.Detail == "" || p.Status != a.status {
		t.Errorf("%s: no whole problem: %s", what, a.body)
	}
	for _, e := range p.Errors {
		if e.Message == "" || e.Code == "" || e.Location == "" {
			t.Errorf("%s: an error without its words: %+v", what, e)
		}
	}
	if strings.Contains(a.body, "[api.") || strings.Contains(a.body, "<no value>") || strings.Contains(a.body, "expected ") {
		t.Errorf("%s: not worded: %s", what, a.body)
	}
}

func TestGermanAndEnglish(t *testing.T) {
	eachStage(t, func(st *stage) {
		body := st.a.fill(`{"address":"{known}","topics":[],"source":"{source}"}`)
		de := st.do(st.a.key, "POST", "/v1/optins", body, "Accept-Language", "de-AT, en;q=0.5").want(422)
		if got := de.str("errors", 0, "message"); got != "Die Liste ist zu kurz; die Mindestzahl der Einträge ist 1." {
			st.t.Error(got)
		}
		en := st.do(st.a.key, "POST", "/v1/optins", body, "Accept-Language", "fr").want(422)
		if got := en.str("errors", 0, "message"); got != "The list is too short; the least number of entries is 1." {
			st.t.Error(got)
		}
	})
}

func TestContentTypes(t *testing.T) {
	eachStage(t, func(st *stage) {
		for ct, want := range map[string]int{"": 200, "application/json": 200, "application/json; charset=UTF-8": 200, "application/vnd.x+json": 200,
			"text/plain": 415, "application/x-www-form-urlencoded": 415, "application/json; charset=latin1": 415, ";;": 415} {
			st.do(st.a.key, "POST", "/v1/contacts/lookup", `{"address":"`+known+`"}`, "Content-Type", ct).want(want)
		}
	})
}

func TestQueries(t *testing.T) {
	eachStage(t, func(st *stage) {
		for query, field := range map[string]string{"?limit=0": "limit", "?limit=201": "limit", "?limit=" + mark: "limit", "?cursor=" + mark: "cursor",
			"?cursor=!!": "cursor", "?page=2": "page", "?" + mark + "=2": ""} {
			a := st.do(st.a.key, "GET", "/v1/topics"+query, "").want(422)
			if got := a.fields(); len(got) != 1 || got[0] != field {
				st.t.Errorf("%s names %q: %s", query, got, a.body)
			}
			clean(st.t, query, a.body)
		}
	})
}

func TestATimeJustAheadIsNow(t *testing.T) {
	eachStage(t, func(st *stage) {
		ahead := time.Now().Add(2 * time.Second).UTC().Format(time.RFC3339Nano)
		st.do(st.a.key, "POST", "/v1/optins", st.a.fill(`{"address":"tel:+4915155555577","topics":["order_updates"],"source":"{source}","happened_at":"`+ahead+`"}`)).want(201)
	})
}

func FuzzInspect(f *testing.F) {
	for _, in := range badInputs {
		if len(in.body) < 2000 {
			f.Add([]byte(in.body))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fl := inspect(b)
		if fl == nil && !json.Valid(b) {
			t.Fatal("passed what is no JSON")
		}
		if fl != nil && (!say.Has("en", fl.key) || fl.status < 400 || !namableAll(fl.field)) {
			t.Fatalf("a flaw that cannot be told: %+v", fl)
		}
	})
}

func namableAll(field string) bool {
	return strings.Trim(field, "abcdefghijklmnopqrstuvwxyz_.[]0123456789") == "" && !strings.Contains(field, "..")
}
