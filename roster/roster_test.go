package roster

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"jawort/errs"
)

// lines says each row in a word: its line, and the number with its status, or the problem.
func lines(l *List) string {
	var out []string
	for _, r := range l.Rows {
		if r.Problem != "" {
			out = append(out, fmt.Sprintf("%d:%s", r.Line, r.Problem))
			continue
		}
		out = append(out, fmt.Sprintf("%d:%s%s", r.Line, strings.TrimPrefix(string(r.Address), "tel:"), map[Status]string{In: " in", Out: " out"}[r.Status]))
	}
	return strings.Join(out, ", ")
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct{ text, want, format string }{
		"bare numbers":        {"0171 3920011\n+49 171 3920012\n\n491713920013\n", "1:+491713920011, 2:+491713920012, 4:+491713920013", ""},
		"a table, semicolons": {"Name;Telefon;Status\nMüller, Ada;0171/3920011;abgemeldet\nOle;+49 171 3920012;angemeldet\n", "2:+491713920011 out, 3:+491713920012 in", ""},
		"commas and quotes":   {"\"Name\",\"Phone Number\"\r\n\"Grace \"\"Amazing\"\" Hopper\",\"+49 171 3920011\"\r\n", "2:+491713920011", ""},
		"tabs":                {"phone\tstatus\n+491713920011\topt-out\n", "2:+491713920011 out", ""},
		"a cell of two lines": {"name,address,phone\nAda,\"Weg 1\n20095 Hamburg\",+491713920011\nOle,x,+491713920012\n", "2:+491713920011, 4:+491713920012", ""},
		"no heading, mixed":   {"Ada,+491713920011\nOle,none\n", "1:+491713920011, 2:no_number", ""},
		"a mark never closed": {"name,phone\n\"Ada,+491713920011\nOle,+491713920012\n" + strings.Repeat("Ida,+491713920013\n", 30), "2:open_quote, 3:+491713920012, 4:+491713920013", ""},
		"half a file":         {"name,phone\nAda,+491713920011\nOle,+4917139", "2:+491713920011, 3:bad_number", ""},
		"spreadsheet":         {"phone;name\n=\"+491713920011\";\n'+491713920012;\n4,91713E+11;\n4.91713920014E+11;\n", "2:+491713920011, 3:+491713920012, 4:rounded, 5:rounded", ""},
		"typed by hand":       {"Name;Telefon\nBernd;0171 3920011\n+49 171 3920012\nEva;\n", "2:+491713920011, 3:+491713920012, 4:no_number", ""},
		"formulas":            {"phone\n=HYPERLINK(\"http://x\")\n@SUM(A1)\n+cmd|' /C calc'!A0\n", "2:bad_number, 3:bad_number, 4:bad_number", ""},
		"two numbers in one":  {"phone\n0171 3920011 / 0171 3920012\n", "2:bad_number", ""},
		"contradiction":       {"phone,status\n+491713920011,subscribed\n0171 3920011,unsubscribed\n+491713920012,no\n+491713920012,yes\n", "2:+491713920011 out, 3:contradicts, 4:+491713920012 out, 5:contradicts", ""},
		"twice":               {"phone,status\n+491713920011,no\n0171 3920011,NO\n", "2:+491713920011 out", ""},
		"unknown words":       {"phone,status\n+491713920011,maybe\n", "2:+491713920011", ""},
		"user ids":            {"address\nwa:DE.7000123456789\nwa:\n", "2:wa:DE.7000123456789, 3:bad_number", ""},
		"wide row":            {"phone,name\n+491713920011,Ada" + strings.Repeat(",x", 40) + "\n", "2:wide_row", ""},
		"klaviyo": {"Email,Klaviyo ID,First Name,Last Name,Phone Number,SMS Consent,SMS Consent Timestamp\na@x.example,01H,Ada,Winter,+491713920011,UNSUBSCRIBED,2026-03-01 10:00:00\n" +
			"b@x.example,01J,Ole,Sand,+491713920012,SUBSCRIBED,2026-03-01 10:00:00\n", "2:+491713920011 out, 3:+491713920012 in", "klaviyo"},
		"mailchimp": {"Email Address,First Name,Last Name,Phone Number,MEMBER_RATING,OPTIN_TIME,UNSUB_TIME\na@x.example,Ada,Winter,+49 171 3920011,2,2025-01-02 03:04:05,\n", "2:+491713920011", "mailchimp"},
		"shopify": {"Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Phone,Accepts SMS Marketing,Total Spent,Total Orders\n'1,Ada,Winter,a@x.example,yes,'+491713920011,no,10.00,1\n",
			"2:+491713920011 out", "shopify"},
		"twilio": {"contact_id,correlation_id,sender_id,status,source,date_of_consent\nwhatsapp:+491713920011,c1,whatsapp:+4930,opt-out,WEBSITE,2026-03-01T10:00:00Z\n", "2:+491713920011 out", "twilio"},
	} {
		l, err := Read([]byte(c.text), Options{Region: "DE"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := lines(l); got != c.want || l.Format != c.format {
			t.Errorf("%s (%s):\n got %s\nwant %s", name, l.Format, got, c.want)
		}
	}
}

func TestFields(t *testing.T) {
	l, err := Read([]byte("Vorname;Nachname;Handy;Einwilligung;Datum;Themen\nAda;Müller;0171 3920011;ja;01.03.2026 10:30;Angebote|Neues\nOle;;0171 3920012;;03/04/2026;\n"), Options{Region: "DE"})
	if err != nil || len(l.Rows) != 2 {
		t.Fatalf("%+v %v", l, err)
	}
	a, b := l.Rows[0], l.Rows[1]
	if a.Name != "Ada Müller" || a.Status != In || !a.At.Equal(time.Date(2026, 3, 1, 10, 30, 0, 0, time.UTC)) || strings.Join(a.Topics, " ") != "Angebote Neues" {
		t.Errorf("%+v", a)
	}
	if b.Status != Unsaid || !b.At.IsZero() { // neither a yes nor a day that could be two
		t.Errorf("%+v", b)
	}
	if len(l.Out()) != 1 || l.Still() != 1 {
		t.Errorf("%d out, %d still in", len(l.Out()), l.Still())
	}
}

func TestEncodings(t *testing.T) {
	const text = "Name;Telefon\nJörg Größe;+491713920011\n"
	latin, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]unicode.Endianness{"UTF-16 LE": unicode.LittleEndian, "UTF-16 BE": unicode.BigEndian} {
		wide, err := unicode.UTF16(e, unicode.UseBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		check(t, name, wide)
	}
	check(t, "Windows-1252", latin)
	check(t, "UTF-8 with its mark", "\ufeff"+text)
}

func check(t *testing.T, name, text string) {
	t.Helper()
	l, err := Read([]byte(text), Options{Region: "DE"})
	if err != nil || len(l.Rows) != 1 || l.Rows[0].Name != "Jörg Größe" || l.Rows[0].Problem != "" {
		t.Errorf("%s: %+v %v", name, l, err)
	}
}

func TestNoTable(t *testing.T) {
	for name, c := range map[string]struct{ text, key string }{
		"nothing": {"", "roster.empty"}, "blank": {" \n\n\t\n", "roster.empty"}, "a heading alone": {"phone,name\n", "roster.empty"},
		"an .xlsx": {"PK\x03\x04 rest", "roster.binary"}, "a picture": {"\x89PNG\r\n\x1a\n\x00\x00", "roster.binary"},
		"bytes":             {strings.Repeat("\x01\x02\xff", 50), "roster.binary"},
		"a million columns": {strings.Repeat("a,", 1_000_000) + "\n1\n", "roster.wide"},
	} {
		_, err := Read([]byte(c.text), Options{Region: "DE"})
		if !errors.Is(err, errs.At("", c.key)) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

// FuzzRead: whatever comes, every row is whole or named with its line, no address stands twice, and a contradiction never ends as a yes.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"phone,status\n+491713920011,yes\n", "\"a\n\"b\";0171 3920011", "\xff\xfe+\x004\x009\x00", "=\"+491713920011\"\n", "a|b\n'+49171|x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := Read(b, Options{Region: "DE"})
		if err != nil {
			return
		}
		seen, last := map[string]bool{}, 0
		for _, r := range l.Rows {
			if (r.Problem == "") != (r.Address != "") || r.Line < last {
				t.Fatalf("row %+v after line %d", r, last)
			}
			last = r.Line
			if r.Address != "" && seen[string(r.Address)] {
				t.Fatalf("%+v twice", r)
			}
			seen[string(r.Address)] = true
		}
	})
}
