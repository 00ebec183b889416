package manager

import (
	"context"
	"net/http"
	"strings"

	"jawort/account"
	"jawort/address"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
)

// tried is the try-it box: what was typed, and what the gate said to it.
type tried struct {
	number, to, what string
	problem, field   string
	answer           *decisionRow
	body             kept
	status, code     int // with which the gateway would turn a program away; 0 = it would send
}

// tryChoices is what can be tried.
type tryChoices struct {
	topics    []topicName
	templates []templateChoice
	numbers   []numberLine
}

// freeText is what stands for a message without a template.
const freeText = "text"

func (v *visit) tryChoices(ctx context.Context, tx *db.Tx) (c tryChoices, err error) {
	if c.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
		return c, err
	}
	if c.numbers, err = numberLines(ctx, tx, v.tenant.ID); err != nil {
		return c, err
	}
	c.templates, err = templateChoices(ctx, tx, v.tenant.ID)
	return c, err
}

// tryGate asks the gate without sending, and keeps nothing. It comes by POST, so that no address stands in a URL, a log or a history.
func tryGate(v *visit) error {
	t, err := v.tryIt("", nil)
	if err != nil {
		return err
	}
	return v.showDecisions(t.httpStatus(), t)
}

// tryProgram asks what would come of a program's call.
func tryProgram(v *visit) error {
	d, err := v.program()
	if err != nil {
		return err
	}
	if d.p.RevokedAt > 0 {
		return v.show(http.StatusConflict, programView(v, d)) // the page says so
	}
	if d.try, err = v.tryIt(d.p.ID, d.p.Uses); err != nil {
		return err
	}
	return v.show(d.try.httpStatus(), programView(v, d))
}

func (t *tried) httpStatus() int {
	if t.problem != "" {
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// tryIt reads the box and asks the gate: as ourselves, or as a program, which may use the numbers that uses says.
func (v *visit) tryIt(program string, uses func(number string) bool) (tried, error) {
	t := tried{number: v.r.PostFormValue("number"), to: strings.TrimSpace(v.r.PostFormValue("to")), what: v.r.PostFormValue("what")}
	refuse := func(field, key string) (tried, error) {
		t.field, t.problem = field, v.say(key)
		return t, nil
	}
	m := gate.Message{Number: t.number, Kind: "template", Program: program}
	switch kind, rest, _ := strings.Cut(t.what, ":"); {
	case kind == "topic" && rest != "" && program == "":
		m.Topic = rest
	case kind == "template" && strings.Contains(rest, "|"):
		m.Template, m.Language, _ = strings.Cut(rest, "|")
	case t.what == freeText && program != "":
		m.Kind = "text"
	default:
		return refuse("what", "manager.try.what.choose")
	}
	var n account.Number
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = account.NumberOf(ctx, tx, v.tenant.ID, t.number)
		return err
	})
	if errs.CodeOf(err) == errs.NotFound || err == nil && uses != nil && !uses(n.ID) {
		return refuse("number", "manager.try.number.choose")
	}
	if err != nil {
		return t, err
	}
	to, err := address.Read(t.to, n.Country)
	if err != nil {
		if to, err = address.Parse(t.to); err != nil {
			return refuse("to", "manager.people.unreadable")
		}
	}
	m.To = string(to)
	return t, v.askGate(&t, m, to)
}

// askGate is one decision that is not kept, in the shape of those that are.
func (v *visit) askGate(t *tried, m gate.Message, to address.Address) error {
	pepper, err := v.s.Keys.Pepper(v.tenant)
	if err != nil {
		return err
	}
	return v.read(func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		facts, err := gate.Load(ctx, tx, v.tenant.ID, []gate.Ask{{Message: m, Fingerprint: contact.Fingerprint(pepper, to)}}, now)
		if err != nil {
			return err
		}
		if m.Kind == "template" && m.Template == "" {
			facts[0].SupposeTemplate()
		}
		d := gate.Decide(&facts[0], &m)
		t.body = keptOf(&d, &facts[0])
		t.answer = &decisionRow{Contact: d.Contact, Topic: d.Topic, Template: m.Template, Program: m.Program, Verdict: string(d.Verdict), Number: m.Number, At: now}
		if h := d.Headline(); h != nil {
			t.answer.Reason = h.Code
			if d.Effective != gate.Allow {
				t.status, t.code = h.HTTP, h.Meta
			}
		}
		t.answer.Name, err = nameOf(ctx, tx, v.tenant.ID, d.Contact)
		return err
	})
}
