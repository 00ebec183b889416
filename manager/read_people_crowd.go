package manager

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"jawort/db"
)

// crowd looks at so many people in falling order, from behind one ("" = from the newest), and names those who may be meant. at is the
// last one looked at, "" when there is nobody behind.
type crowd func(ctx context.Context, tx *db.Tx, before string, limit int) (ids []string, at string, err error)

// allOf is what a crowd says that looked only at those it names.
func allOf(ids []string, limit int) ([]string, string) {
	if len(ids) < limit {
		return ids, ""
	}
	return ids, ids[len(ids)-1]
}

// crowd picks where to begin: what is rarest comes first. only says that nothing is left to sift by.
func (s *peopleSearch) crowd() (c crowd, only bool) {
	rest := len(s.by)
	if s.by[onJoined] != "" {
		rest-- // the keys hold it
	}
	switch {
	case s.by[onDoubt] != "":
		return s.keys("from contact k where k.tenant = $1 and k.frozen_at is not null"), rest == 1
	case s.by[onLapse] != "":
		return s.lapsing, false
	case s.by[onStop] != "" && s.by[onStop] != "list":
		flag := map[string]string{"all": "stop_all", "marketing": "stop_marketing", "platform": "platform_stop"}[s.by[onStop]]
		return s.keys("from standing k where k.tenant = $1 and k.topic = '' and (k.stop_all or k.stop_marketing or k.platform_stop) and k." + flag), rest == 1
	case s.by[onSource] != "":
		return s.keys("from standing k where k.tenant = $1 and k.source <> '' and k.source = $5", s.by[onSource]), rest == 1
	case s.by[onTopic] != "" || s.by[onState] != "":
		return s.standing, rest == 1 || rest == 2 && s.by[onTopic] != "" && s.by[onState] != ""
	case s.by[onLanguage] != "":
		return s.keys("from contact k where k.tenant = $1 and k.language <> '' and k.language = $5", s.by[onLanguage]), rest == 1
	case s.by[onStop] == "list":
		return s.listed, false
	}
	return s.keys("from contact k where k.tenant = $1"), rest == 0
}

// keys reads a crowd from one index that ends in the contact. Somebody with several topics may come several times in a row.
func (s *peopleSearch) keys(from string, args ...any) crowd {
	return func(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
		all := append([]any{s.tenant, cmp.Or(before, behindAll), s.since, limit}, args...)
		rows, err := tx.Query(ctx, "select k.contact "+from+" and k.contact < $2 and k.contact >= $3 order by k.contact desc limit $4", all...)
		ids, err := db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
		ids, at := allOf(ids, limit)
		return ids, at, err
	}
}

const behindAll = "con_~" // every id of a person

// listed goes through everybody's addresses by one stretch of an index that holds their fingerprints: asking for person after person
// whether they are on the suppression list took ten times as long.
func (s *peopleSearch) listed(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
	before = cmp.Or(before, behindAll)
	var at string
	err := tx.Row(ctx, `select contact from contact where tenant = $1 and contact < $2 and contact >= $3 order by contact desc limit 1 offset $4`,
		s.tenant, before, s.since, limit-1).Scan(&at)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return nil, "", err
	}
	rows, err := tx.Query(ctx, `select a.contact from contact_address a join suppression x on x.tenant = a.tenant and x.fingerprint = a.fingerprint
		where a.tenant = $1 and a.contact < $2 and a.contact >= $3 and a.until is null`, s.tenant, before, cmp.Or(at, s.since))
	ids, err := db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
	return falling(ids, len(ids)), at, err
}

// standing merges the people of each topic and state that is meant: each is one stretch of an index.
func (s *peopleSearch) standing(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
	topics, states := s.topics, []string{s.by[onState]}
	if s.by[onTopic] != "" {
		topics = []string{s.by[onTopic]}
	}
	if s.by[onState] == "" {
		states = states[:0]
		for _, one := range askedStates() {
			states = append(states, string(one))
		}
	}
	var all []string
	for _, t := range topics {
		for _, state := range states {
			some, _, err := s.keys("from standing k where k.tenant = $1 and k.topic = $5 and k.state = $6", t, state)(ctx, tx, before, limit)
			if err != nil {
				return nil, "", err
			}
			all = append(all, some...)
		}
	}
	ids, at := allOf(falling(all, limit), limit)
	return ids, at, nil
}

// lapsing reads those whose consent ends soon by its time. Are they more than a list would count, everybody is sifted instead: then
// a page is full soon anyway.
func (s *peopleSearch) lapsing(ctx context.Context, tx *db.Tx, before string, limit int) ([]string, string, error) {
	from, to := s.now.UnixMicro(), s.now.Add(s.by.days(onLapse)).UnixMicro()
	rows, err := tx.Query(ctx, `select contact from standing
		where tenant = $1 and expires_at is not null and expires_at >= $2 and expires_at < $3 limit $4`, s.tenant, from, to, mostCount+1)
	all, err := db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
	if err != nil || len(all) <= mostCount {
		all = slices.DeleteFunc(all, func(id string) bool { return before != "" && id >= before || id < s.since })
		ids, at := allOf(falling(all, limit), limit)
		return ids, at, err
	}
	return s.keys("from contact k where k.tenant = $1")(ctx, tx, before, limit)
}

// falling sorts, without repetitions, and keeps the first.
func falling(ids []string, limit int) []string {
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(b, a) })
	ids = slices.Compact(ids)
	return ids[:min(limit, len(ids))]
}
