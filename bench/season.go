package bench

import (
	"math/rand/v2"

	"jawort/crowd"
	"jawort/quality"
)

// Season is a business that writes to a crowd for some months, as bench quality plays it.
type Season struct {
	People    int     // on its list at the start
	Months    int     // of thirty days
	PerWeek   int     // marketing messages to everybody on the list
	NoConsent float64 // share of the list that never agreed
	Unaware   float64 // share of those who agreed who do not know that they did: ticked for them, small print, a raffle
	Promised  int64   // marketing messages in thirty days that the wordings promise at most; 0 = nothing is promised
	Rules     crowd.Rules
}

// guarding is what stands between the business and Meta.
type guarding struct {
	name               string
	gate, brake, cause bool // cause: somebody leaves out the source that the page of causes names
}

// Assumptions about the business, all the same with and without a guard.
const (
	forgot      = 0.10              // of those who agreed: they do not remember
	raffleKnows = 0.2               // of those who came by the raffle: they know what they agreed to
	joins       = 0.02              // of the first list come anew every week, as mixed as it was
	orders      = 0.15              // order updates a week and customer
	offerLasts  = 3 * crowd.Day     // then an offer that could not go is let go
	orderLasts  = crowd.Day         //
	eveningOf   = 4                 // every fourth campaign goes out at nine in the evening
	zone        = crowd.Hour        // the crowd lives an hour east of UTC
	saysNotMe   = 0.3               // of those who never agreed and write that it is to end: "I did not sign up"
	newTemplate = 7 * crowd.Day     // after one was switched off for good
	begin       = int64(20458 * 24) // hours since 1970: a Monday
	silentLeast = 3                 // messages in a row that never arrived, the first a week ago, the last three days ago: as intake has it
)

// reader is somebody on the list.
type reader struct {
	*crowd.Person
	agreed, stopped, tapped bool  // as far as the business knows
	raffle                  bool  // where they agreed: by a raffle, or at the till
	asked                   bool  // to end it, and nobody has looked yet
	joined, window          int64 // window: until then what we write is an answer
	slot, reached           int64 // slot of the limit until; last reached outside a window
	marketed                []int64
	silent                  int
	silentFrom, silentLast  int64
}

// letter is a message that waits to go.
type letter struct {
	to                *reader
	m                 crowd.Message
	due, ends         int64
	refused, withheld bool
}

// reaction is what somebody will do about a message that arrived.
type reaction struct {
	to *reader
	m  crowd.Message
	of *layout
}

// layout is a template as Meta sees it.
type layout struct {
	crowd.Meter
	pauses   int
	pausedTo int64
	off      bool
	offAt    int64
	brake    quality.Machine
	effect   quality.Effect
}

// season is one run.
type season struct {
	Season
	guarding
	seed     uint64
	dice     *rand.Rand
	now      int64 // beginning of the hour that is played
	day      int
	readers  []*reader
	born     uint64
	leaveOut bool // whoever came by the raffle
	queue    []*letter
	coming   map[int64][]reaction // by hour
	meta     crowd.Account
	text     *layout
	slots    []*reader // in the order in which they fall free
	guard    guardian
	campaign int
	out      Outcome
}

// Outcome is what became of it.
type Outcome struct {
	Blocked, Reported, Stopped             int
	Green, Yellow, Red, Unrated, HeldDays  int
	Delivered, FirstMonth, Liked, Answers  int
	Refused, Waited, MetaRefused           int // by the gate for good; waited until it was no use any more; by Meta
	Orders, OrdersLost, Reachable, Limit   int
	Crawling                               int // days on which the brake held something back
	Paused, Confined, Templates, Unwelcome int
}

// play runs it.
func (o Season) play(g guarding, seed uint64) Outcome {
	s := &season{Season: o, guarding: g, seed: seed, dice: rand.New(rand.NewPCG(seed, 1<<40)), coming: map[int64][]reaction{},
		meta: crowd.Account{Rules: o.Rules, Level: 1}, text: newLayout(), guard: guardian{machine: quality.Begin()}}
	s.join(o.People)
	hours := int64(o.Months) * 30 * 24
	for h := range hours {
		s.now, s.day = (begin+h)*crowd.Hour, int(h/24)
		s.hour(h)
	}
	s.out.Limit = s.meta.Limit()
	for _, r := range s.readers {
		if !r.Gone && !r.Ended {
			s.out.Reachable++
		}
	}
	return s.out
}

func newLayout() *layout { return &layout{brake: quality.Begin()} }

