package manager

import "testing"

func TestWordsOfAMessage(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"unterschrieben am Stand": "unterschrieben am Stand",
		`{"from":"491","type":"text","text":{"body":"R\u00f6stung <b>ja</b>"}}`:                                 "Röstung <b>ja</b>",
		`{"type":"button","button":{"payload":"optout:marketing","text":"Keine Angebote mehr"}}`:                "Keine Angebote mehr",
		`{"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"y","title":"Ja"}}}`:   "Ja",
		`{"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"t","title":"Angebote"}}}`: "Angebote",
		`{"type":"image","image":{"id":"8","caption":"STOP"}}`:                                                  "STOP",
		`{"wa_id":"491","value":"stop"}`: "",
		`{"text":"nicht von Meta"}`:      `{"text":"nicht von Meta"}`,
		`{kein JSON`:                     `{kein JSON`,
	} {
		if got := wordsOf(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestNobodySaidTheLink(t *testing.T) {
	e := eventRow{Kind: "linked", Evidence: []evidence{{Kind: "message", Value: `{"text":{"body":"Ja"}}`}}}
	if got := said(e); len(got) != 0 {
		t.Errorf("quoted %q", got)
	}
	e.Kind = "granted"
	if got := said(e); len(got) != 1 || got[0] != "Ja" {
		t.Errorf("quoted %q", got)
	}
}
