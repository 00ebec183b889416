package source

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	restHour = int64(time.Hour / time.Microsecond)
	restNow  = 1000 * restHour
)

// asked are n questions of one age, of which so many were answered and so many by strangers.
func asked(n, answered, strangers int, age time.Duration) []Question {
	list := make([]Question, n)
	for i := range list {
		list[i] = Question{At: restNow - age.Microseconds(), Answered: i < answered, NotMe: i < strangers}
	}
	return list
}

func TestRests(t *testing.T) {
	const days = 24 * time.Hour
	for name, c := range map[string]struct {
		list []Question
		why  string
	}{
		"nobody asked":                     {nil, ""},
		"49 unanswered":                    {asked(49, 0, 0, 2*days), ""},
		"50 unanswered":                    {asked(50, 0, 0, 2*days), FewAnswers},
		"9 of 50":                          {asked(50, 9, 0, 2*days), FewAnswers},
		"10 of 50 is a fifth":              {asked(50, 10, 0, 2*days), ""},
		"50 not ripe, spread over a day":   {slices.Concat(asked(25, 0, 0, 3*time.Hour), asked(25, 0, 0, 12*time.Hour)), ""},
		"the newest 50 count":              {slices.Concat(asked(50, 20, 0, 2*days), asked(300, 0, 0, 5*days)), ""},
		"once good, now bad":               {slices.Concat(asked(50, 2, 0, 2*days), asked(300, 300, 0, 5*days)), FewAnswers},
		"three strangers of three":         {asked(3, 3, 3, time.Minute), NotMe},
		"two strangers of two":             {asked(2, 2, 2, time.Minute), ""},
		"four strangers of fifty":          {asked(50, 50, 4, time.Hour*2), ""},
		"five strangers of fifty":          {asked(50, 50, 5, time.Hour*2), NotMe},
		"strangers of long ago":            {slices.Concat(asked(50, 50, 0, 2*days), asked(50, 50, 50, 5*days)), ""},
		"a burst nobody answers":           {asked(50, 3, 0, 30*time.Minute), Burst},
		"a burst that is answered":         {asked(500, 150, 0, 30*time.Minute), ""},
		"a burst of this moment":           {asked(500, 0, 0, time.Minute), ""},
		"a burst, half of it just now":     {slices.Concat(asked(40, 0, 0, time.Minute), asked(49, 0, 0, 30*time.Minute)), ""},
		"a burst of yesterday is no burst": {asked(60, 15, 0, 30*time.Hour), ""},
	} {
		if got := Rests(c.list, restNow); got != c.why {
			t.Errorf("%s: %q, want %q", name, got, c.why)
		}
	}
}

// An answer never makes a source rest, unless it is a stranger's.
func TestRestsAnswersOnlyHelp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 120).Draw(t, "n")
		list := make([]Question, n)
		at := restNow - 24*restHour // a younger answer would enter the sample and push an old one out
		for i := range list {
			at -= rapid.Int64Range(0, restHour).Draw(t, "gap")
			list[i] = Question{At: at, Answered: rapid.Bool().Draw(t, "answered")}
			list[i].NotMe = list[i].Answered && rapid.IntRange(0, 9).Draw(t, "stranger") == 0
		}
		before := Rests(list, restNow)
		i := rapid.IntRange(0, n-1).Draw(t, "which")
		list[i].Answered = true
		if after := Rests(list, restNow); before == "" && after != "" {
			t.Fatalf("question %d answered: %q", i, after)
		}
	})
}
