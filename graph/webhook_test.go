package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func golden(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// only reads a golden webhook of one item.
func only(t testing.TB, name string) Item {
	t.Helper()
	env, err := ParseWebhook(golden(t, "webhook/"+name))
	if err != nil || len(env.Items) != 1 {
		t.Fatalf("%s: %d items, %v", name, len(env.Items), err)
	}
	return env.Items[0]
}

// Every golden webhook, with the kind it must be read as and the words a keyword reader must see.
var kinds = map[string]struct {
	kind Kind
	says string // fmt of what matters most
}{
	"account_alerts":                          {KindAlert, "BUSINESS 510000000000001 WARNING ACTIVE INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED More volume is needed."},
	"account_review_update":                   {KindAccount, "REVIEW APPROVED"},
	"account_update_ad_account":               {KindAccount, "AD_ACCOUNT_LINKED 210000000000001 510000000000001"},
	"account_update_auth_intl":                {KindAccount, "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE"},
	"account_update_certification":            {KindAccount, "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE"},
	"account_update_country":                  {KindAccount, "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE GB"},
	"account_update_deleted":                  {KindAccount, "ACCOUNT_DELETED"},
	"account_update_disabled":                 {KindAccount, "DISABLED_UPDATE SCHEDULE_FOR_DISABLE November 25, 2026"},
	"account_update_mm_lite":                  {KindAccount, "MM_LITE_TERMS_SIGNED 210000000000001 510000000000001"},
	"account_update_offboarded":               {KindAccount, "ACCOUNT_OFFBOARDED PRIMARY_INACTIVITY SYSTEM"},
	"account_update_partner_added":            {KindAccount, "PARTNER_ADDED 210000000000001 510000000000001"},
	"account_update_partner_app":              {KindAccount, "PARTNER_APP_INSTALLED 210000000000001 510000000000001 610000000000001"},
	"account_update_reconnected":              {KindAccount, "ACCOUNT_RECONNECTED"},
	"account_update_restriction":              {KindAccount, "ACCOUNT_RESTRICTION RESTRICTED_BIZ_INITIATED_MESSAGING@1795259200 RESTRICTED_ADD_PHONE_NUMBER_ACTION@1795259200"},
	"account_update_violation":                {KindAccount, "ACCOUNT_VIOLATION SCAM"},
	"account_update_volume_tier":              {KindAccount, "VOLUME_BASED_PRICING_TIER_UPDATE"},
	"business_capability_update":              {KindCapability, "2000 0 25 0"},
	"business_capability_update_int":          {KindCapability, "2000 -1 0 2"},
	"phone_number_name_update":                {KindNumber, "APPROVED Harbour Books"},
	"phone_number_quality_update":             {KindNumber, "THROUGHPUT_UPGRADE 10000 -1 -1"},
	"security":                                {KindNumber, "PIN_RESET_REQUEST 61000000000001"},
	"message_template_quality_update":         {KindTemplateQuality, "710000000000001 weekend_offer en_GB GREEN YELLOW"},
	"message_template_status_update_paused":   {KindTemplateStatus, "710000000000001 weekend_offer en_GB PAUSED FIRST_PAUSE Low quality. MARKETING"},
	"message_template_status_update_disabled": {KindTemplateStatus, "710000000000001 weekend_offer en_GB DISABLED MARKETING @1795000000"},
	"message_template_status_update_rejected": {KindTemplateStatus, "710000000000001 weekend_offer en_GB REJECTED INVALID_FORMAT Variables at the end. UTILITY"},
	"template_category_update_ahead":          {KindTemplateCategory, "710000000000001 weekend_offer en_GB UTILITY MARKETING @1795086400"},
	"template_category_update_done":           {KindTemplateCategory, "710000000000001 weekend_offer en_GB MARKETING UTILITY"},
	"user_preferences_stop":                   {KindPreference, "stop marketing_messages"},
	"user_preferences_resume":                 {KindPreference, "resume marketing_messages"},
	"user_preferences_signup":                 {KindPreference, "signup marketing_messages 410000000000007"},
	"user_preferences_username":               {KindPreference, "stop marketing_messages"},
	"user_id_update":                          {KindUserID, "GB.70000000000000000042 GB.70000000000000000099"},
	"message_text":                            {KindMessage, "text: STOP (text)"},
	"message_umlaut":                          {KindMessage, `text: Ja, ich möchte Angebote 🎉 "gern" (text)`},
	"message_context":                         {KindMessage, "text: Yes I agree (text) re wamid.OUT1"},
	"message_forwarded":                       {KindMessage, "text: look (text) forwarded"},
	"message_often_forwarded":                 {KindMessage, "text: look (text) often forwarded"},
	"message_product":                         {KindMessage, "text: this one? (text) re wamid.OUT1 about 900/sku1"},
	"message_button":                          {KindMessage, "button: Stop promotions (button) re wamid.OUT1 payload optout:marketing:c_991"},
	"message_button_bare":                     {KindMessage, "button: Stop promotions (button) payload Stop promotions"},
	"message_button_reply":                    {KindMessage, "interactive: Yes please (button_reply) re wamid.OUT1 id optin:yes"},
	"message_list_reply":                      {KindMessage, "interactive: Offers (list_reply) id t:offers Weekly"},
	"message_nfm_reply":                       {KindMessage, `interactive:  () flow {"flow_token":"tok-1","offers":true}`},
	"message_call_permission_reply":           {KindMessage, "interactive:  () calls accept false @1795604800 user_action"},
	"message_image":                           {KindMessage, "image: signed form (image_caption) file 820000000000001 image/jpeg"},
	"message_document":                        {KindMessage, "document: the form (image_caption) file 820000000000002 application/pdf form.pdf"},
	"message_audio":                           {KindMessage, "audio:  () file 820000000000003 audio/ogg; codecs=opus voice"},
	"message_video":                           {KindMessage, "video: see (image_caption) file 820000000000004 video/mp4"},
	"message_sticker":                         {KindMessage, "sticker:  () file 820000000000005 image/webp"},
	"message_location":                        {KindMessage, "location:  () at 51.5,-0.12 Harbour Books"},
	"message_contacts":                        {KindMessage, "contacts:  () card Ada L contact_request 447700900123"},
	"message_reaction":                        {KindMessage, "reaction:  () 👍 to wamid.OUT1"},
	"message_reaction_removed":                {KindMessage, "reaction:  ()  to wamid.OUT1"},
	"message_order":                           {KindMessage, "order: please (text) 900 1×sku1 10GBP"},
	"message_edit":                            {KindMessage, "edit: stop please (text) of wamid.IN1"},
	"message_revoke":                          {KindMessage, "revoke:  () of wamid.IN1"},
	"message_unsupported":                     {KindMessage, "unsupported:  () poll_creation 131051"},
	"message_referral":                        {KindMessage, "text: Hi (text) ad 120000000000001 Aff-1 Hi!"},
	"message_group":                           {KindMessage, "text: hello all (text) in grp1"},
	"message_username":                        {KindMessage, "text: stop (text)"},
	"message_changed_number":                  {KindMessage, "system:  () user_changed_number 447700900123/GB.70000000000000000042 to 447700900456/GB.70000000000000000099"},
	"message_changed_user_id":                 {KindMessage, "system:  () user_changed_user_id /GB.70000000000000000042 to /GB.70000000000000000099"},
	"message_identity_changed":                {KindMessage, "system:  () customer_identity_changed n3w= @1795000190"},
	"status_sent":                             {KindStatus, "wamid.OUT1 sent send_01H c0ffee referral_conversion PMP regular marketing"},
	"status_read":                             {KindStatus, "wamid.OUT1 read send_01H"},
	"status_failed":                           {KindStatus, "wamid.OUT2 failed 131050"},
	"status_username":                         {KindStatus, "wamid.OUT3 delivered"},
	"status_group":                            {KindStatus, "wamid.OUT4 read by GB.70000000000000000042"},
	"value_errors":                            {KindErrors, "131031"},
	"unknown_value":                           {KindUnknown, ""},
	"unknown_field":                           {KindUnknown, ""},
	"history":                                 {KindUnknown, ""},
	"echo":                                    {KindEcho, "text: typed on the phone (text)"},
	"call_connect":                            {KindCall, "wacid.C1 connect USER_INITIATED offer"},
	"call_terminate":                          {KindCall, "wacid.C1 terminate USER_INITIATED FAILED 4s c1"},
	"call_ringing":                            {KindCall, "wacid.C2 RINGING BUSINESS_INITIATED"},
}

func TestEveryGoldenWebhook(t *testing.T) {
	files, err := filepath.Glob("testdata/webhook/*.json")
	if err != nil || len(files) != len(kinds) {
		t.Fatalf("%d files, %d expectations, %v", len(files), len(kinds), err)
	}
	for name, want := range kinds {
		it := only(t, name)
		if it.Kind != want.kind || it.Err != nil {
			t.Errorf("%s: kind %s, want %s; %v", name, it.Kind, want.kind, it.Err)
		}
		if got := says(&it); got != want.says {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want.says)
		}
		if it.WABA != "210000000000001" || it.Key == "" || !json.Valid(it.Raw) {
			t.Errorf("%s: waba %q key %q raw %s", name, it.WABA, it.Key, it.Raw)
		}
	}
}

