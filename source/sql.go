package source

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
)

const sourceColumns = `tenant, source, kind, name, state, notice, notice_version, topics, number, settings, paused_why, created_at`

func scan(r interface{ Scan(...any) error }, s *Source) error {
	var topics, settings string
	if err := r.Scan(&s.Tenant, &s.ID, &s.Kind, &s.Name, &s.State, &s.Notice, &s.NoticeVersion, &topics, &s.Number, &settings, &s.PausedWhy, &s.CreatedAt); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(topics), &s.Topics); err != nil {
		return fmt.Errorf("topics of source %s: %w", s.ID, err)
	}
	if err := json.Unmarshal([]byte(settings), &s.Settings); err != nil {
		return fmt.Errorf("settings of source %s: %w", s.ID, err)
	}
	return nil
}

// written are the JSON columns.
func written(s Source) (topics, settings string, err error) {
	if s.Topics == nil {
		s.Topics = []string{}
	}
	a, err := json.Marshal(s.Topics)
	if err != nil {
		return "", "", err
	}
	b, err := json.Marshal(s.Settings)
	return string(a), string(b), err
}

func insert(ctx context.Context, tx *db.Tx, s Source, hash []byte) error {
	topics, settings, err := written(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into source (`+sourceColumns+`, token_hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		s.Tenant, s.ID, s.Kind, s.Name, s.State, s.Notice, s.NoticeVersion, topics, s.Number, settings, s.PausedWhy, s.CreatedAt, hash)
	return err
}

func update(ctx context.Context, tx *db.Tx, s Source) error {
	topics, settings, err := written(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update source set kind = $3, name = $4, state = $5, notice = $6, notice_version = $7, topics = $8, number = $9, settings = $10,
		paused_why = $11 where tenant = $1 and source = $2`,
		s.Tenant, s.ID, s.Kind, s.Name, s.State, s.Notice, s.NoticeVersion, topics, s.Number, settings, s.PausedWhy)
	return err
}

func markOpened(ctx context.Context, tx *db.Tx, s Source) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update source set opened_at = $3 where tenant = $1 and source = $2`, s.Tenant, s.ID, now)
	return err
}

func setToken(ctx context.Context, tx *db.Tx, tenant, source string, hash []byte) error {
	_, err := tx.Exec(ctx, `update source set token_hash = $3 where tenant = $1 and source = $2`, tenant, source, hash)
	return err
}

func tokenHash(ctx context.Context, tx *db.Tx, source string) (hash []byte, err error) {
	return hash, tx.Row(ctx, `select token_hash from source where source = $1`, source).Scan(&hash)
}

func read(ctx context.Context, tx *db.Tx, tenant, source string, lock bool) (s Source, err error) {
	text := `select ` + sourceColumns + ` from source where tenant = $1 and source = $2`
	if lock {
		text += ` {for update}`
	}
	return s, scan(tx.Row(ctx, text, tenant, source), &s)
}

func readAny(ctx context.Context, tx *db.Tx, source string) (s Source, err error) {
	return s, scan(tx.Row(ctx, `select `+sourceColumns+` from source where source = $1`, source), &s)
}

func readLiveOf(ctx context.Context, tx *db.Tx, tenant, kind string) ([]Source, error) {
	rows, err := tx.Query(ctx, `select `+sourceColumns+` from source where tenant = $1 and state = 'live' and kind = $2 order by source`, tenant, kind)
	return db.All(rows, err, func(r *db.Rows, s *Source) error { return scan(r, s) })
}

func readAllLive(ctx context.Context, tx *db.Tx, tenant string) ([]Source, error) {
	rows, err := tx.Query(ctx, `select `+sourceColumns+` from source where tenant = $1 and state = 'live' order by source`, tenant)
	return db.All(rows, err, func(r *db.Rows, s *Source) error { return scan(r, s) })
}

func readAll(ctx context.Context, tx *db.Tx, tenant string) ([]Source, error) {
	rows, err := tx.Query(ctx, `select `+sourceColumns+` from source where tenant = $1 order by source desc`, tenant)
	return db.All(rows, err, func(r *db.Rows, s *Source) error { return scan(r, s) })
}

func readSpoken(ctx context.Context, tx *db.Tx) ([]Source, error) {
	rows, err := tx.Query(ctx, `select `+sourceColumns+` from source where state = $1 and kind in {list $2 text} order by source`, StateLive, Spoken)
	return db.All(rows, err, func(r *db.Rows, s *Source) error { return scan(r, s) })
}

func hasLine(ctx context.Context, tx *db.Tx, tenant, line string) (there bool, err error) {
	return there, tx.Row(ctx, `select exists (select 1 from line where tenant = $1 and line = $2)`, tenant, line).Scan(&there)
}

// addUses goes in key order, so that two batches never wait for each other.
func addUses(ctx context.Context, tx *db.Tx, tenant string, list []count) ([]count, error) {
	rows, err := tx.Query(ctx, `insert into door (tenant, door, fingerprint, slot, used)
		select $1, r.door, r.fingerprint, r.slot, r.used from {rows $2: door text, fingerprint text, slot bigint, used bigint} r
		where true order by r.door, r.fingerprint, r.slot
		on conflict (tenant, door, fingerprint, slot) do update set used = door.used + excluded.used returning door, fingerprint, slot, used`,
		tenant, db.RowsOf(list, func(c count) []any { return []any{c.door, c.fingerprint, c.slot, c.used} }))
	return db.All(rows, err, func(r *db.Rows, c *count) error { return r.Scan(&c.door, &c.fingerprint, &c.slot, &c.used) })
}

func sweep(ctx context.Context, tx *db.Tx, before int64, limit int) (int64, error) {
	return tx.Exec(ctx, `delete from door where slot < $1 and (tenant, door, fingerprint, slot) in (
		select tenant, door, fingerprint, slot from door where slot < $1 order by slot limit $2)`, before, limit)
}
