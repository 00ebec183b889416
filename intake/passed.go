package intake

import (
	"context"

	"jawort/address"
	"jawort/contact"
	"jawort/graph"
	"jawort/outbox"
)

// recognise looks once more for the messages of receipts that found none: what passes through the gateway holds no id of ours, so until
// its answer is written it is known by person, number and the program's own words alone. It completes matched, and tells which receipts
// may be about one of several messages under way; those are neither applied nor taken for somebody who went round the gate.
func (t *taking) recognise(ctx context.Context, list []outbox.Receipt, items []int, matched []outbox.Matched) (map[int]bool, error) {
	var open []int
	var addrs []address.Address
	for n, m := range matched {
		if a := reached(&t.in[items[n]].item); m.Message == "" && list[n].WAMID != "" && a != "" {
			open, addrs = append(open, n), append(addrs, a)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	holders, err := contact.Find(ctx, t.tx, t.tenant, addrs)
	if err != nil {
		return nil, err
	}
	passed := make([]outbox.Passed, len(open))
	for k, n := range open {
		passed[k] = outbox.Passed{Receipt: list[n], Contact: holders[addrs[k]], Number: t.in[items[n]].number.ID}
	}
	found, err := outbox.Recognise(ctx, t.tx, t.tenant, passed)
	if err != nil {
		return nil, err
	}
	several := map[int]bool{}
	var again []outbox.Receipt
	var which []int
	for k, n := range open {
		switch found[k] {
		case outbox.Several:
			several[n] = true
		case outbox.Known:
			again, which = append(again, list[n]), append(which, n)
		}
	}
	if len(again) == 0 {
		return several, nil
	}
	more, err := outbox.Receive(ctx, t.tx, t.tenant, again)
	for k, m := range more {
		matched[which[k]] = m
	}
	return several, err
}

// reached is the address a status speaks of; "" where it tells none.
func reached(it *graph.Item) address.Address {
	var a address.Address
	switch p := it.Person; {
	case p.WAID != "":
		a, _ = address.FromWAID(p.WAID)
	case p.UserID != "":
		a, _ = address.FromUserID(p.UserID)
	}
	return a
}
