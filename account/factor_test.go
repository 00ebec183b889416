package account

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/pquerna/otp/hotp"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

// codeOf is what a member's app shows now, some steps away.
func (h *house) codeOf(staff string, steps int64) (code string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		f, err := FactorOf(ctx, tx, h.a.ID, staff)
		if err != nil {
			return err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		secret, err := h.keys.FactorSecret(h.a.ID, staff, f)
		if err != nil {
			return err
		}
		code, err = hotp.GenerateCode(secret, uint64(at/factorStep.Microseconds()+steps))
		return err
	})
	return code
}

func (h *house) confirm(staff, code string) (codes []string, code2 errs.Code) {
	err := h.d.Write(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		codes, err = ConfirmFactor(ctx, tx, h.keys, h.a.ID, staff, code)
		return err
	})
	return codes, errs.CodeOf(err)
}

func TestFactorStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		who := h.invite("lena@x.example", Owner).ID
		begin := func() errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error { return BeginFactor(ctx, tx, h.keys, h.a.ID, who) })
		}
		take := func(tenant, code string) errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error { return TakeFactor(ctx, tx, h.keys, tenant, who, code) })
		}
		has := func() (yes bool) {
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				yes, err = HasFactor(ctx, tx, h.a.ID, who)
				return err
			})
			return yes
		}
		h.want("nothing begun", take(h.a.ID, "123456"), errs.NotFound)
		h.want("begin", begin(), "")
		h.want("begin again", begin(), "")
		h.want("not proved yet", take(h.a.ID, h.codeOf(who, 0)), errs.Invalid)
		_, code := h.confirm(who, "000000x")
		h.want("a wrong first code", code, errs.Invalid)
		if has() {
			t.Fatal("a factor without proof counts")
		}
		codes, code := h.confirm(who, " "+h.codeOf(who, -1)[:3]+" "+h.codeOf(who, -1)[3:])
		h.want("confirm", code, "")
		if len(codes) != recoveryCodes || !has() {
			t.Fatalf("%d recovery codes", len(codes))
		}
		h.want("begin over a proved one", begin(), errs.Conflict)
		_, code = h.confirm(who, h.codeOf(who, 0))
		h.want("confirm twice", code, errs.Conflict)

		h.want("the code it was proved with", take(h.a.ID, h.codeOf(who, -1)), errs.Invalid)
		now := h.codeOf(who, 0)
		h.want("now", take(h.a.ID, now), "")
		h.want("replayed", take(h.a.ID, now), errs.Invalid)
		h.want("far ahead", take(h.a.ID, h.codeOf(who, 5)), errs.Invalid)
		h.want("another house", take(h.b.ID, h.codeOf(who, 1)), errs.NotFound)
		h.want("recovery", take(h.a.ID, strings.ToUpper(codes[3])+" "), "")
		h.want("recovery twice", take(h.a.ID, codes[3]), errs.Invalid)
		h.want("empty", take(h.a.ID, ""), errs.Invalid)

		drop := func(reason, by string) errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error { return DropFactor(ctx, tx, h.a.ID, who, reason, by) })
		}
		h.want("reset without a reason", drop("", "usr_boss"), errs.Invalid)
		h.want("reset", drop("Telefon verloren, angerufen", "usr_boss"), "")
		h.want("nothing left", drop("", who), errs.NotFound)
		h.want("an old recovery code", take(h.a.ID, codes[4]), errs.NotFound)
		trail := h.actions(h.a.ID)
		for action, n := range map[string]int{"factor.added": 1, "login.factor": 1, "login.recovery": 1, "factor.reset": 1} {
			if count(trail, action) != n {
				t.Errorf("%s: %d in %v", action, count(trail, action), trail)
			}
		}
	})
}

// What is in the database opens nothing by itself, and moves to a new key.
func TestFactorIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		who := h.invite("lena@x.example", Owner).ID
		h.write(func(ctx context.Context, tx *db.Tx) error { return BeginFactor(ctx, tx, h.keys, h.a.ID, who) })
		codes, _ := h.confirm(who, h.codeOf(who, 0))
		line, old := NewKey("next"), h.keys
		_ = line
		both := ring(t, line)
		both.keys["test"] = old.keys["test"]
		h.write(func(ctx context.Context, tx *db.Tx) error {
			before, err := SealedWith(ctx, tx)
			if err != nil || before["test"] != 3 || len(before) != 1 {
				t.Errorf("before: %v %v", before, err)
			}
			n, err := Reseal(ctx, tx, both)
			if err != nil || n != 3 {
				t.Errorf("resealed %d: %v", n, err)
			}
			after, err := SealedWith(ctx, tx)
			if after["next"] != 3 || len(after) != 1 || both.First() != "next" {
				t.Errorf("after: %v", after)
			}
			var kept string
			if err := tx.Row(ctx, `select count(*) || ' ' || min(length(hash)) || ' ' || max(length(hash)) from recovery_code`).Scan(&kept); err != nil || kept != "10 32 32" {
				t.Errorf("recovery codes are not hashes: %s %v", kept, err)
			}
			return err
		})
		h.keys = both
		h.want("still good", h.code(func(ctx context.Context, tx *db.Tx) error { return TakeFactor(ctx, tx, both, h.a.ID, who, codes[0]) }), "")
	})
}

func TestFactorURL(t *testing.T) {
	got := FactorURL("Rösterei & Co", "lena@x.example", "ABC")
	if want := "otpauth://totp/Jawort%20R%C3%B6sterei%20&%20Co:lena@x.example?issuer=Jawort%20R%C3%B6sterei%20%26%20Co&secret=ABC"; got != want {
		t.Errorf("%s", got)
	}
}

func TestRecoveryCodesDiffer(t *testing.T) {
	seen, shape := map[string]bool{}, regexp.MustCompile(`^[a-z2-7]{4}(-[a-z2-7]{4}){3}$`)
	for range 100 {
		c := newRecoveryCode()
		if seen[c] || !shape.MatchString(c) {
			t.Fatalf("code %s", c)
		}
		seen[c] = true
	}
}

func TestTrailNarrowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i := range 20 {
				if err := Record(ctx, tx, h.a.ID, Entry{Actor: []string{"usr_1", "usr_2"}[i%2], Action: []string{"key.created", "key.revoked"}[i/10], Object: "key_1"}); err != nil {
					return err
				}
			}
			for by, want := range map[Narrow]int{{}: 21, {Actor: "usr_1"}: 10, {Action: "key.revoked"}: 10, {Actor: "usr_2", Action: "key.created"}: 5, {Object: "key_1"}: 20, {Object: "key_2"}: 0} {
				n, before := 0, ""
				for {
					page, err := TrailOf(ctx, tx, h.a.ID, by, before, 3)
					if err != nil {
						return err
					}
					n += len(page)
					if len(page) < 3 {
						break
					}
					before = page[2].ID
				}
				if n != want {
					t.Errorf("%+v: %d entries, want %d", by, n, want)
				}
			}
			kinds, err := ActionsOf(ctx, tx, h.a.ID)
			if strings.Join(kinds, " ") != "key.created key.revoked tenant.created" {
				t.Errorf("kinds %v", kinds)
			}
			none, err2 := ActionsOf(ctx, tx, "ten_none")
			if len(none) != 0 {
				t.Errorf("kinds of nobody %v", none)
			}
			if err != nil {
				return err
			}
			return err2
		})
	})
}
