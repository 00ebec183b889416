package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jawort/db"
)

// Place gives entries that have none yet their positions in the tenant's log, at most so many, and says how many it were.
//
// Positions are gapless, and whoever has read up to one never meets a smaller one later, however transactions overlap: they are given
// behind the commits, to what can be seen, by one hand at a time, for the log's head stays locked until the positions are to be seen too.
// A person's entries stand in the order of their revisions.
func Place(ctx context.Context, tx *db.Tx, tenant string, most int) (int, error) {
	head, err := lockHead(ctx, tx, tenant)
	if err != nil {
		return 0, fmt.Errorf("lock the log: %w", err)
	}
	list, err := unplaced(ctx, tx, tenant, most) // a statement of its own: it sees what was placed while we waited
	if err == nil && len(list) == most {
		list, err = withEarlier(ctx, tx, tenant, list)
	}
	if err != nil || len(list) == 0 {
		return 0, err
	}
	order(list)
	for i := range list {
		list[i].position = head + int64(i) + 1
	}
	if err := writePositions(ctx, tx, tenant, list); err != nil {
		return 0, fmt.Errorf("place %d entries: %w", len(list), err)
	}
	return len(list), nil
}

// placesFor are the positions of new entries where they can be given in the transaction that writes them: nobody else writes between them
// and their commit, and nothing older waits for a place. Elsewhere they are nil, and Place gives them.
func placesFor(ctx context.Context, tx *db.Tx, tenant string, events []Event) (map[string]int64, error) {
	if !tx.Alone() || len(events) == 0 {
		return nil, nil
	}
	older, err := unplaced(ctx, tx, tenant, 1)
	if err != nil || len(older) > 0 {
		return nil, err
	}
	head, err := lockHead(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	list := make([]placed, len(events))
	for i := range events {
		list[i] = placed{event: events[i].ID, contact: events[i].Contact, rev: events[i].Rev}
	}
	order(list)
	at := make(map[string]int64, len(list))
	for i := range list {
		at[list[i].event] = head + int64(i) + 1
	}
	return at, moveHead(ctx, tx, tenant, head+int64(len(list)))
}

// placed is an entry on its way to a position.
type placed struct {
	event, contact string
	rev, position  int64
}

// withEarlier adds what came before of the same persons: an id can be younger than the one of a later revision, for it is made before
// the person's lock is had.
func withEarlier(ctx context.Context, tx *db.Tx, tenant string, list []placed) ([]placed, error) {
	latest := map[string]int64{}
	for _, p := range list {
		latest[p.contact] = max(latest[p.contact], p.rev)
	}
	all, err := unplacedOf(ctx, tx, tenant, latest)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, p := range list {
		seen[p.event] = true
	}
	return append(list, slices.DeleteFunc(all, func(p placed) bool { return seen[p.event] || p.rev > latest[p.contact] })...), nil
}

// order sorts by birth; the places of one person's entries are theirs by revision.
func order(list []placed) {
	slices.SortFunc(list, func(a, b placed) int { return cmp.Compare(a.event, b.event) })
	places := map[string][]int{}
	for i, p := range list {
		places[p.contact] = append(places[p.contact], i)
	}
	for _, at := range places {
		if len(at) < 2 {
			continue
		}
		own := make([]placed, len(at))
		for n, i := range at {
			own[n] = list[i]
		}
		slices.SortFunc(own, func(a, b placed) int { return cmp.Compare(a.rev, b.rev) })
		for n, i := range at {
			list[i] = own[n]
		}
	}
}
