package consent

// RequestState is where an opt-in request is.
type RequestState string

// The states of a request.
const (
	RequestOpen     RequestState = "open"
	RequestGranted  RequestState = "granted"
	RequestDeclined RequestState = "declined"
	RequestDisputed RequestState = "disputed" // "that was not me"
	RequestOver     RequestState = "expired"
)

// Request is an opt-in that still needs the person's own word: by the write-first code, or by our question.
type Request struct {
	ID            string
	Code          string // hash of the one-time code
	Contact       string
	Address       string
	Source        string
	Topics        []string
	Notice        string
	NoticeVersion int64
	Language      string
	Event         string // the event it began with
	State         RequestState
	AskedAt       int64  // when the question was put; 0 = not asked
	Question      string // its message; empty = not asked
	Words         string // hash of the declaration we put into the write-first link
	Origin        string // the ad or post the conversation began with, as Meta told it; "" = none
	CreatedAt     int64
	Until         int64
}

// Open says whether an answer still counts.
func (r *Request) Open(now int64) bool { return r.State == RequestOpen && now < r.Until }
