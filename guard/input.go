package guard

import (
	"time"

	"jawort/account"
	"jawort/quality"
)

const (
	hour  = int64(time.Hour / time.Microsecond)
	stale = 6 * hour // so long after Meta last told a rating nothing opens any more
)

// number is what a number's brake goes by.
func (k *known) number(n account.Number) quality.Input {
	own, waba := k.health[quality.OfNumber(n.ID)], k.health[quality.OfAccount(n.WABA)]
	in := quality.Input{Rating: rating(own[quality.Rating], k.now), Status: n.Status, Index: k.index[n.ID], PausedAt: k.pausedAt[n.WABA]}
	if s := own[quality.Status]; s.Value != "" {
		in.Status = s.Value
	}
	if r := own[quality.Rating]; r.Value != "" {
		in.Stale = r.LastAt < k.now-stale
	}
	last := k.last[n.ID]
	in.SpamAt, in.BlockedAt = last[quality.CodeSpam], max(last[quality.CodeBlocked], last[quality.CodeLocked])
	if v := waba[quality.Violation]; v.Value != "" {
		in.ViolationAt = v.Since
	}
	k.restricted(&in, waba)
	return in
}

// rating is the last one known: none for a week after a real one is not yet none.
func rating(s quality.Standing, now int64) string {
	if s.Value == "UNKNOWN" && s.Before != "" && s.Since > now-7*24*hour {
		return s.Before
	}
	return s.Value
}

// restricted reads what Meta restricts on the account (facts/meta.md 1.5). One without an end holds until Meta says otherwise.
func (k *known) restricted(in *quality.Input, waba map[quality.What]quality.Standing) {
	for what, s := range waba {
		if !quality.InForce(s, waba[quality.CanSend], k.now) {
			continue
		}
		until := s.Until
		if until == 0 {
			until = quality.Forever
		}
		switch {
		case what == quality.Ban && s.Value == "DISABLE":
			in.AllUntil = max(in.AllUntil, until)
		case what == quality.Ban && s.Value == "SCHEDULE_FOR_DISABLE":
			in.ViolationAt = max(in.ViolationAt, k.now-hour)
		case what.Kind() == "RESTRICTED_CUSTOMER_INITIATED_MESSAGING":
			in.AllUntil = max(in.AllUntil, until)
		case what.Kind() == "RESTRICTED_BIZ_INITIATED_MESSAGING":
			in.StartsUntil = max(in.StartsUntil, until)
		case what.Kind() == "RESTRICTED_UTILITY_TEMPLATES", what.Kind() == "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES":
			in.UtilityEnds = max(in.UtilityEnds, until)
		}
	}
}
