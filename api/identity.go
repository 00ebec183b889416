package api

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/intake"
)

// MergeInput says who else the person is.
type MergeInput struct {
	Other  string `json:"other" doc:"con_…, goes up in the contact of the path"`
	Reason string `json:"reason" minLength:"10" maxLength:"500" doc:"Kept in the ledger"`
}

// SplitInput says why a merge was wrong.
type SplitInput struct {
	Reason string `json:"reason" minLength:"10" maxLength:"500" doc:"Kept in the ledger"`
}

// Identity answers a merge or a split.
type Identity struct {
	Event   string `json:"event"`
	Contact string `json:"contact" doc:"Of the path"`
	Other   string `json:"other" doc:"Who went up in it; of a split, with whom it was one"`
}

func (s *server) identity() {
	route(s, op{method: "POST", path: "/v1/contacts/{id}/merge", id: "mergeContact", scope: account.ScopeIdentity, status: http.StatusCreated,
		summary: "Two contacts are one person; the stricter of both holds"}, s.merge)
	route(s, op{method: "POST", path: "/v1/contacts/{id}/split", id: "splitContact", scope: account.ScopeIdentity, status: http.StatusCreated,
		summary: "A contact that was merged away stands for itself again; stops given meanwhile hold for both"}, s.split)
}

func (s *server) merge(ctx context.Context, c *call, in *struct {
	ContactPath
	Body MergeInput
}) (Identity, error) {
	if !id.Is("con", in.ID) {
		return Identity{}, errs.New(errs.NotFound, "contact.unknown")
	}
	err := s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := current(ctx, tx, c.tenant(), in.ID); err != nil {
			return err
		}
		_, err := current(ctx, tx, c.tenant(), in.Body.Other)
		if errs.CodeOf(err) == errs.NotFound {
			return c.at("other", "contact.unknown")
		}
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	e, err := s.Desk.Merge(ctx, intake.Merging{Tenant: c.tenant(), Contact: in.ID, Other: in.Body.Other, Reason: in.Body.Reason, Actor: c.actor()})
	return Identity{e.ID, in.ID, in.Body.Other}, err
}

func (s *server) split(ctx context.Context, c *call, in *struct {
	ContactPath
	Body SplitInput
}) (Identity, error) {
	if !id.Is("con", in.ID) {
		return Identity{}, errs.New(errs.NotFound, "contact.unknown")
	}
	e, err := s.Desk.Split(ctx, intake.Merging{Tenant: c.tenant(), Contact: in.ID, Reason: in.Body.Reason, Actor: c.actor()})
	return Identity{e.ID, in.ID, e.Contact}, err
}

func (c *call) actor() consent.Actor { return consent.Actor{Kind: consent.Program, ID: c.key.ID} }
