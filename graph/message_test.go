package graph

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

const ada = "+447700900123"

// The samples of facts/meta.md §5.1, each built and compared as JSON.
func TestBodies(t *testing.T) {
	head := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+447700900123",`
	for name, c := range map[string]struct {
		m    Message
		want string
	}{
		"text": {Message{To: ada, Text: &Text{Body: "Hi Ada"}, Callback: "send_01H"},
			head + `"type":"text","text":{"preview_url":false,"body":"Hi Ada"},"biz_opaque_callback_data":"send_01H"}`},
		"reply": {Message{To: ada, Text: &Text{Body: "Hi"}, ReplyTo: "wamid.A"},
			head + `"type":"text","context":{"message_id":"wamid.A"},"text":{"preview_url":false,"body":"Hi"}}`},
		"user id": {Message{UserID: "GB.7000", Text: &Text{Body: "Done."}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"GB.7000","type":"text","text":{"preview_url":false,"body":"Done."}}`},
		"direct send": {Message{To: ada, Text: &Text{Body: "Hi"}, Category: "utility"},
			head + `"category":"utility","type":"text","text":{"preview_url":false,"body":"Hi"}}`},
		"image": {Message{To: ada, Media: &MediaMessage{Kind: "image", ID: "810000000000001", Caption: "Menu"}},
			head + `"type":"image","image":{"id":"810000000000001","caption":"Menu"}}`},
		"document": {Message{To: ada, Media: &MediaMessage{Kind: "document", Link: "https://example.org/t.pdf", Caption: "Terms", Filename: "terms.pdf"}},
			head + `"type":"document","document":{"link":"https://example.org/t.pdf","caption":"Terms","filename":"terms.pdf"}}`},
		"template": {Message{To: ada, Template: CallTemplate("weekend_offer", "en_GB").WithBody("Ada", "25 Nov").WithQuickReply(0, "optout:marketing:c_991").WithURL(1, "summer")},
			head + `"type":"template","template":{"name":"weekend_offer","language":{"code":"en_GB"},"components":[
			{"type":"body","parameters":[{"type":"text","text":"Ada"},{"type":"text","text":"25 Nov"}]},
			{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"optout:marketing:c_991"}]},
			{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"summer"}]}]}}`},
		"buttons": {Message{To: ada, Interactive: Buttons("May we message you on WhatsApp with offers?", Button{"optin:yes", "Yes please"}, Button{"optin:no", "No thanks"}).WithHeader("Harbour Books").WithFooter("You can stop any time")},
			head + `"type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"Harbour Books"},
			"body":{"text":"May we message you on WhatsApp with offers?"},"footer":{"text":"You can stop any time"},
			"action":{"buttons":[{"type":"reply","reply":{"id":"optin:yes","title":"Yes please"}},{"type":"reply","reply":{"id":"optin:no","title":"No thanks"}}]}}}`},
		"list": {Message{To: ada, Interactive: List("Pick your topics", "Topics", Section{"News", []Row{{"t:offers", "Offers", "Weekly"}}})},
			head + `"type":"interactive","interactive":{"type":"list","body":{"text":"Pick your topics"},"action":{"button":"Topics",
			"sections":[{"title":"News","rows":[{"id":"t:offers","title":"Offers","description":"Weekly"}]}]}}}`},
		"link": {Message{To: ada, Interactive: Link("Manage choices", "Open", "https://example.org/p/abc")},
			head + `"type":"interactive","interactive":{"type":"cta_url","body":{"text":"Manage choices"},
			"action":{"name":"cta_url","parameters":{"display_text":"Open","url":"https://example.org/p/abc"}}}}`},
		"flow": {Message{To: ada, Interactive: Flow("Preferences", FlowCall{ID: "910000000000001", Label: "Open", Token: "tok-1", Mode: "published", Action: "navigate", Payload: map[string]any{"screen": "PREFS", "data": map[string]any{"name": "Ada"}}})},
			head + `"type":"interactive","interactive":{"type":"flow","body":{"text":"Preferences"},"action":{"name":"flow","parameters":{
			"flow_message_version":"3","flow_id":"910000000000001","flow_cta":"Open","flow_token":"tok-1","mode":"published",
			"flow_action":"navigate","flow_action_payload":{"screen":"PREFS","data":{"name":"Ada"}}}}}}`},
		"contact": {Message{To: ada, Interactive: ContactRequest("Please share your number")},
			head + `"type":"interactive","interactive":{"type":"contact_request","body":{"text":"Please share your number"},"action":{"name":"request_contact_info"}}}`},
		"calls": {Message{To: ada, Interactive: CallPermissionRequest("May we call about your order?")},
			head + `"type":"interactive","interactive":{"type":"call_permission_request","body":{"text":"May we call about your order?"},"action":{"name":"call_permission_request"}}}`},
	} {
		got, err := c.m.JSON()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var a, b any
		if json.Unmarshal(got, &a) != nil || json.Unmarshal([]byte(c.want), &b) != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// Each of Meta's limits: one over is refused by its field's name, the limit itself passes.
func TestLimits(t *testing.T) {
	s := func(n int) string { return strings.Repeat("ü", n) } // counted in characters, not bytes
	ask := func(i *InteractiveMessage) Message { return Message{To: ada, Interactive: i} }
	rows := func(n int) []Row {
		var all []Row
		for i := range n {
			all = append(all, Row{ID: string(rune('a' + i)), Title: "t"})
		}
		return all
	}
	yes, no := Button{"y", "Yes"}, Button{"n", "No"}
	for _, c := range []struct {
		field string // empty: passes
		m     Message
	}{
		{"", Message{To: ada, Text: &Text{Body: s(4096)}}},
		{"text.body", Message{To: ada, Text: &Text{Body: s(4097)}}},
		{"text.body", Message{To: ada, Text: &Text{Body: " \n"}}},
		{"message", Message{To: ada}},
		{"message", Message{To: ada, Text: &Text{Body: "a"}, Template: CallTemplate("a", "de")}},
		{"to", Message{Text: &Text{Body: "a"}}},
		{"to", Message{To: "447700900123", Text: &Text{Body: "a"}}},
		{"category", Message{To: ada, Category: "utility", Template: CallTemplate("a", "de")}},
		{"biz_opaque_callback_data", Message{To: ada, Text: &Text{Body: "a"}, Callback: s(513)}},
		{"", Message{To: ada, Text: &Text{Body: "a"}, Callback: s(512)}},
		{"image", Message{To: ada, Media: &MediaMessage{Kind: "image"}}},
		{"image", Message{To: ada, Media: &MediaMessage{Kind: "image", ID: "1", Link: "https://x.example"}}},
		{"image.caption", Message{To: ada, Media: &MediaMessage{Kind: "image", ID: "1", Caption: s(1025)}}},
		{"image.filename", Message{To: ada, Media: &MediaMessage{Kind: "image", ID: "1", Filename: "x"}}},
		{"audio.caption", Message{To: ada, Media: &MediaMessage{Kind: "audio", ID: "1", Caption: "x"}}},
		{"type", Message{To: ada, Media: &MediaMessage{Kind: "gif", ID: "1"}}},
		{"", ask(Buttons(s(1024), Button{s(256), s(20)}))},
		{"interactive.body", ask(Buttons(s(1025), yes))},
		{"interactive.body", ask(Buttons("", yes))},
		{"interactive.buttons", ask(Buttons("a"))},
		{"interactive.buttons", ask(Buttons("a", yes, no, Button{"c", "c"}, Button{"d", "d"}))},
		{"interactive.buttons[0].id", ask(Buttons("a", Button{s(257), "t"}))},
		{"interactive.buttons[1].title", ask(Buttons("a", yes, Button{"b", s(21)}))},
		{"interactive.buttons[1]", ask(Buttons("a", yes, Button{"other", "Yes"}))},
		{"interactive.buttons[1]", ask(Buttons("a", yes, Button{"y", "Other"}))},
		{"interactive.footer", ask(Buttons("a", yes).WithFooter(s(61)))},
		{"interactive.header", ask(Buttons("a", yes).WithHeader(s(61)))},
		{"", ask(List(s(4096), s(20), Section{Rows: rows(10)}))},
		{"interactive.body", ask(List(s(4097), "b", Section{Rows: rows(1)}))},
		{"interactive.button", ask(List("a", s(21), Section{Rows: rows(1)}))},
		{"interactive.sections", ask(List("a", "b"))},
		{"interactive.rows", ask(List("a", "b", Section{Rows: rows(11)}))},
		{"interactive.rows", ask(List("a", "b", Section{}))},
		{"interactive.sections[0].title", ask(List("a", "b", Section{Rows: rows(1)}, Section{Title: "t"}))},
		{"interactive.sections[0].title", ask(List("a", "b", Section{Title: s(25), Rows: rows(1)}))},
		{"interactive.sections[0].rows[0].id", ask(List("a", "b", Section{Rows: []Row{{s(201), "t", ""}}}))},
		{"interactive.sections[0].rows[0].title", ask(List("a", "b", Section{Rows: []Row{{"i", s(25), ""}}}))},
		{"interactive.sections[0].rows[0].description", ask(List("a", "b", Section{Rows: []Row{{"i", "t", s(73)}}}))},
		{"interactive.sections[1].rows[0].id", ask(List("a", "b", Section{"x", rows(1)}, Section{"y", rows(1)}))},
		{"interactive.display_text", ask(Link("a", s(21), "https://example.org"))},
		{"interactive.url", ask(Link("a", "b", "javascript:alert(1)"))},
		{"interactive.url", ask(Link("a", "b", "example.org"))},
		{"interactive.flow_id", ask(Flow("a", FlowCall{Label: "b"}))},
		{"interactive.flow_cta", ask(Flow("a", FlowCall{ID: "1"}))},
		{"interactive.type", ask(&InteractiveMessage{Type: "poll", Body: Line{"a"}})},
		{"template.name", Message{To: ada, Template: CallTemplate("Weekend Offer", "de")}},
		{"template.name", Message{To: ada, Template: CallTemplate("", "de")}},
		{"template.language.code", Message{To: ada, Template: CallTemplate("a", "")}},
		{"template.components[0].parameters[0].text", Message{To: ada, Template: CallTemplate("a", "de").WithBody("a\nb")}},
		{"template.components[0].parameters[0].text", Message{To: ada, Template: CallTemplate("a", "de").WithBody("a     b")}},
		{"template.components[0].parameters[0].text", Message{To: ada, Template: CallTemplate("a", "de").WithBody("")}},
		{"template.components[0].parameters[0].payload", Message{To: ada, Template: CallTemplate("a", "de").WithQuickReply(0, s(257))}},
		{"template.components[0]", Message{To: ada, Template: &TemplateMessage{Name: "a", Language: TemplateLanguage{"de"}, Components: []Component{{Type: "button"}}}}},
		{"template.components[0].type", Message{To: ada, Template: &TemplateMessage{Name: "a", Language: TemplateLanguage{"de"}, Components: []Component{{}}}}},
	} {
		_, err := c.m.JSON()
		var l *LimitError
		switch {
		case c.field == "" && err != nil:
			t.Errorf("refused: %v", err)
		case c.field != "" && (!errors.As(err, &l) || l.Field != c.field):
			t.Errorf("want %s, got %v", c.field, err)
		}
	}
}

func TestParseTemplateMessage(t *testing.T) {
	raw := `{"name":"weekend_offer","language":{"code":"en_GB"},"components":[
	 {"type":"header","parameters":[{"type":"image","image":{"link":"https://example.org/a.jpg"}}]},
	 {"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ada"},
	  {"type":"currency","currency":{"fallback_value":"£10","code":"GBP","amount_1000":10000}},{"type":"date_time","date_time":{"fallback_value":"25 Nov"}}]},
	 {"type":"button","sub_type":"flow","index":"2","parameters":[{"type":"action","action":{"flow_token":"t1","flow_action_data":{}}}]}]}`
	tm, err := ParseTemplateMessage([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	back, err := json.Marshal(tm)
	var a, b any
	if err != nil || json.Unmarshal(back, &a) != nil || json.Unmarshal([]byte(raw), &b) != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%s, %v", back, err)
	}
	for _, bad := range []string{``, `[]`, `{}`, `{"name":"a"}`, `{"name":7,"language":{"code":"de"}}`} {
		if _, err := ParseTemplateMessage([]byte(bad)); err == nil {
			t.Errorf("%s passed", bad)
		}
	}
}

func FuzzParseTemplateMessage(f *testing.F) {
	f.Add([]byte(`{"name":"a","language":{"code":"de"},"components":[{"type":"body","parameters":[{"type":"text","text":"x"}]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if tm, err := ParseTemplateMessage(raw); err == nil {
			if _, err := (&Message{To: ada, Template: tm}).JSON(); err != nil {
				var l *LimitError
				if errors.As(err, &l) {
					t.Fatalf("parsed and then refused: %v", err)
				}
			}
		}
	})
}