func TestWhoAnItemIsAbout(t *testing.T) {
	ada := Person{"447700900123", "GB.70000000000000000042", "GB.ENT.80000000000000000042", "Ada", "@ada.reads", "h4sh="}
	for name, want := range map[string]Person{
		"message_text":              ada,
		"message_username":          {UserID: "GB.70000000000000000042", Name: "Ada", Username: "@ada.reads"},
		"message_changed_number":    {WAID: "447700900123", UserID: "GB.70000000000000000042"},
		"message_changed_user_id":   {},
		"user_preferences_stop":     ada,
		"user_preferences_username": {UserID: "GB.70000000000000000042", ParentUserID: "GB.ENT.80000000000000000042"},
		"status_sent":               ada,
		"status_failed":             {WAID: "447700900123"},
		"status_username":           {UserID: "GB.70000000000000000042", Name: "Ada"},
		"status_group":              {},
		"call_connect":              ada,
		"call_ringing":              ada,
		"echo":                      {WAID: "447700900123"},
		"user_id_update":            {WAID: "447700900123", UserID: "GB.70000000000000000042", ParentUserID: "GB.ENT.80000000000000000042"},
	} {
		it := only(t, name)
		if it.Person != want {
			t.Errorf("%s: %+v", name, it.Person)
		}
	}
}

