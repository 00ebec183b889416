package contact

import (
	"context"
	"testing"

	"jawort/address"
	"jawort/db"
)

// changed is user_changed_number as Meta sends it.
func changed(phone, user, oldPhone, oldUser address.Address) Identity {
	return Identity{Phone: phone, UserID: user, Portfolio: f1, OldPhone: oldPhone, OldUserID: oldUser, Proof: Changed}
}

func TestChangedNumber(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		r := s.told(changed(p2, u2, p1, u1))
		s.want("contact", r.Contact, ada)
		s.want("changes", kinds(r.Changes), "number_changed")
		s.want("ended", joined(r.Changes[0].Ended...), joined(p1, u1))
		s.want("addresses", s.current(ada), joined(p2, u2))
		s.want("the old user id still means her", s.holder(u1), ada)
		s.want("the old number means nobody", s.holder(p1), "")

		again := s.told(changed(p2, u2, p1, u1))
		if again.Contact != ada || len(again.Changes) != 0 {
			t.Fatalf("told again: %+v", again)
		}
		late := s.webhook(p1, u1) // a STOP written before the change, delivered after it
		if late.Contact != ada || len(late.Changes) != 0 || s.holder(p1) != "" {
			t.Fatalf("late message: %+v, %s holds the old number", late, s.holder(p1))
		}
		stranger := s.webhook(p1, address.Address("wa:GB.5"))
		if !stranger.New {
			t.Fatalf("the next owner of the old number: %+v", stranger)
		}
	})
}

func TestChangedNumberNeverSeen(t *testing.T) {
	each(t, func(s *story) {
		r := s.told(changed(p2, u2, p1, u1))
		s.want("changes", kinds(r.Changes), "number_changed")
		s.want("ended, for opt-outs that stand on them", joined(r.Changes[0].Ended...), joined(p1, u1))
		s.want("addresses", s.current(r.Contact), joined(p2, u2))
	})
}

func TestChangedNumberToOneThatSomebodyHeld(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		bob := s.webhook(p2, address.Address("wa:GB.6")).Contact
		r := s.told(changed(p2, u2, p1, u1))
		s.want("contact", r.Contact, ada)
		s.want("changes", kinds(r.Changes), "identity_changed number_changed")
		s.want("bob keeps his user id", s.current(bob), "wa:GB.6")
		if s.get(bob).FrozenAt == 0 {
			t.Fatal("bob's opt-ins do not freeze")
		}
	})
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		typed := s.told(Identity{Phone: p2, Proof: First}).Contact
		r := s.told(changed(p2, u2, p1, u1))
		s.want("changes", kinds(r.Changes), "merged* number_changed")
		s.want("merged", s.get(typed).MergedInto, ada)
	})
}

func TestChangedUserIDEndsTheNumberToo(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		r := s.told(changed("", u2, "", u1))
		s.want("contact", r.Contact, ada)
		s.want("ended", joined(r.Changes[0].Ended...), joined(u1, p1))
		s.want("addresses", s.current(ada), joined(u2))
	})
}

func TestChangedNumberOfPhonesOnlyToldTwice(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, "").Contact
		s.want("contact", s.told(changed(p2, "", p1, "")).Contact, ada)
		again := s.told(changed(p2, "", p1, ""))
		if again.Contact != ada || len(again.Changes) != 0 {
			t.Fatalf("told again: %+v", again)
		}
	})
}

// Her first number was once given up and came back to her: leaving it again is news, not the same change told twice.
func TestChangedNumberThatHadComeBack(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		s.told(Identity{UserID: u1, Portfolio: f1, Proof: Changed})
		s.want("without a number", s.current(ada), joined(u1))
		s.told(Identity{Phone: p1, UserID: u1, Portfolio: f1, Proof: Reply})
		s.want("the number came back", s.current(ada), joined(p1, u1))
		s.told(changed(p2, u1, p1, u2))
		s.want("addresses", s.current(ada), joined(p2, u1))
	})
}

func TestOldNumberAlreadySomebodyElses(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook("", u1).Contact
		bob := s.webhook(p1, address.Address("wa:GB.6")).Contact
		r := s.told(changed(p2, u2, p1, u1))
		s.want("contact", r.Contact, ada)
		s.want("bob keeps his number", s.current(bob), joined(p1, "wa:GB.6"))
		s.want("ended", joined(r.Changes[0].Ended...), joined(u1))
	})
}

func TestLateMessageDoesNotTakeANumberBack(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		before := s.at + 1
		bob := s.webhook(p1, u2).Contact
		r := s.told(Identity{Phone: p1, UserID: u1, Portfolio: f1, Proof: Webhook, At: before})
		s.want("writer", r.Contact, ada)
		s.want("changes", kinds(r.Changes), "")
		s.want("number", s.holder(p1), bob)
	})
}

func TestBatchIsLikeOneAfterTheOther(t *testing.T) {
	each(t, func(s *story) {
		var out []Resolved
		s.write(func(ctx context.Context, tx *db.Tx) (err error) {
			out, err = Resolve(ctx, tx, tenant, pepper, []Identity{
				{Phone: p1, Proof: Webhook},
				{UserID: u1, Portfolio: f1, Proof: Webhook},
				{Phone: p1, UserID: u1, Portfolio: f1, Proof: Webhook}, // joins the two above before they were ever written
				{Phone: p1, UserID: u2, Portfolio: f1, Proof: Webhook}, // and here comes a stranger
			}, s.at)
			return err
		})
		ada, bob := out[0].Contact, out[3].Contact
		if out[1].Contact != ada || out[2].Contact != ada || bob == ada || !out[0].New || out[1].New || !out[3].New {
			t.Fatalf("%+v", out)
		}
		s.want("changes", kinds(out[2].Changes)+kinds(out[3].Changes), "identity_changed")
		s.want("ada", s.current(ada), joined(u1))
		s.want("bob", s.current(bob), joined(p1, u2))
		if n := len(s.get(ada).Addresses); n != 2 {
			t.Fatalf("ada has %d rows: the number she had is lost", n)
		}
	})
}

// The answer to a send is learned after everything else: one that comes after the number's next holder wrote names the last holder, and
// takes nothing from the next.
func TestLateAnswerOfTheLastHolder(t *testing.T) {
	each(t, func(s *story) {
		ada := s.told(Identity{Phone: p1, Proof: First}).Contact
		sent := s.at
		next := s.webhook(p1, u2).Contact
		s.told(Identity{Phone: p1, UserID: u1, Portfolio: f1, Proof: Answer, At: sent})
		s.want("the number is the next holder's", s.holder(p1), next)
		if c := s.get(next); c.FrozenAt != 0 {
			t.Fatal("the next holder's opt-ins freeze")
		}
		if who := s.holder(u1); who == "" || who == next {
			t.Fatalf("the last holder's user id is with %q; ada was %s", who, ada)
		}
	})
}
