package contact

import (
	"context"

	"jawort/db"
)

// moveAll moves every address row, ended ones too, and the windows; the merged contact keeps its own windows for a split.
func moveAll(ctx context.Context, tx *db.Tx, tenant string, m merging) error {
	for _, text := range []string{
		`update contact_address set contact = $3 where tenant = $1 and contact = $2`,
		`update contact set merged_into = $3 where tenant = $1 and contact = $2`,
		`update contact set frozen_at = coalesce(frozen_at, (select f.frozen_at from contact f where f.tenant = $1 and f.contact = $2))
			where tenant = $1 and contact = $3`,
		`insert into service_window (tenant, contact, number, opened_at, until, human_at, answers)
			select tenant, $3, number, opened_at, until, human_at, answers from service_window where tenant = $1 and contact = $2
			on conflict (tenant, contact, number) do update set ` + later,
	} {
		if _, err := tx.Exec(ctx, text, tenant, m.from, m.into); err != nil {
			return err
		}
	}
	return nil
}

// giveBack undoes moveAll, with whatever had been merged into from before.
func giveBack(ctx context.Context, tx *db.Tx, tenant, whole, from string) error {
	if _, err := tx.Exec(ctx, `with recursive family (contact) as (
			select contact from contact where tenant = $1 and contact = $2
			union select c.contact from contact c join family f on c.merged_into = f.contact where c.tenant = $1)
		update contact_address set contact = $2 where tenant = $1 and contact = $3 and born in (select contact from family)`,
		tenant, from, whole); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update contact set merged_into = null where tenant = $1 and contact = $2`, tenant, from); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `delete from service_window where tenant = $1 and contact in ($2, $3)`, tenant, from, whole)
	return err
}

// mergedInto answers, for contacts that exist, what they were merged into; "" = they stand for themselves.
func mergedInto(ctx context.Context, tx *db.Tx, tenant string, contacts []string) (map[string]string, error) {
	rows, err := tx.Query(ctx, `select contact, coalesce(merged_into, '') from contact where tenant = $1 and contact in {list $2 text}`, tenant, contacts)
	pairs, err := db.All(rows, err, func(r *db.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) })
	out := make(map[string]string, len(pairs))
	for _, p := range pairs {
		out[p[0]] = p[1]
	}
	return out, err
}
