package intake

import (
	"context"
	"fmt"

	"jawort/db"
)

// Who is said to have agreed to a topic, in the order of their ids: all, those whose window of a number is open, some.
const (
	claimed = `select s.contact, s.event, c.language from standing s join contact c on c.tenant = $1 and c.contact = s.contact
		where s.tenant = $1 and s.topic = $2 and s.state = 'claimed' and s.contact > $3 order by s.contact limit $4`
	claimedOpen = `select s.contact from standing s {join service_window w on w.tenant = $1 and w.contact = s.contact and w.number = $5 and w.until > $6}
		where s.tenant = $1 and s.topic = $2 and s.state = 'claimed' and s.contact > $3 order by s.contact limit $4`
	claimedOf = `select s.contact, s.event, c.language from standing s join contact c on c.tenant = $1 and c.contact = s.contact
		where s.tenant = $1 and s.topic = $2 and s.state = 'claimed' and s.contact in {list $3 text} order by s.contact`
)

func readClaimants(ctx context.Context, tx *db.Tx, text string, args ...any) ([]claimant, error) {
	rows, err := tx.Query(ctx, text, args...)
	all, err := db.All(rows, err, func(r *db.Rows, to *claimant) error { return r.Scan(&to.contact, &to.event, &to.language) })
	if err != nil {
		return nil, fmt.Errorf("who is said to have agreed: %w", err)
	}
	return all, nil
}

func claimantIDs(ctx context.Context, tx *db.Tx, text string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, text, args...)
	all, err := db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
	if err != nil {
		return nil, fmt.Errorf("who is said to have agreed and writes: %w", err)
	}
	return all, nil
}

// reachedAt is an address of a person, and whether a question was ever put there.
type reachedAt struct {
	contact, address, fingerprint string
	asked                         bool
}

func placesOf(ctx context.Context, tx *db.Tx, tenant string, contacts []string) ([]reachedAt, error) {
	rows, err := tx.Query(ctx, `select a.contact, a.address, a.fingerprint,
			exists (select 1 from asked q where q.tenant = $1 and q.fingerprint = a.fingerprint)
		from contact_address a where a.tenant = $1 and a.contact in {list $2 text} and a.until is null order by a.contact, a.since, a.address`, tenant, contacts)
	all, err := db.All(rows, err, func(r *db.Rows, to *reachedAt) error {
		return r.Scan(&to.contact, &to.address, &to.fingerprint, &to.asked)
	})
	if err != nil {
		return nil, fmt.Errorf("where people are reached: %w", err)
	}
	return all, nil
}
