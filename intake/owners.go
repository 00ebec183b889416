package intake

import (
	"context"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/graph"
)

// owned is what an item says it is about: a number, or an account alone.
type owned struct{ number, waba string }

func ownedBy(it *graph.Item) owned {
	if it.PhoneNumberID != "" {
		return owned{number: it.PhoneNumberID}
	}
	return owned{waba: accountOf(it)}
}

// ownersEach is how many owners are asked for one by one. A POST of Meta's names a number or two; one that names thousands is not
// believed yet, and gets one read.
const ownersEach = 8

// ownersOf are the numbers of ours that the items are about.
func (k *Desk) ownersOf(ctx context.Context, items []graph.Item) (map[owned][]account.Number, error) {
	out := map[owned][]account.Number{}
	for i := range items {
		out[ownedBy(&items[i])] = nil
	}
	if len(out) <= ownersEach {
		for o := range out {
			list, err := k.owners.Get(ctx, o)
			if err != nil {
				return nil, err
			}
			out[o] = list
		}
		return out, nil
	}
	var all []account.Number
	err := k.db.Peek(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = account.Numbers(ctx, tx, "")
		return err
	})
	for _, n := range all {
		for _, o := range []owned{{number: n.ID}, {waba: n.WABA}} {
			if list, asked := out[o]; asked {
				out[o] = append(list, n)
			}
		}
	}
	return out, err
}

// readOwners are the numbers of ours that it is about; none = it is somebody else's.
func readOwners(ctx context.Context, tx *db.Tx, o owned) ([]account.Number, error) {
	if o.number == "" {
		return account.NumbersByWABA(ctx, tx, o.waba)
	}
	n, err := account.NumberByID(ctx, tx, o.number)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	return []account.Number{n}, err
}

// accountOf is whose account an item is about: of PARTNER_* events the entry's id is the portfolio's.
func accountOf(it *graph.Item) string {
	if it.Account != nil && it.Account.WABA != "" {
		return it.Account.WABA
	}
	return it.WABA
}
