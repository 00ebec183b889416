package gate

import (
	"time"

	"jawort/account"
	"jawort/rules"
)

// rules turns a country's book of rules, and what the tenant decided beside it, into the gate's few facts.
func (l *loader) rules(country string) Rules {
	if r, ok := l.books[country]; ok {
		return r
	}
	r := rulesOf(rules.For(country, l.day()), l.policy, l.day())
	l.books[country] = r
	return r
}

func rulesOf(b rules.Rules, p account.Policy, at time.Time) Rules {
	lapse := b.LapseAfter
	if own := rules.Months(p.LapseMonths); own > 0 && (lapse == 0 || own < lapse) {
		lapse = own // the tenant may only be stricter
	}
	return Rules{Version: b.Version, NoMarketing: !b.MarketingDelivered, NoQuestion: p.NoQuestion, MinAge: b.MinAge,
		LapseAfter: span(lapse, at), QuietAfterNo: span(b.Reask.QuietAfterNo, at)}
}

// span is how long the last so many months were.
func span(m rules.Months, at time.Time) int64 {
	if m <= 0 {
		return 0
	}
	return at.Sub(at.AddDate(0, -int(m), 0)).Microseconds()
}
