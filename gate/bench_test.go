package gate

import (
	"context"
	"fmt"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

func BenchmarkDecide(b *testing.B) {
	for _, c := range []struct {
		name string
		base func() (Facts, Message)
	}{{"allow-marketing", offer}, {"allow-utility", order}, {"allow-text", text}, {"refuse-stopped", func() (Facts, Message) {
		f, m := offer()
		f.Person.StopAll = true
		return f, m
	}}} {
		b.Run(c.name, func(b *testing.B) {
			f, m := c.base()
			b.ReportAllocs()
			for b.Loop() {
				Decide(&f, &m)
			}
		})
	}
}

// An allow costs at most two allocations (facts/speed.md, gate).
func TestAllowAllocates(t *testing.T) {
	f, m := offer()
	if n := testing.AllocsPerRun(100, func() { Decide(&f, &m) }); n > 2 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkBody(b *testing.B) {
	f, m := offer()
	d := Decide(&f, &m)
	r := Record{Decision: &d, Facts: &f, Message: &m}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.body(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad reads 1,000 persons of 100,000, beside the bare lookup of 1,000 keys in the same table.
func BenchmarkLoad(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(engine.String(), func(b *testing.B) {
			const people, batch = 100_000, 1000
			d := dbtest.Open(b, engine)
			sow(b, d, houseRows("t")...)
			crowd(b, d, people)
			asks := make([]Ask, batch)
			keys := make([]string, batch)
			for i := range asks {
				n := (i*7919 + 13) % people
				asks[i] = saleTo(fmt.Sprintf("tel:+4915%09d", n))
				asks[i].Fingerprint = fmt.Sprintf("fp%09d", n)
				keys[i] = asks[i].To
			}
			b.Run("facts", func(b *testing.B) { benchLoad(b, d, asks) })
			b.Run("facts-of-one", func(b *testing.B) { benchLoad(b, d, asks[:1]) })
			b.Run("bare-lookup", func(b *testing.B) { benchLookup(b, d, keys) })
		})
	}
}

func benchLoad(b *testing.B, d *db.DB, asks []Ask) {
	for b.Loop() {
		err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			facts, err := Load(ctx, tx, "t", asks, t0)
			if err == nil && facts[0].Standing.State != "granted" {
				b.Fatal("not found")
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(asks)), "µs/person")
}

func benchLookup(b *testing.B, d *db.DB, keys []string) {
	for b.Loop() {
		err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, `select a.contact from {rows $1: address text} r
				{join contact_address a on a.tenant = 't' and a.address = r.address and a.until is null}`,
				db.RowsOf(keys, func(k string) []any { return []any{k} }))
			got, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
			if err == nil && len(got) != len(keys) {
				b.Fatal("not found")
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(keys)), "µs/person")
}

// crowd is so many people who have granted offers.
func crowd(b *testing.B, d *db.DB, people int) {
	series := fmt.Sprintf(`with recursive s(n) as (select 0 union all select n + 1 from s where n < %d)`, people-1)
	pad := `substr('000000000' || n, length('000000000' || n) - 8)`
	sow(b, d,
		`insert into contact (tenant, contact, name, username, language, created_at) `+series+` select 't', 'con_' || `+pad+`, '', '', '', 0 from s`,
		`insert into contact_guard (tenant, contact, rev) `+series+` select 't', 'con_' || `+pad+`, 3 from s`,
		`insert into contact_address (tenant, address, since, until, contact, portfolio, wa_id, fingerprint, proof, born) `+series+`
			select 't', 'tel:+4915' || `+pad+`, 1, null, 'con_' || `+pad+`, '', '', 'fp' || `+pad+`, 'first', '' from s`,
		at0("%s", `insert into standing (tenant, contact, topic, state, since, own_since, expires_at, source, notice, notice_version, proof, event, cap_month,
			stop_all, stop_marketing, platform_stop, flags, rev) `+series+` select 't', 'con_' || `+pad+`, k.topic, k.state, T0 - DAY, T0 - DAY, null, '', '', 0, '', '', 0,
			false, false, false, '{}', 3 from s cross join (select 'offers' as topic, 'granted' as state union all select '', '') k`))
	if d.Engine() == db.Postgres {
		sow(b, d, `analyze`)
	}
}
