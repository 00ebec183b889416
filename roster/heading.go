package roster

import (
	"slices"
	"strings"
	"unicode"
)

// Field is what a column holds.
type Field string

// The fields.
const (
	Number  Field = "number"
	Name    Field = "name"
	First   Field = "first_name"
	Last    Field = "last_name"
	State   Field = "status"
	TopicOf Field = "topics"
	When    Field = "at"
)

// Fields lists them, as they are offered.
var Fields = []Field{Number, Name, First, Last, State, TopicOf, When}

// Known says that it is one of them, or "" for a column that is not used.
func (f Field) Known() bool { return f == "" || slices.Contains(Fields, f) }

// heads are the headings by which a column is known, in the form plain gives them; the better one stands first.
var heads = []struct {
	is    Field
	names []string
}{
	{Number, []string{"whatsapp", "whatsapp number", "whatsapp nummer", "whatsapp phone number", "wa id", "msisdn", "mobile number", "mobile phone", "mobile", "mobil",
		"mobilnummer", "mobiltelefon", "handy", "handynummer", "sms phone number", "mobile phone number", "cell phone", "cell", "phone number", "primary phone", "phone", "telefon", "telefonnummer", "rufnummer", "tel", "telephone", "contact id",
		"nummer", "number", "to", "recipient", "empfanger", "address", "adresse", "default address phone"}},
	{State, []string{"whatsapp consent", "whatsapp marketing consent", "whatsapp status", "whatsapp opt in", "accepts whatsapp marketing", "whatsapp subscription status", "sms consent",
		"sms marketing consent", "accepts sms marketing", "sms subscription status", "sms marketing status", "sms status", "consent",
		"consent status", "opt out type", "status", "opt in", "optin", "opted in", "opt in status", "subscribed", "subscription status", "einwilligung", "zustimmung", "angemeldet", "abonniert"}},
	{When, []string{"whatsapp consent timestamp", "sms consent timestamp", "consent timestamp", "date of consent", "consent date", "consented at", "optin time", "opt in time", "opt in date", "confirm time",
		"opted in at", "opted out at", "unsubscribed at", "unsub time", "optout time", "timestamp", "datum", "zeitpunkt", "date", "created at", "happened at", "am", "seit"}},
	{TopicOf, []string{"topics", "topic", "themen", "thema", "lists", "list", "tags", "interests", "segments"}},
	{First, []string{"first name", "firstname", "vorname", "given name"}},
	{Last, []string{"last name", "lastname", "nachname", "surname", "family name"}},
	{Name, []string{"name", "full name", "fullname", "profile name", "kunde", "customer", "person"}},
}

// gone are the headings of columns that say somebody left: a day, a reason, or a word for yes. What stands there outweighs a word elsewhere.
var gone = []string{"unsub time", "unsubscribed at", "unsubscribe date", "unsubscribed date", "unsub reason", "unsubscribe reason", "opted out at", "opt out at", "opt out date", "optout date",
	"optout time", "opt out time", "clean time", "unsubscribed", "opted out", "opt out", "optout", "do not contact", "do not text", "dnc", "blocklisted", "blacklisted", "blocked",
	"suppressed", "abgemeldet", "abgemeldet am", "abmeldung", "abmeldedatum", "gesperrt", "werbesperre", "widerruf", "widerrufen", "widerrufen am", "widerspruch"}

// formats are exports known by headings that stand together.
var formats = []struct {
	name  string
	marks []string
}{
	{"klaviyo", []string{"klaviyo id"}},
	{"mailchimp", []string{"member rating", "optin time"}},
	{"mailchimp", []string{"leid", "euid"}},
	{"shopify", []string{"accepts sms marketing"}},
	{"shopify", []string{"total spent", "total orders"}},
	{"twilio", []string{"contact id", "sender id", "date of consent"}},
	{"twilio", []string{"correlation id", "sender id"}},
}

// plain is a heading without case, accents and punctuation: "Opt-In_Status" and "opt in status" are one.
func plain(s string) string {
	s = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ß", "ss", "é", "e", "è", "e").Replace(strings.ToLower(s))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// heading finds out what each column is, by its first row or as somebody said; body is false for a first row that is a heading. A row
// with a telephone number in it is none, nor is one of unknown words and digits.
func (l *List) heading(first record, said []Field) (at map[Field]int, body bool) {
	names := make([]string, len(first.cells))
	for i, c := range first.cells {
		names[i] = plain(c)
	}
	known := slices.ContainsFunc(names, isHead)
	body = slices.ContainsFunc(first.cells, couldBeNumber) || first.open || !known && strings.ContainsAny(first.text, "0123456789")
	at = map[Field]int{}
	switch {
	case len(said) > 0:
		for i, f := range said {
			if _, twice := at[f]; f != "" && !twice && i < len(names) {
				at[f] = i
			}
		}
	case !body:
		at = byHeading(names)
		l.notePhones(names)
	}
	if l.headed = !body; l.headed {
		l.Format = format(names)
	}
	for i, c := range first.cells {
		col := Column{}
		if !body {
			col.Head = c
		}
		for f, k := range at {
			if k == i {
				col.Is = f
			}
		}
		if body && len(said) == 0 && couldBeNumber(c) {
			col.Is = Number // every cell is looked at; this is where the first row has its own
		}
		l.Columns = append(l.Columns, col)
	}
	return at, body
}

// notePhones remembers the other columns with telephone numbers, the better ones first, and those that say somebody left.
func (l *List) notePhones(names []string) {
	for _, name := range heads[0].names {
		for i, n := range names {
			if n == name {
				l.phones = append(l.phones, i)
			}
		}
	}
	for i, n := range names {
		if slices.Contains(gone, n) {
			l.gone = append(l.gone, i)
		}
	}
}

// byHeading finds the best column for each field.
func byHeading(names []string) map[Field]int {
	at := map[Field]int{}
	for _, h := range heads {
		for _, name := range h.names {
			if i := slices.Index(names, name); i >= 0 {
				at[h.is] = i
				break
			}
		}
	}
	return at
}

func isHead(name string) bool {
	for _, h := range heads {
		if slices.Contains(h.names, name) {
			return true
		}
	}
	return false
}

func format(names []string) string {
	for _, f := range formats {
		if !slices.ContainsFunc(f.marks, func(m string) bool { return !slices.Contains(names, m) }) {
			return f.name
		}
	}
	return ""
}
