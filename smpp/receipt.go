package smpp

import "strings"

// Receipt tells what became of a message of ours.
type Receipt struct {
	ID    string // as the answer to our submit gave it
	State State
	Error string // the operator's own code, "" = none
}

// State is where a message stands (SMPP 3.4, 5.2.28).
type State string

// The closed list.
const (
	Delivered     State = "delivered"
	Expired       State = "expired"
	Undeliverable State = "undeliverable"
	Rejected      State = "rejected"
	Underway      State = "underway" // accepted, en route
	Unknown       State = "unknown"
)

var (
	stateByCode = map[byte]State{1: Underway, 2: Delivered, 3: Expired, 4: Undeliverable, 5: Undeliverable, 6: Underway, 7: Unknown, 8: Rejected}
	stateByWord = map[string]State{"DELIVRD": Delivered, "EXPIRED": Expired, "DELETED": Undeliverable, "UNDELIV": Undeliverable,
		"ACCEPTD": Underway, "ENROUTE": Underway, "UNKNOWN": Unknown, "REJECTD": Rejected}
)

// receipt reads one from a deliver_sm; false if it is a text of somebody. The parameters count before the text, whose form
// ("id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…") is custom only (SMPP 3.4, appendix B).
func (m Message) receipt() (Receipt, bool) {
	if m.Class&0x3C != 0x04 && m.Class&0x3C != 0x20 {
		return Receipt{}, false
	}
	r := Receipt{ID: m.ReceiptOf, State: stateByCode[m.ReceiptHas]}
	body, _ := decodeText(CodingASCII, m.Body)
	for _, f := range strings.Fields(strings.ToValidUTF8(body, "")) {
		name, value, _ := strings.Cut(f, ":")
		switch strings.ToLower(name) {
		case "id":
			r.ID = first(r.ID, value)
		case "stat":
			r.State = first(r.State, stateByWord[strings.ToUpper(value)])
		case "err":
			r.Error = value
		case "text":
			return r.whole(), true
		}
	}
	return r.whole(), true
}

func (r Receipt) whole() Receipt {
	r.State = first(r.State, Unknown)
	return r
}

func first[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}
