package tally

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

// line is an entry of the test's own ledger.
type line struct {
	who, day     int64
	kind, source string
	at           int64
}

// plainCohorts looks back and forth from every entry by itself, as no person's walk does.
func plainCohorts(all []line) string {
	sum := map[string]int64{}
	yes, ask := []string{"granted", "declared", "signup"}, []string{"requested", "claimed"}
	is := func(l line, kinds []string, of line) bool {
		return l.who == of.who && l.source == of.source && slices.Contains(kinds, l.kind)
	}
	stop := func(l, of line) bool {
		return l.who == of.who && !slices.Contains(yes, l.kind) && !slices.Contains(ask, l.kind)
	}
	// first of several alike: nothing that ends the row lies between it and the one before.
	first := func(i int, kinds []string, ends func(l, of line) bool) bool {
		for j := i - 1; j >= 0 && !ends(all[j], all[i]); j-- {
			if is(all[j], kinds, all[i]) {
				return false
			}
		}
		return true
	}
	granted := func(l, of line) bool { return is(l, []string{"granted"}, of) }
	for i, l := range all {
		key := func(what string) string {
			return fmt.Sprintf("%s %s %s", time.Unix(l.day*86400, 0).UTC().Format("01-02"), what, l.source)
		}
		switch {
		case slices.Contains(ask, l.kind) && first(i, ask, granted):
			sum[key(Asked)]++
			if slices.ContainsFunc(all[i+1:], func(x line) bool { return granted(x, l) }) {
				sum[key(Confirmed)]++
			}
		case slices.Contains(yes, l.kind) && first(i, yes, stop):
			sum[key(Joined)]++
			if at := slices.IndexFunc(all[i+1:], func(x line) bool { return stop(x, l) }); at >= 0 {
				sum[key(Left)]++
				if all[i+1+at].at-l.at <= soon.Microseconds() {
					sum[key(LeftSoon)]++
				}
			}
		}
	}
	return toldSums(sum)
}

func toldSums(sum map[string]int64) string {
	var out []string
	for k, n := range sum {
		out = append(out, fmt.Sprintf("%s=%d", k, n))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func (s *shop) cohorts() string {
	s.Helper()
	sum := map[string]int64{}
	if err := s.d.Read(s.Context(), func(ctx context.Context, tx *db.Tx) error {
		f, err := ReadSources(ctx, tx, s.tenant.ID, s.zone, october)
		for _, c := range f.Counts {
			if c.What != Yes {
				sum[fmt.Sprintf("%s %s %s", time.Unix(c.Day*86400, 0).UTC().Format("01-02"), c.What, c.A)] += c.Times
			}
		}
		return err
	}); err != nil {
		s.Fatal(err)
	}
	return toldSums(sum)
}

// come lets one of few people do something, so that most come back, leave, and come by another source.
func (s *shop) come(r *rand.Rand, all []line) []line {
	s.Helper()
	kinds := []consent.Kind{consent.Requested, consent.Claimed, consent.Granted, consent.Granted, consent.Declared, consent.Signup, consent.Withdrawn, consent.Disputed, consent.Paused}
	l := line{who: r.Int64N(5), kind: string(kinds[r.IntN(len(kinds))]), source: []string{"src_a", "src_b"}[r.IntN(2)], at: s.at.Load()}
	l.day = Day(time.UnixMicro(l.at), s.zone)
	s.write(func(ctx context.Context, tx *db.Tx) error {
		to := address.Address(fmt.Sprintf("tel:+49155500000%02d", l.who))
		who, err := contact.Ensure(ctx, tx, s.tenant.ID, make([]byte, 32), []address.Address{to}, l.at)
		if err != nil {
			return err
		}
		revs, err := contact.Lock(ctx, tx, s.tenant.ID, []string{who[to]})
		if err != nil {
			return err
		}
		_, err = consent.Append(ctx, tx, s.tenant.ID, []consent.Event{{Kind: consent.Kind(l.kind), Source: l.source, Channel: "web", Contact: who[to],
			Scope: consent.ScopeTopic, Topics: []string{"offers"}, Actor: consent.Actor{Kind: consent.Person}, Witnessed: true}}, revs)
		return err
	})
	if l.kind == string(consent.Paused) {
		return all
	}
	return append(all, l)
}

// Whoever comes, confirms, leaves and comes again, whenever it was rolled: what became of them is a plain count, on the day they came.
func TestCohortsAreAPlainCount(t *testing.T) {
	each(t, func(s *shop) {
		random := rand.New(rand.NewPCG(3, 4))
		var all []line
		for i := range 90 {
			all = s.come(random, all)
			if got, want := s.cohorts(), plainCohorts(all); i%4 == 1 && got != want { // the newest is not rolled yet
				s.Fatalf("after %d entries:\n%s\nplain:\n%s", len(all), got, want)
			}
			s.later(time.Duration(random.IntN(700)) * time.Minute)
			if i%4 == 0 {
				s.roll()
			}
			if i%10 == 9 {
				s.later(-time.Duration(random.IntN(5)) * time.Second) // a clock put right
			}
		}
		s.roll()
		want := plainCohorts(all)
		if got := s.cohorts(); got != want || !strings.Contains(want, LeftSoon) || !strings.Contains(want, Confirmed) {
			s.Errorf("figures:\n%s\nplain:\n%s", got, want)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error { return Rebuild(ctx, tx, s.tenant.ID) })
		s.later(time.Hour)
		s.roll()
		if got := s.cohorts(); got != want {
			s.Errorf("built again:\n%s\nplain:\n%s", got, want)
		}
	})
}

// While many come at once, what becomes of them is told when they are counted in, so that no page goes through all their histories.
func TestManyAtOnceWait(t *testing.T) {
	each(t, func(s *shop) {
		few := *cohorts
		few.young = 2
		for _, want := range []int{1, 1, 0} { // one count (joined) of one person, of two, and nothing of three
			s.happen(1)
			if err := s.d.Read(s.Context(), func(ctx context.Context, tx *db.Tx) error {
				counts, _, err := few.tail(ctx, tx, s.tenant.ID, s.zone, s.at.Load())
				if len(counts) != want {
					s.Errorf("%v, want %d", counts, want)
				}
				return err
			}); err != nil {
				s.Fatal(err)
			}
		}
	})
}
