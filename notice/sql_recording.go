package notice

import (
	"context"

	"jawort/db"
)

func upsertRecording(ctx context.Context, tx *db.Tx, tenant string, r Recording) error {
	_, err := tx.Exec(ctx, `insert into recording (tenant, notice, version, language, slot, blob, ms, recorded_by, recorded_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (tenant, notice, version, language, slot) do update set blob = excluded.blob, ms = excluded.ms,
			recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at`,
		tenant, r.Notice, r.Version, r.Language, r.Slot, r.Blob, r.MS, r.By, r.At)
	return err
}

func recordings(ctx context.Context, tx *db.Tx, tenant, notice string, version int64) ([]Recording, error) {
	rows, err := tx.Query(ctx, `select notice, version, language, slot, blob, ms, recorded_by, recorded_at from recording
		where tenant = $1 and notice = $2 and version = $3 order by language, slot`, tenant, notice, version)
	return db.All(rows, err, func(r *db.Rows, to *Recording) error {
		return r.Scan(&to.Notice, &to.Version, &to.Language, &to.Slot, &to.Blob, &to.MS, &to.By, &to.At)
	})
}

// dropStale forgets the recordings of a draft whose words change.
func dropStale(ctx context.Context, tx *db.Tx, tenant, notice string, list []Version) error {
	for _, v := range list {
		if _, err := tx.Exec(ctx, `delete from recording where tenant = $1 and notice = $2 and version = $3 and language = $4 and exists (
			select 1 from notice_version d where d.tenant = $1 and d.notice = $2 and d.version = $3 and d.language = $4 and d.hash <> $5)`,
			tenant, notice, v.Version, v.Language, v.Hash); err != nil {
			return err
		}
	}
	return nil
}
