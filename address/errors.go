package address

// Code names why something is not an address. The list is closed; the codes never change their meaning.
type Code string

const (
	Empty          Code = "empty"
	TooShort       Code = "too_short"
	TooLong        Code = "too_long"
	NotNumber      Code = "not_a_number"
	NotURI         Code = "not_an_address"
	SeveralNumbers Code = "several_numbers"
	Extension      Code = "extension"
	NeedsCountry   Code = "needs_country"
	UnknownCountry Code = "unknown_country"
	NotInService   Code = "not_in_service"
	NotPersonal    Code = "not_personal"
	LooksLikeUser  Code = "user_id"
	LooksLikeMsgID Code = "message_id"
	LooksLikeEmail Code = "email"
	BadUserID      Code = "bad_user_id"
	IsParent       Code = "parent_id"
	BadParent      Code = "bad_parent_id"
	BadLine        Code = "bad_line"
	LineTooLong    Code = "line_too_long"
)

// Error says why without ever repeating what was given: that could be somebody's number.
type Error struct{ Code Code }

func fault(c Code) error { return &Error{c} }

func (e *Error) Error() string { return e.Sentence("en") }

// Sentence is what a person reads, in German for "de", in English for everything else.
func (e *Error) Sentence(lang string) string {
	s := sentences[e.Code]
	if lang == "de" {
		return s.de
	}
	return s.en
}

var sentences = map[Code]struct{ en, de string }{
	Empty:          {"Please enter a phone number.", "Bitte geben Sie eine Telefonnummer ein."},
	TooShort:       {"This phone number is too short.", "Diese Telefonnummer ist zu kurz."},
	TooLong:        {"This phone number is too long.", "Diese Telefonnummer ist zu lang."},
	NotNumber:      {"This is not a phone number: only digits, spaces and the usual separators belong in it.", "Das ist keine Telefonnummer: Sie darf nur Ziffern, Leerzeichen und übliche Trennzeichen enthalten."},
	NotURI:         {"An address begins with tel:+ or wa:.", "Eine Adresse beginnt mit tel:+ oder wa:."},
	SeveralNumbers: {"Please enter one phone number only.", "Bitte geben Sie nur eine Telefonnummer ein."},
	Extension:      {"WhatsApp cannot reach an extension. Please enter the number without it.", "WhatsApp erreicht keine Durchwahl. Bitte geben Sie die Nummer ohne Durchwahl ein."},
	NeedsCountry:   {"Please enter the number with its country code, for example +44.", "Bitte geben Sie die Nummer mit Landesvorwahl ein, zum Beispiel +49."},
	UnknownCountry: {"No country has this country code.", "Diese Landesvorwahl gibt es nicht."},
	NotInService:   {"There is no such phone number. Please check the digits.", "Diese Telefonnummer gibt es nicht. Bitte prüfen Sie die Ziffern."},
	NotPersonal:    {"This is a service number. Please enter a mobile or landline number.", "Das ist eine Servicenummer. Bitte geben Sie eine Mobil- oder Festnetznummer ein."},
	LooksLikeUser:  {"This is a WhatsApp user ID, not a phone number.", "Das ist eine WhatsApp-Nutzerkennung, keine Telefonnummer."},
	LooksLikeMsgID: {"This is the ID of a message, not a phone number.", "Das ist die Kennung einer Nachricht, keine Telefonnummer."},
	LooksLikeEmail: {"This is an e-mail address, not a phone number.", "Das ist eine E-Mail-Adresse, keine Telefonnummer."},
	BadUserID:      {"This is not a WhatsApp user ID.", "Das ist keine WhatsApp-Nutzerkennung."},
	IsParent:       {"This is a parent user ID, which cannot be written to as an address.", "Das ist eine übergeordnete Nutzerkennung, sie ist keine Adresse."},
	BadParent:      {"This is not a parent user ID.", "Das ist keine übergeordnete Nutzerkennung."},
	BadLine:        {"This line is not a JSON object with a text called input.", "Diese Zeile ist kein JSON-Objekt mit einem Text namens input."},
	LineTooLong:    {"This line is too long.", "Diese Zeile ist zu lang."},
}
