package alert

import (
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/quality"
)

const hour = 3600 * quality.Second

// kindsOf names conditions as kind or kind*subject where it is not the number.
func kindsOf(list []Condition) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Kind)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestConditionsOfQuality(t *testing.T) {
	const now = 1000 * hour
	number, waba, portfolio, template := quality.OfNumber("106"), quality.OfAccount("21"), quality.OfPortfolio("51"), quality.OfTemplate("21", "sale", "de")
	for name, tc := range map[string]struct {
		s     quality.Standing
		holds string
		still string
	}{
		"green":                        {quality.Standing{Node: number, What: quality.Rating, Value: "GREEN", Since: now - hour}, "", ""},
		"yellow":                       {quality.Standing{Node: number, What: quality.Rating, Value: "YELLOW", Since: now - hour}, RatingYellow, ""},
		"red keeps what said yellow":   {quality.Standing{Node: number, What: quality.Rating, Value: "RED", Since: now - hour}, RatingRed, RatingYellow},
		"green since a minute":         {quality.Standing{Node: number, What: quality.Rating, Value: "GREEN", Before: "RED", Since: now - 60*quality.Second}, "", RatingRed + " " + RatingYellow},
		"green since an hour":          {quality.Standing{Node: number, What: quality.Rating, Value: "GREEN", Before: "RED", Since: now - hour}, "", ""},
		"not rated":                    {quality.Standing{Node: number, What: quality.Rating, Value: "UNKNOWN", Since: now - hour}, "", ""},
		"a template's rating":          {quality.Standing{Node: template, What: quality.Rating, Value: "RED", Since: now - hour}, "", ""},
		"flagged":                      {quality.Standing{Node: number, What: quality.Status, Value: "FLAGGED", Since: 1}, NumberFlagged, ""},
		"banned":                       {quality.Standing{Node: number, What: quality.Status, Value: "BANNED", Since: 1}, NumberStopped, ""},
		"an unknown word":              {quality.Standing{Node: number, What: quality.Status, Value: "FROB", Since: 1}, "", ""},
		"restricted":                   {quality.Standing{Node: waba, What: quality.RestrictionOf("X"), Value: "ACTIVE", Since: 1, Until: now + 1}, Restricted, ""},
		"restricted until just now":    {quality.Standing{Node: waba, What: quality.RestrictionOf("X"), Value: "ACTIVE", Since: 1, Until: now}, "", ""},
		"ban announced":                {quality.Standing{Node: waba, What: quality.Ban, Value: "SCHEDULE_FOR_DISABLE", Since: 1}, AccountBanned, ""},
		"reinstated":                   {quality.Standing{Node: waba, What: quality.Ban, Value: "REINSTATE", Before: "DISABLE", Since: 1}, "", ""},
		"reinstated a moment ago":      {quality.Standing{Node: waba, What: quality.Ban, Value: "REINSTATE", Before: "DISABLE", Since: now - 1}, "", AccountBanned},
		"review refused":               {quality.Standing{Node: waba, What: quality.Review, Value: "REJECTED", Since: 1}, ReviewRefused, ReviewRefused},
		"review under way":             {quality.Standing{Node: waba, What: quality.Review, Value: "PENDING", Before: "REJECTED", Since: 1}, "", ReviewRefused},
		"review passed":                {quality.Standing{Node: waba, What: quality.Review, Value: "APPROVED", Before: "REJECTED", Since: 1}, "", ""},
		"passed the second look":       {quality.Standing{Node: waba, What: quality.Review, Value: "APPROVED", Before: "PENDING", Since: now - 1}, "", ReviewRefused},
		"review passed a moment ago":   {quality.Standing{Node: waba, What: quality.Review, Value: "APPROVED", Before: "REJECTED", Since: now - 1}, "", ReviewRefused + " " + ReviewRefused},
		"offboarded":                   {quality.Standing{Node: waba, What: quality.Link, Value: "ACCOUNT_OFFBOARDED", Since: 1}, AccountGone, ""},
		"connected":                    {quality.Standing{Node: waba, What: quality.Link, Value: "CONNECTED", Since: 1}, "", ""},
		"notice":                       {quality.Standing{Node: portfolio, What: quality.NoticeOf("OBA_REJECTED"), Value: "WARNING", Since: 1}, AccountNotice, ""},
		"notice that is over":          {quality.Standing{Node: portfolio, What: quality.NoticeOf("OBA_REJECTED"), Value: "NONE", Since: 1}, "", ""},
		"violation of yesterday":       {quality.Standing{Node: waba, What: quality.Violation, Value: "SCAM", Since: now - 24*hour}, Violation, ""},
		"violation of last week":       {quality.Standing{Node: waba, What: quality.Violation, Value: "SCAM", Since: now - 170*hour}, "", ""},
		"limit known":                  {quality.Standing{Node: portfolio, What: quality.Limit, Value: "250", Since: now - 1}, "", ""},
		"limit lowered":                {quality.Standing{Node: portfolio, What: quality.Limit, Value: "250", Before: "2000", Since: now - 1}, LimitLowered, ""},
		"limit raised":                 {quality.Standing{Node: portfolio, What: quality.Limit, Value: "-1", Before: "2000", Since: now - 1}, LimitRaised, ""},
		"limit no longer unlimited":    {quality.Standing{Node: portfolio, What: quality.Limit, Value: "100000", Before: "-1", Since: now - 1}, LimitLowered, ""},
		"template paused":              {quality.Standing{Node: template, What: quality.Status, Value: "PAUSED", Since: 1}, TemplatePaused, ""},
		"template disabled":            {quality.Standing{Node: template, What: quality.Status, Value: "DISABLED", Since: 1}, TemplateDisabled, ""},
		"template approved":            {quality.Standing{Node: template, What: quality.Status, Value: "APPROVED", Since: 1}, "", ""},
		"template seen first":          {quality.Standing{Node: template, What: quality.Category, Value: "MARKETING", Since: now - 1}, "", ""},
		"template recategorised":       {quality.Standing{Node: template, What: quality.Category, Value: "MARKETING", Before: "UTILITY", Since: now - 1}, TemplateCategory, ""},
		"template to be recategorised": {quality.Standing{Node: template, What: quality.NextCategory, Value: "MARKETING", Since: now - 1, Until: now + 24*hour}, TemplateComing, ""},
		"name declined":                {quality.Standing{Node: number, What: quality.Name, Value: "DECLINED", Since: 1}, NameRejected, ""},
		"PIN":                          {quality.Standing{Node: number, What: quality.Security, Value: "PIN_RESET_REQUEST", Since: now - 1}, SecurityChanged, ""},
		"token good for ever":          {quality.Standing{Node: number, What: quality.Token, Value: "VALID", Since: 1}, "", ""},
		"token good for 13 days":       {quality.Standing{Node: number, What: quality.Token, Value: "VALID", Since: 1, Until: now + 13*24*hour}, TokenExpiring, ""},
		"token good until yesterday":   {quality.Standing{Node: number, What: quality.Token, Value: "VALID", Since: 1, Until: now - 24*hour}, TokenExpired, ""},
		"token refused":                {quality.Standing{Node: number, What: quality.Token, Value: "INVALID", Since: 1}, TokenExpired, ""},
	} {
		k := known{now: now, standings: []quality.Standing{tc.s}, names: map[string]string{number: "Bestellservice"}}
		holds, still := k.holding()
		if kindsOf(holds) != tc.holds || kindsOf(still) != tc.still {
			t.Errorf("%s: holds %q, still %q; want %q, %q", name, kindsOf(holds), kindsOf(still), tc.holds, tc.still)
		}
	}
}

