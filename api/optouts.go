package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/intake"
	"jawort/topic"
)

// OptoutInput is somebody not wanting messages any more.
type OptoutInput struct {
	Address    string     `json:"address" maxLength:"200" doc:"tel:+… or wa:…; need not be known"`
	Scope      string     `json:"scope" enum:"all,marketing,topic"`
	Topics     []string   `json:"topics,omitempty" maxItems:"50" uniqueItems:"true" doc:"For the scope topic"`
	Via        string     `json:"via" enum:"chat,button,sms,voice,page,link,letter,phone,email,counter,api,csv,meta" doc:"The way it came"`
	Reason     string     `json:"reason,omitempty" maxLength:"500"`
	HappenedAt *time.Time `json:"happened_at,omitempty" doc:"When the person said it; else now"`
}

// Optout answers an opt-out, after no message to the person starts any more.
type Optout struct {
	Event   string `json:"event"`
	Contact string `json:"contact"`
}

func (s *server) optouts() {
	route(s, op{method: "POST", path: "/v1/optouts", id: "createOptout", summary: "A person opted out", scope: account.ScopeOptouts,
		status: http.StatusCreated, also: []int{http.StatusOK}}, s.optout)
}

func (s *server) optout(ctx context.Context, c *call, in *struct{ Body OptoutInput }) (Optout, error) {
	b := &in.Body
	a, err := c.parseAddress("address", b.Address)
	if err != nil {
		return Optout{}, err
	}
	at, err := s.happened(c, b.HappenedAt)
	if err != nil {
		return Optout{}, err
	}
	if err := s.stopTopics(ctx, c, b); err != nil {
		return Optout{}, err
	}
	proof, _ := c.evidence(nil) // nothing to be wrong
	done, err := s.Desk.OptOut(ctx, intake.OptOut{Tenant: c.tenant(), Address: a, Scope: consent.Scope(b.Scope), Topics: b.Topics, Via: b.Via,
		Reason: b.Reason, Actor: consent.Actor{Kind: consent.Person}, HappenedAt: at, Evidence: proof, SeenKey: c.seenKey()})
	if err != nil {
		return Optout{}, err
	}
	if done.Repeated {
		c.status = http.StatusOK
	}
	return Optout{done.Event.ID, done.Contact}, nil
}

// stopTopics checks the topics of an opt-out; one that is retired may still be left.
func (s *server) stopTopics(ctx context.Context, c *call, b *OptoutInput) error {
	if b.Scope != string(consent.ScopeTopic) {
		if len(b.Topics) > 0 {
			return c.at("topics", "api.topics_without_scope")
		}
		return nil
	}
	if len(b.Topics) == 0 {
		return c.at("topics", "api.field.required")
	}
	return s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := topic.List(ctx, tx, c.tenant(), true)
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, t := range list {
			known[t.Code] = true
		}
		for i, code := range b.Topics {
			if !known[code] {
				return c.at("topics["+strconv.Itoa(i)+"]", "topic.unknown")
			}
		}
		return nil
	})
}
