package intake

import (
	"context"
	"sync"
	"time"

	"jawort/consent"
	"jawort/db"
	"jawort/tally"
)

// effects are times to effect that are not written down yet. They are kept in memory and written every few seconds: nothing is
// added to the transaction of an opt-out, and what a crash loses are a few counts, never an opt-out.
type effects struct {
	sync.Mutex
	byTenant map[string]tally.Effects
}

// optsOut says that the kind is somebody's opt-out.
func optsOut(k consent.Kind) bool {
	switch k {
	case consent.Withdrawn, consent.Objected, consent.Disputed, consent.PlatformStopped:
		return true
	}
	return false
}

// spoken is when an opt-out was said, and on which way.
type spoken struct {
	at  int64
	way string
}

// said is when an opt-out was said: as it was told if somebody trustworthy saw it, else when we learned of it.
func said(e *consent.Event) spoken {
	way := e.Channel
	if e.Kind == consent.PlatformStopped {
		way = "meta" // as package tally counts ways
	}
	if e.Witnessed {
		return spoken{e.HappenedAt, way}
	}
	return spoken{e.RecordedAt, way}
}

// inForce counts opt-outs whose promise holds from now on, by the time since they were said (Meta's times are whole seconds).
func (k *Desk) inForce(tenant string, said ...spoken) {
	if len(said) == 0 {
		return
	}
	now := k.o.Now().UnixMicro()
	k.effects.Lock()
	defer k.effects.Unlock()
	if k.effects.byTenant == nil {
		k.effects.byTenant = map[string]tally.Effects{}
	}
	e := k.effects.byTenant[tenant]
	if e == nil {
		e = tally.Effects{}
		k.effects.byTenant[tenant] = e
	}
	for _, s := range said {
		e[tally.Took{Bucket: tally.Bucket(time.Duration(now-s.at) * time.Microsecond), Way: s.way}]++
	}
}

// KeepEffects writes down how long opt-outs took since the last time.
func (k *Desk) KeepEffects(ctx context.Context) error {
	k.effects.Lock()
	byTenant := k.effects.byTenant
	k.effects.byTenant = nil
	k.effects.Unlock()
	if len(byTenant) == 0 {
		return nil
	}
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for tenant, e := range byTenant {
			if err := tally.AddEffects(ctx, tx, tenant, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		k.effects.back(byTenant)
	}
	return err
}

// back takes what could not be written down back, for the next time.
func (e *effects) back(byTenant map[string]tally.Effects) {
	e.Lock()
	defer e.Unlock()
	for tenant, more := range e.byTenant {
		if byTenant[tenant] == nil {
			byTenant[tenant] = tally.Effects{}
		}
		for bucket, n := range more {
			byTenant[tenant][bucket] += n
		}
	}
	e.byTenant = byTenant
}
