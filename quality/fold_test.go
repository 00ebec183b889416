package quality

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

const minute = 60 * Second

// poll and hook are words about one thing at minutes.
func poll(value string, from, to int64) Observation {
	return Observation{Node: "number/1", Value: value, At: from * minute, LastAt: to * minute, SeenAt: from * minute, Way: ByPoll}
}

func hook(value string, at int64) Observation {
	return Observation{Node: "number/1", Value: value, At: at * minute, LastAt: at * minute, SeenAt: at * minute, Way: ByWebhook}
}

func TestFold(t *testing.T) {
	for name, tc := range map[string]struct {
		what   What
		set    []Observation
		now    int64
		want   string
		before string
		since  int64
	}{
		"nothing is known":                        {Rating, nil, 10, "", "", 0},
		"one word":                                {Rating, []Observation{poll("GREEN", 1, 5)}, 5, "GREEN", "", 1},
		"the later poll holds":                    {Rating, []Observation{poll("GREEN", 1, 5), poll("RED", 6, 9)}, 9, "RED", "GREEN", 6},
		"back and forth counts from the last":     {Rating, []Observation{poll("RED", 1, 5), poll("GREEN", 6, 9), poll("RED", 10, 12)}, 12, "RED", "GREEN", 10},
		"a word that comes late changes nothing":  {Status, []Observation{poll("CONNECTED", 1, 60), hook("FLAGGED", 20)}, 60, "CONNECTED", "FLAGGED", 20},
		"a late word of the same moment: graver":  {Status, []Observation{poll("CONNECTED", 1, 60), hook("FLAGGED", 60)}, 60, "FLAGGED", "CONNECTED", 60},
		"a poll right after is Meta's cache":      {Limit, []Observation{hook("10000", 30), poll("2000", 31, 35)}, 35, "10000", "", 30},
		"a poll long after is not":                {Limit, []Observation{hook("10000", 30), poll("2000", 31, 45)}, 45, "2000", "10000", 31},
		"a graver poll is believed at once":       {Status, []Observation{hook("CONNECTED", 30), poll("BANNED", 31, 31)}, 31, "BANNED", "CONNECTED", 31},
		"a milder poll is not":                    {Status, []Observation{hook("RESTRICTED", 30), poll("CONNECTED", 5, 34)}, 34, "RESTRICTED", "", 30},
		"but it is when Meta stays with it":       {Status, []Observation{hook("RESTRICTED", 30), poll("CONNECTED", 5, 44)}, 44, "CONNECTED", "RESTRICTED", 30},
		"marketing holds against a cached poll":   {Category, []Observation{hook("MARKETING", 30), poll("UTILITY", 5, 34)}, 34, "MARKETING", "", 30},
		"two webhooks of one second: the graver":  {Status, []Observation{hook("CONNECTED", 3), hook("BANNED", 3), hook("FLAGGED", 3)}, 9, "BANNED", "FLAGGED", 3},
		"a word of the future waits":              {Rating, []Observation{poll("GREEN", 1, 5), poll("RED", 900, 900)}, 6, "GREEN", "", 1},
		"unless there is no other":                {Rating, []Observation{poll("RED", 900, 900)}, 6, "RED", "", 900},
		"a clock a minute ahead is believed":      {Rating, []Observation{poll("GREEN", 1, 5), poll("RED", 7, 7)}, 6, "RED", "GREEN", 7},
		"an unknown word is a word":               {Status, []Observation{poll("CONNECTED", 1, 5), poll("FROBNICATED", 6, 7)}, 7, "FROBNICATED", "CONNECTED", 6},
		"no rating any more is not green":         {Rating, []Observation{poll("RED", 1, 5), poll("UNKNOWN", 6, 7)}, 7, "UNKNOWN", "RED", 6},
		"equal words of both ways are one":        {Status, []Observation{hook("FLAGGED", 3), poll("FLAGGED", 4, 9)}, 9, "FLAGGED", "", 3},
		"the same word again is the same episode": {Status, []Observation{hook("FLAGGED", 3), hook("FLAGGED", 9)}, 9, "FLAGGED", "", 3},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range tc.set {
				tc.set[i].What = tc.what
			}
			s, ok := Fold(tc.set, tc.now*minute)
			if ok != (tc.want != "") || s.Value != tc.want || s.Before != tc.before || s.Since != tc.since*minute {
				t.Errorf("%s since %d, before %q; want %s since %d, before %q", s.Value, s.Since/minute, s.Before, tc.want, tc.since, tc.before)
			}
		})
	}
}

// TestFoldIsOfTheSet: order and repetition change nothing, and no newer graver word is hidden.
func TestFoldIsOfTheSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SampledFrom([]string{"CONNECTED", "FLAGGED", "RESTRICTED", "BANNED", "NEW_WORD"})
		n := rapid.IntRange(1, 8).Draw(t, "words")
		var set []Observation
		for range n {
			at := rapid.Int64Range(0, 60).Draw(t, "at")
			o := hook(value.Draw(t, "value"), at)
			if rapid.Bool().Draw(t, "poll") {
				o = poll(o.Value, at, at+rapid.Int64Range(0, 10).Draw(t, "length"))
			}
			o.What = Status
			set = append(set, o)
		}
		now := 80 * minute
		want, _ := Fold(set, now)
		mixed := slices.Concat(set, set)
		rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed"))).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if got, _ := Fold(mixed, now); got != want {
			t.Fatalf("%+v, mixed and doubled %+v", want, got)
		}
		last := slices.MaxFunc(set, func(a, b Observation) int { return cmp.Compare(a.LastAt, b.LastAt) })
		for _, o := range set {
			if o.LastAt == last.LastAt && Grave(Status, o.Value) > Grave(Status, want.Value) {
				t.Fatalf("the last word %s of %d is hidden by %s of %d", o.Value, o.LastAt, want.Value, want.LastAt)
			}
		}
		if want.Since > want.LastAt || want.Before == want.Value {
			t.Fatalf("odd: %+v", want)
		}
	})
}

func TestInForce(t *testing.T) {
	const hour = 60 * minute
	held := Standing{Value: "ACTIVE", Since: 10 * hour, LastAt: 10 * hour}
	ends := held
	ends.Until = 20 * hour
	well := func(before string, since, last int64) Standing {
		return Standing{What: CanSend, Value: "AVAILABLE", Before: before, Since: since * hour, LastAt: last * hour}
	}
	for name, tc := range map[string]struct {
		r, health Standing
		now       int64
		want      bool
	}{
		"none":              {Standing{}, Standing{}, 11, false},
		"without an end":    {held, Standing{}, 900, true},
		"until its end":     {ends, Standing{}, 19, true},
		"not after its end": {ends, Standing{}, 20, false},
		"health that never noticed proves nothing": {held, well("", 2, 90), 91, true},
		"lifted, but only just":                    {held, well("BLOCKED", 12, 12), 13, true},
		"lifted for an hour":                       {held, well("BLOCKED", 12, 13), 13, false},
		"well before it came":                      {held, well("BLOCKED", 5, 13), 13, true},
		"still limited":                            {held, Standing{Value: "LIMITED", Since: 12 * hour, LastAt: 40 * hour, Before: "BLOCKED"}, 41, true},
		"reinstated":                               {Standing{Value: "REINSTATE", Since: 10 * hour}, Standing{}, 11, false},
	} {
		if got := InForce(tc.r, tc.health, tc.now*hour); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
