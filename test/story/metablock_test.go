package story

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/errs"
	"jawort/intake"
)

// round sends past Jawort, with the number's own token, as a program would that was never told of it.
func (w *world) round(phone string) string {
	w.Helper()
	resp, text := w.do(http.MethodPost, w.phones+"/v23.0/"+w.id+"/messages", "application/json", w.server.Token(),
		[]byte(`{"messaging_product":"whatsapp","to":"`+phone+`","type":"template","template":{"name":"sommer_sale","language":{"code":"de"}}}`))
	if resp.StatusCode == http.StatusOK {
		return "sent"
	}
	return string(text)
}

// Staff can have Meta lock somebody away who said no to everything: then what walks round Jawort is refused too. The person cannot write
// either, so the lock ends when they ask for messages by another way; the opt-out stays.
func TestBlockAtMeta(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		c := w.signedIn()
		page := "/people/" + w.who(mareike)
		told := func(path, reason string) (int, string) {
			w.Helper()
			resp, err := c.PostForm(w.base+page+path, url.Values{"reason": {reason}})
			if err != nil {
				w.Fatal(err)
			}
			defer resp.Body.Close()
			text, _ := io.ReadAll(resp.Body)
			return resp.StatusCode, string(text)
		}
		const why = "Schreibt uns trotz Abmeldung Drohungen"
		offers := func() bool { w.Helper(); return strings.Contains(w.reads(c, page), page+"/block") }
		holds := func() bool { w.Helper(); return strings.Contains(w.reads(c, page), page+"/unblock") }
		if status, _ := told("/block", why); status != http.StatusConflict || offers() {
			t.Errorf("somebody who agreed can be blocked: %d", status)
		}
		w.says(mareike, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(mareike)) == 1 })
		if got := w.round(mareike); got != "sent" {
			t.Fatalf("round Jawort, before: %s", got)
		}
		if status, text := told("/block", "zu kurz"); status != http.StatusBadRequest || holds() || !strings.Contains(text, "zu kurz") {
			t.Errorf("without a reason: %d", status)
		}
		if !offers() {
			t.Error("not offered after a stop")
		}
		if status, _ := told("/block", why); status != http.StatusOK || !holds() || !strings.Contains(w.reads(c, page), why) {
			t.Fatalf("block: %d", status)
		}
		before := len(w.arrived(mareike))
		if got := w.round(mareike); !strings.Contains(got, "130403") {
			t.Errorf("round Jawort, blocked: %s", got)
		}
		release := func() {
			w.Helper()
			if err := w.app.Desk.ReleaseBlocks(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if release(); !holds() {
			t.Error("lifted by itself, and nobody asked for it")
		}
		w.optsIn("tel:+"+mareike, "offers")
		if release(); holds() {
			t.Error("the person asks again, and cannot confirm")
		}
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")
		w.quiet(mareike, before)

		if status, _ := told("/block", why); status != http.StatusOK || !holds() {
			t.Fatalf("block again: %d", status)
		}
		if status, _ := told("/unblock", ""); status != http.StatusOK || holds() {
			t.Errorf("unblock: %d", status)
		}
		if got := w.round(mareike); got != "sent" {
			t.Errorf("round Jawort, lifted: %s", got)
		}
		w.later(25 * time.Hour)
		if _, err := w.app.Desk.BlockAtMeta(t.Context(), intake.Block{Tenant: w.Tenant, Contact: w.who(mareike), Staff: "somebody", Reason: why}); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a day later: %v", err)
		}
	})
}

// Whoever is erased is let in again: nobody would know whom to. Meta's no leaves nothing behind, no answer leaves the lock standing.
func TestBlockAtMetaEnds(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.says(mareike, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(mareike)) == 1 })
		c, who := w.signedIn(), w.who(mareike)
		blocks := func() (n int64) {
			w.Helper()
			if err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.Row(ctx, `select count(*) from meta_block`).Scan(&n)
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		block := func() int {
			w.Helper()
			resp, err := c.PostForm(w.base+"/people/"+who+"/block", url.Values{"reason": {"Drohungen im Chat, Vorgang 12"}})
			if err != nil {
				w.Fatal(err)
			}
			defer resp.Body.Close()
			return resp.StatusCode
		}
		w.control(http.MethodPost, "clock", object{"advance": "25h"}) // Meta's, and not ours
		if status := block(); status != http.StatusConflict || blocks() != 0 {
			t.Errorf("too late for Meta: %d, %d kept", status, blocks())
		}
		w.says(mareike, "Hallo?")
		if status := block(); status != http.StatusOK || blocks() != 1 {
			t.Fatalf("block: %d, %d kept", status, blocks())
		}
		if w.clicks(c, "/people/"+who+"/remove", url.Values{"how": {"erase"}, "via": {"email"}, "reason": {"Löschung verlangt, Vorgang 13"}, "sure": {"yes"}}); blocks() != 1 {
			t.Error("who was erased stays locked out, and nobody knows")
		}
		if err := w.app.Desk.ReleaseBlocks(t.Context()); err != nil || blocks() != 0 {
			t.Errorf("%v, %d kept", err, blocks())
		}
		if got := w.round(mareike); got != "sent" {
			t.Errorf("round Jawort, after the erasure: %s", got)
		}
	})
}
