package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"jawort/graph"
	"jawort/keyword"
)

// reused looks through repetitions for a stop that is none: an id that came before, with other words. Meta gives each message an id of its
// own; where one is used again (a program between Meta and us, a proxy that numbers anew), the stop must not be taken for the old message.
// What is found gets an id of its own, and is returned as new.
func (t *taking) reused(ctx context.Context, at, repeats []int) (fresh, rest []int, err error) {
	var ids []string
	for _, i := range repeats {
		if t.saysStop(i) {
			ids = append(ids, t.in[i].item.Message.ID)
		}
	}
	if len(ids) == 0 {
		return nil, repeats, nil
	}
	before, err := bodiesOf(ctx, t.tx, t.tenant, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range at { // in this very batch
		if m := t.in[i].item.Message; m != nil && m.ID != "" {
			text, _ := m.Words()
			before[m.ID] = storable(text)
		}
	}
	keys := map[string]int{}
	for _, i := range repeats {
		it := &t.in[i].item
		text := ""
		if it.Message != nil {
			text, _ = it.Message.Words()
		}
		old, known := "", false
		if t.saysStop(i) {
			old, known = before[it.Message.ID]
		}
		if !known || old == storable(text) {
			rest = append(rest, i)
			continue
		}
		m := *it.Message
		sum := sha256.Sum256(it.Raw)
		m.ID += "#" + hex.EncodeToString(sum[:8])
		it.Message, it.Key = &m, "m:"+m.ID
		if _, twice := keys[it.Key]; !twice {
			keys[it.Key] = i
		}
	}
	return t.firstTime(ctx, keys, rest)
}

// firstTime keeps those whose new keys were not seen yet either.
func (t *taking) firstTime(ctx context.Context, keys map[string]int, rest []int) ([]int, []int, error) {
	list := slices.Sorted(maps.Keys(keys))
	if len(list) == 0 {
		return nil, rest, nil
	}
	isNew, err := freshKeys(ctx, t.tx, t.tenant, list, t.now)
	if err != nil {
		return nil, nil, err
	}
	var fresh []int
	for _, k := range list {
		if isNew[k] {
			fresh = append(fresh, keys[k])
		} else {
			rest = append(rest, keys[k])
		}
	}
	return fresh, rest, nil
}

// saysStop: the words alone; who an item is about plays no part yet.
func (t *taking) saysStop(i int) bool {
	it := &t.in[i].item
	if it.Kind != graph.KindMessage || it.Message.ID == "" {
		return false
	}
	text, via := it.Message.Words()
	return text != "" && keyword.Read(keyword.Input{Text: text, Via: keyword.Via(via)}).Intent.Stops()
}
