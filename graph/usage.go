package graph

import (
	"net/http"
	"time"
)

// Usage is how much of what Meta allows is used up (https://developers.facebook.com/docs/graph-api/overview/rate-limiting).
type Usage struct {
	Percent int64         // the highest of calls, time and computing time
	Wait    time.Duration // until calls are taken again; 0: they are
}

// ReadUsage reads X-App-Usage and X-Business-Use-Case-Usage, the fuller of both; ok is false where an answer has neither.
func ReadUsage(h http.Header) (u Usage, ok bool) {
	for _, name := range []string{"X-App-Usage", "X-Business-Use-Case-Usage"} {
		for _, text := range h.Values(name) {
			n, valid := root([]byte(text))
			if !valid || !n.isObject() {
				continue
			}
			ok = true
			u.add(n)
			for _, list := range n.fields() { // of the business use cases: by account, a list of kinds
				for one := range list.items() {
					u.add(one)
				}
			}
		}
	}
	return u, ok
}

func (u *Usage) add(n node) {
	for _, key := range []string{"call_count", "total_time", "total_cputime"} {
		u.Percent = max(u.Percent, min(n.get(key).number(), 1000))
	}
	minutes := min(max(n.get("estimated_time_to_regain_access").number(), 0), 24*60)
	u.Wait = max(u.Wait, time.Duration(minutes)*time.Minute)
}
