package story

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/alert"
	"jawort/app"
	"jawort/db"
	"jawort/mail"
	"jawort/quality"
)

// Meta refuses the account: once by webhook and again with every poll, which is one warning and one mail. A review that is under way again ends
// nothing; the approval does, with an all-clear, when it has held for a while.
func TestAccountReviewRefused(t *testing.T) { each(t, (*world).reviewRefused) }

func (w *world) reviewRefused() {
	const warned, over = "Meta lehnt das Konto von", "Entwarnung: Meta hat das Konto von"
	count := func(words string) (n int) {
		for _, s := range w.post.all() {
			if strings.HasPrefix(s, words) {
				n++
			}
		}
		return n
	}
	meta := func(review string) {
		w.Helper()
		w.control(http.MethodPost, "numbers/"+w.id, object{"review_status": review})
	}
	open := func() bool {
		_, list := w.api(http.MethodGet, "/alerts", nil)
		return slices.ContainsFunc(list["data"].([]any), func(a any) bool {
			m := a.(map[string]any)
			return m["kind"] == "review_refused" && m["state"] != "cleared"
		})
	}
	w.mailbox()
	read := w.office()
	meta("REJECTED")
	w.eventually("the refusal is told", func() bool { return count(warned) == 1 && open() })
	if page := read("/alerts"); !strings.Contains(page, warned) && !strings.Contains(page, "Meta rejects the account of") {
		w.Error("the list of warnings does not say it")
	}
	for range 3 { // Meta says it again, by poll and by webhook
		meta("REJECTED")
		w.later(6 * time.Minute)
		time.Sleep(50 * time.Millisecond)
	}
	meta("PENDING")
	w.eventually("another look is heard of", func() bool { return w.review() == "PENDING" })
	w.later(40 * time.Minute)
	w.looks("TIER_2K")
	if !open() || count(warned) != 1 || count(over) != 0 {
		w.Errorf("while it is looked at again: open %t, letters %q", open(), w.post.all())
	}
	meta("APPROVED")
	w.eventually("the approval is heard", func() bool { return w.review() == "APPROVED" })
	w.later(20 * time.Minute)
	w.looks("TIER_100K")
	w.eventually("the all-clear", func() bool { return count(over) == 1 && !open() })
	if count(warned) != 1 {
		w.Errorf("letters %q", w.post.all())
	}
}

// looks lets the watch of warnings look: any news from Meta does; otherwise it looks once a minute of the real clock.
func (w *world) looks(limit string) {
	w.Helper()
	w.control(http.MethodPost, "numbers/"+w.id, object{"limit": limit})
	w.eventually("the limit is heard of", func() (ok bool) {
		if err := w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			list, err := quality.Standings(ctx, tx, w.Tenant, quality.Limit)
			ok = slices.ContainsFunc(list, func(s quality.Standing) bool { return "TIER_"+strings.TrimSuffix(s.Value, "000")+"K" == limit })
			return err
		}); err != nil {
			w.Fatal(err)
		}
		return ok
	})
}

// review is what is known of Meta's look at the account.
func (w *world) review() (value string) {
	w.Helper()
	if err := w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		list, err := quality.Standings(ctx, tx, w.Tenant, quality.Review)
		for _, s := range list {
			value = s.Value
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return value
}

// mailbox has the warnings mailed to the demo's mailbox.
func (w *world) mailbox() {
	w.Helper()
	if err := w.app.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return alert.PutServer(ctx, tx, alert.Server{Tenant: w.Tenant, Host: app.Mailbox, Security: mail.Plain, Sender: "jawort@kaffee-morgenrot.example"}, "test")
	}); err != nil {
		w.Fatal(err)
	}
}
