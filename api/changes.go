package api

import (
	"context"

	"jawort/account"
	"jawort/errs"
	"jawort/hook"
)

// FeedPage is a page of changes.
type FeedPage struct {
	Data []hook.Change `json:"data"`
	Next string        `json:"next" doc:"Hand it in as after, next time; the same as before when nothing came"`
	More bool          `json:"more" doc:"There is something behind next already"`
}

// FeedInput says from where on, and how much.
type FeedInput struct {
	After string `query:"after" maxLength:"200" doc:"next of the answer before, or the cursor of a change; empty = from the beginning, latest = only what comes from now on"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"Most changes of a page"`
}

func (s *server) changes() {
	route(s, op{method: "GET", path: "/v1/changes", id: "listChanges", scope: account.ScopeProof,
		summary: "Each change of a person's consent, in order; none is passed over, none comes twice"}, s.listChanges)
}

func (s *server) listChanges(ctx context.Context, c *call, in *FeedInput) (FeedPage, error) {
	if s.Hooks == nil {
		return FeedPage{}, errs.New(errs.Unavailable, "error.unavailable")
	}
	f, err := s.Hooks.Feed(ctx, c.tenant(), in.After, in.Limit)
	if errs.CodeOf(err) == errs.Invalid {
		w := c.at("after", "hook.cursor").(*wrong)
		w.in = "query"
		return FeedPage{}, w
	}
	if f.Changes == nil {
		f.Changes = []hook.Change{}
	}
	return FeedPage{Data: f.Changes, Next: f.Next, More: f.More}, err
}
