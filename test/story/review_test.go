package story

import (
	"context"
	"strings"
	"testing"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/gate"
	"jawort/tally"
	"jawort/test/fixture"
)

// queue is a business with one person whose words nobody can be sure of.
type queue struct {
	*testing.T
	*fixture.World
	ctx context.Context
}

func eachQueue(t *testing.T, story func(q *queue)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := &queue{T: t, World: fixture.New(t, d), ctx: t.Context()}
		q.Grant(fixture.Phone(1))
		q.says("Stopp! Ich wollte mich doch für Angebote anmelden", "U1")
		story(q)
	})
}

func (q *queue) says(text, key string) {
	q.Helper()
	raw, signature := q.Says(fixture.Phone(1), text, key)
	if err := q.Desk.Webhook(q.ctx, raw, signature); err != nil {
		q.Fatal(err)
	}
}

// review is the id of the only one.
func (q *queue) review() (id string) {
	q.Helper()
	q.read(`select review from review where tenant = $1`, &id)
	return id
}

func (q *queue) read(text string, into ...any) {
	q.Helper()
	if err := q.DB.Read(q.ctx, func(ctx context.Context, tx *db.Tx) error { return tx.Row(ctx, text, q.Tenant.ID).Scan(into...) }); err != nil {
		q.Fatal(err)
	}
}

// gate is what the gate says of offers and of order updates now.
func (q *queue) gate() string {
	q.Helper()
	var out []string
	err := q.DB.Read(q.ctx, func(ctx context.Context, tx *db.Tx) error {
		tenant, err := account.TenantOf(ctx, tx, q.Tenant.ID)
		if err != nil {
			return err
		}
		pepper, err := q.Keys.Pepper(tenant)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		for _, template := range []string{"sommer_sale", "order_update"} {
			ask := gate.Ask{Message: gate.Message{To: string(fixture.Phone(1)), Number: fixture.NumberID, Kind: "template", Template: template, Language: "de"},
				Fingerprint: contact.Fingerprint(pepper, fixture.Phone(1))}
			facts, err := gate.Load(ctx, tx, q.Tenant.ID, []gate.Ask{ask}, now)
			if err != nil {
				return err
			}
			d := gate.Decide(&facts[0], &ask.Message)
			word := string(d.Verdict)
			if h := d.Headline(); h != nil {
				word += " " + h.Code
			}
			out = append(out, word)
		}
		return nil
	})
	if err != nil {
		q.Fatal(err)
	}
	return strings.Join(out, ", ")
}

func (q *queue) want(when, want string) {
	q.Helper()
	if got := q.gate(); got != want {
		q.Errorf("%s: the gate says %q, want %q", when, got, want)
	}
}

func (q *queue) decide(staff, decision string, want errs.Code) {
	q.Helper()
	if err := q.Desk.Decide(q.ctx, q.Tenant.ID, staff, q.review(), decision); errs.CodeOf(err) != want {
		q.Errorf("%s decides %s: %v, want %q", staff, decision, err, want)
	}
}

func (q *queue) undo(staff string, want errs.Code) {
	q.Helper()
	if err := q.Desk.Undo(q.ctx, q.Tenant.ID, staff, q.review()); errs.CodeOf(err) != want {
		q.Errorf("%s takes back: %v, want %q", staff, err, want)
	}
}

// errs.CodeOf of no error.
var fine = errs.CodeOf(nil)

func TestUnsureWordsPauseMarketingUntilSomebodyDecides(t *testing.T) {
	eachQueue(t, func(q *queue) {
		var guess string
		q.read(`select guess from review where tenant = $1`, &guess)
		if guess != "stop_all" {
			q.Errorf("guess %q, want what the one word says", guess)
		}
		q.want("unclear", "refuse PAUSED, allow")
		q.undo("ana", errs.Conflict)
		q.decide("ana", "maybe", errs.Invalid)
		q.decide("ana", "none", fine)
		q.want("it was nothing", "allow, allow")
		q.decide("ana", "stop_all", errs.NotFound)
	})
}

