package quality

// Rung is where the machine of a brake stands: the higher, the more goes out.
type Rung int64

// The ladder. What Meta forbids is at its foot; the rest is ours to choose.
const (
	RungStopped   Rung = iota // Meta lets nothing begin from here
	RungMarketing             // marketing is stopped, everything else goes
	RungCrawl                 // marketing goes slowly
	RungWalk
	RungJog
	RungOpen
)

// percent of the portfolio's limit that marketing may use in a day on a slow rung.
var percent = map[Rung]int64{RungCrawl: 5, RungWalk: 20, RungJog: 50}

// Brake is what the rung holds back.
func (r Rung) Brake() Brake {
	switch {
	case r <= RungStopped:
		return Stopped
	case r == RungMarketing:
		return MarketingStopped
	case r < RungOpen:
		return Slow
	}
	return Open
}

// rung is where somebody stands who holds a brake in a state.
func (b Brake) rung() Rung {
	switch b {
	case Open:
		return RungOpen
	case Slow:
		return RungCrawl
	case MarketingStopped:
		return RungMarketing
	}
	return RungStopped
}

const (
	unlimitedBase = 100_000 // what a slow share is taken from where there is no limit: the highest that is one
	leastPace     = 10
)

// Pace is how many marketing messages a day go from the rung; 0 where it does not slow.
func (r Rung) Pace(limit int64) int64 {
	if r.Brake() != Slow {
		return 0
	}
	if limit < 0 {
		limit = unlimitedBase
	}
	return max(leastPace, limit*percent[r]/100)
}

// Every is the time between two marketing messages at a pace.
func Every(pace int64) int64 {
	if pace <= 0 {
		return 0
	}
	return Span / pace
}
