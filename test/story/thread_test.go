package story

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// threadSource opens a source in WhatsApp threads and answers it as it is then.
func (w *world) threadSource(topics []string, thread object) object {
	w.Helper()
	n := w.must(201, "POST", "/notices", object{"name": "Chat"})
	const de = "Mit „Ja, einverstanden“ willigen Sie ein, dass die Kaffeerösterei Morgenrot Ihnen per WhatsApp Angebote und Nachrichten zu Ihrer " +
		"Bestellung schickt, höchstens viermal im Monat. Die Einwilligung ist freiwillig. WhatsApp (Meta) überträgt die Nachrichten. Abmelden geht jederzeit mit STOP im Chat."
	const en = "By tapping “Yes, I agree” you agree that Kaffeerösterei Morgenrot sends you offers and order updates on WhatsApp, at most four a month. Agreeing is voluntary. " +
		"WhatsApp (Meta) carries the messages. You can opt out at any time by writing STOP in the chat."
	w.must(200, "PUT", "/notices/"+n["id"].(string)+"/draft", object{"kind": "thread", "topics": []string{"offers", "order_updates"}, "bodies": object{"de": de, "en": en}})
	w.must(200, "POST", "/notices/"+n["id"].(string)+"/publish", object{"version": 1})
	s := w.must(201, "POST", "/sources", object{"kind": "thread", "name": "Chat", "notice": n["id"], "topics": topics, "number": w.id,
		"settings": object{"languages": []string{"de", "en"}, "privacy_url": "https://kaffee.example/datenschutz", "thread": thread}})
	w.must(200, "POST", "/sources/"+s["id"].(string)+"/live", nil)
	return w.must(200, "GET", "/sources/"+s["id"].(string), nil)
}

// asks are the ids of what can be tapped in the last message that arrived, by title.
func (w *world) asks(phone string, n int) map[string]string {
	w.Helper()
	w.eventually("a question", func() bool { return len(w.arrived(phone)) == n })
	body := w.arrived(phone)[n-1]["body"].(object)
	inner, _ := body["interactive"].(object)
	action, _ := inner["action"].(object)
	out := map[string]string{}
	for _, b := range list(action["buttons"]) {
		r := b["reply"].(object)
		out[r["title"].(string)] = r["id"].(string)
	}
	for _, s := range list(action["sections"]) {
		for _, r := range list(s["rows"]) {
			out[r["title"].(string)] = r["id"].(string)
		}
	}
	if len(out) == 0 {
		w.Fatalf("no question: %v", body)
	}
	return out
}

func (w *world) picks(phone, id, title string) {
	w.Helper()
	w.does(phone, object{"list_reply": object{"id": id, "title": title}})
}

func (w *world) answers(phone, id, title string) {
	w.Helper()
	w.does(phone, object{"button_reply": object{"id": id, "title": title}})
}

// By the source's link somebody sends the whole declaration: that is the consent, in the words of its language, for this source.
func TestThreadLink(t *testing.T) {
	each(t, func(w *world) {
		s := w.threadSource([]string{"offers"}, object{})
		for lang, phone := range map[string]string{"de": mareike, "en": ole} {
			link, err := url.Parse(s["links"].(object)[lang].(string))
			if err != nil || link.Host != "wa.me" {
				w.Fatalf("link %v: %v", link, err)
			}
			text := link.Query().Get("text")
			w.says(phone, "Was bedeutet das? "+text[strings.LastIndex(text, " ")+1:])
			w.refused(phone, "sommer_sale", "CONSENT_NONE") // a code alone is no declaration
			w.says(phone, text)
			w.stands(phone, "offers=granted")
			w.allowed(phone, "sommer_sale")
			events := w.events("tel:+" + phone)
			if e := events[len(events)-1]; e["kind"] != "granted" || e["source"] != s["id"] || e["language"] != lang || e["notice_hash"] == "" {
				w.Errorf("%s: %v", lang, e)
			}
		}
	})
}

// A word brings the question with the wording in it; the tap is the consent. Asked once; who agreed is not asked.
func TestThreadWord(t *testing.T) {
	each(t, func(w *world) {
		w.threadSource([]string{"offers"}, object{"words": []string{"START", "Bohnen bitte"}})
		w.says(ole, "Wann macht ihr auf?")
		w.quiet(ole, 0)
		w.says(mareike, "  start! ")
		asks := w.asks(mareike, 1)
		w.refused(mareike, "sommer_sale", "CONSENT_NONE")
		w.says(mareike, "bohnen bitte 🙏")
		w.quiet(mareike, 1) // at most once in a conversation
		w.answers(mareike, asks["Ja, einverstanden"], "Ja, einverstanden")
		w.stands(mareike, "offers=granted")
		w.allowed(mareike, "sommer_sale")
		w.later(25 * time.Hour)
		n := len(w.arrived(mareike))
		w.says(mareike, "START")
		w.quiet(mareike, n)
	})
}

