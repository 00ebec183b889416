package story

import (
	"context"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
	"jawort/test/fixture"
)

// person is the one person of the queue.
func (q *queue) person() (id string) {
	q.Helper()
	q.read(`select contact from review where tenant = $1 order by review limit 1`, &id)
	return id
}

// open are the open items, what is due first on top: kind, guess, days until they are due.
func (q *queue) open() (out []string) {
	q.Helper()
	if err := q.DB.Read(q.ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select kind, guess, due_at from review where tenant = $1 and decided_at is null order by due_at, review`, q.Tenant.ID)
		out, err = db.All(rows, err, func(r *db.Rows, to *string) error {
			var kind, guess string
			var due int64
			err := r.Scan(&kind, &guess, &due)
			left := (time.Duration(due-now)*time.Microsecond + time.Hour).Truncate(24*time.Hour) / (24 * time.Hour)
			*to = strings.TrimSpace(kind+" "+guess) + " " + string('0'+rune(left/10)) + string('0'+rune(left%10))
			return err
		})
		return err
	}); err != nil {
		q.Fatal(err)
	}
	return out
}

func (q *queue) note(n intake.Note, want errs.Code) intake.Noted {
	q.Helper()
	n.Tenant, n.Contact, n.Staff = q.Tenant.ID, q.person(), "ana"
	out, err := q.Desk.Note(q.ctx, n)
	if errs.CodeOf(err) != want {
		q.Errorf("note: %v, want %q", err, want)
	}
	return out
}

// What staff take down is read like what comes in: plain words stop at once, unclear ones wait, and the law's clock runs from the day
// the letter came.
func TestNotesAreReadAndWait(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "none", fine)
		for _, n := range []intake.Note{{Via: "phone"}, {Via: "chat", Text: "x"}, {Via: "letter", Text: strings.Repeat("x", 4001)}, {Via: "letter", Text: "x", ReceivedAt: 1},
			{Via: "letter", Text: "x", ReceivedAt: time.Now().Add(48 * time.Hour).UnixMicro()}} {
			q.note(n, errs.Invalid)
		}
		q.want("nothing was taken", "allow, allow")
		if got := q.note(intake.Note{Via: "phone", Text: "Das wird mir gerade zu viel mit euch"}, fine); got.Review == "" || got.Stopped.Event.ID != "" {
			t.Errorf("unclear: %+v", got)
		}
		q.want("an unclear call", "refuse PAUSED, allow")
		if got := q.open(); len(got) != 1 || !strings.HasPrefix(got[0], "entered") || !strings.HasSuffix(got[0], "01") {
			t.Errorf("open %q", got)
		}
		if got := q.note(intake.Note{Via: "letter", Text: "Hiermit widerrufe ich meine Einwilligung. Bitte keine Werbung mehr."}, fine); got.Scope == "" || got.Review != "" {
			t.Errorf("plain: %+v", got)
		}
		if got := q.gate(); !strings.HasPrefix(got, "refuse") || strings.Contains(got, "PAUSED,") {
			t.Errorf("a plain letter: %q", got)
		}
	})
}

// A wish to be forgotten stops everything at once and waits a month; no clock erases or forgets it, a reason or the erasing settles it.
func TestWishesToBeForgotten(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "none", fine)
		wish := q.note(intake.Note{Via: "email", Text: "Bitte löschen Sie alles über mich.", Erase: true}, fine)
		if wish.Stopped.Event.ID == "" || wish.Review == "" {
			t.Fatalf("%+v", wish)
		}
		if got := q.gate(); strings.Contains(got, "allow") {
			t.Errorf("after the wish: %q", got)
		}
		q.says("Und löscht bitte auch meine Daten", "U2") // said again: it is one wish
		if got := q.open(); len(got) != 1 || !strings.HasPrefix(got[0], "erase ") || got[0] < "erase 28" || got[0] > "erase 31" {
			t.Fatalf("open %q", got)
		}
		q.age("created_at")
		if err := q.Desk.Overdue(q.ctx); err != nil {
			t.Fatal(err)
		}
		if err := q.Desk.Decide(q.ctx, q.Tenant.ID, "ana", wish.Review, "none"); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("decided by a key: %v", err)
		}
		if err := q.Desk.AnswerErasure(q.ctx, q.Tenant.ID, "ana", wish.Review, "kurz"); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := q.Desk.AnswerErasure(q.ctx, "other", "ana", wish.Review, "Hat angerufen und es sich anders überlegt"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another tenant: %v", err)
		}
		if err := q.Desk.AnswerErasure(q.ctx, q.Tenant.ID, "ana", wish.Review, "Hat angerufen und es sich anders überlegt"); err != nil {
			t.Error(err)
		}
		if got := q.open(); len(got) != 0 {
			t.Errorf("answered: %q", got)
		}
		if got := q.gate(); strings.Contains(got, "allow") {
			t.Errorf("what was stopped is sent again: %q", got)
		}
		if err := q.Desk.Undo(q.ctx, q.Tenant.ID, "ben", wish.Review); err != nil {
			t.Error(err)
		}
		if got := q.open(); len(got) != 1 || got[0] < "erase 28" {
			t.Errorf("taken back: %q", got)
		}
		if err := q.Desk.Remove(q.ctx, intake.Removal{Tenant: q.Tenant.ID, Contact: q.person(), Staff: "ana", Via: "email", Reason: "Wunsch vom 23. November", Keep: true}); err != nil {
			t.Error(err)
		}
		if got := q.open(); len(got) != 0 {
			t.Errorf("blocked and kept: %q", got)
		}
	})
}

// Whose law holds, the number tells: ten business days in America, at most our own day in any case.
func TestTheLawOfThePersonsCountry(t *testing.T) {
	eachQueue(t, func(q *queue) {
		for country, to := range map[string]address.Address{"us": "tel:+12125550123", "au": "tel:+61491570156", "de": fixture.Phone(1)} {
			var who string
			if err := q.DB.Write(q.ctx, func(ctx context.Context, tx *db.Tx) error {
				tenant, err := account.TenantOf(ctx, tx, q.Tenant.ID)
				if err != nil {
					return err
				}
				pepper, err := q.Keys.Pepper(tenant)
				if err != nil {
					return err
				}
				held, err := contact.Ensure(ctx, tx, q.Tenant.ID, pepper, []address.Address{to}, 1)
				who = held[to]
				return err
			}); err != nil {
				t.Fatal(err)
			}
			n, err := q.Desk.Note(q.ctx, intake.Note{Tenant: q.Tenant.ID, Contact: who, Staff: "ana", Via: "letter", Text: "Das wird mir zu viel"})
			if err != nil {
				t.Fatal(err)
			}
			var rules string
			var received, due, law int64
			if err := q.DB.Read(q.ctx, func(ctx context.Context, tx *db.Tx) error {
				return tx.Row(ctx, `select rules, received_at, due_at, law_at from review where tenant = $1 and review = $2`, q.Tenant.ID, n.Review).Scan(&rules, &received, &due, &law)
			}); err != nil {
				t.Fatal(err)
			}
			const day = 24 * 3600 * 1_000_000
			days := map[string][2]int64{"us": {13, 15}, "au": {6, 8}, "de": {0, 0}}[country]
			if !strings.HasPrefix(rules, country+"@") || due-received < day || due-received > day+day/24 || country == "de" && law != 0 || country != "de" && (law-received < days[0]*day || law-received > days[1]*day) {
				t.Errorf("%s: rules %s, due after %d h, the law's time %d h", country, rules, (due-received)/3_600_000_000, (law-received)/3_600_000_000)
			}
		}
	})
}

// An event of staff's pause is not the person's.
func TestNotedPauseIsOfStaff(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "none", fine)
		q.note(intake.Note{Via: "counter", Text: "Das wird mir gerade zu viel"}, fine)
		var kind, actor, channel string
		q.read(`select kind, actor_kind, channel from event where tenant = $1 order by event desc limit 1`, &kind, &actor, &channel)
		if kind != string(consent.Paused) || actor != string(consent.Staff) || channel != "counter" {
			t.Errorf("%s by %s, %s", kind, actor, channel)
		}
	})
}