// join adds people to the list. The n-th is the same person whatever guards the list.
func (s *season) join(n int) {
	for range n {
		d := rand.New(rand.NewPCG(s.seed, s.born^1<<41))
		agreed, raffle := d.Float64() >= s.NoConsent, d.Float64() < s.Unaware/(1-raffleKnows)
		knows := agreed && (!raffle || d.Float64() < raffleKnows)
		s.readers = append(s.readers, &reader{Person: crowd.NewPerson(s.seed, s.born, knows), agreed: agreed, raffle: raffle, joined: max(s.now, 1)})
		s.born++
	}
}

// hour plays one: what Meta thinks, what the guard does, what is asked for, what goes, what people do.
func (s *season) hour(h int64) {
	s.look(h)
	if s.brake {
		s.brakes()
	}
	if s.cause && h%24 == 9 && s.guard.machine.Rung < quality.RungOpen {
		s.leaveOut = s.leaveOut || s.guard.names(s.day)
	}
	if h%(7*24) == 0 && h > 0 {
		s.join(int(float64(s.People) * joins))
	}
	s.plan(h)
	s.order()
	s.send()
	s.hear()
	if h%24 == 23 {
		s.diary()
	}
}

// look is Meta's: the rating, enforcement, the limit, the template.
func (s *season) look(h int64) {
	reached := 0
	if h%6 == 0 {
		for _, r := range s.readers {
			if r.reached > s.now-7*crowd.Day {
				reached++
			}
		}
	}
	for _, news := range s.meta.Look(s.now, reached) {
		switch news {
		case crowd.Warned:
			s.guard.warnedAt = s.now
		case crowd.Confined:
			s.out.Confined++
		}
	}
	t := s.text
	switch {
	case t.off && s.now >= t.offAt+newTemplate:
		s.text = newLayout()
	case !t.off && s.now >= t.pausedTo && t.Rating(s.now) == crowd.Red:
		pause := crowd.Pauses[min(t.pauses, len(crowd.Pauses)-1)]
		t.pauses++
		s.out.Paused++
		s.guard.pausedAt = s.now
		if t.pausedTo = s.now + pause; pause < 0 {
			t.off, t.offAt = true, s.now
			s.out.Templates++
		} else {
			t.Meter = crowd.Meter{} // assumption: after a pause it is judged anew
		}
	}
}

// plan puts a campaign for everybody on the list. Who is on it without a gate: all who have not asked out, as far as somebody has looked:
// a careful sender looks before every campaign.
func (s *season) plan(h int64) {
	hour := int64(10)
	if s.campaign%eveningOf == eveningOf-1 {
		hour = 21
	}
	at := int64(s.campaign/s.PerWeek)*7*24 + int64(s.campaign%s.PerWeek)*7*24/int64(s.PerWeek)/24*24 + hour - zone/crowd.Hour
	if h != at {
		return
	}
	fit := 0.2 + 0.7*rand.New(rand.NewPCG(s.seed, 1<<42+uint64(s.campaign))).Float64()
	s.campaign++
	for _, i := range s.dice.Perm(len(s.readers)) {
		r := s.readers[i]
		r.stopped = r.stopped || r.asked
		if r.stopped || r.tapped || s.leaveOut && r.raffle {
			continue
		}
		s.queue = append(s.queue, &letter{to: r, m: crowd.Message{Marketing: true, Fit: fit, WayOut: true}, due: s.now, ends: s.now + offerLasts})
	}
}

// order puts the order updates of an hour: customers are those who agreed, whatever they think of offers.
func (s *season) order() {
	for n := int(float64(len(s.readers))*orders/(7*24) + s.dice.Float64()); n > 0; n-- {
		if r := s.readers[s.dice.IntN(len(s.readers))]; r.agreed {
			s.queue = append(s.queue, &letter{to: r, m: crowd.Message{Fit: 1, WayOut: true}, due: s.now, ends: s.now + orderLasts})
		}
	}
}

// diary is the end of a day.
func (s *season) diary() {
	switch s.meta.Rating(s.now) {
	case crowd.Green:
		s.out.Green++
	case crowd.Yellow:
		s.out.Yellow++
	case crowd.Red:
		s.out.Red++
	default:
		s.out.Unrated++
	}
	if s.meta.Held(s.now) != crowd.Free {
		s.out.HeldDays++
	}
	if s.guard.effect.State != quality.Open && s.brake {
		s.out.Crawling++
	}
}