// For several topics the question is a list, and each row counts for itself; none of it lifts what was not chosen.
func TestThreadList(t *testing.T) {
	each(t, func(w *world) {
		w.threadSource([]string{"offers", "order_updates"}, object{"words": []string{"START"}})
		w.says(mareike, "START")
		asks := w.asks(mareike, 1)
		if len(asks) != 4 {
			w.Fatalf("rows %v", asks)
		}
		var orders, offers string
		for title, id := range asks {
			switch {
			case strings.HasSuffix(id, ":order_updates"):
				orders = title
			case strings.HasSuffix(id, ":offers"):
				offers = title
			}
		}
		w.picks(mareike, asks[orders], orders)
		w.stands(mareike, "order_updates=granted", "offers=none")
		w.refused(mareike, "sommer_sale", "CONSENT_NONE")
		w.picks(mareike, asks[offers], offers)
		w.stands(mareike, "order_updates=granted", "offers=granted")
		w.picks(ole, asks[offers], offers) // somebody else's row, passed on
		w.stands(ole, "offers=none")
	})
}

// A no is quiet, also for those who begin a conversation; their own word brings the question again, after the conversation's day.
func TestThreadAfterANo(t *testing.T) {
	each(t, func(w *world) {
		w.threadSource([]string{"offers"}, object{"words": []string{"START"}, "ask_first": true})
		w.says(mareike, "Hallo")
		asks := w.asks(mareike, 1)
		w.answers(mareike, asks["Nein, danke"], "Nein, danke")
		w.stands(mareike, "offers=declined")
		w.later(40 * day)
		w.says(mareike, "Habt ihr Filter?")
		w.quiet(mareike, 1)
		w.says(mareike, "START")
		again := w.asks(mareike, 2)
		w.answers(mareike, again["Ja, einverstanden"], "Ja, einverstanden")
		w.stands(mareike, "offers=granted")
	})
}

// After a stop no question is put, by nobody; the person's own word is answered once with the declaration to send, and only that lifts.
func TestThreadAfterAStop(t *testing.T) {
	each(t, func(w *world) {
		w.threadSource([]string{"offers"}, object{"words": []string{"START"}, "ask_first": true})
		w.says(mareike, "STOP")
		w.eventually("the acknowledgement", func() bool { return len(w.arrived(mareike)) == 1 })
		w.later(2 * day)
		w.says(mareike, "Hallo, seid ihr da?")
		w.quiet(mareike, 1)
		w.says(mareike, "START")
		w.eventually("the way back", func() bool { return len(w.arrived(mareike)) == 2 })
		text := w.arrived(mareike)[1]["body"].(object)["text"].(object)["body"].(string)
		w.stands(mareike, "offers=withdrawn")
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")
		w.says(mareike, "START")
		w.quiet(mareike, 2)
		link, err := url.Parse(text[strings.Index(text, "https://"):])
		if err != nil {
			w.Fatal(err)
		}
		w.says(mareike, link.Query().Get("text"))
		w.stands(mareike, "offers=granted", "order_updates=withdrawn")
		w.allowed(mareike, "sommer_sale")
		w.says(mareike, "STOP")
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")
	})
}

// Whoever begins a conversation by an ad is asked first, once; the ad is kept as the origin of the consent and is none itself.
func TestThreadByAnAd(t *testing.T) {
	each(t, func(w *world) {
		w.threadSource([]string{"offers"}, object{"ask_first": true})
		w.does(mareike, object{"text": "Ich habe eure Anzeige gesehen", "referral": object{"source_type": "ad", "source_id": "120210000000001",
			"source_url": "https://fb.me/x", "headline": "Sommerröstung", "ctwa_clid": "clid-1"}})
		asks := w.asks(mareike, 1)
		w.refused(mareike, "sommer_sale", "CONSENT_NONE")
		w.answers(mareike, asks["Ja, einverstanden"], "Ja, einverstanden")
		w.stands(mareike, "offers=granted")
		events := w.events("tel:+" + mareike)
		var kinds []string
		for _, x := range list(events[len(events)-1]["evidence"]) {
			kinds = append(kinds, x["kind"].(string))
		}
		if !strings.Contains(strings.Join(kinds, " "), "referral") {
			w.Errorf("evidence %v", kinds)
		}
		w.later(200 * day)
		n := len(w.arrived(mareike))
		w.says(mareike, "Hallo")
		w.quiet(mareike, n)
	})
}

// A flow's answer is the consent for what was ticked in it; one without a yes is a no, a strange token nothing.
func TestThreadFlow(t *testing.T) {
	each(t, func(w *world) {
		w.threadSource([]string{"offers", "order_updates"}, object{"words": []string{"START"}, "flow": "1234567890"})
		token := func(phone string) string {
			w.says(phone, "START")
			w.eventually("the flow", func() bool { return len(w.arrived(phone)) == 1 })
			body := w.arrived(phone)[0]["body"].(object)["interactive"].(object)
			return body["action"].(object)["parameters"].(object)["flow_token"].(string)
		}
		sends := func(phone, response string) {
			w.does(phone, object{"nfm_reply": object{"name": "flow", "body": "Sent", "response_json": response}})
		}
		mine, his := token(mareike), token(ole)
		sends(mareike, `{"flow_token":"`+his+`","consent":true,"topics":["offers"]}`)
		sends(mareike, `{"flow_token":"`+mine+`","topics":["offers"]}`)
		sends(mareike, `not json`)
		w.stands(mareike, "offers=none")
		sends(mareike, `{"flow_token":"`+mine+`","consent":true,"topics":["offers","everything"]}`)
		w.stands(mareike, "offers=granted", "order_updates=none")
		sends(ole, `{"flow_token":"`+his+`","consent":false}`)
		w.stands(ole, "offers=declined")
	})
}
