package account

import (
	"context"
	"fmt"

	"jawort/db"
)

func upsertLine(ctx context.Context, tx *db.Tx, l Line) error {
	_, err := tx.Exec(ctx, `
		insert into line (tenant, line, name, kind, registrar, transport, user_name, login, password, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (tenant, line) do update set name = excluded.name, kind = excluded.kind, registrar = excluded.registrar,
			transport = excluded.transport, user_name = excluded.user_name, login = excluded.login, password = excluded.password`,
		l.Tenant, l.ID, l.Name, l.Kind, l.Registrar, l.Transport, l.User, l.Login, append([]byte{}, l.Password...), l.CreatedAt)
	return err
}

const selectLine = `select tenant, line, name, kind, registrar, transport, user_name, login, password, created_at from line`

func scanLine(r *db.Rows, l *Line) error {
	var password []byte
	if err := r.Scan(&l.Tenant, &l.ID, &l.Name, &l.Kind, &l.Registrar, &l.Transport, &l.User, &l.Login, &password, &l.CreatedAt); err != nil {
		return err
	}
	l.Password = password
	return nil
}

// Lines reads a tenant's lines, the oldest first; of all tenants if tenant is empty.
func Lines(ctx context.Context, tx *db.Tx, tenant string) ([]Line, error) {
	rows, err := tx.Query(ctx, selectLine+` where ($1 = '' or tenant = $1) order by tenant, line`, tenant)
	return db.All(rows, err, scanLine)
}

// LineOf reads a line; LineByID finds it whatever the tenant, for a provider's webhook, which knows no tenant.
func LineOf(ctx context.Context, tx *db.Tx, tenant, line string) (Line, error) {
	rows, err := tx.Query(ctx, selectLine+` where tenant = $1 and line = $2`, tenant, line)
	return oneLine(rows, err)
}

// LineByID: see LineOf.
func LineByID(ctx context.Context, tx *db.Tx, line string) (Line, error) {
	rows, err := tx.Query(ctx, selectLine+` where line = $1`, line)
	return oneLine(rows, err)
}

func oneLine(rows *db.Rows, err error) (Line, error) {
	all, err := db.All(rows, err, scanLine)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Line{}, fmt.Errorf("read line: %w", err)
	}
	return all[0], nil
}

// DropLine forgets a line.
func DropLine(ctx context.Context, tx *db.Tx, tenant, line, by string) error {
	n, err := tx.Exec(ctx, `delete from line where tenant = $1 and line = $2`, tenant, line)
	if err == nil && n == 0 {
		err = errNotFound
	}
	if err != nil {
		return fmt.Errorf("drop line: %w", err)
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "line.dropped", Object: line})
}
