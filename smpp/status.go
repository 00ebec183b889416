package smpp

import "fmt"

// Status is how a request ended (SMPP 3.4, 5.1.3).
type Status uint32

// Those that are told apart.
const (
	OK              Status = 0x00000000
	InvalidLength   Status = 0x00000002
	UnknownCommand  Status = 0x00000003
	SystemError     Status = 0x00000008
	InvalidSource   Status = 0x0000000A
	InvalidTarget   Status = 0x0000000B
	BindFailed      Status = 0x0000000D
	InvalidPassword Status = 0x0000000E
	InvalidSystemID Status = 0x0000000F
	QueueFull       Status = 0x00000014
	SubmitFailed    Status = 0x00000045
	Throttled       Status = 0x00000058
	TemporaryError  Status = 0x00000064 // ESME_RX_T_APPN: the receiver asks to have it again
)

var statusNames = map[Status]string{
	OK: "ESME_ROK", InvalidLength: "ESME_RINVCMDLEN", UnknownCommand: "ESME_RINVCMDID", SystemError: "ESME_RSYSERR",
	InvalidSource: "ESME_RINVSRCADR", InvalidTarget: "ESME_RINVDSTADR", BindFailed: "ESME_RBINDFAIL",
	InvalidPassword: "ESME_RINVPASWD", InvalidSystemID: "ESME_RINVSYSID", QueueFull: "ESME_RMSGQFUL",
	SubmitFailed: "ESME_RSUBMITFAIL", Throttled: "ESME_RTHROTTLED", TemporaryError: "ESME_RX_T_APPN",
}

func (s Status) String() string {
	if n := statusNames[s]; n != "" {
		return n
	}
	return fmt.Sprintf("%#08x", uint32(s))
}

// waits: the SMSC did not take it and would later.
func (s Status) waits() bool { return s == Throttled || s == QueueFull }

// Refusal is an SMSC saying no: the message was not taken.
type Refusal struct {
	To     Command
	Status Status
}

func (r Refusal) Error() string { return "smpp: refused: " + r.Status.String() }

// WrongTarget: nobody can be reached at that number.
func (r Refusal) WrongTarget() bool { return r.Status == InvalidTarget }

// WrongLogin: the bind itself is not accepted; trying again will not help until somebody changes it.
func (r Refusal) WrongLogin() bool {
	return r.Status == BindFailed || r.Status == InvalidPassword || r.Status == InvalidSystemID
}
