// Package keyword is the reader of inbound texts: it says whether a message asks to stop, to start, for help, or for
// nothing of the kind, by the meaning of the whole sentence and not by a word in it.
package keyword

// Intent is what a message asks for.
type Intent string

const (
	StopAll       Intent = "stop_all"
	StopMarketing Intent = "stop_marketing"
	StopTopic     Intent = "stop_topic"
	Start         Intent = "start"
	Help          Intent = "help"
	None          Intent = "none"
	Unsure        Intent = "unsure" // says two things that exclude each other; a person must look
)

// Stops says whether the intent takes any consent away.
func (i Intent) Stops() bool { return i == StopAll || i == StopMarketing || i == StopTopic }

// Via is how the text came.
type Via string

const (
	Text         Via = "text"
	Button       Via = "button"
	ButtonReply  Via = "button_reply"
	ListReply    Via = "list_reply"
	ImageCaption Via = "image_caption"
	SMS          Via = "sms"
	Email        Via = "email"
)

// Asked is our question that is still open, so that a bare "Ja" has a meaning.
type Asked string

const (
	AskedNothing   Asked = ""
	AskedOptin     Asked = "optin"
	AskedStopScope Asked = "stop_scope"
)

// Input is one inbound text. Lang is empty when unknown; it is a hint, never a limit.
type Input struct {
	Text, Lang string
	Via        Via
	Asked      Asked
}

// Reading is what the text says.
type Reading struct {
	Intent     Intent
	Confidence float64
	Matched    string // the words that decided, normalised; empty when nothing did
	Lang       string // the language it was read in; empty when no word was known
	Declined   bool   // a no to our question (Asked = optin)
	settled    bool   // a rule saw a stop or a start and why it is none
	firm       bool   // and that is a negation, or somebody else
	mistaken   bool   // a mistake or a change of mind is told
	WrongPerson,
	NoAnswer bool // "wrong number"; "do not write to me": not even an acknowledgement is welcome
}

// Read reads one text. It is a pure function and takes bounded time: what lies beyond maxRunes is not read.
func Read(in Input) Reading {
	t := clean(in.Text, in.Via)
	if len(t.words) == 0 {
		return readSigns(t, in.Asked)
	}
	r, best := readWords(t, in)
	if r.Intent == None && t.stop > 0 && t.yes == 0 && best.courtesy() {
		return readSigns(t, in.Asked) // "🛑 please"
	}
	if in.Asked != AskedNothing {
		return answer(r, best, t, in.Asked)
	}
	return best.secondOpinion(r)
}

// readWords reads in the language that knows most of the words; one that knows nearly as many has a say
// when the first finds nothing.
func readWords(t text, in Input) (Reading, sentence) {
	first, second := languages(t, in.Lang)
	s := tag(t, first)
	r := s.read(in)
	if r.Intent != None || second < 0 {
		return r, s
	}
	other := tag(t, second)
	if q := other.read(in); q.Intent != None {
		return q, other
	}
	return r, s
}
