package quality

import "slices"

// Codes of Meta's that say something about how people and Meta take our messages (facts/meta.md 5.6).
const (
	CodeBlocked = 368    // temporarily blocked for policy violations
	CodeNowhere = 131026 // undeliverable; now and then a block
	CodeLocked  = 131031
	CodeSpam    = 131048
	CodeEnough  = 131049 // Meta's own cap for the person
	CodeStopped = 131050 // the person stopped marketing in WhatsApp
)

// signals are the codes that are kept.
var signals = []int64{CodeBlocked, CodeNowhere, CodeLocked, CodeSpam, CodeEnough, CodeStopped}

// Signal is a message that Meta refused or could not deliver.
type Signal struct {
	At      int64
	Number  string
	Message string
	Code    int64
}

// Told says whether the code is one that is kept.
func (s Signal) Told() bool { return slices.Contains(signals, s.Code) }

// Moves says whether the code moves a brake at once.
func (s Signal) Moves() bool {
	return s.Code == CodeSpam || s.Code == CodeBlocked || s.Code == CodeLocked
}

// EnoughFor is how long nobody is written to after Meta's own cap for the person: asking again sooner lengthens it (facts/meta.md 4.4).
const EnoughFor = 24 * 3600 * Second