func TestWhenItHappened(t *testing.T) {
	for name, want := range map[string]int64{
		"message_text": 1795000000, "status_read": 1795000003, "user_preferences_resume": 1795000500,
		"account_update_violation": 1795000000, "call_connect": 1795000400, "user_id_update": 1795000200,
	} {
		if it := only(t, name); it.Time.Unix() != want {
			t.Errorf("%s: %v", name, it.Time)
		}
	}
	if it := only(t, "unknown_field"); !it.Time.IsZero() {
		t.Errorf("time out of nothing: %v", it.Time)
	}
}

func TestKeys(t *testing.T) {
	for name, want := range map[string]string{
		"message_text":            "m:wamid.IN_TEXT",
		"status_sent":             "s:wamid.OUT1:sent",
		"status_group":            "s:wamid.OUT4:read:GB.70000000000000000042",
		"user_preferences_stop":   "p:310000000000001:GB.70000000000000000042:marketing_messages:stop::1795000000",
		"user_preferences_signup": "p:310000000000001:GB.70000000000000000042:marketing_messages:signup:410000000000007:1795000600",
		"call_connect":            "c:wacid.C1:connect:",
		"echo":                    "e:wamid.E1",
	} {
		if it := only(t, name); it.Key != want {
			t.Errorf("%s: %s", name, it.Key)
		}
	}
	a, b := only(t, "account_update_violation"), only(t, "account_update_violation")
	later := bytes.Replace(golden(t, "webhook/account_update_violation"), []byte("1795000000"), []byte("1797000000"), 1)
	c, _ := ParseWebhook(later)
	if a.Key != b.Key || a.Key == c.Items[0].Key {
		t.Errorf("keys %s %s %s", a.Key, b.Key, c.Items[0].Key)
	}
}

