package outbox

import (
	"context"
	"fmt"

	"jawort/address"
	"jawort/db"
)

// Receipt is what Meta tells about a message we sent, or about one we did not.
type Receipt struct {
	WAMID string
	ID    string // our id, echoed from biz_opaque_callback_data; empty when it is not ours
	State State  // sent delivered read failed
	At    int64
	Code  int64
	Error string
}

// Matched is the message a receipt was about; Message is empty when nobody here sent it.
type Matched struct {
	Message, Contact, Number, Topic, Purpose, Program string
	Address                                           address.Address
	Was                                               State
	wamid                                             string // "" = Meta's id is not known yet
}

// Receive applies receipts. They come late, twice, out of order, or before our own settling, and may skip steps
// (facts/meta.md 6.6): a state never goes back, only failed follows whatever was.
func Receive(ctx context.Context, tx *db.Tx, tenant string, list []Receipt) ([]Matched, error) {
	out, err := match(ctx, tx, tenant, list)
	if err != nil {
		return nil, err
	}
	type step struct {
		Receipt
		message string
	}
	best := map[string]step{}
	for i, r := range list {
		m := &out[i]
		if m.Message == "" {
			continue
		}
		was := m.Was
		if b, ok := best[m.Message]; ok {
			was = b.State
		}
		if was == r.State || !was.May(r.State) {
			continue
		}
		best[m.Message] = step{r, m.Message}
	}
	steps := make([]step, 0, len(best))
	for i, r := range list {
		if s, ok := best[out[i].Message]; ok && s.Receipt == r {
			steps = append(steps, s)
			delete(best, out[i].Message)
		}
	}
	if len(steps) == 0 {
		return out, nil
	}
	_, err = tx.Exec(ctx, `update message set state = r.state,
			wamid = case when message.wamid = '' then r.wamid else message.wamid end,
			sent_at = case when r.state = 'sent' then r.at else message.sent_at end,
			delivered_at = case when r.state in ('delivered', 'read') and message.delivered_at = 0 then r.at else message.delivered_at end,
			read_at = case when r.state = 'read' then r.at else message.read_at end,
			error_code = case when r.state = 'failed' then r.code else message.error_code end,
			error = case when r.state = 'failed' then r.error else message.error end
		from {rows $1: tenant text, message text, state text, wamid text, at bigint, code bigint, error text} r
		where message.tenant = r.tenant and message.message = r.message`,
		db.RowsOf(steps, func(s step) []any {
			return []any{tenant, s.message, string(s.State), s.WAMID, s.At, s.Code, s.Error}
		}))
	if err != nil {
		return nil, fmt.Errorf("apply %d receipts: %w", len(steps), err)
	}
	return out, nil
}

// match finds the messages by Meta's id, else by ours, and locks them in key order. The order is written so that SQLite
// does not walk the whole table for its sake.
func match(ctx context.Context, tx *db.Tx, tenant string, list []Receipt) ([]Matched, error) {
	ids, err := sentAs(ctx, tx, tenant, list)
	if err != nil {
		return nil, fmt.Errorf("match receipts: %w", err)
	}
	for _, r := range list {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	byKey := map[string]Matched{}
	if len(ids) > 0 {
		rows, err := tx.Query(ctx, `select m.message, m.wamid, m.contact, m.address, m.number, m.topic, m.purpose, m.program, m.state from message m
			where m.tenant = $1 and m.message in {list $2 text} order by m.message || '' {for update}`, tenant, ids)
		found, err := db.All(rows, err, func(r *db.Rows, m *Matched) error {
			return r.Scan(&m.Message, &m.wamid, &m.Contact, &m.Address, &m.Number, &m.Topic, &m.Purpose, &m.Program, &m.Was)
		})
		if err != nil {
			return nil, fmt.Errorf("match receipts: %w", err)
		}
		for _, m := range found {
			byKey[m.Message] = m
			if m.wamid != "" {
				byKey[m.wamid] = m
			}
		}
	}
	out := make([]Matched, len(list))
	for i, r := range list {
		m, ok := byKey[r.WAMID]
		if !ok && r.ID != "" {
			if m = byKey[r.ID]; m.wamid != "" && m.wamid != r.WAMID { // another program may name our id as its own
				m = Matched{}
			}
		}
		out[i] = m
	}
	return out, nil
}

// byWAMID seeks messages by Meta's ids, each along their index: in a table whose messages had none when PostgreSQL last looked it would
// read all of the tenant's that have one.
const byWAMID = ` from {rows $2: wamid text} r {join message m on m.tenant = $1 and m.wamid = r.wamid and m.wamid <> ''}`

// sentAs are the messages that Meta knows by these names.
func sentAs(ctx context.Context, tx *db.Tx, tenant string, list []Receipt) ([]string, error) {
	rows, err := tx.Query(ctx, `select m.message`+byWAMID, tenant, db.RowsOf(list, func(r Receipt) []any { return []any{r.WAMID} }))
	return db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
}

// Ordinary tells of the messages with these ids of Meta's whether they are anything but our own about consent itself; those that we do not
// know are missing.
func Ordinary(ctx context.Context, tx *db.Tx, tenant string, wamids []string) (map[string]bool, error) {
	type found struct {
		wamid    string
		ordinary bool
	}
	rows, err := tx.Query(ctx, `select m.wamid, m.purpose = '' or m.program <> ''`+byWAMID, tenant, db.RowsOf(wamids, func(w string) []any { return []any{w} }))
	list, err := db.All(rows, err, func(r *db.Rows, to *found) error { return r.Scan(&to.wamid, &to.ordinary) })
	out := make(map[string]bool, len(list))
	for _, f := range list {
		out[f.wamid] = f.ordinary
	}
	return out, err
}
