package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/bring"
	"jawort/db"
)

// optOutStep is the newest list of opt-outs, brought in the way of every other list.
func (v *visit) optOutStep() (*bring.Import, error) {
	var out *bring.Import
	err := v.read(func(ctx context.Context, tx *db.Tx) error {
		last, err := lastOptOuts(ctx, tx, v.tenant.ID)
		if err != nil || last == "" {
			return err
		}
		i, err := bring.Get(ctx, tx, v.tenant.ID, last)
		out = &i
		return err
	})
	return out, err
}

func setupOptOuts(v *visit) error { return v.showOptOuts(http.StatusOK, typed{}) }

func (v *visit) showOptOuts(status int, f typed) error {
	i, err := v.optOutStep()
	if err != nil {
		return err
	}
	return v.show(status, setupOptOutsView(v, i, f))
}

// setupJudgeOptOuts takes a list and has it read; nothing of it takes effect yet. One that was read before and not let go is thrown away.
func setupJudgeOptOuts(v *visit) error {
	body, name, err := v.listText()
	f := typed{values: v.r.PostForm}
	i := bring.Import{Kind: bring.OptOuts, Name: name, CreatedBy: v.staff.ID, Options: bring.Options{Region: v.tenant.Country, Scope: "all"}}
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) error {
			last, err := lastOptOuts(ctx, tx, v.tenant.ID)
			if err != nil {
				return err
			}
			if last != "" {
				old, err := bring.Get(ctx, tx, v.tenant.ID, last)
				if err == nil && old.State.May(bring.Dropped) {
					err = bring.Drop(ctx, tx, v.tenant.ID, last, v.staff.ID)
				}
				if err != nil {
					return err
				}
			}
			_, err = v.putList(ctx, tx, i, body)
			return err
		})
	}
	if err == nil {
		return v.to("/setup/optouts")
	}
	if err := f.took(v, err, map[string]string{"list": "list"}); err != nil {
		return err
	}
	return v.showOptOuts(f.status(), f)
}

// setupApplyOptOuts lets the list take effect behind the page; without numbers in it the step is done at once.
func setupApplyOptOuts(v *visit) error {
	i, err := v.optOutStep()
	if err != nil {
		return err
	}
	if i == nil {
		return v.to("/setup/optouts")
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error { return bring.Begin(ctx, tx, v.tenant.ID, i.ID, v.staff.ID) }); err != nil {
		return err
	}
	if err := v.mark("optouts", account.StepDone); err != nil {
		return err
	}
	return v.to("/setup/optouts")
}
