package upkeep

import (
	"context"
	"errors"
	"time"

	"jawort/account"
	"jawort/db"
)

// Business is the first tenant, as its owner names it.
type Business struct{ Name, Country, Zone, Language string }

// NewKey makes a key for secrets at rest, as a line of a key file.
func NewKey() string { return account.NewKey(time.Now().UTC().Format("2006")) }

// Found makes the first business with its owner, and answers the owner's login link. Later ones are made in the manager.
func Found(ctx context.Context, s Settings, b Business, owner Member) (link string, err error) {
	keys, err := s.Keys()
	if err != nil {
		return "", err
	}
	err = s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Tenants(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			return errors.New("there is a business already: add staff with `jawort user invite`")
		}
		t := account.Tenant{Name: b.Name, Country: b.Country, Zone: b.Zone, Language: b.Language}
		made, err := account.CreateTenant(ctx, tx, keys, t, actor)
		if err != nil {
			return err
		}
		owner.Role = string(account.Owner)
		who, err := account.Invite(ctx, tx, made.ID, owner.staff(), actor)
		if err != nil {
			return err
		}
		link, err = s.link(ctx, tx, who)
		return err
	})
	return link, err
}
