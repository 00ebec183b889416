package intake

import (
	"context"
	"slices"
	"strings"

	"jawort/account"
	"jawort/consent"
	"jawort/gate"
	"jawort/say"
	"jawort/topic"
)

// agreedLife is how long a confirmation may wait for its turn: an answer that comes later answers nothing.
const agreedLife = 15 * 60 * int64(1_000_000)

// confirmed puts the one answer to a yes in the chat: who may write now, about what, and how that ends. Carriers in the US expect it
// (facts/legal.md, CTIA), and it must hold no advertising (VwGH 2012/03/0089). Whether it may go the gate decides under the lock.
func (t *taking) confirmed(ctx context.Context, i int, c string, e *consent.Event) error {
	m := t.toSender(i, c, gate.OptinAck, "text")
	if !t.in[i].number.Settings.OptinAck || m.Address == "" || t.in[i].item.Message.Edit != nil {
		return nil
	}
	topics, err := topic.List(ctx, t.tx, t.tenant, false)
	if err != nil {
		return err
	}
	house, err := account.TenantOf(ctx, t.tx, t.tenant)
	if err != nil {
		return err
	}
	var names []string
	for _, x := range topics {
		if !slices.Contains(e.Topics, x.Code) {
			continue
		}
		names = append(names, x.Text(e.Language).Name)
		if m.Topic == "" || x.Class == topic.Marketing { // the strictest is what the gate judges by
			m.Topic = x.Code
		}
	}
	if len(names) == 0 {
		return nil
	}
	text := say.Text(say.MatchPublic(e.Language), "intake.agreed", say.Args{"Business": house.Name, "Topics": strings.Join(names, ", ")})
	m, err = composed(m, t.now, map[string]any{"preview_url": false, "body": text}, t.in[i].item.Message.ID)
	if err != nil {
		return err
	}
	m.ExpiresAt = t.now + agreedLife
	t.puts = append(t.puts, m)
	return nil
}
