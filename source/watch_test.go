package source

import (
	"strings"
	"testing"

	"jawort/errs"
)

// A watch begins with the first opening and with no other, and a person can end it with a reason, once.
func TestANewSourceIsWatched(t *testing.T) {
	withShop(t, func(s *shop) {
		none, err := WatchOf(s.ctx, s.tx, tenant, s.source.ID)
		if err != nil || none != (Watch{}) || none.On(1) {
			t.Fatalf("a draft is watched: %+v %v", none, err)
		}
		if err := EndWatch(s.ctx, s.tx, tenant, s.source.ID, "usr_1", "long enough a reason"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a watch that never began was ended: %v", err)
		}
		_, err = GoLive(s.ctx, s.tx, tenant, s.source.ID, s.pass)
		s.must(err)
		w, err := WatchOf(s.ctx, s.tx, tenant, s.source.ID)
		s.must(err)
		if w.Until-w.Since != WatchFor.Microseconds() || !w.On(w.Since) || w.On(w.Until) {
			t.Errorf("watched %+v", w)
		}
		_, err = Pause(s.ctx, s.tx, tenant, s.source.ID, "a test of ours")
		s.must(err)
		_, err = Resume(s.ctx, s.tx, tenant, s.source.ID, s.pass)
		s.must(err)
		if again, err := WatchOf(s.ctx, s.tx, tenant, s.source.ID); err != nil || again != w {
			t.Errorf("opened again it is watched anew: %+v %v", again, err)
		}
		if all, err := Watched(s.ctx, s.tx, tenant); err != nil || len(all) != 1 || all[s.source.ID] != w {
			t.Errorf("watched: %v %v", all, err)
		}
		if all, err := Watched(s.ctx, s.tx, "ten_b"); err != nil || len(all) != 0 {
			t.Errorf("another business sees %v %v", all, err)
		}
		for _, why := range []string{"", "too short", "   short   ", strings.Repeat("x", 501), "ab\xffcdefghijkl"} {
			if err := EndWatch(s.ctx, s.tx, tenant, s.source.ID, "usr_1", why); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%q is a reason: %v", why, err)
			}
		}
		if err := EndWatch(s.ctx, s.tx, "ten_b", s.source.ID, "usr_1", "not mine, but why not"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("another business ended it: %v", err)
		}
		s.must(EndWatch(s.ctx, s.tx, tenant, s.source.ID, "usr_1", " known from the other shop "))
		if w, err = WatchOf(s.ctx, s.tx, tenant, s.source.ID); err != nil || w.EndedBy != "usr_1" || w.EndedWhy != "known from the other shop" || w.On(w.Since) {
			t.Errorf("ended: %+v %v", w, err)
		}
		if all, _ := Watched(s.ctx, s.tx, tenant); len(all) != 0 {
			t.Errorf("still watched: %v", all)
		}
		if err := EndWatch(s.ctx, s.tx, tenant, s.source.ID, "usr_2", "long enough a reason"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("ended twice: %v", err)
		}
	})
}
