package story

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"

	"jawort/address"
	"jawort/blob"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/intake"
	"jawort/test/fixture"
)

// desk is a world with one person who agreed.
type desk struct {
	*fixture.World
	t   *testing.T
	who string
}

const somebody = address.Address("tel:+491713920001")

func newDesk(t *testing.T, d *db.DB) *desk {
	w := fixture.New(t, d)
	return &desk{w, t, w.Grant(somebody)[0]}
}

func (d *desk) state(topic string) consent.State {
	d.t.Helper()
	var s consent.Standing
	d.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := consent.Stand(ctx, tx, d.Tenant.ID, []string{d.who})
		s = all[d.who]
		return err
	})
	return s.Of(topic, consent.Marketing).State
}

func (d *desk) read(f func(ctx context.Context, tx *db.Tx) error) {
	d.t.Helper()
	if err := d.DB.Read(d.t.Context(), f); err != nil {
		d.t.Fatal(err)
	}
}

// suppressed says whether an address of the person is on the list.
func (d *desk) suppressed() bool {
	d.t.Helper()
	on := false
	d.read(func(ctx context.Context, tx *db.Tx) error {
		c, err := contact.Get(ctx, tx, d.Tenant.ID, d.who)
		if err != nil {
			return err
		}
		list, err := contact.Suppressions(ctx, tx, d.Tenant.ID, []string{c.Addresses[0].Fingerprint})
		on = len(list) > 0
		return err
	})
	return on
}

func (d *desk) frozen() bool {
	d.t.Helper()
	var c contact.Contact
	d.read(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = contact.Get(ctx, tx, d.Tenant.ID, d.who)
		return err
	})
	return c.FrozenAt != 0
}

// optOut is an opt-out of everything, by staff from a letter or by the person in the chat.
func (d *desk) optOut(by consent.ActorKind) consent.Event {
	d.t.Helper()
	out, err := d.Desk.OptOut(d.t.Context(), intake.OptOut{Tenant: d.Tenant.ID, Contact: d.who, Scope: consent.ScopeAll, Via: "letter",
		Actor: consent.Actor{Kind: by, ID: map[consent.ActorKind]string{consent.Staff: "usr_a"}[by]}})
	if err != nil {
		d.t.Fatal(err)
	}
	return out.Event
}

func key(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

const because = "Brief galt einer anderen Person"

// What staff entered wrongly goes when a second person agrees: the state, and the entry on the suppression list.
func TestVoidingStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newDesk(t, d), t.Context()
		stop := w.optOut(consent.Staff)
		if w.state("offers") != consent.StateWithdrawn || !w.suppressed() {
			t.Fatal("the letter did not stop")
		}
		if _, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", stop.ID, "zu kurz"); key(err) != "intake.reason" {
			t.Errorf("a short reason: %v", err)
		}
		v, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", stop.ID, because)
		if err != nil || v.Contact != w.who {
			t.Fatalf("ask: %+v %v", v, err)
		}
		if w.state("offers") != consent.StateWithdrawn {
			t.Error("asking alone changed something")
		}
		for what, c := range map[string]struct {
			err  error
			want string
		}{
			"asked twice":    {second(w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_b", stop.ID, because)), "intake.void.asked"},
			"the same one":   {w.Desk.DecideVoid(ctx, w.Tenant.ID, "usr_a", v.ID, intake.Approved), "intake.void.same_person"},
			"another tenant": {w.Desk.DecideVoid(ctx, "ten_other", "usr_b", v.ID, intake.Approved), "intake.void.gone"},
			"odd answer":     {w.Desk.DecideVoid(ctx, w.Tenant.ID, "usr_b", v.ID, "maybe"), "intake.decision"},
			"their event":    {second(w.Desk.AskVoid(ctx, "ten_other", "usr_b", stop.ID, because)), "intake.event"},
		} {
			if key(c.err) != c.want {
				t.Errorf("%s: %v, want %s", what, c.err, c.want)
			}
		}
		if err := w.Desk.DecideVoid(ctx, w.Tenant.ID, "usr_b", v.ID, intake.Approved); err != nil {
			t.Fatal(err)
		}
		if w.state("offers") != consent.StateGranted || w.suppressed() {
			t.Errorf("after: %s, suppressed %v", w.state("offers"), w.suppressed())
		}
		if err := w.Desk.DecideVoid(ctx, w.Tenant.ID, "usr_c", v.ID, intake.Approved); key(err) != "intake.void.gone" {
			t.Errorf("decided twice: %v", err)
		}
		if _, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_b", stop.ID, because); key(err) != "intake.void.done" {
			t.Errorf("asked for what is void: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// The person's own word is never taken back, and a second stop keeps the suppression.
func TestWhatThePersonSaidStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newDesk(t, d), t.Context()
		byStaff := w.optOut(consent.Staff)
		v, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", byStaff.ID, because)
		if err != nil {
			t.Fatal(err)
		}
		own := w.optOutOfOffers(t)
		if _, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", own.ID, because); key(err) != "intake.void.own" {
			t.Errorf("the person's own: %v", err)
		}
		if err := w.Desk.DecideVoid(ctx, w.Tenant.ID, "usr_b", v.ID, intake.Refused); err != nil || w.state("offers") != consent.StateWithdrawn {
			t.Errorf("declined: %v, %s", err, w.state("offers"))
		}
		v, err = w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", byStaff.ID, because) // may be asked again
		if err == nil {
			err = w.Desk.DecideVoid(ctx, w.Tenant.ID, "usr_b", v.ID, intake.Approved)
		}
		if err != nil || w.state("offers") != consent.StateWithdrawn || w.state("order_updates") != consent.StateGranted {
			t.Errorf("after: %v, %s and %s", err, w.state("offers"), w.state("order_updates"))
		}
	})
}

