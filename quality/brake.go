// Package quality is how healthy a number is and how fast it may send: brake, pace and headroom.
package quality

// Brake is what the quality guard does to a number or a template (DESIGN section 2): here stands what each state holds back. The
// machine that moves it is in brake_machine.go, whoever holds it against the machine in brake_hold.go.
type Brake string

// The states.
const (
	Open             Brake = "open"
	Slow             Brake = "slow"
	MarketingStopped Brake = "marketing_stopped"
	Stopped          Brake = "stopped"
)

// Brakes lists the states, each holding back all that the one before it does.
var Brakes = []Brake{Open, Slow, MarketingStopped, Stopped}

// Known says whether the word is one of the states; the gate sends nothing under another word.
func (b Brake) Known() bool { return b == Open || b == Slow || b == MarketingStopped || b == Stopped }

// Stops says whether the state holds back every message of the class: marketing or any other.
func (b Brake) Stops(marketing bool) bool {
	switch b {
	case Open, Slow:
		return false
	case MarketingStopped:
		return marketing
	}
	return true
}

// Slows says whether marketing goes at the slow pace.
func (b Brake) Slows(marketing bool) bool { return b == Slow && marketing }
