package voice

import (
	"slices"

	"jawort/notice"
)

// Script is what a call offers.
type Script struct {
	Languages []string // the first one is the caller's
	Topics    []string // asked for one by one; empty = one yes for all
	Record    bool     // asks whether the call may be recorded
}

// Place is where a call stands; docs/states.md draws it.
type Place string

const (
	AtRecord Place = "record"  // may we record?
	AtNotice Place = "notice"  // the wording, and what the keys do
	AtTopic  Place = "topic"   // one topic after the other
	Yes      Place = "yes"     // the ends
	No       Place = "no"      // said so
	Stopped  Place = "stopped" // wants no messages any more
	Nothing  Place = "nothing" // silent, confused, hidden, gone: no consent
)

// Ends says that nothing follows.
func (p Place) Ends() bool { return p == Yes || p == No || p == Stopped || p == Nothing }

// Moment is a call as it stands. It holds no address and may travel through a provider's hands when sealed.
type Moment struct {
	At        Place    `json:"at"`
	Language  int      `json:"l,omitempty"`
	Topic     int      `json:"t,omitempty"`
	Chosen    []string `json:"c,omitempty"` // topics said yes to
	Silent    int      `json:"s,omitempty"` // times nothing was heard, in a row
	Wrong     int      `json:"w,omitempty"` // keys without meaning, in all
	Recording bool     `json:"r,omitempty"`
	Keys      string   `json:"k,omitempty"` // all that were pressed, for the proof
}

// Input of the machine besides keys.
const (
	Silence byte = 's'
	HangUp  byte = 'h'
)

const (
	mostSilent = 2 // the menu is said once more, then the call ends
	mostWrong  = 3
	mostKeys   = 40 // of repeating and changing the language; more is a machine
)

// Prompt is something to be said: a sentence of ours, or a recording of the business.
type Prompt struct {
	Language string
	Standard string // name of our sentence; "" = a recording
	Slot     string // which recording
}

// Turn is the next moment and what is said on the way.
type Turn struct {
	Next Moment
	Say  []Prompt
	Why  string // of Nothing: silent, confused, hidden, gone
}

// Begin starts a call. Who hides the number cannot be entered, and is told so.
func (s Script) Begin(hidden bool) Turn {
	m := Moment{At: AtNotice}
	switch {
	case hidden:
		m.At = Nothing
		return Turn{Next: m, Say: s.own(m, "hidden"), Why: "hidden"}
	case s.Record:
		m.At = AtRecord
		return Turn{Next: m, Say: s.own(m, "record")}
	}
	return Turn{Next: m, Say: s.menu(m, true)}
}

// After is the whole machine: one input at one moment leads to one turn.
func (s Script) After(m Moment, in byte) Turn {
	if m.At.Ends() {
		return Turn{Next: m}
	}
	switch in {
	case HangUp:
		m.At = Nothing
		return Turn{Next: m, Why: "gone"}
	case Silence:
		return s.silent(m)
	}
	m.Silent = 0
	if m.Keys += string(in); len(m.Keys) > mostKeys {
		return s.nothing(m, "confused")
	}
	switch {
	case in == '9': // in one step, from everywhere (DESIGN section 1)
		m.At = Stopped
		return Turn{Next: m, Say: s.own(m, "stop")}
	case m.At == AtRecord && (in == '1' || in == '2'):
		m.At, m.Recording = AtNotice, in == '1'
		return Turn{Next: m, Say: s.menu(m, true)}
	case m.At == AtNotice:
		return s.atNotice(m, in)
	case m.At == AtTopic && (in == '1' || in == '2'):
		return s.atTopic(m, in == '1')
	}
	return s.wrong(m)
}

func (s Script) atNotice(m Moment, in byte) Turn {
	switch {
	case in == '1' && len(s.Topics) > 1:
		m.At, m.Topic = AtTopic, 0
		return Turn{Next: m, Say: s.topic(m)}
	case in == '1':
		m.At = Yes
		return Turn{Next: m, Say: s.own(m, "yes")}
	case in == '2':
		m.At = No
		return Turn{Next: m, Say: s.own(m, "no")}
	case in == '3':
		return Turn{Next: m, Say: s.menu(m, true)}
	case in == '4' && len(s.Languages) > 1:
		m.Language = (m.Language + 1) % len(s.Languages)
		return Turn{Next: m, Say: s.menu(m, true)}
	}
	return s.wrong(m)
}

// atTopic goes to the next one; none chosen is a no.
func (s Script) atTopic(m Moment, yes bool) Turn {
	if yes {
		m.Chosen = append(slices.Clone(m.Chosen), s.Topics[m.Topic])
	}
	m.Topic++
	switch {
	case m.Topic < len(s.Topics):
		return Turn{Next: m, Say: s.topic(m)}
	case len(m.Chosen) == 0:
		m.At = No
		return Turn{Next: m, Say: s.own(m, "no")}
	}
	m.At = Yes
	return Turn{Next: m, Say: s.own(m, "yes")}
}

func (s Script) silent(m Moment) Turn {
	if m.Silent++; m.Silent >= mostSilent {
		return s.nothing(m, "silent")
	}
	return Turn{Next: m, Say: s.again(m)}
}

func (s Script) wrong(m Moment) Turn {
	if m.Wrong++; m.Wrong >= mostWrong {
		return s.nothing(m, "confused")
	}
	return Turn{Next: m, Say: append(s.own(m, "wrong"), s.again(m)...)}
}

func (s Script) nothing(m Moment, why string) Turn {
	m.At = Nothing
	return Turn{Next: m, Say: s.own(m, why), Why: why}
}

// again is what is asked at the place, without the long text.
func (s Script) again(m Moment) []Prompt {
	switch m.At {
	case AtRecord:
		return s.own(m, "record")
	case AtTopic:
		return s.topic(m)
	}
	return s.menu(m, false)
}

// menu is the wording and what the keys do; the other languages say each in itself how to get there.
func (s Script) menu(m Moment, wording bool) []Prompt {
	var out []Prompt
	lang := s.Languages[m.Language]
	if len(s.Languages) > 1 {
		out = append(out, Prompt{Language: s.Languages[(m.Language+1)%len(s.Languages)], Standard: "switch"})
	}
	if wording {
		out = append(out, Prompt{Language: lang, Slot: notice.SlotNotice})
	}
	return append(out, Prompt{Language: lang, Standard: "menu"})
}

func (s Script) topic(m Moment) []Prompt {
	lang := s.Languages[m.Language]
	return []Prompt{{Language: lang, Slot: notice.SlotTopic(s.Topics[m.Topic])}, {Language: lang, Standard: "topic"}}
}

func (s Script) own(m Moment, name string) []Prompt {
	return []Prompt{{Language: s.Languages[m.Language], Standard: name}}
}
