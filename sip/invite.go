package sip

import (
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// invite is a call that begins, or one that changes its sound.
func (p *Phone) invite(r *sip.Request, tx sip.ServerTransaction) {
	if to := r.To(); to != nil && to.Params.Has("tag") {
		p.reinvite(r, tx)
		return
	}
	if !p.welcome(r, tx) {
		return
	}
	c, code, reason := p.newCall(r, tx)
	if c == nil {
		answer(r, tx, code, reason)
		return
	}
	if err := p.add(c); err != nil {
		_ = c.reject(sip.StatusServiceUnavailable, "Service Unavailable")
		return
	}
	defer p.remove(c)
	defer c.release()
	c.dialog.OnState(func(s sip.DialogState) {
		if s == sip.DialogStateEnded {
			if c.sound() != nil {
				c.finish(TheirEnd)
			} else {
				c.finish(Cancelled)
			}
		}
	})
	p.o.Handle(p.ctx, c)
}

// newCall reads what the call is; nil and an answer if it cannot be taken.
func (p *Phone) newCall(r *sip.Request, tx sip.ServerTransaction) (*Call, int, string) {
	if r.CallID() == nil || r.From() == nil || r.To() == nil || r.CSeq() == nil || r.Contact() == nil {
		return nil, sip.StatusBadRequest, "Bad Request"
	}
	from := source(r)
	c := &Call{phone: p, id: r.CallID().Value(), tx: tx, started: p.o.Now(), done: make(chan struct{}), ip: p.towards(from)}
	c.who = identify(values(r, "Privacy"), append(values(r, "P-Asserted-Identity"), values(r, "P-Preferred-Identity")...), r.From().Value())
	c.to = called(r)
	c.lines = p.linesOf(from.Addr())
	c.free = len(c.lines) == 0 || p.listed(from.Addr()) // welcome let nobody else in than who is listed or knew a password
	if len(r.Body()) > 0 {
		s, err := readSDP(r.Body())
		if err != nil {
			return nil, sip.StatusNotAcceptableHere, "Not Acceptable Here"
		}
		c.offer = &s
	}
	ua := sipgo.DialogUA{Client: p.client, ContactHDR: p.contact(c.ip, r.Transport()), RewriteContact: true}
	var err error
	if c.dialog, err = ua.ReadInvite(r, tx); err != nil {
		return nil, sip.StatusBadRequest, "Bad Request"
	}
	return c, 0, ""
}

// called are the users that were called. A trunk writes the account into the request line and the number into To, or the other way round.
func called(r *sip.Request) []string {
	var out []string
	for _, header := range append(values(r, "P-Called-Party-ID"), "<"+r.Recipient.String()+">", r.To().Value()) {
		if user, _ := userOf(header); user != "" {
			out = append(out, user)
		}
	}
	return out
}

func values(r *sip.Request, name string) []string {
	var out []string
	for _, h := range r.GetHeaders(name) {
		out = append(out, h.Value())
	}
	return out
}

// reinvite changes where the sound goes: a hold, a refreshed session.
func (p *Phone) reinvite(r *sip.Request, tx sip.ServerTransaction) {
	c := p.of(r)
	if c == nil || c.sound() == nil {
		answer(r, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	if len(r.Body()) > 0 {
		if err := c.heard(r.Body()); err != nil {
			answer(r, tx, sip.StatusNotAcceptableHere, "Not Acceptable Here")
			return
		}
	}
	res := sip.NewSDPResponseFromRequest(r, c.answerSDP(c.sound()))
	contact := p.contact(c.ip, r.Transport())
	res.AppendHeader(&contact)
	_ = tx.Respond(res)
}

func (p *Phone) ack(r *sip.Request, tx sip.ServerTransaction) {
	c := p.of(r)
	if c == nil {
		return
	}
	c.mu.Lock()
	waits := c.offer == nil
	c.mu.Unlock()
	if waits && c.heard(r.Body()) != nil {
		_ = c.dialog.ReadAck(r, tx)
		c.Hangup()
		return
	}
	_ = c.dialog.ReadAck(r, tx) // a wrong sequence number is the acknowledgement of a re-INVITE
}

func (p *Phone) bye(r *sip.Request, tx sip.ServerTransaction) {
	c := p.of(r)
	if c == nil {
		answer(r, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	c.finish(TheirEnd)
	_ = c.dialog.ReadBye(r, tx)
}

// info brings a key of a telephone that has no named events.
func (p *Phone) info(r *sip.Request, tx sip.ServerTransaction) {
	c := p.of(r)
	if c == nil || c.sound() == nil {
		answer(r, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	kind := ""
	if h := r.ContentType(); h != nil {
		kind = h.Value()
	}
	key := infoKey(kind, r.Body())
	if key == 0 && len(r.Body()) > 0 {
		answer(r, tx, sip.StatusUnsupportedMediaType, "Unsupported Media Type")
		return
	}
	answer(r, tx, 200, "OK") // before the key does anything: it may end the call
	if key != 0 {
		c.sound().info(key)
	}
}
