package intake

import (
	"testing"
	"unicode/utf8"

	"jawort/keyword"
	"jawort/say"
)

// What goes onto buttons and rows fits Meta's lengths in every language (WA/messages/interactive-list-messages, …-reply-buttons-messages).
func TestWordsFitTheirButtons(t *testing.T) {
	for key, most := range map[string]int{"intake.question.yes": 20, "intake.question.no": 20, "intake.question.choose": 20, "intake.question.all": 24, "intake.ack.only_marketing": 20,
		"intake.settings.choose": 20, "intake.settings.off": 24, "intake.settings.again": 24, "intake.settings.more": 24, "intake.settings.all": 24, "intake.settings.rest": 24,
		"intake.settings.rest.end": 24, "intake.settings.language": 24, "intake.settings.off.row": 72, "intake.settings.rest.text": 72} {
		for _, lang := range say.Public {
			if text := say.Text(lang, key); utf8.RuneCountInString(text) > most || text == "" {
				t.Errorf("%s in %s: %q has not 1 to %d characters", key, lang, text, most)
			}
		}
	}
}

// The words that our question by SMS asks for are read as such in its language, and what stands on our buttons too.
func TestOurOwnAnswersAreUnderstood(t *testing.T) {
	for lang, words := range map[string][2]string{"en": {"YES", "NO"}, "de": {"JA", "NEIN"}, "es": {"SÍ", "NO"}, "fr": {"OUI", "NON"}, "pt": {"SIM", "NÃO"}, "it": {"SÌ", "NO"},
		"tr": {"EVET", "HAYIR"}, "pl": {"TAK", "NIE"}, "nl": {"JA", "NEE"}, "ar": {"نعم", "لا"}, "hi": {"हाँ", "नहीं"}} {
		yes := []string{words[0], say.Text(lang, "intake.question.yes")}
		no := []string{words[1], say.Text(lang, "intake.question.no")}
		for _, text := range yes {
			if r := keyword.Read(keyword.Input{Text: text, Lang: lang, Via: keyword.SMS, Asked: keyword.AskedOptin}); r.Intent != keyword.Start {
				t.Errorf("%q in %s reads as %s", text, lang, r.Intent)
			}
		}
		for _, text := range no {
			if r := keyword.Read(keyword.Input{Text: text, Lang: lang, Via: keyword.SMS, Asked: keyword.AskedOptin}); r.Intent == keyword.Start {
				t.Errorf("%q in %s reads as a yes", text, lang)
			}
		}
	}
}