// "It was nothing" is taken back at once by anybody: marketing is paused again, and whatever is decided then holds.
func TestTakingNothingBackPausesAgain(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "none", fine)
		q.undo("ana", fine)
		q.want("taken back", "refuse PAUSED, allow")
		q.undo("ana", errs.Conflict)
		q.decide("ana", "stop_marketing", fine)
		if got := q.gate(); !strings.HasPrefix(got, "refuse ") || !strings.HasSuffix(got, ", allow") {
			q.Errorf("stopped: %q", got)
		}
	})
}

// A stop that staff entered is taken back by two people only, and holds until both have spoken.
func TestTakingAStopBackNeedsTwo(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "stop_all", fine)
		stopped := q.gate()
		if strings.Contains(stopped, "allow") {
			q.Fatalf("stopped: %q", stopped)
		}
		q.undo("ana", fine)
		q.want("taken back by the same person", stopped)
		q.decide("ana", "none", errs.Conflict)
		q.decide("ana", "stop_marketing", errs.Conflict)
		q.want("after what one alone may not do", stopped)
		q.decide("ben", "none", fine)
		q.want("the second person says it was nothing", "allow, allow")
		var voided int64
		q.read(`select count(*) from event v join event e on e.tenant = v.tenant and e.event = v.ref
			where v.tenant = $1 and v.kind = 'voided' and v.actor = 'ben' and v.reason <> '' and e.kind = 'withdrawn' and e.actor = 'ana'`, &voided)
		if voided != 1 {
			q.Errorf("%d entries take the stop back, want 1", voided)
		}
	})
}

func TestOneAloneMayDecideTheSameOrStricterAgain(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "stop_marketing", fine)
		q.undo("ana", fine)
		q.decide("ana", "stop_all", fine)
		if got := q.gate(); strings.Contains(got, "allow") {
			q.Errorf("stricter: %q", got)
		}
		q.undo("ben", fine)
		q.decide("ben", "none", fine) // ana decided, ben took back and decides: two
		q.want("two agree", "allow, allow")
	})
}

// What the person says in between is theirs: taking staff's reading back lifts nothing of it.
func TestThePersonsOwnStopOutlivesTakingBack(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "stop_all", fine)
		q.says("Stopp", "U2")
		q.undo("ana", fine)
		q.decide("ben", "none", fine)
		if got := q.gate(); strings.Contains(got, "allow") {
			q.Errorf("the person's own stop is gone: %q", got)
		}
	})
}

// A suppression that stood before the decision stays, whatever is taken back.
func TestAnOlderSuppressionStays(t *testing.T) {
	eachQueue(t, func(q *queue) {
		err := q.DB.Write(q.ctx, func(ctx context.Context, tx *db.Tx) error {
			tenant, err := account.TenantOf(ctx, tx, q.Tenant.ID)
			if err != nil {
				return err
			}
			pepper, err := q.Keys.Pepper(tenant)
			if err != nil {
				return err
			}
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			return contact.Suppress(ctx, tx, q.Tenant.ID, []contact.Suppression{{Fingerprint: contact.Fingerprint(pepper, fixture.Phone(1)),
				Scope: contact.Marketing, Reason: "erased", At: now}})
		})
		if err != nil {
			q.Fatal(err)
		}
		q.decide("ana", "stop_marketing", fine)
		q.undo("ana", fine)
		q.decide("ben", "none", fine)
		q.want("taken back", "refuse SUPPRESSED_MARKETING, allow")
	})
}

// Undecided for a day, or reopened and undecided for a day, it is a stop of marketing; that is the clock's and nobody takes it back.
func TestTheClockDecidesForGood(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "none", fine)
		q.undo("ana", fine)
		q.age("created_at")
		if err := q.Desk.Overdue(q.ctx); err != nil {
			q.Fatal(err)
		}
		q.want("reopened just now", "refuse PAUSED, allow")
		q.age("reopened_at")
		if err := q.Desk.Overdue(q.ctx); err != nil {
			q.Fatal(err)
		}
		if got := q.gate(); !strings.HasPrefix(got, "refuse ") || !strings.HasSuffix(got, ", allow") || strings.Contains(got, "PAUSED") {
			q.Errorf("overdue: %q", got)
		}
		q.undo("ana", errs.Conflict)
	})
}

