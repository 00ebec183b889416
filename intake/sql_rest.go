package intake

import (
	"context"

	"jawort/db"
	"jawort/source"
)

type restingSource struct {
	tenant, id string
	since      int64 // when it was opened
	why        string
}

func liveSources(ctx context.Context, tx *db.Tx) ([]restingSource, error) {
	rows, err := tx.Query(ctx, `select tenant, source, coalesce(opened_at, created_at) from source where state = 'live' order by tenant, source`)
	return db.All(rows, err, func(r *db.Rows, to *restingSource) error { return r.Scan(&to.tenant, &to.id, &to.since) })
}

// questionsOf are a source's questions, the newest first. One that the gate kept back troubled nobody.
func questionsOf(ctx context.Context, tx *db.Tx, s restingSource, since int64, limit int) ([]source.Question, error) {
	rows, err := tx.Query(ctx, `select r.asked_at, r.state in ('granted', 'declined', 'disputed'), r.state = 'disputed'
		from request r left join message m on m.tenant = r.tenant and m.message = r.question
		where r.tenant = $1 and r.source = $2 and r.asked_at is not null and r.asked_at >= $3 and coalesce(m.state, '') <> 'refused'
		order by r.asked_at desc limit $4`, s.tenant, s.id, since, int64(limit))
	return db.All(rows, err, func(r *db.Rows, to *source.Question) error { return r.Scan(&to.At, &to.Answered, &to.NotMe) })
}
