package intake

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/id"
	"jawort/outbox"
)

// A person who blocks a business is never told to it (facts/meta.md 8.2): messages stay "sent" and are never delivered, as with a
// telephone that is off. It is a suspicion with a figure, never an opt-out: it pauses marketing, and a delivery or a message clears it.

const (
	silentLeast  = 3       // messages in a row that were sent and never delivered,
	silentSpan   = 7 * day // the first of them so old at least,
	silentWait   = 3 * day // and the last so long without delivery
	silentAtOnce = 500     // persons of a tenant in one transaction
	silentLook   = 20      // of a person's messages
	calmAfter    = day     // marketing rests on for so long after a suspicion was cleared: nothing is sent because of it
	silentBack   = 8 * 24 * time.Hour
)

// silence is how many messages in a row were sent and never delivered, the newest first, and when the first of them was sent. Messages
// that never left say nothing. Who was never reached at all is no suspect: that number may not be on WhatsApp.
func silence(list []outbox.Message) (count int, since int64, newest string, ever bool) {
	for _, m := range list {
		switch {
		case m.DeliveredAt > 0 || m.ReadAt > 0:
			return count, since, newest, true
		case m.State == outbox.Sent:
			if count++; newest == "" {
				newest = m.ID
			}
			since = m.SentAt
		}
	}
	return count, since, newest, false
}

// Suspect looks at what was sent three days ago and did not arrive, and at the suspects to whom something arrived since.
func (k *Desk) Suspect(ctx context.Context) error {
	var tenants []account.Tenant
	var now int64
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if now, err = tx.Now(ctx); err != nil {
			return err
		}
		tenants, err = account.Tenants(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	from := k.silent.Load()
	if from == 0 {
		from = now - silentWait - silentBack.Microseconds()
	}
	to := now - silentWait
	for _, t := range tenants {
		if err := k.suspectIn(ctx, t.ID, from, to, now); err != nil {
			return fmt.Errorf("look for messages that never arrived: %w", err)
		}
		if err := k.clearArrived(ctx, t.ID); err != nil {
			return fmt.Errorf("look for messages that arrived after all: %w", err)
		}
	}
	k.silent.Store(to)
	return nil
}

func (k *Desk) suspectIn(ctx context.Context, tenant string, from, to, now int64) error {
	var people []string
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		people, err = silentPeople(ctx, tx, tenant, id.At("msg", from), id.At("msg", to))
		return err
	})
	for part := range slices.Chunk(people, silentAtOnce) {
		if err != nil {
			return err
		}
		err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return suspects(ctx, tx, tenant, part, now) })
	}
	return err
}

// suspects judges people one of whose messages stayed under way.
func suspects(ctx context.Context, tx *db.Tx, tenant string, people []string, now int64) error {
	stand, err := consent.Stand(ctx, tx, tenant, people)
	if err != nil {
		return err
	}
	var events []consent.Event
	for _, c := range people {
		if stand[c].Person.SuspectedBlock || stand[c].Person.Erased {
			continue
		}
		list, err := outbox.OfContact(ctx, tx, tenant, c, "", silentLook)
		if err != nil {
			return err
		}
		count, since, newest, ever := silence(list)
		if count < silentLeast || since > now-silentSpan || !ever {
			continue
		}
		heard, err := lastHeard(ctx, tx, tenant, c)
		if err != nil {
			return err
		}
		if heard > since { // who writes has not blocked
			continue
		}
		events = append(events, consent.Event{Contact: c, Kind: consent.SuspectedBlock, Channel: "system", Actor: consent.Actor{Kind: consent.System},
			Value: strconv.Itoa(count), SeenKey: "silent:" + newest})
	}
	return appendFor(ctx, tx, tenant, events)
}

// clearArrived clears the suspicions about people to whom something was delivered since.
func (k *Desk) clearArrived(ctx context.Context, tenant string) error {
	var list []arrivedOne
	if err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = arrivedAfter(ctx, tx, tenant)
		return err
	}); err != nil || len(list) == 0 {
		return err
	}
	return k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var people []string
		for _, x := range list {
			people = append(people, x.contact)
		}
		stand, err := consent.Stand(ctx, tx, tenant, people)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		var events []consent.Event
		for _, x := range list {
			if stand[x.contact].Person.SuspectedBlock {
				events = append(events, cleared(x.contact, now, "arrived:"+x.event)...)
			}
		}
		return appendFor(ctx, tx, tenant, events)
	})
}

// cleared ends a suspicion. Marketing rests one more day: nothing is to leave because somebody came back.
func cleared(who string, now int64, key string) []consent.Event {
	return []consent.Event{
		{Contact: who, Kind: consent.BlockCleared, Channel: "system", Actor: consent.Actor{Kind: consent.System}, HappenedAt: now, SeenKey: key},
		{Contact: who, Kind: consent.Paused, Scope: consent.ScopeMarketing, Until: now + calmAfter, Channel: "system",
			Actor: consent.Actor{Kind: consent.System}, Reason: "block_cleared", HappenedAt: now, SeenKey: key + ":rest"},
	}
}

// clearHeard ends the suspicion about somebody who has just written: their message is proof that nothing is blocked.
func (t *taking) clearHeard(i int, c string) {
	if !t.suspected[c] {
		return
	}
	delete(t.suspected, c)
	for _, e := range cleared(c, t.now, t.in[i].item.Key+":heard") {
		t.add(i, e)
	}
}

// readSuspects reads which of the persons of this batch are suspects.
func (t *taking) readSuspects(ctx context.Context, persons []string) error {
	ever, err := everSuspected(ctx, t.tx, t.tenant, persons)
	if err != nil || len(ever) == 0 {
		return err
	}
	stand, err := consent.Stand(ctx, t.tx, t.tenant, ever)
	if err != nil {
		return err
	}
	t.suspected = map[string]bool{}
	for _, c := range ever {
		if stand[c].Person.SuspectedBlock {
			t.suspected[c] = true
		}
	}
	return nil
}
