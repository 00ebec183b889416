package gate

import (
	"context"
	"encoding/json"

	"jawort/db"
)

// running is a list of opt-outs that was let go and whose entries are not all on the suppression list yet.
type running struct {
	id, scope string
	at        int64 // when it was let go
}

// readListed reads whom a running list stops. It asks nothing while no list runs. It comes before the suppression list is read: an
// opt-out that is moved there in between is then found there.
func (l *loader) readListed(ctx context.Context) error {
	if !l.lists {
		return nil
	}
	rows, err := l.tx.Query(ctx, `select import, options, begun_at from import where tenant = $1 and state = 'running' and phase = 'force'`, l.tenant)
	lists, err := db.All(rows, err, func(r *db.Rows, to *running) error {
		var options string
		if err := r.Scan(&to.id, &options, &to.at); err != nil {
			return err
		}
		var o struct{ Scope string }
		err := json.Unmarshal([]byte(options), &o)
		to.scope = o.Scope
		return err
	})
	if err != nil {
		return err
	}
	for _, list := range lists {
		if err := l.readList(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

// readList finds the asks whose address, or any other address of the same person, is on one list.
func (l *loader) readList(ctx context.Context, list running) error {
	rows, err := l.tx.Query(ctx, `select x.fingerprint
			from {rows $3: fingerprint text} r {join listed_stop x on x.tenant = $1 and x.import = $2 and x.fingerprint = r.fingerprint}
		union all select r.address
			from {rows $4: address text} r {join contact_address a on a.tenant = $1 and a.address = r.address and a.until is null}
			{join contact_address o on o.tenant = $1 and o.contact = a.contact and o.until is null}
			{join listed_stop x on x.tenant = $1 and x.import = $2 and x.fingerprint = o.fingerprint}`,
		l.tenant, list.id, l.each(func(a *Ask) string { return a.Fingerprint }), l.each(func(a *Ask) string { return a.To }))
	if err != nil {
		return err
	}
	defer rows.Close()
	on := map[string]bool{}
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return err
		}
		on[key] = true // an address begins with tel: or wa:, a fingerprint never
	}
	for i := range l.asks {
		if a := &l.asks[i]; on[a.Fingerprint] || on[a.To] {
			l.facts[i].suppress(list.scope, list.at)
		}
	}
	return rows.Err()
}
