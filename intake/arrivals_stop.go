package intake

import (
	"context"
	"slices"

	"jawort/consent"
	"jawort/contact"
	"jawort/outbox"
)

// promise notes which items hold an opt-out that must be waited for.
func (t *taking) promise(ctx context.Context, done []consent.Appended) error {
	revs, items := map[string]int64{}, map[string][]int{}
	note := func(e *consent.Event, i int) {
		if e.Lessens() {
			revs[e.Contact] = max(revs[e.Contact], e.Rev)
			items[e.Contact] = append(items[e.Contact], i)
		}
	}
	for n := range done {
		note(&done[n].Event, t.from[n])
		if e := &done[n].Event; !done[n].Repeated && optsOut(e.Kind) {
			t.out[t.from[n]].Value.said = append(t.out[t.from[n]].Value.said, said(e))
		}
	}
	if err := t.again(ctx, note); err != nil {
		return err
	}
	if len(revs) == 0 {
		return nil
	}
	busy, err := outbox.InFlight(ctx, t.tx, t.tenant, revs)
	if err != nil {
		return err
	}
	for _, c := range busy {
		for _, i := range items[c] {
			s := stopped{OptedOut: OptedOut{Contact: c}, rev: revs[c], inFlight: true}
			t.out[i].Value.stops = append(t.out[i].Value.stops, s)
		}
	}
	return nil
}

// again notes the opt-outs that items seen before led to then. Meta repeats a POST whose answer is late while the first
// is still waited for: answering the second one at once would acknowledge the opt-out before the promise holds.
func (t *taking) again(ctx context.Context, note func(e *consent.Event, i int)) error {
	var keys []string
	whose := map[string][]int{}
	for _, i := range t.repeats {
		for _, kind := range consent.Kinds {
			if e := (consent.Event{Kind: kind}); e.Lessens() {
				key := t.in[i].item.Key + ":" + string(kind)
				keys, whose[key] = append(keys, key), append(whose[key], i)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	known, err := consent.BySeenKeys(ctx, t.tx, t.tenant, keys)
	if err != nil {
		return err
	}
	for key, e := range known {
		for _, i := range whose[key] {
			note(&e, i)
		}
	}
	return nil
}

// suppressMoved lets opt-outs follow a person to new addresses, and stay on those that left (DESIGN section 5, Identity).
func (t *taking) suppressMoved(ctx context.Context) error {
	if len(t.moved) == 0 {
		return nil
	}
	var contacts []string
	for _, c := range t.moved {
		contacts = append(contacts, c.Contact)
		if c.Other != "" {
			contacts = append(contacts, c.Other)
		}
	}
	slices.Sort(contacts)
	contacts = slices.Compact(contacts)
	stand, err := consent.Stand(ctx, t.tx, t.tenant, contacts)
	if err != nil {
		return err
	}
	prints, err := fingerprintsOf(ctx, t.tx, t.tenant, contacts)
	if err != nil {
		return err
	}
	var list []contact.Suppression
	put := func(print string, s consent.Standing) {
		if scope := stopScope(&s); scope != "" {
			list = append(list, contact.Suppression{Fingerprint: print, Scope: scope, Reason: "opt_out", At: t.now})
		}
	}
	for _, p := range prints {
		put(p.fingerprint, stand[p.contact])
	}
	for _, c := range t.moved {
		for _, a := range c.Ended {
			put(contact.Fingerprint(t.pepper, a), stand[c.Contact])
		}
		if c.Kind == contact.IdentityChanged {
			put(contact.Fingerprint(t.pepper, c.Address), stand[c.Other])
		}
	}
	return contact.Suppress(ctx, t.tx, t.tenant, list)
}

func stopScope(s *consent.Standing) string {
	switch {
	case s.StopAll:
		return contact.All
	case s.StopMarketing:
		return contact.Marketing
	}
	return ""
}
