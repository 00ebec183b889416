package roster

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// shopifyHead and the other headings are as these programs write them today.
const (
	shopifyHead = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City," +
		"Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags"
	mailchimpHead = `"Email Address","First Name","Last Name",Address,"Phone Number",Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,`
	klaviyoHead   = "Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,Address 2,City,State / Region,Country,Zip Code,Latitude,Longitude,Timezone,IP Address,Source,Email Marketing Consent," +
		"Email Marketing Consent Timestamp,SMS Marketing Consent,SMS Marketing Consent Timestamp,Created,Last Active"
)

// Lists as other programs write them, and as spreadsheets spoil them.
func TestVendors(t *testing.T) {
	for name, c := range map[string]struct{ text, want, format string }{
		"shopify": {shopifyHead + "\n'7123456789012,Ada,Winter,a@x.example,yes,,Weg 1,,Hamburg,HH,DE,'20095,'+491713920019,'+491713920011,no,1234.50,12,\"VIP, 2026-03-01\",no,\"a, b\"\n" +
			"'7123456789013,Ole,Sand,b@x.example,yes,,Weg 2,,Hamburg,HH,DE,'20095,'0171 3920012,,yes,12345.67,3,,no,\n" +
			"'7123456789014,Eva,Ohne,c@x.example,no,,Weg 3,,Hamburg,HH,DE,'20095,,,no,12345.67,3,20260301,no,\n", "2:+491713920011 out, 3:+491713920012 in, 4:no_number", "shopify"},
		"shopify with WhatsApp": {shopifyHead + ",Accepts WhatsApp Marketing\n'1,Ada,W,a@x.example,yes,,,,,,DE,,,'+491713920011,yes,1,1,,no,,no\n", "2:+491713920011 out", "shopify"},
		"shopify, before": {"First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt\n" +
			"Ada,W,a@x.example,no,,,,,,,Germany,DE,20095,491713920011,no,0.00,0,,,no\n", "2:+491713920011 out", "shopify"},
		"mailchimp, subscribed": {mailchimpHead + "LAST_CHANGED,LEID,EUID,NOTES,TAGS\na@x.example,Ada,W,\"Weg 1, 20095 Hamburg\",\"+49 171 3920011\",03/01,2,\"2025-01-02 03:04:05\",1.2.3.4,\"2025-01-02 03:05:05\",1.2.3.4,53.5,10.0,1,2,Europe/Berlin,DE,HH,\"2025-01-02 03:05:05\",123456789,abcdef1234,,\"\"\"a\"\",\"\"b\"\"\"\n",
			"2:+491713920011", "mailchimp"},
		"mailchimp, unsubscribed": {mailchimpHead + "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\na@x.example,Ada,W,,+491713920011,,2,\"2025-01-02 03:04:05\",1.2.3.4,\"2025-01-02 03:05:05\",1.2.3.4,,,,,,DE,,\"2026-02-01 10:00:00\",\"Sale\",abc123,\"NORMAL: no longer interested\",,123456789,abcdef1234,,\n" +
			"b@x.example,Ole,S,,,,2,\"2025-01-02 03:04:05\",1.2.3.4,\"2025-01-02 03:05:05\",1.2.3.4,,,,,,DE,,\"2026-02-01 10:00:00\",,,,,123456789,abcdef1234,,\n", "2:+491713920011 out, 3:no_number", "mailchimp"},
		"klaviyo": {klaviyoHead + "\na@x.example,01HZ,Ada,W,,,+491713920011,,,Hamburg,HH,Germany,20095,53.5,10.0,Europe/Berlin,1.2.3.4,-59,SUBSCRIBED,2026-03-01 10:00:00,UNSUBSCRIBED,2026-03-02 10:00:00,2025-01-01 00:00:00,2026-03-02 10:00:00\n" +
			"b@x.example,01HY,Ole,S,,,'+491713920012,,,Hamburg,HH,Germany,20095,53.5,10.0,Europe/Berlin,1.2.3.4,-59,UNSUBSCRIBED,,SUBSCRIBED,,2025-01-01 00:00:00,\n" +
			"c@x.example,01HX,Eva,O,,,+491713920013,,,Hamburg,HH,Germany,20095,53.5,10.0,Europe/Berlin,1.2.3.4,-59,SUBSCRIBED,,NEVER_SUBSCRIBED,,2025-01-01 00:00:00,\n" +
			"d@x.example,01HW,Udo,O,,,,,,Hamburg,HH,Germany,20095,53.5123456,10.0123456,Europe/Berlin,1.2.3.4,-59,SUBSCRIBED,,NEVER_SUBSCRIBED,,2025-01-01 00:00:00,\n", "2:+491713920011 out, 3:+491713920012 in, 4:+491713920013, 5:no_number", "klaviyo"},
		"twilio": {"contact_id,correlation_id,sender_id,status,source,date_of_consent\n+491713920011,ad388b5a46b33b874b0d41f7226db2ef,MG00000000000000000000000000000000,opt-out,opt-out-message,2026-03-01T10:00:00Z\n" +
			"+491713920012,ad388b5a46b33b874b0d41f7226db2ee,MG00000000000000000000000000000000,opt-in,website,\n+491713920013,ad388b5a46b33b874b0d41f7226db2ed,MG00000000000000000000000000000000,re-opt-in,website,\n" +
			",ad388b5a46b33b874b0d41f7226db2ed,+4930120000,opt-out,website,\n", "2:+491713920011 out, 3:+491713920012 in, 4:+491713920013 in, 5:no_number", "twilio"},
		"a column that says who left":       {"phone,opted_out\n+491713920011,TRUE\n+491713920012,FALSE\n+491713920013,\n+491713920014,2026-03-01\n+491713920015,subscribed\n", "2:+491713920011 out, 3:+491713920012 in, 4:+491713920013, 5:+491713920014 out, 6:+491713920015 in", ""},
		"both words, the lesser holds":      {"phone;Status;Abgemeldet am\n+491713920011;aktiv;01.03.2026\n+491713920012;aktiv;\n", "2:+491713920011 out, 3:+491713920012 in", ""},
		"German Excel":                      {"\ufeffTelefon;Werbesperre\r\n4,91714E+11;WAHR\r\n491713920012;WAHR\r\n491713920013,0;FALSCH\r\n1713920014;FALSCH\r\n", "2:rounded, 3:+491713920012 out, 4:bad_number, 5:+491713920014 in", ""},
		"Excel's own line":                  {"sep=;\nphone;status\n+491713920011;no, thanks\n+491713920012;no\n", "3:+491713920011, 4:+491713920012 out", ""},
		"a data frame":                      {",phone,opt_out\n0,491713920011.0,True\n1,491713920012.0,False\n2,,True\n", "2:+491713920011 out, 3:+491713920012 in, 4:no_number", ""},
		"every cell in marks, tabs":         {"\"Phone Number\"\t\"Consent Status\"\n\"+49 (171) 392-0011\"\t\"Opted Out\"\n", "2:+491713920011 out", ""},
		"old Macintosh lines":               {"phone,status\r+491713920011,no\r+491713920012,yes\r", "2:+491713920011 out, 3:+491713920012 in", ""},
		"a day is no number":                {"Name;Telefon;Geburtstag;Umsatz;Kundennummer\nAda;;2026-03-01;1234567,00;0171392001\nOle;+491713920012;1.2.1990;0;1\n", "2:no_number, 3:+491713920012", ""},
		"another column has it":             {"Name;Telefon;Mobil\nAda;0401234567;0171 3920011\nOle;0171 3920012;\n", "2:+491713920011, 3:+491713920012", ""},
		"Arabic digits":                     {"phone\n٠١٧١٣٩٢٠٠١١\n+٤٩١٧١٣٩٢٠٠١٢\n", "2:+491713920011, 3:+491713920012", ""},
		"marks from a phone's address book": {"phone\n\u202a+49 171 3920011\u202c\n\u200e0171\u00a03920012\n", "2:+491713920011, 3:+491713920012", ""},
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

func TestUTF16WithoutItsMark(t *testing.T) {
	for name, e := range map[string]unicode.Endianness{"LE": unicode.LittleEndian, "BE": unicode.BigEndian} {
		wide, err := unicode.UTF16(e, unicode.IgnoreBOM).NewEncoder().String("Name\tTelefon\r\nJörg Größe\t+491713920011\r\n")
		if err != nil {
			t.Fatal(err)
		}
		check(t, name, wide)
	}
	if _, err := Read([]byte(strings.Repeat("\x00\x01\x02\x00", 200)), Options{Region: "DE"}); err == nil {
		t.Error("a binary file is a list")
	}
}
