// Package alert is what a business must hear of before it hurts: conditions declared as values, raised once however often they are
// seen, shown, mailed, and cleared with an all-clear.
package alert

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/timer"
)

// Condition is something seen that must not be.
type Condition struct {
	Kind    string
	Subject string // id of what it is about; empty: the whole business
	Detail  Detail
	Seen    int64 // how often, since it was last told; 0 = once
}

// Detail fills the sentences of a kind. It never holds an address or what somebody wrote.
type Detail struct {
	Name string `json:"name,omitempty"` // of the number or source; empty: the business as a whole
	Why  string `json:"why,omitempty"`  // a word of a closed list, such as mail.Why
	Code int64  `json:"code,omitempty"` // of Meta or SMTP

	Template bool  `json:"template,omitempty"` // Name is a template's; false = what the kind is mostly about
	Graver   bool  `json:"graver,omitempty"`   // a graver one took its place: no all-clear
	From     int64 `json:"from,omitempty"`     // microseconds: since when something is missing

	Value string `json:"value,omitempty"` // Meta's word, or a number
	Was   string `json:"was,omitempty"`   // what it was before; empty: nothing known
	Until int64  `json:"until,omitempty"` // microseconds: when it ends; 0 = not known
	Zone  string `json:"zone,omitempty"`  // of the business, for moments in sentences; empty: UTC
}

// Alert is one episode of a condition, from the first time it was seen to the all-clear.
type Alert struct {
	Tenant     string
	ID         string
	Kind       string
	Subject    string
	Since      int64
	LastAt     int64
	Seen       int64
	Detail     Detail
	MutedUntil int64  // 0 = never muted
	MutedBy    string // id of staff
	MutedWhy   string
	ClearedAt  int64 // 0 = open
}

// State is where an episode stands at a moment.
type State string

// The closed list (docs/states.md).
const (
	Raised  State = "raised"
	Muted   State = "muted"
	Cleared State = "cleared"
)

// At is the state at a moment.
func (a *Alert) At(now int64) State {
	switch {
	case a.ClearedAt != 0:
		return Cleared
	case a.MutedUntil > now:
		return Muted
	}
	return Raised
}

// timerMail and timerQuiet are our kinds of timers; their key is the alert's id.
const (
	timerMail  = "alert.mail"
	timerQuiet = "alert.quiet"
)

// Raise notes that conditions were seen. One that is open already is only counted; a new one is mailed. It belongs at the end of a
// transaction: busy conditions are busy rows.
func Raise(ctx context.Context, tx *db.Tx, tenant string, list ...Condition) error {
	if len(list) == 0 {
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	list = merged(list)
	rows := make([]Alert, len(list))
	for i, c := range list {
		if KindOf(c.Kind) == nil {
			return fmt.Errorf("raise %s: no such kind", c.Kind)
		}
		rows[i] = Alert{Tenant: tenant, ID: id.At("alt", now), Kind: c.Kind, Subject: c.Subject, Since: now, LastAt: now, Seen: c.Seen, Detail: c.Detail}
	}
	fresh, err := upsert(ctx, tx, rows)
	if err != nil {
		return fmt.Errorf("raise %d conditions: %w", len(rows), err)
	}
	var timers []timer.Timer
	for _, a := range fresh {
		k := KindOf(a.Kind)
		if k.Mailed {
			timers = append(timers, timer.Timer{Tenant: tenant, Kind: timerMail, Key: a.ID, Due: now + k.Patience.Microseconds()})
		}
		if k.Quiet > 0 {
			timers = append(timers, timer.Timer{Tenant: tenant, Kind: timerQuiet, Key: a.ID, Due: now + k.Quiet.Microseconds()})
		}
	}
	return timer.Put(ctx, tx, timers)
}

// merged makes one of what is told twice, in key order, so that two transactions lock in the same one.
func merged(list []Condition) []Condition {
	at := map[[2]string]int{}
	var out []Condition
	for _, c := range list {
		c.Seen = max(c.Seen, 1)
		name := [2]string{c.Kind, c.Subject}
		if i, ok := at[name]; ok {
			out[i].Seen += c.Seen
			out[i].Detail = c.Detail
			continue
		}
		at[name] = len(out)
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Condition) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	})
	return out
}

