package story

import (
	"context"
	"net/http"
	"testing"
	"time"

	"jawort/bring"
	"jawort/db"
	"jawort/intake"
)

// What others do, and what happens to an address, never lifts a stop: one person says STOP once, and then everything happens to them that
// happens to people in a business. After each step every address of theirs refuses both kinds of message, and at the end nothing has
// arrived. (Ordinary words, calls, Meta's resume: TestStopSticks; no user id known: TestStopOfSilentReader.)
func TestStopOutlivesEverything(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.agree(ole)
		w.says(ole, "STOP")
		who := func(phone string) string { return w.lookup("tel:+" + phone)["id"].(string) }
		me := who(ole)
		addresses := []string{"tel:+" + ole, "wa:" + w.user(ole)}
		all := func() int { return len(list(w.control(http.MethodGet, "messages", nil)["data"])) }
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(ole)) == 1 })
		before := all()
		for _, step := range []struct {
			after string
			do    func()
		}{
			{"a message of another kind", func() { w.does(ole, object{"image": object{"caption": "Ja, gern!"}}) }},
			{"a list of people who agreed", func() {
				for _, text := range []string{"phone,status\n+" + ole + ",granted\n", "phone,consent,consent timestamp\n+" + ole + ",yes,2031-01-01\n"} {
					w.ends(w.brings("kind=people&topics=offers,order_updates&origin=Aus+dem+alten+Programm", "text/csv", text), "done")
				}
			}},
			{"an opt-in told again and again", func() { w.optsIn("tel:+"+ole, "order_updates"); w.optsIn(addresses[1], "offers", "order_updates") }},
			{"a list of opt-outs that names them too, and is undone", func() {
				brought := w.ends(w.brings("kind=optouts", "text/csv", "Telefon\n+"+ole+"\n"), "done")
				w.undoes(brought["id"].(string))
				w.ends(brought, "undone")
			}},
			{"a source archived, brought back and filled in", func() {
				for _, deed := range []string{"pause", "archive", "restore", "live"} {
					var body any
					if deed == "pause" {
						body = object{"why": "Sommerpause"}
					}
					w.must(http.StatusOK, http.MethodPost, "/sources/"+w.Source+"/"+deed, body)
				}
				w.fill(w.Source, ole, "offers", "order_updates")
			}},
			{"being merged into somebody who agreed", func() {
				addresses = append(addresses, "tel:+"+mareike) // a stop of either holds for both
				w.must(http.StatusCreated, http.MethodPost, "/contacts/"+who(mareike)+"/merge", object{"other": me, "reason": "dieselbe Kundennummer"})
			}},
			{"being split off again", func() {
				addresses = addresses[:2]
				w.must(http.StatusCreated, http.MethodPost, "/contacts/"+me+"/split", object{"reason": "zwei Geschwister"})
			}},
			{"a hidden number", func() { w.acts(ole, "hide-number", object{"username": "ole.kaffee"}); w.says(ole, "Hallo") }},
			{"a new number and a user id made anew", func() {
				w.acts(ole, "change-number", object{"phone": pia})
				w.says(pia, "Ich bin es, mit neuem Telefon")
				addresses = append(addresses, "wa:"+w.user(pia))
			}},
			{"the new number shown", func() {
				w.acts(pia, "show-number", nil)
				w.says(pia, "Jetzt sehen Sie meine Nummer")
				addresses = append(addresses, "tel:+"+pia)
			}},
			{"being erased and coming back", func() {
				if err := w.app.Desk.Remove(t.Context(), intake.Removal{Tenant: w.Tenant, Contact: who(pia), Via: "page"}); err != nil {
					t.Fatal(err)
				}
				w.optsIn("tel:+"+pia, "offers", "order_updates")
				w.says(pia, "Guten Tag")
				addresses = []string{"tel:+" + pia, "wa:" + w.user(pia)} // the others are nobody's any more
			}},
		} {
			w.later(time.Minute)
			step.do()
			for _, a := range addresses {
				w.silent(a, step.after+" at "+a[:4])
			}
		}
		w.allowed(mareike, "sommer_sale") // who was taken for them once keeps what was agreed to
		w.eventually("the one message that may leave", func() bool { return all() == before+1 })
		w.later(time.Minute)
		w.says(pia, declaration(w.fill(w.Source, pia, "offers").chatLink()))
		w.allowed(pia, "sommer_sale") // only their own new word
	})
}

// undoes takes a list back, by two of the team.
func (w *world) undoes(id string) {
	w.Helper()
	err := w.app.DB.Write(w.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := bring.AskUndo(ctx, tx, w.Tenant, id, "usr_one", "die falsche Datei erwischt"); err != nil {
			return err
		}
		return bring.DecideUndo(ctx, tx, w.Tenant, id, "usr_two", true)
	})
	if err != nil {
		w.Fatal(err)
	}
}
