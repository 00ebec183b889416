package gateway

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// lax is a body as encoding/json reads it into a struct: any case, of a repeated key the last.
type lax struct {
	To        any `json:"to"`
	Recipient any `json:"recipient"`
	Type      any `json:"type"`
	Category  any `json:"category"`
	Status    any `json:"status"`
	Kind      any `json:"recipient_type"`
	Template  struct {
		Name     any `json:"name"`
		Language struct {
			Code any `json:"code"`
		} `json:"language"`
	} `json:"template"`
}

// firstWins reads an object's top level as readers do that stop at the first key.
func firstWins(body []byte) map[string]string {
	out := map[string]string{}
	dec := json.NewDecoder(strings.NewReader(string(body)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for dec.More() {
		k, err := dec.Token()
		if err != nil {
			return nil
		}
		var v json.RawMessage
		if dec.Decode(&v) != nil {
			return nil
		}
		if _, ok := out[k.(string)]; !ok {
			out[k.(string)] = string(v)
		}
	}
	return out
}

// agree: what we let pass reads the same to three other readers: into a struct in any case, into a map with the last of a key, and one
// that takes the first.
func agree(t *testing.T, body []byte) {
	l, f := readLetter(body, "DE")
	if f != nil {
		if f.status < 400 || f.code == 0 || f.reason == "" {
			t.Fatalf("a refusal without its words: %+v", f)
		}
		return
	}
	var loose lax
	var last map[string]json.RawMessage
	if err := json.Unmarshal(body, &loose); err != nil {
		t.Fatalf("passes, and encoding/json cannot read it: %q: %v", body, err)
	}
	if err := json.Unmarshal(body, &last); err != nil {
		t.Fatal(err)
	}
	first := firstWins(body)
	if len(first) != len(last) {
		t.Fatalf("keys: %v and %v of %q", first, last, body)
	}
	for k, v := range last {
		if first[k] != string(v) {
			t.Fatalf("%s is %s to one reader and %s to another", k, first[k], v)
		}
	}
	if l.read {
		if loose.Status != "read" || loose.To != nil || loose.Recipient != nil {
			t.Fatalf("a read mark that is something else too: %q", body)
		}
		return
	}
	kind, _ := loose.Type.(string)
	if kind == "" {
		kind = "text"
	}
	category, _ := loose.Category.(string)
	if kind != l.kind || category != l.category || loose.Status != nil || loose.Kind != nil && loose.Kind != "individual" {
		t.Fatalf("read as %+v and as %+v: %q", l, loose, body)
	}
	if _, list := loose.To.([]any); list {
		t.Fatalf("several recipients pass: %q", body)
	}
	if l.kind == "template" && (loose.Template.Name != l.template || loose.Template.Language.Code != l.language) {
		t.Fatalf("template read as %s %s and as %v: %q", l.template, l.language, loose.Template, body)
	}
	if user, _ := loose.Recipient.(string); user != "" && l.to.UserID() != user && l.also.UserID() != user {
		t.Fatalf("recipient %q is not judged: %+v", user, l)
	}
}

func FuzzLetter(f *testing.F) {
	for _, s := range []string{
		`{"messaging_product":"whatsapp","to":"+4915551234567","type":"text","text":{"body":"x"}}`,
		`{"messaging_product":"whatsapp","to":"4915551234567","recipient":"DE.1","type":"template","template":{"name":"a","language":{"code":"de"}}}`,
		`{"messaging_product":"whatsapp","to":4915551234567,"To":"+1","text":{"body":"x"}}`,
		`{"messaging_product":"whatsapp","to":"+1","\u0074o":"+2","text":{}}`,
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A","typing_indicator":{"type":"text"}}`,
		`{"messaging_product":"whatsapp","ſtatus":"read","to":"+4915551234567","text":{},"category":"utility"}`,
		`{"messaging_product":"whatsapp","to":"+4915551234567","type":"contacts","contacts":[{"name":{"formatted_name":"\ud83d\ude00"}}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(agree)
}

// TestReadTree: what is read is what encoding/json reads, to the last value; and it reads all that is plain.
func TestReadTree(t *testing.T) {
	for _, s := range []string{`{}`, `[]`, `""`, `0`, `-1.5e+3`, `true`, `null`, ` {"a" : [1, {"b":"\u00e4\n\"\\\/"}] , "c":false}`,
		`{"k":"\ud83d\ude00","ü":{"x":[[],{}]}}`, `[0.10,10E5,-0]`} {
		tree, err := readTree([]byte(s))
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		var want any
		dec := json.NewDecoder(strings.NewReader(s))
		dec.UseNumber()
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := plain(tree); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, want %#v", s, got, want)
		}
	}
	for _, s := range []string{``, `{`, `{"a"}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{"a":1 "b":2}`, `01`, `1.`, `.5`, `1e`, `+1`, `tru`, `nul`, `"`, `"\u12"`, `"\ud800"`,
		`{"a":1,"a":2}`, `{"a":1,"A":2}`, `{"k":1,"K":2}`, `{"a":{"b":1,"B":1}}`, `{"\u0061":1}`, "\"\x01\"", "\"\xc3\"", `"\u0000"`, `{} {}`, `{}x`, "\ufeff{}",
		strings.Repeat("[", 100) + strings.Repeat("]", 100)} {
		if _, err := readTree([]byte(s)); err == nil {
			t.Errorf("%q passes", s)
		}
	}
}

func plain(v *value) any {
	switch v.kind {
	case '{':
		out := map[string]any{}
		for i, k := range v.keys {
			out[k] = plain(&v.items[i])
		}
		return out
	case '[':
		out := []any{}
		for i := range v.items {
			out = append(out, plain(&v.items[i]))
		}
		return out
	case '"':
		return v.text
	case '0':
		return json.Number(v.text)
	case 't', 'f':
		return v.kind == 't'
	}
	return nil
}

// TestReadTo: a number with a plus is what it says; one without is the business's country's, or abroad, and never a guess between two.
func TestReadTo(t *testing.T) {
	for _, c := range []struct {
		to, country, want, reason string
	}{
		{"+4915112345678", "DE", "tel:+4915112345678", ""},
		{"4915112345678", "DE", "tel:+4915112345678", ""},
		{"015112345678", "DE", "tel:+4915112345678", ""},
		{"4915112345678", "GB", "tel:+4915112345678", ""},
		{"4915112345678", "US", "tel:+4915112345678", ""},
		{"07700900123", "GB", "tel:+447700900123", ""},
		{"447700900123", "DE", "tel:+447700900123", ""},
		{"2125551234", "US", "tel:+12125551234", ""},
		{"+52 1 55 1234 5678", "DE", "tel:+525512345678", ""},
		{"5215512345678", "MX", "tel:+525512345678", ""},
		{"+49 151-1234.5678", "DE", "tel:+4915112345678", ""},
		{"", "DE", "", "ADDRESS_UNUSABLE"}, {"+", "DE", "", "ADDRESS_UNUSABLE"}, {"12", "DE", "", "ADDRESS_UNUSABLE"},
		{"+49", "DE", "", "ADDRESS_UNUSABLE"}, {"+999999999999", "DE", "", "ADDRESS_UNUSABLE"}, {" +4915112345678", "DE", "", "ADDRESS_UNUSABLE"},
		{"+4915112345678 ", "DE", "", "ADDRESS_UNUSABLE"}, {"00", "DE", "", "ADDRESS_UNUSABLE"}, {"+49151x2345678", "DE", "", "ADDRESS_UNUSABLE"},
		{"15112345678", "DE", "tel:+4915112345678", ""},
		{"33123456789", "DE", "tel:+33123456789", ""},
	} {
		got, _, f := readTo(c.to, false, c.country)
		reason := ""
		if f != nil {
			reason = f.reason
		}
		if string(got) != c.want || reason != c.reason {
			t.Errorf("%q in %s: %q %s, want %q %s", c.to, c.country, got, reason, c.want, c.reason)
		}
	}
}

// TestOtherReading: digits that could be somebody at home too name them, so that nobody we know is written to by mistake.
func TestOtherReading(t *testing.T) {
	if to, other, f := readTo("447700900123", false, "DE"); f != nil || to != "tel:+447700900123" || other != "tel:+49447700900123" {
		t.Errorf("%s %s %v", to, other, f)
	}
	if _, other, _ := readTo("+447700900123", false, "DE"); other != "" {
		t.Errorf("with a plus: %s", other)
	}
}

// TestNulls: a program that writes out every field it has says null where it means nothing; of what is meant there is still one reading.
func TestNulls(t *testing.T) {
	const head = `{"messaging_product":"whatsapp","to":"+4915112345678",`
	for body, want := range map[string]string{
		head + `"recipient":null,"context":null,"category":null,"message_id":null,"typing_indicator":null,"type":"image","image":{"link":"x"},"text":null,"template":null}`: "image",
		head + `"type":null,"text":{"body":"x"},"template":null,"contacts":null}`:                                                                                           "text",
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A","to":null,"type":null,"text":null,"recipient_type":"individual","typing_indicator":null}`:   "read",
		head + `"type":"image","image":{"link":"x"},"text":{}}`:                                                                                                             "fault",
		head + `"type":"image","image":null}`:                                "fault",
		head + `"type":"text","text":{"body":"x"},"recipients":null}`:        "fault",
		head + `"type":"text","text":{"body":"x"},"status":null}`:            "fault",
		head + `"status":"read","message_id":"wamid.A"}`:                     "fault",
		head + `"type":"text","text":{"body":"x"},"status":""}`:              "fault",
		`{"messaging_product":"whatsapp","status":"read","message_id":null}`: "fault",
	} {
		l, f := readLetter([]byte(body), "DE")
		got := l.kind
		if l.read {
			got = "read"
		}
		if f != nil {
			got = "fault"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}