// Clear ends a condition, if it is open: whoever was told of it is told that it is over.
func Clear(ctx context.Context, tx *db.Tx, tenant, kind string, subjects ...string) error {
	if len(subjects) == 0 {
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	ids, err := clearOpen(ctx, tx, tenant, kind, subjects, now)
	if err != nil {
		return fmt.Errorf("clear %s: %w", kind, err)
	}
	return afterwards(ctx, tx, tenant, ids, now)
}

// Supersede ends a condition because a graver one took its place: it is over, but nobody is told that all is well.
func Supersede(ctx context.Context, tx *db.Tx, tenant, kind string, subjects ...string) error {
	if len(subjects) == 0 {
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	open, err := selectOpen(ctx, tx, tenant)
	if err != nil {
		return fmt.Errorf("supersede %s: %w", kind, err)
	}
	for _, a := range open {
		if a.Kind != kind || !slices.Contains(subjects, a.Subject) {
			continue
		}
		was := a
		a.Detail.Graver = true
		if err := refresh(ctx, tx, tenant, []Alert{was}, []Condition{{Kind: a.Kind, Subject: a.Subject, Seen: a.Seen, Detail: a.Detail}}); err != nil {
			return err
		}
	}
	ids, err := clearOpen(ctx, tx, tenant, kind, subjects, now)
	if err != nil {
		return fmt.Errorf("supersede %s: %w", kind, err)
	}
	for _, timers := range []string{timerQuiet, timerMail} {
		if err := timer.Cancel(ctx, tx, tenant, timers, ids); err != nil {
			return err
		}
	}
	return nil
}

// afterwards has the all-clear mailed.
func afterwards(ctx context.Context, tx *db.Tx, tenant string, ids []string, now int64) error {
	timers := make([]timer.Timer, len(ids))
	for i, x := range ids {
		timers[i] = timer.Timer{Tenant: tenant, Kind: timerMail, Key: x, Due: now}
	}
	if err := timer.Cancel(ctx, tx, tenant, timerQuiet, ids); err != nil {
		return err
	}
	return timer.Put(ctx, tx, timers)
}

// Mute keeps an open alert quiet until a moment: it stays in the list, nobody is mailed.
func Mute(ctx context.Context, tx *db.Tx, tenant, alert string, until int64, by, why string) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	switch {
	case len([]rune(why)) < 10 || len(why) > 1000:
		return errs.At("why", "alert.mute.why")
	case until <= now || until > now+mostMute:
		return errs.At("until", "alert.mute.until")
	}
	if err := mute(ctx, tx, tenant, alert, until, by, why); err != nil {
		return err
	}
	return timer.Put(ctx, tx, []timer.Timer{{Tenant: tenant, Kind: timerMail, Key: alert, Due: until}})
}

// mostMute is a month: whoever wants to hear nothing for longer takes themselves off the readers.
const mostMute = int64(31 * 24 * 3600 * 1_000_000)

// Unmute ends a mute at once.
func Unmute(ctx context.Context, tx *db.Tx, tenant, alert string) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := mute(ctx, tx, tenant, alert, 0, "", ""); err != nil {
		return err
	}
	return timer.Put(ctx, tx, []timer.Timer{{Tenant: tenant, Kind: timerMail, Key: alert, Due: now}})
}

// Open is what is not over, what hurts most first, and quick: there are few at any time.
func Open(ctx context.Context, tx *db.Tx, tenant string) ([]Alert, error) {
	list, err := selectOpen(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("open alerts: %w", err)
	}
	slices.SortStableFunc(list, func(a, b Alert) int {
		return cmp.Or(KindOf(b.Kind).weight()-KindOf(a.Kind).weight(), cmp.Compare(b.LastAt, a.LastAt))
	})
	return list, nil
}

// Of reads one.
func Of(ctx context.Context, tx *db.Tx, tenant, alert string) (Alert, error) {
	return selectOne(ctx, tx, tenant, alert)
}

// Past is what is over, newest first, from behind the given id; empty: from the newest.
func Past(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Alert, error) {
	list, err := selectPast(ctx, tx, tenant, before, limit)
	if err != nil {
		return nil, fmt.Errorf("past alerts: %w", err)
	}
	return list, nil
}
