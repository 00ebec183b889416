package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jawort/alert"
	"jawort/db"
)

// shapes are webhooks as no document of Meta's has them, and old or rare ones that some have. What stands for PHONE, OTHER, USER, NUMBER,
// ACCOUNT, NOW and ID is put in; a short one is the value of a change of the field messages.
var shapes = []struct{ name, body, at, reason string }{
	{"a book for a name", `{META,"contacts":[{"profile":{"name":"LONG"},"wa_id":"PHONE"}],"messages":[{STOP}]}`, "PHONE", "STOPPED_ALL"},
	{"a book for a username", `{META,"contacts":[{"profile":{"name":"A","username":"@LONG"},"wa_id":"PHONE"}],"messages":[{STOP}]}`, "PHONE", "STOPPED_ALL"},
	{"NUL in the id", `{META,"messages":[{"from":"PHONE","id":"wamid.ID\u0000x","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}`, "PHONE", "STOPPED_ALL"},
	{"an id of 6,000 different characters", `{META,"messages":[{"from":"PHONE","id":"wamid.RANDOM","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}`, "PHONE", "STOPPED_ALL"},
	{"the answered id too long", `{META,"messages":[{STOP,"context":{"from":"1","id":"RANDOM\u0000"}}]}`, "PHONE", "STOPPED_ALL"},
	{"parent id too long", `{META,"messages":[{STOP,"from_user_id":"USER","from_parent_user_id":"DE.ENT.RANDOM"}]}`, "PHONE", "STOPPED_ALL"},
	{"from with a plus", `{META,"messages":[{"from":"+PHONE","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}`, "PHONE", "STOPPED_ALL"},
	{"numbers for strings", `{"metadata":{"phone_number_id":NUMBER},"messages":[{"from":PHONE,"id":7ID,"timestamp":NOW,"type":"text","text":{"body":"STOP"}}]}`, "PHONE", "STOPPED_ALL"},
	{"no contacts, no time", `{META,"messages":[{"from":"PHONE","id":"wamid.ID","type":"text","text":{"body":"STOP"}}]}`, "PHONE", "STOPPED_ALL"},
	{"beside what is nothing", `{META,"contacts":[null,5],"messages":[null,5,[],{},{"text":{"body":{}}},{STOP}],"statuses":[null,{"id":1}]}`, "PHONE", "STOPPED_ALL"},
	{"the number's id missing", `{"metadata":{"display_phone_number":"+49 30 23125 020"},"messages":[{STOP}]}`, "PHONE", "STOPPED_ALL"},
	{"while somebody else answers", `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"standby","value":{META,"messages":[{STOP}]}}]}]}`, "PHONE", "STOPPED_ALL"},
	{"after a poisoned change", `{"object":"whatsapp_business_account","entry":[null,{"id":5},{"id":"ACCOUNT","changes":[null,{"field":7},{"field":"messages","value":{META,"messages":[{STOP}]}}]}]}`, "PHONE", "STOPPED_ALL"},
	{"preference in capitals", `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"user_preferences","value":{META,"user_preferences":[{"wa_id":"PHONE","category":"marketing_messages","value":"STOP","timestamp":NOW}]}}]}]}`, "PHONE", "PLATFORM_STOP"},
	{"preference at no number", `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"user_preferences","value":{"user_preferences":[{"wa_id":"PHONE","value":"stop","timestamp":NOW}]}}]}]}`, "PHONE", "PLATFORM_STOP"},
	{"errors without their list", `{META,"statuses":[{"id":"wamid.ID","status":"failed","timestamp":"NOW","recipient_id":"PHONE","errors":{"code":"131050"}}]}`, "PHONE", "PLATFORM_STOP"},
	{"number changed, old name", `{META,"messages":[{STOP},{"from":"PHONE","id":"wamid.IDb","timestamp":"NOW","type":"system","system":{"type":"customer_changed_number","body":"x","customer":"PHONE","new_wa_id":"OTHER"}}]}`, "OTHER", "STOPPED_ALL"},
	{"user id changed, as announced in spring", `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"messages","value":{META,"messages":[{STOP,"from_user_id":"USER"}]}}]},
		{"id":"ACCOUNT","changes":[{"field":"user_id_update","value":{META,"user_id_update":[{"wa_id":"PHONE","detail":"x","user_id":{"previous":"USER","current":"USER9"},"timestamp":"NOW"}]}}]}]}`, "wa:USER9", "STOPPED_ALL"},
}

