package emulator

import (
	"encoding/json"
	"testing"
)

func TestAppShare(t *testing.T) {
	for in, want := range map[string]appShare{`40`: {40, 40, 40}, `{"total_time":91}`: {0, 91, 0}, `0`: {}} {
		var a appShare
		if err := json.Unmarshal([]byte(in), &a); err != nil || a != want || a.check() != nil {
			t.Errorf("%s: %+v %v", in, a, err)
		}
	}
	for _, in := range []string{`101`, `-1`, `{"call_count":1000}`} {
		var a appShare
		if err := json.Unmarshal([]byte(in), &a); err == nil && a.check() == nil {
			t.Errorf("%s is taken", in)
		}
	}
	if !(&appShare{CPU: 100}).usedUp() || (&appShare{Calls: 99, Time: 99, CPU: 99}).usedUp() {
		t.Error("used up")
	}
}
