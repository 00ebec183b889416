package emulator

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// event is a line of "what happened" beside the phones.
type event struct {
	Seq    int64 // counts up, so that a page knows what is new
	At     time.Time
	Kind   string // in, out, refused, read, asked, webhook, failed, fault, quality, sms, call
	Who    string // a name
	What   string
	Detail string
	Status int // of our answer to the business; 0 = there was none
	Took   time.Duration
	Times  int // how often in a row
}

const storyKeep = 60

// stories are the latest events.
type stories struct {
	mu   sync.Mutex
	list []event
	seq  int64
}

func (s *stories) add(e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	e.Seq, e.Times = s.seq, 1
	if n := len(s.list) - 1; n >= 0 && e.Kind == "asked" && s.list[n].Kind == e.Kind && s.list[n].What == e.What && s.list[n].Status == e.Status {
		e.Times, s.list = s.list[n].Times+1, s.list[:n] // whoever polls fills one line
	}
	if len(s.list) >= 2*storyKeep {
		s.list = append(s.list[:0], s.list[storyKeep:]...)
	}
	s.list = append(s.list, e)
}

// latest gives the newest first.
func (s *stories) latest() []event {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []event
	for i := len(s.list) - 1; i >= 0 && len(out) < storyKeep; i-- {
		out = append(out, s.list[i])
	}
	return out
}

func (s *Server) story(kind, who, what, detail string) {
	s.feed.stories.add(event{At: s.clock.Now(), Kind: kind, Who: who, What: what, Detail: detail})
	s.feed.tell("log")
}

// noteDelivery is told of every webhook attempt.
func (s *Server) noteDelivery(_ string, p *parcel, ok bool) {
	if s.knobs.get().sink {
		return
	}
	kind := "webhook"
	if !ok {
		kind = "failed"
	}
	s.feed.stories.add(event{At: s.clock.Now(), Kind: kind, What: p.field, Detail: p.what, Took: p.took})
	s.feed.tell("log")
}

// noteRequest tells what the business asked for. What was accepted for sending is told by accept, with the person's name.
func (s *Server) noteRequest(r *http.Request, status int, answer []byte) {
	if s.knobs.get().sink {
		return
	}
	send := r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "/messages") || strings.HasSuffix(r.URL.Path, "/marketing_messages"))
	switch {
	case send && status < 400:
		return
	case send:
		s.feed.stories.add(event{At: s.clock.Now(), Kind: "refused", What: codeIn(answer), Status: status})
	default:
		s.feed.stories.add(event{At: s.clock.Now(), Kind: "asked", What: askedFor(r), Status: status})
	}
	s.feed.tell("log")
}

// askedFor names what a request is about, by the last word of its path; nothing of its query or body.
func askedFor(r *http.Request) string {
	last := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	verb := map[bool]string{true: "get", false: "put"}[r.Method == http.MethodGet]
	switch last {
	case "message_templates", "media", "subscribed_apps", "block_users", "whatsapp_business_profile", "phone_numbers", "register", "debug_token":
		return last + "." + verb
	}
	return "node." + verb
}

var codeField = regexp.MustCompile(`"code":\s*(\d+)`)

// codeIn is the code in an error's answer; "" = none.
func codeIn(answer []byte) string {
	if m := codeField.FindSubmatch(answer); m != nil {
		return string(m[1])
	}
	return ""
}
