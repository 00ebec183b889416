package form

import (
	"context"

	"jawort/db"
)

const columns = `tenant, serial, batch, source, notice, notice_version, language, printed_by, printed_at, coalesce(used_at, 0), event`

func scan(r interface{ Scan(...any) error }, f *Form) error {
	return r.Scan(&f.Tenant, &f.Serial, &f.Batch, &f.Source, &f.Notice, &f.Version, &f.Language, &f.PrintedBy, &f.PrintedAt, &f.UsedAt, &f.Event)
}

func insert(ctx context.Context, tx *db.Tx, list []Form) error {
	_, err := tx.Exec(ctx, `insert into form (tenant, serial, batch, source, notice, notice_version, language, printed_by, printed_at, event)
		select r.tenant, r.serial, r.batch, r.source, r.notice, r.notice_version, r.language, r.printed_by, r.printed_at, ''
		from {rows $1: tenant text, serial text, batch text, source text, notice text, notice_version bigint, language text, printed_by text, printed_at bigint} r`,
		db.RowsOf(list, func(f Form) []any {
			return []any{f.Tenant, f.Serial, f.Batch, f.Source, f.Notice, f.Version, f.Language, f.PrintedBy, f.PrintedAt}
		}))
	return err
}

func one(ctx context.Context, tx *db.Tx, tenant, serial string) (f Form, err error) {
	return f, scan(tx.Row(ctx, `select `+columns+` from form where tenant = $1 and serial = $2`, tenant, serial), &f)
}

func oneOfAny(ctx context.Context, tx *db.Tx, serial string) (f Form, err error) {
	return f, scan(tx.Row(ctx, `select `+columns+` from form where serial = $1`, serial), &f)
}

func use(ctx context.Context, tx *db.Tx, tenant, serial, event string, at int64) (int64, error) {
	return tx.Exec(ctx, `update form set used_at = $4, event = $3 where tenant = $1 and serial = $2 and used_at is null`, tenant, serial, event, at)
}

func batches(ctx context.Context, tx *db.Tx, tenant, source string, most int) ([]Batch, error) {
	rows, err := tx.Query(ctx, `select batch, max(notice_version), max(language), max(printed_at), count(*), count(used_at) from form
		where tenant = $1 and source = $2 group by batch order by batch desc limit $3`, tenant, source, most)
	return db.All(rows, err, func(r *db.Rows, b *Batch) error {
		return r.Scan(&b.ID, &b.Version, &b.Language, &b.PrintedAt, &b.Count, &b.Used)
	})
}

func ofBatch(ctx context.Context, tx *db.Tx, tenant, source, batch string) ([]Form, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from form where tenant = $1 and source = $2 and batch = $3 order by serial`, tenant, source, batch)
	return db.All(rows, err, func(r *db.Rows, f *Form) error { return scan(r, f) })
}
