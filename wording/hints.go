package wording

import "strings"

// hint is a sentence that says what is missing and one that puts it right.
type hint struct{ de, en string }

var hints = map[string]hint{
	BusinessName: {
		"Der Text nennt Ihr Unternehmen nicht. Schreiben Sie den Namen aus, wie ihn Ihre Kundschaft kennt, zum Beispiel „die Blumenhaus Meier GmbH“.",
		"The text does not name your business. Write the name people know, for example “Hill Bakery Ltd”."},
	ChannelWhatsApp: {
		"Der Text sagt nicht, dass die Nachrichten über WhatsApp kommen. Ergänzen Sie „per WhatsApp“.",
		"The text does not say that the messages come by WhatsApp. Add “by WhatsApp”."},
	OptInStatement: {
		"Niemand stimmt hier zu: Der Text kündigt nur an oder setzt die Zustimmung voraus. Beginnen Sie mit „Ja, ich möchte …“ oder „Ich willige ein, dass …“.",
		"Nobody agrees here: the text only announces, or takes agreement for granted. Begin with “Yes, I would like …” or “I agree that …”."},
	Categories: {
		"Es bleibt offen, welche Nachrichten kommen. Nennen Sie die Art, zum Beispiel „Angebote zu Schnittblumen“ oder „Erinnerungen an meine Termine“.",
		"It stays open what kind of messages will come. Name it, for example “offers on bread and cakes” or “reminders of my appointments”."},
	WithdrawHow: {
		"Es fehlt, wie man die Nachrichten beendet. Ergänzen Sie „Abmelden jederzeit mit STOPP“.",
		"The text does not say how to end the messages. Add “Reply STOP at any time to opt out”."},
	WithdrawRight: {
		"Es fehlt, dass die Einwilligung jederzeit widerrufen werden kann. Ergänzen Sie „Ich kann meine Einwilligung jederzeit für die Zukunft widerrufen“.",
		"The text does not say that consent can be withdrawn at any time. Add “I can withdraw my consent at any time”."},
	SeparateFromTerms: {
		"Die Einwilligung ist mit AGB, Datenschutzerklärung oder einer Bestellung verbunden. Geben Sie ihr ein eigenes, leeres Kästchen.",
		"Consent is bundled with terms, a privacy policy or an order. Give it an empty box of its own."},
	Unticked: {
		"Das Kästchen ist schon angekreuzt. Lassen Sie es leer; ankreuzen muss die Person selbst.",
		"The box is ticked already. Leave it empty; the person must tick it."},
	Voluntary: {
		"Die Einwilligung muss freiwillig sein. Machen Sie nichts anderes davon abhängig und ergänzen Sie „Die Einwilligung ist freiwillig“.",
		"Consent must be a free choice. Make nothing else depend on it and add “This is voluntary”."},
	NotCondition: {
		"Die Einwilligung darf keine Bedingung für einen Kauf sein. Ergänzen Sie „Die Einwilligung ist keine Voraussetzung für einen Kauf“.",
		"Consent must not be a condition of a purchase. Add “Consent is not a condition of any purchase”."},
	ThirdPartiesNamed: {
		"Andere Unternehmen werden erwähnt, aber nicht genannt. Nennen Sie jedes beim Namen oder streichen Sie sie.",
		"Other companies are mentioned but not named. Name each of them, or leave them out."},
	"MARKETING_NATURE": {
		"Dass es um Werbung geht, steht nirgends. Schreiben Sie „Werbung“ oder „Angebote“.",
		"Nothing says that this is advertising. Use a word such as “marketing” or “offers”."},
	"PRODUCTS_CONCRETE": {
		"Wofür geworben wird, bleibt offen. Nennen Sie die Waren oder Leistungen, zum Beispiel „Angebote zu Brillen und Kontaktlinsen“.",
		"It stays open what is advertised. Name the goods or services, for example “offers on glasses and contact lenses”."},
	"CHANNEL_CHOICE":     {"Lassen Sie die Person jeden Kanal einzeln wählen.", "Let people choose each channel on its own."},
	"PURPOSE":            {"Nennen Sie den Zweck der Nachrichten.", "State the purpose of the messages."},
	"SEPARATE_PURPOSES":  {"Geben Sie jedem Zweck ein eigenes Kästchen (Werbung, Profilbildung, Weitergabe).", "Give each purpose a box of its own (marketing, profiling, transfer)."},
	"VOLUNTARY_PURPOSES": {"Trennen Sie freiwillige von notwendigen Zwecken.", "Set voluntary purposes apart from necessary ones."},
	"PRIVACY_LINK":       {"Ergänzen Sie einen Link zu den Datenschutzhinweisen.", "Add a link to the privacy notice."},
	"TERMS_LINK":         {"Ergänzen Sie einen Link zu den Bedingungen des Nachrichtendienstes.", "Add a link to the messaging terms."},
	"CONTACT":            {"Ergänzen Sie, wie man Sie erreicht (E-Mail oder Telefon).", "Add how to reach you (e-mail or telephone)."},
	"MAILING_ADDRESS":    {"Ergänzen Sie Ihre Postanschrift.", "Add your postal address."},
	"FREQUENCY":          {"Ergänzen Sie, wie oft Nachrichten kommen, zum Beispiel „höchstens viermal im Monat“.", "Add how often messages come, for example “up to four a month”."},
	"MSG_DATA_RATES":     {"Ergänzen Sie „Msg & data rates may apply“.", "Add “Msg & data rates may apply”."},
	"HELP":               {"Ergänzen Sie „HELP for help“.", "Add “HELP for help”."},
	"AUTOMATED_TECH":     {"Ergänzen Sie, dass die Nachrichten automatisch gesendet werden („automated“).", "Say that messages are sent by automated technology."},
	"PHONE_NUMBER_IDENTIFIED": {"Sagen Sie, für welche Nummer die Einwilligung gilt, zum Beispiel „an die oben eingetragene Nummer“.",
		"Say which number consent covers, for example “at the number I entered”."},
	"META_INVOLVED": {"Weisen Sie darauf hin, dass WhatsApp (Meta) die Nachrichten überträgt.", "Mention that WhatsApp (Meta) carries the messages."},
	"AGE":           {"Ergänzen Sie die Altersangabe, zum Beispiel „Ich bin mindestens 16 Jahre alt“.", "Add the age, for example “I am 18 or older”."},
	"DATA_ITEMISED": {"Zählen Sie auf, welche Daten Sie verwenden.", "List the data you use."},
	"RETENTION":     {"Ergänzen Sie, wie lange die Daten gespeichert werden.", "Add how long the data are kept."},
	"RIGHTS":        {"Nennen Sie die Rechte der Person.", "List the person's rights."},
	"GRIEVANCE":     {"Nennen Sie eine Stelle für Beschwerden.", "Name a contact for grievances."},
	"COMPLAINT_TO_BOARD": {"Nennen Sie den Weg zur Beschwerde bei der Behörde.",
		"Name the way to complain to the authority."},
}

var (
	noFormHint = hint{"Wie das Formular aussieht, ist nicht bekannt. Das Kästchen muss leer sein und darf nur für diese Einwilligung gelten.",
		"Nothing is known about the form. The box must be empty and stand for this consent alone."}
	promoHint = hint{"Hier darf keine Werbung stehen. Streichen Sie Angebot, Rabatt und Produktlink.",
		"No advertising may stand here. Remove offer, discount and product link."}
	mixedHint = hint{"Der Text bittet um Servicenachrichten und nennt Werbung. Fragen Sie nach Werbung getrennt.",
		"The text asks for service messages and mentions advertising. Ask for advertising separately."}
)

// Hint says in German or English what a clause asks for and how to put it right; empty for an unknown code.
func Hint(code, lang string) string { return say(lang, hints[code]) }

func say(lang string, h hint) string {
	if strings.HasPrefix(lang, "de") {
		return h.de
	}
	return h.en
}
