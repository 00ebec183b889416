package outbox

import (
	"context"
	"fmt"

	"jawort/db"
)

const columns = `m.message, m.number, m.contact, m.address, m.topic, m.purpose, m.program, m.kind, m.template, m.language,
	m.category, m.body, m.state, m.priority, m.due, m.expires_at, m.attempts, m.node, m.guard_rev, m.started_at, m.decision, m.wamid,
	m.error_code, m.error, m.created_at, m.accepted_at, m.sent_at, m.delivered_at, m.read_at, m.settled_at`

func scan(rows *db.Rows, m *Message) error {
	return rows.Scan(&m.ID, &m.Number, &m.Contact, &m.Address, &m.Topic, &m.Purpose, &m.Program, &m.Kind, &m.Template, &m.Language,
		&m.Category, &m.Body, &m.State, &m.Priority, &m.Due, &m.ExpiresAt, &m.Attempts, &m.Node, &m.GuardRev, &m.StartedAt, &m.Decision,
		&m.WAMID, &m.ErrorCode, &m.Error, &m.CreatedAt, &m.AcceptedAt, &m.SentAt, &m.DeliveredAt, &m.ReadAt, &m.SettledAt)
}

func all(rows *db.Rows, err error) ([]Message, error) { return db.All(rows, err, scan) }

