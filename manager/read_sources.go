package manager

import (
	"context"
	"errors"
	"fmt"

	"jawort/db"
)

// mostCounted is where counting ends: beyond it a page says "more than".
const mostCounted = 10_000

// agreedToOlder is how many people's topics rest on a version of the wording below the given one, at most mostCounted+1.
func agreedToOlder(ctx context.Context, tx *db.Tx, tenant, notice string, codes []string, below int64) (n int64, err error) {
	err = tx.Row(ctx, `
		select count(*) from (select 1 from standing where tenant = $1 and topic in {list $3 text} and state in ('granted', 'declared')
			and notice = $2 and notice <> '' and notice_version < $4 limit $5) s`, tenant, notice, codes, below, mostCounted+1).Scan(&n)
	return n, err
}

// whoseEvent is the person an entry of the ledger is about; "" = there is none such.
func whoseEvent(ctx context.Context, tx *db.Tx, tenant, event string) (who string, err error) {
	err = tx.Row(ctx, `select contact from event where tenant = $1 and event = $2`, tenant, event).Scan(&who)
	if errors.Is(err, db.ErrNone) {
		return "", nil
	}
	return who, err
}

// answers are what came of a source's newest neutral questions, as many as decide whether it rests by itself (source.Rests).
type answers struct{ Yes, No, NotMe, Open int64 }

func (a answers) asked() int64 { return a.Yes + a.No + a.NotMe + a.Open }

func answersOf(ctx context.Context, tx *db.Tx, tenant, source string) (a answers, err error) {
	return a, tx.Row(ctx, `select coalesce(sum(case when q.state = 'granted' then 1 else 0 end), 0),
			coalesce(sum(case when q.state = 'declined' then 1 else 0 end), 0), coalesce(sum(case when q.state = 'disputed' then 1 else 0 end), 0),
			coalesce(sum(case when q.state in ('open', 'expired') then 1 else 0 end), 0)
		from (select r.state from request r where r.tenant = $1 and r.source = $2 and r.asked_at is not null order by r.asked_at desc limit 50) q`,
		tenant, source).Scan(&a.Yes, &a.No, &a.NotMe, &a.Open)
}

// optInSample is one opt-in of a source, as its proof stands in the ledger.
type optInSample struct {
	Event, Contact, Kind, Channel, Language, Address string
	At, Version, Position                            int64
	Evidence                                         bool // something beside the words is kept: a scan, a recording, Meta's message
}

// sampleAmong is how many of a source's newest entries are looked through for samples: at some sources people hardly ever say yes.
const sampleAmong = 5000

// samplesOf are the newest acts of agreeing at a source whose people are not erased.
func samplesOf(ctx context.Context, tx *db.Tx, tenant, source string, limit int) ([]optInSample, error) {
	rows, err := tx.Query(ctx, `select event, contact, kind, channel, language, address, happened_at, notice_version, coalesce(position, 0),
			cast(evidence as text) not in ('[]', 'null', '')
		from (
			select event, contact, kind, channel, language, address, happened_at, notice_version, position, evidence from event
			where tenant = $1 and source = $2 and source <> '' order by event desc limit $4) e
		where kind in ('granted', 'declared', 'signup') and address <> '' order by event desc limit $3`, tenant, source, limit, sampleAmong)
	list, err := db.All(rows, err, func(r *db.Rows, s *optInSample) error {
		return r.Scan(&s.Event, &s.Contact, &s.Kind, &s.Channel, &s.Language, &s.Address, &s.At, &s.Version, &s.Position, &s.Evidence)
	})
	if err != nil {
		return nil, fmt.Errorf("newest opt-ins of source %s: %w", source, err)
	}
	return list, nil
}
