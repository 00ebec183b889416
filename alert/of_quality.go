package alert

import (
	"strconv"
	"strings"
	"time"

	"jawort/quality"
)

// known is what the conditions about quality are made of: nothing else is asked, so that the same facts always warn of the same.
type known struct {
	now       int64
	zone      string
	standings []quality.Standing
	names     map[string]string // of nodes
	rooms     []room
	polls     []quality.Poll
}

// room is how much of a portfolio's limit is used.
type room struct {
	portfolio, name string
	limit, used     int64
}

// settle is how long all must be well until there is an all-clear: what flutters is one episode.
const settle = 15 * time.Minute

// Share of the limit from which on a warning comes, and below which it goes, in percent.
const (
	tight = 80
	loose = 70
)

// expiring is how long before its end a token is told of.
const expiring = 14 * 24 * time.Hour

// pollsFail is how long Meta may leave us without an answer before somebody is told.
const pollsFail = time.Hour

// holding are the conditions that hold, and those that held until a moment ago: they keep what is open, and open nothing.
func (k *known) holding() (holds, still []Condition) {
	health := map[string]quality.Standing{}
	for _, s := range k.standings {
		if s.What == quality.CanSend {
			health[s.Node] = s
		}
	}
	for _, s := range k.standings {
		for _, c := range k.of(s, health[s.Node]) {
			holds = append(holds, k.named(c, s.Node))
		}
		if s.What == quality.Rating && s.Value == "RED" && strings.HasPrefix(s.Node, quality.OfNumber("")) { // yellow is not over, it is told as red
			still = append(still, k.named(Condition{Kind: RatingYellow, Subject: quality.IDOf(s.Node)}, s.Node))
		}
		if s.What == quality.Review && (s.Value != "APPROVED" || k.now-s.Since < settle.Microseconds()) { // looked at again, or put off: a refusal is over when Meta says yes
			still = append(still, k.named(Condition{Kind: ReviewRefused, Subject: quality.IDOf(s.Node)}, s.Node))
		}
		if s.Before != "" && k.now-s.Since < settle.Microseconds() {
			s.Value, s.Until, s.Since = s.Before, 0, 0
			again := k.of(s, health[s.Node])
			if len(again) == 1 && again[0].Kind == RatingRed {
				again = append(again, Condition{Kind: RatingYellow, Subject: again[0].Subject})
			}
			for _, c := range again {
				if kind := KindOf(c.Kind); kind != nil && !kind.News {
					still = append(still, k.named(c, s.Node))
				}
			}
		}
	}
	a, b := k.limits()
	return append(append(holds, a...), k.unheard()...), append(still, b...)
}

func (k *known) named(c Condition, node string) Condition {
	c.Detail.Zone = k.zone
	if c.Detail.Name == "" {
		c.Detail.Name = k.names[node]
	}
	return c
}

// limits warns of room that gets scarce.
func (k *known) limits() (holds, still []Condition) {
	for _, r := range k.rooms {
		if r.limit <= 0 {
			continue
		}
		c := Condition{Kind: HeadroomLow, Subject: r.portfolio, Detail: Detail{Name: r.name, Value: strconv.FormatInt(r.used, 10), Was: strconv.FormatInt(r.limit, 10)}}
		switch share := r.used * 100 / r.limit; {
		case share >= tight:
			holds = append(holds, c)
		case share >= loose:
			still = append(still, c)
		}
	}
	return holds, still
}

// unheard warns when Meta cannot be asked.
func (k *known) unheard() []Condition {
	var out []Condition
	for _, p := range k.polls {
		if p.FailingSince > 0 && k.now-p.FailingSince > pollsFail.Microseconds() {
			out = append(out, Condition{Kind: PollFailing, Subject: p.WABA, Detail: Detail{Name: k.names[quality.OfAccount(p.WABA)], From: p.FailingSince,
				Code: p.Code, Zone: k.zone}})
		}
	}
	return out
}

