package bench

import (
	"context"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

// batch is how many people go into one transaction.
const batch = 2000

// populate lets so many people agree to offers, by the nouns' own functions.
func (r *run) populate(ctx context.Context, w *world) error {
	if r.People == 0 {
		return nil
	}
	begun := time.Now()
	for from := 0; from < r.People; from += batch {
		list := make([]address.Address, 0, batch)
		for n := from; n < min(from+batch, r.People); n++ {
			list = append(list, phone(n))
		}
		if err := w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return w.grant(ctx, tx, list) }); err != nil {
			return err
		}
	}
	if w.app.DB.Engine() == db.Postgres { // plans made for empty tables are not what is to be measured
		err := w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `analyze`)
			return err
		})
		if err != nil {
			return err
		}
	}
	rate := float64(r.People) / time.Since(begun).Seconds()
	r.say("%s: %d people with consent, %.0f a second", r.engine, r.People, rate)
	r.note("%s: %d people loaded through contact.Ensure and consent.Append, %.0f a second (events, leaves and standing written)", r.engine, r.People, rate)
	return nil
}

func (w *world) grant(ctx context.Context, tx *db.Tx, people []address.Address) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	who, err := contact.Ensure(ctx, tx, w.tenant, w.pepper, people, now)
	if err != nil {
		return err
	}
	ids, events := make([]string, len(people)), make([]consent.Event, len(people))
	for i, a := range people {
		ids[i] = who[a]
		events[i] = consent.Event{Contact: who[a], Kind: consent.Granted, Scope: consent.ScopeTopic, Topics: []string{"offers"}, Address: string(a),
			Channel: "chat", Source: w.source, Number: number, Actor: consent.Actor{Kind: consent.Person}, HappenedAt: now - 3600e6, Witnessed: true}
	}
	revs, err := contact.Lock(ctx, tx, w.tenant, ids)
	if err != nil {
		return err
	}
	_, err = consent.Append(ctx, tx, w.tenant, events, revs)
	return err
}
