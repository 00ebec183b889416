package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

// The box on a program's page says what the gateway would answer to it, by its mode and its numbers, and keeps nothing.
func TestTryAsAProgram(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Admin)
		p := h.programBy(programToken.FindString(b.post("/settings/programs", "name", "Shop", "mode", "enforce", "scopes", "send", "topic_utility", "order_updates").body))
		path := "/settings/programs/" + p.ID
		count := func() (n int64) {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				return tx.Row(ctx, `select count(*) from decision`).Scan(&n)
			})
			return n
		}
		before := count()
		try := func(code int, want, to, what, number string) {
			t.Helper()
			a := b.post(path+"/try", "to", to, "what", what, "number", number)
			if a.code != code || !strings.Contains(a.body, want) {
				t.Errorf("%q, %q: %d, want %d and %q", to, what, a.code, code, want)
			}
			h.sound("try "+to, "de", a)
		}
		try(200, "Das Programm bekäme Status 404 mit Metas Code 132001.", "0171 392 0000", "template:nothing|de", theNumber)
		try(200, "Das Programm bekäme Status 400 mit Metas Code 131050.", "+49 171 392 9999", "text", theNumber)
		try(400, "Wählen Sie ein Thema", "0171 392 0000", "topic:offers", theNumber) // a program names no topic
		try(400, "hello", "hello "+hostile, "text", theNumber)
		try(400, "Wählen Sie eine Ihrer Nummern", "0171 392 0000", "text", h.theirs["number"])
		b.post(path, "name", "Shop", "mode", "observe", "scopes", "send", "topic_utility", "order_updates", "reason", "Erst einmal zusehen")
		h.write(func(ctx context.Context, tx *db.Tx) error { // the number's mode and the program's: the stricter of them holds
			_, err := tx.Exec(ctx, `update number set mode = 'observe' where number = $1`, theNumber)
			return err
		})
		try(200, "Die Nachricht ginge an Meta", "+49 171 392 9999", "text", theNumber)
		if now := count(); now != before {
			t.Errorf("%d decisions were kept", now-before)
		}
		if a := h.as(account.Agent).post(path+"/try", "to", "0171 392 0000", "what", "text", "number", theNumber); a.code != http.StatusForbidden {
			t.Errorf("an agent tries as a program: %d", a.code)
		}
		if a := b.post("/settings/programs/prg_none/try", "to", "0171 392 0000", "what", "text", "number", theNumber); a.code != http.StatusNotFound {
			t.Errorf("a program there is not: %d", a.code)
		}
		b.post(path + "/revoke")
		if a := b.post(path+"/try", "to", "0171 392 0000", "what", "text", "number", theNumber); a.code != http.StatusConflict || strings.Contains(a.body, "bekäme Status") {
			t.Errorf("a revoked program was tried: %d", a.code)
		}
	})
}
