package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/errs"
)

// setupSteps are what is left when the business is there; each can be put off, and the list on the overview goes on naming it.
var setupSteps = []string{"mail", "number", "optouts", "source", "program"}

var setupRoutes = []route{
	{"GET /setup/mail", account.MayTenant, setupMail},
	{"POST /setup/mail", account.MayTenant, setupSaveMail},
	{"GET /setup/number", account.MayTenant, setupNumber},
	{"POST /setup/number", account.MayTenant, setupConnect},
	{"POST /setup/try", account.MayTenant, setupTry},
	{"GET /setup/webhook", account.MayTenant, setupWebhook},
	{"GET /setup/optouts", account.MayTenant, setupOptOuts},
	{"POST /setup/optouts", account.MayTenant, setupJudgeOptOuts},
	{"POST /setup/optouts/apply", account.MayTenant, setupApplyOptOuts},
	{"GET /setup/source", account.MayTenant, setupSource},
	{"POST /setup/source", account.MayTenant, setupSaveSource},
	{"GET /setup/program", account.MayTenant, setupProgram},
	{"POST /setup/program", account.MayTenant, setupSaveProgram},
	{"POST /setup/later/{step}", account.MayTenant, setupLater},
	{"POST /setup/dismiss", account.MayTenant, setupDismiss},
}

// checkItem is one line of the list on the overview.
type checkItem struct {
	step  string
	state string // done later; "" = open
}

// checklist is what is left of the first run; none for whoever may not do it, for a business founded in another way, and when all is
// done or the list was sent away.
func (v *visit) checklist() ([]checkItem, error) {
	if !v.may(account.MayTenant) {
		return nil, nil
	}
	var out []checkItem
	open := 0
	err := v.read(func(ctx context.Context, tx *db.Tx) error {
		states, err := account.Steps(ctx, tx, v.tenant.ID)
		if err != nil || states["begun"] == "" || states["dismissed"] != "" {
			return err
		}
		is, err := stepsDone(ctx, tx, v.tenant.ID)
		for _, step := range setupSteps {
			state := states[step]
			if is[step] {
				state = account.StepDone
			}
			if state != account.StepDone {
				open++
			}
			out = append(out, checkItem{step, state})
		}
		return err
	})
	if open == 0 {
		return nil, err
	}
	return out, err
}

// stepsDone looks at what is there: a step is done however it was done.
func stepsDone(ctx context.Context, tx *db.Tx, tenant string) (map[string]bool, error) {
	out := map[string]bool{}
	for step, text := range map[string]string{
		"number":  `select count(*) from (select 1 from number where tenant = $1 limit 1) x`,
		"source":  `select count(*) from (select 1 from source where tenant = $1 and state = 'live' limit 1) x`,
		"program": `select count(*) from (select 1 from program where tenant = $1 limit 1) x`,
	} {
		var n int64
		if err := tx.Row(ctx, text, tenant).Scan(&n); err != nil {
			return nil, err
		}
		out[step] = n > 0
	}
	s, err := alert.ServerOf(ctx, tx, tenant)
	out["mail"] = s.ProvenAt > 0
	return out, err
}

// after is where the first run goes on: the next step, or the overview.
func after(step string) string {
	for i, s := range setupSteps {
		if s == step && i+1 < len(setupSteps) {
			return "/setup/" + setupSteps[i+1]
		}
	}
	return "/"
}

// before is the step one came from; "" = the first one.
func before(step string) string {
	for i, s := range setupSteps {
		if s == step && i > 0 {
			return "/setup/" + setupSteps[i-1]
		}
	}
	return ""
}

func (v *visit) stepFrame(step string) setupFrame {
	at, back := 0, before(step)
	if step == "webhook" { // belongs to the number
		at, back = 1, "/setup/number"
	}
	for i, s := range setupSteps {
		if s == step {
			at = i
		}
	}
	return v.setupFrame(step, back, len(founding)+at)
}

// setupLater puts a step off.
func setupLater(v *visit) error {
	step := v.r.PathValue("step")
	if !known(setupSteps, step) {
		return errs.New(errs.NotFound, "manager.not_found")
	}
	if err := v.mark(step, account.StepLater); err != nil {
		return err
	}
	return v.to(after(step))
}

func setupDismiss(v *visit) error {
	if err := v.mark("dismissed", account.StepDone); err != nil {
		return err
	}
	return v.to("/")
}

// mark notes a step; one that is done stays done.
func (v *visit) mark(step, state string) error {
	return v.write(func(ctx context.Context, tx *db.Tx) error {
		states, err := account.Steps(ctx, tx, v.tenant.ID)
		if err != nil || states[step] == account.StepDone {
			return err
		}
		return account.SetStep(ctx, tx, v.tenant.ID, step, state)
	})
}

func setupMail(v *visit) error {
	d, err := v.mailKept()
	if err != nil {
		return err
	}
	if d.form.sender == "" {
		d.form.sender = v.staff.Email
	}
	return v.show(http.StatusOK, setupMailView(v, d))
}

// setupSaveMail keeps the server and sends a test mail at once: only what a server took counts as set up.
func setupSaveMail(v *visit) error {
	s, d, err := v.typedMail()
	if err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		d.problem, d.field = v.sentence(err), fieldOf(err)
		return v.show(http.StatusBadRequest, setupMailView(v, d))
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error { return alert.PutServer(ctx, tx, s, v.staff.ID) }); err != nil {
		return err
	}
	if d.result, err = v.testMail(s); err != nil {
		return err
	}
	return v.show(http.StatusOK, setupMailView(v, d))
}
