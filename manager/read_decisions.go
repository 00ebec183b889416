package manager

import (
	"context"

	"jawort/db"
	"jawort/errs"
)

// decisionRow is one answer of the gate.
type decisionRow struct {
	Decision, Contact, Name, Topic, Template, Program, Purpose, Verdict, Reason, Number, Message string
	At                                                                                           int64
	Body                                                                                         string
}

const selectDecision = `
	select d.decision, d.contact, coalesce(c.name, ''), d.topic, d.template, d.program, coalesce(m.purpose, ''), d.verdict, d.reason, d.number,
		coalesce(m.message, ''), d.at, d.body
	from decision d left join contact c on c.tenant = d.tenant and c.contact = d.contact
	left join message m on m.tenant = d.tenant and m.message = d.message
	where d.tenant = $1`

func scanDecision(r *db.Rows, d *decisionRow) error {
	return r.Scan(&d.Decision, &d.Contact, &d.Name, &d.Topic, &d.Template, &d.Program, &d.Purpose, &d.Verdict, &d.Reason, &d.Number, &d.Message,
		&d.At, &d.Body)
}

// decisionsPage reads decisions newest first; next is where to go on, "" at the end. A filter looks through so many rows and no
// more, for what is rare would be looked for through all of them.
func decisionsPage(ctx context.Context, tx *db.Tx, tenant string, f decisionFilter, limit int) (list []decisionRow, next string, err error) {
	c := conditions{text: selectDecision, args: []any{tenant}}
	c.and(" and d.decision < ?", f.before)
	if f.verdict+f.reason+f.program+f.number+f.template != "" {
		if next, err = furthest(ctx, tx, "decision", tenant, f.before); err != nil {
			return nil, "", err
		}
		c.and(" and d.decision >= ?", next)
	}
	c.and(" and d.verdict = ?", f.verdict)
	c.and(" and d.reason = ?", f.reason)
	c.and(" and d.program = ?", f.program)
	c.and(" and d.number = ?", f.number)
	c.and(" and d.template = ?", f.template)
	c.always(" order by d.decision desc limit ?", limit+1)
	rows, err := tx.Query(ctx, c.text, c.args...)
	if list, err = db.All(rows, err, scanDecision); len(list) > limit {
		return list[:limit], list[limit-1].Decision, err
	}
	return list, next, err
}

func decisionOf(ctx context.Context, tx *db.Tx, tenant, decision string) (decisionRow, error) {
	rows, err := tx.Query(ctx, selectDecision+` and d.decision = $2`, tenant, decision)
	all, err := db.All(rows, err, scanDecision)
	if err == nil && len(all) == 0 {
		err = errs.New(errs.NotFound, "manager.not_found")
	}
	if err != nil {
		return decisionRow{}, err
	}
	return all[0], nil
}

// templateChoice is a template that can be asked about.
type templateChoice struct{ Name, Language string }

func templateChoices(ctx context.Context, tx *db.Tx, tenant string) ([]templateChoice, error) {
	rows, err := tx.Query(ctx, `select distinct name, language from template where tenant = $1 order by name, language limit 500`, tenant)
	return db.All(rows, err, func(r *db.Rows, t *templateChoice) error { return r.Scan(&t.Name, &t.Language) })
}

// nameOf is a person's name, "" for nobody.
func nameOf(ctx context.Context, tx *db.Tx, tenant, contact string) (name string, err error) {
	rows, err := tx.Query(ctx, `select name from contact where tenant = $1 and contact = $2`, tenant, contact)
	list, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
	if len(list) > 0 {
		name = list[0]
	}
	return name, err
}
