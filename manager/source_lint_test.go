package manager

import (
	"slices"
	"testing"

	"jawort/account"
	"jawort/notice"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
	"jawort/wording"
)

var (
	lintTenant = account.Tenant{Name: "Kaffeerösterei Sonnenschein GmbH", Language: "de", Country: "DE"}
	lintTopics = []topic.Topic{
		{Code: "offers", Class: topic.Marketing, Texts: map[string]topic.Text{"de": {Name: "Angebote und neue Röstungen", Value: "x"}, "en": {Name: "Offers and new roasts", Value: "x"}}},
		{Code: "orders", Class: topic.Utility, Texts: map[string]topic.Text{"de": {Name: "Bestellungen und Lieferung", Value: "x"}, "en": {Name: "Orders and delivery", Value: "x"}}},
	}
)

// What the editor proposes holds everything a text of its kind must hold, in each language, for any choice of topics.
func TestProposalsPassTheJudge(t *testing.T) {
	for _, kind := range notice.Kinds {
		for _, lang := range say.Languages {
			for _, codes := range [][]string{{"offers"}, {"orders"}, {"offers", "orders"}} {
				s := source.Source{Kind: kind, Topics: codes, Settings: source.Settings{PrivacyURL: "https://x.example/privacy"}}
				text := proposed(lang, lintTenant, s, lintTopics)
				purpose := "utility"
				if slices.Contains(codes, "offers") {
					purpose = "marketing"
				}
				got := wording.Lint(wording.Input{Business: lintTenant.Name, Lang: lang, Country: "DE", Text: text, Kind: kind, Purpose: purpose})
				if len(got.Missing) > 0 || text == "" {
					t.Errorf("%s %s %v: %v missing in %q", kind, lang, codes, got.Missing, text)
				}
			}
		}
	}
}

// A sentence offered for a clause brings that clause, and takes none away: each is put behind a text that lacks it.
func TestOfferedSentencesHoldTheirClause(t *testing.T) {
	lacking := map[string]map[string]string{
		"de": {
			wording.BusinessName:    "Ja, ich möchte per WhatsApp Angebote erhalten. Abmelden geht jederzeit mit STOP.",
			wording.ChannelWhatsApp: "Ja, ich möchte von der Kaffeerösterei Sonnenschein GmbH Angebote erhalten. Abmelden geht jederzeit mit STOP.",
			wording.OptInStatement:  "Die Kaffeerösterei Sonnenschein GmbH schickt Ihnen künftig Angebote per WhatsApp. Abmelden geht jederzeit mit STOP.",
			wording.Categories:      "Ja, ich möchte von der Kaffeerösterei Sonnenschein GmbH per WhatsApp Nachrichten erhalten. Abmelden geht jederzeit mit STOP.",
			wording.WithdrawHow:     "Ja, ich möchte von der Kaffeerösterei Sonnenschein GmbH per WhatsApp Angebote erhalten.",
		},
		"en": {
			wording.BusinessName:    "Yes, I would like to get offers on WhatsApp. Reply STOP at any time to opt out.",
			wording.ChannelWhatsApp: "Yes, I would like to get offers from Kaffeerösterei Sonnenschein GmbH. Reply STOP at any time to opt out.",
			wording.OptInStatement:  "Kaffeerösterei Sonnenschein GmbH will send you offers on WhatsApp. Reply STOP at any time to opt out.",
			wording.Categories:      "Yes, I would like to get messages from Kaffeerösterei Sonnenschein GmbH on WhatsApp. Reply STOP at any time to opt out.",
			wording.WithdrawHow:     "Yes, I would like to get offers from Kaffeerösterei Sonnenschein GmbH on WhatsApp.",
		},
	}
	s := source.Source{Kind: "web", Topics: []string{"offers"}}
	for lang, texts := range lacking {
		for code, text := range texts {
			lint := func(text string) []string {
				return wording.Lint(wording.Input{Business: lintTenant.Name, Lang: lang, Country: "DE", Text: text, Kind: "web", Purpose: "marketing"}).Missing
			}
			if before := lint(text); !slices.Equal(before, []string{code}) {
				t.Errorf("%s %s: lacks %v before", lang, code, before)
			}
			if after := lint(text + " " + sentenceFor(code, lang, lintTenant, s, lintTopics)); len(after) > 0 {
				t.Errorf("%s %s: still lacks %v", lang, code, after)
			}
		}
	}
}

// What a yes in the chat is answered with holds what such an answer must, and nothing that advertises; it asks for nothing, so it holds no question.
func TestTheAnswerToAYesIsNoAdvertising(t *testing.T) {
	for lang, orders := range map[string]string{"de": "Nachrichten zur Bestellung", "en": "Order updates"} {
		for _, country := range []string{"DE", "AT", "US", "GB"} {
			v := wording.Lint(wording.Input{Business: "Meier", Lang: lang, Country: country, Kind: "confirm",
				Text: say.Text(lang, "intake.agreed", say.Args{"Business": "Meier", "Topics": orders})})
			for _, code := range v.Missing {
				if code != wording.OptInStatement {
					t.Errorf("%s %s: %s is missing", lang, country, code)
				}
			}
			if v.Promo != "" {
				t.Errorf("%s %s advertises: %s", lang, country, v.Promo)
			}
		}
	}
}
