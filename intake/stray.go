package intake

import (
	"context"

	"jawort/id"
	"jawort/outbox"
)

// stray is a message that a status told of and nobody here sent: it went round the gate (DESIGN section 6).
type stray struct {
	id, wamid, number, state string
	at                       int64
}

// strays keeps what went round the gate, each message once.
func (t *taking) strays(ctx context.Context, list []outbox.Receipt, items []int, matched []outbox.Matched, several map[int]bool) error {
	var out []stray
	for n, m := range matched {
		if m.Message == "" && !several[n] && list[n].WAMID != "" {
			out = append(out, stray{id.At("str", t.now), list[n].WAMID, t.in[items[n]].number.ID, string(list[n].State), list[n].At})
		}
	}
	return insertStrays(ctx, t.tx, t.tenant, out)
}
