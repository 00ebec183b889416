package topic

import (
	"context"
	"encoding/json"

	"jawort/db"
)

const templateColumns = `m.waba, m.name, m.language, m.meta_id, m.category, m.status, m.quality, coalesce(m.topic, ''), m.components, m.updated_at`

func scanTemplate(r interface{ Scan(...any) error }, t *Template) error {
	var components string
	err := r.Scan(&t.WABA, &t.Name, &t.Language, &t.MetaID, &t.Category, &t.Status, &t.Quality, &t.Topic, &components, &t.UpdatedAt)
	t.Components = json.RawMessage(components)
	return err
}

func scanTemplates(r *db.Rows, t *Template) error { return scanTemplate(r, t) }

func upsertTemplates(ctx context.Context, tx *db.Tx, tenant string, list []Template) error {
	_, err := tx.Exec(ctx, `insert into template (tenant, waba, name, language, meta_id, category, status, quality, components, updated_at)
		select $1, r.waba, r.name, r.language, r.meta_id, r.category, r.status, r.quality, r.components, r.updated_at
		from {rows $2: waba text, name text, language text, meta_id text, category text, status text, quality text, components text, updated_at bigint} r
		where true order by r.name, r.language on conflict (tenant, waba, name, language) do update set meta_id = excluded.meta_id, category = excluded.category,
		status = excluded.status, quality = excluded.quality, components = excluded.components, updated_at = excluded.updated_at`,
		tenant, db.RowsOf(list, func(t Template) []any {
			return []any{t.WABA, t.Name, t.Language, t.MetaID, t.Category, t.Status, t.Quality, string(t.Components), t.UpdatedAt}
		}))
	return err
}

func misfits(ctx context.Context, tx *db.Tx, tenant string) ([]Template, error) {
	rows, err := tx.Query(ctx, `select `+templateColumns+` from template m join topic t on t.tenant = m.tenant and t.topic = m.topic
		where m.tenant = $1 and lower(m.category) <> t.class order by m.waba, m.name, m.language`, tenant)
	return db.All(rows, err, scanTemplates)
}

func templatesNamed(ctx context.Context, tx *db.Tx, tenant, waba, name string) ([]Template, error) {
	rows, err := tx.Query(ctx, `select `+templateColumns+` from template m where m.tenant = $1 and m.waba = $2 and m.name = $3 order by m.language`, tenant, waba, name)
	return db.All(rows, err, scanTemplates)
}

func assign(ctx context.Context, tx *db.Tx, tenant, waba, name, code string) error {
	var topic any
	if code != "" {
		topic = code
	}
	_, err := tx.Exec(ctx, `update template set topic = $4 where tenant = $1 and waba = $2 and name = $3`, tenant, waba, name, topic)
	return err
}

// setTemplate sets one of three columns; the names are ours, no input.
func setTemplate(ctx context.Context, tx *db.Tx, tenant string, k Key, column, value string, at int64) (int64, error) {
	if k.MetaID != "" {
		n, err := tx.Exec(ctx, `update template set `+column+` = $3, updated_at = $4 where tenant = $1 and meta_id = $2`, tenant, k.MetaID, value, at)
		if err != nil || n > 0 || k.Name == "" {
			return n, err
		}
	}
	return tx.Exec(ctx, `update template set `+column+` = $5, updated_at = $6 where tenant = $1 and waba = $2 and name = $3 and language = $4`,
		tenant, k.WABA, k.Name, k.Language, value, at)
}

func template(ctx context.Context, tx *db.Tx, tenant, waba, name, lang string) (t Template, err error) {
	return t, scanTemplate(tx.Row(ctx, `select `+templateColumns+` from template m
		where m.tenant = $1 and m.waba = $2 and m.name = $3 and m.language = $4`, tenant, waba, name, lang), &t)
}

func templates(ctx context.Context, tx *db.Tx, tenant, waba string) ([]Template, error) {
	rows, err := tx.Query(ctx, `select `+templateColumns+` from template m where m.tenant = $1 and ($2 = '' or m.waba = $2) order by m.waba, m.name, m.language`, tenant, waba)
	return db.All(rows, err, scanTemplates)
}

func troubled(ctx context.Context, tx *db.Tx, tenant string) ([]Template, error) {
	rows, err := tx.Query(ctx, `select `+templateColumns+` from template m where m.tenant = $1 and (m.quality in ('YELLOW', 'RED')
			or m.status in ('PAUSED', 'DISABLED', 'LOCKED') or exists (select 1 from brake b where b.tenant = m.tenant and b.number = ''
				and b.waba = m.waba and b.template = m.name and b.language = m.language))
		order by m.waba, m.name, m.language`, tenant)
	return db.All(rows, err, scanTemplates)
}
