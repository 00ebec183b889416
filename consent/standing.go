package consent

// State is what a person's events come to for one topic (DESIGN section 10, Answers).
type State string

// The states.
const (
	StateNone      State = "none"
	StateRequested State = "requested"
	StateClaimed   State = "claimed"
	StateDeclared  State = "declared"
	StateGranted   State = "granted"
	StateDeclined  State = "declined"
	StateWithdrawn State = "withdrawn"
	StatePaused    State = "paused"
	StateLapsed    State = "lapsed"
	StateOutdated  State = "outdated"
)

// States lists them all.
var States = []State{StateNone, StateRequested, StateClaimed, StateDeclared, StateGranted, StateDeclined,
	StateWithdrawn, StatePaused, StateLapsed, StateOutdated}

// sends ranks states by how much the gate lets pass: 0 nothing, 1 what needs no marketing consent, 2 everything.
func (s State) sends() int {
	switch s {
	case StateGranted:
		return 2
	case StateDeclared:
		return 1
	}
	return 0
}

// Class is a topic's class.
type Class string

// The classes.
const (
	Marketing      Class = "marketing"
	Utility        Class = "utility"
	Authentication Class = "authentication"
)

// TopicStanding is the folded state of one topic. Times are microseconds UTC, 0 when there is none.
type TopicStanding struct {
	Topic         string
	Class         Class
	State         State
	Since         int64 // effective time of the event that decided
	OwnSince      int64 // of the latest live grant that was the person's own witnessed act: only that outlives a suppression
	ExpiresAt     int64 // when a grant lapses, or a pause ends; 0 = never
	Source        string
	Notice        string
	NoticeVersion int64
	Proof         string // the channel that proved it, "frozen" where the identity is in doubt
	Event         string // the event that decided; empty for StateNone
	CapMonth      int64
}

// Standing is a person folded: what the gate needs, and what readers want to see.
type Standing struct {
	Topics        map[string]TopicStanding
	StopAll       bool  // a stop of everything that holds for every topic without a later grant
	StopAllAt     int64 // when; also the last one that has been lifted for some topics
	StopMarketing bool
	PlatformStops map[string]int64 // business number → since
	Person        PersonFlags
	Rev           int64
}

// PersonFlags is what holds for the whole person beside the topics; stored as JSON in the row ” of standing.
type PersonFlags struct {
	Restricted     bool   `json:"restricted,omitempty"`
	Erased         bool   `json:"erased,omitempty"`
	Suppressed     bool   `json:"suppressed,omitempty"`
	SuspectedBlock bool   `json:"suspected_block,omitempty"`
	WrongAddress   bool   `json:"wrong_address,omitempty"` // disputed: "that was not me"
	FrozenAt       int64  `json:"frozen_at,omitempty"`
	Age            *int   `json:"age,omitempty"`
	DeclinedAt     int64  `json:"declined_at,omitempty"` // last no: quiet for twelve months
	StoppedAt      int64  `json:"stopped_at,omitempty"`  // last opt-out of any scope
	StopChannel    string `json:"stop_channel,omitempty"`
	NoAck          bool   `json:"no_ack,omitempty"` // "do not write to me": not even an acknowledgement
}

// Stops says whether any opt-out of any scope was ever made and holds for at least one topic or the whole person.
func (s *Standing) Stops() bool {
	if s.StopAll || s.StopMarketing || len(s.PlatformStops) > 0 || s.Person.Suppressed || s.Person.Restricted {
		return true
	}
	for _, t := range s.Topics {
		if t.State == StateWithdrawn {
			return true
		}
	}
	return false
}

// Of is the standing for one topic; a topic without events takes what holds for the whole person.
func (s *Standing) Of(topic string, class Class) TopicStanding {
	if t, ok := s.Topics[topic]; ok {
		return t
	}
	t := TopicStanding{Topic: topic, Class: class, State: StateNone}
	if s.StopAll || s.StopMarketing && class == Marketing {
		t.State, t.Since = StateWithdrawn, s.StopAllAt
	}
	return t
}
