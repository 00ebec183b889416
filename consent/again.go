package consent

import (
	"context"

	"jawort/db"
)

// Again are the stops of a person, out of a ledger that is lost, as the ledger that was put back takes them in: those that missing
// says it has not. They come without addresses and words. One that was lifted afterwards comes too: what lifted it is lost with its
// proof, and when in doubt less is sent.
func Again(events []Event, missing func(event string) bool, now int64) []Event {
	var out []Event
	list := visible(events, Rules{})
	for _, e := range list {
		if !missing(e.ID) {
			continue
		}
		if c, ok := e.carried(list, func(string) bool { return false }, now); ok {
			c.Reason = "restored"
			out = append(out, c)
		}
	}
	return out
}

// Missing are the ids that the ledger does not have.
func Missing(ctx context.Context, tx *db.Tx, tenant string, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	for _, e := range ids {
		out[e] = true
	}
	have, err := idsThere(ctx, tx, tenant, ids)
	for _, e := range have {
		delete(out, e)
	}
	return out, err
}
