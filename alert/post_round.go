package alert

import (
	"context"
	"slices"

	"jawort/account"
	"jawort/db"
	"jawort/quality"
)

// round is one alert with what has to be told of it.
type round struct {
	alert   Alert
	tenant  account.Tenant
	server  Server
	langs   map[string]string // reader → language
	choice  Choice
	ratings []quality.Observation // for the chart; none: there is no chart
	now     int64
	due     []told
}

func read(ctx context.Context, tx *db.Tx, tenant, alert string) (round, error) {
	r := round{langs: map[string]string{}}
	var err error
	if r.now, err = tx.Now(ctx); err != nil {
		return r, err
	}
	if r.alert, err = selectOne(ctx, tx, tenant, alert); err != nil {
		return r, err
	}
	if r.tenant, err = account.TenantOf(ctx, tx, tenant); err != nil {
		return r, err
	}
	if r.server, err = selectServer(ctx, tx, tenant); err != nil {
		return r, err
	}
	if r.choice, err = selectChoice(ctx, tx, tenant, r.alert.Kind); err != nil {
		return r, err
	}
	if r.ratings, err = readRatings(ctx, tx, &r.alert, r.now); err != nil {
		return r, err
	}
	staff, err := account.AllStaff(ctx, tx, tenant)
	if err != nil {
		return r, err
	}
	before, err := selectTold(ctx, tx, tenant, []string{alert})
	if err != nil {
		return r, err
	}
	for _, s := range staff {
		r.langs[s.Email] = s.Language
	}
	r.due = r.owed(before, owners(staff))
	return r, nil
}

func owners(staff []account.Staff) []string {
	var out []string
	for _, s := range staff {
		if s.Role == account.Owner && s.DisabledAt == 0 {
			out = append(out, s.Email)
		}
	}
	return out
}

// owed are the letters still to be sent. The all-clear goes to whoever was told, and to nobody else.
func (r *round) owed(before []told, owners []string) []told {
	k := KindOf(r.alert.Kind)
	if k == nil || !k.Mailed || r.choice.Off || r.server.Host == "" || r.alert.At(r.now) == Muted {
		return nil
	}
	was := func(about, reader string) *told {
		for i := range before {
			if before[i].About == about && before[i].Reader == reader {
				return &before[i]
			}
		}
		return nil
	}
	about, readers := aboutRaised, r.choice.Readers
	if len(readers) == 0 {
		readers = r.server.Readers[k.Group]
	}
	if len(readers) == 0 {
		readers = owners
	}
	if r.alert.ClearedAt != 0 && k.News {
		return nil
	}
	if r.alert.ClearedAt != 0 {
		about, readers = aboutCleared, nil
		for _, b := range before {
			if b.About == aboutRaised && b.State == sent {
				readers = append(readers, b.Reader)
			}
		}
	}
	var out []told
	for _, reader := range slices.Compact(slices.Sorted(slices.Values(readers))) {
		d := told{Tenant: r.alert.Tenant, Alert: r.alert.ID, About: about, Reader: reader, State: waiting}
		if b := was(about, reader); b != nil {
			if b.State != waiting {
				continue
			}
			d.Attempts = b.Attempts
		}
		out = append(out, d)
	}
	return out
}
