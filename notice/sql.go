package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"jawort/db"
)

const versionColumns = `notice, version, language, body, hash, kind, topics, cap_month, outdates, created_at, coalesce(published_at, 0)`

func scanVersion(r interface{ Scan(...any) error }, v *Version) error {
	var topics string
	if err := r.Scan(&v.Notice, &v.Version, &v.Language, &v.Body, &v.Hash, &v.Kind, &topics, &v.CapMonth, &v.Outdates, &v.CreatedAt, &v.PublishedAt); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(topics), &v.Topics); err != nil {
		return fmt.Errorf("topics of notice %s: %w", v.Notice, err)
	}
	return nil
}

func insert(ctx context.Context, tx *db.Tx, tenant string, n Notice) error {
	_, err := tx.Exec(ctx, `insert into notice (tenant, notice, name, created_at) values ($1, $2, $3, $4)`, tenant, n.ID, n.Name, n.CreatedAt)
	return err
}

func lock(ctx context.Context, tx *db.Tx, tenant, notice string) (bool, error) {
	var found string
	err := tx.Row(ctx, `select notice from notice where tenant = $1 and notice = $2 {for update}`, tenant, notice).Scan(&found)
	if errors.Is(err, db.ErrNone) {
		return false, nil
	}
	return err == nil, err
}

func lastPublished(ctx context.Context, tx *db.Tx, tenant, notice string) (last int64, err error) {
	return last, tx.Row(ctx, `select coalesce(max(version), 0) from notice_version where tenant = $1 and notice = $2 and published_at is not null`,
		tenant, notice).Scan(&last)
}

// replaceDraft and publish never touch a row that has published_at.
func replaceDraft(ctx context.Context, tx *db.Tx, tenant, notice string, list []Version) error {
	if _, err := tx.Exec(ctx, `delete from notice_version where tenant = $1 and notice = $2 and published_at is null`, tenant, notice); err != nil {
		return err
	}
	topics, err := json.Marshal(list[0].Topics)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into notice_version (tenant, notice, version, language, body, hash, kind, topics, cap_month, outdates, created_at)
		select $1, $2, r.version, r.language, r.body, r.hash, r.kind, $4, r.cap_month, r.outdates, r.created_at
		from {rows $3: version bigint, language text, body text, hash text, kind text, cap_month bigint, outdates boolean, created_at bigint} r`,
		tenant, notice, db.RowsOf(list, func(v Version) []any {
			return []any{v.Version, v.Language, v.Body, v.Hash, v.Kind, v.CapMonth, v.Outdates, v.CreatedAt}
		}), string(topics))
	return err
}

func publish(ctx context.Context, tx *db.Tx, tenant, notice string, version, at int64) (int64, error) {
	return tx.Exec(ctx, `update notice_version set published_at = $4 where tenant = $1 and notice = $2 and version = $3 and published_at is null`,
		tenant, notice, version, at)
}

func one(ctx context.Context, tx *db.Tx, tenant, notice string, version int64, language string) (v Version, err error) {
	return v, scanVersion(tx.Row(ctx, `select `+versionColumns+` from notice_version where tenant = $1 and notice = $2 and version = $3 and language = $4`,
		tenant, notice, version, language), &v)
}

func versions(ctx context.Context, tx *db.Tx, tenant, notice string) ([]Version, error) {
	rows, err := tx.Query(ctx, `select `+versionColumns+` from notice_version where tenant = $1 and notice = $2 order by version desc, language`, tenant, notice)
	return db.All(rows, err, func(r *db.Rows, v *Version) error { return scanVersion(r, v) })
}

func read(ctx context.Context, tx *db.Tx, tenant, notice string) (n Notice, err error) {
	return n, tx.Row(ctx, `select notice, name, created_at from notice where tenant = $1 and notice = $2`, tenant, notice).Scan(&n.ID, &n.Name, &n.CreatedAt)
}

func readAll(ctx context.Context, tx *db.Tx, tenant string) ([]Notice, error) {
	rows, err := tx.Query(ctx, `select notice, name, created_at from notice where tenant = $1 order by notice desc`, tenant)
	return db.All(rows, err, func(r *db.Rows, n *Notice) error { return r.Scan(&n.ID, &n.Name, &n.CreatedAt) })
}
