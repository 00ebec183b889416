package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/graph"
)

// Meta can keep a person and a number of the business apart altogether (WA/block-users): a second lock behind the gate, for whoever
// said no to everything. It holds sends that walk round us, too; but the person's words, START among them, no longer come in. So it is
// never done by itself, staff give a reason, and it is lifted as soon as the person asks for messages by another way.

// Block is the wish of staff that Meta blocks a person, or lifts the block.
type Block struct{ Tenant, Contact, Staff, Reason string }

// MayBlock are the blocks that Meta would take now; the error says why there are none. Meta takes only who wrote within 24 hours.
func MayBlock(ctx context.Context, tx *db.Tx, tenant, who string, now int64) ([]MetaBlock, error) {
	list, err := consent.Stand(ctx, tx, tenant, []string{who})
	if err != nil {
		return nil, err
	}
	if stand := list[who]; !stand.StopAll {
		return nil, errs.New(errs.Conflict, "intake.block.first")
	}
	all, err := blockable(ctx, tx, tenant, who, now)
	if err == nil && len(all) == 0 {
		err = errs.New(errs.Conflict, "intake.block.late")
	}
	return all, err
}

// BlockAtMeta has Meta block a person on every number they wrote to within 24 hours, and answers how many these are. The block is noted
// before Meta is asked, and struck out again only if Meta says no: where no answer comes it may hold.
func (k *Desk) BlockAtMeta(ctx context.Context, in Block) (held int, err error) {
	if in.Reason, err = reasonOf(in.Reason); err != nil {
		return 0, err
	}
	var list []MetaBlock
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, _, err := lockPerson(ctx, tx, in.Tenant, in.Contact)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if list, err = MayBlock(ctx, tx, in.Tenant, who, now); err != nil {
			return err
		}
		for i := range list {
			list[i].Staff, list[i].Reason, list[i].At = in.Staff, in.Reason, now
			if err := insertMetaBlock(ctx, tx, list[i]); err != nil {
				return err
			}
		}
		return account.Record(ctx, tx, in.Tenant, account.Entry{Actor: in.Staff, Action: "person.blocked", Object: who, Detail: map[string]string{"reason": in.Reason}})
	})
	if err != nil {
		return 0, fmt.Errorf("block at Meta: %w", err)
	}
	for _, b := range list {
		no := k.askBlock(ctx, b, true)
		if no == nil {
			held++
		} else if err = no; errs.CodeOf(no) == errs.Conflict {
			if err := k.strike(ctx, b, "person.block_refused", in.Staff); err != nil {
				return held, err
			}
		}
	}
	if held > 0 {
		return held, nil // the page shows which
	}
	return 0, err
}

// UnblockAtMeta lifts every block of a person; Meta does that at any time.
func (k *Desk) UnblockAtMeta(ctx context.Context, in Block) error {
	var list []MetaBlock
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = BlocksOf(ctx, tx, in.Tenant, in.Contact)
		return err
	})
	if err != nil {
		return err
	}
	for _, b := range list {
		if err := k.lift(ctx, b, in.Staff); err != nil {
			return fmt.Errorf("unblock at Meta: %w", err)
		}
	}
	return nil
}

const (
	releasedAtOnce = 50 // calls of one round
	blockWithin    = 20 * time.Second
)

// ReleaseBlocks lifts the blocks that have no reason to hold any more. One that Meta cannot lift now is tried again the next time.
func (k *Desk) ReleaseBlocks(ctx context.Context) error {
	var list []MetaBlock
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = outlivedBlocks(ctx, tx, releasedAtOnce)
		return err
	})
	for _, b := range list {
		err = errors.Join(err, k.lift(ctx, b, "jawort"))
	}
	return err
}

func (k *Desk) lift(ctx context.Context, b MetaBlock, by string) error {
	if err := k.askBlock(ctx, b, false); err != nil {
		return err
	}
	return k.strike(ctx, b, "person.unblocked", by)
}

// strike takes a block off our list and notes why.
func (k *Desk) strike(ctx context.Context, b MetaBlock, action, by string) error {
	return k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := deleteMetaBlock(ctx, tx, b); err != nil {
			return err
		}
		return account.Record(ctx, tx, b.Tenant, account.Entry{Actor: by, Action: action, Object: b.Contact})
	})
}

// askBlock is one call: a Conflict is Meta's no, Unavailable leaves it open. Once begun it is heard to the end.
func (k *Desk) askBlock(ctx context.Context, b MetaBlock, block bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), blockWithin)
	defer cancel()
	var n account.Number
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = account.NumberOf(ctx, tx, b.Tenant, b.Number)
		return err
	})
	if err != nil {
		return err
	}
	token, secret, err := k.o.Keys.Secrets(n)
	if err != nil {
		return err
	}
	who := b.Address.UserID()
	if b.Address.IsPhone() {
		who = "+" + b.Address.Digits()
	}
	c := &graph.Client{BaseURL: n.BaseURL, Token: token, AppSecret: secret}
	_, failed, err := c.BlockUsers(ctx, n.ID, block, []string{who})
	return blockAnswer(failed, err)
}

// blockAnswer reads what Meta said of the one person who was asked about.
func blockAnswer(failed []graph.Unblockable, err error) error {
	var no *graph.Error
	switch {
	case len(failed) > 0 && failed[0].Code == 131047:
		return errs.New(errs.Conflict, "intake.block.late")
	case errors.As(err, &no) && no.Code == 139101:
		return errs.New(errs.Conflict, "intake.block.full")
	case len(failed) > 0 || errors.As(err, &no) && no.HTTP < 500:
		return errs.New(errs.Conflict, "intake.block.refused")
	case err != nil:
		return errs.New(errs.Unavailable, "intake.block.open")
	}
	return nil
}
