package api

import (
	"context"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/id"
)

// Alert is something that must not be, from the first time it was seen to the all-clear.
type Alert struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Severity   string     `json:"severity" enum:"bad,warn,ok"`
	State      string     `json:"state" enum:"raised,muted,cleared"`
	Subject    string     `json:"subject" doc:"Id of what it is about; empty = the whole business"`
	Title      string     `json:"title"`
	Text       string     `json:"text"`
	Do         string     `json:"do" doc:"What helps"`
	Seen       int64      `json:"seen" doc:"How often"`
	Since      *time.Time `json:"since"`
	LastAt     *time.Time `json:"last_at"`
	MutedUntil *time.Time `json:"muted_until"`
	ClearedAt  *time.Time `json:"cleared_at"`
}

// AlertPath is the part of a path that names one.
type AlertPath struct {
	ID string `path:"id" doc:"alt_…"`
}

func (s *server) alerts() {
	route(s, op{method: "GET", path: "/v1/alerts", id: "listAlerts", summary: "Warnings: open ones, what hurts most first; or those that are over, newest first",
		scope: account.ScopeAlerts}, s.listAlerts)
	route(s, op{method: "GET", path: "/v1/alerts/{id}", id: "getAlert", summary: "One warning", scope: account.ScopeAlerts}, s.getAlert)
}

// wireAlert tells it in the language that the caller reads.
func (c *call) wireAlert(a *alert.Alert, now int64) Alert {
	out := Alert{ID: a.ID, Kind: a.Kind, Severity: a.Shape(), State: string(a.At(now)), Subject: a.Subject, Title: a.Title(c.lang), Text: a.Text(c.lang), Do: a.Do(c.lang),
		Seen: a.Seen, Since: moment(a.Since), LastAt: moment(a.LastAt), ClearedAt: moment(a.ClearedAt)}
	if a.At(now) == alert.Muted {
		out.MutedUntil = moment(a.MutedUntil)
	}
	return out
}

func (s *server) listAlerts(ctx context.Context, c *call, in *struct {
	Paging
	State string `query:"state" enum:"open,cleared" default:"open" doc:"cleared = those that are over"`
}) (out page[Alert], err error) {
	var all []Alert
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		var list []alert.Alert
		if in.State == "open" {
			list, err = alert.Open(ctx, tx, c.tenant())
		} else {
			var before string
			if before, err = c.cursor(in.Cursor); err == nil {
				list, err = alert.Past(ctx, tx, c.tenant(), before, in.Limit+1)
			}
		}
		for i := range list {
			all = append(all, c.wireAlert(&list[i], now))
		}
		return err
	})
	if err != nil {
		return out, err
	}
	if in.State == "open" { // there are few at any time
		return cut(c, in.Paging, all, func(a Alert) string { return a.ID })
	}
	out.Data = append([]Alert{}, all[:min(len(all), in.Limit)]...)
	if len(all) > in.Limit {
		out.Next = next(out.Data[in.Limit-1].ID)
	}
	return out, nil
}

func (s *server) getAlert(ctx context.Context, c *call, in *AlertPath) (out Alert, err error) {
	if !id.Is("alt", in.ID) {
		return Alert{}, notFound
	}
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := alert.Of(ctx, tx, c.tenant(), in.ID)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		out = c.wireAlert(&a, now)
		return err
	})
	return out, err
}
