package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
)

// releasePage tells what was held and why, and asks for the reason to send again.
func releasePage(v *visit) error { return v.show(http.StatusOK, releaseView(v, look.Ask{})) }

// release ends the hold after a restore; the reason stands in the audit trail with the name.
func release(v *visit) error {
	reason, err := v.why()
	if err != nil {
		return v.show(http.StatusBadRequest, releaseView(v, look.Ask{Typed: reason, Problem: v.sentence(err)}))
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		if err := account.Release(ctx, tx, v.tenant.ID, v.staff.ID); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "tenant.release_reason", Object: v.tenant.ID,
			Detail: map[string]string{"reason": reason}})
	}); err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	return v.done("/", v.say("manager.held.released"))
}

func (v *visit) releaseAsk(a look.Ask) look.Ask {
	a.ID, a.Open, a.Class, a.Action = "release", v.say("manager.held.release_ask"), "btn danger", "/settings/release"
	a.Title, a.Text = v.say("manager.held.question"), []string{v.say("manager.held.effect")}
	a.Keep, a.Do = v.say("manager.held.keep"), v.say("manager.held.release")
	return v.ask(a)
}
