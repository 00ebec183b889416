package upkeep

import (
	"context"
	"errors"
	"fmt"

	"jawort/account"
	"jawort/address"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
)

// Ask is a message that might be sent.
type Ask struct {
	Number   string // Meta's phone_number_id
	To       string // tel:+… or wa:…, or a telephone number as people type it in the number's country
	Topic    string
	Template string
	Language string // of the template
}

// Answer is the gate's decision in words.
type Answer = gate.Answer

// The verdicts that are not a plain allow.
const (
	Wait   = gate.Wait
	Refuse = gate.Refuse
)

// Check asks the gate and sends nothing. The decision is not kept: the database is opened for reading only. The reasons are in the
// reader's language.
func Check(ctx context.Context, s Settings, a Ask, lang string) (Answer, error) {
	keys, err := s.Keys()
	if err != nil {
		return Answer{}, err
	}
	d, err := s.read(ctx)
	if err != nil {
		return Answer{}, err
	}
	defer d.Close()
	var out gate.Decision
	err = d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = judge(ctx, tx, keys, a)
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	return out.Answer(lang), nil
}

func judge(ctx context.Context, tx *db.Tx, keys *account.Keyring, a Ask) (gate.Decision, error) {
	number, err := account.NumberByID(ctx, tx, a.Number)
	if errs.CodeOf(err) == errs.NotFound {
		return gate.Decision{}, errors.New("no such number: it is Meta's phone_number_id, as the manager's settings show it")
	}
	if err != nil {
		return gate.Decision{}, err
	}
	to, err := readAddress(a.To, number.Country)
	if err != nil {
		return gate.Decision{}, err
	}
	tenant, err := account.TenantOf(ctx, tx, number.Tenant)
	if err != nil {
		return gate.Decision{}, err
	}
	pepper, err := keys.Pepper(tenant)
	if err != nil {
		return gate.Decision{}, fmt.Errorf("this is not the key the database was made with: %w", err)
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return gate.Decision{}, err
	}
	ask := gate.Ask{Message: a.message(to), Fingerprint: contact.Fingerprint(pepper, to)}
	facts, err := gate.Load(ctx, tx, number.Tenant, []gate.Ask{ask}, now)
	if err != nil {
		return gate.Decision{}, err
	}
	if a.Template == "" {
		facts[0].SupposeTemplate()
	}
	return gate.Decide(&facts[0], &ask.Message), nil
}

func (a Ask) message(to address.Address) gate.Message {
	return gate.Message{Number: a.Number, To: string(to), Kind: "template", Topic: a.Topic, Template: a.Template, Language: a.Language}
}

// readAddress takes the canonical form first, since that may name a number no table knows yet.
func readAddress(text, country string) (address.Address, error) {
	if a, err := address.Parse(text); err == nil {
		return a, nil
	}
	return address.Read(text, country)
}
