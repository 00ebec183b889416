package intake

import (
	"context"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/rules"
)

// The kinds of what waits for a decision.
const (
	ReviewText    = "text"    // words that came in by themselves
	ReviewEntered = "entered" // words that staff took down
	ReviewErase   = "erase"   // a wish to be forgotten
)

// review is something that somebody must decide.
type review struct {
	id, kind, inbound, contact, guess, matched string
	said, via, enteredBy                       string // "" but for what staff took down
	address                                    string // tells whose law holds; "" = the business's country
	received                                   int64
	due, law                                   int64
	rules                                      string
}

// clock counts the time that is left for deciding.
type clock struct {
	country string
	zone    *time.Location
	unsure  time.Duration
	now     int64
}

func readClock(ctx context.Context, tx *db.Tx, tenant string, now int64) (clock, error) {
	house, err := account.TenantOf(ctx, tx, tenant)
	if err != nil {
		return clock{}, err
	}
	zone, err := time.LoadLocation(house.Zone)
	if err != nil {
		zone = time.UTC
	}
	return clock{country: house.Country, zone: zone, unsure: house.Policy.UnsureAfter(), now: now}, nil
}

// set says until when a review must be decided: what is unclear within the business's own day, or earlier where the law's time ends
// before; a wish to be forgotten by the law's time alone, for nobody is erased by a clock.
func (c clock) set(r *review) {
	country := address.Address(r.address).Country()
	if country == "" {
		country = c.country
	}
	from := time.UnixMicro(r.received).In(c.zone)
	law := rules.For(country, time.UnixMicro(c.now))
	term := law.StopWithin
	if r.kind == ReviewErase {
		term = law.AnswerWithin
	}
	r.rules = law.Version
	if !term.AtOnce() {
		r.law = term.End(from).UnixMicro()
	}
	if r.due = c.now + c.unsure.Microseconds(); r.kind == ReviewErase || r.law > 0 && r.law < r.due {
		r.due = r.law
	}
}

// again is until when a review is to be decided that was taken up again: as at first, and at once only if the law's time was over then.
func (c clock) again(r *reviewed) int64 {
	due := c.now + c.unsure.Microseconds()
	if r.kind == ReviewErase || r.lawAt > c.now && r.lawAt < due {
		return r.lawAt
	}
	return due
}
