package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"jawort/db"
)

type personStanding struct {
	contact string
	Standing
	gone []string // topics whose rows go
}

// standingRow is one row of the table standing; topic "" is the whole person.
type standingRow struct {
	contact string
	TopicStanding
	stopAll, stopMarketing, platformStop bool
	flags                                string
	rev                                  int64
}

func standingRows(persons []personStanding) ([]standingRow, error) {
	var out []standingRow
	for _, p := range persons {
		flags, err := json.Marshal(p.Person)
		if err != nil {
			return nil, err
		}
		whole := TopicStanding{Since: p.StopAllAt}
		out = append(out, standingRow{p.contact, whole, p.StopAll, p.StopMarketing, len(p.PlatformStops) > 0, string(flags), p.Rev})
		for _, topic := range slices.Sorted(maps.Keys(p.Topics)) {
			if t := p.Topics[topic]; t.State != StateNone {
				out = append(out, standingRow{contact: p.contact, TopicStanding: t, flags: "{}", rev: p.Rev})
			}
		}
	}
	return out, nil
}

// writeStandings replaces what stands for the persons. A topic that came to nothing again (voided) loses its row.
func writeStandings(ctx context.Context, tx *db.Tx, tenant string, persons []personStanding) error {
	list, err := standingRows(persons)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into standing (tenant, contact, topic, state, since, own_since, expires_at, source, notice,
			notice_version, proof, event, cap_month, stop_all, stop_marketing, platform_stop, flags, rev)
		select $1, r.contact, r.topic, r.state, r.since, r.own_since, r.expires_at, r.source, r.notice, r.notice_version, r.proof,
			r.event, r.cap_month, r.stop_all, r.stop_marketing, r.platform_stop, r.flags, r.rev
		from {rows $2: contact text, topic text, state text, since bigint, own_since bigint, expires_at bigint, source text,
			notice text, notice_version bigint, proof text, event text, cap_month bigint, stop_all boolean,
			stop_marketing boolean, platform_stop boolean, flags text, rev bigint} r where true
		on conflict (tenant, contact, topic) do update set state = excluded.state, since = excluded.since,
			own_since = excluded.own_since, expires_at = excluded.expires_at, source = excluded.source, notice = excluded.notice,
			notice_version = excluded.notice_version, proof = excluded.proof, event = excluded.event,
			cap_month = excluded.cap_month, stop_all = excluded.stop_all, stop_marketing = excluded.stop_marketing,
			platform_stop = excluded.platform_stop, flags = excluded.flags, rev = excluded.rev`,
		tenant, db.RowsOf(list, func(r standingRow) []any {
			return []any{r.contact, r.Topic, string(r.State), r.Since, r.OwnSince, clean(r.ExpiresAt), r.Source, r.Notice,
				r.NoticeVersion, r.Proof, r.Event, r.CapMonth, r.stopAll, r.stopMarketing, r.platformStop, r.flags, r.rev}
		}))
	if err != nil {
		return fmt.Errorf("write %d standing rows: %w", len(list), err)
	}
	if err := dropOld(ctx, tx, tenant, persons); err != nil {
		return err
	}
	return writePlatformStops(ctx, tx, tenant, persons)
}

// dropOld removes the rows of topics that have no state any more.
func dropOld(ctx context.Context, tx *db.Tx, tenant string, persons []personStanding) error {
	type row struct{ contact, topic string }
	var rows []row
	for _, p := range persons {
		for _, topic := range p.gone {
			rows = append(rows, row{p.contact, topic})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `delete from standing where (tenant, contact, topic) in
		(select r.tenant, r.contact, r.topic from {rows $1: tenant text, contact text, topic text} r)`,
		db.RowsOf(rows, func(r row) []any { return []any{tenant, r.contact, r.topic} }))
	if err != nil {
		return fmt.Errorf("drop old standings: %w", err)
	}
	return nil
}

func contactsOf(persons []personStanding) []string {
	out := make([]string, len(persons))
	for i := range persons {
		out[i] = persons[i].contact
	}
	return out
}

func writePlatformStops(ctx context.Context, tx *db.Tx, tenant string, persons []personStanding) error {
	type stop struct {
		contact, number string
		since           int64
	}
	var stops []stop
	for _, p := range persons {
		for _, n := range slices.Sorted(maps.Keys(p.PlatformStops)) {
			stops = append(stops, stop{p.contact, n, p.PlatformStops[n]})
		}
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update platform_stop set lifted_at = $3
		where tenant = $1 and contact in {list $2 text} and lifted_at is null`, tenant, contactsOf(persons), now)
	if err != nil || len(stops) == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `insert into platform_stop (tenant, contact, number, since)
		select $1, r.contact, r.number, r.since from {rows $2: contact text, number text, since bigint} r where true
		on conflict (tenant, contact, number) do update set since = excluded.since, lifted_at = null`,
		tenant, db.RowsOf(stops, func(s stop) []any { return []any{s.contact, s.number, s.since} }))
	return err
}

// Stand reads what stands for the persons now; a person without a row has no events yet.
func Stand(ctx context.Context, tx *db.Tx, tenant string, contacts []string) (map[string]Standing, error) {
	out := map[string]Standing{}
	rows, err := tx.Query(ctx, `select s.contact, s.topic, s.state, s.since, s.own_since, coalesce(s.expires_at, 0), s.source,
			s.notice, s.notice_version, s.proof, s.event, s.cap_month, s.stop_all, s.stop_marketing, s.flags, s.rev,
			coalesce(t.class, 'marketing')
		from standing s left join topic t on t.tenant = s.tenant and t.topic = s.topic
		where s.tenant = $1 and s.contact in {list $2 text}`, tenant, contacts)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r standingRow
		if err := rows.Scan(&r.contact, &r.Topic, &r.State, &r.Since, &r.OwnSince, &r.ExpiresAt, &r.Source, &r.Notice,
			&r.NoticeVersion, &r.Proof, &r.Event, &r.CapMonth, &r.stopAll, &r.stopMarketing, &r.flags, &r.rev, &r.Class); err != nil {
			return nil, err
		}
		if err := r.into(out); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return out, readPlatformStops(ctx, tx, tenant, contacts, out)
}

func (r *standingRow) into(out map[string]Standing) error {
	s, ok := out[r.contact]
	if !ok {
		s = Standing{Topics: map[string]TopicStanding{}, PlatformStops: map[string]int64{}}
	}
	if r.Topic != "" {
		s.Topics[r.Topic] = r.TopicStanding
		out[r.contact] = s
		return nil
	}
	s.StopAll, s.StopMarketing, s.StopAllAt, s.Rev = r.stopAll, r.stopMarketing, r.Since, r.rev
	if err := json.Unmarshal([]byte(r.flags), &s.Person); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	out[r.contact] = s
	return nil
}

func readPlatformStops(ctx context.Context, tx *db.Tx, tenant string, contacts []string, out map[string]Standing) error {
	rows, err := tx.Query(ctx, `select contact, number, since from platform_stop
		where tenant = $1 and contact in {list $2 text} and lifted_at is null`, tenant, contacts)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c, n string
		var since int64
		if err := rows.Scan(&c, &n, &since); err != nil {
			return err
		}
		if s, ok := out[c]; ok {
			s.PlatformStops[n] = since
		}
	}
	return rows.Err()
}