// optOutOfOffers is the person's own stop of one topic, recorded although a wider one of staff stands.
func (d *desk) optOutOfOffers(t *testing.T) (e consent.Event) {
	t.Helper()
	err := d.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		revs, err := contact.Lock(ctx, tx, d.Tenant.ID, []string{d.who})
		if err != nil {
			return err
		}
		done, err := consent.Append(ctx, tx, d.Tenant.ID, []consent.Event{{Contact: d.who, Kind: consent.Withdrawn, Scope: consent.ScopeTopic,
			Topics: []string{"offers"}, Channel: "chat", Actor: consent.Actor{Kind: consent.Person}, Witnessed: true}}, revs)
		if err == nil {
			e = done[0].Event
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A doubt that staff entered freezes opt-ins until a second person takes it back; a dispute stops everything.
func TestDoubtAndDispute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newDesk(t, d), t.Context()
		enter := func(kind consent.Kind, via, reason string) (intake.OptedOut, error) {
			return w.Desk.Enter(ctx, intake.Entered{Tenant: w.Tenant.ID, Contact: w.who, Staff: "usr_a", Kind: kind, Via: via, Reason: reason})
		}
		for _, bad := range []struct {
			kind        consent.Kind
			via, reason string
		}{{consent.Granted, "phone", because}, {consent.Disputed, "pigeon", because}, {consent.Disputed, "phone", "  kurz     "},
			{consent.Disputed, "phone", strings.Repeat("x", 501)}} {
			if _, err := enter(bad.kind, bad.via, bad.reason); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%v: %v", bad, err)
			}
		}
		if _, err := w.Desk.Enter(ctx, intake.Entered{Tenant: "ten_other", Contact: w.who, Staff: "usr_a", Kind: consent.Disputed, Via: "phone", Reason: because}); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another tenant: %v", err)
		}
		doubt, err := enter(consent.IdentityChanged, "phone", "Nummer wohl neu vergeben")
		if err != nil || !w.frozen() || w.state("offers") != consent.StateOutdated {
			t.Fatalf("doubt: %v, frozen %v, %s", err, w.frozen(), w.state("offers"))
		}
		v, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", doubt.Event.ID, "Rückruf: dieselbe Person")
		if err == nil {
			err = w.Desk.DecideVoid(ctx, w.Tenant.ID, "usr_b", v.ID, intake.Approved)
		}
		if err != nil || w.frozen() || w.state("offers") != consent.StateGranted {
			t.Errorf("doubt taken back: %v, frozen %v, %s", err, w.frozen(), w.state("offers"))
		}
		if _, err := enter(consent.Disputed, "phone", "Am Telefon: falsche Nummer"); err != nil || w.state("order_updates") != consent.StateWithdrawn || !w.suppressed() {
			t.Errorf("dispute: %v, %s", err, w.state("order_updates"))
		}
	})
}

// A scan is what its bytes are, small enough, and belongs to the person, also to one never seen before.
func TestKeepScan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newDesk(t, d), t.Context()
		var photo bytes.Buffer
		if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
			t.Fatal(err)
		}
		picture := photo.Bytes()
		for want, body := range map[string][]byte{"intake.scan.type": []byte("<html><script>alert(1)</script>"), "intake.scan.large": append(bytes.Clone(picture), make([]byte, intake.MostEvidence)...)} {
			if _, err := w.Desk.Keep(ctx, w.Tenant.ID, somebody, body); key(err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		e, err := w.Desk.Keep(ctx, w.Tenant.ID, "tel:+491713920099", picture)
		if err != nil || e.Kind != "scan" {
			t.Fatalf("%+v %v", e, err)
		}
		w.read(func(ctx context.Context, tx *db.Tx) error {
			b, err := blob.Get(ctx, tx, w.Tenant.ID, e.Blob)
			of, err2 := contact.Find(ctx, tx, w.Tenant.ID, []address.Address{"tel:+491713920099"})
			if b.Type != "image/jpeg" || b.Owner != of["tel:+491713920099"] || b.Owner == "" || bytes.Equal(b.Body, picture) {
				t.Errorf("kept %s of %q", b.Type, b.Owner)
			}
			return errors.Join(err, err2)
		})
	})
}
