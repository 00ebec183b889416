package address

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// judge reads digits as one number and says whether a person can be behind it. It answers with the canonical
// digits.
func judge(s, region string) (string, error) {
	n, err := phonenumbers.Parse(s, region)
	if err != nil {
		return "", unread(err, s, region)
	}
	d := phonenumbers.Format(n, phonenumbers.E164)[1:]
	if err := shape(d); err != nil {
		return "", err
	}
	if c := canonical(d); c != d {
		if n, err = phonenumbers.Parse("+"+c, ""); err != nil {
			return "", unread(err, s, region)
		}
		return c, inService(n, c, d)
	}
	return d, inService(n, d, d)
}

// inService accepts a number that is valid as it is written or in its canonical form, personal, and long enough.
func inService(n *phonenumbers.PhoneNumber, canonical, written string) error {
	kind := phonenumbers.GetNumberType(n)
	if kind == phonenumbers.UNKNOWN && written != canonical {
		if old, err := phonenumbers.Parse("+"+written, ""); err == nil {
			kind = phonenumbers.GetNumberType(old)
		}
	}
	switch kind {
	case phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE,
		phonenumbers.VOIP, phonenumbers.PERSONAL_NUMBER:
		return longEnough(canonical)
	case phonenumbers.UNKNOWN:
		return unknownBlock(n, canonical)
	}
	return fault(NotPersonal)
}

// longEnough: libphonenumber lets German and Austrian landlines be as short as an emergency call.
// Real ones have at least three digits behind a four-digit area code.
func longEnough(d string) error {
	if (strings.HasPrefix(d, "49") || strings.HasPrefix(d, "43")) && len(d) < 9 {
		return fault(TooShort)
	}
	return nil
}

// unknownBlock decides about numbers the plan's data does not know.
func unknownBlock(n *phonenumbers.PhoneNumber, d string) error {
	switch phonenumbers.IsPossibleNumberWithReason(n) {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return fault(TooShort)
	case phonenumbers.TOO_LONG:
		return fault(TooLong)
	case phonenumbers.INVALID_COUNTRY_CODE:
		return fault(UnknownCountry)
	case phonenumbers.INVALID_LENGTH:
		return fault(TooShort)
	}
	if fiction(d) || neighbours(d) {
		return nil
	}
	return misdialled(d)
}

// misdialled tells a lost or doubled digit of a mobile number from one that was never given out.
func misdialled(d string) error {
	for missing := "2"; len(missing) <= 4; missing += "2" {
		if neighbours(d + missing) {
			return fault(TooShort)
		}
	}
	if neighbours(d[:len(d)-1]) {
		return fault(TooLong)
	}
	return fault(NotInService)
}

// fiction: ranges set aside for films and examples that no plan lists as in service.
// Ofcom "Telephone numbers for drama use", ComReg 020 91X XXXX, NANPA 555; the others
// (Germany, France, Australia, Sweden) lie inside ranges in use and need no line here.
func fiction(d string) bool {
	switch {
	case strings.HasPrefix(d, "447700900") || strings.HasPrefix(d, "441632960"):
		return len(d) == 12
	case strings.HasPrefix(d, "3532091"):
		return len(d) == 12
	case d[0] == '1' && len(d) == 11:
		return d[1:4] == "555" || d[1] >= '2' && d[2] != '9' && d[4:9] == "55501"
	}
	return false
}

// neighbours asks whether mobiles of the same length begin with the same digits: then only the block is
// unknown, not the range. North America has no mobile range to go by.
func neighbours(d string) bool {
	code := callingCode(d)
	if code == "" || code == "1" {
		return false
	}
	national := d[len(code):]
	for keep := 4; keep >= 2; keep-- {
		if len(national) <= keep+2 {
			continue
		}
		for fill := '2'; fill <= '8'; fill++ {
			if mobileRange(code, national[:keep]+strings.Repeat(string(fill), len(national)-keep)) {
				return true
			}
		}
	}
	return false
}

func mobileRange(code, national string) bool {
	if national[0] == '0' {
		return false
	}
	var n uint64
	for i := 0; i < len(national); i++ {
		n = n*10 + uint64(national[i]-'0')
	}
	t := phonenumbers.GetNumberType(number(atoi(code), n))
	return t == phonenumbers.MOBILE || t == phonenumbers.FIXED_LINE_OR_MOBILE
}

// unread turns libphonenumber's reasons into ours; its own texts may hold the input.
func unread(err error, s, region string) error {
	switch err {
	case phonenumbers.ErrInvalidCountryCode:
		if strings.HasPrefix(s, "+") {
			return fault(UnknownCountry)
		}
		return fault(NeedsCountry)
	case phonenumbers.ErrTooShortNSN, phonenumbers.ErrTooShortAfterIDD:
		return fault(TooShort)
	case phonenumbers.ErrNumTooLong:
		return fault(TooLong)
	}
	if count(s) < 4 {
		return fault(TooShort)
	}
	return fault(NotNumber)
}
