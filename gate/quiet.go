package gate

import (
	"time"

	"jawort/account"
	"jawort/rules"
)

// quietUntil is when marketing may reach the person again; 0 = now. The number's own hours count, and where the law has hours
// those as well. Where a country has several zones and nobody knows the person's, it must be a good hour in all of them.
func quietUntil(now int64, q account.Quiet, country, tenantZone string) int64 {
	if !q.On {
		return 0
	}
	law := rules.For(country, time.UnixMicro(now).UTC())
	zones := zonesFor(q.Zone, country, tenantZone)
	if len(zones) == 0 {
		return now + day // no clock to read: not now
	}
	return QuietEnd(now, q, law, zones)
}

// QuietEnd is the first moment from now on at which it is nowhere quiet; 0 if that is now. It moves from the end of one quiet
// time to the end of the next until none is left.
func QuietEnd(now int64, q account.Quiet, law rules.Rules, zones []*time.Location) int64 {
	at := time.UnixMicro(now)
	for range 8 * len(zones) * 4 { // a week of hours in every zone ends
		end := at
		for _, z := range zones {
			if e := quietEndIn(at.In(z), q, law); e.After(end) {
				end = e
			}
		}
		if end.Equal(at) {
			break
		}
		at = end
	}
	if us := at.UnixMicro(); us > now {
		return us
	}
	return 0
}

// quietEndIn is the end of the quiet time that t lies in, t itself when it lies in none.
func quietEndIn(t time.Time, q account.Quiet, law rules.Rules) time.Time {
	if law.QuietByLaw {
		if open, next := law.OpenAt(t); !open {
			return next
		}
	}
	if q.From == q.To {
		return t
	}
	minute := t.Hour()*60 + t.Minute()
	inside := q.From <= minute && minute < q.To
	if q.To < q.From {
		inside = minute >= q.From || minute < q.To
	}
	if !inside {
		return t
	}
	end := time.Date(t.Year(), t.Month(), t.Day(), q.To/60, q.To%60, 0, 0, t.Location())
	if !end.After(t) {
		end = time.Date(t.Year(), t.Month(), t.Day()+1, q.To/60, q.To%60, 0, 0, t.Location())
	}
	return end
}
