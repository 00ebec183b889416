package quality

import "cmp"

// lag is how long a poll may still give the old word after a webhook told the new one: Meta's answers come from caches.
const lag = 10 * 60 * Second

// leeway is how far a word may lie in the future and still be believed: clocks differ a little.
const leeway = 2 * 60 * Second

// graded are the words that hurt, and how much; the others weigh nothing. Between two words of one moment the graver one holds, and a
// poll that is milder than a fresh webhook has to wait: a restriction is never hidden by words that come late or contradict.
var graded = map[What]map[string]int{
	Rating:   {"RED": 3, "YELLOW": 2, "UNKNOWN": 1},
	CanSend:  {"BLOCKED": 2, "LIMITED": 1},
	Ban:      {"DISABLE": 2, "SCHEDULE_FOR_DISABLE": 1},
	Link:     {"ACCOUNT_DELETED": 3, "ACCOUNT_OFFBOARDED": 2, "PARTNER_REMOVED": 1},
	Category: {"MARKETING": 1}, // needs more consent
	Review:   {"REJECTED": 3, "DEFERRED": 2, "PENDING": 1},
	Token:    {"INVALID": 2},
	Status: {
		"BANNED": 9, "DELETED": 8, "DISABLED": 7, "DISCONNECTED": 6, "RESTRICTED": 5, "RATE_LIMITED": 4, "PAUSED": 4, "LOCKED": 4,
		"FLAGGED": 3, "UNVERIFIED": 2, "REJECTED": 2, "PENDING": 1, "LIMIT_EXCEEDED": 1, "PENDING_DELETION": 1,
	},
}

// Grave is how much a word hurts; 0 = not at all.
func Grave(w What, value string) int { return graded[w][value] }

// Fold is what holds at a moment, of all that was ever said about one thing: a function of the set of observations, however often
// and in whatever order they came (docs/states.md, What holds). ok is false for nothing said.
func Fold(set []Observation, now int64) (s Standing, ok bool) {
	set = believable(set, now)
	if len(set) == 0 {
		return Standing{}, false
	}
	w := winner(set)
	s = Standing{Node: w.Node, What: w.What, Value: w.Value, Since: w.At, LastAt: w.LastAt, Way: w.Way, Until: w.Until, Note: w.Note}
	var cut *Observation // the last word that said otherwise
	for i := range set {
		if o := &set[i]; o.Value != w.Value && o.LastAt <= w.LastAt && (cut == nil || later(*o, *cut)) {
			cut = o
		}
	}
	for _, o := range set {
		if o.Value == w.Value && (cut == nil || o.LastAt >= cut.LastAt) {
			s.Since = min(s.Since, o.At)
		}
	}
	if cut != nil {
		s.Before, s.Since = cut.Value, max(s.Since, cut.LastAt)
	}
	return s, true
}

// believable leaves out what lies in the future, unless there is nothing else: our clock was wrong when it was written.
func believable(set []Observation, now int64) []Observation {
	var out []Observation
	for _, o := range set {
		if o.LastAt <= now+leeway {
			out = append(out, o)
		}
	}
	if out == nil {
		return set
	}
	return out
}

// winner is the word to believe: the latest, but a poll that is no worse than a webhook of a moment ago may be Meta's cache.
func winner(set []Observation) Observation {
	var poll, hook *Observation
	for i := range set {
		best := &poll
		if set[i].Way == ByWebhook {
			best = &hook
		}
		if *best == nil || later(set[i], **best) {
			*best = &set[i]
		}
	}
	switch {
	case hook == nil:
		return *poll
	case poll == nil:
		return *hook
	case poll.Value != hook.Value && poll.LastAt >= hook.LastAt && poll.LastAt < hook.LastAt+lag && Grave(poll.What, poll.Value) <= Grave(hook.What, hook.Value):
		return *hook
	case later(*poll, *hook):
		return *poll
	}
	return *hook
}

// later says that a is to be believed before b: the later word, of the same moment the graver one. The rest makes the order total, so
// that the answer never depends on the order they came in.
func later(a, b Observation) bool {
	return cmp.Or(cmp.Compare(a.LastAt, b.LastAt), cmp.Compare(Grave(a.What, a.Value), Grave(b.What, b.Value)),
		cmp.Compare(a.Value, b.Value), cmp.Compare(a.At, b.At), cmp.Compare(a.Until, b.Until), cmp.Compare(a.Way, b.Way), cmp.Compare(a.Note, b.Note)) > 0
}

// proof is how long Meta must say that all is well until a restriction counts as lifted before its end: there is no webhook for it.
const proof = 3600 * Second

// InForce says whether a restriction or a ban holds. It ends by its time, or when the account was held back and Meta's own
// health_status has said for an hour without break that it no longer is.
func InForce(r Standing, health Standing, now int64) bool {
	if r.Value == "" || r.Value == "REINSTATE" || r.Until != 0 && r.Until <= now {
		return false
	}
	lifted := health.Value == "AVAILABLE" && Grave(CanSend, health.Before) > 0 && health.Since >= r.Since && health.LastAt-health.Since >= proof
	return !lifted
}
