package story

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// told are webhooks in which somebody who agreed says stop, or something near it, in every way that Meta has and in some that it may come
// to have. One line is one POST; each is the value of a change of the field messages, unless it has an entry. What is left then:
// nothing, order news, or all.
var told = []struct{ name, posts, left string }{
	// said in another place than a text
	{"caption of a picture", `{META,"messages":[{HEAD,"type":"image","image":{"id":"1","mime_type":"image/jpeg","caption":"Bitte keine Nachrichten mehr. STOP"}}]}`, "nothing"},
	{"caption of a document", `{META,"messages":[{HEAD,"type":"document","document":{"id":"1","filename":"x.pdf","caption":"STOP"}}]}`, "nothing"},
	{"a template's button", `{META,"messages":[{HEAD,"type":"button","context":{"from":"1","id":"wamid.o"},"button":{"payload":"Stop promotions","text":"Stop promotions"}}]}`, "order"},
	{"a button of another program, by its payload", `{META,"messages":[{HEAD,"type":"button","button":{"payload":"UNSUBSCRIBE","text":"Nein danke"}}]}`, "nothing"},
	{"a button as a bare word", `{META,"messages":[{HEAD,"type":"button","button":"STOP"}]}`, "nothing"},
	{"a text as a bare word", `{META,"messages":[{HEAD,"type":"text","text":"STOP"}]}`, "nothing"},
	{"a reply button", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"b2","title":"Abmelden"}}}]}`, "nothing"},
	{"a reply button by its id", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"stop_all","title":"Ok"}}}]}`, "nothing"},
	{"a row of a list", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"r3","title":"Keine Werbung mehr","description":"x"}}}]}`, "order"},
	{"a row without its title", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"unsubscribe_all"}}}]}`, "nothing"},
	{"a form's answer", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"flow_token\":\"t\",\"screen_0_choice\":\"0_Abmelden\"}"}}}]}`, "nothing"},
	{"a form's free text", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","response_json":"{\"a\":{\"comment\":[\"Bitte schickt mir keine Werbung mehr\"]}}"}}}]}`, "order"},
	{"a form's tick", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","response_json":"{\"unsubscribe\":true}"}}}]}`, "nothing"},
	{"a form as an object", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":{"choice":"STOP"}}}}]}`, "nothing"},
	{"a form's tick left out", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{\"unsubscribe\":false,\"rating\":\"5\"}"}}}]}`, "all"},
	{"a form that is none", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{\"unsubscribe\":tr"}}}]}`, "all"},
	{"an order's note", `{META,"messages":[{HEAD,"type":"order","order":{"catalog_id":"1","text":"Und bitte keine Nachrichten mehr schicken","product_items":[]}}]}`, "nothing"},
	{"a stop sign put to a message", `{META,"messages":[{HEAD,"type":"reaction","reaction":{"message_id":"wamid.o","emoji":"🛑"}}]}`, "order"},
	{"a heart put to a message", `{META,"messages":[{HEAD,"type":"reaction","reaction":{"message_id":"wamid.o","emoji":"❤️"}}]}`, "all"},
	{"a reaction taken back", `{META,"messages":[{HEAD,"type":"reaction","reaction":{"message_id":"wamid.o"}}]}`, "all"},
	{"a card called STOP", `{META,"messages":[{HEAD,"type":"contacts","contacts":[{"name":{"formatted_name":"STOP"},"phones":[]}]}]}`, "order"},
	{"a friend's card", `{META,"messages":[{HEAD,"type":"contacts","contacts":[{"name":{"formatted_name":"Ada Lovelace"},"phones":[{"phone":"+49 151 1","type":"CELL"}]}]}]}`, "all"},
	{"a kind of answer we do not know", `{META,"messages":[{HEAD,"type":"interactive","interactive":{"type":"carousel_reply","carousel_reply":{"card":{"title":"Stop promotions"}}}}]}`, "order"},
	{"a kind of message we do not know", `{META,"messages":[{HEAD,"type":"poll_vote","poll_vote":{"options":["STOP"]}}]}`, "order"},
	// changed and taken back
	{"a text edited into a stop", "{META,\"messages\":[{HEAD,\"type\":\"text\",\"text\":{\"body\":\"Hallo\"}}]}\n" +
		`{META,"messages":[{HEADb,"type":"edit","edit":{"original_message_id":"wamid.ID","message":{"type":"text","text":{"body":"STOP"}}}}]}`, "nothing"},
	{"a stop edited away", "{META,\"messages\":[{STOP}]}\n" + `{META,"messages":[{HEADb,"type":"edit","edit":{"original_message_id":"wamid.ID","message":{"type":"text","text":{"body":"Hallo"}}}}]}`, "nothing"},
	{"a stop taken back", "{META,\"messages\":[{STOP}]}\n" + `{META,"messages":[{HEADb,"type":"revoke","revoke":{"original_message_id":"wamid.ID"}}]}`, "nothing"},
	{"a stop edited before it came", `{META,"messages":[{HEADb,"type":"edit","edit":{"original_message_id":"wamid.ID","message":{"type":"text","text":{"body":"Hallo"}}}}]}` + "\n{META,\"messages\":[{STOP}]}", "nothing"},
	{"a caption edited into a stop", `{META,"messages":[{HEAD,"type":"edit","edit":{"original_message_id":"wamid.x","message":{"type":"image","image":{"id":"1","caption":"Keine Werbung mehr bitte"}}}}]}`, "order"},
	// times that cannot be
	{"a stop of 1970", `{META,"messages":[{FROM,"timestamp":"1000","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a stop of 2023, as samples have it", `{META,"messages":[{FROM,"timestamp":"1700000000","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a stop of the year 9999", `{META,"messages":[{FROM,"timestamp":"253402300799","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a stop below zero", `{META,"messages":[{FROM,"timestamp":"-5","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a time with a fraction", `{META,"messages":[{FROM,"timestamp":NOW.75,"type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a time in milliseconds", `{META,"messages":[{FROM,"timestamp":"NOW000","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a time too large for any number", `{META,"messages":[{FROM,"timestamp":9999999999999999999999999999,"type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a time as a date", `{META,"messages":[{FROM,"timestamp":"2026-11-24T03:00:00Z","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a time that is a list", `{META,"messages":[{FROM,"timestamp":[NOW],"type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"a preference of 1970", `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"user_preferences","value":{META,"user_preferences":[{"wa_id":"PHONE","value":"stop","timestamp":1}]}}]}]}`, "order"},
	// wrong types and shapes
	{"lists that are none", `{"object":"whatsapp_business_account","entry":{"id":"ACCOUNT","changes":{"field":"messages","value":{META,"contacts":{"wa_id":"PHONE"},"messages":{STOP}}}}}`, "nothing"},
	{"a field we do not know", `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"messages_v2","value":{META,"messages":[{STOP}]}}]}]}`, "nothing"},
	{"a number with blanks", `{META,"messages":[{"from":"+PHON E","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"nulls everywhere", `{META,"contacts":null,"statuses":null,"errors":null,"messages":[{STOP,"context":null,"referral":null,"interactive":null,"reaction":null,"edit":null,"image":null}]}`, "nothing"},
	{"lists for objects", `{META,"contacts":[[]],"messages":[{STOP,"context":[],"referral":"x","order":7,"location":[1]}]}`, "nothing"},
	{"the type of another message", `{META,"messages":[{HEAD,"type":"image","text":{"body":"STOP"}}]}`, "nothing"},
	{"no type", `{META,"messages":[{FROM,"timestamp":"NOW","text":{"body":"STOP"}}]}`, "nothing"},
	{"a thousand deep", `{META,"messages":[{STOP,"x":DEEP}]}`, "nothing"},
	{"many unknown keys", `{META,"new":{"a":[1,2]},"messages":[{STOP,"passthrough":{"k":null},"sponsor":"x","n":1e400}]}`, "nothing"},
	{"the same key twice", `{META,"messages":[{HEAD,"type":"text","text":{"body":"Hallo"},"text":{"body":"STOP"}}]}`, "nothing"},
	{"bytes that are no characters", "{META,\"contacts\":[{\"profile\":{\"name\":\"\xff\xfe\xc3(\"},\"wa_id\":\"PHONE\"}],\"messages\":[{HEAD,\"type\":\"text\",\"text\":{\"body\":\"STOP \xf0\x28\x8c\x28\"}}]}", "nothing"},
	{"half a character, escaped", `{META,"messages":[{HEAD,"type":"text","text":{"body":"\ud83d STOP \ude00"}}]}`, "nothing"},
	{"invisible marks between the letters", `{META,"messages":[{HEAD,"type":"text","text":{"body":"\u202eS\u200bT\u200dO\u2060P\u202c"}}]}`, "nothing"},
	{"wide letters", `{META,"messages":[{HEAD,"type":"text","text":{"body":"ＳＴＯＰ"}}]}`, "nothing"},
	{"escaped letters", `{META,"messages":[{HEAD,"type":"text","text":{"body":"\u0053\u0054\u004f\u0050"}}]}`, "nothing"},
	{"forwarded", `{META,"messages":[{STOP,"context":{"forwarded":true}}]}`, "nothing"},
	{"a stop said to a group", `{META,"messages":[{STOP,"group_id":"Y2FwaV9ncm91cDox"}]}`, "order"},
	{"a word said to a group", `{META,"messages":[{HEAD,"group_id":"Y2FwaV9ncm91cDox","type":"text","text":{"body":"Wer kommt morgen?"}}]}`, "all"},
	// batches, orders, repetitions
	{"a stop after five hundred words", `{META,"messages":[MANY{STOP}]}`, "nothing"},
	{"twice in one POST", `{META,"messages":[{STOP},{STOP}]}`, "nothing"},
	{"again in the next POST", "{META,\"messages\":[{STOP}]}\n{META,\"messages\":[{STOP}]}", "nothing"},
	{"the stop before the older words", "{META,\"messages\":[{STOP}]}\n" + `{META,"messages":[{"from":"PHONE","id":"wamid.IDc","timestamp":"BEFORE","type":"text","text":{"body":"Hallo"}}]}`, "nothing"},
	{"an id used again for a stop", "{META,\"messages\":[{HEAD,\"type\":\"text\",\"text\":{\"body\":\"Hallo\"}}]}\n{META,\"messages\":[{STOP}]}", "nothing"},
	{"an id used twice in one POST", `{META,"messages":[{HEAD,"type":"text","text":{"body":"Hallo"}},{STOP}]}`, "nothing"},
	{"by the user id alone, in a batch of others", `{META,"contacts":[{"user_id":"OTHERUSER"},{"user_id":"USER"}],"messages":[{"from_user_id":"USER","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"user id made anew, stop behind it", `{META,"messages":[{CHANGED},{"from_user_id":"OTHERUSER","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"stop in front, user id made anew behind it", `{META,"messages":[{"from_user_id":"OTHERUSER","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}},{CHANGED}]}`, "nothing"},
	{"stop by the old user id after the change", `{META,"messages":[{CHANGED},{"from_user_id":"USER","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}`, "nothing"},
	{"the change in a later POST", `{META,"messages":[{"from_user_id":"OTHERUSER","id":"wamid.ID","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}` + "\n{META,\"messages\":[{CHANGED}]}", "nothing"},
	{"Meta's stop, and its resume of a moment before", `{META,"user_preferences":[{"wa_id":"PHONE","value":"stop","timestamp":NOW},{"wa_id":"PHONE","value":"resume","timestamp":BEFORE}]}`, "order"},
	{"a preference said in a new word", `{META,"user_preferences":[{"wa_id":"PHONE","value":"stop_all","timestamp":NOW}]}`, "order"},
	{"a preference in a word nobody knows", `{META,"user_preferences":[{"wa_id":"PHONE","value":"snooze","timestamp":NOW}]}`, "all"},
	{"a preference by the user id alone", `{META,"user_preferences":[{"user_id":"USER","value":" stop","timestamp":"NOW"}]}`, "order"},
	{"a failure of a message that is not ours", `{META,"statuses":[{"id":"wamid.strange","status":"failed","timestamp":"NOW","recipient_id":"PHONE","errors":[{"code":131050}]}]}`, "order"},
	{"a failure for another reason", `{META,"statuses":[{"id":"wamid.strangf","status":"failed","timestamp":"NOW","recipient_id":"PHONE","errors":[{"code":131026,"title":"131050"}]}]}`, "all"},
	{"what the business wrote itself", `{"object":"whatsapp_business_account","entry":[{"id":"ACCOUNT","changes":[{"field":"smb_message_echoes","value":{META,"message_echoes":[{"from":"493023125020","to":"PHONE","id":"wamid.e","timestamp":"NOW","type":"text","text":{"body":"STOP"}}]}}]}]}`, "all"},
}

// What somebody says in whatever shape takes effect when the webhook is answered, and no more than they said.
func TestTold(t *testing.T) {
	each(t, func(w *world) {
		many := make([]string, 500)
		for i, x := range told {
			phone := fmt.Sprintf("4915112360%03d", i)
			w.later(2 * time.Hour) // so that the form is not shut
			w.agree(phone)
			now := w.clock.Now().Unix() + 6 // later than the yes by more than 5 s
			w.later(6 * time.Second)
			for k := range many {
				many[k] = fmt.Sprintf(`{"from":"PHONE","id":"wamid.ID-%d","timestamp":"NOW","type":"text","text":{"body":"Hallo %d"}},`, k, k)
			}
			post := strings.NewReplacer("{STOP", `{HEAD,"type":"text","text":{"body":"STOP"}`, "MANY", strings.Join(many, ""),
				"CHANGED", `"id":"wamid.IDs","timestamp":"NOW","type":"system","system":{"type":"user_changed_user_id","body":"x","user_id":"OTHERUSER","previous_user_id":"USER"}`,
				"META", `"messaging_product":"whatsapp","metadata":{"display_phone_number":"493023125020","phone_number_id":"NUMBER"}`).Replace(x.posts)
			post = strings.NewReplacer("HEADb", `"from":"PHONE","id":"wamid.IDb","timestamp":"NOW"`, "HEAD", `FROM,"timestamp":"NOW"`).Replace(post)
			post = strings.ReplaceAll(post, "FROM", `"from":"PHONE","id":"wamid.ID"`)
			post = strings.NewReplacer("PHONE", phone, "PHON E", phone[:5]+" "+phone[5:], "OTHERUSER", fmt.Sprintf("DE.8%018d", i), "USER", w.user(phone), "NUMBER", w.id,
				"ACCOUNT", w.options.WABAID, "NOW", fmt.Sprint(now), "BEFORE", fmt.Sprint(now-3), "DEEP", strings.Repeat("[", 1000)+strings.Repeat("]", 1000),
				"wamid.ID", fmt.Sprintf("wamid.told%03d", i)).Replace(post)
			for body := range strings.Lines(post) {
				body = strings.TrimSpace(body)
				if !strings.Contains(body, `"entry"`) {
					body = `{"object":"whatsapp_business_account","entry":[{"id":"` + w.options.WABAID + `","changes":[{"field":"messages","value":` + body + `}]}]}`
				}
				if code := w.hook([]byte(body), w.secret); code != http.StatusOK {
					t.Errorf("%s: %d", x.name, code)
				}
			}
			if got := w.left("tel:+" + phone); got != x.left {
				t.Errorf("%s: %s is left, want %s", x.name, got, x.left)
			}
		}
	})
}

// left is what may still be sent to somebody: all, order news, or nothing.
func (w *world) left(address string) string {
	w.Helper()
	verdicts := ""
	for _, topic := range []string{"offers", "order_updates"} {
		out := w.must(http.StatusOK, http.MethodPost, "/check", object{"number": w.id, "to": []string{address}, "topic": topic})
		verdicts += list(out["results"])[0]["verdict"].(string)[:1]
	}
	switch verdicts {
	case "aa":
		return "all"
	case "ra":
		return "order"
	case "rr":
		return "nothing"
	}
	return verdicts
}
