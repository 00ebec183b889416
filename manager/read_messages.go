package manager

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"jawort/db"
	"jawort/errs"
)

// reviewRow is an answer that nobody could read for sure.
type reviewRow struct {
	Review, Contact, Name, Guess, Matched, Text, Kind string // Kind is the message's; "" = staff took the words down
	What, Via, By, Rules                              string // text entered erase; how it reached staff; who took it down; whose law
	Undone, UndoneOf, UndoneName                      string // a stop that was taken back and holds until somebody else decides
	CreatedAt, SaidAt, ReopenedAt                     int64
	DueAt, LawAt                                      int64 // LawAt 0 = the law says at once
	Before                                            []saidRow
}

// reviewsPage reads the open queue, what is due first on top.
func reviewsPage(ctx context.Context, tx *db.Tx, tenant string, limit int) ([]reviewRow, error) {
	rows, err := tx.Query(ctx, `
		select v.review, v.contact, coalesce(c.name, ''), v.guess, v.matched, coalesce(i.body, v.said), coalesce(i.kind, ''),
			v.kind, v.via, coalesce(b.name, ''), v.rules, v.undone, v.undone_of, coalesce(s.name, ''), v.created_at, coalesce(i.at, v.received_at),
			coalesce(v.reopened_at, 0), v.due_at, v.law_at
		from review v
		left join staff b on b.tenant = v.tenant and b.staff = v.entered_by
		left join contact c on c.tenant = v.tenant and c.contact = v.contact
		left join inbound i on i.tenant = v.tenant and i.inbound = v.inbound
		left join staff s on s.tenant = v.tenant and s.staff = v.undone_of
		where v.tenant = $1 and v.decided_at is null order by v.due_at, v.review limit $2`, tenant, limit)
	return db.All(rows, err, func(r *db.Rows, v *reviewRow) error {
		return r.Scan(&v.Review, &v.Contact, &v.Name, &v.Guess, &v.Matched, &v.Text, &v.Kind, &v.What, &v.Via, &v.By, &v.Rules,
			&v.Undone, &v.UndoneOf, &v.UndoneName, &v.CreatedAt, &v.SaidAt, &v.ReopenedAt, &v.DueAt, &v.LawAt)
	})
}

// hasReview reports whether the tenant has this review, in that state.
func hasReview(ctx context.Context, tx *db.Tx, tenant, review, and string) (bool, error) {
	var n int64
	err := tx.Row(ctx, `select 1 from review where tenant = $1 and review = $2 `+and, tenant, review).Scan(&n)
	if errors.Is(err, db.ErrNone) {
		return false, nil
	}
	return n == 1, err
}

// decidedRow is a decision that may still be taken back.
type decidedRow struct {
	Review, Contact, Name, Text, Decision, By, What string // By "" = the clock
	At                                              int64
}

// decidedReviews are what was decided since a moment, newest first.
func decidedReviews(ctx context.Context, tx *db.Tx, tenant string, from int64) ([]decidedRow, error) {
	rows, err := tx.Query(ctx, `
		select v.review, v.contact, coalesce(c.name, ''), coalesce(i.body, v.said), v.decision, coalesce(s.name, ''), v.kind, v.decided_at
		from review v
		left join contact c on c.tenant = v.tenant and c.contact = v.contact
		left join inbound i on i.tenant = v.tenant and i.inbound = v.inbound
		left join staff s on s.tenant = v.tenant and s.staff = v.decided_by
		where v.tenant = $1 and v.decided_at >= $2 and v.decided_at is not null and v.decision <> 'erased'
		order by v.decided_at desc limit 10`, tenant, from)
	return db.All(rows, err, func(r *db.Rows, d *decidedRow) error {
		return r.Scan(&d.Review, &d.Contact, &d.Name, &d.Text, &d.Decision, &d.By, &d.What, &d.At)
	})
}

// saidRow is one line of a conversation.
type saidRow struct {
	Kind, Template, Purpose, Text string
	At                            int64
	Ours                          bool
}

