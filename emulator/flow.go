package emulator

import (
	"encoding/json"
	"strconv"
	"time"
)

// flow is what happens to an accepted message: sent, delivered, read, or failed.
type flow struct {
	s       *Server
	arrival *arrival
	out     *outgoing
	bubble  *bubble
	faults  map[string]fault
}

// start decides the outcome at the moment of acceptance and lets the statuses follow.
func (f *flow) start() {
	cfg := f.out.cfg
	if why := f.failure(); why != nil {
		f.s.later.after(cfg.sent, func() { f.fail(why) })
		return
	}
	steps := []func(){func() { f.tell("sent") }, f.reach}
	if _, ok := f.faults["reorder"]; ok {
		steps[0], steps[1] = steps[1], steps[0]
	}
	f.s.later.after(cfg.sent, steps[0])
	f.s.later.after(cfg.delivered, steps[1])
}

// failure is why an accepted message will fail later, or nil (WA/support/error-codes: the async ones).
func (f *flow) failure() *refusal {
	o := f.out
	o.who.mu.Lock()
	defer o.who.mu.Unlock()
	if o.who.absent {
		return refuse(131026, "Message Undeliverable.")
	}
	if o.keyHash != "" && o.keyHash != identityHash(o.who.wa(), o.who.holder) {
		return refuse(137000, "The recipient's identity key hash does not match.")
	}
	if o.category != "marketing" {
		return nil
	}
	if o.who.thread(o.number).stopped {
		return refuse(131050, "Recipient has chosen to stop receiving marketing messages from your business.")
	}
	return o.capLocked()
}

// capLocked is the per-user limit on marketing templates, over all businesses; in an open window and in some places it
// does not hold, and US numbers get no marketing templates at all (WA/templates/marketing-templates/per-user-limits).
func (o *outgoing) capLocked() *refusal {
	reader, sender := countryOf(o.digits).iso, countryOf(o.number.digits).iso
	if reader == "US" {
		return refuse(131049, "Marketing templates are not delivered to US phone numbers.")
	}
	if o.inWindow || o.cfg.userCap < 0 || uncapped[reader] || uncapped[sender] {
		return nil
	}
	recent := o.who.marketed[:0]
	for _, at := range o.who.marketed {
		if o.now.Sub(at) < 24*time.Hour {
			recent = append(recent, at)
		}
	}
	o.who.marketed = recent
	if len(recent) >= o.cfg.userCap {
		return refuse(131049, "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.")
	}
	o.who.marketed = append(recent, o.now)
	return nil
}

// reach delivers, unless the phone is off or its owner blocked the number: then nothing more is heard.
func (f *flow) reach() {
	p := f.out.who
	p.mu.Lock()
	if p.thread(f.out.number).blocked {
		p.mu.Unlock()
		return
	}
	if p.offline {
		p.waiting = append(p.waiting, f.reach)
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	f.tell("delivered")
	if f.s.felt(f) {
		return
	}
	if f.out.cfg.read >= 0 {
		f.s.later.after(max(0, f.out.cfg.read-f.out.cfg.delivered), func() { f.tell("read") })
	}
}

func (f *flow) tell(name string) {
	st := f.status(name)
	if name == "sent" || name == "delivered" {
		st.Pricing = f.pricing()
	}
	f.emit(st, name, 0)
}

func (f *flow) fail(why *refusal) {
	st := f.status("failed")
	if f.out.to != "" { // WA/business-scoped-user-ids: failed sends to a phone number carry no user id
		st.RecipientUserID = ""
	}
	st.Errors = []statusError{why.later()}
	f.emit(st, "failed", why.code)
}

func (f *flow) status(name string) status {
	p := f.out.who
	p.mu.Lock()
	defer p.mu.Unlock()
	st := status{ID: f.arrival.ID, Status: name, Timestamp: unixText(f.s.clock.Now()), RecipientID: f.arrival.wa,
		RecipientUserID: p.user, Opaque: f.out.opaque}
	if p.hidden && f.out.to == "" {
		st.RecipientID = ""
	}
	return st
}

// pricing per message: everything is billable but what the window makes free (WA/pricing).
func (f *flow) pricing() *pricing {
	p := &pricing{Billable: true, Model: "PMP", Type: "regular", Category: f.out.category}
	if f.out.edge == "marketing_messages" {
		p.Category = "marketing_lite"
	}
	if f.out.category == "service" {
		p.Billable, p.Type = false, "free_customer_service"
	}
	return p
}

func (f *flow) emit(st status, name string, code int) {
	f.s.arrivals.note(f.arrival, happened{name, f.s.clock.Now(), code})
	f.s.markBubble(f.out.who, f.bubble, name, code)
	if !f.s.knobs.get().statuses {
		return
	}
	v := messagesValue{Product: "whatsapp", Metadata: f.out.number.metadata(), Statuses: []status{st}}
	if name != "failed" {
		v.Contacts = []waContact{f.contact(st)}
	}
	f.s.emit("messages", f.out.number, v, nil)
	if _, twice := f.faults["duplicate"]; twice {
		f.s.emit("messages", f.out.number, v, nil)
	}
}

func (f *flow) contact(st status) waContact {
	p := f.out.who
	p.mu.Lock()
	defer p.mu.Unlock()
	return waContact{Profile: waProfile{Name: p.name, Username: p.username}, WaID: st.RecipientID, UserID: p.user}
}

// emit queues one update of a number's field for its destination.
func (s *Server) emit(field string, n *number, value any, t *track) {
	raw, err := metaJSON(change{field, value})
	if err != nil {
		s.log.Error("encode webhook", "field", field, "error", err)
		t.settle(false)
		return
	}
	s.post.send(s.estate.destination(field, n, n.waba), letter{waba: n.waba.id, field: field, number: n.id, what: whatOf(value),
		change: json.RawMessage(raw), track: t})
}

// whatOf is the one word that tells updates of a field apart, for the log beside the phones.
func whatOf(value any) string {
	v, ok := value.(messagesValue)
	switch {
	case !ok:
		return ""
	case len(v.Statuses) > 0:
		return v.Statuses[0].Status
	case len(v.Preferences) > 0:
		return v.Preferences[0].Value
	case len(v.Calls) > 0:
		return v.Calls[0].Event
	case len(v.Messages) > 0:
		if m, ok := v.Messages[0].(inbound); ok {
			return m.kind
		}
	}
	return ""
}

// emitAccount queues an account or template field; those carry entry.time.
func (s *Server) emitAccount(field string, a *waba, value any) {
	raw, err := metaJSON(change{field, value})
	if err != nil {
		s.log.Error("encode webhook", "field", field, "error", err)
		return
	}
	s.post.send(s.estate.destination(field, nil, a), letter{waba: a.id, field: field, time: s.clock.Now().Unix(), change: raw})
}

func unixText(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
