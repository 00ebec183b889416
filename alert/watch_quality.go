package alert

import (
	"context"
	"fmt"
	"slices"

	"jawort/account"
	"jawort/db"
	"jawort/quality"
)

// mostSingle is how many of one kind are told one by one; when more come at once, it is one warning that counts them.
const mostSingle = 5

// many is the subject of such a warning.
const many = "*"

// watchQuality compares what is open about quality with what holds.
func watchQuality(ctx context.Context, tx *db.Tx, tenant string, now int64, open []Alert) error {
	k, err := readKnown(ctx, tx, tenant, now)
	if err != nil {
		return fmt.Errorf("watch quality: %w", err)
	}
	holds, still := k.holding()
	for _, kind := range qualityKinds {
		if kind.Code == IndexWorse { // whoever keeps the index raises and clears it
			continue
		}
		if err := levelMany(ctx, tx, tenant, kind.Code, open, ofKind(holds, kind.Code), ofKind(still, kind.Code)); err != nil {
			return err
		}
	}
	return nil
}

func ofKind(list []Condition, kind string) []Condition {
	var out []Condition
	for _, c := range list {
		if c.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

// levelMany raises what is new and clears what is gone, as level does, but makes one warning of many.
func levelMany(ctx context.Context, tx *db.Tx, tenant, kind string, open []Alert, holds, still []Condition) error {
	has := func(list []Condition, subject string) bool {
		return slices.ContainsFunc(list, func(c Condition) bool { return c.Subject == subject })
	}
	isOpen := map[string]bool{}
	for _, a := range open {
		if a.Kind == kind {
			isOpen[a.Subject] = true
		}
	}
	var fresh []Condition
	for _, c := range holds {
		if !isOpen[c.Subject] {
			fresh = append(fresh, c)
		}
	}
	others := len(fresh) > 0
	if len(fresh) > mostSingle || isOpen[many] && others {
		if isOpen[many] {
			fresh = nil
		} else {
			fresh = []Condition{{Kind: kind, Subject: many, Seen: int64(len(fresh)), Detail: Detail{Value: fresh[0].Detail.Value, Zone: fresh[0].Detail.Zone}}}
		}
	}
	if err := Raise(ctx, tx, tenant, fresh...); err != nil {
		return err
	}
	var gone []string
	for subject := range isOpen {
		if subject != many && !has(holds, subject) && !has(still, subject) {
			gone = append(gone, subject)
		}
	}
	if isOpen[many] && !others {
		gone = append(gone, many)
	}
	slices.Sort(gone)
	return Clear(ctx, tx, tenant, kind, gone...)
}

// readKnown reads what numbers, accounts, portfolios and tokens are in, and those templates that are in trouble or were changed.
func readKnown(ctx context.Context, tx *db.Tx, tenant string, now int64) (k known, err error) {
	t, err := account.TenantOf(ctx, tx, tenant)
	if err != nil {
		return k, err
	}
	k = known{now: now, zone: t.Zone}
	if k.standings, err = quality.Noteworthy(ctx, tx, tenant, now-newsFor.Microseconds()); err != nil {
		return k, err
	}
	if k.names, err = nodeNames(ctx, tx, tenant); err != nil {
		return k, err
	}
	if k.rooms, err = rooms(ctx, tx, tenant, now); err != nil {
		return k, err
	}
	rows, err := tx.Query(ctx, `select waba, failing_since, code from poll where tenant = $1 and failing_since > 0 order by waba limit 50`, tenant)
	k.polls, err = db.All(rows, err, func(r *db.Rows, p *quality.Poll) error { return r.Scan(&p.WABA, &p.FailingSince, &p.Code) })
	return k, err
}

// nodeNames are how people call numbers, accounts and portfolios: an account by the name of its first number.
func nodeNames(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
	type line struct{ number, waba, portfolio, name, group string }
	rows, err := tx.Query(ctx, `select n.number, n.waba, n.portfolio, n.name, coalesce(p.name, '') from number n
		left join portfolio p on p.tenant = n.tenant and p.portfolio = n.portfolio where n.tenant = $1 order by n.created_at desc, n.number`, tenant)
	list, err := db.All(rows, err, func(r *db.Rows, l *line) error { return r.Scan(&l.number, &l.waba, &l.portfolio, &l.name, &l.group) })
	out := map[string]string{}
	for _, l := range list {
		out[quality.OfNumber(l.number)], out[quality.OfAccount(l.waba)], out[quality.OfPortfolio(l.portfolio)] = l.name, l.name, l.group
	}
	return out, err
}

// rooms counts what is used of each limited portfolio.
func rooms(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]room, error) {
	rows, err := tx.Query(ctx, `select p.portfolio, p.name, p.send_limit,
			(select count(*) from headroom h where h.tenant = p.tenant and h.portfolio = p.portfolio and h.until > $2)
		from portfolio p where p.tenant = $1 and p.send_limit > 0 order by p.portfolio limit 50`, tenant, now)
	return db.All(rows, err, func(r *db.Rows, o *room) error { return r.Scan(&o.portfolio, &o.name, &o.limit, &o.used) })
}
