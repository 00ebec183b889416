package address

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Four countries whose numbers WhatsApp knows under two ids (facts/libraries.md §7; WA/messages/send-messages:
// "wa_id may differ from input"). One spelling is the address; the other is only ever read.
//
//	Mexico     +52 1 55 …  until 2019 for mobiles; since then +52 55 …            → without the 1
//	Brazil     +55 11 8765-4321 before the ninth digit came (Anatel 2012–2016)    → with the 9
//	Argentina  +54 11 … and +54 9 11 …: the 9 only says "mobile"; a subscriber
//	           number is given out once, to a mobile or a landline, never to both → with the 9
//	Benin      +229 90 12 34 56 until all numbers got a 01 in front on 2024-11-30
//	           (ITU Operational Bulletin; ARCEP Bénin)                            → with the 01
//
// Argentina's landlines therefore carry a 9 too: an opt-out for the number without it must stop the one with it,
// and WhatsApp itself answers a send to 54 11 … with the id 54 9 11 ….

// canonical rewrites E.164 digits to the one spelling.
func canonical(d string) string {
	d = withoutTrunk(d)
	switch {
	case len(d) == 11 && strings.HasPrefix(d, "229") && d[3] != '0':
		return "22901" + d[3:]
	case d[0] != '5':
		return d
	case len(d) == 13 && d[1] == '2' && d[2] == '1':
		return "52" + d[3:]
	case len(d) == 12 && d[1] == '5' && oldMobile(d[4]):
		return d[:4] + "9" + d[4:]
	case len(d) == 12 && d[1] == '4' && argentineArea(d[2:]):
		return "549" + d[2:]
	}
	return d
}

// withoutTrunk takes away what is dialled at home only (+49 0151 … is +49 151 …, +1 1 212 … is +1 212 …) and mends lengths that are no more. Where a number itself begins
// with 0 (Italy, Ivory Coast, Congo), it stays; libphonenumber knows.
func withoutTrunk(d string) string {
	for range len(d) { // "+49 00151 …" has it twice
		if !mayHaveTrunk(d) {
			break
		}
		n, err := phonenumbers.Parse("+"+d, "")
		if err != nil {
			return d
		}
		short := phonenumbers.Format(n, phonenumbers.E164)[1:]
		if short == d || shape(short) != nil {
			return d
		}
		d = short
	}
	return d
}

// mayHaveTrunk spares nearly all numbers the long way.
func mayHaveTrunk(d string) bool {
	code := callingCode(d)
	if code == "" || len(d) == len(code) {
		return false
	}
	national := d[len(code):]
	return national[0] == '0' || code == "1" && national[0] == '1' || world().lengths[atoi(code)]&(1<<len(national)) == 0
}

// WAIDs lists every id under which WhatsApp may know the number, the one to send to first; none for a user id.
func (a Address) WAIDs() []string {
	d := a.Digits()
	switch {
	case d == "":
		return nil
	case len(d) == 12 && d[:2] == "52":
		return []string{d, "521" + d[2:]}
	case len(d) == 13 && d[:2] == "55" && d[4] == '9' && oldMobile(d[5]):
		return []string{d, d[:4] + d[5:]}
	case len(d) == 13 && strings.HasPrefix(d, "22901"):
		return []string{d, "229" + d[5:]}
	case len(d) == 13 && d[:3] == "549" && argentineArea(d[3:]):
		return []string{d, "54" + d[3:]}
	}
	return []string{d}
}

// oldMobile: eight-digit mobiles began with 6 to 9; 2 to 5 are landlines to this day.
func oldMobile(first byte) bool { return first >= '6' && first <= '9' }

// argentineArea: area codes are 11, 2… and 3…; 15 is the old mobile prefix, 6 and 8 are services.
func argentineArea(national string) bool {
	return national[:2] == "11" || national[0] == '2' || national[0] == '3'
}
