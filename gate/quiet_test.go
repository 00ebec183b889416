package gate

import (
	"testing"
	"time"

	"jawort/account"
	"jawort/rules"

	"pgregory.net/rapid"
)

func local(t testing.TB, zone, at string) int64 {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	m, err := time.ParseInLocation("Mon 2006-01-02 15:04", at, z)
	if err != nil {
		t.Fatal(err)
	}
	return m.UnixMicro()
}

func TestQuietUntil(t *testing.T) {
	night := account.Quiet{On: true, From: 20 * 60, To: 8 * 60}
	noon := account.Quiet{On: true, From: 12 * 60, To: 13 * 60}
	const berlin = "Europe/Berlin"
	for _, c := range []struct {
		name    string
		zone    string // of the two moments
		at, end string // end empty: not quiet
		quiet   account.Quiet
		country string
	}{
		{"off", berlin, "Wed 2026-11-18 23:00", "", account.Quiet{From: 0, To: 1439}, "DE"},
		{"by day", berlin, "Wed 2026-11-18 15:00", "", night, "DE"},
		{"last minute before", berlin, "Wed 2026-11-18 19:59", "", night, "DE"},
		{"in the evening", berlin, "Wed 2026-11-18 20:00", "Thu 2026-11-19 08:00", night, "DE"},
		{"after midnight", berlin, "Thu 2026-11-19 00:30", "Thu 2026-11-19 08:00", night, "DE"},
		{"first minute after", berlin, "Thu 2026-11-19 08:00", "", night, "DE"},
		{"at noon", berlin, "Wed 2026-11-18 12:30", "Wed 2026-11-18 13:00", noon, "DE"},
		{"through the hour that is lost in spring", berlin, "Sat 2026-03-28 23:00", "Sun 2026-03-29 08:00", night, "DE"},
		{"through the hour that comes twice in autumn", berlin, "Sat 2026-10-24 23:00", "Sun 2026-10-25 08:00", night, "DE"},
		{"the person's clock, not ours", "Asia/Kolkata", "Wed 2026-11-18 21:00", "Thu 2026-11-19 08:00", night, "IN"},
		{"the law's hours as well", "Asia/Dubai", "Wed 2026-11-18 18:30", "Thu 2026-11-19 09:00", night, "AE"},
		{"many zones: morning in New York is night in Honolulu", "Pacific/Honolulu", "Wed 2026-11-18 04:00", "Wed 2026-11-18 08:00", night, "US"},
		{"many zones: evening in New York while Honolulu is fine", "America/New_York", "Wed 2026-11-18 20:30", "", account.Quiet{On: true, From: 1, To: 2}, "CH"},
		{"a zone that staff set", berlin, "Wed 2026-11-18 21:00", "Thu 2026-11-19 08:00", account.Quiet{On: true, From: 1200, To: 480, Zone: berlin}, "IN"},
		{"a country without a clock takes the tenant's", berlin, "Wed 2026-11-18 21:00", "Thu 2026-11-19 08:00", night, "ZZ"},
	} {
		now := local(t, c.zone, c.at)
		want := int64(0)
		if c.end != "" {
			want = local(t, c.zone, c.end)
		}
		if got := quietUntil(now, c.quiet, c.country, berlin); got != want {
			t.Errorf("%s: until %s", c.name, time.UnixMicro(got).UTC())
		}
	}
}

// No end of a quiet time lies in a quiet time, in any zone of the country, and it is no week away.
func TestQuietEndIsNotQuiet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, length := rapid.IntRange(0, 1439).Draw(t, "from"), rapid.IntRange(1, 8*60).Draw(t, "length")
		q := account.Quiet{On: true, From: from, To: (from + length) % 1440}
		country := rapid.SampledFrom([]string{"DE", "US", "BR", "IN", "AU", "FR", "AE"}).Draw(t, "country")
		now := t0 + rapid.Int64Range(0, 400*day).Draw(t, "now")
		law, zones := rules.For(country, time.UnixMicro(now)), zonesFor("", country, "")
		end := QuietEnd(now, q, law, zones)
		for _, z := range zones {
			local := time.UnixMicro(max(end, now)).In(z)
			if e := quietEndIn(local, q, law); e.After(local) {
				t.Fatalf("%s: still quiet at %s", country, local)
			}
		}
		if end > now+7*day {
			t.Fatalf("%s: a week and more", country)
		}
	})
}

func TestZonesAreReal(t *testing.T) {
	for country, names := range zonesOf {
		if len(zonesFor("", country, "")) == 0 || len(country) != 2 {
			t.Errorf("%s: %s", country, names)
		}
	}
	if quietUntil(t0, account.Quiet{On: true, From: 1, To: 2}, "ZZ", "Nowhere/At_All") <= t0 {
		t.Error("without a clock it is never quiet")
	}
}
