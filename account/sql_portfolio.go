package account

import (
	"context"
	"fmt"

	"jawort/db"
)

// RoomOf is whose limit a number shares and how large it is, as of this statement; 0 where the portfolio is not known, so that nothing goes.
func RoomOf(ctx context.Context, tx *db.Tx, tenant, number string) (portfolio string, limit int64, err error) {
	rows, err := tx.Query(ctx, `select n.portfolio, coalesce(p.send_limit, 0) from number n
		left join portfolio p on p.tenant = n.tenant and p.portfolio = n.portfolio where n.tenant = $1 and n.number = $2`, tenant, number)
	type line struct {
		portfolio string
		limit     int64
	}
	list, err := db.All(rows, err, func(r *db.Rows, l *line) error { return r.Scan(&l.portfolio, &l.limit) })
	if err != nil || len(list) == 0 {
		return "", 0, err
	}
	return list[0].portfolio, list[0].limit, nil
}

// AddPortfolio adds one that is not there yet; what Meta told of one that is stays.
func AddPortfolio(ctx context.Context, tx *db.Tx, tenant string, p Portfolio) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into portfolio (tenant, portfolio, name, send_limit, updated_at) values ($1, $2, $3, $4, $5)
		on conflict (tenant, portfolio) do nothing`, tenant, p.ID, p.Name, p.SendLimit, at); err != nil {
		return fmt.Errorf("add portfolio %s: %w", p.ID, err)
	}
	return nil
}

// LockPortfolios locks some, in the order of their ids; those that are gone are not in the answer.
func LockPortfolios(ctx context.Context, tx *db.Tx, tenant string, ids []string) ([]Portfolio, error) {
	rows, err := tx.Query(ctx, `select portfolio, name, send_limit from portfolio where tenant = $1 and portfolio in {list $2 text}
		order by portfolio {for update}`, tenant, ids)
	list, err := db.All(rows, err, func(r *db.Rows, p *Portfolio) error { return r.Scan(&p.ID, &p.Name, &p.SendLimit) })
	if err != nil {
		return nil, fmt.Errorf("lock %d portfolios: %w", len(ids), err)
	}
	return list, nil
}

// MoveAccount lets an account's numbers share a portfolio's limit. Whoever calls it holds the locks of both.
func MoveAccount(ctx context.Context, tx *db.Tx, tenant, waba, portfolio string) error {
	if _, err := tx.Exec(ctx, `update number set portfolio = $3 where tenant = $1 and waba = $2`, tenant, waba, portfolio); err != nil {
		return fmt.Errorf("move account %s: %w", waba, err)
	}
	return nil
}

// DropPortfolio forgets one that no number is in, and says whether that is so.
func DropPortfolio(ctx context.Context, tx *db.Tx, tenant, portfolio string) (gone bool, err error) {
	err = tx.Row(ctx, `select not exists (select 1 from number where tenant = $1 and portfolio = $2)`, tenant, portfolio).Scan(&gone)
	if err == nil && gone {
		_, err = tx.Exec(ctx, `delete from portfolio where tenant = $1 and portfolio = $2`, tenant, portfolio)
	}
	if err != nil {
		return false, fmt.Errorf("drop portfolio %s: %w", portfolio, err)
	}
	return gone, nil
}
