package topic

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
)

const topicColumns = `topic, class, class_default, texts, position, created_at, coalesce(retired_at, 0)`

func scanTopic(r interface{ Scan(...any) error }, t *Topic) error {
	var texts string
	if err := r.Scan(&t.Code, &t.Class, &t.Default, &texts, &t.Position, &t.CreatedAt, &t.RetiredAt); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(texts), &t.Texts); err != nil {
		return fmt.Errorf("texts of topic %s: %w", t.Code, err)
	}
	return nil
}

// upsert touches no row when the class differs.
func upsert(ctx context.Context, tx *db.Tx, tenant string, t Topic) (int64, error) {
	texts, err := json.Marshal(t.Texts)
	if err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `insert into topic (tenant, topic, class, class_default, texts, position, created_at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (tenant, topic) do update set class_default = excluded.class_default, texts = excluded.texts, position = excluded.position
		where topic.class = excluded.class`, tenant, t.Code, t.Class, t.Default, string(texts), t.Position, t.CreatedAt)
}

func clearDefault(ctx context.Context, tx *db.Tx, tenant string, class Class, but string) error {
	_, err := tx.Exec(ctx, `update topic set class_default = false where tenant = $1 and class = $2 and topic <> $3 and class_default`, tenant, class, but)
	return err
}

func retire(ctx context.Context, tx *db.Tx, tenant, code string, at int64) (int64, error) {
	var when any
	if at != 0 {
		when = at
	}
	return tx.Exec(ctx, `update topic set retired_at = $3 where tenant = $1 and topic = $2`, tenant, code, when)
}

func read(ctx context.Context, tx *db.Tx, tenant, code string) (t Topic, err error) {
	return t, scanTopic(tx.Row(ctx, `select `+topicColumns+` from topic where tenant = $1 and topic = $2`, tenant, code), &t)
}

func readAll(ctx context.Context, tx *db.Tx, tenant string) ([]Topic, error) {
	rows, err := tx.Query(ctx, `select `+topicColumns+` from topic where tenant = $1 order by retired_at is not null, position, topic`, tenant)
	return db.All(rows, err, func(r *db.Rows, t *Topic) error { return scanTopic(r, t) })
}

func defaults(ctx context.Context, tx *db.Tx, tenant string) (map[Class]string, error) {
	rows, err := tx.Query(ctx, `select class, topic from topic where tenant = $1 and class_default and retired_at is null and class <> 'marketing'`, tenant)
	list, err := db.All(rows, err, func(r *db.Rows, t *Topic) error { return r.Scan(&t.Class, &t.Code) })
	out := make(map[Class]string, len(list))
	for _, t := range list {
		out[t.Class] = t.Code
	}
	return out, err
}
