package emulator

import (
	"encoding/json"
	"strings"
	"time"
)

// judge decides whether a message is accepted, in the order in which Meta seems to look: body, number, template, person,
// window, rates.
func (s *Server) judge(o *outgoing, m map[string]json.RawMessage) *refusal {
	b, bad := readSend(m)
	if bad != nil {
		return bad
	}
	o.sendBody = b
	return first(
		func() *refusal { return s.judgeNumber(o) },
		func() *refusal { return s.judgeEdge(o) },
		func() *refusal { return s.judgeRecipient(o) },
		func() *refusal { return s.judgeTemplate(o) },
		func() *refusal { return s.judgeLock(o) },
		func() *refusal { return s.judgeReply(o) },
		func() *refusal { return s.judgePerson(o) },
		func() *refusal { return s.judgeRates(o) })
}

func (s *Server) judgeNumber(o *outgoing) *refusal {
	s.estate.mu.RLock()
	status := o.number.status
	s.estate.mu.RUnlock()
	switch status {
	case "CONNECTED", "FLAGGED":
		return nil
	case "RATE_LIMITED":
		return refuse(130429, "The phone number is rate limited.")
	case "RESTRICTED":
		return refuse(131048, "Message failed to send because there are restrictions on how many messages can be sent from this phone number.")
	case "BANNED":
		return refuse(131031, "The phone number has been banned.")
	case "DELETED":
		return &refusal{status: 400, code: 33, message: "The business phone number has been deleted."}
	}
	return refuse(133010, "The phone number is not registered on the WhatsApp Business Platform (status %s).", status)
}

func (s *Server) judgeEdge(o *outgoing) *refusal {
	o.category = "service"
	if o.edge == "marketing_messages" && o.typ != "template" {
		return refuse(131055, "Only marketing templates can be sent by this edge.")
	}
	if o.sendBody.category == "" {
		return nil
	}
	// Direct Send: a free-form body with a category (WA/direct-send/api-reference).
	if c := strings.ToLower(o.sendBody.category); o.typ == "template" || c != "utility" && c != "authentication" {
		return badParam("Param category must be one of {\"utility\", \"authentication\"} and goes with free-form messages only.")
	}
	s.estate.mu.RLock()
	defer s.estate.mu.RUnlock()
	if !o.number.directSend {
		return refuse(139200, "Direct Send is not enabled for this phone number.")
	}
	o.category = strings.ToLower(o.sendBody.category)
	return nil
}

func (s *Server) judgeRecipient(o *outgoing) *refusal {
	if o.to == "" {
		return s.judgeUser(o)
	}
	digits, ok := readTo(o.to, o.number.digits)
	if !ok {
		return refuse(131009, "Parameter 'to' is not a valid phone number.")
	}
	o.digits = digits
	if digits == o.number.digits {
		return refuse(131021, "Sender and recipient phone number are the same.")
	}
	if o.cfg.allowed != nil && !o.cfg.allowed[waID(digits)] {
		return refuse(131030, "Recipient phone number not in allowed list.")
	}
	o.who = s.people.meet(digits)
	return nil
}

func (s *Server) judgeUser(o *outgoing) *refusal {
	cc, rest, ok := strings.Cut(o.recipient, ".")
	if !ok || len(cc) != 2 || rest == "" {
		return refuse(131009, "Parameter 'recipient' is not a valid business-scoped user id.")
	}
	if o.who = s.people.user(o.recipient); o.who == nil {
		return refuse(131026, "The business-scoped user id is not known to this portfolio.")
	}
	o.who.mu.Lock()
	defer o.who.mu.Unlock()
	o.digits = o.who.phone
	return nil
}

