package manager

import (
	"context"
	"encoding/json"
	"errors"

	"jawort/db"
	"jawort/errs"
)

// standingRow is one row of a person's standing; topic "" is the whole person.
type standingRow struct {
	Topic, State, Source, Proof string
	Version                     int64
	Since, ExpiresAt            int64
	StopAll, StopMarketing      bool
	PlatformStop                bool
	Flags                       map[string]any
}

func standingOf(ctx context.Context, tx *db.Tx, tenant, contact string) ([]standingRow, error) {
	rows, err := tx.Query(ctx, `
		select topic, state, source, proof, notice_version, since, coalesce(expires_at, 0), stop_all, stop_marketing, platform_stop, flags
		from standing where tenant = $1 and contact = $2 order by topic`, tenant, contact)
	return db.All(rows, err, func(r *db.Rows, s *standingRow) error {
		var flags string
		if err := r.Scan(&s.Topic, &s.State, &s.Source, &s.Proof, &s.Version, &s.Since, &s.ExpiresAt, &s.StopAll, &s.StopMarketing,
			&s.PlatformStop, &flags); err != nil {
			return err
		}
		_ = json.Unmarshal([]byte(flags), &s.Flags) // rows of topics hold none
		return nil
	})
}

// eventRow is one entry of a person's ledger with the words it rests on.
type eventRow struct {
	Event, Kind, Scope, Channel, Source, SourceName, Reason string
	ActorKind, Actor, Language                              string
	Topics                                                  []string
	Rev, Version, HappenedAt, RecordedAt, Position          int64
	Witnessed                                               bool
	Evidence                                                []evidence
	Wording                                                 string // the notice as it was shown
}

// evidence is one piece of proof: what kind, and the words or a blob's hash.
type evidence struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Blob  string `json:"blob"`
}

// eventsOf reads a person's ledger, newest first, from below a revision (0 = from the newest).
func eventsOf(ctx context.Context, tx *db.Tx, tenant, contact string, below int64, limit int) ([]eventRow, error) {
	rows, err := tx.Query(ctx, `
		select e.event, e.kind, e.scope, e.topics, e.channel, e.source, coalesce(s.name, ''), e.reason, e.actor_kind, e.actor, e.language,
			e.rev, e.notice_version, e.happened_at, e.recorded_at, coalesce(e.position, 0), e.witnessed, e.evidence, coalesce(v.body, '')
		from event e
		left join source s on s.tenant = e.tenant and s.source = e.source
		left join notice_version v on v.tenant = e.tenant and v.notice = e.notice and v.version = e.notice_version and v.language = e.language
		where e.tenant = $1 and e.contact = $2 and ($3 = 0 or e.rev < $3)
		order by e.rev desc limit $4`, tenant, contact, below, limit)
	return db.All(rows, err, func(r *db.Rows, e *eventRow) error {
		var topics, proof string
		if err := r.Scan(&e.Event, &e.Kind, &e.Scope, &topics, &e.Channel, &e.Source, &e.SourceName, &e.Reason, &e.ActorKind, &e.Actor,
			&e.Language, &e.Rev, &e.Version, &e.HappenedAt, &e.RecordedAt, &e.Position, &e.Witnessed, &proof, &e.Wording); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(topics), &e.Topics); err != nil {
			return err
		}
		return json.Unmarshal([]byte(proof), &e.Evidence)
	})
}

// messageRow is one message to or from a person.
type messageRow struct {
	ID, Kind, Template, Topic, Purpose, State, Text string
	Code, At                                        int64
	Inbound                                         bool
}

