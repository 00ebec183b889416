package account

import (
	"context"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func TestTenant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		pa, err := h.keys.Pepper(h.a)
		if err != nil || len(pa) != 32 {
			t.Fatalf("pepper: %d bytes, %v", len(pa), err)
		}
		if _, err := h.keys.Pepper(Tenant{ID: h.b.ID, Pepper: h.a.Pepper}); err == nil {
			t.Error("a pepper opens for another tenant")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return SetPolicy(ctx, tx, h.a.ID, Policy{AcceptSignedForm: true, UnsureHours: 6}, "usr_1")
		})
		h.write(func(ctx context.Context, tx *db.Tx) error {
			got, err := TenantOf(ctx, tx, h.a.ID)
			if err == nil && (!got.Policy.AcceptSignedForm || got.Policy.UnsureAfter() != 6*time.Hour || got.Policy.PublicPercent() != 5 || got.Name != "Rösterei") {
				t.Errorf("read back %+v", got)
			}
			other, _ := TenantOf(ctx, tx, h.b.ID)
			if other.Policy.AcceptSignedForm || other.Policy.UnsureAfter() != 24*time.Hour {
				t.Error("the policy went to the other tenant too")
			}
			return err
		})
		h.want("unknown tenant", h.code(func(ctx context.Context, tx *db.Tx) error {
			_, err := TenantOf(ctx, tx, "ten_none")
			return err
		}), errs.NotFound)
		if got := h.actions(h.a.ID); len(got) != 2 || got[0] != "tenant.policy" || got[1] != "tenant.created" {
			t.Errorf("audit: %v", got)
		}
	})
}

func TestTenantIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		good := Tenant{Name: "x", Language: "de", Zone: "Europe/Berlin", Country: "DE"}
		for field, change := range map[string]func(*Tenant){
			"name":                func(x *Tenant) { x.Name = "" },
			"language":            func(x *Tenant) { x.Language = "fr" },
			"zone":                func(x *Tenant) { x.Zone = "Mars/Olympus" },
			"country":             func(x *Tenant) { x.Country = "DEU" },
			"policy.unsure_hours": func(x *Tenant) { x.Policy.UnsureHours = 48 },
			"policy.public_share": func(x *Tenant) { x.Policy.PublicShare = 101 },
			"policy.lapse_months": func(x *Tenant) { x.Policy.LapseMonths = 36 },
		} {
			bad := good
			change(&bad)
			err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := CreateTenant(ctx, tx, h.keys, bad, "test")
				return err
			})
			if e, ok := err.(*errs.Error); !ok || e.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

func TestHoldAndRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		held := func(tenant string) (since int64) {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				got, err := TenantOf(ctx, tx, tenant)
				since = got.HeldSince
				return err
			})
			return since
		}
		h.write(func(ctx context.Context, tx *db.Tx) error { return Hold(ctx, tx, 77) })
		h.write(func(ctx context.Context, tx *db.Tx) error { return Hold(ctx, tx, 99) })
		if held(h.a.ID) != 77 || held(h.b.ID) != 77 {
			t.Error("a second hold moved the first, or one tenant is not held")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error { return Release(ctx, tx, h.a.ID, "usr_1") })
		if held(h.a.ID) != 0 || held(h.b.ID) != 77 {
			t.Error("release let go of more or less than one tenant")
		}
		h.want("twice", h.code(func(ctx context.Context, tx *db.Tx) error { return Release(ctx, tx, h.a.ID, "usr_1") }), errs.NotFound)
	})
}

func TestAuditPagesAndStaysWithItsTenant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for range 5 {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				return Record(ctx, tx, h.a.ID, Entry{Actor: "usr_1", Action: "key.created", Object: "key_1", Detail: map[string]string{"scopes": "check"}},
					Entry{Actor: "usr_1", Action: "key.revoked", Object: "key_1"})
			})
		}
		seen, before := map[string]bool{}, ""
		for {
			var page []Entry
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				page, err = Trail(ctx, tx, h.a.ID, before, 4)
				return err
			})
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				if seen[e.ID] || before != "" && e.ID >= before {
					t.Fatalf("%s comes twice or out of order", e.ID)
				}
				seen[e.ID], before = true, e.ID
				if e.Action == "key.created" && e.Detail["scopes"] != "check" {
					t.Errorf("detail lost: %v", e.Detail)
				}
			}
		}
		if len(seen) != 11 {
			t.Errorf("%d entries, want 11", len(seen))
		}
		if n := len(h.actions(h.b.ID)); n != 1 {
			t.Errorf("the other tenant sees %d entries, want its own one", n)
		}
	})
}

func TestAuditGoesWithItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		_ = d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, _, err := CreateKey(ctx, tx, h.a.ID, "k", []Scope{ScopeCheck}, "usr_1"); err != nil {
				t.Error(err)
			}
			return errStop
		})
		if n := count(h.actions(h.a.ID), "key.created"); n != 0 {
			t.Error("a line without its deed")
		}
	})
}
