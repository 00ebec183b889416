package story

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"jawort/intake"
)

// moreWays are ways out that end in more than one event, or in none of the person's own.
var moreWays = []way{
	{name: "a list from outside", do: func(x *exit) { x.ends(x.brings("kind=optouts", "text/csv", "Telefon\n+"+x.phone+"\n"), "done") }, all: true},
	{name: "a send that Meta fails with 131050", do: func(x *exit) {
		raw := x.posted(x.shop, object{"statuses": []object{{"id": "wamid.f" + x.phone, "status": "failed", "timestamp": fmt.Sprint(x.clock.Now().Unix()), "recipient_id": x.phone, "errors": []object{{"code": 131050}}}}})
		if code := x.hook(raw, x.secret); code != http.StatusOK {
			x.Errorf("a status: %d", code)
		}
	}},
	{name: "a form in the chat", do: func(x *exit) {
		raw := x.posted(x.shop, object{"messages": []object{{"from": x.phone, "id": "wamid.n" + x.phone, "timestamp": fmt.Sprint(x.clock.Now().Unix()), "type": "interactive",
			"interactive": object{"type": "nfm_reply", "nfm_reply": object{"name": "flow", "response_json": `{"flow_token":"x","grund":"Bitte keine Nachrichten mehr"}`}}}}})
		if code := x.hook(raw, x.secret); code != http.StatusOK {
			x.Errorf("a form: %d", code)
		}
	}, all: true},
}

// leavers are people who agreed, each of whom leaves by another way.
func (w *world) leavers() (ways []way, list []*exit, leave func()) {
	w.Helper()
	x, line := w.texts(), w.telephone()
	ways = append(append(ways, everyWay...), moreWays...)
	for n := range ways {
		if n%8 == 7 {
			w.later(2 * time.Hour) // so that the form is not shut
		}
		one := &exit{texts: x, phone: fmt.Sprintf("4917139205%02d", n), line: line}
		w.agree(one.phone)
		w.allowed(one.phone, "sommer_sale")
		list = append(list, one)
	}
	return ways, list, func() {
		w.later(10 * time.Second)
		for n, way := range ways {
			way.do(list[n])
		}
	}
}

// sales is how many offers arrived at all.
func (w *world) sales() (n int) {
	w.Helper()
	for _, m := range list(w.control(http.MethodGet, "messages", nil)["data"]) {
		if templateOf(m) == "sommer_sale" {
			n++
		}
	}
	return n
}

// noSale tries by the API and by a program to sell something to somebody.
func (w *world) noSale(s *support, way, after, address string) {
	w.Helper()
	if status, out := w.sendTo(address, "sommer_sale"); status != http.StatusConflict {
		w.Errorf("%s, after %s at %s: taken (%d %v)", way, after, address[:4], status, out)
	}
	if address[:4] != "tel:" {
		return
	}
	if status, _ := s.posts("messages", address[4:], saleTo); status == http.StatusOK {
		w.Errorf("%s, after %s: a program's offer is taken", way, after)
	}
}

// attack is something that happens to a leaver behind their back, or to their addresses.
type attack struct {
	name string
	do   func(n int, x *exit)
}

func (w *world) who(phone string) string { w.Helper(); return w.lookup("tel:+" + phone)["id"].(string) }

// wordsOfOthers are ordinary words of theirs, and what others claim of them.
func (w *world) wordsOfOthers(people []*exit, at [][]string) []attack {
	return []attack{
		{"ordinary words", func(_ int, x *exit) {
			w.says(x.phone, "Habt ihr samstags offen?")
			w.says(x.phone, "Ja")
			w.does(x.phone, object{"image": object{"caption": "Sehr gern!"}})
		}},
		{"lists that say yes", func(n int, _ *exit) {
			if n > 0 { // one list names all of them
				return
			}
			yes, never := "phone,status\n", "phone,unsubscribed,consent timestamp\n"
			for _, x := range people {
				yes, never = yes+"+"+x.phone+",granted\n", never+"+"+x.phone+",no,2031-01-01\n"
			}
			for _, text := range []string{yes, never} {
				w.ends(w.brings("kind=people&topics=offers,order_updates&origin=Aus+dem+alten+Programm", "text/csv", text), "done")
			}
		}},
		{"the API's word, again and again", func(n int, x *exit) {
			for _, a := range at[n] {
				w.optsIn(a, "offers", "order_updates")
				w.optsIn(a, "offers")
			}
		}},
		{"the form", func(n int, x *exit) {
			if n%8 == 0 {
				w.later(2 * time.Hour)
			}
			w.fill(w.Source, x.phone, "offers", "order_updates")
		}},
		{"a list of opt-outs that is undone", func(n int, _ *exit) {
			if n > 0 {
				return
			}
			phones := "Telefon\n"
			for _, x := range people {
				phones += "+" + x.phone + "\n"
			}
			brought := w.ends(w.brings("kind=optouts", "text/csv", phones), "done")
			w.undoes(brought["id"].(string))
			w.ends(brought, "undone")
		}},
	}
}

