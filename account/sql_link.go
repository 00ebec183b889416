package account

import (
	"context"
	"errors"
	"fmt"

	"jawort/db"
)

func insertLink(ctx context.Context, tx *db.Tx, tenant, staff string, hash []byte, until int64) error {
	_, err := tx.Exec(ctx, `insert into login_link (hash, tenant, staff, until) values ($1, $2, $3, $4)`, hash, tenant, staff, until)
	return err
}

func selectLinkOpen(ctx context.Context, tx *db.Tx, hash []byte, at int64) (bool, error) {
	var n int64
	err := tx.Row(ctx, `
		select count(*) from login_link l join staff s on s.tenant = l.tenant and s.staff = l.staff
		where l.hash = $1 and l.used_at is null and l.until > $2 and s.disabled_at is null`, hash, at).Scan(&n)
	return n == 1, err
}

// takeLink marks and reads in one statement: of two who come together one wins.
func takeLink(ctx context.Context, tx *db.Tx, hash []byte, at int64) (tenant, staff string, err error) {
	err = tx.Row(ctx, `
		update login_link set used_at = $2 where hash = $1 and used_at is null and until > $2
		returning tenant, staff`, hash, at).Scan(&tenant, &staff)
	if errors.Is(err, db.ErrNone) {
		err = errLink
	}
	return tenant, staff, err
}

// PutSession keeps a session under the hash of its token.
func PutSession(ctx context.Context, tx *db.Tx, token string, data []byte, until int64) error {
	if _, err := tx.Exec(ctx, `
		insert into session (token, data, until) values ($1, $2, $3)
		on conflict (token) do update set data = excluded.data, until = excluded.until`, sessionKey(token), data, until); err != nil {
		return fmt.Errorf("put session: %w", err)
	}
	return nil
}

// FindSession reads a session; ok is false when there is none or its time is over.
func FindSession(ctx context.Context, tx *db.Tx, token string) (data []byte, ok bool, err error) {
	at, err := tx.Now(ctx)
	if err != nil {
		return nil, false, err
	}
	err = tx.Row(ctx, `select data from session where token = $1 and until > $2`, sessionKey(token), at).Scan(&data)
	if errors.Is(err, db.ErrNone) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("find session: %w", err)
	}
	return data, true, nil
}

// ProlongSessions moves the end of all sessions: for a demo whose clock is put forward while somebody is signed in.
func ProlongSessions(ctx context.Context, tx *db.Tx, by int64) error {
	if _, err := tx.Exec(ctx, `update session set until = until + $1`, by); err != nil {
		return fmt.Errorf("prolong sessions: %w", err)
	}
	return nil
}

// DropSession ends a session.
func DropSession(ctx context.Context, tx *db.Tx, token string) error {
	if _, err := tx.Exec(ctx, `delete from session where token = $1`, sessionKey(token)); err != nil {
		return fmt.Errorf("drop session: %w", err)
	}
	return nil
}

// sessionKey is hex, because the column is text.
func sessionKey(token string) string { return fmt.Sprintf("%x", HashToken(token)) }

// SweepKeys deletes at most limit idempotency keys that are older than a day, of all tenants, and answers how many there were.
func SweepKeys(ctx context.Context, tx *db.Tx, limit int) (int64, error) {
	at, err := tx.Now(ctx)
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(ctx, `delete from idempotency where created_at < $1 and (tenant, idem_key) in (
		select tenant, idem_key from idempotency where created_at < $1 order by created_at limit $2)`, at-IdempotencyLife.Microseconds(), limit)
	if err != nil {
		return 0, fmt.Errorf("sweep idempotency keys: %w", err)
	}
	return n, nil
}

// Sweep deletes what is over: sessions and login links past their time.
func Sweep(ctx context.Context, tx *db.Tx) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	for _, s := range []struct {
		text   string
		before int64
	}{
		{`delete from session where until < $1`, at},
		{`delete from login_link where until < $1`, at - LinkLife.Microseconds()},
		{`delete from program_fault where day < $1`, at/microDay - faultLife},
	} {
		if _, err := tx.Exec(ctx, s.text, s.before); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}
