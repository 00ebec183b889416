package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"jawort/consent"
)

// writes is somebody sending a text in WhatsApp, as Meta tells it.
func (s *shop) writes(digits, id, text string) {
	s.t.Helper()
	said, err := json.Marshal(text)
	if err != nil {
		s.t.Fatal(err)
	}
	raw := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1022","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",
		"metadata":{"display_phone_number":"493023125010","phone_number_id":"%s"},"contacts":[{"profile":{"name":"Mareike"},"wa_id":"%s"}],
		"messages":[{"from":"%s","id":"wamid.%s","timestamp":"%d","type":"text","text":{"body":%s}}]}}]}]}`, theNumber, digits, digits, id, time.Now().Unix(), said)
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(raw))
	if err := s.desk.Webhook(s.t.Context(), []byte(raw), "sha256="+hex.EncodeToString(mac.Sum(nil))); err != nil {
		s.t.Fatal(err)
	}
}

// The whole way: the form, the person's own word in WhatsApp, the preference page, and off again.
func TestFromTheFormToTheLastTap(t *testing.T) {
	each(t, func(s *shop) {
		b := s.browser()
		next := b.follow(b.fill("/o/"+s.source.ID, topicField, "offers", phoneField, typed))
		u, err := url.Parse(attr(next.one(t, "a#chat"), "href"))
		if err != nil {
			t.Fatal(err)
		}
		s.writes("4915112345678", "A1", u.Query().Get("text"))
		if got := s.state(tel, "offers"); got != consent.StateGranted {
			t.Fatalf("after the person's own word: %s", got)
		}
		all := s.ledger(tel)
		if proof := asText(all[len(all)-1].Evidence); !strings.Contains(proof, "wamid.A1") {
			t.Errorf("the confirming message is not in the proof:\n%s", proof)
		}
		page := "/p/" + s.desk.PreferenceToken(s.tenant.ID, s.who(tel))
		if got := states(b.get(page)); got["offers"] != "granted" {
			t.Errorf("the page says %v", got)
		}
		b.follow(b.do("POST", page, url.Values{"off": {"all"}}))
		if got := s.state(tel, "offers"); got != consent.StateWithdrawn {
			t.Errorf("after the last tap: %s", got)
		}
	})
}
