package quality

import (
	"context"
	"fmt"

	"jawort/db"
)

// Join lets the slots held in one portfolio count in another: a person reached in both is one, and keeps the longer slot. Whoever calls it holds
// the locks of both, so that no send counts between. The kept counts begin anew: until then slots are counted one by one.
func Join(ctx context.Context, tx *db.Tx, tenant, from, into string) error {
	for _, s := range []string{
		`insert into headroom (tenant, portfolio, contact, message, taken_at, until)
			select tenant, $3, contact, message, taken_at, until from headroom where tenant = $1 and portfolio = $2
			on conflict (tenant, portfolio, contact) do update set message = '',
				until = case when excluded.until > headroom.until then excluded.until else headroom.until end`,
		`delete from headroom_count where tenant = $1 and portfolio in ($2, $3)`,
	} {
		if _, err := tx.Exec(ctx, s, tenant, from, into); err != nil {
			return fmt.Errorf("join slots of portfolio %s: %w", from, err)
		}
	}
	return nil
}

// Rename lets what was known of one portfolio be known of another, when the first is no more: its slots were joined before. What is known of the
// second stays; the history has both.
func Rename(ctx context.Context, tx *db.Tx, tenant, from, into string) error {
	for _, s := range []string{
		`insert into observation (tenant, node, what, at, way, value, observation, last_at, seen_at, until, note, raw, body)
			select tenant, $3, what, at, way, value, observation, last_at, seen_at, until, note, raw, body from observation where tenant = $1 and node = $2
			on conflict (tenant, node, what, at, way, value) do nothing`,
		`insert into health (tenant, node, what, value, before, since, last_at, way, until, note)
			select tenant, $3, what, value, before, since, last_at, way, until, note from health where tenant = $1 and node = $2
			on conflict (tenant, node, what) do nothing`,
	} {
		if _, err := tx.Exec(ctx, s, tenant, OfPortfolio(from), OfPortfolio(into)); err != nil {
			return fmt.Errorf("rename portfolio %s: %w", from, err)
		}
	}
	for _, s := range []string{`delete from observation where tenant = $1 and node = $2`, `delete from health where tenant = $1 and node = $2`} {
		if _, err := tx.Exec(ctx, s, tenant, OfPortfolio(from)); err != nil {
			return fmt.Errorf("rename portfolio %s: %w", from, err)
		}
	}
	if _, err := tx.Exec(ctx, `delete from headroom where tenant = $1 and portfolio = $2`, tenant, from); err != nil {
		return fmt.Errorf("rename portfolio %s: %w", from, err)
	}
	return nil
}

// Strays says whether slots are held in a portfolio that is no more: what was written in the moment of a Rename.
func Strays(ctx context.Context, tx *db.Tx, tenant, portfolio string) (any bool, err error) {
	err = tx.Row(ctx, `select exists (select 1 from headroom where tenant = $1 and portfolio = $2)`, tenant, portfolio).Scan(&any)
	return any, err
}

// moved are the slots' numbers that share another portfolio's limit by now. It is read after the portfolios are locked: whoever moves an account
// holds the same locks.
func moved(ctx context.Context, tx *db.Tx, tenant string, slots []Slot) (map[string]bool, error) {
	is := map[string]string{}
	for _, s := range slots {
		if s.Number != "" && s.Limit >= 0 {
			is[s.Number] = s.Portfolio
		}
	}
	if len(is) == 0 {
		return nil, nil
	}
	var numbers []string
	for n := range is {
		numbers = append(numbers, n)
	}
	rows, err := tx.Query(ctx, `select number, portfolio from number where tenant = $1 and number in {list $2 text}`, tenant, numbers)
	list, err := db.All(rows, err, func(r *db.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) })
	out := map[string]bool{}
	for _, p := range list {
		if is[p[0]] != p[1] {
			out[p[0]] = true
		}
	}
	return out, err
}
