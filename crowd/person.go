// Package crowd is people with different patience for messages they did not ask for, and Meta's answer to what those people do: the
// population of the simulator (bench quality) and of the emulator. It knows no clock and no chance but those handed in.
//
// What is known of Meta stands beside each rule with its page; what nobody outside Meta knows is marked as an assumption.
package crowd

import (
	"math"
	"math/rand/v2"
)

// Times are microseconds, as everywhere.
const (
	Second int64 = 1_000_000
	Hour         = 3600 * Second
	Day          = 24 * Hour
)

// Act is what somebody does about a message.
type Act string

// The acts. Whoever reports blocks as well, as the app offers it.
const (
	Nothing Act = ""        // not even looked at
	Read    Act = "read"    // looked at
	Answer  Act = "answer"  // wrote back
	Archive Act = "archive" // put away; looks at nothing more of it
	Stop    Act = "stop"    // wrote that it is to end
	Tapped  Act = "tapped"  // used Meta's own stop button
	Block   Act = "block"
	Report  Act = "report"
)

// Message is what people notice of one.
type Message struct {
	Marketing bool
	Fit       float64 // 0 = sent to anybody, 1 = sent to exactly those whom it concerns
	Night     bool    // it rang between evening and morning
	WayOut    bool    // it says how to end it
}

// Person is somebody who is written to.
type Person struct {
	Patience float64 // annoyance they bear before they act
	Interest float64 // 0 to 1: how much what the business offers concerns them
	Expects  bool    // they asked for it, and know that they did
	Asleep   bool    // they put the chat away
	Ended    bool    // they said that it is to end
	Gone     bool    // they blocked

	left float64 // annoyance left of what came before
	at   int64   // when that was
	dice *rand.Rand
}

// Assumptions, all of them: nobody publishes how people react. Chosen so that a well-kept list loses about one person in a thousand a
// message, and a bought one a few in a hundred at the first, which is what senders tell one another.
const (
	patienceMedian = 4.0 // in messages that nobody asked for
	patienceSpread = 0.9 // sigma of the logarithm: a few bear almost nothing, a few almost everything
	moodSpread     = 0.6 // the same message annoys more on some days
	forgetsIn      = 5 * Day
	atNight        = 1.5
)

// NewPerson is the n-th of a crowd; the same seed and n are the same person.
func NewPerson(seed, n uint64, expects bool) *Person {
	d := rand.New(rand.NewPCG(seed, n))
	p := &Person{Patience: patienceMedian * math.Exp(patienceSpread*d.NormFloat64()), Expects: expects, dice: d}
	p.Interest = math.Max(d.Float64(), d.Float64()) // who asked is rather interested
	if !expects {
		p.Interest = math.Min(d.Float64(), d.Float64()) * d.Float64()
	}
	return p
}

// annoyance of one message, before the mood of the day. One that nobody asked for is 1.
func (p *Person) annoyance(m Message) float64 {
	concerns := m.Fit * p.Interest
	a := 1.0
	switch {
	case !m.Marketing && p.Expects:
		a = 0.01
	case !m.Marketing:
		a = 0.3
	case p.Expects:
		a = 0.1 + 0.35*(1-concerns)
	}
	if m.Night {
		a *= atNight
	}
	return a
}

// Receive is what the person does about a message that arrives now. What annoyed them before adds to it, half of it for each five days
// that have passed: so the same message may be welcome once a month and too much three times a week.
func (p *Person) Receive(m Message, now int64) Act {
	if p.Gone {
		return Nothing
	}
	p.left *= math.Exp2(-float64(max(0, now-p.at)) / float64(forgetsIn))
	p.left += p.annoyance(m) * math.Exp(moodSpread*p.dice.NormFloat64())
	p.at = now
	if p.Ended && m.Marketing { // they had said so
		return p.act([]share{{Block, 0.6}, {Report, 0.4}})
	}
	if p.left > p.Patience {
		p.left = 0
		return p.act(outlets(p.Expects, m))
	}
	if p.Asleep {
		return Nothing
	}
	looks := 0.45
	if p.Expects {
		looks = 0.8
	}
	switch d := p.dice.Float64(); {
	case d > looks:
		return Nothing
	case m.Marketing && d < 0.08*m.Fit*p.Interest:
		return Answer
	}
	return Read
}

type share struct {
	act Act
	of  float64
}

// outlets are what annoyed people do, and how many of them: an assumption. Who did not ask for it rather blocks and reports than ask
// politely; who is not told how to end it blocks.
func outlets(expects bool, m Message) []share {
	word, shut := 0.20, 0.45
	out := []share{{Report, 0.15}, {Tapped, 0.10}, {Archive, 0.10}}
	if expects {
		word, shut = 0.45, 0.15
		out = []share{{Report, 0.02}, {Tapped, 0.25}, {Archive, 0.13}}
	}
	if !m.WayOut {
		word, shut = word/3, shut+word*2/3
	}
	if !m.Marketing { // Meta offers its button for marketing only
		out[1].act = Stop
	}
	return append(out, share{Stop, word}, share{Block, shut})
}

func (p *Person) act(list []share) Act {
	d := p.dice.Float64()
	a := list[len(list)-1].act
	for _, s := range list {
		if d < s.of {
			a = s.act
			break
		}
		d -= s.of
	}
	switch a {
	case Stop, Tapped:
		p.Ended = true
	case Archive:
		p.Asleep = true
	case Block, Report:
		p.Gone = true
	}
	return a
}

// Delay is how long the person takes to look: most within hours. An assumption.
func (p *Person) Delay() int64 { return Delay(p.dice) }

// Delay is how long somebody takes to look.
func Delay(d *rand.Rand) int64 { return int64(d.ExpFloat64() * 2.5 * float64(Hour)) }
