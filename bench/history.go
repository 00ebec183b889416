package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"jawort/db"
	"jawort/id"
)

// history is what a business with many people has besides them: messages and decisions of thirty days, answers of people, opt-outs, names.
// A message, a refusal and an answer are made once, through the doors; the others are their copies, row by row what the product wrote.
type history struct {
	*run
	w                       *world
	sent, allowed, refused  string // ids of what is copied
	answer, answered, model string
	edges                   []string // of each part of the people, the last contact in it
	now                     int64
}

// part is how many people one statement writes to.
const part = 1000

// models sends a message, has one refused, and lets somebody answer.
func (h *history) models(ctx context.Context) error {
	ask := func(to int, status int) error {
		body := fmt.Appendf(nil, `{"number":"%s","to":"%s","template":%s}`, number, phone(to), offer)
		s, err := once(h.w.addr, request{path: "/v1/messages", headers: h.w.key, body: body})
		if err == nil && s != status {
			err = fmt.Errorf("message to model %d: status %d", to, s)
		}
		return err
	}
	if err := h.withdraw(ctx, []int{1}); err != nil {
		return err
	}
	if err := errors.Join(ask(0, http.StatusAccepted), ask(1, http.StatusConflict)); err != nil {
		return err
	}
	if err := h.w.settled(ctx); err != nil {
		return err
	}
	hooks := &hooks{w: h.w, people: 1}
	if _, err := once(h.w.addr, hooks.inbound(0)); err != nil {
		return err
	}
	return h.w.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if h.now, err = tx.Now(ctx); err != nil {
			return err
		}
		if err := tx.Row(ctx, `select message, decision, contact from message where tenant = $1 and state = 'accepted' limit 1`, h.w.tenant).Scan(&h.sent, &h.allowed, &h.model); err != nil {
			return fmt.Errorf("find the message: %w", err)
		}
		if err := tx.Row(ctx, `select decision from decision where tenant = $1 and verdict = 'refuse' limit 1`, h.w.tenant).Scan(&h.refused); err != nil {
			return fmt.Errorf("find the refusal: %w", err)
		}
		if err := tx.Row(ctx, `select inbound, contact from inbound where tenant = $1 limit 1`, h.w.tenant).Scan(&h.answer, &h.answered); err != nil {
			return fmt.Errorf("find the answer: %w", err)
		}
		return h.cut(ctx, tx)
	})
}

// once posts one request.
func once(addr string, q request) (status int, err error) {
	a, err := dial(addr)
	if err != nil {
		return 0, err
	}
	defer a.Close()
	status, _, err = a.post(q)
	return status, err
}

// cut parts the people.
func (h *history) cut(ctx context.Context, tx *db.Tx) error {
	for last := ""; ; {
		var next string
		err := tx.Row(ctx, `select contact from contact where tenant = $1 and contact > $2 order by contact limit 1 offset $3`, h.w.tenant, last, int64(part-1)).Scan(&next)
		if errors.Is(err, db.ErrNone) {
			h.edges = append(h.edges, "con_~")
			return nil
		}
		if err != nil {
			return err
		}
		h.edges, last = append(h.edges, next), next
	}
}

