package manager

import (
	"context"

	"jawort/db"
)

// spoken are the languages of people, by skipping from one to the next in an index.
func spoken(ctx context.Context, tx *db.Tx, tenant string) ([]string, error) {
	rows, err := tx.Query(ctx, `
		with recursive l (x) as (
			select min(language) from contact where tenant = $1 and language <> ''
			union all
			select (select min(c.language) from contact c where c.tenant = $1 and c.language <> '' and c.language > l.x) from l where l.x is not null)
		select x from l where x is not null limit 60`, tenant)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}

// sourceNames and numberNames are choices in words that the business gave.
func sourceNames(ctx context.Context, tx *db.Tx, tenant string) ([]option, error) {
	rows, err := tx.Query(ctx, `select source, name from source where tenant = $1 order by name, source`, tenant)
	return db.All(rows, err, func(r *db.Rows, o *option) error { return r.Scan(&o.Value, &o.Label) })
}

func numberNames(ctx context.Context, tx *db.Tx, tenant string) ([]option, error) {
	rows, err := tx.Query(ctx, `select number, name from number where tenant = $1 order by name, number`, tenant)
	return db.All(rows, err, func(r *db.Rows, o *option) error { return r.Scan(&o.Value, &o.Label) })
}

// liveSources are the sources that take opt-ins, with the version of their wording.
func (v *visit) liveSources(ctx context.Context, tx *db.Tx) ([]option, error) {
	rows, err := tx.Query(ctx, `select source, name, kind, notice_version from source where tenant = $1 and state = 'live' order by kind <> 'paper', name, source`, v.tenant.ID)
	return db.All(rows, err, func(r *db.Rows, o *option) error {
		var name, kind string
		var version int64
		err := r.Scan(&o.Value, &name, &kind, &version)
		o.Label = name + " (" + v.either("manager.channel", kind) + ", " + v.say("manager.proof.version", map[string]any{"Number": version}) + ")"
		return err
	})
}