func TestWhatOpensTheWindow(t *testing.T) {
	for name := range kinds {
		it := only(t, name)
		if it.Kind != KindMessage {
			continue
		}
		want := it.Message.Type != "system" && it.Message.Type != "edit" && it.Message.Type != "revoke"
		if it.Message.ByPerson() != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestRawIsTheItemsOwnBytes(t *testing.T) {
	msg := `{ "id" : "wamid.1",  "type":"text", "timestamp":"1", "from":"447700900123", "text":{"body":"Gr\u00fc\u00dfe"} }`
	raw := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messages":[ ` + msg + ` , {"id":"wamid.2"}]},"field":"messages"}]}]}`
	env, err := ParseWebhook([]byte(raw))
	if err != nil || len(env.Items) != 2 {
		t.Fatalf("%d items, %v", len(env.Items), err)
	}
	if string(env.Items[0].Raw) != msg || env.Items[0].Message.Text != "Grüße" {
		t.Errorf("%s, %q", env.Items[0].Raw, env.Items[0].Message.Text)
	}
}

func TestOneBadItemSpoilsNoOther(t *testing.T) {
	raw := `{"object":"whatsapp_business_account","entry":[
	 7, {"id":"1"}, {"id":"1","changes":[5,{"field":"messages"},{"field":"messages","value":{
	  "metadata":{"phone_number_id":31,"display_phone_number":"44"},
	  "contacts":"none","messages":[null,"x",{"id":"wamid.1","type":"text","text":{"body":"stop"},"from":"447700900123"},{"text":3}],
	  "statuses":{"a":1},"user_preferences":[{"value":"stop"}], "errors":[]}}]},
	 {"id":"1","changes":[{"field":"user_preferences","value":{"user_preferences":[{"wa_id":447700900123,"value":"stop","timestamp":"1795000000"}]}}]}]}`
	env, err := ParseWebhook([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	count := map[Kind]int{}
	for _, it := range env.Items {
		count[it.Kind]++
		if (it.Kind == KindBad) != (it.Err != nil) || it.Key == "" {
			t.Errorf("%s: %v %q", it.Kind, it.Err, it.Key)
		}
		if it.Kind == KindMessage && it.Message.ID == "wamid.1" && (it.Message.Text != "stop" || it.PhoneNumberID != "31") {
			t.Errorf("%+v", it)
		}
		if it.Kind == KindPreference && (it.Person.WAID != "447700900123" || it.Time.Unix() != 1795000000) {
			t.Errorf("%+v", it)
		}
	}
	if count[KindMessage] != 2 || count[KindPreference] != 1 || count[KindBad] != 8 || count[KindErrors] != 1 {
		t.Errorf("%v", count)
	}
}

func TestRefusedBodies(t *testing.T) {
	for raw, want := range map[string]error{
		"": ErrNotJSON, "[]": ErrNotJSON, "null": ErrNotJSON, "{": ErrNotJSON, `{"object":"page"}`: ErrOtherObject,
		`{}`: ErrOtherObject, strings.Repeat("[", 20000) + strings.Repeat("]", 20000): ErrNotJSON,
	} {
		if _, err := ParseWebhook([]byte(raw)); !errors.Is(err, want) {
			t.Errorf("%.20s: %v, want %v", raw, err, want)
		}
	}
	env, err := ParseWebhook([]byte(`{"object":"whatsapp_business_account","entry":{}}`))
	if err != nil || len(env.Items) != 1 || env.Items[0].Kind != KindBad {
		t.Errorf("%+v, %v", env, err)
	}
}

// batch is what Meta may send at most: 1,000 updates.
func batch(n int) []byte {
	var contacts, messages []string
	for i := range n {
		contacts = append(contacts, fmt.Sprintf(`{"profile":{"name":"P%d"},"wa_id":"4477%08d","user_id":"GB.%d"}`, i, i, i))
		messages = append(messages, fmt.Sprintf(`{"from":"4477%08d","from_user_id":"GB.%d","id":"wamid.%d","timestamp":"1795000000","type":"text","text":{"body":"stop"}}`, i, i, i))
	}
	return []byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"31"},"contacts":[` +
		strings.Join(contacts, ",") + `],"messages":[` + strings.Join(messages, ",") + `]}}]}]}`)
}

func TestBatchOfAThousand(t *testing.T) {
	env, err := ParseWebhook(batch(1000))
	if err != nil || len(env.Items) != 1000 {
		t.Fatalf("%d items, %v", len(env.Items), err)
	}
	for i, it := range env.Items {
		if it.Person.Name != fmt.Sprintf("P%d", i) || it.Key != fmt.Sprintf("m:wamid.%d", i) {
			t.Fatalf("item %d: %+v %s", i, it.Person, it.Key)
		}
	}
}

// A contact of somebody else must not lend a message its ids: that would join two people.
func TestContactsOfOthersAreNotMixedIn(t *testing.T) {
	for _, contacts := range []string{
		`[{"wa_id":"447700900456","user_id":"GB.9"}]`,
		`[{"wa_id":"447700900123","user_id":"GB.9"}]`,
		`[{"wa_id":"447700900456","user_id":"GB.9"},{"wa_id":"447700900789","user_id":"GB.8"}]`,
		`[{}]`, `[null]`, `[]`,
	} {
		raw := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"contacts":` + contacts +
			`,"messages":[{"from":"447700900123","from_user_id":"GB.7","id":"wamid.1","type":"text","text":{"body":"x"}}]}}]}]}`
		env, err := ParseWebhook([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if p := env.Items[0].Person; p != (Person{WAID: "447700900123", UserID: "GB.7"}) {
			t.Errorf("%s: %+v", contacts, p)
		}
	}
}