// round is one message to everybody; the last was half a day ago, the others each some days before.
func (h *history) round(ctx context.Context, round int) error {
	ago := 12*time.Hour + time.Duration(h.Messages-1-round)*28*24*time.Hour/time.Duration(h.Messages)
	for group := range slices.Chunk(h.spans(), 20) {
		err := h.w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, s := range group {
				at := h.now - ago.Microseconds() + int64(s.n)*1_000_000
				if err := h.write(ctx, tx, s, round, at); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	h.say("%s: round %d of %d", h.engine, round+1, h.Messages)
	return nil
}

type span struct {
	n        int
	from, to string // contacts behind from, up to to
}

func (h *history) spans() []span {
	out := make([]span, len(h.edges))
	for i, to := range h.edges {
		out[i] = span{n: i, to: to}
		if i > 0 {
			out[i].from = h.edges[i-1]
		}
	}
	return out
}

// Everybody's last letters are chance: 0 to 1 are refused, 2 fails, 3 to 9 read it, the others have it delivered.
func luck(round int) string { return fmt.Sprintf("substr(a.contact, %d, 1)", 30-round%13) }

// write is one message, or one refusal, to each of a part of the people.
func (h *history) write(ctx context.Context, tx *db.Tx, s span, round int, at int64) error {
	born := func(prefix string) string { return id.At(prefix, at)[:len(prefix)+14] }
	who := `{join contact_address a on a.tenant = $1 and a.contact > $3 and a.contact <= $4 and a.until is null}`
	luck := luck(round)
	for _, q := range []struct {
		text string
		args []any
	}{
		{`insert into message (tenant, message, number, contact, address, topic, purpose, program, kind, template, language, category, body, state, priority, due,
				expires_at, attempts, node, guard_rev, started_at, decision, wamid, error_code, error, created_at, accepted_at, sent_at, delivered_at, read_at, settled_at)
			select m.tenant, $5 || substr(a.contact, 18), $7, a.contact, a.address, m.topic, m.purpose, m.program, m.kind, m.template, m.language, m.category, m.body,
				case when ` + luck + ` = '2' then 'failed' when ` + luck + ` <= '9' then 'read' else 'delivered' end, m.priority, cast($8 as bigint), cast($8 as bigint) + m.expires_at - m.created_at,
				m.attempts, m.node, 1, cast($8 as bigint) + 1000, $6 || substr(a.contact, 18), 'wamid.' || $5 || substr(a.contact, 18), case when ` + luck + ` = '2' then 131026 else 0 end, '',
				cast($8 as bigint), cast($8 as bigint) + 2000, cast($8 as bigint) + 900000, case when ` + luck + ` = '2' then 0 else cast($8 as bigint) + 1900000 end, case when ` + luck + ` between '3' and '9' then cast($8 as bigint) + 99000000 else 0 end, cast($8 as bigint) + 2000
			from message m ` + who + ` where m.tenant = $1 and m.message = $2 and ` + luck + ` > '1'`,
			[]any{h.w.tenant, h.sent, s.from, s.to, born("msg"), born("dec"), numberOf(s.n), at}},
		{`insert into decision (tenant, decision, at, number, program, contact, message, topic, template, verdict, reason, body)
			select d.tenant, $5 || substr(a.contact, 18), $7, $8, d.program, a.contact, $6 || substr(a.contact, 18), d.topic, d.template, d.verdict, d.reason, replace(d.body, d.contact, a.contact)
			from decision d ` + who + ` where d.tenant = $1 and d.decision = $2 and ` + luck + ` > '1'`,
			[]any{h.w.tenant, h.allowed, s.from, s.to, born("dec"), born("msg"), at, numberOf(s.n)}},
		{`insert into decision (tenant, decision, at, number, program, contact, message, topic, template, verdict, reason, body)
			select d.tenant, $5 || substr(a.contact, 18), $6, $7, d.program, a.contact, '', d.topic, d.template, d.verdict, d.reason, replace(d.body, d.contact, a.contact)
			from decision d ` + who + ` where d.tenant = $1 and d.decision = $2 and ` + luck + ` <= '1'`,
			[]any{h.w.tenant, h.refused, s.from, s.to, born("dec"), at, numberOf(s.n)}},
		{`insert into signal (tenant, signal, at, number, message, code)
			select m.tenant, $5 || substr(a.contact, 18), cast($7 as bigint) + 3000000, $8, $6 || substr(a.contact, 18), 131026
			from message m ` + who + ` where m.tenant = $1 and m.message = $2 and ` + luck + ` = '2'`,
			[]any{h.w.tenant, h.sent, s.from, s.to, born("sig"), born("msg"), at, numberOf(s.n)}},
		{`insert into sent_count (tenant, contact, number, topic, day, sent)
			select m.tenant, a.contact, $5, m.topic, $6, 1 from message m ` + who + ` where m.tenant = $1 and m.message = $2 and ` + luck + ` > '1'
			on conflict (tenant, contact, number, topic, day) do update set sent = sent_count.sent + 1`,
			[]any{h.w.tenant, h.sent, s.from, s.to, numberOf(s.n), at / (24 * 3600_000_000)}},
	} {
		if _, err := tx.Exec(ctx, q.text, q.args...); err != nil {
			return err
		}
	}
	return nil
}
