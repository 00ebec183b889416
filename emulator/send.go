package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// outgoing is a message on its way through the checks.
type outgoing struct {
	*sendBody
	number   *number
	edge     string // messages or marketing_messages
	who      *person
	digits   string
	template *template
	shape    *shape
	category string // Meta's: marketing, utility, authentication, service
	inWindow bool
	held     bool
	first    int64
	last     int64
	body     []byte
	now      time.Time
	cfg      settings
}

const maxBody = 1 << 20

// sendEdge is POST /{phone}/messages and /{phone}/marketing_messages.
func (s *Server) sendEdge(c *call, n *number) {
	w, r, edge := c.w, c.r, c.edge
	in := &stamped{r: http.MaxBytesReader(w, r.Body, maxBody)}
	body, err := readAll(in, r.ContentLength)
	if err != nil {
		s.deny(w, badParam("The request body could not be read."))
		return
	}
	if in.first == 0 {
		in.first = monotonicUS()
		in.last = in.first
	}
	m, bad := readBody(body, r.Header.Get("Content-Type"))
	if bad != nil {
		s.deny(w, bad)
		return
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		m = s.withoutToken(m)
	} else if body, err = json.Marshal(m); err != nil {
		s.deny(w, badParam("The request body could not be read."))
		return
	}
	if _, ok := m["status"]; ok {
		s.markRead(w, m, n)
		return
	}
	f := s.faults.hit("send", n.id, "")
	if s.spoil(w, f) {
		return
	}
	o := &outgoing{number: n, edge: edge, first: in.first, last: in.last, body: body, now: s.clock.Now(), cfg: s.knobs.get()}
	if bad := s.judge(o, m); bad != nil {
		s.deny(w, bad)
		return
	}
	id := s.accept(o, f)
	s.answerSend(w, r, o, id, f)
}

// readAll is io.ReadAll with room for what was announced.
func readAll(r io.Reader, announced int64) ([]byte, error) {
	if announced <= 0 || announced > maxBody {
		return io.ReadAll(r)
	}
	body := make([]byte, announced)
	n, err := io.ReadFull(r, body)
	return body[:n], err
}

// withoutToken: a token in a JSON body is allowed by Graph and must not reach any log.
func (s *Server) withoutToken(m map[string]json.RawMessage) map[string]json.RawMessage {
	delete(m, "access_token")
	return m
}

// spoil commits the faults that come before acceptance.
func (s *Server) spoil(w http.ResponseWriter, f map[string]fault) bool {
	if f == nil {
		return false
	}
	blame(w, f)
	if _, ok := f["close"]; ok {
		panic(http.ErrAbortHandler)
	}
	if x, ok := f["status"]; ok && !x.Accept {
		s.deny(w, x.refusal())
		return true
	}
	return false
}

func (f fault) refusal() *refusal {
	code := f.Code
	if code == 0 {
		code = map[int]int{401: 190, 403: 131031, 404: 132001, 429: 130429, 503: 131016}[f.Status]
	}
	if code == 0 {
		code = 131000
		if f.Status < 500 {
			code = 131009
		}
	}
	r := refuse(code, "fault %d", f.ID)
	r.status = f.Status
	return r
}

func blame(w http.ResponseWriter, f map[string]fault) {
	if seen, ok := w.(*witness); ok {
		for kind := range f {
			seen.fault = strings.TrimPrefix(seen.fault+","+kind, ",")
		}
	}
}

// answerSend gives the answer of WA/messages/send-messages, late or not at all if a fault wants that.
func (s *Server) answerSend(w http.ResponseWriter, r *http.Request, o *outgoing, id string, f map[string]fault) {
	if x, ok := f["delay"]; ok {
		select {
		case <-time.After(x.delay()):
		case <-r.Context().Done():
		}
	}
	if _, ok := f["drop_answer"]; ok {
		panic(http.ErrAbortHandler)
	}
	if x, ok := f["status"]; ok {
		s.deny(w, x.refusal())
		return
	}
	writeJSON(w, http.StatusOK, o.answer(id, s.o.PortfolioID))
}

type sendAnswer struct {
	Product  string        `json:"messaging_product"`
	Contacts []sendContact `json:"contacts"`
	Messages []sendMessage `json:"messages"`
}

type sendContact struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id"`
}

type sendMessage struct {
	ID     string `json:"id"`
	Status string `json:"message_status,omitempty"`
}

func (o *outgoing) answer(id, portfolio string) sendAnswer {
	c := sendContact{Input: o.to, UserID: o.userID(portfolio)}
	if o.to == "" {
		c.Input = o.recipient
	} else {
		c.WaID = waID(o.digits)
	}
	m := sendMessage{ID: id}
	if o.typ == "template" {
		m.Status = "accepted"
		if o.held {
			m.Status = "held_for_quality_assessment"
		}
	}
	return sendAnswer{Product: "whatsapp", Contacts: []sendContact{c}, Messages: []sendMessage{m}}
}

func (o *outgoing) name() string { return nameOf(o.who) }

func nameOf(p *person) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.name
}

func (o *outgoing) templateName() string {
	if o.sendBody.template == nil {
		return ""
	}
	return clip(o.sendBody.template.Name, 60)
}

func (o *outgoing) userID(portfolio string) string {
	o.who.mu.Lock()
	defer o.who.mu.Unlock()
	if o.who.user != "" {
		return o.who.user
	}
	return userID(portfolio, o.who.wa(), o.who.holder)
}

// accept writes the arrival log and starts what follows.
func (s *Server) accept(o *outgoing, f map[string]fault) string {
	id := s.ids.wamid()
	a := &arrival{ID: id, PhoneNumberID: o.number.id, To: o.digits, wa: waID(o.digits), Recipient: o.recipient, Edge: o.edge,
		Body: o.body, FirstByteUS: o.first, LastByteUS: o.last, At: o.now.UTC()}
	s.arrivals.add(a)
	if o.cfg.sink && !o.cfg.statuses {
		return id
	}
	s.people.known(o.who, s.o.PortfolioID)
	fl := &flow{s: s, arrival: a, out: o, faults: f}
	if !o.cfg.sink {
		fl.bubble = s.bubbleOf(o, a)
		s.feed.stories.add(event{At: o.now, Kind: "out", Who: o.name(), What: o.typ, Detail: o.templateName(), Status: http.StatusOK})
		s.feed.tell("log")
	}
	if o.held && s.hold(o.template, fl) {
		return id
	}
	fl.start()
	return id
}
