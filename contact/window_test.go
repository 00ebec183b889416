package contact

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/errs"
)

func (s *story) windows(number string, contacts ...string) (out map[string]Window) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = Windows(ctx, tx, tenant, number, contacts)
		return err
	})
	return out
}

func TestWindowsOnlyGrow(t *testing.T) {
	const second, hour = int64(1_000_000), int64(3_600_000_000)
	steps := []struct {
		name            string
		open            []Window
		opened, human   int64
		untilAfterStart int64
	}{
		{"a message", []Window{{OpenedAt: 100 * hour, HumanAt: 100 * hour}}, 100 * hour, 100 * hour, 24*hour - 60*second},
		{"an older one comes late", []Window{{OpenedAt: 90 * hour, HumanAt: 90 * hour}}, 100 * hour, 100 * hour, 24*hour - 60*second},
		{"a stop, newer", []Window{{OpenedAt: 101 * hour}}, 101 * hour, 100 * hour, 25*hour - 60*second},
		{"two in one batch", []Window{{OpenedAt: 103 * hour}, {OpenedAt: 102 * hour, HumanAt: 102 * hour}}, 103 * hour, 102 * hour, 27*hour - 60*second},
	}
	each(t, func(s *story) {
		for _, step := range steps {
			s.write(func(ctx context.Context, tx *db.Tx) error {
				for i := range step.open {
					step.open[i].Contact, step.open[i].Number = "con_a", "n1"
				}
				return OpenWindows(ctx, tx, tenant, step.open)
			})
			w := s.windows("n1", "con_a")["con_a"]
			if w.OpenedAt != step.opened || w.HumanAt != step.human || w.Until != 100*hour+step.untilAfterStart {
				t.Errorf("%s: %+v", step.name, w)
			}
		}
		if w := s.windows("n2", "con_a"); len(w) != 0 {
			t.Errorf("a window towards another number: %+v", w)
		}
	})
}

func TestSuppressionIsWidenedNeverNarrowed(t *testing.T) {
	each(t, func(s *story) {
		f := Fingerprint(pepper, p1)
		read := func() (out Suppression) {
			s.write(func(ctx context.Context, tx *db.Tx) error {
				m, err := Suppressions(ctx, tx, tenant, []string{f, "unknown"})
				out = m[f]
				return err
			})
			return out
		}
		put := func(list ...Suppression) {
			s.write(func(ctx context.Context, tx *db.Tx) error { return Suppress(ctx, tx, tenant, list) })
		}
		put(Suppression{f, Marketing, "letter", 10})
		if got := read(); got != (Suppression{f, Marketing, "letter", 10}) {
			t.Errorf("%+v", got)
		}
		put(Suppression{f, Marketing, "again", 12}, Suppression{f, All, "phone", 20})
		put(Suppression{f, Marketing, "less", 30})
		if got := read(); got != (Suppression{f, All, "phone", 30}) {
			t.Errorf("%+v", got)
		}
		lift := func(act int64) {
			s.write(func(ctx context.Context, tx *db.Tx) error { return Lift(ctx, tx, tenant, []string{f}, act) })
		}
		lift(30)
		if read().Scope != All {
			t.Error("an act of the same moment lifted it")
		}
		lift(31)
		if read().Scope != "" {
			t.Error("a later act did not lift it")
		}
		err := s.d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			return Suppress(ctx, tx, tenant, []Suppression{{f, "some", "", 1}})
		})
		if errs.CodeOf(err) != errs.Invalid {
			t.Errorf("unknown scope: %v", err)
		}
	})
}

