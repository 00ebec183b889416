package graph

import (
	"net/http"
	"testing"
	"time"
)

func TestReadUsage(t *testing.T) {
	for name, tc := range map[string]struct {
		app, business string
		want          Usage
		ok            bool
	}{
		"none":         {"", "", Usage{}, false},
		"app":          {`{"call_count":28,"total_time":25,"total_cputime":30}`, "", Usage{30, 0}, true},
		"business":     {"", `{"210":[{"type":"whatsapp","call_count":81,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":0}]}`, Usage{81, 0}, true},
		"shut":         {`{"call_count":3}`, `{"210":[{"call_count":100,"estimated_time_to_regain_access":19}]}`, Usage{100, 19 * time.Minute}, true},
		"text numbers": {`{"call_count":"44"}`, "", Usage{44, 0}, true},
		"odd":          {`[1`, `{"210":"x","211":[7]}`, Usage{}, true},
		"out of range": {`{"call_count":-5,"estimated_time_to_regain_access":9999999999}`, "", Usage{0, 24 * time.Hour}, true},
	} {
		h := http.Header{}
		if tc.app != "" {
			h.Set("X-App-Usage", tc.app)
		}
		if tc.business != "" {
			h.Set("X-Business-Use-Case-Usage", tc.business)
		}
		if got, ok := ReadUsage(h); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
	}
}
