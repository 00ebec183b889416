package quality

import (
	"cmp"
	"slices"
)

// Feedback is what came back on messages of one thing: of a source, a wording, a template.
type Feedback struct {
	Key                     string // which one
	Reached                 int64  // messages that Meta took
	Stopped, MetaStop       int64  // opt-outs within two days, and by Meta's own button
	NotMe, Complaints       int64  // "I did not sign up", and what people said after an opt-out
	Enough, Nowhere         int64  // 131049, 131026
	Followed, Arrived, Seen int64  // of messages two days old: all, delivered, read
}

// What a signal weighs in the index. What people say after an opt-out counts most: it says why.
const (
	weighsNotMe     = 2
	weighsComplaint = 2 // on top of the opt-out it explains
)

// Bad is the weighted count of those who were annoyed, at most as many as were reached.
func (f Feedback) Bad() int64 {
	return min(f.Reached, f.Stopped+f.MetaStop+weighsNotMe*f.NotMe+weighsComplaint*f.Complaints)
}

// Rate of the annoyed; 0 of nobody.
func (f Feedback) Rate() float64 {
	if f.Reached == 0 {
		return 0
	}
	return float64(f.Bad()) / float64(f.Reached)
}

// enough is how many messages a rate is taken from before it is compared with others: three of ten say less than thirty of a thousand.
const enough = 50

// Ranked is a feedback with its place.
type Ranked struct {
	Feedback
	Low, High float64 // 95 % of the belief lies between (Share)
	Few       bool    // too few messages to say
	Hot       bool    // the whole range lies above what is usual, and it is not one or two people
}

// Rank sorts by how bad it surely is: by the lower end of the range, and what is too little to say last.
func Rank(list []Feedback, usual float64) []Ranked {
	out := make([]Ranked, len(list))
	for i, f := range list {
		low, high := Share(f.Bad(), f.Reached)
		out[i] = Ranked{f, low, high, f.Reached < enough, f.Reached >= enough && low > usual && f.Bad() >= leastSignals}
	}
	slices.SortStableFunc(out, func(a, b Ranked) int {
		if a.Few != b.Few {
			return map[bool]int{true: 1, false: -1}[a.Few]
		}
		return cmp.Or(cmp.Compare(b.Low, a.Low), cmp.Compare(b.Reached, a.Reached), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// Usual is the rate that others are compared with: that of the time before, so that what is bad today does not hide itself in it; while
// little was sent before, that of the whole span.
func Usual(before, whole Feedback) float64 {
	if before.Reached < enough {
		return whole.Rate()
	}
	return before.Rate()
}

// A new source is judged early: from fewer messages, and by its rate itself and not by the lower end of the range.
const (
	earlyEnough  = 20
	earlySignals = 2
	earlyRate    = 0.01
)

// Early says whether a source of the first days does worse than is usual, as far as can be said so soon.
func Early(f Feedback, usual float64) bool {
	return f.Reached >= earlyEnough && f.Bad() >= earlySignals && f.Rate() > max(earlyRate, 1.5*usual)
}

// What the index of a number must come to before the brake acts; the two lower ones are where it lets go again.
const (
	leastSignals = 5
	uneasyRate   = 0.008
	worseRate    = 0.015
	badRate      = 0.04
)

// LevelOf reads a number's feedback of a week against what is usual. It takes the lower end of the range, so that a few do not brake.
func LevelOf(week Feedback, usual float64) Level {
	low, _ := Share(week.Bad(), week.Reached)
	switch {
	case week.Reached < enough || week.Bad() < leastSignals:
		return IndexFine
	case low > max(badRate, 4*usual):
		return IndexBad
	case low > max(worseRate, 2*usual):
		return IndexWorse
	case week.Rate() > max(uneasyRate, 1.3*usual):
		return IndexUneasy
	}
	return IndexFine
}
