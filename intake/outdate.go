package intake

import (
	"context"
	"fmt"

	"jawort/consent"
	"jawort/db"
	"jawort/notice"
	"jawort/round"
	"jawort/timer"
)

const (
	outdateBatch  = 500
	outdateRounds = 100 // batches in one run of the timer, which must end before its lease
)

// Handlers are the timers that the desk runs.
func (k *Desk) Handlers() map[string]timer.Handler {
	return map[string]timer.Handler{notice.OutdateTimer: {Alone: k.outdate}, round.Timer: {Alone: k.round}}
}

// outdate ends the consents to those versions of a wording that a newer one outdates (DESIGN section 5, Expiry). It comes again
// until nobody can answer the older words any more: links and questions of before live for linkLife.
func (k *Desk) outdate(ctx context.Context, t timer.Timer) (again int64, err error) {
	o := outdating{tenant: t.Tenant, notice: t.Key}
	for range outdateRounds {
		var last bool
		if last, err = k.outdateSome(ctx, &o); err != nil {
			return 0, fmt.Errorf("outdate notice %s: %w", t.Key, err)
		}
		if last {
			return o.nextLook(), nil
		}
	}
	return o.now, nil
}

// outdating is where the end of older consents to one wording stands.
type outdating struct {
	tenant, notice string
	below          int64  // versions below it are outdated
	since          int64  // when that version was published
	state          int    // of outdatedStates, which are gone through one after the other
	version        int64  // of the last that was looked at
	after          string // and its contact
	now            int64
}

// outdatedStates are those in which a consent to older words still allows something, or will again.
var outdatedStates = []consent.State{consent.StateGranted, consent.StateDeclared, consent.StatePaused}

// nextLook is when to look again for what was agreed to under older words meanwhile; 0 = never.
func (o *outdating) nextLook() int64 {
	for _, wait := range []int64{day / 24, day, linkLife + day} {
		if due := o.since + wait; due > o.now {
			return due
		}
	}
	return 0
}

// outdateSome ends a batch. It is searched for outside the transaction that writes, so that nobody waits for the search.
func (k *Desk) outdateSome(ctx context.Context, o *outdating) (last bool, err error) {
	var list []outdatedOne
	err = k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		versions, err := notice.Versions(ctx, tx, o.tenant, o.notice)
		if err != nil {
			return err
		}
		o.below = notice.OutdatedBelow(versions)
		for _, v := range versions {
			if v.Version == o.below {
				o.since = v.PublishedAt
			}
		}
		if o.now, err = tx.Now(ctx); err != nil {
			return err
		}
		list, err = outdatedConsents(ctx, tx, o, outdateBatch)
		return err
	})
	if err != nil {
		return true, err
	}
	if len(list) == 0 {
		o.state, o.version, o.after = o.state+1, 0, ""
		return o.state == len(outdatedStates), nil
	}
	o.version, o.after = list[len(list)-1].version, list[len(list)-1].contact
	var events []consent.Event
	for _, s := range list {
		if n := len(events); n > 0 && events[n-1].Contact == s.contact {
			events[n-1].Topics = append(events[n-1].Topics, s.topic)
			continue
		}
		events = append(events, consent.Event{Contact: s.contact, Kind: consent.Outdated, Scope: consent.ScopeTopic, Topics: []string{s.topic},
			Channel: "system", Actor: consent.Actor{Kind: consent.System}, Notice: o.notice, NoticeVersion: o.below - 1})
	}
	return false, k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return appendFor(ctx, tx, o.tenant, events) })
}
