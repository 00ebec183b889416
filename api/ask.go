package api

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/errs"
	"jawort/id"
	"jawort/intake"
)

// AskInput says which source asks.
type AskInput struct {
	Source string `json:"source" maxLength:"64" doc:"A live thread source: its wording is the question"`
}

// Asked is a question that was put.
type Asked struct {
	Contact string   `json:"contact"`
	Request string   `json:"request" doc:"Open for seven days"`
	Message string   `json:"message" doc:"GET /v1/messages/{id} tells what became of it"`
	Topics  []string `json:"topics" doc:"What it asks for: what the person has not agreed to yet"`
}

func (s *server) asks() {
	route(s, op{method: "POST", path: "/v1/contacts/{id}/ask", id: "askContact", scope: account.ScopeOptins, status: http.StatusCreated,
		summary: "Put a thread source's question into the open conversation; 409 says why not"}, s.ask)
	route(s, op{method: "POST", path: "/v1/contacts/{id}/ask-number", id: "askNumber", scope: account.ScopeMessages, status: http.StatusCreated,
		summary: "Ask somebody who hides their number behind a username for it, in the open conversation; 409 says why not"}, s.askNumber)
}

// NumberAsked is that somebody was asked for the number that they hide.
type NumberAsked struct {
	Contact string `json:"contact"`
	Message string `json:"message" doc:"GET /v1/messages/{id} tells what became of it"`
}

func (s *server) askNumber(ctx context.Context, c *call, in *ContactPath) (NumberAsked, error) {
	if !id.Is("con", in.ID) {
		return NumberAsked{}, errs.New(errs.NotFound, "contact.unknown")
	}
	q, err := s.Desk.AskNumber(ctx, intake.NumberAsk{Tenant: c.tenant(), Contact: in.ID, Actor: c.actor()})
	return NumberAsked{q.Contact, q.Message}, err
}

func (s *server) ask(ctx context.Context, c *call, in *struct {
	ContactPath
	Body AskInput
}) (Asked, error) {
	if !id.Is("con", in.ID) {
		return Asked{}, errs.New(errs.NotFound, "contact.unknown")
	}
	if !id.Is("src", in.Body.Source) {
		return Asked{}, c.at("source", "source.unknown")
	}
	q, err := s.Desk.Ask(ctx, intake.Ask{Tenant: c.tenant(), Contact: in.ID, Source: in.Body.Source, Actor: c.actor()})
	return Asked{q.Contact, q.Request, q.Message, filled(q.Topics)}, err
}
