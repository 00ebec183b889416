package manager

import (
	"context"
	"errors"
	"net/http"

	"jawort/db"
	"jawort/errs"
	"jawort/intake"
)

// metaBlocks is what the page knows of blocks at Meta.
type metaBlocks struct {
	hold    []intake.MetaBlock
	numbers map[string]string // id → name
	may     bool              // Meta would take one now
}

func (d *personData) readBlocks(ctx context.Context, tx *db.Tx, v *visit) (err error) {
	if v.s.Acts.Block == nil {
		return nil
	}
	b := &d.blocks
	if b.hold, err = intake.BlocksOf(ctx, tx, v.tenant.ID, d.contact.ID); err != nil {
		return err
	}
	if len(b.hold) > 0 {
		names, err := numberNames(ctx, tx, v.tenant.ID)
		if err != nil {
			return err
		}
		b.numbers = map[string]string{}
		for _, n := range names {
			b.numbers[n.Value] = n.Label
		}
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	_, err = intake.MayBlock(ctx, tx, v.tenant.ID, d.contact.ID, now)
	if b.may = err == nil; errs.CodeOf(err) == errs.Conflict {
		return nil
	}
	return err
}

// block has Meta keep the person and the business apart.
func block(v *visit) error {
	if v.s.Acts.Block == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	reason, err := v.why()
	if err != nil {
		return v.refuse(err, "block", reason)
	}
	_, err = v.s.Acts.Block(v.r.Context(), intake.Block{Tenant: v.tenant.ID, Contact: c.ID, Staff: v.staff.ID, Reason: reason})
	return v.toldByMeta(err, "manager.block.done", "block", reason)
}

// unblock has Meta let them write again.
func unblock(v *visit) error {
	if v.s.Acts.Unblock == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	err = v.s.Acts.Unblock(v.r.Context(), intake.Block{Tenant: v.tenant.ID, Contact: c.ID, Staff: v.staff.ID})
	return v.toldByMeta(err, "manager.unblock.done", "unblock", "")
}

// toldByMeta goes back to the person; what Meta did not do is said where it was asked for.
func (v *visit) toldByMeta(err error, done, id, typed string) error {
	var e *errs.Error
	switch {
	case err == nil:
		return v.done("/people/"+v.r.PathValue("contact"), v.say(done))
	case errors.As(err, &e) && e.Code == errs.Conflict:
		return v.showPerson(http.StatusConflict, refusal{id, typed, v.sentence(err)})
	case errors.As(err, &e) && e.Key == "intake.block.open":
		return v.showPerson(http.StatusBadGateway, refusal{id, typed, v.sentence(err)})
	}
	return err
}
