package api

import (
	"context"
	"strconv"

	"jawort/account"
	"jawort/address"
	"jawort/contact"
	"jawort/db"
	"jawort/gate"
)

// CheckInput asks whether a message may go to people, without sending one.
type CheckInput struct {
	Number   string   `json:"number" maxLength:"32" doc:"Meta's phone_number_id"`
	To       []string `json:"to" minItems:"1" maxItems:"1000" doc:"tel:+… or wa:…"`
	Topic    string   `json:"topic,omitempty" maxLength:"48"`
	Template string   `json:"template,omitempty" maxLength:"512"`
	Language string   `json:"language,omitempty" maxLength:"16" doc:"Of the template"`
}

// CheckAnswer has a decision for each address, in their order.
type CheckAnswer struct {
	Results []Decision `json:"results"`
}

func (s *server) check() {
	route(s, op{method: "POST", path: "/v1/check", id: "check", summary: "May a message go to these people now", scope: account.ScopeCheck,
		reads: true}, s.checkAll)
}

func (s *server) checkAll(ctx context.Context, c *call, in *struct{ Body CheckInput }) (CheckAnswer, error) {
	asks, err := c.asks(&in.Body)
	if err != nil {
		return CheckAnswer{}, err
	}
	var facts []gate.Facts
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		pepper, err := s.pepper(ctx, tx, c.tenant())
		if err != nil {
			return err
		}
		for i := range asks {
			asks[i].Fingerprint = contact.Fingerprint(pepper, address.Address(asks[i].To))
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		facts, err = gate.Load(ctx, tx, c.tenant(), asks, now)
		return err
	})
	if err != nil {
		return CheckAnswer{}, err
	}
	out := CheckAnswer{Results: make([]Decision, len(asks))}
	for i := range asks {
		if in.Body.Template == "" {
			facts[i].SupposeTemplate()
		}
		d := gate.Decide(&facts[i], &asks[i].Message)
		out.Results[i] = decision(&d, c.lang)
	}
	return out, nil
}

// asks reads the addresses; topic and template say what would be sent.
func (c *call) asks(b *CheckInput) ([]gate.Ask, error) {
	m := gate.Message{Number: b.Number, Kind: "template", Topic: b.Topic}
	switch {
	case b.Template == "" && b.Topic == "":
		return nil, c.at("topic", "api.topic_or_template")
	case b.Template == "" && b.Language != "":
		return nil, c.at("language", "api.language_without_template")
	case b.Template != "" && b.Language == "":
		return nil, c.at("language", "api.field.required")
	}
	m.Template, m.Language = b.Template, b.Language
	asks := make([]gate.Ask, len(b.To))
	for i, text := range b.To {
		a, err := c.parseAddress("to["+strconv.Itoa(i)+"]", text)
		if err != nil {
			return nil, err
		}
		asks[i].Message = m
		asks[i].To = string(a)
	}
	return asks, nil
}

// pepper is the key of the tenant's fingerprints.
func (s *server) pepper(ctx context.Context, tx *db.Tx, tenant string) ([]byte, error) {
	t, err := account.TenantOf(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	return s.Keys.Pepper(t)
}