func (s *Server) judgeTemplate(o *outgoing) *refusal {
	if o.typ != "template" {
		return nil
	}
	s.estate.mu.RLock()
	t := o.number.waba.templates[o.sendBody.template.Name+"|"+o.sendBody.template.Language.Code]
	var state, category string
	if t != nil {
		state, category = t.stateAt(o.now), t.category
		o.template, o.shape, o.held = t, t.shape, t.held
	}
	s.estate.mu.RUnlock()
	switch state {
	case "APPROVED", "FLAGGED", "REINSTATED", "PENDING_DELETION":
	case "PAUSED":
		return refuse(132015, "Template '%s' is paused due to low quality so it cannot be sent in a template message.", o.sendBody.template.Name)
	case "DISABLED":
		return refuse(132016, "Template '%s' is permanently disabled.", o.sendBody.template.Name)
	default:
		return refuse(132001, "template name (%s) does not exist in %s", clip(o.sendBody.template.Name, 80), clip(o.sendBody.template.Language.Code, 20))
	}
	o.category = strings.ToLower(category)
	if o.category != "marketing" && o.edge == "marketing_messages" {
		return refuse(131055, "Only marketing templates can be sent by this edge.")
	}
	if o.category == "marketing" && o.edge == "messages" && o.cfg.marketingMessagesOnly {
		return refuse(131063, "Marketing templates must be sent by /marketing_messages.")
	}
	if o.category == "authentication" && o.to == "" {
		return refuse(131062, "Authentication templates need a phone number.")
	}
	return o.shape.fit(o.sendBody.template.Comps)
}

// judgeLock: enforcement blocks templates first, later everything (WA/policy-enforcement).
func (s *Server) judgeLock(o *outgoing) *refusal {
	s.estate.mu.RLock()
	defer s.estate.mu.RUnlock()
	active := func(kind string) bool { return o.now.Before(o.number.waba.lockedUntil[kind]) }
	business := o.typ == "template" || o.category != "service"
	switch {
	case active("LOCKED"):
		return refuse(131031, "The WhatsApp Business Account has been locked.")
	case business && active("RESTRICTED_BIZ_INITIATED_MESSAGING"),
		!business && active("RESTRICTED_CUSTOMER_INITIATED_MESSAGING"),
		o.category == "utility" && active("RESTRICTED_UTILITY_TEMPLATES"):
		return refuse(368, "The WhatsApp Business Account has been restricted from sending these messages for violating a policy.")
	case active("COUNTRY_" + countryOf(o.digits).iso):
		return refuse(130497, "The account is restricted from messaging users in this country.")
	}
	return nil
}

func (s *Server) judgeReply(o *outgoing) *refusal {
	for _, id := range []string{o.reply, o.reactsTo()} {
		if id != "" && !strings.HasPrefix(id, "wamid.") {
			return refuse(131009, "A message id must be a wamid.")
		}
	}
	if o.media != nil && o.media.ID != "" && s.media.find(o.media.ID) == nil {
		return refuse(131009, "Media id %s does not exist.", clip(o.media.ID, 40))
	}
	return nil
}

func (o *outgoing) reactsTo() string {
	if o.reaction == nil {
		return ""
	}
	return o.reaction.MessageID
}

func (s *Server) judgePerson(o *outgoing) *refusal {
	s.estate.mu.RLock()
	_, blocked := o.number.blocked[o.who]
	s.estate.mu.RUnlock()
	if blocked {
		return refuse(130403, "The recipient is on the block list of this phone number.")
	}
	o.who.mu.Lock()
	defer o.who.mu.Unlock()
	o.inWindow = o.now.Before(o.who.thread(o.number).windowEnd())
	if o.category == "service" && !o.inWindow && !o.cfg.sink {
		return refuse(131047, "Message failed to send because more than 24 hours have passed since the customer last replied to this number.")
	}
	return nil
}

func (s *Server) judgeRates(o *outgoing) *refusal {
	if !o.number.speed.take(o.now) {
		return refuse(130429, "Message failed to send because there were too many messages sent from this phone number in a short period of time")
	}
	if o.cfg.pairRate {
		o.who.mu.Lock()
		t := o.who.thread(o.number)
		ok, paid := spend(t.paid, o.now, pairEvery, pairBurst)
		t.paid = paid
		o.who.mu.Unlock()
		if !ok {
			return refuse(131056, "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time")
		}
	}
	if o.category == "service" || o.inWindow || o.cfg.sink {
		return nil
	}
	s.estate.mu.RLock()
	limit := tiers[s.estate.limit]
	s.estate.mu.RUnlock()
	if !s.limit.take(o.who, o.now, limit) {
		return refuse(131048, "Message failed to send because the messaging limit of the business portfolio is used up.")
	}
	return nil
}

// stateAt: a pause ends by itself after 3 or 6 hours (WA/templates/template-pausing).
func (t *template) stateAt(now time.Time) string {
	if t.status == "PAUSED" && !t.pausedUntil.IsZero() && now.After(t.pausedUntil) {
		return "APPROVED"
	}
	return t.status
}
