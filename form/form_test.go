package form

import (
	"context"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func like(tenant string) Form {
	return Form{Tenant: tenant, Source: "src_a", Notice: "ntc_a", Version: 3, Language: "ar", PrintedBy: "usr_a"}
}

func TestEachFormIsUsedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			all, err := Print(ctx, tx, like("ten_a"), 12, 1000)
			if err != nil || len(all) != 12 {
				t.Fatalf("%d printed, %v", len(all), err)
			}
			seen := map[string]bool{}
			for _, f := range all {
				if seen[f.Serial] || f.Batch != all[0].Batch {
					t.Errorf("%+v is there twice or of another batch", f)
				}
				seen[f.Serial] = true
			}
			one := all[4]
			for _, typed := range []string{one.Serial, strings.ToLower(one.Serial), strings.ReplaceAll(one.Serial, "-", ""), "  " + strings.ReplaceAll(one.Serial, "-", " – ")} {
				if f, err := Get(ctx, tx, "ten_a", typed); err != nil || f != one {
					t.Errorf("%q reads %+v, %v", typed, f, err)
				}
			}
			if _, err := Get(ctx, tx, "ten_b", one.Serial); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("another tenant reads it: %v", err)
			}
			if ok, err := Use(ctx, tx, "ten_b", one.Serial, "evt_1", 2000); err != nil || ok {
				t.Errorf("another tenant used it: %v, %v", ok, err)
			}
			for _, want := range []bool{true, false, false} {
				if ok, err := Use(ctx, tx, "ten_a", one.Serial, "evt_1", 2000); err != nil || ok != want {
					t.Errorf("used %v, %v; want %v", ok, err, want)
				}
			}
			if f, err := Public(ctx, tx, one.Serial); err != nil || f.UsedAt != 2000 || f.Event != "evt_1" || f.Tenant != "ten_a" {
				t.Errorf("after use %+v, %v", f, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestBatches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			first, err := Print(ctx, tx, like("ten_a"), 3, 1000)
			if err != nil {
				return err
			}
			if _, err := Print(ctx, tx, like("ten_a"), 2, 2000); err != nil {
				return err
			}
			if _, err := Use(ctx, tx, "ten_a", first[1].Serial, "evt_1", 3000); err != nil {
				return err
			}
			list, err := Batches(ctx, tx, "ten_a", "src_a", 10)
			if err != nil || len(list) != 2 || list[0].Count != 2 || list[1] != (Batch{first[0].Batch, 3, "ar", 1000, 3, 1}) {
				t.Errorf("batches %+v, %v", list, err)
			}
			if again, err := Of(ctx, tx, "ten_a", "src_a", first[0].Batch); err != nil || len(again) != 3 {
				t.Errorf("again %+v, %v", again, err)
			}
			for _, c := range [][2]string{{"ten_b", "src_a"}, {"ten_a", "src_b"}} {
				if _, err := Of(ctx, tx, c[0], c[1], first[0].Batch); errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%v reads the batch: %v", c, err)
				}
			}
			for _, n := range []int{0, -1, Most + 1} {
				if _, err := Print(ctx, tx, like("ten_a"), n, 1000); errs.FieldOf(err) != "count" {
					t.Errorf("%d printed: %v", n, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A number copied with one wrong letter is no number, and hostile texts are none either.
func TestMiscopiedNumbers(t *testing.T) {
	for range 50 {
		serial := newSerial()
		for i := range serial {
			for _, c := range letters {
				if wrong := serial[:i] + string(c) + serial[i+1:]; wrong != serial && serial[i] != '-' {
					if got, ok := Read(wrong); ok {
						t.Fatalf("%s was read for %s as %s", wrong, serial, got)
					}
				}
			}
		}
	}
	for _, s := range []string{"", "ABCDE", "AAAAA-AAAAA1", "I1O0I-1O0I1", "' or 1=1 --", strings.Repeat("A", 1000), "ÄÖÜẞÄ-ÖÜÄÖÜ", "\x00\xff\xfe", "ＡＡＡＡＡ-ＡＡＡＡＡ"} {
		if got, ok := Read(s); ok {
			t.Errorf("%q was read as %s", s, got)
		}
	}
	if got, ok := Read("AAAAAAAAAA"); !ok || got != "AAAAA-AAAAA" {
		t.Errorf("read %q, %v", got, ok)
	}
}
