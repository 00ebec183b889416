package contact

import (
	"context"
	"slices"
	"strings"
	"testing"

	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
)

const (
	tenant = "ten_a"
	p1     = address.Address("tel:+447700900123")
	p2     = address.Address("tel:+447700900456")
	u1     = address.Address("wa:GB.70000000000000000042")
	u2     = address.Address("wa:GB.70000000000000000099")
	u3     = address.Address("wa:GB.80000000000000000001") // of another portfolio, where the tests say so
	f1     = "510000000000001"
	f2     = "520000000000002"
)

var pepper = []byte("pepper of the tests")

// story is one tenant's address book and its clock, a second a step.
type story struct {
	t  *testing.T
	d  *db.DB
	at int64
}

func newStory(t *testing.T, d *db.DB) *story { return &story{t, d, 1_795_000_000_000_000} }

func (s *story) write(f func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	if err := s.d.Write(context.Background(), f); err != nil {
		s.t.Fatal(err)
	}
}

// told resolves one identity, a second later.
func (s *story) told(who Identity) Resolved {
	s.t.Helper()
	s.at += 1_000_000
	var out []Resolved
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = Resolve(ctx, tx, tenant, pepper, []Identity{who}, s.at)
		return err
	})
	return out[0]
}

// webhook is a signed message with phone and user id, either may be empty.
func (s *story) webhook(phone, user address.Address) Resolved {
	s.t.Helper()
	return s.told(Identity{Phone: phone, UserID: user, Portfolio: f1, WAID: phone.Digits(), Proof: Webhook})
}

// holder is who holds an address; "" = nobody.
func (s *story) holder(a address.Address) string {
	s.t.Helper()
	var found map[address.Address]string
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = Find(ctx, tx, tenant, []address.Address{a})
		return err
	})
	return found[a]
}

func (s *story) get(contact string) (c Contact) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = Get(ctx, tx, tenant, contact)
		return err
	})
	return c
}

// current lists the addresses a contact holds now, sorted, with a blank between.
func (s *story) current(contact string) string {
	s.t.Helper()
	var out []string
	for _, e := range s.get(contact).Addresses {
		if e.Until == 0 {
			out = append(out, string(e.Address))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func joined(addrs ...address.Address) string {
	var out []string
	for _, a := range addrs {
		out = append(out, string(a))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// kinds lists the kinds of changes, a * behind the weak ones.
func kinds(changes []Change) string {
	var out []string
	for _, c := range changes {
		k := c.Kind
		if c.Weak {
			k += "*"
		}
		out = append(out, k)
	}
	return strings.Join(out, " ")
}

func (s *story) want(what, got, want string) {
	s.t.Helper()
	if got != want {
		s.t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

func each(t *testing.T, f func(s *story)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newStory(t, d)) })
}

func TestFirstSightAndAgain(t *testing.T) {
	each(t, func(s *story) {
		a := s.told(Identity{Phone: p1, UserID: u1, Portfolio: f1, WAID: "447700900123", Name: "Ada", Username: "@ada", Proof: Webhook})
		if !a.New || a.Contact == "" || len(a.Changes) != 0 {
			t.Fatalf("first sight: %+v", a)
		}
		b := s.webhook(p1, u1)
		if b.New || b.Contact != a.Contact || len(b.Changes) != 0 {
			t.Fatalf("second sight: %+v", b)
		}
		c := s.get(a.Contact)
		if c.Name != "Ada" || c.Username != "@ada" || len(c.Addresses) != 2 || c.Addresses[0].Proof != Webhook {
			t.Fatalf("contact: %+v", c)
		}
		s.told(Identity{UserID: u1, Portfolio: f1, Name: "Ada L.", Proof: Webhook})
		s.told(Identity{Phone: p1, Name: "Mallory", Proof: First})
		s.want("a form cannot rename", s.get(a.Contact).Name, "Ada L.")
	})
}

func TestOneWebhookJoinsPhoneAndUserID(t *testing.T) {
	for name, proof := range map[string]string{"webhook": Webhook, "answer": Answer, "shared contact": Shared, "reply": Reply} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *story) {
				phone := s.webhook(p1, "").Contact
				r := s.told(Identity{Phone: p1, UserID: u1, Portfolio: f1, Proof: proof})
				s.want("contact", r.Contact, phone)
				s.want("changes", kinds(r.Changes), "linked")
				s.want("addresses", s.current(phone), joined(p1, u1))
			})
		})
	}
}