// Put writes new messages.
func Put(ctx context.Context, tx *db.Tx, tenant string, list []Message) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into message (tenant, message, number, contact, address, topic, purpose, program, kind, template,
			language, category, body, state, priority, due, expires_at, attempts, node, guard_rev, started_at, decision, wamid,
			error_code, error, created_at, accepted_at, sent_at, delivered_at, read_at, settled_at)
		select $1, r.message, r.number, r.contact, r.address, r.topic, r.purpose, r.program, r.kind, r.template, r.language,
			r.category, r.body, r.state, r.priority, r.due, r.expires_at, 0, r.node, r.guard_rev, r.started_at, r.decision, '', 0, '',
			r.created_at, 0, 0, 0, 0, 0
		from {rows $2: message text, number text, contact text, address text, topic text, purpose text, program text, kind text,
			template text, language text, category text, body bytea, state text, priority bigint, due bigint, expires_at bigint,
			node text, guard_rev bigint, started_at bigint, decision text, created_at bigint} r`,
		tenant, db.RowsOf(list, func(m Message) []any {
			return []any{m.ID, m.Number, m.Contact, string(m.Address), m.Topic, string(m.Purpose), m.Program, m.Kind, m.Template,
				m.Language, m.Category, m.Body, string(m.State), m.Priority, m.Due, m.ExpiresAt, m.Node, m.GuardRev, m.StartedAt,
				m.Decision, m.CreatedAt}
		}))
	if err != nil {
		return fmt.Errorf("put %d messages: %w", len(list), err)
	}
	return nil
}

// Get is one message.
func Get(ctx context.Context, tx *db.Tx, tenant, id string) (Message, error) {
	list, err := all(tx.Query(ctx, `select `+columns+` from message m where m.tenant = $1 and m.message = $2`, tenant, id))
	if err != nil {
		return Message{}, err
	}
	if len(list) == 0 {
		return Message{}, db.ErrNone
	}
	return list[0], nil
}

// GetAll is the messages with these ids, those that are there.
func GetAll(ctx context.Context, tx *db.Tx, tenant string, ids []string) (map[string]Message, error) {
	out := map[string]Message{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := all(tx.Query(ctx, `select `+columns+` from message m where m.tenant = $1 and m.message in {list $2 text}`, tenant, ids))
	for _, m := range list {
		out[m.ID] = m
	}
	return out, err
}

// Claim takes up to limit messages of a number that are due, those that answer somebody first. Nobody else gets them
// while the transaction runs.
func Claim(ctx context.Context, tx *db.Tx, tenant, number string, now int64, limit int) ([]Message, error) {
	list, err := all(tx.Query(ctx, `select `+columns+` from message m
		where m.tenant = $1 and m.number = $2 and m.state in ('queued', 'waiting') and m.due <= $3
		order by m.priority, m.due limit $4 {for update skip locked}`, tenant, number, now, int64(limit)))
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return list, nil
}

// IsDue says whether Claim would find anything, without holding up who writes.
func IsDue(ctx context.Context, tx *db.Tx, tenant, number string, now int64) (due bool, err error) {
	err = tx.Row(ctx, `select exists (select 1 from message m where m.tenant = $1 and m.number = $2 and m.state in ('queued', 'waiting')
		and m.due <= $3)`, tenant, number, now).Scan(&due)
	return due, err
}

// Move is a message going to another state before it was sent: started, waiting, queued again, refused or failed.
type Move struct {
	ID       string
	State    State
	Contact  string // the person behind the address now
	Due      int64
	GuardRev int64
	At       int64
	Node     string
	Decision string
	Attempts int64
	Code     int64
	Error    string
}

// Apply writes moves of messages that this transaction claimed.
func Apply(ctx context.Context, tx *db.Tx, tenant string, moves []Move) error {
	if len(moves) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `update message set state = r.state, contact = r.contact, due = r.due, guard_rev = r.guard_rev,
			started_at = case when r.state = 'started' then r.at else started_at end, node = r.node, decision = r.decision,
			attempts = r.attempts, error_code = r.code, error = r.error,
			settled_at = case when r.state in ('refused', 'failed') then r.at else settled_at end
		from {rows $1: tenant text, message text, state text, contact text, due bigint, guard_rev bigint, at bigint, node text,
			decision text, attempts bigint, code bigint, error text} r
		where message.tenant = r.tenant and message.message = r.message`,
		db.RowsOf(moves, func(m Move) []any { // the tenant in the rows: SQLite compares the whole key by index then
			return []any{tenant, m.ID, string(m.State), m.Contact, m.Due, m.GuardRev, m.At, m.Node, m.Decision, m.Attempts, m.Code, m.Error}
		}))
	if err != nil {
		return fmt.Errorf("move %d messages: %w", len(moves), err)
	}
	return nil
}

// Outcome is what became of a started message.
type Outcome struct {
	Tenant, ID string
	Attempts   int64 // as claimed: an outcome is of one attempt, and counts once
	State      State // accepted, queued (definitely not sent), failed, unknown
	WAMID      string
	After      int64 // for queued: not before so long after now
	Code       int64
	Error      string
}

// Settle writes outcomes and answers the ids of those that were written; a receipt that came first is not undone. One
// whose attempt is settled already changes nothing: the commit that said nothing may have gone through, and the message
// may be on the wire for the next time.
func Settle(ctx context.Context, tx *db.Tx, list []Outcome, now int64) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `update message set
			state = case when message.state = 'started' or message.state = 'unknown' and r.state <> 'queued' then r.state else message.state end,
			wamid = case when r.wamid <> '' then r.wamid else message.wamid end,
			due = case when r.state = 'queued' then $2 + r.after else message.due end,
			attempts = message.attempts + 1,
			error_code = case when message.state in ('started', 'unknown') then r.code else message.error_code end,
			error = case when message.state in ('started', 'unknown') then r.error else message.error end,
			accepted_at = case when r.state = 'accepted' then $2 else message.accepted_at end,
			settled_at = $2
		from {rows $1: tenant text, message text, attempts bigint, state text, wamid text, after bigint, code bigint, error text} r
		where message.tenant = r.tenant and message.message = r.message and message.attempts = r.attempts
			and message.state not in ('queued', 'waiting', 'refused')
		returning message.message`,
		db.RowsOf(list, func(o Outcome) []any {
			return []any{o.Tenant, o.ID, o.Attempts, string(o.State), o.WAMID, o.After, o.Code, o.Error}
		}), now)
	ids, err := db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
	if err != nil {
		return nil, fmt.Errorf("settle %d messages: %w", len(list), err)
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// InFlight lists the persons (contact → revision) to whom a send was started under an older revision and has no
// outcome yet. Sends to somebody who was merged into the person since, also by way of others, count whatever their revision.
func InFlight(ctx context.Context, tx *db.Tx, tenant string, revs map[string]int64) ([]string, error) {
	type person struct {
		contact string
		rev     int64
	}
	list := make([]person, 0, len(revs))
	for c, rev := range revs {
		list = append(list, person{c, rev})
	}
	rows, err := tx.Query(ctx, `with recursive part (root, contact) as (
			select c.merged_into, c.contact from {rows $2: contact text, rev bigint} r {join contact c on c.tenant = $1 and c.merged_into = r.contact}
			union
			select p.root, c.contact from part p {join contact c on c.tenant = $1 and c.merged_into = p.contact})
		select r.contact from {rows $2: contact text, rev bigint} r
			{join message m on m.tenant = $1 and m.contact = r.contact and m.state = 'started' and m.guard_rev < r.rev}
		union
		select p.root from part p
			{join message m on m.tenant = $1 and m.contact = p.contact and m.state = 'started'}`,
		tenant, db.RowsOf(list, func(p person) []any { return []any{p.contact, p.rev} }))
	return db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
}

// Abandon marks what nodes other than those alive had started before the moment dead, and what anybody started before
// the moment before: nobody knows whether it was sent, so it is not sent again. dead lies far enough back that nothing
// started by then can still leave, for opt-outs do not wait for what is abandoned.
func Abandon(ctx context.Context, tx *db.Tx, alive []string, dead, before, now int64) (n int64, err error) {
	return tx.Exec(ctx, `update message set state = 'unknown', settled_at = $4,
			error = 'the sending process ended before the answer came'
		where state = 'started' and (started_at < $3 or started_at <= $2 and not (node in {list $1 text}))`, alive, dead, before, now)
}

// Forsake ends what stood in line in a copy that was put back: it may have been sent since the copy was made.
func Forsake(ctx context.Context, tx *db.Tx, now int64) (n int64, err error) {
	return tx.Exec(ctx, `update message set state = 'failed', settled_at = $1, error = 'it stood in line in the copy that was put back, and may have been sent since'
		where state in ('queued', 'waiting')`, now)
}

// OfContact is the person's messages, newest first, before the given id ("" = from the newest).
func OfContact(ctx context.Context, tx *db.Tx, tenant, contact, before string, limit int) ([]Message, error) {
	return all(tx.Query(ctx, `select `+columns+` from message m where m.tenant = $1 and m.contact = $2
		and ($3 = '' or m.message < $3) order by m.message desc limit $4`, tenant, contact, before, int64(limit)))
}
