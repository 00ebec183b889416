package emulator

// words are the sentences of the toy phones, German and English side by side.
var words = map[string][2]string{
	"title":      {"Spielzeugtelefone", "Toy phones"},
	"crumb":      {"Emulator der Cloud API", "Emulator of the Cloud API"},
	"language":   {"Sprache", "Language"},
	"look":       {"Darstellung", "Appearance"},
	"light":      {"Hell", "Light"},
	"dark":       {"Dunkel", "Dark"},
	"device":     {"Wie das Gerät", "As the device"},
	"people":     {"Personen", "People"},
	"with":       {"Chat mit", "Chat with"},
	"latest":     {"Neuester Chat", "Latest chat"},
	"new":        {"Neue Person", "New person"},
	"name":       {"Name", "Name"},
	"number":     {"Telefonnummer", "Telephone number"},
	"numberhint": {"Leer lassen: wir denken uns eine aus.", "Leave it empty and we make one up."},
	"create":     {"Anlegen", "Create"},
	"empty": {"Noch hat niemand ein Telefon. Legen Sie eine Person an, oder senden Sie eine Nachricht über die API: Wer sie bekommt, erscheint hier.",
		"Nobody has a phone yet. Create a person, or send a message by the API: whoever receives it appears here."},
	"log":       {"Was geschah", "What happened"},
	"newest":    {"neueste oben", "newest first"},
	"nolog":     {"Noch nichts.", "Nothing yet."},
	"chat":      {"Chat von", "Chat of"},
	"nochat":    {"Noch keine Nachrichten", "No messages yet"},
	"message":   {"Nachricht", "Message"},
	"send":      {"Senden", "Send"},
	"more":      {"Mehr", "More"},
	"online":    {"online", "online"},
	"offline":   {"Flugmodus", "flight mode"},
	"blocked":   {"blockiert", "blocked"},
	"stopped":   {"Angebote aus", "offers off"},
	"who":       {"Wer schreibt?", "Who writes?"},
	"towhom":    {"Die Nachricht geht an", "The message goes to"},
	"unread":    {"ungelesen", "unread"},
	"today":     {"Heute", "Today"},
	"yesterday": {"Gestern", "Yesterday"},

	"do.stop":          {"Angebote stoppen", "Stop offers"},
	"do.resume":        {"Angebote wieder zulassen", "Resume offers"},
	"do.block":         {"Blockieren", "Block"},
	"do.unblock":       {"Freigeben", "Unblock"},
	"do.call":          {"Anklingeln", "Ring once"},
	"do.offline":       {"Flugmodus", "Flight mode"},
	"do.online":        {"Wieder online", "Back online"},
	"do.hide-number":   {"Nummer verbergen", "Hide number"},
	"do.show-number":   {"Nummer zeigen", "Show number"},
	"do.change-number": {"Nummer wechseln", "Change number"},
	"do.share":         {"Nummer teilen", "Share number"},
	"do.image":         {"Bild senden", "Send picture"},

	"note.stop":    {"Angebote in der App gestoppt", "Stopped offers in the app"},
	"note.resume":  {"Angebote in der App wieder zugelassen", "Resumed offers in the app"},
	"note.signup":  {"In der App angemeldet", "Signed up in the app"},
	"note.block":   {"Nummer blockiert", "Blocked this number"},
	"note.unblock": {"Nummer freigegeben", "Unblocked this number"},
	"note.call":    {"Angerufen und aufgelegt", "Rang and hung up"},

	"ghost.failed": {"Nicht zugestellt", "Not delivered"},
	"why.131026":   {"Diese Nummer ist nicht bei WhatsApp.", "This number is not on WhatsApp."},
	"why.131049":   {"WhatsApp hält Werbung zurück: Diese Person hat genug davon bekommen.", "WhatsApp holds marketing back: this person has had enough of it."},
	"why.131050":   {"Diese Person hat Angebote in der App gestoppt.", "This person stopped offers in the app."},
	"why.132015":   {"Die Vorlage ist angehalten.", "The template is paused."},
	"why.137000":   {"Die Nummer gehört jetzt jemand anderem.", "The number belongs to somebody else now."},
	"ghost.wait":   {"Noch nicht zugestellt", "Not delivered yet"},
	"gone":         {"Gelöschte Nachricht", "Deleted message"},
	"tick.sent":    {"gesendet", "sent"},
	"tick.read":    {"gelesen", "read"},
	"via.sms":      {"SMS", "SMS"},

	"media.image":    {"Bild", "Picture"},
	"media.video":    {"Video", "Video"},
	"media.document": {"Dokument", "Document"},
	"media.audio":    {"Sprachnachricht", "Voice message"},
	"media.sticker":  {"Sticker", "Sticker"},
	"media.location": {"Standort", "Location"},
	"media.contacts": {"Kontakt", "Contact"},

	"log.in":      {"Von", "From"},
	"log.out":     {"An", "To"},
	"log.webhook": {"Webhook zugestellt", "Webhook delivered"},
	"log.failed":  {"Webhook nicht angenommen", "Webhook not accepted"},
	"log.fault":   {"Störung eingebaut", "Fault set"},
	"log.took":    {"unterschrieben · in", "signed · in"},
}

// word is a sentence in a language; English is what every other reader gets.
func word(lang, key string) string {
	w, ok := words[key]
	if !ok {
		return key
	}
	if lang == "de" {
		return w[0]
	}
	return w[1]
}
