package account

import (
	"context"

	"jawort/db"
)

// insertView takes the place of the same name of the same owner.
func insertView(ctx context.Context, tx *db.Tx, tenant string, v View, at int64) error {
	_, err := tx.Exec(ctx, `delete from saved_view where tenant = $1 and page = $2 and staff = $3 and name = $4`, tenant, v.Page, v.Staff, v.Name)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into saved_view (tenant, view, page, name, filter, staff, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		tenant, v.ID, v.Page, v.Name, v.Filter, v.Staff, at)
	return err
}

func selectViews(ctx context.Context, tx *db.Tx, tenant, page, staff string) ([]View, error) {
	rows, err := tx.Query(ctx, `select view, page, name, filter, staff from saved_view
		where tenant = $1 and page = $2 and ($3 = '' or staff = '' or staff = $3) order by name, view`, tenant, page, staff)
	return db.All(rows, err, func(r *db.Rows, v *View) error { return r.Scan(&v.ID, &v.Page, &v.Name, &v.Filter, &v.Staff) })
}

func deleteView(ctx context.Context, tx *db.Tx, tenant, staff, view string) (int64, error) {
	return tx.Exec(ctx, `delete from saved_view where tenant = $1 and view = $2 and (staff = '' or staff = $3)`, tenant, view, staff)
}
