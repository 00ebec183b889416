package account

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
	"jawort/id"
)

// Entry is one line of the audit trail: what somebody did to something. It never holds an address.
type Entry struct {
	ID     string
	At     int64             // 0 = the transaction's now
	Actor  string            // id of staff or key, or a command such as "demo"
	Action string            // noun.verb, such as key.created; say has "audit.<action>"
	Object string            // id of what was touched
	Detail map[string]string // what changed, in words of the code; nil = nothing more to say
}

// Record writes entries, in the transaction of what they tell of.
func Record(ctx context.Context, tx *db.Tx, tenant string, entries ...Entry) error {
	for i := range entries {
		e := &entries[i]
		if e.At == 0 {
			at, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			e.At = at
		}
		if e.Detail == nil {
			e.Detail = map[string]string{}
		}
		e.ID = id.At("aud", e.At)
	}
	if err := insertAudit(ctx, tx, tenant, entries); err != nil {
		return fmt.Errorf("record %s: %w", entries[0].Action, err)
	}
	return nil
}

// Narrow says which entries are wanted; what is empty narrows nothing.
type Narrow struct{ Actor, Action, Object string }

// Trail reads the audit trail, newest first, from behind the given entry ("" = from the newest).
func Trail(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Entry, error) {
	return TrailOf(ctx, tx, tenant, Narrow{}, before, limit)
}

// TrailOf is Trail of some entries only.
func TrailOf(ctx context.Context, tx *db.Tx, tenant string, by Narrow, before string, limit int) ([]Entry, error) {
	all, err := selectAudit(ctx, tx, tenant, by, before, limit)
	if err != nil {
		return nil, fmt.Errorf("trail of %s: %w", tenant, err)
	}
	return all, nil
}

func (e Entry) detail() string {
	b, _ := json.Marshal(e.Detail) // a map of strings always marshals
	return string(b)
}
