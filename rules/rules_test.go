package rules

import (
	"slices"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestFor(t *testing.T) {
	for _, c := range []struct {
		country, record string
		lapse, warn     Months
		age             int
		delivered, tap  bool
	}{
		{"DE", "DE", 24, 12, 16, true, true},
		{"de", "DE", 24, 12, 16, true, true},
		{"AT", "AT", 24, 12, 14, true, false},
		{"FR", "FR", 36, 12, 15, true, false},
		{"GB", "GB", 24, 12, 13, true, false},
		{"US", "US", 24, 12, 18, false, false},
		{"US-TX", "US-TX", 24, 12, 18, false, false},
		{"US-WY", "US", 24, 12, 18, false, false},
		{"CA", "CA", 24, 12, 16, true, false},
		{"BE", "EU", 24, 12, 16, true, false},
		{"JP", "EU", 24, 12, 16, true, false},
		{"", "EU", 24, 12, 16, true, false},
		{"META", "EU", 24, 12, 16, true, false},
		{"-", "EU", 24, 12, 16, true, false},
	} {
		r := For(c.country, today)
		if r.Record != c.record || r.LapseAfter != c.lapse || r.WarnAfter != c.warn || r.MinAge != c.age ||
			r.MarketingDelivered != c.delivered || r.ConfirmSMSByTap != c.tap {
			t.Errorf("For(%q) = %s lapse %d warn %d age %d delivered %t tap %t; want %+v",
				c.country, r.Record, r.LapseAfter, r.WarnAfter, r.MinAge, r.MarketingDelivered, r.ConfirmSMSByTap, c)
		}
	}
}

func TestVersionNamesRecordAndDay(t *testing.T) {
	for country, want := range map[string]string{"DE": "de@2026-11-22", "US-FL": "us-fl@2026-11-22", "SE": "eu@2026-11-22"} {
		if got := For(country, today).Version; got != want {
			t.Errorf("%s: version %q, want %q", country, got, want)
		}
	}
}

// Meta stopped delivering marketing to the United States on 1 April 2025 (meta.md 4.4).
func TestUSMarketingIsDated(t *testing.T) {
	before, from := time.Date(2025, 3, 31, 23, 59, 0, 0, time.UTC), time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)
	if !For("US", before).MarketingDelivered {
		t.Error("US marketing stopped too early")
	}
	if For("US", from).MarketingDelivered {
		t.Error("US marketing goes on after 1 April 2025")
	}
	if !For("CA", from).MarketingDelivered || !For("DO", from).MarketingDelivered {
		t.Error("the pause reached other +1 countries")
	}
	if src := For("US", from).Proofs["marketing_delivered"].Sources; !slices.Contains(src, "MPERUSER") {
		t.Errorf("no source for the pause: %v", src)
	}
}

func TestMetaAndCountryAreUnited(t *testing.T) {
	de := For("DE", today)
	for code, want := range map[string]bool{
		"BUSINESS_NAME": true, "CHANNEL_WHATSAPP": true, "PRODUCTS_CONCRETE": true, "VALUE": false, "FREQUENCY": false,
	} {
		asked, must := de.Asks(code)
		if !asked || must != want {
			t.Errorf("DE %s: asked %t must %t, want must %t", code, asked, must, want)
		}
	}
	if asked, _ := de.Asks("MSG_DATA_RATES"); asked {
		t.Error("a US clause is asked for in Germany")
	}
	if de.RegulatedAge != 18 {
		t.Errorf("age for regulated goods %d, want Meta's 18", de.RegulatedAge)
	}
	if !de.Clauses[0].Must || de.Clauses[len(de.Clauses)-1].Must {
		t.Error("musts do not come first")
	}
}

func TestReaskAndStopAck(t *testing.T) {
	r := For("DE", today)
	if want := (Reask{1, 2, 7 * 24 * time.Hour, 12}); r.Reask != want {
		t.Errorf("reask %+v, want %+v", r.Reask, want)
	}
	for _, id := range Records() {
		if id == "META" {
			continue
		}
		if a := For(id, today).StopAck; !a.Allowed || a.Max != 1 || a.Marketing {
			t.Errorf("%s: stop acknowledgement %+v", id, a)
		}
	}
}

func TestNames(t *testing.T) {
	if !Known("de") || Known("SE") || Known("META") {
		t.Error("Known is wrong")
	}
	if Meaning("BUSINESS_NAME") == "" || Meaning("NONE") != "" {
		t.Error("Meaning is wrong")
	}
	if title, url := Source("BGH164"); title == "" || url == "" {
		t.Errorf("Source: %q %q", title, url)
	}
	if title, _ := Source("JAWORT"); title == "" {
		t.Error("our own source has no title")
	}
}

func FuzzFor(f *testing.F) {
	for _, s := range []string{"DE", "US-TX", "", "-", "--", "META", "ß", "US-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, country string) {
		if r := For(country, today); r.LapseAfter <= 0 || r.Version == "" || len(r.Clauses) == 0 {
			t.Errorf("For(%q) has no rules: %+v", country, r)
		}
	})
}

func BenchmarkFor(b *testing.B) {
	For("DE", today)
	for b.Loop() {
		For("DE", today)
	}
}
