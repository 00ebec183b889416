package account

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

// PutPortfolio adds or changes a portfolio: Meta tells name and limit.
func PutPortfolio(ctx context.Context, tx *db.Tx, tenant string, p Portfolio) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into portfolio (tenant, portfolio, name, send_limit, updated_at) values ($1, $2, $3, $4, $5)
		on conflict (tenant, portfolio) do update
		set name = excluded.name, send_limit = excluded.send_limit, updated_at = excluded.updated_at`,
		tenant, p.ID, p.Name, p.SendLimit, at); err != nil {
		return fmt.Errorf("put portfolio %s: %w", p.ID, err)
	}
	return nil
}

// Portfolios reads a tenant's portfolios.
func Portfolios(ctx context.Context, tx *db.Tx, tenant string) ([]Portfolio, error) {
	rows, err := tx.Query(ctx, `select portfolio, name, send_limit from portfolio where tenant = $1 order by portfolio`, tenant)
	all, err := db.All(rows, err, func(r *db.Rows, p *Portfolio) error { return r.Scan(&p.ID, &p.Name, &p.SendLimit) })
	if err != nil {
		return nil, fmt.Errorf("portfolios of %s: %w", tenant, err)
	}
	return all, nil
}

// upsertNumber never takes a number from another tenant: the unique index number_id stands on the id alone.
func upsertNumber(ctx context.Context, tx *db.Tx, n Number) error {
	settings, err := json.Marshal(n.Settings)
	if err != nil {
		return err
	}
	count, err := tx.Exec(ctx, `
		insert into number (tenant, number, waba, portfolio, display, name, country, base_url, token, app_secret, mode, throughput,
			settings, status, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (number) do update
		set waba = excluded.waba, portfolio = excluded.portfolio, display = excluded.display, name = excluded.name,
			country = excluded.country, base_url = excluded.base_url, mode = excluded.mode, throughput = excluded.throughput,
			settings = excluded.settings, status = excluded.status,
			token = case when length(excluded.token) = 0 then number.token else excluded.token end,
			app_secret = case when length(excluded.app_secret) = 0 then number.app_secret else excluded.app_secret end
		where number.tenant = excluded.tenant`,
		n.Tenant, n.ID, n.WABA, n.Portfolio, n.Display, n.Name, n.Country, n.BaseURL, raw(n.Token), raw(n.AppSecret), string(n.Mode),
		n.Throughput, string(settings), n.Status, n.CreatedAt)
	if err == nil && count == 0 {
		return errs.New(errs.Conflict, "account.number.taken")
	}
	return err
}

// raw is never nil: the columns are not null.
func raw(s Sealed) []byte {
	if s == nil {
		return []byte{}
	}
	return s
}

func updateNumberSettings(ctx context.Context, tx *db.Tx, tenant, number string, mode Mode, s NumberSettings) error {
	settings, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return updateOne(ctx, tx, `update number set mode = $3, settings = $4 where tenant = $1 and number = $2`,
		tenant, number, string(mode), string(settings))
}

// SetLimit notes the messaging limit that Meta gives a portfolio.
func SetLimit(ctx context.Context, tx *db.Tx, tenant, portfolio string, limit int64) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update portfolio set send_limit = $3, updated_at = $4 where tenant = $1 and portfolio = $2`, tenant, portfolio, limit, at); err != nil {
		return fmt.Errorf("set limit of portfolio %s: %w", portfolio, err)
	}
	return nil
}

// SetNumberStatus notes what Meta says of a number: its status word ("" = not told) and its throughput (0 = not told).
func SetNumberStatus(ctx context.Context, tx *db.Tx, tenant, number, status string, throughput int64) error {
	if err := updateOne(ctx, tx, `
		update number set status = case when $3 = '' then status else $3 end, throughput = case when $4 > 0 then $4 else throughput end
		where tenant = $1 and number = $2`, tenant, number, status, throughput); err != nil {
		return fmt.Errorf("set status of number %s: %w", number, err)
	}
	return nil
}

const selectNumber = `
	select tenant, number, waba, portfolio, display, name, country, base_url, token, app_secret, mode, throughput, settings, status,
		created_at
	from number`

// NumberByID finds a number by Meta's id alone, whoever's it is: a webhook names nothing else.
func NumberByID(ctx context.Context, tx *db.Tx, number string) (Number, error) {
	rows, err := tx.Query(ctx, selectNumber+` where number = $1`, number)
	return oneNumber(rows, err, number)
}

// NumberOf finds one of the tenant's numbers.
func NumberOf(ctx context.Context, tx *db.Tx, tenant, number string) (Number, error) {
	rows, err := tx.Query(ctx, selectNumber+` where tenant = $1 and number = $2`, tenant, number)
	return oneNumber(rows, err, number)
}

func oneNumber(rows *db.Rows, err error, number string) (Number, error) {
	all, err := db.All(rows, err, scanNumber)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Number{}, fmt.Errorf("number %s: %w", number, err)
	}
	return all[0], nil
}

// Numbers reads all numbers of a tenant, or of every tenant when it is "" (for the pollers).
func Numbers(ctx context.Context, tx *db.Tx, tenant string) ([]Number, error) {
	rows, err := tx.Query(ctx, selectNumber+` where $1 = '' or tenant = $1 order by created_at, number`, tenant)
	all, err := db.All(rows, err, scanNumber)
	if err != nil {
		return nil, fmt.Errorf("numbers: %w", err)
	}
	return all, nil
}

// NumbersByWABA finds a business account's numbers: account and template webhooks name nothing else.
func NumbersByWABA(ctx context.Context, tx *db.Tx, waba string) ([]Number, error) {
	rows, err := tx.Query(ctx, selectNumber+` where waba = $1 order by created_at, number`, waba)
	all, err := db.All(rows, err, scanNumber)
	if err != nil {
		return nil, fmt.Errorf("numbers of account %s: %w", waba, err)
	}
	return all, nil
}

func scanNumber(r *db.Rows, n *Number) error {
	var settings, mode string
	var token, secret []byte
	if err := r.Scan(&n.Tenant, &n.ID, &n.WABA, &n.Portfolio, &n.Display, &n.Name, &n.Country, &n.BaseURL, &token, &secret, &mode,
		&n.Throughput, &settings, &n.Status, &n.CreatedAt); err != nil {
		return err
	}
	n.Token, n.AppSecret, n.Mode = token, secret, Mode(mode)
	return json.Unmarshal([]byte(settings), &n.Settings)
}

const updateSecrets = `update number set token = $3, app_secret = $4 where tenant = $1 and number = $2`
