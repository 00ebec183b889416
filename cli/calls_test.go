package cli

import "testing"

func TestCallsAreConfigured(t *testing.T) {
	for name, c := range map[string]struct {
		c  Config
		ok bool
	}{
		"none":       {Config{}, true},
		"all":        {Config{Calls: "0.0.0.0:5060", CallsPublic: "192.0.2.7", CallsPorts: "20000-20200", CallsAllow: "10.0.0.0/8, 192.0.2.7/32"}, true},
		"no port":    {Config{Calls: "0.0.0.0"}, false},
		"a name":     {Config{Calls: ":5060", CallsPublic: "pbx"}, false},
		"turned":     {Config{Calls: ":5060", CallsPorts: "20200-20000"}, false},
		"too low":    {Config{Calls: ":5060", CallsPorts: "80-90"}, false},
		"no network": {Config{Calls: ":5060", CallsAllow: "10.0.0.0"}, false},
	} {
		got, err := c.c.calls()
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if name == "all" && (got.PortsFrom != 20000 || got.PortsTo != 20200 || len(got.Allow) != 2) {
			t.Errorf("%+v", got)
		}
	}
}
