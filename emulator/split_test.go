package emulator

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestSplitObject(t *testing.T) {
	for in, want := range map[string]map[string]string{
		`{}`: {}, ` { } `: {}, `{"a":1}`: {"a": "1"}, `{"a":1,"a":{"b":"}"}}`: {"a": `{"b":"}"}`},
		"{\"a\" :\t[1,{\"x\":\"]\\\"\"}] ,\n\"\\u0062\":null }": {"a": `[1,{"x":"]\""}]`, "b": "null"}, `{"":""}`: {"": `""`},
	} {
		got, ok := splitObject([]byte(in))
		if !ok || len(got) != len(want) {
			t.Errorf("%s: %v %v", in, got, ok)
		}
		for k, v := range want {
			if string(got[k]) != v {
				t.Errorf("%s: %s is %s, want %s", in, k, got[k], v)
			}
		}
	}
	for _, in := range []string{"", "null", "[]", "1", `"a"`, "{", `{"a"}`, `{"a":1,}`, `{"a":1}x`} {
		if got, ok := splitObject([]byte(in)); ok {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}

// FuzzSplitObject holds the splitter against encoding/json.
func FuzzSplitObject(f *testing.F) {
	f.Add([]byte(`{"messaging_product":"whatsapp","to":"+49","text":{"body":"a\"b","x":[1,2,{"y":null}]},"n":-1.5e3 }`))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, ok := splitObject(in)
		var want map[string]json.RawMessage
		err := json.Unmarshal(in, &want)
		if ok != (err == nil && want != nil) {
			t.Fatalf("%q: %v, encoding/json says %v", in, ok, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d keys, want %d", in, len(got), len(want))
		}
		for k, v := range want {
			if !bytes.Equal(got[k], v) {
				t.Fatalf("%q: %q is %q, want %q", in, k, got[k], v)
			}
		}
	})
}