func TestCodeNameAndFormJoinNothing(t *testing.T) {
	each(t, func(s *story) {
		r := s.told(Identity{Phone: p1, UserID: u1, Name: "Ada", Proof: First})
		if len(r.Changes) != 0 || s.holder(p1) == s.holder(u1) || r.Contact != s.holder(u1) {
			t.Fatalf("joined by a form: %+v", r)
		}
		s.told(Identity{Phone: p1, UserID: u1, Proof: "code"})
		if s.holder(p1) == s.holder(u1) {
			t.Fatal("joined by a code")
		}
	})
}

func TestTwoContactsProvenTheSameMergeIntoTheOlder(t *testing.T) {
	each(t, func(s *story) {
		older := s.webhook("", u1).Contact
		younger := s.webhook(p1, "").Contact
		r := s.webhook(p1, u1)
		s.want("survivor", r.Contact, older)
		s.want("changes", kinds(r.Changes), "merged")
		s.want("other", r.Changes[0].Other, younger)
		s.want("merged into", s.get(younger).MergedInto, older)
		s.want("addresses", s.current(older), joined(p1, u1))
		s.want("nothing left behind", s.current(younger), "")
	})
}

func TestAnotherUserIDOfThePortfolioIsAStranger(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		r := s.webhook(p1, u2)
		if !r.New || r.Contact == ada {
			t.Fatalf("the stranger got the contact of the last owner: %+v", r)
		}
		s.want("changes", kinds(r.Changes), "identity_changed")
		if c := r.Changes[0]; c.Other != ada || c.Contact != r.Contact || c.Address != p1 {
			t.Fatalf("change: %+v", c)
		}
		s.want("last owner keeps", s.current(ada), joined(u1))
		s.want("stranger has", s.current(r.Contact), joined(p1, u2))
		if s.get(ada).FrozenAt == 0 || s.get(r.Contact).FrozenAt != 0 {
			t.Fatal("the last owner's opt-ins freeze, the stranger has none")
		}
	})
}

func TestAnotherPortfoliosUserIDJoins(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		r := s.told(Identity{Phone: p1, UserID: u3, Portfolio: f2, Proof: Webhook})
		s.want("contact", r.Contact, ada)
		s.want("changes", kinds(r.Changes), "linked")
		s.want("addresses", s.current(ada), joined(p1, u1, u3))
	})
}

func TestParentIDRecognisesAcrossPortfolios(t *testing.T) {
	each(t, func(s *story) {
		ada := s.told(Identity{UserID: u1, Portfolio: f1, ParentUserID: "GB.ENT.1", Proof: Webhook}).Contact
		r := s.told(Identity{UserID: u3, Portfolio: f2, ParentUserID: "GB.ENT.1", Proof: Webhook})
		s.want("contact", r.Contact, ada)
		s.want("addresses without the parent", s.current(ada), joined(u1, u3))
		other := s.told(Identity{UserID: u2, Portfolio: f1, ParentUserID: "GB.ENT.1", Proof: Webhook})
		if other.Contact == ada {
			t.Fatal("two user ids of one portfolio are two people, whatever the parent id says")
		}
	})
}

func TestSignedMessageWithAnotherNumberEndsTheLast(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		r := s.webhook(p2, u1)
		s.want("contact", r.Contact, ada)
		s.want("changes", kinds(r.Changes), "number_changed*")
		s.want("ended", joined(r.Changes[0].Ended...), joined(p1))
		s.want("addresses", s.current(ada), joined(p2, u1))
		s.want("the last number is free", s.holder(p1), "")
	})
}

func TestSharedCardAddsANumberAndEndsNone(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		r := s.told(Identity{Phone: p2, UserID: u1, Portfolio: f1, Proof: Shared})
		s.want("changes", kinds(r.Changes), "linked")
		s.want("addresses", s.current(ada), joined(p1, p2, u1))
	})
}

func TestEmptyIdentity(t *testing.T) {
	each(t, func(s *story) {
		if r := s.told(Identity{Name: "nobody", Proof: Webhook}); r.Contact != "" || r.New {
			t.Fatalf("%+v", r)
		}
	})
}
