package contact

import (
	"context"

	"jawort/db"
)

// later keeps the later of what is there and what comes. The engines name the greater of two differently, hence case.
const later = `opened_at = case when excluded.opened_at > service_window.opened_at then excluded.opened_at else service_window.opened_at end,
	until = case when excluded.until > service_window.until then excluded.until else service_window.until end,
	human_at = case when excluded.human_at > service_window.human_at then excluded.human_at else service_window.human_at end,
	answers = case when excluded.opened_at >= service_window.opened_at then excluded.answers else service_window.answers end`

func upsertWindows(ctx context.Context, tx *db.Tx, tenant string, list []Window) error {
	_, err := tx.Exec(ctx, `insert into service_window (tenant, contact, number, opened_at, until, human_at)
		select $1, r.contact, r.number, r.opened_at, r.until, r.human_at
		from {rows $2: contact text, number text, opened_at bigint, until bigint, human_at bigint} r
		where true order by r.contact, r.number on conflict (tenant, contact, number) do update set `+later,
		tenant, db.RowsOf(list, func(w Window) []any { return []any{w.Contact, w.Number, w.OpenedAt, w.Until, w.HumanAt} }))
	return err
}

// countAnswers adds answers to windows; n may be negative, for one that was not sent after all.
func countAnswers(ctx context.Context, tx *db.Tx, tenant string, list []Answered) error {
	_, err := tx.Exec(ctx, `update service_window set answers = case when service_window.answers + r.n < 0 then 0 else service_window.answers + r.n end
		from {rows $1: tenant text, contact text, number text, n bigint} r
		where service_window.tenant = r.tenant and service_window.contact = r.contact and service_window.number = r.number`,
		db.RowsOf(list, func(a Answered) []any { return []any{tenant, a.Contact, a.Number, a.N} }))
	return err
}

func windowsOf(ctx context.Context, tx *db.Tx, tenant, number string, contacts []string) ([]Window, error) {
	rows, err := tx.Query(ctx, `select contact, number, opened_at, until, human_at from service_window
		where tenant = $1 and number = $2 and contact in {list $3 text}`, tenant, number, contacts)
	return db.All(rows, err, func(r *db.Rows, w *Window) error {
		return r.Scan(&w.Contact, &w.Number, &w.OpenedAt, &w.Until, &w.HumanAt)
	})
}
