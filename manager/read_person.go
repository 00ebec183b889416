package manager

import (
	"context"
	"encoding/json"

	"jawort/account"
	"jawort/db"
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
	ActorKind, Actor, Language, Hash                        string
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

// eventsOf reads a person's ledger, newest first, from before a moment (0 = from the newest); what was recorded of those merged into the
// person belongs to it.
func eventsOf(ctx context.Context, tx *db.Tx, tenant, contact string, before int64, limit int) ([]eventRow, error) {
	if before == 0 {
		before = endOfTime
	}
	rows, err := tx.Query(ctx, `
		with recursive p (contact) as (select contact from contact where tenant = $1 and contact = $2
			union select c.contact from p join contact c on c.tenant = $1 and c.merged_into = p.contact)
		select e.event, e.kind, e.scope, e.topics, e.channel, e.source, coalesce(s.name, ''), e.reason, e.actor_kind, e.actor, e.language,
			e.rev, e.notice_version, e.notice_hash, e.happened_at, e.recorded_at, coalesce(e.position, 0), e.witnessed, e.evidence, coalesce(v.body, '')
		from p join event e on e.tenant = $1 and e.contact = p.contact
		left join source s on s.tenant = e.tenant and s.source = e.source
		left join notice_version v on v.tenant = e.tenant and v.notice = e.notice and v.version = e.notice_version and v.language = e.language
		where e.recorded_at < $3
		order by e.recorded_at desc, e.contact, e.rev desc limit $4`, tenant, contact, before, limit)
	return db.All(rows, err, func(r *db.Rows, e *eventRow) error {
		var topics, proof string
		if err := r.Scan(&e.Event, &e.Kind, &e.Scope, &topics, &e.Channel, &e.Source, &e.SourceName, &e.Reason, &e.ActorKind, &e.Actor,
			&e.Language, &e.Rev, &e.Version, &e.Hash, &e.HappenedAt, &e.RecordedAt, &e.Position, &e.Witnessed, &proof, &e.Wording); err != nil {
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
	ID, Kind, Template, Topic, Purpose, State, Text, Decision string
	Code, At                                                  int64
	Inbound                                                   bool
}

// messagesOf reads messages to a person and from them, newest first, from before a moment (0 = from the newest). Ids of messages sort
// by time, so each half is one stretch of an index.
func messagesOf(ctx context.Context, tx *db.Tx, tenant, contact string, before int64, limit int) ([]messageRow, error) {
	if before == 0 {
		before = endOfTime
	}
	rows, err := tx.Query(ctx, `
		select * from (select m.message, m.kind, m.template, m.topic, m.purpose, m.state, '' as body, m.decision, m.error_code, m.created_at as at, false as inbound
			from message m where m.tenant = $1 and m.contact = $2 and m.message < $5 order by m.message desc limit $4) o
		union all
		select * from (select i.inbound, i.kind, '', '', '', i.intent, i.body, '', 0, i.at, true from inbound i
			where i.tenant = $1 and i.contact = $2 and i.at < $3 order by i.at desc limit $4) n
		order by 10 desc, 1 desc`, tenant, contact, before, limit, since("msg", before))
	return db.All(rows, err, func(r *db.Rows, m *messageRow) error {
		return r.Scan(&m.ID, &m.Kind, &m.Template, &m.Topic, &m.Purpose, &m.State, &m.Text, &m.Decision, &m.Code, &m.At, &m.Inbound)
	})
}

// endOfTime is later than everything kept, and small enough for an id (the year 2243).
const endOfTime = int64(8_640_000_000_000_000)

// keptBack reads the decisions that kept a message back, newest first; those that let one pass stand with their message.
func keptBack(ctx context.Context, tx *db.Tx, tenant, contact string, before int64, limit int) ([]decisionRow, error) {
	if before == 0 {
		before = endOfTime
	}
	rows, err := tx.Query(ctx, selectDecision+` and d.contact = $2 and d.decision < $3 and d.verdict <> 'allow'
		order by d.decision desc limit $4`, tenant, contact, since("dec", before), limit)
	return db.All(rows, err, scanDecision)
}

// voidingRow is the wish to take back what staff entered, and its answer.
type voidingRow struct {
	Voiding, Event, Reason, AskedBy, DecidedBy, Decision string
	AskedAt, DecidedAt                                   int64
}

// voidingsOf reads a person's voidings, the latest of an entry first.
func voidingsOf(ctx context.Context, tx *db.Tx, tenant, contact string) ([]voidingRow, error) {
	rows, err := tx.Query(ctx, `select voiding, event, reason, asked_by, decided_by, decision, asked_at, coalesce(decided_at, 0)
		from voiding where tenant = $1 and contact = $2 order by voiding desc limit 200`, tenant, contact)
	return db.All(rows, err, func(r *db.Rows, v *voidingRow) error {
		return r.Scan(&v.Voiding, &v.Event, &v.Reason, &v.AskedBy, &v.DecidedBy, &v.Decision, &v.AskedAt, &v.DecidedAt)
	})
}

// namesFor reads the names of sources and of staff, which a person's page tells of.
func namesFor(ctx context.Context, tx *db.Tx, tenant string) (sources, staff map[string]string, err error) {
	list, err := sourceNames(ctx, tx, tenant)
	if err != nil {
		return nil, nil, err
	}
	sources, staff = map[string]string{}, map[string]string{}
	for _, s := range list {
		sources[s.Value] = s.Label
	}
	all, err := account.AllStaff(ctx, tx, tenant)
	for _, m := range all {
		staff[m.ID] = m.Name
	}
	return sources, staff, err
}

// templateNames are the business's templates: name and language.
func templateNames(ctx context.Context, tx *db.Tx, tenant string) ([]option, error) {
	rows, err := tx.Query(ctx, `select distinct name, language from template where tenant = $1 order by name, language limit 500`, tenant)
	return db.All(rows, err, func(r *db.Rows, o *option) error {
		var name, language string
		err := r.Scan(&name, &language)
		o.Value, o.Label = name+":"+language, name+", "+language
		return err
	})
}

// threadsNear are the live sources of the chat whose number the person is in a conversation with.
func threadsNear(ctx context.Context, tx *db.Tx, tenant, contact string, now int64) ([]string, error) {
	rows, err := tx.Query(ctx, `select s.source from source s join service_window w on w.tenant = s.tenant and w.number = s.number
		where s.tenant = $1 and s.kind = 'thread' and s.state = 'live' and w.contact = $2 and w.until > $3 order by s.source`, tenant, contact, now)
	return db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
}