// of are the conditions in one thing that holds.
func (k *known) of(s quality.Standing, health quality.Standing) []Condition {
	c := Condition{Subject: quality.IDOf(s.Node), Detail: Detail{Value: s.Value, Was: s.Before, Until: s.Until}}
	one := func(kind string) []Condition { c.Kind = kind; return []Condition{c} }
	if _, name, lang, ok := quality.TemplateOf(s.Node); ok {
		c.Detail.Name = name + " (" + lang + ")"
		return k.ofTemplate(s, c)
	}
	number := strings.HasPrefix(s.Node, quality.OfNumber(""))
	switch {
	case s.What.IsRestriction():
		if quality.InForce(s, health, k.now) {
			c.Subject, c.Detail.Value = c.Subject+"/"+s.What.Kind(), s.What.Kind()
			return one(Restricted)
		}
	case s.What.IsNotice():
		if s.Value == "CRITICAL" || s.Value == "WARNING" {
			c.Subject, c.Detail.Value = c.Subject+"/"+s.What.Kind(), s.What.Kind()
			return one(AccountNotice)
		}
	case s.What == quality.Rating && number:
		if kind := map[string]string{"YELLOW": RatingYellow, "RED": RatingRed}[s.Value]; kind != "" {
			return one(kind)
		}
	case s.What == quality.Status && number:
		switch s.Value {
		case "FLAGGED", "RATE_LIMITED":
			return one(NumberFlagged)
		case "RESTRICTED", "BANNED", "DISCONNECTED", "DELETED":
			return one(NumberStopped)
		}
	case s.What == quality.Name && (s.Value == "DECLINED" || s.Value == "REJECTED"):
		return one(NameRejected)
	case s.What == quality.Ban && quality.InForce(s, health, k.now):
		return one(AccountBanned)
	case s.What == quality.Review && s.Value == "REJECTED":
		return one(ReviewRefused)
	case s.What == quality.Link && s.Value != "CONNECTED":
		return one(AccountGone)
	case s.What == quality.Token:
		return k.ofToken(s, c)
	}
	return k.news(s, c)
}

func (k *known) ofTemplate(s quality.Standing, c Condition) []Condition {
	switch {
	case s.What == quality.Status && s.Value == "PAUSED":
		c.Kind = TemplatePaused
	case s.What == quality.Status && s.Value == "DISABLED":
		c.Kind = TemplateDisabled
	default:
		return k.news(s, c)
	}
	return []Condition{c}
}

func (k *known) ofToken(s quality.Standing, c Condition) []Condition {
	switch {
	case s.Value == "INVALID" || s.Until > 0 && s.Until <= k.now:
		c.Kind = TokenExpired
	case s.Until > 0 && s.Until-k.now < expiring.Microseconds():
		c.Kind = TokenExpiring
	default:
		return nil
	}
	return []Condition{c}
}

// news are what happened and does not last: told for some days, each time anew.
func (k *known) news(s quality.Standing, c Condition) []Condition {
	if k.now-s.Since > newsFor.Microseconds() || s.Since == 0 {
		return nil
	}
	c.Subject += "@" + strconv.FormatInt(s.Since, 36)
	switch s.What {
	case quality.Violation:
		c.Kind = Violation
	case quality.Security:
		c.Kind = SecurityChanged
	case quality.NextCategory:
		c.Kind = TemplateComing
	case quality.Category:
		c.Kind = TemplateCategory
	case quality.Limit:
		c.Kind = LimitRaised
		if less(s.Value, s.Before) {
			c.Kind = LimitLowered
		}
	}
	if c.Kind == "" || s.Before == "" && (s.What == quality.Category || s.What == quality.Limit) {
		return nil // the first word about it is no change
	}
	return []Condition{c}
}

// less compares limits; -1 is unlimited.
func less(a, b string) bool {
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	return errX == nil && errY == nil && x >= 0 && (y < 0 || x < y)
}