// messagesOf reads the last messages to a person and from them, newest first.
func messagesOf(ctx context.Context, tx *db.Tx, tenant, contact string, limit int) ([]messageRow, error) {
	rows, err := tx.Query(ctx, `
		select m.message, m.kind, m.template, m.topic, m.purpose, m.state, '', m.error_code, m.created_at, false from message m
		where m.tenant = $1 and m.contact = $2
		union all
		select i.inbound, i.kind, '', '', '', i.intent, i.body, 0, i.at, true from inbound i
		where i.tenant = $1 and i.contact = $2
		order by 9 desc, 1 desc limit $3`, tenant, contact, limit)
	return db.All(rows, err, func(r *db.Rows, m *messageRow) error {
		return r.Scan(&m.ID, &m.Kind, &m.Template, &m.Topic, &m.Purpose, &m.State, &m.Text, &m.Code, &m.At, &m.Inbound)
	})
}

// decisionRow is one answer of the gate.
type decisionRow struct {
	Decision, Contact, Name, Topic, Template, Program, Purpose, Verdict, Reason, Number string
	At                                                                                  int64
	Body                                                                                string
}

const selectDecision = `
	select d.decision, d.contact, coalesce(c.name, ''), d.topic, d.template, d.program, coalesce(m.purpose, ''), d.verdict, d.reason, d.number, d.at, d.body
	from decision d left join contact c on c.tenant = d.tenant and c.contact = d.contact
	left join message m on m.tenant = d.tenant and m.message = d.message
	where d.tenant = $1`

func scanDecision(r *db.Rows, d *decisionRow) error {
	return r.Scan(&d.Decision, &d.Contact, &d.Name, &d.Topic, &d.Template, &d.Program, &d.Purpose, &d.Verdict, &d.Reason, &d.Number, &d.At, &d.Body)
}

// decisionsPage reads decisions newest first, from behind an id, with a verdict, a reason or a person when given.
func decisionsPage(ctx context.Context, tx *db.Tx, tenant, verdict, reason, contact, before string, limit int) ([]decisionRow, error) {
	c := conditions{text: selectDecision, args: []any{tenant}}
	c.and(" and d.verdict = ?", verdict)
	c.and(" and d.reason = ?", reason)
	c.and(" and d.contact = ?", contact)
	c.and(" and d.decision < ?", before)
	c.always(" order by d.decision desc limit ?", limit)
	rows, err := tx.Query(ctx, c.text, c.args...)
	return db.All(rows, err, scanDecision)
}

func decisionOf(ctx context.Context, tx *db.Tx, tenant, decision string) (decisionRow, error) {
	rows, err := tx.Query(ctx, selectDecision+` and d.decision = $2`, tenant, decision)
	all, err := db.All(rows, err, scanDecision)
	if err == nil && len(all) == 0 {
		err = errs.New(errs.NotFound, "manager.not_found")
	}
	if err != nil {
		return decisionRow{}, err
	}
	return all[0], nil
}

// reviewRow is an answer that nobody could read for sure.
type reviewRow struct {
	Review, Contact, Name, Guess, Text, Kind string
	CreatedAt                                int64
}

// reviewsPage reads the open queue, oldest first, because those become a stop first.
func reviewsPage(ctx context.Context, tx *db.Tx, tenant string, limit int) ([]reviewRow, error) {
	rows, err := tx.Query(ctx, `
		select v.review, v.contact, coalesce(c.name, ''), v.guess, coalesce(i.body, ''), coalesce(i.kind, ''), v.created_at from review v
		left join contact c on c.tenant = v.tenant and c.contact = v.contact
		left join inbound i on i.tenant = v.tenant and i.inbound = v.inbound
		where v.tenant = $1 and v.decided_at is null order by v.created_at, v.review limit $2`, tenant, limit)
	return db.All(rows, err, func(r *db.Rows, v *reviewRow) error {
		return r.Scan(&v.Review, &v.Contact, &v.Name, &v.Guess, &v.Text, &v.Kind, &v.CreatedAt)
	})
}

// reviewIsOpen reports whether the tenant has this review and it waits.
func reviewIsOpen(ctx context.Context, tx *db.Tx, tenant, review string) (bool, error) {
	var n int64
	err := tx.Row(ctx, `select 1 from review where tenant = $1 and review = $2 and decided_at is null`, tenant, review).Scan(&n)
	if errors.Is(err, db.ErrNone) {
		return false, nil
	}
	return n == 1, err
}
