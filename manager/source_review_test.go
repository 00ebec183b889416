package manager

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/source"
)

// What one would hand to Meta: the findings with their sources, the page as it was, the newest agreements without a whole number.
func TestReviewOfASource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.webSource(h.a.ID, "Website "+hostile, theNumber, true)
		draft := h.webSource(h.a.ID, "Entwurf", theNumber, false)
		theirs := h.webSource(h.b.ID, "Theirs", "999", false)
		page := "/sources/" + s.ID + "/review"
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update event set source = $2, notice_version = 1, address = 'tel:+491713920001', language = 'de' where tenant = $1 and kind in ('granted', 'declared')`, h.a.ID, s.ID)
			return err
		})
		for _, role := range account.Roles {
			b := h.as(role)
			for _, b.lang = range []string{"de", "en"} {
				a := b.get(page)
				if a.code != http.StatusOK || !strings.Contains(a.body, "page of "+s.ID) {
					t.Errorf("%s: %d", role, a.code)
				}
				if strings.Contains(a.body, "3920001") || strings.Contains(a.body, "392 0001") {
					t.Errorf("%s: a whole number is shown", role)
				}
				h.sound("the review", b.lang, a)
			}
			if b.get("/sources/"+theirs.ID+"/review").code != http.StatusNotFound {
				t.Errorf("%s sees another business's review", role)
			}
		}
		b := h.as(account.Editor)
		b.lang = "de"
		a := b.get(page)
		for _, want := range []string{"Name des Unternehmens", "getting-opt-in", "business.whatsapp.com/policy", "Wie Menschen es aufnehmen", "•••"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the review lacks %q", want)
			}
		}
		if a = b.get("/sources/" + draft.ID + "/review"); a.code != http.StatusOK || !strings.Contains(a.body, "Noch nichts zu prüfen") {
			t.Errorf("a draft: %d", a.code)
		}
		for _, version := range []string{"1", "7", "-1", "x", "99999999999999999999"} {
			if a = b.get(page + "?version=" + version); a.code != http.StatusOK || !strings.Contains(a.body, "page of "+s.ID) {
				t.Errorf("version %s: %d", version, a.code)
			}
		}
	})
}

// A person ends the watch with a reason; without one it goes on, and what was typed stays.
func TestEndOfAWatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		theirs := h.webSource(h.b.ID, "Theirs", "999", false)
		h.write(func(ctx context.Context, tx *db.Tx) error { // on the page's clock
			_, err := tx.Exec(ctx, `update source_watch set since = $2, until = $3 where tenant = $1`, h.a.ID, micros(0), micros(-source.WatchFor))
			return err
		})
		b := h.as(account.Editor)
		b.lang = "de"
		if a := b.get("/sources/" + s.ID); !strings.Contains(a.body, "Wird beobachtet bis 1.\u00a0Dezember 2026") {
			t.Error("the source does not say that it is watched")
		}
		end := "/sources/" + s.ID + "/watch/end"
		if a := b.post(end, "reason", "kurz"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `value="kurz"`) {
			t.Errorf("without a reason: %d", a.code)
		}
		for role, want := range map[account.Role]int{account.Auditor: http.StatusForbidden, account.Agent: http.StatusForbidden} {
			if got := h.as(role).post(end, "reason", "gut genug bekannt").code; got != want {
				t.Errorf("%s: %d", role, got)
			}
		}
		if got := b.post("/sources/"+theirs.ID+"/watch/end", "reason", "gut genug bekannt").code; got != http.StatusNotFound {
			t.Errorf("another business's: %d", got)
		}
		over := func() (w source.Watch) {
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				w, err = source.WatchOf(ctx, tx, h.a.ID, s.ID)
				return err
			})
			return w
		}
		if over().EndedAt != 0 {
			t.Fatal("ended by somebody who may not")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error { // the database's clock may be past the page's
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `update source_watch set until = $2 where tenant = $1`, h.a.ID, max(now, micros(0))+source.WatchFor.Microseconds())
			return err
		})
		if a := b.post(end, "reason", "Aus der Filiale gut bekannt"); a.code != http.StatusSeeOther || a.to != "/sources/"+s.ID+"/review" {
			t.Fatalf("ended: %d to %s", a.code, a.to)
		}
		if w := over(); w.EndedAt == 0 || w.EndedWhy != "Aus der Filiale gut bekannt" || w.EndedBy != h.staff[account.Editor].ID {
			t.Errorf("kept: %+v", w)
		}
		if a := b.get("/sources/" + s.ID + "/review"); !strings.Contains(a.body, "Aus der Filiale gut bekannt") || strings.Contains(a.body, "Beobachtung beenden") {
			t.Error("the review does not say that it is over")
		}
		if a := b.post(end, "reason", "Noch einmal beendet"); a.code != http.StatusConflict {
			t.Errorf("twice: %d", a.code)
		}
		var n int
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*) from audit where tenant = $1 and action = 'source.watch_ended' and object = $2`, h.a.ID, s.ID).Scan(&n)
		})
		if n != 1 {
			t.Error(fmt.Sprintf("%d lines in the audit trail", n))
		}
	})
}
