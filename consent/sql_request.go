package consent

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
)

const requestColumns = `r.request, r.code, r.contact, r.address, r.source, r.topics, r.notice, r.notice_version, r.language,
	r.event, r.state, coalesce(r.asked_at, 0), r.question, r.words, r.origin, r.created_at, r.until`

func scanRequest(rows *db.Rows, r *Request) error {
	var topics string
	if err := rows.Scan(&r.ID, &r.Code, &r.Contact, &r.Address, &r.Source, &topics, &r.Notice, &r.NoticeVersion, &r.Language,
		&r.Event, &r.State, &r.AskedAt, &r.Question, &r.Words, &r.Origin, &r.CreatedAt, &r.Until); err != nil {
		return err
	}
	return json.Unmarshal([]byte(topics), &r.Topics)
}

// PutRequests opens requests.
func PutRequests(ctx context.Context, tx *db.Tx, tenant string, list ...Request) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into request (tenant, request, code, contact, address, source, topics, notice, notice_version,
			language, event, state, asked_at, question, words, origin, created_at, until)
		select $1, r.request, r.code, r.contact, r.address, r.source, r.topics, r.notice, r.notice_version, r.language, r.event, r.state,
			r.asked_at, r.question, r.words, r.origin, r.created_at, r.until
		from {rows $2: request text, code text, contact text, address text, source text, topics text, notice text, notice_version bigint,
			language text, event text, state text, asked_at bigint, question text, words text, origin text, created_at bigint, until bigint} r`,
		tenant, db.RowsOf(list, func(r Request) []any {
			return []any{r.ID, r.Code, r.Contact, r.Address, r.Source, topicsText(r.Topics), r.Notice, r.NoticeVersion, r.Language,
				r.Event, string(r.State), clean(r.AskedAt), r.Question, r.Words, r.Origin, r.CreatedAt, r.Until}
		}))
	if err != nil {
		return fmt.Errorf("open %d requests: %w", len(list), err)
	}
	return nil
}

// RequestsByCode finds requests by the hashes of their codes.
func RequestsByCode(ctx context.Context, tx *db.Tx, tenant string, codes []string) (map[string]Request, error) {
	list, err := requests(ctx, tx, `r.tenant = $1 and r.code in {list $2 text}`, tenant, codes)
	out := map[string]Request{}
	for _, r := range list {
		out[r.Code] = r
	}
	return out, err
}

// RequestsByID finds requests.
func RequestsByID(ctx context.Context, tx *db.Tx, tenant string, ids []string) (map[string]Request, error) {
	list, err := requests(ctx, tx, `r.tenant = $1 and r.request in {list $2 text}`, tenant, ids)
	out := map[string]Request{}
	for _, r := range list {
		out[r.ID] = r
	}
	return out, err
}

// AskedRequests finds the persons' open requests whose question was put, the newest of each person.
func AskedRequests(ctx context.Context, tx *db.Tx, tenant string, contacts []string) (map[string]Request, error) {
	list, err := requests(ctx, tx, `r.tenant = $1 and r.contact in {list $2 text} and r.state = 'open' and r.asked_at is not null
		order by r.created_at`, tenant, contacts)
	out := map[string]Request{}
	for _, r := range list {
		out[r.Contact] = r
	}
	return out, err
}

func requests(ctx context.Context, tx *db.Tx, where, tenant string, keys []string) ([]Request, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `select `+requestColumns+` from request r where `+where, tenant, keys)
	list, err := db.All(rows, err, scanRequest)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	return list, nil
}

// CloseRequests ends open requests; one that is closed stays as it is.
func CloseRequests(ctx context.Context, tx *db.Tx, tenant string, states map[string]RequestState) error {
	for id, state := range states {
		if _, err := tx.Exec(ctx, `update request set state = $3 where tenant = $1 and request = $2 and state = 'open'`,
			tenant, id, string(state)); err != nil {
			return fmt.Errorf("close request: %w", err)
		}
	}
	return nil
}

// MarkQuestion notes with which message an open request was asked about later than it was made.
func MarkQuestion(ctx context.Context, tx *db.Tx, tenant, request, message string, at int64) error {
	_, err := tx.Exec(ctx, `update request set question = $3, asked_at = $4 where tenant = $1 and request = $2 and state = 'open'`, tenant, request, message, at)
	if err != nil {
		return fmt.Errorf("mark question: %w", err)
	}
	return nil
}

// AskedBefore is when the address was last asked the neutral question by any source, and how often since.
func AskedBefore(ctx context.Context, tx *db.Tx, tenant, fingerprint string, since int64) (last, times int64, err error) {
	err = tx.Row(ctx, `select coalesce(max(at), 0), count(*) from asked where tenant = $1 and fingerprint = $2 and at > $3`,
		tenant, fingerprint, since).Scan(&last, &times)
	return last, times, err
}

// MarkAsked remembers a question by the address's fingerprint, also beyond an erasure.
func MarkAsked(ctx context.Context, tx *db.Tx, tenant, fingerprint, source string, at int64) error {
	_, err := tx.Exec(ctx, `insert into asked (tenant, fingerprint, at, source, answered) values ($1, $2, $3, $4, $5)`,
		tenant, fingerprint, at, source, false)
	return err
}

// BySeenKeys finds events by what made them recognisable.
func BySeenKeys(ctx context.Context, tx *db.Tx, tenant string, keys []string) (map[string]Event, error) {
	events := make([]Event, len(keys))
	for i, k := range keys {
		events[i].SeenKey = k
	}
	return bySeenKey(ctx, tx, tenant, events)
}