func TestParseLimit(t *testing.T) {
	for s, want := range map[string]Limit{
		"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10000, "TIER_100K": 100000,
		"TIER_UNLIMITED": LimitUnlimited, "TIER_NOT_SET": LimitUnknown, "2000": 2000, "-1": LimitUnlimited,
		"": LimitUnknown, "-5": LimitUnknown, "tier_2k": 2000, "lots": LimitUnknown, "99999999999": LimitUnknown,
	} {
		if got := ParseLimit(s); got != want {
			t.Errorf("%s: %d, want %d", s, got, want)
		}
	}
}

func FuzzParseWebhook(f *testing.F) {
	files, _ := filepath.Glob("testdata/webhook/*.json")
	for _, name := range files {
		b, _ := os.ReadFile(name)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		env, err := ParseWebhook(raw)
		if err != nil {
			return
		}
		again, _ := ParseWebhook(bytes.Clone(raw))
		for i, it := range env.Items {
			if it.Key == "" || it.Key != again.Items[i].Key || !json.Valid(it.Raw) || !bytes.Contains(raw, it.Raw) {
				t.Fatalf("item %d: key %q, raw %q", i, it.Key, it.Raw)
			}
			if (it.Kind == KindBad) != (it.Err != nil) {
				t.Fatalf("item %d: %s with error %v", i, it.Kind, it.Err)
			}
			if it.Message != nil {
				it.Message.Words()
				it.Moved()
			}
		}
	})
}

// The cutter must agree with encoding/json on every text.
func FuzzNodeAgreesWithEncodingJSON(f *testing.F) {
	for _, s := range []string{`{"a":"b"}`, `{"a\"":[1,{"b":null}]," ":true}`, `["\\","\\\"",{}]`, `{"\u0061":1,"a":2}`, `{"a":1,"a\u0000":2}`, `{"\u0000":1,"":2}`, ` [ ] `, `"x"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		n, ok := root(raw)
		if ok != json.Valid(raw) {
			t.Fatal("validity")
		}
		var object map[string]json.RawMessage
		if ok && json.Unmarshal(raw, &object) == nil && object != nil {
			seen := map[string]string{}
			for k, v := range n.fields() {
				var key string
				if err := json.Unmarshal(mustJSON(string(k)), &key); err != nil {
					t.Fatal(err)
				}
				seen[key] = string(v)
			}
			if len(seen) != len(object) {
				t.Fatalf("%d keys, encoding/json %d", len(seen), len(object))
			}
			for k, v := range object {
				if seen[k] != string(v) {
					t.Fatalf("%q: %q, encoding/json %q", k, seen[k], v)
				}
			}
		}
		var list []json.RawMessage
		if ok && json.Unmarshal(raw, &list) == nil {
			i := 0
			for v := range n.items() {
				if string(v) != string(list[i]) {
					t.Fatalf("%d: %q, encoding/json %q", i, v, list[i])
				}
				i++
			}
			if i != len(list) {
				t.Fatalf("%d of %d", i, len(list))
			}
		}
	})
}

func mustJSON(s string) []byte { b, _ := json.Marshal(s); return b }

func BenchmarkParseWebhook(b *testing.B) {
	var small bytes.Buffer
	if err := json.Compact(&small, golden(b, "webhook/message_text")); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d bytes", small.Len())
	b.ReportAllocs()
	for b.Loop() {
		if env, err := ParseWebhook(small.Bytes()); err != nil || len(env.Items) != 1 {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseStatus(b *testing.B) {
	var small bytes.Buffer
	if err := json.Compact(&small, golden(b, "webhook/status_sent")); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if env, err := ParseWebhook(small.Bytes()); err != nil || len(env.Items) != 1 {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseBatch(b *testing.B) {
	raw := batch(1000)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if env, err := ParseWebhook(raw); err != nil || len(env.Items) != 1000 {
			b.Fatal(err)
		}
	}
}
