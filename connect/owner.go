package connect

import (
	"context"
	"slices"

	"jawort/account"
	"jawort/contact"
	"jawort/db"
	"jawort/quality"
)

// Own notes to which portfolio an account belongs, once Meta tells: until then the account stood for it (Asked.Portfolio). The limit is the
// portfolio's, so slots that are used come along, those of all accounts together, and a send that counted the old ones a moment ago gets none
// (quality.Take). What else of ours is known by the portfolio's id comes along too: user ids of people, and what Meta said.
func Own(ctx context.Context, tx *db.Tx, tenant, waba string, p account.Portfolio) error {
	if p.ID == "" {
		return nil
	}
	from, err := standIns(ctx, tx, tenant, waba, p.ID)
	if err != nil || len(from) == 0 {
		return err
	}
	all, err := account.LockPortfolios(ctx, tx, tenant, from)
	if err != nil {
		return err
	}
	p.SendLimit = smallest(all)
	if err := account.AddPortfolio(ctx, tx, tenant, p); err != nil {
		return err
	}
	if _, err := account.LockPortfolios(ctx, tx, tenant, []string{p.ID}); err != nil {
		return err
	}
	if err := account.MoveAccount(ctx, tx, tenant, waba, p.ID); err != nil {
		return err
	}
	for _, f := range from {
		if err := quality.Join(ctx, tx, tenant, f, p.ID); err != nil {
			return err
		}
		gone, err := account.DropPortfolio(ctx, tx, tenant, f)
		if err != nil {
			return err
		}
		if gone { // no other account is in it
			if err := contact.RenamePortfolio(ctx, tx, tenant, f, p.ID); err != nil {
				return err
			}
			if err := quality.Rename(ctx, tx, tenant, f, p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// standIns are the ids that an account's numbers are known by otherwise than by the portfolio's: mostly the account's own.
func standIns(ctx context.Context, tx *db.Tx, tenant, waba, portfolio string) ([]string, error) {
	numbers, err := account.NumbersByWABA(ctx, tx, waba)
	if err != nil {
		return nil, err
	}
	var from []string
	for _, n := range numbers {
		if n.Tenant == tenant && n.Portfolio != portfolio {
			from = append(from, n.Portfolio)
		}
	}
	if waba != portfolio {
		stray, err := quality.Strays(ctx, tx, tenant, waba)
		if err != nil {
			return nil, err
		}
		if stray {
			from = append(from, waba)
		}
	}
	slices.Sort(from)
	return slices.Compact(from), nil
}

// smallest of the limits that Meta gave so far, so that nothing goes beyond what is allowed before the next word.
func smallest(list []account.Portfolio) int64 {
	least := int64(account.Unlimited)
	for _, p := range list {
		if least == account.Unlimited || p.SendLimit >= 0 && p.SendLimit < least {
			least = p.SendLimit
		}
	}
	if len(list) == 0 {
		return limitOf(0)
	}
	return least
}