func TestRoomAndPolls(t *testing.T) {
	for used, want := range map[int64][2]string{0: {}, 69: {}, 70: {"", HeadroomLow}, 79: {"", HeadroomLow}, 80: {HeadroomLow, ""}, 250: {HeadroomLow, ""}} {
		k := known{rooms: []room{{"51", "Laden", 100, used}, {"52", "ohne", -1, 1 << 40}}}
		if holds, still := k.holding(); kindsOf(holds) != want[0] || kindsOf(still) != want[1] {
			t.Errorf("%d of 100: %q %q", used, kindsOf(holds), kindsOf(still))
		}
	}
	k := known{now: 10 * hour, polls: []quality.Poll{{WABA: "21", FailingSince: 10*hour - 59*60*quality.Second}, {WABA: "22", FailingSince: 8 * hour, Code: 190}, {WABA: "23"}}}
	if holds, _ := k.holding(); kindsOf(holds) != PollFailing || holds[0].Subject != "22" || holds[0].Detail.Code != 190 {
		t.Errorf("%+v", holds)
	}
}

func TestChart(t *testing.T) {
	now := time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)
	at := func(daysAgo int) int64 { return now.AddDate(0, 0, -daysAgo).UnixMicro() }
	said := []quality.Observation{{What: quality.Rating, Value: "RED", At: at(2)}, {What: quality.Rating, Value: "YELLOW", At: at(5)}, {What: quality.Rating, Value: "GREEN", At: at(20)}}
	c := draw("de", said, now)
	days := func(l lane) (n int) {
		for _, on := range l.Days {
			if on {
				n++
			}
		}
		return n
	}
	if len(c.Lanes) != 3 || days(c.Lanes[0]) != 15 || days(c.Lanes[1]) != 3 || days(c.Lanes[2]) != 3 {
		t.Errorf("green %d, yellow %d, red %d days", days(c.Lanes[0]), days(c.Lanes[1]), days(c.Lanes[2]))
	}
	if c.Text != "28.\u00a0Okt. Grün, 12.\u00a0Nov. Gelb, 15.\u00a0Nov. Rot" || c.From != "19.\u00a0Okt." || c.To != "17.\u00a0Nov." {
		t.Errorf("%q from %s to %s", c.Text, c.From, c.To)
	}
	if draw("de", nil, now) != nil {
		t.Error("a chart of nothing")
	}
}