// Whatever shape an opt-out comes in, it holds when the webhook is answered, and holds nobody else up.
func TestShapes(t *testing.T) {
	each(t, func(w *world) {
		var random strings.Builder // no index takes it, however it is pressed
		for i := range 1500 {
			fmt.Fprintf(&random, "%04x", i*2654435761%65521)
		}
		for i, s := range shapes {
			phone, other := fmt.Sprintf("4915112350%03d", i), fmt.Sprintf("4915112351%03d", i)
			w.seen.phone(phone)
			w.seen.phone(other)
			body := s.body
			if !strings.Contains(body, `"entry"`) {
				body = `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"messages","value":` + body + `}]}]}`
			}
			fill := strings.NewReplacer("LONG", strings.Repeat("ü€漢 ", 60_000), "RANDOM", random.String(), "PHONE", phone, "OTHER", other, "USER", fmt.Sprintf("DE.7%018d", i),
				"NUMBER", w.id, "ACCOUNT", w.options.WABAID, "NOW", fmt.Sprint(w.clock.Now().Unix()), "ID", fmt.Sprintf("%06d", i))
			body = strings.NewReplacer("META", `"messaging_product":"whatsapp","metadata":{"display_phone_number":"493023125020","phone_number_id":"NUMBER"}`,
				"STOP", `"from":"PHONE","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}`).Replace(strings.ReplaceAll(body, `"STOP"`, `"stop!"`))
			body = strings.ReplaceAll(fill.Replace(body), `"stop!"`, `"STOP"`)
			if code := w.hook([]byte(body), w.secret); code != http.StatusOK {
				t.Errorf("%s: %d", s.name, code)
			}
			at := fill.Replace(s.at)
			if !strings.Contains(at, ":") {
				at = "tel:+" + at
			}
			out := w.must(http.StatusOK, http.MethodPost, "/check", object{"number": w.id, "to": []string{at}, "topic": "offers"})
			if got := reasons(list(out["results"])[0]); !slices.Contains(got, s.reason) {
				t.Errorf("%s: %v, want %s", s.name, got, s.reason)
			}
		}
		w.ofNobody()
		w.failedAlone()
	})
}

// ofNobody: what names nobody takes no effect and is told to staff.
func (w *world) ofNobody() {
	w.Helper()
	raw := w.posted(w.shop, object{"messages": []object{{"id": "wamid.z2", "timestamp": "1", "type": "text", "text": object{"body": "STOP"}}}})
	if code := w.hook(raw, w.secret); code != http.StatusOK {
		w.Errorf("nobody: %d", code)
	}
	if err := w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		open, err := alert.Open(ctx, tx, w.Tenant)
		if !slices.ContainsFunc(open, func(a alert.Alert) bool { return a.Kind == alert.WebhookItems }) {
			w.Error("nobody is told")
		}
		return err
	}); err != nil {
		w.Error(err)
	}
}

// failedAlone: a failed status may name nobody, or somebody else; whose message it was counts.
func (w *world) failedAlone() {
	w.Helper()
	for i, who := range []string{"", `"recipient_id":"4915112352002",`} {
		phone := fmt.Sprintf("491511235301%d", i)
		w.seen.phone(phone)
		w.control(http.MethodPost, "people", object{"phone": phone, "name": "Alva"})
		w.agree(phone)
		_, out := w.send(phone, "sommer_sale")
		var wamid string
		w.eventually("Meta's id is known", func() bool {
			wamid, _ = w.must(http.StatusOK, http.MethodGet, "/messages/"+out["id"].(string), nil)["wamid"].(string)
			return wamid != ""
		})
		raw := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"%s","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"%s"},
			"statuses":[{"id":"%s","status":"failed",%s"timestamp":"%d","errors":[{"code":131050}]}]}}]}]}`, w.options.WABAID, w.id, wamid, who, w.clock.Now().Unix())
		for range 2 { // Meta repeats
			if code := w.hook([]byte(raw), w.secret); code != http.StatusOK {
				w.Errorf("a failure that names %q: %d", who, code)
			}
		}
		w.refused(phone, "sommer_sale", "PLATFORM_STOP")
	}
}