// saidBefore are the last things said between a person and us before a moment, oldest first.
func saidBefore(ctx context.Context, tx *db.Tx, tenant, contact string, at int64) ([]saidRow, error) {
	rows, err := tx.Query(ctx, `select kind, template, purpose, body, created_at from message
		where tenant = $1 and contact = $2 and message < $3 and state in ('started', 'accepted', 'sent', 'delivered', 'read')
		order by message desc limit 4`, tenant, contact, since("msg", at))
	out, err := db.All(rows, err, func(r *db.Rows, s *saidRow) error {
		var body []byte
		if err := r.Scan(&s.Kind, &s.Template, &s.Purpose, &body, &s.At); err != nil {
			return err
		}
		s.Ours, s.Text = true, wordsSent(body)
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, `select kind, '', '', body, at from inbound where tenant = $1 and contact = $2 and at < $3
		order by at desc limit 4`, tenant, contact, at)
	theirs, err := db.All(rows, err, func(r *db.Rows, s *saidRow) error { return r.Scan(&s.Kind, &s.Template, &s.Purpose, &s.Text, &s.At) })
	out = append(out, theirs...)
	slices.SortFunc(out, func(a, b saidRow) int { return int(min(1, max(-1, a.At-b.At))) })
	return out[max(0, len(out)-4):], err
}

// wordsSent are the words of a message of ours that is no template: of a text, or of a message with buttons.
func wordsSent(body []byte) string {
	var m struct {
		Text        struct{ Body string }
		Interactive struct{ Body struct{ Text string } }
	}
	if json.Unmarshal(body, &m) != nil {
		return ""
	}
	if m.Text.Body != "" {
		return m.Text.Body
	}
	return m.Interactive.Body.Text
}

// sentRow is one message in the list of all.
type sentRow struct {
	Message, Contact, Name, Kind, Template, Topic, Purpose, Program, State, Number, Error string
	Code, Due, CreatedAt                                                                  int64
}

// stateWords are what the list of messages can be narrowed to, with the states they stand for.
var stateWords = []struct {
	word   string
	states []string
}{
	{"waiting", []string{"queued", "waiting", "started"}}, {"sent", []string{"accepted", "sent", "delivered", "read"}},
	{"refused", []string{"refused"}}, {"failed", []string{"failed"}}, {"unknown", []string{"unknown"}},
}

// messageFilter narrows the list of messages; empty fields do not.
type messageFilter struct{ state, number, template, before string }

// reach is how many rows a filtered page looks through: what is rarer is looked for further back on request.
const reach = 20_000

// messagesPage reads messages newest first. next is where to go on, "" at the end.
func messagesPage(ctx context.Context, tx *db.Tx, tenant string, f messageFilter, limit int) (list []sentRow, next string, err error) {
	var states []string
	for _, s := range stateWords {
		if s.word == f.state {
			states = s.states
		}
	}
	c := conditions{args: []any{tenant}, text: `
		select m.message, m.contact, coalesce(c.name, ''), m.kind, m.template, m.topic, m.purpose, m.program, m.state, m.number, m.error,
			m.error_code, m.due, m.created_at
		from message m left join contact c on c.tenant = m.tenant and c.contact = m.contact where m.tenant = $1`}
	c.and(" and m.message < ?", f.before)
	c.and(" and m.number = ?", f.number)
	c.and(" and m.template = ?", f.template)
	indexed := false
	if states != nil {
		c.always(" and m.state in {list ? text}", states)
		if indexed = f.state != "sent" && f.state != "waiting"; indexed { // so that the partial index fits
			c.always(" and m.state = ? and m.state in ('failed', 'refused', 'unknown')", states[0])
		}
		if f.state == "waiting" {
			n, _, err := waiting(ctx, tx, tenant)
			if err != nil {
				return nil, "", err
			}
			if indexed = n <= manyOf; indexed {
				c.text += ` and m.message in (select message from message where tenant = $1 and state in ('queued', 'waiting'))`
			}
		}
	}
	lowest := ""
	if !indexed && (states != nil || f.number != "" || f.template != "") {
		if lowest, err = furthest(ctx, tx, "message", tenant, f.before); err != nil {
			return nil, "", err
		}
		c.and(" and m.message >= ?", lowest)
	}
	c.always(" order by m.message desc limit ?", limit+1)
	rows, err := tx.Query(ctx, c.text, c.args...)
	list, err = db.All(rows, err, func(r *db.Rows, m *sentRow) error {
		return r.Scan(&m.Message, &m.Contact, &m.Name, &m.Kind, &m.Template, &m.Topic, &m.Purpose, &m.Program, &m.State, &m.Number, &m.Error,
			&m.Code, &m.Due, &m.CreatedAt)
	})
	if len(list) > limit {
		return list[:limit], list[limit-1].Message, err
	}
	return list, lowest, err
}

// furthest is the id so many rows further back as one page looks, "" when there are not so many.
func furthest(ctx context.Context, tx *db.Tx, table, tenant, before string) (out string, err error) {
	c := conditions{args: []any{tenant}, text: `select ` + table + ` from ` + table + ` where tenant = $1`}
	c.and(" and "+table+" < ?", before)
	c.always(" order by "+table+" desc limit 1 offset ?", reach-1)
	err = tx.Row(ctx, c.text, c.args...).Scan(&out)
	if errors.Is(err, db.ErrNone) {
		return "", nil
	}
	return out, err
}

// sentMessage is one message with everything that happened to it.
type sentMessage struct {
	sentRow
	Language, Category, Decision, WAMID, Text                     string
	Attempts                                                      int64
	StartedAt, AcceptedAt, SentAt, DeliveredAt, ReadAt, SettledAt int64
}

func messageOf(ctx context.Context, tx *db.Tx, tenant, message string) (m sentMessage, err error) {
	var body []byte
	err = tx.Row(ctx, `
		select m.message, m.contact, coalesce(c.name, ''), m.kind, m.template, m.topic, m.purpose, m.program, m.state, m.number, m.error,
			m.error_code, m.due, m.created_at, m.language, m.category, m.decision, m.wamid, m.attempts, m.started_at, m.accepted_at, m.sent_at,
			m.delivered_at, m.read_at, m.settled_at, m.body
		from message m left join contact c on c.tenant = m.tenant and c.contact = m.contact where m.tenant = $1 and m.message = $2`,
		tenant, message).Scan(&m.Message, &m.Contact, &m.Name, &m.Kind, &m.Template, &m.Topic, &m.Purpose, &m.Program, &m.State, &m.Number,
		&m.Error, &m.Code, &m.Due, &m.CreatedAt, &m.Language, &m.Category, &m.Decision, &m.WAMID, &m.Attempts, &m.StartedAt, &m.AcceptedAt,
		&m.SentAt, &m.DeliveredAt, &m.ReadAt, &m.SettledAt, &body)
	if errors.Is(err, db.ErrNone) {
		err = errs.New(errs.NotFound, "manager.not_found")
	}
	m.Text = wordsSent(body)
	return m, err
}

// strayRow is a message that went round the gate.
type strayRow struct {
	Stray, WAMID, Number, Name, State string
	At                                int64
}

func straysPage(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]strayRow, error) {
	c := conditions{args: []any{tenant}, text: `select s.stray, s.wamid, s.number, coalesce(n.name, ''), s.state, s.at from stray s
		left join number n on n.tenant = s.tenant and n.number = s.number where s.tenant = $1`}
	c.and(" and s.stray < ?", before)
	c.always(" order by s.stray desc limit ?", limit)
	rows, err := tx.Query(ctx, c.text, c.args...)
	return db.All(rows, err, func(r *db.Rows, s *strayRow) error {
		return r.Scan(&s.Stray, &s.WAMID, &s.Number, &s.Name, &s.State, &s.At)
	})
}