// Who is erased while a text waits is left in peace: the text is settled without an entry, and is not looked at for ever.
func TestOverdueOfSomebodyErased(t *testing.T) {
	eachQueue(t, func(q *queue) {
		var before, after, open int64
		count := func(to *int64) {
			if err := q.DB.Write(q.ctx, func(ctx context.Context, tx *db.Tx) error {
				if err := tx.Row(ctx, `select count(*) from event where tenant = $1`, q.Tenant.ID).Scan(to); err != nil {
					return err
				}
				return tx.Row(ctx, `select count(*) from review where tenant = $1 and decided_at is null`, q.Tenant.ID).Scan(&open)
			}); err != nil {
				q.Fatal(err)
			}
		}
		if err := q.DB.Write(q.ctx, func(ctx context.Context, tx *db.Tx) error {
			var who string
			if err := tx.Row(ctx, `select contact from review where tenant = $1 and decided_at is null`, q.Tenant.ID).Scan(&who); err != nil {
				return err
			}
			revs, err := contact.Lock(ctx, tx, q.Tenant.ID, []string{who})
			if err != nil {
				return err
			}
			if _, err := contact.Forget(ctx, tx, q.Tenant.ID, who, 1); err != nil {
				return err
			}
			_, err = consent.Append(ctx, tx, q.Tenant.ID, []consent.Event{{Contact: who, Kind: consent.Erased, Channel: "counter",
				Actor: consent.Actor{Kind: consent.Staff, ID: "ana"}}}, revs)
			return err
		}); err != nil {
			q.Fatal(err)
		}
		count(&before)
		q.age("created_at")
		if err := q.Desk.Overdue(q.ctx); err != nil {
			q.Fatal(err)
		}
		if count(&after); open != 0 || after != before {
			q.Errorf("%d open, %d entries before, %d after", open, before, after)
		}
	})
}

func TestTooLateToTakeBack(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.decide("ana", "none", fine)
		q.age("decided_at")
		q.undo("ana", errs.Conflict)
		q.want("stands", "allow, allow")
	})
}

// age makes a moment of the review two days older.
func (q *queue) age(column string) {
	q.Helper()
	if err := q.DB.Write(q.ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update review set `+column+` = `+column+` - 172800000000 where tenant = $1`, q.Tenant.ID)
		return err
	}); err != nil {
		q.Fatal(err)
	}
}

func TestAnotherTenantsReviewIsNotThere(t *testing.T) {
	eachQueue(t, func(q *queue) {
		for _, err := range []error{q.Desk.Decide(q.ctx, "other", "ana", q.review(), "none"), q.Desk.Undo(q.ctx, "other", "ana", q.review())} {
			if errs.CodeOf(err) != errs.NotFound {
				q.Errorf("%v, want not found", err)
			}
		}
	})
}

// How long an opt-out took is counted when its promise holds, once; a status of a message of nobody's goes round the gate, once.
func TestEffectsAndStraysAreCounted(t *testing.T) {
	eachQueue(t, func(q *queue) {
		q.says("Stopp", "U3")
		q.says("Stopp", "U3") // Meta repeats
		for range 2 {
			raw, signature := q.Receipt("wamid.FOREIGN", "", "delivered", fixture.Phone(1))
			if err := q.Desk.Webhook(q.ctx, raw, signature); err != nil {
				q.Fatal(err)
			}
		}
		for range 2 {
			if err := q.Desk.KeepEffects(q.ctx); err != nil {
				q.Fatal(err)
			}
		}
		var effects, strays int64
		q.read(`select coalesce(sum(times), 0) from tally where tenant = $1 and what = '`+tally.Effect+`' and b = 'chat'`, &effects)
		q.read(`select count(*) from stray where tenant = $1`, &strays)
		if effects != 1 || strays != 1 {
			q.Errorf("%d times to effect and %d strays, want 1 and 1", effects, strays)
		}
	})
}
