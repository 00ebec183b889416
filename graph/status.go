package graph

import "time"

// Status is one entry of statuses[]: what became of a message we sent. They come in any order, more than
// once, and delivered may be skipped (WA/webhooks/reference/messages/status).
type Status struct {
	ID          string // wamid
	Status      string // sent delivered read played failed
	Callback    string // biz_opaque_callback_data of the send
	GroupSend   bool
	Participant Person // of a group: who received or read it

	Conversation *Conversation // from v24 on only inside a free entry point
	Pricing      *Pricing
	Errors       []Error
}

// Conversation is Meta's older unit of billing.
type Conversation struct {
	ID, Origin string
	Expires    time.Time
}

// Pricing says what the message cost in kind, never in money.
type Pricing struct {
	Billable              bool
	Model, Type, Category string
}

func readStatus(t *traffic, it *Item, n node) string {
	it.Kind = KindStatus
	s, p := new(Status), Person{}
	for k, v := range n.fields() {
		switch string(k) {
		case "id":
			s.ID = v.id()
		case "status":
			s.Status = v.id()
		case "timestamp":
			it.Time = v.time()
		case "recipient_id":
			p.WAID = v.waID()
		case "recipient_user_id":
			p.UserID = v.id()
		case "recipient_parent_user_id":
			p.ParentUserID = v.id()
		case "recipient_identity_key_hash":
			p.IdentityKeyHash = v.text()
		default:
			s.readRest(string(k), v)
		}
	}
	if s.GroupSend { // recipient_id is then the group's
		p = Person{}
	}
	it.Status, it.Person = s, t.resolve(p)
	if s.ID == "" || s.Status == "" {
		it.Kind, it.Err = KindBad, errNoStatus
		return ""
	}
	return "s:" + s.ID + ":" + s.Status + s.who()
}

func (s *Status) readRest(key string, v node) {
	switch key {
	case "biz_opaque_callback_data":
		s.Callback = v.id()
	case "conversation":
		s.Conversation = &Conversation{v.get("id").text(), v.get("origin").get("type").text(), v.get("expiration_timestamp").time()}
	case "pricing":
		s.Pricing = readPricing(v)
	case "errors":
		s.Errors = readErrors(v)
	case "recipient_type":
		s.GroupSend = v.text() == "group"
	case "recipient_participant_id":
		s.Participant.WAID = v.waID()
	case "recipient_participant_user_id":
		s.Participant.UserID = v.id()
	}
}

// who keeps the statuses of a group's members apart.
func (s *Status) who() string {
	if s.Participant.None() {
		return ""
	}
	return ":" + first(s.Participant.UserID, s.Participant.WAID)
}

func readPricing(n node) *Pricing {
	p := new(Pricing)
	for k, v := range n.fields() {
		switch string(k) {
		case "billable":
			p.Billable = v.yes()
		case "pricing_model":
			p.Model = v.text()
		case "type":
			p.Type = v.text()
		case "category":
			p.Category = v.text()
		}
	}
	return p
}

// StoppedMarketing: the person told WhatsApp to stop this business's marketing (131050); it is an opt-out.
func (s *Status) StoppedMarketing() bool {
	for _, e := range s.Errors {
		if e.Meaning().StopsPerson {
			return true
		}
	}
	return false
}
