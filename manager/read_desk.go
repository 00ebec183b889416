package manager

import (
	"context"

	"jawort/db"
)

// mostBacks is how many wishes to take something back are shown: each waits for a second person.
const mostBacks = 50

// backRow is an entry of staff that somebody wants to take back.
type backRow struct {
	Voiding, Contact, Name, Reason, By, AskedBy string
	Kind, Scope, Channel                        string // of the entry
	EnteredAt, AskedAt                          int64
}

// openVoidings are the wishes that wait for a second person, the oldest first.
func openVoidings(ctx context.Context, tx *db.Tx, tenant string) ([]backRow, error) {
	rows, err := tx.Query(ctx, `select d.voiding, d.contact, coalesce(c.name, ''), d.reason, coalesce(s.name, ''), d.asked_by,
			e.kind, e.scope, e.channel, e.recorded_at, d.asked_at
		from voiding d join event e on e.tenant = d.tenant and e.event = d.event
		left join contact c on c.tenant = d.tenant and c.contact = d.contact
		left join staff s on s.tenant = d.tenant and s.staff = d.asked_by
		where d.tenant = $1 and d.decided_at is null order by d.voiding limit $2`, tenant, mostBacks)
	return db.All(rows, err, func(r *db.Rows, b *backRow) error {
		return r.Scan(&b.Voiding, &b.Contact, &b.Name, &b.Reason, &b.By, &b.AskedBy, &b.Kind, &b.Scope, &b.Channel, &b.EnteredAt, &b.AskedAt)
	})
}

// openListUndos are the lists that somebody wants to take back as a whole.
func openListUndos(ctx context.Context, tx *db.Tx, tenant string) ([]sourceName, error) {
	rows, err := tx.Query(ctx, `select import, name from import where tenant = $1 and state = 'done' and undo_by <> '' order by import limit $2`, tenant, mostBacks)
	return db.All(rows, err, func(r *db.Rows, s *sourceName) error { return r.Scan(&s.id, &s.name) })
}
