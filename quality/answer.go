package quality

import "jawort/topic"

// Answer is what Meta answered when it was asked about one business account.
type Answer struct {
	WABA      string
	Said      []Observation
	Templates []topic.Template // as listed; nil = they were not asked for
}
