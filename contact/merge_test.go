package contact

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/errs"
)

func (s *story) merge(into, from string) (c Change, err error) {
	err = s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = Merge(ctx, tx, tenant, into, from, true, s.at)
		return err
	})
	return c, err
}

func (s *story) split(from string) (c Change, err error) {
	err = s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = Split(ctx, tx, tenant, from, s.at)
		return err
	})
	return c, err
}

func TestMergeAndSplit(t *testing.T) {
	each(t, func(s *story) {
		ada, bob, eve := s.webhook(p1, u1).Contact, s.webhook(p2, u2).Contact, s.webhook("tel:+447700900789", "").Contact
		if _, err := s.merge(bob, eve); err != nil {
			t.Fatal(err)
		}
		c, err := s.merge(ada, bob)
		if err != nil || !c.Weak || c.Kind != Merged || c.Other != bob {
			t.Fatalf("%+v %v", c, err)
		}
		s.want("whole", s.current(ada), joined(p1, u1, p2, u2, "tel:+447700900789"))
		s.told(Identity{UserID: u3, Phone: p1, Portfolio: f2, Proof: Shared}) // linked after the merge: stays with the whole
		back, err := s.split(bob)
		if err != nil || back.Kind != Parted || back.Contact != bob || back.Other != ada {
			t.Fatalf("%+v %v", back, err)
		}
		s.want("ada", s.current(ada), joined(p1, u1, u3))
		s.want("bob, with what had come to him", s.current(bob), joined(p2, u2, "tel:+447700900789"))
		if _, err := s.split(eve); err != nil {
			t.Fatal(err)
		}
		s.want("bob", s.current(bob), joined(p2, u2))
		s.want("eve", s.current(eve), "tel:+447700900789")
		s.checkBook()
	})
}

func TestMergeRefuses(t *testing.T) {
	each(t, func(s *story) {
		ada, bob, eve := s.webhook(p1, u1).Contact, s.webhook(p2, u2).Contact, s.webhook("tel:+447700900789", "").Contact
		if _, err := s.merge(ada, bob); err != nil {
			t.Fatal(err)
		}
		for what, tc := range map[string]struct {
			into, from string
			want       errs.Code
		}{"with itself": {ada, ada, errs.Unprocessable}, "twice": {eve, bob, errs.Conflict}, "into one merged away": {bob, eve, errs.Conflict},
			"unknown": {ada, "con_x", errs.NotFound}} {
			if _, err := s.merge(tc.into, tc.from); errs.CodeOf(err) != tc.want {
				t.Errorf("merge %s: %v", what, err)
			}
		}
		if _, err := s.split(ada); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("split of one never merged: %v", err)
		}
		if _, err := s.split("con_x"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("split of an unknown one: %v", err)
		}
	})
}

func TestMergeCarriesDoubtAndWindows(t *testing.T) {
	each(t, func(s *story) {
		ada, bob := s.webhook("tel:+447700900789", "").Contact, s.webhook(p1, u1).Contact
		s.webhook(p1, u2) // bob's number goes to a stranger
		s.write(func(ctx context.Context, tx *db.Tx) error {
			return OpenWindows(ctx, tx, tenant, []Window{{Contact: bob, Number: "n", OpenedAt: s.at}})
		})
		if _, err := s.merge(ada, bob); err != nil {
			t.Fatal(err)
		}
		if s.get(ada).FrozenAt == 0 {
			t.Error("the doubt about bob was lost")
		}
		if w := s.windows("n", ada); w[ada].OpenedAt != s.at {
			t.Errorf("window: %+v", w)
		}
		if _, err := s.split(bob); err != nil {
			t.Fatal(err)
		}
		if w := s.windows("n", ada, bob); len(w) != 0 {
			t.Errorf("windows after a split: %+v", w)
		}
	})
}

func TestContactsAreListedAndFollowed(t *testing.T) {
	each(t, func(s *story) {
		ada, bob, eve := s.webhook(p1, "").Contact, s.webhook(p2, "").Contact, s.webhook("tel:+447700900789", "").Contact
		if _, err := s.merge(ada, bob); err != nil {
			t.Fatal(err)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			page, err := List(ctx, tx, tenant, "", 1)
			if err != nil || len(page) != 1 || page[0].ID != eve || len(page[0].Addresses) != 1 {
				t.Errorf("first page: %+v %v", page, err)
			}
			page, err = List(ctx, tx, tenant, eve, 10)
			if err != nil || len(page) != 1 || page[0].ID != ada || len(page[0].Addresses) != 2 {
				t.Errorf("second page: %+v %v", page, err)
			}
			now, err := Current(ctx, tx, tenant, []string{ada, bob, "con_x"})
			if err != nil || len(now) != 2 || now[bob] != ada || now[ada] != ada {
				t.Errorf("current: %v %v", now, err)
			}
			c, err := ByAddress(ctx, tx, tenant, p2)
			if err != nil || c.ID != ada {
				t.Errorf("by address: %+v %v", c, err)
			}
			_, err = ByAddress(ctx, tx, tenant, u3)
			if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("by unknown address: %v", err)
			}
			return nil
		})
	})
}
