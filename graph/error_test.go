package graph

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestErrorThereAndBack(t *testing.T) {
	e := ParseError(400, golden(t, "answer/error"))
	want := Error{HTTP: 400, Code: 131047, Subcode: 2494010, Type: "OAuthException", Message: "(#131047) Re-engagement message",
		Details: "More than 24 hours have passed", UserTitle: "T", UserMsg: "M", TraceID: "A1b2", Data: e.Data}
	if !reflect.DeepEqual(*e, want) {
		t.Errorf("%+v", e)
	}
	again := ParseError(400, e.Body())
	if again == nil || again.Details != e.Details || again.Subcode != e.Subcode || again.TraceID != e.TraceID || again.UserMsg != e.UserMsg {
		t.Errorf("%s", e.Body())
	}
	if e := ParseError(400, golden(t, "answer/error_graph")); e.Code != 100 || e.Subcode != 33 || e.Type != "GraphMethodException" {
		t.Errorf("%+v", e)
	}
}

func TestErrorBody(t *testing.T) {
	for want, e := range map[string]Error{
		`{"error":{"message":"(#131050) person stopped marketing","type":"OAuthException","code":131050,"error_data":{"details":"d","messaging_product":"whatsapp"}}}`: {Code: 131050, Details: "d"},
		`{"error":{"message":"m","type":"OAuthException","code":131000,"is_transient":false}}`:                                                                         {Code: 131000, Message: "m"},
		`{"error":{"message":"m","type":"X","code":4,"is_transient":true}}`:                                                                                            {Code: 4, Message: "m", Type: "X", Transient: true},
		`{"error":{"message":"m","type":"OAuthException","code":1,"error_data":{"jawort":{}}}}`:                                                                        {Code: 1, Message: "m", Details: "x", Data: json.RawMessage(`{"jawort":{}}`)},
		`{"error":{"message":"m","type":"OAuthException","code":1}}`:                                                                                                   {Code: 1, Message: "m", Data: json.RawMessage(`{`)},
	} {
		if got := string(e.Body()); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// What a gate must never get wrong about the codes (facts/meta.md §5.6).
func TestCodesThatMatter(t *testing.T) {
	for _, c := range []struct {
		code   Code
		retry  Retry
		person bool
		number bool
	}{
		{0, Never, false, true}, {190, Never, false, true}, {368, Never, false, true}, {131031, Never, false, true},
		{4, Backoff, false, false}, {80007, Backoff, false, false}, {130429, Backoff, false, false}, {131056, Backoff, false, false},
		{131047, Never, false, false}, {131048, Never, false, true}, {131049, After24h, false, false}, {131050, Never, true, false},
		{1, Careful, false, false}, {2, Careful, false, false}, {131000, Careful, false, false}, {131016, Careful, false, false}, {133004, Careful, false, false},
		{130472, Never, false, false}, {132015, Never, false, false}, {132016, Never, false, false}, {137000, Never, false, false}, {250, Never, false, true},
	} {
		m := Lookup(c.code)
		if m.Retry != c.retry || m.StopsPerson != c.person || m.StopsNumber != c.number || !m.Known {
			t.Errorf("%d: %+v", c.code, m)
		}
	}
	for code, m := range codes {
		if m.Name == "" || m.Retry == "" || m.Scope == "" {
			t.Errorf("%d says too little: %+v", code, m)
		}
		if m.StopsPerson != (code == 131050) {
			t.Errorf("%d stops a person", code)
		}
		if code >= 132000 && code < 133000 && (m.Retry == Careful || m.Scope != OfTemplate) {
			t.Errorf("%d: %+v", code, m)
		}
	}
	for code, scope := range map[Code]Scope{132999: OfTemplate, 133999: OfNumber, 138001: OfPair, 139999: OfRequest, 147999: OfNumber, -1: OfRequest, 1 << 40: OfRequest} {
		if m := Lookup(code); m.Known || m.Scope != scope || m.Retry != Never {
			t.Errorf("%d: %+v", code, m)
		}
	}
}

func TestErrorTextNamesCodeAndNobody(t *testing.T) {
	e := &Error{Code: 131026, HTTP: 400, Message: "to +447700900123", Details: "447700900123", UserMsg: "447700900123"}
	if s := e.Error(); strings.Contains(s, "4477") || !strings.Contains(s, "131026") {
		t.Error(s)
	}
}

func TestStoppedMarketing(t *testing.T) {
	failed, sent := only(t, "status_failed"), only(t, "status_sent")
	if !failed.Status.StoppedMarketing() || sent.Status.StoppedMarketing() {
		t.Error("131050 is an opt-out, and nothing else is")
	}
}

func FuzzParseError(f *testing.F) {
	f.Add(golden(f, "answer/error"))
	f.Add([]byte(`{"error":{"code":"4","error_data":"text","is_transient":"true"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e := ParseError(400, raw)
		if e == nil {
			return
		}
		again := ParseError(400, e.Body())
		if again == nil || again.Code != e.Code || again.Details != e.Details || again.Transient != e.Transient {
			t.Fatalf("%+v became %+v", e, again)
		}
	})
}
