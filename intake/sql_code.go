package intake

import (
	"context"

	"jawort/db"
)

// smsCode is a code that somebody may type into the page.
type smsCode struct {
	request, message, hash string
	until, tries           int64
}

// putCode keeps a request's code in place of the one before.
func putCode(ctx context.Context, tx *db.Tx, tenant string, c smsCode) error {
	_, err := tx.Exec(ctx, `insert into sms_code (tenant, request, message, hash, until, tries) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant, request) do update set message = excluded.message, hash = excluded.hash, until = excluded.until, tries = excluded.tries`,
		tenant, c.request, c.message, c.hash, c.until, c.tries)
	return err
}

// codeOf is the request's code, and whether it has one.
func codeOf(ctx context.Context, tx *db.Tx, tenant, request string) (smsCode, bool, error) {
	rows, err := tx.Query(ctx, `select request, message, hash, until, tries from sms_code where tenant = $1 and request = $2`, tenant, request)
	all, err := db.All(rows, err, func(r *db.Rows, c *smsCode) error { return r.Scan(&c.request, &c.message, &c.hash, &c.until, &c.tries) })
	if len(all) == 0 {
		return smsCode{}, false, err
	}
	return all[0], true, err
}

func countWrongCode(ctx context.Context, tx *db.Tx, tenant, request string) error {
	_, err := tx.Exec(ctx, `update sms_code set tries = tries + 1 where tenant = $1 and request = $2`, tenant, request)
	return err
}

func dropCode(ctx context.Context, tx *db.Tx, tenant, request string) error {
	_, err := tx.Exec(ctx, `delete from sms_code where tenant = $1 and request = $2`, tenant, request)
	return err
}
