package manager

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
)

// regionsOf are the countries whose way of writing numbers is tried: the business's own first, then those of its numbers.
func regionsOf(ctx context.Context, tx *db.Tx, t account.Tenant) ([]string, error) {
	rows, err := tx.Query(ctx, `select distinct country from number where tenant = $1 order by country limit 20`, t.ID)
	all, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
	if err != nil {
		return nil, err
	}
	out := []string{t.Country}
	for _, c := range all {
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// peopleByStart finds whom a number beginning so belongs to now.
func peopleByStart(ctx context.Context, tx *db.Tx, tenant, start string, limit int) ([]string, error) {
	rows, err := tx.Query(ctx, `
		select contact from contact_address
		where tenant = $1 and until is null and address >= $2 and address < $3 order by address limit $4`, tenant, start, start+":", limit)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}

// peopleOf reads people in the order of their ids given.
func peopleOf(ctx context.Context, tx *db.Tx, tenant string, ids []string) ([]personRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `
		select contact, name, created_at, frozen_at is not null from contact where tenant = $1 and contact in {list $2 text}`, tenant, ids)
	all, err := db.All(rows, err, func(r *db.Rows, p *personRow) error { return r.Scan(&p.Contact, &p.Name, &p.CreatedAt, &p.Frozen) })
	if err != nil {
		return nil, fmt.Errorf("people found: %w", err)
	}
	slices.SortFunc(all, func(a, b personRow) int { return slices.Index(ids, a.Contact) - slices.Index(ids, b.Contact) })
	return all, fillPeople(ctx, tx, tenant, all)
}

// sourceHit is a source found by its name.
type sourceHit struct{ Source, Name, Kind, State string }

// sourcesNamed finds sources whose name holds all that was typed. A business has hundreds of them, not millions.
func sourcesNamed(ctx context.Context, tx *db.Tx, tenant, typed string, limit int) ([]sourceHit, error) {
	rows, err := tx.Query(ctx, `select source, name, kind, state from source where tenant = $1 order by source desc limit 5000`, tenant)
	all, err := db.All(rows, err, func(r *db.Rows, s *sourceHit) error { return r.Scan(&s.Source, &s.Name, &s.Kind, &s.State) })
	if err != nil {
		return nil, fmt.Errorf("sources found: %w", err)
	}
	typed = strings.ToLower(typed)
	all = slices.DeleteFunc(all, func(s sourceHit) bool { return !strings.Contains(strings.ToLower(s.Name), typed) })
	return all[:min(limit, len(all))], nil
}

// idLook says what an id is and where it is shown.
type idLook struct {
	word string // key of what it is
	page string // the page it needs; "" = one that is always there
	find func(ctx context.Context, tx *db.Tx, tenant, id string) (path string, err error)
}

var idLooks = map[string]idLook{
	"con": {"manager.person", "", found("/people/", `select contact from contact where tenant = $1 and contact = $2`, "")},
	"dec": {"manager.decision", "", found("/decisions/", `select decision from decision where tenant = $1 and decision = $2`, "")},
	"src": {"manager.source", "GET /sources/{source}", found("/sources/", `select source from source where tenant = $1 and source = $2`, "")},
	"msg": {"manager.message", "", found("/people/", `select contact from message where tenant = $1 and message = $2 and contact <> ''`, "#messages")},
	"wamid": {"manager.message", "", found("/people/", `
		select contact from message where tenant = $1 and wamid = $2 and wamid <> '' and contact <> ''
		union all select contact from inbound where tenant = $1 and inbound = $2 and contact <> ''`, "#messages")},
	"evt": {"manager.entry", "", eventPath},
	"rev": {"manager.messages.queue", "", found("/messages#", `select review from review where tenant = $1 and review = $2 and decided_at is null`, "")},
}

// found makes a path of the one value that a statement gives.
func found(before, text, after string) func(context.Context, *db.Tx, string, string) (string, error) {
	return func(ctx context.Context, tx *db.Tx, tenant, id string) (string, error) {
		var s string
		err := tx.Row(ctx, text, tenant, id).Scan(&s)
		if errors.Is(err, db.ErrNone) {
			return "", nil
		}
		return before + s + after, err
	}
}

// eventPath leads to an entry in its person's timeline, which is paged.
func eventPath(ctx context.Context, tx *db.Tx, tenant, id string) (string, error) {
	var who string
	var rev int64
	err := tx.Row(ctx, `select contact, rev from event where tenant = $1 and event = $2`, tenant, id).Scan(&who, &rev)
	if errors.Is(err, db.ErrNone) {
		return "", nil
	}
	return fmt.Sprintf("/people/%s?below=%d#line", who, rev+1), err
}
