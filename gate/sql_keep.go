package gate

import (
	"context"

	"jawort/db"
)

func insertDecisions(ctx context.Context, tx *db.Tx, tenant string, records []Record, bodies []string) error {
	_, err := tx.Exec(ctx, `insert into decision (tenant, decision, at, number, program, contact, message, topic, template, verdict, reason, body)
		select $1, r.decision, r.at, r.number, r.program, r.contact, r.message, r.topic, r.template, r.verdict, r.reason, r.body
		from {rows $2: decision text, at bigint, number text, program text, contact text, message text, topic text, template text,
			verdict text, reason text, body text} r`,
		tenant, db.RowsN(len(records), func(i int) []any {
			r, d := &records[i], records[i].Decision
			return []any{d.ID, r.At, r.Message.Number, r.Message.Program, d.Contact, r.ID, d.Topic, r.Message.Template,
				string(d.Verdict), headline(d), bodies[i]}
		}))
	return err
}

func headline(d *Decision) string {
	if h := d.Headline(); h != nil {
		return h.Code
	}
	return ""
}

func selectDecisions(ctx context.Context, tx *db.Tx, tenant string, ids []string) ([]Kept, error) {
	rows, err := tx.Query(ctx, `select decision, at, number, program, contact, message, topic, template, verdict, reason, body
		from decision where tenant = $1 and decision in {list $2 text} order by decision`, tenant, ids)
	return db.All(rows, err, func(r *db.Rows, k *Kept) error {
		var verdict, text string
		if err := r.Scan(&k.ID, &k.At, &k.Number, &k.Program, &k.Contact, &k.Message, &k.Topic, &k.Template, &verdict, &k.Reason, &text); err != nil {
			return err
		}
		k.Verdict = Verdict(verdict)
		return k.fill(text)
	})
}
