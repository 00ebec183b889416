package intake

import (
	"context"
	"encoding/json"

	"jawort/address"
	"jawort/db"
	"jawort/gate"
	"jawort/graph"
	"jawort/id"
	"jawort/outbox"
	"jawort/say"
)

// composed finishes a message of ours to one person: the caller says to whom, from which number, why and of what kind; content is
// Graph's object of that kind. It goes first in the queue unless the caller says otherwise.
func composed(m outbox.Message, now int64, content any, replyTo string) (outbox.Message, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return outbox.Message{}, err
	}
	m = queued(m, now)
	m.Body, err = outbox.Body(m.ID, m.Address, m.Kind, "", text, replyTo)
	return m, err
}

// queued gives a message its id and a day to leave in: by then the service window that it answers in has closed.
func queued(m outbox.Message, now int64) outbox.Message {
	m.ID, m.State, m.Due, m.ExpiresAt, m.CreatedAt = id.At("msg", now), outbox.Queued, now, now+day, now
	return m
}

// post puts messages and wakes whoever sends them, once they are durable.
func (k *Desk) post(ctx context.Context, tx *db.Tx, tenant string, list ...outbox.Message) error {
	if len(list) > 0 {
		tx.OnCommit(k.wake)
	}
	return outbox.Put(ctx, tx, tenant, list)
}

// toSender is a message to whoever sent item i, from the number they wrote to.
func (t *taking) toSender(i int, c string, purpose gate.Purpose, kind string) outbox.Message {
	return outbox.Message{Number: t.in[i].number.ID, Contact: c, Address: address.Address(t.address(i)), Purpose: purpose, Kind: kind}
}

// put queues one free text as a reply to item i, inside the window that it opened.
func (t *taking) put(i int, c string, purpose gate.Purpose, text string) error {
	return t.reply(i, t.toSender(i, c, purpose, "text"), map[string]any{"preview_url": false, "body": text})
}

// answerWith replies with something to tap.
func (t *taking) answerWith(i int, c string, purpose gate.Purpose, q *graph.InteractiveMessage) error {
	return t.reply(i, t.toSender(i, c, purpose, "interactive"), q)
}

func (t *taking) reply(i int, m outbox.Message, content any) error {
	if m.Address == "" {
		return nil
	}
	m, err := composed(m, t.now, content, t.in[i].item.Message.ID)
	t.puts = append(t.puts, m)
	return err
}

// tappable is a question of its own to whoever sent item i, to be put by the caller, who has to remember its id.
func (t *taking) tappable(i int, c string, q *graph.InteractiveMessage) (outbox.Message, error) {
	return composed(t.toSender(i, c, gate.ConfirmRequest, "interactive"), t.now, q, "")
}

// yesOrNo asks with two buttons; a tap names the request.
func yesOrNo(lang, text, request string) *graph.InteractiveMessage {
	return graph.Buttons(text, graph.Button{ID: yesTo + request, Title: say.Text(lang, "intake.question.yes")},
		graph.Button{ID: noTo + request, Title: say.Text(lang, "intake.question.no")})
}