// fatesOf are what happens to somebody's addresses.
func (w *world) fatesOf(s *support, at [][]string) []attack {
	return []attack{
		{"a merge", func(_ int, x *exit) {
			w.must(http.StatusCreated, http.MethodPost, "/contacts/"+w.who(mareike)+"/merge", object{"other": w.who(x.phone), "reason": "dieselbe Kundennummer"})
			w.noSale(s, "the other one", "a merge", "tel:+"+mareike)
		}},
		{"a number that is hidden", func(_ int, x *exit) {
			w.acts(x.phone, "hide-number", object{"username": "u" + x.phone})
			w.says(x.phone, "Hallo")
		}},
		{"a number that changed, and a user id made anew", func(n int, x *exit) {
			next := "4917139206" + x.phone[10:]
			w.acts(x.phone, "change-number", object{"phone": next})
			w.says(next, "Ich bin es")
			w.acts(next, "show-number", nil)
			w.says(next, "Meine neue Nummer")
			at[n] = append(at[n], "tel:+"+next, "wa:"+w.user(next))
			x.phone = next
		}},
		{"an erasure, and coming back", func(n int, x *exit) {
			if err := w.app.Desk.Remove(w.Context(), intake.Removal{Tenant: w.Tenant, Contact: w.who(x.phone), Via: "page"}); err != nil {
				w.Fatal(err)
			}
			w.optsIn("tel:+"+x.phone, "offers", "order_updates")
			w.says(x.phone, "Guten Tag, da bin ich wieder")
			at[n] = []string{"tel:+" + x.phone, "wa:" + w.user(x.phone)}
		}},
	}
}

// Whichever way somebody left, nothing that others do afterwards and nothing that happens to their addresses brings offers back; told by what
// arrived. (One way with every attack in more steps: TestStopOutlivesEverything.)
func TestEveryWaySticks(t *testing.T) {
	each(t, func(w *world) {
		s := w.support()
		ways, people, leave := w.leavers()
		w.agree(mareike) // whom they are taken for
		leave()
		at := make([][]string, len(people)) // their addresses
		for n, x := range people {
			at[n] = []string{"tel:+" + x.phone, "wa:" + w.user(x.phone)}
		}
		time.Sleep(200 * time.Millisecond) // acknowledgements are no offers
		before := w.sales()
		for _, attack := range append(w.wordsOfOthers(people, at), w.fatesOf(s, at)...) {
			w.later(time.Minute)
			for n, x := range people {
				if attack.name == "a merge" { // and apart again: one by one, with the same other
					me, a := w.who(x.phone), at[n][0]
					attack.do(n, x)
					w.noSale(s, ways[n].name, attack.name, a)
					w.must(http.StatusCreated, http.MethodPost, "/contacts/"+me+"/split", object{"reason": "zwei Geschwister"})
				} else {
					attack.do(n, x)
				}
				for _, a := range at[n] {
					w.noSale(s, ways[n].name, attack.name, a)
				}
			}
		}
		time.Sleep(300 * time.Millisecond)
		if n := w.sales(); n != before {
			t.Errorf("%d offers arrived", n-before)
		}
		w.allowed(mareike, "sommer_sale") // who was taken for them keeps what was agreed to
	})
}

// An older copy that is put back has forgotten every way out; what can still be read of the days since then is applied before anything leaves.
func TestEveryWayOutlivesARestore(t *testing.T) {
	each(t, func(w *world) {
		ways, people, leave := w.leavers()
		copied := filepath.Join(t.TempDir(), "copy")
		w.backup(copied)
		leave()
		time.Sleep(200 * time.Millisecond)
		before := w.sales()
		w.stop()
		w.restore(copied)
		w.start()
		for n, x := range people {
			if status, out := w.send(x.phone, "sommer_sale"); status == http.StatusAccepted && out["status"] != "waiting" {
				t.Errorf("%s, while all is held: %v", ways[n].name, out)
			}
		}
		w.release()
		for n, x := range people {
			if status, out := w.send(x.phone, "sommer_sale"); status != http.StatusConflict {
				t.Errorf("%s, after an old copy was put back: %d %v", ways[n].name, status, out)
			}
		}
		time.Sleep(300 * time.Millisecond)
		if n := w.sales(); n != before {
			t.Errorf("%d offers arrived", n-before)
		}
		w.stop()
	})
}
