package manager

import (
	"context"

	"jawort/db"
	"jawort/quality"
)

// qualityNumber is one number with all that is known of how it is.
type qualityNumber struct {
	Number, Name, Display, WABA, Portfolio, Status, Mode string
	Brake, BrakeReason                                   string
	BrakeSince, BrakeUntil                               int64
	Throughput, CreatedAt                                int64
	Guarded                                              bool // the brake may act

	stand map[quality.What]quality.Standing
}

func qualityNumbers(ctx context.Context, tx *db.Tx, tenant string) ([]qualityNumber, error) {
	rows, err := tx.Query(ctx, `
		select n.number, n.name, n.display, n.waba, n.portfolio, n.status, n.mode, n.throughput, n.created_at, n.settings,
			coalesce(b.state, 'open'), coalesce(b.reason, ''), coalesce(b.since, 0), coalesce(b.until, 0)
		from number n left join brake b on b.tenant = n.tenant and b.number = n.number
		where n.tenant = $1 order by n.name, n.number limit 500`, tenant)
	list, err := db.All(rows, err, func(r *db.Rows, n *qualityNumber) error {
		var settings string
		if err := r.Scan(&n.Number, &n.Name, &n.Display, &n.WABA, &n.Portfolio, &n.Status, &n.Mode, &n.Throughput, &n.CreatedAt, &settings,
			&n.Brake, &n.BrakeReason, &n.BrakeSince, &n.BrakeUntil); err != nil {
			return err
		}
		n.Guarded = guarded(settings)
		return nil
	})
	return list, err
}

// portfolioUse is a portfolio with how much of its limit is used.
type portfolioUse struct {
	ID, Name       string
	Limit          int64 // -1 = unlimited
	Used, Reserved int64 // people reached, and those whose message was still under way an hour ago or less
	NextAt         int64 // when the next place falls free; 0 = none is taken
}

const hour24 = 24 * 3600 * 1_000_000

func portfolioUses(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]portfolioUse, error) {
	rows, err := tx.Query(ctx, `select portfolio, name, send_limit from portfolio where tenant = $1 order by portfolio limit 50`, tenant)
	list, err := db.All(rows, err, func(r *db.Rows, p *portfolioUse) error { return r.Scan(&p.ID, &p.Name, &p.Limit) })
	if err != nil {
		return nil, err
	}
	for i := range list {
		p := &list[i]
		if p.Limit < 0 {
			continue
		}
		if err := tx.Row(ctx, `select count(*), coalesce(min(until), 0) from headroom where tenant = $1 and portfolio = $2 and until > $3`,
			tenant, p.ID, now).Scan(&p.Used, &p.NextAt); err != nil {
			return nil, err
		}
		if err := tx.Row(ctx, `select count(*) from headroom where tenant = $1 and portfolio = $2 and until > $3 and message <> ''`,
			tenant, p.ID, now+hour24-3600*1_000_000).Scan(&p.Reserved); err != nil {
			return nil, err
		}
		p.Used -= p.Reserved
	}
	return list, nil
}

// turn is something of ours or of Meta's that may explain how a rating ran.
type turn struct {
	At         int64
	What       string // source wording paused, or quality.What
	Name, Node string
	Value      string
	Kind       string
}

// happenings are what was changed here since a moment: sources opened, wordings published.
func happenings(ctx context.Context, tx *db.Tx, tenant string, from int64, limit int) ([]turn, error) {
	rows, err := tx.Query(ctx, `
		select at, what, name, kind from (
			select s.opened_at as at, 'source' as what, s.name as name, s.kind as kind from source s
				where s.tenant = $1 and s.opened_at is not null and s.opened_at >= $2
			union all
			select min(v.published_at), 'wording', n.name, cast(v.version as text) from notice_version v
				join notice n on n.tenant = v.tenant and n.notice = v.notice
				where v.tenant = $1 and v.published_at is not null and v.published_at >= $2 group by n.notice, n.name, v.version
		) h order by at desc limit $3`, tenant, from, limit)
	return db.All(rows, err, func(r *db.Rows, h *turn) error { return r.Scan(&h.At, &h.What, &h.Name, &h.Kind) })
}

// pollLine is how asking Meta goes.
type pollLine struct {
	WABA                       string
	OKAt, FailingSince, NextAt int64
	Error                      string
	Code, Usage                int64
}

func pollLines(ctx context.Context, tx *db.Tx, tenant string) ([]pollLine, error) {
	rows, err := tx.Query(ctx, `select waba, ok_at, failing_since, next_at, error, code, usage from poll where tenant = $1 order by waba limit 100`, tenant)
	return db.All(rows, err, func(r *db.Rows, p *pollLine) error {
		return r.Scan(&p.WABA, &p.OKAt, &p.FailingSince, &p.NextAt, &p.Error, &p.Code, &p.Usage)
	})
}

// noticeNames are the names of the wordings.
func noticeNames(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
	type named struct{ id, name string }
	rows, err := tx.Query(ctx, `select notice, name from notice where tenant = $1`, tenant)
	list, err := db.All(rows, err, func(r *db.Rows, n *named) error { return r.Scan(&n.id, &n.name) })
	out := map[string]string{}
	for _, n := range list {
		out[n.id] = n.name
	}
	return out, err
}
