package kiosk

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

const minute = int64(60_000_000)

func TestOneTabletFromLinkToEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			k, link, err := Open(ctx, tx, "ten_a", "src_a", "usr_a", 1)
			if err != nil {
				return err
			}
			if got, err := ByLink(ctx, tx, link, minute); err != nil || got != k {
				t.Errorf("the link reads %+v, %v", got, err)
			}
			if _, err := ByDevice(ctx, tx, link, minute); errs.CodeOf(err) != errs.Unauthorised {
				t.Errorf("the link is a device: %v", err)
			}
			begun, token, err := Begin(ctx, tx, link, minute)
			if err != nil || begun.Source != "src_a" || begun.Until != minute+Life.Microseconds() {
				t.Fatalf("begun %+v, %v", begun, err)
			}
			if _, _, err := Begin(ctx, tx, link, minute); errs.CodeOf(err) != errs.Unauthorised {
				t.Errorf("the link opened twice: %v", err)
			}
			if _, _, err := Begin(ctx, tx, token, minute); errs.CodeOf(err) != errs.Unauthorised {
				t.Errorf("the device's token is a link: %v", err)
			}
			if got, err := ByDevice(ctx, tx, token, 2*minute); err != nil || got != begun {
				t.Errorf("the device reads %+v, %v", got, err)
			}
			if list, err := OpenOnes(ctx, tx, "ten_a", "src_a", 2*minute); err != nil || len(list) != 1 {
				t.Errorf("open %+v, %v", list, err)
			}
			for _, c := range [][2]string{{"ten_b", "src_a"}, {"ten_a", "src_b"}} {
				if err := Close(ctx, tx, c[0], c[1], k.ID, 3*minute); errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%v closed it: %v", c, err)
				}
			}
			for range 2 {
				if err := Close(ctx, tx, "ten_a", "src_a", k.ID, 3*minute); err != nil {
					return err
				}
			}
			if _, err := ByDevice(ctx, tx, token, 4*minute); errs.CodeOf(err) != errs.Unauthorised {
				t.Errorf("closed and open: %v", err)
			}
			if list, err := OpenOnes(ctx, tx, "ten_a", "src_a", 4*minute); err != nil || len(list) != 0 {
				t.Errorf("open after closing %+v, %v", list, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestTabletsEndByThemselves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_, late, err := Open(ctx, tx, "ten_a", "src_a", "usr_a", 1)
			if err != nil {
				return err
			}
			if _, _, err := Begin(ctx, tx, late, 1+linkLife.Microseconds()); errs.CodeOf(err) != errs.Unauthorised {
				t.Errorf("a link of long ago opens: %v", err)
			}
			_, link, err := Open(ctx, tx, "ten_a", "src_a", "usr_a", 1)
			if err != nil {
				return err
			}
			_, token, err := Begin(ctx, tx, link, 1)
			if err != nil {
				return err
			}
			for at, open := range map[int64]bool{Life.Microseconds(): true, 1 + Life.Microseconds(): false} {
				if _, err := ByDevice(ctx, tx, token, at); (err == nil) != open {
					t.Errorf("at %d: %v, open should be %v", at, err, open)
				}
			}
			for _, wrong := range []string{"", "x", token[1:], token + "="} {
				if _, err := ByDevice(ctx, tx, wrong, 1); errs.CodeOf(err) != errs.Unauthorised {
					t.Errorf("%q opens: %v", wrong, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
