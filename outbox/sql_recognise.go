package outbox

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
	"jawort/id"
)

// Passed is a receipt that names no message of ours: perhaps one that passed through the gateway, whose bytes hold no id of ours, and
// whose answer is lost or not yet written.
type Passed struct {
	Receipt
	Contact, Number string
}

// Recognised says whose message a receipt is about.
type Recognised int

// The answers of Recognise.
const (
	Foreign Recognised = iota // nobody here sent it
	Known                     // it has its message's name now: Receive finds it
	Several                   // one of some that are under way: it will have its name when its answer is written
)

const (
	recogniseWithin = 24 * 3600 * 1_000_000
	recogniseSkew   = 5_000_000 // Meta's clock tells whole seconds
)

// Recognise gives messages of programs the name that Meta knows them by, where person, number, time and the program's own words
// (biz_opaque_callback_data) leave no other.
func Recognise(ctx context.Context, tx *db.Tx, tenant string, list []Passed) ([]Recognised, error) {
	out := make([]Recognised, len(list))
	if len(list) == 0 {
		return out, nil
	}
	since, contacts := list[0].At, make([]string, 0, len(list))
	for _, p := range list {
		since, contacts = min(since, p.At), append(contacts, p.Contact)
	}
	open, err := all(tx.Query(ctx, `select `+columns+` from message m where m.tenant = $1 and m.contact in {list $2 text} and m.message > $3
		and m.program <> '' and m.wamid = '' and m.state in ('started', 'unknown') order by m.message {for update}`,
		tenant, contacts, id.At("msg", max(0, since-recogniseWithin))))
	if err != nil {
		return nil, fmt.Errorf("recognise %d messages: %w", len(list), err)
	}
	named := map[string]string{} // message → wamid
	for i, p := range list {
		var fit []string
		for _, m := range open {
			if _, taken := named[m.ID]; (!taken || named[m.ID] == p.WAMID) && m.Contact == p.Contact && m.Number == p.Number &&
				m.StartedAt <= p.At+recogniseSkew && callback(m.Body) == p.ID {
				fit = append(fit, m.ID)
			}
		}
		switch len(fit) {
		case 0:
		case 1:
			out[i], named[fit[0]] = Known, p.WAMID
		default:
			out[i] = Several
		}
	}
	return out, name(ctx, tx, tenant, named)
}

// callback is what the program wants to find in the receipts of its message.
func callback(body []byte) string {
	var m struct {
		Callback string `json:"biz_opaque_callback_data"`
	}
	_ = json.Unmarshal(body, &m) // it was judged when it came
	return m.Callback
}

func name(ctx context.Context, tx *db.Tx, tenant string, named map[string]string) error {
	if len(named) == 0 {
		return nil
	}
	list := make([][2]string, 0, len(named))
	for m, wamid := range named {
		list = append(list, [2]string{m, wamid})
	}
	_, err := tx.Exec(ctx, `update message set wamid = r.wamid from {rows $1: tenant text, message text, wamid text} r
		where message.tenant = r.tenant and message.message = r.message`,
		db.RowsOf(list, func(n [2]string) []any { return []any{tenant, n[0], n[1]} }))
	return err
}
