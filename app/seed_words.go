package app

import (
	"encoding/json"

	"jawort/graph"
)

// seedWording is what the page of the seed's source says; the linter judges it as everybody's.
var seedWording = map[string]string{
	"de": "Ja, ich möchte von der Kaffeerösterei Morgenrot per WhatsApp die oben angekreuzten Nachrichten erhalten: Infos zu meinen " +
		"Bestellungen und, wenn angekreuzt, Angebote und neue Röstungen (höchstens viermal im Monat). Die Einwilligung ist freiwillig. " +
		"Ich kann sie jederzeit mit Wirkung für die Zukunft widerrufen, am einfachsten mit STOP im Chat.",
	"en": "Yes, I would like to receive the messages ticked above from Kaffeerösterei Morgenrot on WhatsApp: updates about my orders and, " +
		"if ticked, offers and new roasts (at most four a month). My consent is voluntary. I can withdraw it at any time for the " +
		"future, most easily by replying STOP in the chat.",
}

func components(list ...map[string]any) json.RawMessage {
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // maps of strings: cannot fail
	}
	return b
}

func body(text string) map[string]any   { return map[string]any{"type": "BODY", "text": text} }
func footer(text string) map[string]any { return map[string]any{"type": "FOOTER", "text": text} }
func replies(titles ...string) map[string]any {
	var list []map[string]string
	for _, t := range titles {
		list = append(list, map[string]string{"type": "QUICK_REPLY", "text": t})
	}
	return map[string]any{"type": "BUTTONS", "buttons": list}
}

var seedTemplates = []graph.NewTemplate{
	{Name: "order_update", Language: "de", Category: "UTILITY", Components: components(
		body("Gute Nachricht: Ihr Kaffee ist frisch geröstet und heute auf die Reise gegangen. Er ist in ein bis zwei Tagen bei Ihnen."),
		footer("Keine Bestellinfos mehr? Antworten Sie STOP."))},
	{Name: "order_update", Language: "en", Category: "UTILITY", Components: components(
		body("Good news: your coffee is freshly roasted and on its way since today. It will be with you in a day or two."),
		footer("No more order updates? Reply STOP."))},
	{Name: "sommer_sale", Language: "de", Category: "MARKETING", Components: components(
		body("Sommer-Sale in der Rösterei: bis Sonntag 20 % auf alle Espressi. Wir freuen uns auf Sie!"),
		footer("Sie möchten das nicht mehr? Ein Tipp genügt."), replies("Keine Angebote mehr"))},
	{Name: "sommer_sale", Language: "en", Category: "MARKETING", Components: components(
		body("Summer sale at the roastery: 20 % off all espressi until Sunday. We look forward to seeing you!"),
		footer("Don't want these any more? One tap is enough."), replies("Stop offers"))},
	{Name: "optin_confirm", Language: "de", Category: "UTILITY", Components: components(
		body("Jemand hat die Kaffeerösterei Morgenrot gebeten, an diese Nummer per WhatsApp zu schreiben. Waren Sie das, und sind Sie einverstanden? Mit STOP können Sie die Nachrichten jederzeit beenden."),
		replies("Ja, einverstanden", "Nein, danke"))},
	{Name: "optin_confirm", Language: "en", Category: "UTILITY", Components: components(
		body("Somebody asked Kaffeerösterei Morgenrot to write to this number on WhatsApp. Was that you, and do you agree? You can stop the messages at any time by writing STOP."),
		replies("Yes, I agree", "No, thanks"))},
	{Name: "optin_missed_call", Language: "de", Category: "UTILITY", Components: components(
		body("Von dieser Nummer hat jemand die Kaffeerösterei Morgenrot angeklingelt, um Nachrichten per WhatsApp zu bekommen. Sind Sie einverstanden? Mit STOP können Sie die Nachrichten jederzeit beenden."),
		replies("Ja, einverstanden", "Nein, danke", "Das war ich nicht"))},
	{Name: "optin_missed_call", Language: "en", Category: "UTILITY", Components: components(
		body("Somebody gave Kaffeerösterei Morgenrot a missed call from this number to get messages on WhatsApp. Do you agree? You can stop the messages at any time by writing STOP."),
		replies("Yes, I agree", "No, thanks", "That was not me"))},
}