func TestForgetKeepsOnlyFingerprints(t *testing.T) {
	each(t, func(s *story) {
		ada := s.told(Identity{Phone: p1, UserID: u1, Portfolio: f1, Name: "Ada", Proof: Webhook}).Contact
		s.told(changed(p2, u2, p1, u1))
		s.write(func(ctx context.Context, tx *db.Tx) error {
			if err := OpenWindows(ctx, tx, tenant, []Window{{Contact: ada, Number: "n", OpenedAt: s.at}}); err != nil {
				return err
			}
			kept, err := Forget(ctx, tx, tenant, ada, s.at)
			if len(kept) != 2 {
				t.Errorf("kept %d fingerprints, she held two addresses", len(kept))
			}
			return err
		})
		c := s.get(ada)
		if c.Name != "" || len(c.Addresses) != 0 || len(s.windows("n", ada)) != 0 || s.holder(u1) != "" {
			t.Errorf("left: %+v", c)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			m, err := Suppressions(ctx, tx, tenant, []string{Fingerprint(pepper, p1), Fingerprint(pepper, p2), Fingerprint(pepper, u2)})
			if len(m) != 2 || m[Fingerprint(pepper, p2)].Scope != All {
				t.Errorf("suppressed: %v", m)
			}
			return err
		})
		if back := s.webhook(p2, u2); !back.New {
			t.Error("who returns is known again")
		}
	})
}

func TestThawAndDescribe(t *testing.T) {
	each(t, func(s *story) {
		ada := s.webhook(p1, u1).Contact
		s.webhook(p1, u2)
		s.write(func(ctx context.Context, tx *db.Tx) error {
			if err := Thaw(ctx, tx, tenant, ada); err != nil {
				return err
			}
			return Describe(ctx, tx, tenant, ada, "", "de")
		})
		if c := s.get(ada); c.FrozenAt != 0 || c.Language != "de" {
			t.Errorf("%+v", c)
		}
	})
}

func TestFingerprint(t *testing.T) {
	a := Fingerprint(pepper, p1)
	if len(a) != 64 || a != Fingerprint(pepper, p1) || a == Fingerprint(pepper, p2) || a == Fingerprint([]byte("other"), p1) {
		t.Fatal("a fingerprint must depend on the pepper and the address, and on nothing else")
	}
	if Fingerprint(pepper, "tel:+551187654321") != Fingerprint(pepper, "tel:+5511987654321") {
		t.Error("the two spellings of one Brazilian mobile do not meet")
	}
	if Fingerprint(pepper, "wa:GB.a1") == Fingerprint(pepper, "wa:GB.A1") {
		t.Error("user ids are case-sensitive")
	}
}

// Answers of people are counted until the person writes again, also in the same second; what comes late begins nothing anew.
func TestAnswersAreCounted(t *testing.T) {
	each(t, func(s *story) {
		const hour = int64(3_600_000_000)
		open := func(at int64) {
			s.write(func(ctx context.Context, tx *db.Tx) error {
				return OpenWindows(ctx, tx, tenant, []Window{{Contact: "con_a", Number: "n1", OpenedAt: at, HumanAt: at}})
			})
		}
		count := func(list ...Answered) (n int64) {
			s.write(func(ctx context.Context, tx *db.Tx) error {
				if err := CountAnswers(ctx, tx, tenant, list); err != nil {
					return err
				}
				return tx.Row(ctx, `select coalesce(sum(answers), -1) from service_window where tenant = $1`, tenant).Scan(&n)
			})
			return n
		}
		one := Answered{Contact: "con_a", Number: "n1", N: 1}
		if n := count(one); n != -1 {
			t.Errorf("without a window: %d", n)
		}
		open(100 * hour)
		if n := count(one, one, Answered{Contact: "con_a", Number: "n2", N: 1}, Answered{Contact: "con_b", Number: "n1", N: 1}); n != 2 {
			t.Errorf("two: %d", n)
		}
		open(90 * hour)
		if n := count(one); n != 3 {
			t.Errorf("an older message came late: %d", n)
		}
		if n := count(Answered{Contact: "con_a", Number: "n1", N: -1}); n != 2 {
			t.Errorf("one was not sent after all: %d", n)
		}
		if n := count(Answered{Contact: "con_a", Number: "n1", N: -5}); n != 0 {
			t.Errorf("never below nought: %d", n)
		}
		count(one)
		for _, at := range []int64{100 * hour, 101 * hour} {
			open(at)
			if n := count(one); n != 1 {
				t.Errorf("the person wrote again: %d", n)
			}
		}
	})
}
