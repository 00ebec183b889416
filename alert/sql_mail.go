package alert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"jawort/db"
)

func upsertServer(ctx context.Context, tx *db.Tx, s Server, now int64) error {
	readers, err := json.Marshal(s.Readers)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into mail_server (tenant, host, port, security, username, password, sender, readers, proven_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (tenant) do update set host = excluded.host, port = excluded.port, security = excluded.security,
			username = excluded.username, password = excluded.password, sender = excluded.sender, readers = excluded.readers,
			proven_at = excluded.proven_at, updated_at = excluded.updated_at`,
		s.Tenant, s.Host, s.Port, string(s.Security), s.User, bytesOf(s.Password), s.Sender, string(readers), s.ProvenAt, now)
	return err
}

// bytesOf is never nil: the column is not null.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

const selectMail = `select tenant, host, port, security, username, password, sender, readers, proven_at from mail_server`

func scanServer(r *db.Rows, s *Server) error {
	var readers string
	var password []byte
	if err := r.Scan(&s.Tenant, &s.Host, &s.Port, &s.Security, &s.User, &password, &s.Sender, &readers, &s.ProvenAt); err != nil {
		return err
	}
	s.Password = password
	return json.Unmarshal([]byte(readers), &s.Readers)
}

func selectServer(ctx context.Context, tx *db.Tx, tenant string) (Server, error) {
	rows, err := tx.Query(ctx, selectMail+` where tenant = $1`, tenant)
	all, err := db.All(rows, err, scanServer)
	if err != nil || len(all) == 0 {
		return Server{Tenant: tenant}, err
	}
	return all[0], nil
}

func selectServers(ctx context.Context, tx *db.Tx) ([]Server, error) {
	rows, err := tx.Query(ctx, selectMail+` order by tenant`)
	return db.All(rows, err, scanServer)
}

func setProven(ctx context.Context, tx *db.Tx, tenant string, now int64) error {
	_, err := tx.Exec(ctx, `update mail_server set proven_at = $2 where tenant = $1`, tenant, now)
	return err
}

func setPassword(ctx context.Context, tx *db.Tx, tenant string, sealed []byte) error {
	_, err := tx.Exec(ctx, `update mail_server set password = $2 where tenant = $1`, tenant, bytesOf(sealed))
	return err
}

// told is one letter about one alert to one reader.
type told struct {
	Tenant, Alert, About, Reader string
	State                        string // waiting sent failed
	Why                          string
	Attempts, At                 int64
}

func selectTold(ctx context.Context, tx *db.Tx, tenant string, alerts []string) ([]told, error) {
	rows, err := tx.Query(ctx, `select tenant, alert, about, reader, state, why, attempts, at from alert_mail
		where tenant = $1 and alert in {list $2 text} order by alert, about, reader`, tenant, alerts)
	return db.All(rows, err, func(r *db.Rows, t *told) error {
		return r.Scan(&t.Tenant, &t.Alert, &t.About, &t.Reader, &t.State, &t.Why, &t.Attempts, &t.At)
	})
}

func upsertTold(ctx context.Context, tx *db.Tx, t told) error {
	_, err := tx.Exec(ctx, `
		insert into alert_mail (tenant, alert, about, reader, state, why, attempts, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (tenant, alert, about, reader) do update
		set state = excluded.state, why = excluded.why, attempts = excluded.attempts, at = excluded.at`,
		t.Tenant, t.Alert, t.About, t.Reader, t.State, t.Why, t.Attempts, t.At)
	if err != nil {
		return fmt.Errorf("note a mail: %w", err)
	}
	return nil
}

// lastAt is when an open alert was last seen; ok is false when it is over.
func lastAt(ctx context.Context, tx *db.Tx, tenant, alert string) (at int64, kind string, ok bool, err error) {
	err = tx.Row(ctx, `select last_at, kind from alert where tenant = $1 and alert = $2 and cleared_at is null`, tenant, alert).Scan(&at, &kind)
	if errors.Is(err, db.ErrNone) {
		return 0, "", false, nil
	}
	return at, kind, err == nil, err
}
