package intake

import (
	"context"
	"strings"

	"jawort/graph"
	"jawort/outbox"
)

// readElsewhere finds the items that answer a message of the business which is no question of ours: "Ja" under "Shall we wrap it as a
// gift?" is no consent, though our question is open too, and a program may put whatever it likes behind its own buttons.
func (t *taking) readElsewhere(ctx context.Context, at []int) error {
	answers := map[string][]int{}
	var wamids []string
	for _, i := range at {
		m := t.in[i].item.Message
		if m == nil || m.Context == nil || m.Context.ID == "" || t.who[i].Contact == "" {
			continue
		}
		if _, asked := t.asks[t.who[i].Contact]; asked || tapOf(m).request != "" || settingsPayload(m) {
			wamids, answers[m.Context.ID] = append(wamids, m.Context.ID), append(answers[m.Context.ID], i)
		}
	}
	if len(wamids) == 0 {
		return nil
	}
	ordinary, err := outbox.Ordinary(ctx, t.tx, t.tenant, wamids)
	if err != nil {
		return err
	}
	t.elsewhere = map[int]bool{}
	for wamid, is := range ordinary {
		for _, i := range answers[wamid] {
			t.elsewhere[i] = is
		}
	}
	return nil
}

// settingsPayload: a tap that would be taken for one of our own lists.
func settingsPayload(m *graph.Inbound) bool {
	p := payload(m)
	return p == setAsk || strings.HasPrefix(p, setAsk+":")
}

// tapped is the answer to a question of ours that an item is; none, where it answers something else.
func (t *taking) tapped(i int) tap {
	if t.elsewhere[i] {
		return tap{}
	}
	return tapOf(t.in[i].item.Message)
}
