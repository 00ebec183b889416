package story

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// brings hands a list in as a file, as curl --data-binary does, and answers what was answered.
func (w *world) brings(query, contentType, body string) object {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base+"/v1/imports?"+query, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+w.APIKey)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer a.Body.Close()
	b, _ := io.ReadAll(a.Body)
	var out object
	if err := json.Unmarshal(b, &out); err != nil || a.StatusCode != http.StatusCreated {
		w.Fatalf("import: %d %s", a.StatusCode, b)
	}
	return out
}

// ends waits until a list is through.
func (w *world) ends(list object, state string) object {
	w.Helper()
	var out object
	w.eventually("the list is "+state, func() bool {
		out = w.must(http.StatusOK, http.MethodGet, "/imports/"+list["id"].(string), nil)
		return out["state"] == state
	})
	return out
}

// A list of opt-outs is answered when it holds: from the answer on nothing goes to anybody on it. No list after it lifts one, whatever
// it says, and a process that ends in the middle leaves nothing half done.
func TestListsFromOutside(t *testing.T) {
	each(t, func(w *world) {
		me := "tel:+" + mareike
		w.agree(mareike)
		w.agree(pia)
		w.allowed(mareike, "sommer_sale")
		w.later(time.Minute)

		var long strings.Builder
		for n := range 1500 {
			fmt.Fprintf(&long, "+49151%08d\n", 30_000_000+n)
		}
		list := w.brings("kind=optouts", "text/csv", "Telefon\n+"+mareike+"\n"+long.String()+"keine Nummer\n")
		if list["in_force_at"] == nil {
			t.Fatalf("answered before it holds: %v", list)
		}
		w.silent(me, "a list of opt-outs") // though most of it is not written yet
		w.stop()
		w.start()
		w.silent(me, "a restart in the middle")
		done := w.ends(list, "done")
		if came := done["came"].(map[string]any); came["stop"] != 1501.0 {
			t.Errorf("came %v", came)
		}
		rows := w.must(http.StatusOK, http.MethodGet, "/imports/"+list["id"].(string)+"/rows", nil)
		if data := rows["data"].([]any); len(data) != 1 || data[0].(object)["line"] != 1503.0 {
			t.Errorf("rows %v", rows)
		}
		w.allowed(pia, "sommer_sale")

		for _, text := range []string{"phone,status\n+" + mareike + ",granted\n", "phone,consent,consent timestamp\n+" + mareike + ",yes,2031-01-01\n"} {
			w.later(time.Minute)
			people := w.brings("kind=people&topics=offers,order_updates&origin=Aus+dem+alten+Programm", "text/csv", text)
			if came := w.ends(people, "done")["came"].(map[string]any); came["kept_out"] != 1.0 {
				t.Errorf("came %v", came)
			}
			w.silent(me, "a list that says yes")
		}
		claimed := w.brings("kind=people&topics=offers&origin=Aus+dem+alten+Programm", "text/csv", "+"+ole+"\n")
		w.ends(claimed, "done")
		w.stands(ole, "offers=claimed")
		w.refused(ole, "sommer_sale", "CONSENT_CLAIMED")
		w.later(time.Minute)
		w.says(mareike, declaration(w.fill(w.Source, mareike, "offers").chatLink())) // their own new word
		w.allowed(mareike, "sommer_sale")
	})
}
