package intake

import (
	"context"
	"fmt"

	"jawort/account"
	"jawort/address"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/round"
	"jawort/timer"
)

const (
	roundCount = 500    // people that are judged in one transaction while nobody is asked
	roundAsk   = 20     // people that are locked, judged and asked in one transaction
	roundTurns = 40     // transactions in one go; then others have the timers
	roundEvery = minute // how often a round looks who has written since
)

// round carries a round of questions on.
func (k *Desk) round(ctx context.Context, t timer.Timer) (again int64, err error) {
	for range roundTurns {
		if again, err = k.roundStep(ctx, t.Tenant, t.Key); err != nil || again != 1 {
			return again, err
		}
	}
	return 1, nil
}

// roundStep is one transaction; again is when the next is due, 1 = at once, 0 = never.
func (k *Desk) roundStep(ctx context.Context, tenant, key string) (again int64, err error) {
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		again = 0
		r, err := round.Locked(ctx, tx, tenant, key)
		if errs.CodeOf(err) == errs.NotFound || err == nil && !r.State.Busy() {
			return nil
		}
		if err != nil {
			return err
		}
		a := &asking{k: k, tx: tx, r: &r, p: readPlace(ctx, tx, tenant, r.Source, 0)}
		if a.now, err = tx.Now(ctx); err != nil {
			return err
		}
		switch why := a.p.cannotAsk(r.Topic); {
		case a.p.err != nil && errs.CodeOf(a.p.err) == errs.Internal:
			return a.p.err
		case r.State == round.Counting && why != "": // nobody can be asked by it; the page says why
			r.State, r.Why = round.Ready, why
		case r.State == round.Counting:
			again, err = a.count(ctx, tenant)
		case why != "":
			err = a.pause(ctx, tenant, why)
		case a.now > r.BegunAt+round.Life.Microseconds():
			r.State, r.EndedAt = round.Done, a.now
			err = account.Record(ctx, tx, tenant, account.Entry{Actor: "system", Action: "round.done", Object: r.ID})
		default:
			again, err = a.askSome(ctx, tenant)
		}
		if err != nil {
			return fmt.Errorf("round %s: %w", r.ID, err)
		}
		return round.Save(ctx, tx, tenant, &r)
	})
	return again, err
}

// pause: what the round rests on is gone.
func (a *asking) pause(ctx context.Context, tenant, why string) error {
	a.r.State, a.r.Why = round.Paused, why
	return account.Record(ctx, a.tx, tenant, account.Entry{Actor: "system", Action: "round.paused", Object: a.r.ID})
}

// count judges the next people; nobody is asked.
func (a *asking) count(ctx context.Context, tenant string) (again int64, err error) {
	who, err := a.claimants(ctx, tenant, claimed, a.r.Topic, a.r.Behind, int64(roundCount))
	if err != nil {
		return 0, err
	}
	if len(who) == 0 {
		a.r.State, a.r.Behind = round.Ready, ""
		return 0, nil
	}
	verdicts, err := a.judge(ctx, who)
	if err != nil {
		return 0, err
	}
	if a.r.Counts.Expected == nil {
		a.r.Counts.Expected = map[string]int64{}
	}
	for _, v := range verdicts {
		a.r.Counts.Expected[v.word]++
	}
	a.r.Counts.Found += int64(len(who))
	a.r.Behind = who[len(who)-1].contact
	return 1, nil
}

// askSome asks the next of those whose window is open. Where the gate has questions wait, the round waits with it, in front of that
// person: a question that stood in the queue for a day would be gone, and counts as asked.
func (a *asking) askSome(ctx context.Context, tenant string) (again int64, err error) {
	open, err := claimantIDs(ctx, a.tx, claimedOpen, tenant, a.r.Topic, a.r.Behind, int64(roundAsk), a.p.source.Number, a.now)
	if err != nil {
		return 0, err
	}
	if len(open) == 0 {
		a.r.Behind = ""
		return a.now + roundEvery, nil
	}
	if _, err := contact.Lock(ctx, a.tx, tenant, open); err != nil {
		return 0, err
	}
	who, err := a.claimants(ctx, tenant, claimedOf, a.r.Topic, open) // again, under the locks
	if err != nil {
		return 0, err
	}
	for i := range who {
		v, err := a.judge(ctx, who[i:i+1]) // one by one: each question counts against the next one's limits
		if err != nil {
			return 0, err
		}
		if v[0].until > 0 {
			return min(v[0].until, a.now+15*minute), nil
		}
		if v[0].word == round.Ask {
			if err := a.ask(ctx, who[i]); err != nil {
				return 0, err
			}
			a.r.Counts.Asked++
		}
		a.r.Behind = who[i].contact
	}
	a.r.Behind = open[len(open)-1]
	return 1, nil
}

// claimants reads people with what a question to them needs.
func (a *asking) claimants(ctx context.Context, tenant, text string, args ...any) ([]claimant, error) {
	who, err := readClaimants(ctx, a.tx, text, append([]any{tenant}, args...)...)
	if err != nil || len(who) == 0 {
		return nil, err
	}
	at := map[string]int{}
	var ids []string
	for i := range who {
		at[who[i].contact] = i
		ids = append(ids, who[i].contact)
	}
	places, err := placesOf(ctx, a.tx, tenant, ids)
	if err != nil {
		return nil, err
	}
	for _, x := range places {
		w := &who[at[x.contact]]
		w.before = w.before || x.asked
		if n := address.Address(x.address); w.address == "" && n.IsUserID() || n.IsPhone() {
			w.address, w.fingerprint = n, x.fingerprint
		}
	}
	return who, nil
}
