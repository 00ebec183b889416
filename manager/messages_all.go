package manager

import (
	"context"
	"net/http"

	"jawort/db"
	"jawort/errs"
)

// messagesData is what the list of messages shows.
type messagesData struct {
	messageFilter
	topics  topics
	numbers topics // id → name
	rows    []sentRow
	next    string
}

// path is the list's address with one filter changed.
func (d messagesData) path(name, value string) string {
	f := map[string]string{"state": d.state, "number": d.number, "template": d.template}
	f[name] = value
	return path("/messages/all", filter{"state", f["state"]}, filter{"number", f["number"]}, filter{"template", f["template"]}, filter{"before", f["before"]})
}

func messages(v *visit) error {
	q := v.r.URL.Query()
	d := messagesData{messageFilter: messageFilter{state: q.Get("state"), number: q.Get("number"), template: q.Get("template"), before: q.Get("before")}, numbers: topics{}}
	var words []string
	for _, s := range stateWords {
		words = append(words, s.word)
	}
	if !known(words, d.state) {
		d.state = ""
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := topicNames(ctx, tx, v.tenant.ID, v.lang)
		if err != nil {
			return err
		}
		d.topics = byCode(all)
		numbers, err := numberLines(ctx, tx, v.tenant.ID)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			d.numbers[n.Number] = n.Name
		}
		var next string
		if d.rows, next, err = messagesPage(ctx, tx, v.tenant.ID, d.messageFilter, pageSize); next != "" {
			d.next = d.path("before", next)
		}
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, messagesView(v, d))
}

// subject is what a message was about.
func (v *visit) subject(m sentRow, names topics) string {
	return v.what(decisionRow{Purpose: m.Purpose, Topic: m.Topic}, names)
}

// message shows one message with the decision that let it go, and its receipts.
func message(v *visit) error {
	var m sentMessage
	var d decisionRow
	var names, programs topics
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if m, err = messageOf(ctx, tx, v.tenant.ID, v.r.PathValue("message")); err != nil {
			return err
		}
		all, err := topicNames(ctx, tx, v.tenant.ID, v.lang)
		if err != nil {
			return err
		}
		names = byCode(all)
		if programs, err = programNames(ctx, tx, v.tenant.ID); err != nil || m.Decision == "" {
			return err
		}
		if d, err = decisionOf(ctx, tx, v.tenant.ID, m.Decision); errs.CodeOf(err) == errs.NotFound {
			err = nil // kept for a shorter time than the message
		}
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, messageView(v, m, d, names, programs))
}

// happening is one step of a message's way.
type happening struct {
	shape, word string
	at          int64
}

// happenings are what is known of a message's way, the newest first.
func (v *visit) happenings(m sentMessage) []happening {
	var out []happening
	for _, h := range []struct {
		word string
		at   int64
	}{{"read", m.ReadAt}, {"delivered", m.DeliveredAt}, {"sent", m.SentAt}, {"accepted", m.AcceptedAt}} {
		if h.at > 0 {
			out = append(out, happening{"ok", v.say("manager.messages.step." + h.word), h.at})
		}
	}
	switch m.State {
	case "failed", "refused", "unknown":
		out = append([]happening{{messageShape(m.State), v.say("manager.messages.step." + m.State), max(m.SettledAt, m.StartedAt)}}, out...)
	case "queued", "waiting":
		out = append([]happening{{"wait", v.say("manager.messages.step.waiting"), m.Due}}, out...)
	}
	if m.StartedAt > 0 {
		out = append(out, happening{"", v.say("manager.messages.step.started"), m.StartedAt})
	}
	return append(out, happening{"", v.say("manager.messages.step.asked"), m.CreatedAt})
}

// strays are messages that went round the gate.
func strays(v *visit) error {
	var rows []strayRow
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = straysPage(ctx, tx, v.tenant.ID, v.r.URL.Query().Get("before"), pageSize+1)
		return err
	}); err != nil {
		return err
	}
	next := ""
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		next = path("/messages/strays", filter{"before", rows[pageSize-1].Stray})
	}
	return v.show(http.StatusOK, straysView(v, rows, next))
}
