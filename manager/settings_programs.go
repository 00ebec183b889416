package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/topic"
)

// programsData is what the page of programs shows.
type programsData struct {
	all     []account.Program
	topics  []topic.Topic
	numbers []account.Number
	form    typed
}

func programs(v *visit) error {
	return v.showPrograms(http.StatusOK, programsData{form: filled("mode", string(account.Observe), "scopes", "send", "scopes", "media", "scopes", "read")})
}

func (v *visit) showPrograms(status int, d programsData) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.topics, err = topic.List(ctx, tx, v.tenant.ID, false); err != nil {
			return err
		}
		if d.numbers, err = account.Numbers(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.all, err = account.Programs(ctx, tx, v.tenant.ID)
		return err
	}); err != nil {
		return err
	}
	return v.show(status, programsView(v, d))
}

// createProgram shows the token in its answer and nowhere else.
func createProgram(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	var made account.Program
	var token string
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		p, err := v.programOf(ctx, tx, f)
		if err != nil {
			return err
		}
		made, token, err = account.CreateProgram(ctx, tx, v.tenant.ID, p, v.staff.ID)
		return err
	})
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showPrograms(f.status(), programsData{form: f})
	}
	v.r.SetPathValue("program", made.ID)
	return v.showToken(token, "manager.program.once.text")
}

// showToken is the page of a program with a token that is shown this once.
func (v *visit) showToken(token, note string) error {
	d, err := v.program()
	if err != nil {
		return err
	}
	d.token, d.note = token, note
	return v.show(http.StatusOK, programView(v, d))
}

// programOf reads a program from a form; a default topic must be in use and of its class.
func (v *visit) programOf(ctx context.Context, tx *db.Tx, f typed) (account.Program, error) {
	p := account.Program{Name: f.get("name"), Mode: account.Mode(f.get("mode")), Scopes: slices.Compact(slices.Sorted(slices.Values(f.values["scopes"]))),
		Topics: map[string]string{}, Rate: whole(f.get("rate")), HumanAnswers: f.on("human_answers")}
	var err error
	if p.Numbers, err = v.ownNumbers(ctx, tx, f.values["numbers"]); err != nil {
		return p, err
	}
	for _, class := range topic.Classes {
		name := "topic_" + string(class)
		code := f.get(name)
		if code == "" {
			continue
		}
		t, err := topic.Get(ctx, tx, v.tenant.ID, code)
		if errs.CodeOf(err) == errs.NotFound || err == nil && (t.RetiredAt != 0 || t.Class != class) {
			return p, errs.At(name, "topic.unknown")
		}
		if err != nil {
			return p, err
		}
		p.Topics[string(class)] = code
	}
	return p, nil
}

// ownNumbers are those of the ticked that are the tenant's; all of them together are as good as none, which stands for all to come too.
func (v *visit) ownNumbers(ctx context.Context, tx *db.Tx, ticked []string) ([]string, error) {
	all, err := account.Numbers(ctx, tx, v.tenant.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range ticked {
		if !slices.ContainsFunc(all, func(o account.Number) bool { return o.ID == n }) {
			return nil, errs.At("numbers", "account.number.id")
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(ticked))), nil
}

// programData is one program.
type programData struct {
	p       account.Program
	topics  []topic.Topic
	numbers []account.Number
	page    programPage
	choices tryChoices // of what the program may send
	try     tried
	form    typed
	token   string // "" = not just made
	note    string // what is said of it
}

func program(v *visit) error {
	d, err := v.program()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, programView(v, d))
}

func (v *visit) program() (d programData, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		if d.p, err = account.ProgramOf(ctx, tx, v.tenant.ID, v.r.PathValue("program")); err != nil {
			return err
		}
		if d.topics, err = topic.List(ctx, tx, v.tenant.ID, false); err != nil {
			return err
		}
		if d.numbers, err = account.Numbers(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		if d.page, err = v.programPage(ctx, tx, d.p.ID); err != nil {
			return err
		}
		if d.choices, err = v.tryChoices(ctx, tx); err != nil {
			return err
		}
		d.choices.numbers = slices.DeleteFunc(d.choices.numbers, func(n numberLine) bool { return !d.p.Uses(n.Number) })
		d.page.answers, err = v.answers(ctx, tx, d.p)
		return err
	})
	d.form = filled("name", d.p.Name, "mode", string(d.p.Mode), "reason", "")
	d.form.values["scopes"], d.form.values["numbers"] = d.p.Scopes, d.p.Numbers
	if d.p.HumanAnswers {
		d.form.values.Set("human_answers", "on")
	}
	if d.p.Rate > 0 {
		d.form.values.Set("rate", strconv.FormatInt(d.p.Rate, 10))
	}
	for class, code := range d.p.Topics {
		d.form.values.Set("topic_"+class, code)
	}
	return d, err
}

func saveProgram(v *visit) error {
	d, err := v.program()
	if err != nil {
		return err
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		p, err := v.programOf(ctx, tx, f)
		if err != nil {
			return err
		}
		p.ID = d.p.ID
		return account.ChangeProgram(ctx, tx, v.tenant.ID, p, f.get("reason"), v.staff.ID)
	})
	if err == nil {
		return v.saved("/settings/programs", "manager.saved")
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	d.form = f
	return v.show(f.status(), programView(v, d))
}

// rotateProgram shows the new token in its answer and nowhere else.
func rotateProgram(v *visit) error {
	var token string
	if err := v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		token, err = account.RotateProgram(ctx, tx, v.tenant.ID, v.r.PathValue("program"), v.staff.ID)
		return err
	}); err != nil {
		return err
	}
	return v.showToken(token, "manager.program.rotated.text")
}

// endOldToken ends the token before the last renewal, which was good for a while beside the new one.
func endOldToken(v *visit) error {
	path := "/settings/programs/" + v.r.PathValue("program")
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.EndOldToken(ctx, tx, v.tenant.ID, v.r.PathValue("program"), v.staff.ID)
	}); err != nil {
		return err
	}
	return v.saved(path, "manager.program.old.ended")
}

func revokeProgram(v *visit) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.RevokeProgram(ctx, tx, v.tenant.ID, v.r.PathValue("program"), v.staff.ID)
	}); err != nil {
		return err
	}
	return v.saved("/settings/programs", "manager.program.revoked.done")
}

// scopeOptions are the edges of Meta's API with what each lets a program do.
func (v *visit) scopeOptions() (out []option) {
	for _, s := range account.GatewayScopes {
		out = append(out, option{s, v.say("manager.gateway." + s), v.say("manager.gateway." + s + ".text")})
	}
	return out
}

// topicOptions are the topics of a class, and none.
func (v *visit) topicOptions(all []topic.Topic, class topic.Class) []option {
	out := []option{{"", v.say("manager.program.topic.none"), ""}}
	for _, t := range all {
		if t.Class == class {
			out = append(out, option{t.Code, t.Text(v.lang).Name, ""})
		}
	}
	return out
}
