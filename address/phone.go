package address

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// ParsePhone reads a telephone number as people type it. Region is the ISO code of the country it is dialled
// in; empty if unknown, then the number must carry its country code.
//
// A typed number must be in service: valid in its country's plan and a line a person has (mobile, landline,
// VoIP; WhatsApp works on all three), not a service line. Because plans grow faster than data about them, and
// because examples, demos and tests use numbers set aside for fiction (+44 7700 900…, +1 … 555 01…), a number
// also passes if it has the length and the leading digits of a mobile range of its country.
func ParsePhone(input, region string) (Address, error) {
	s, err := clean(input)
	if err != nil {
		return "", err
	}
	region = dialledIn(region)
	worst := error(nil)
	for _, guess := range readings(s, region, strings.Contains(input, "(0)")) {
		d, err := judge(guess, region)
		if err == nil {
			return Address(telPrefix + d), nil
		}
		if worst == nil {
			worst = err
		}
	}
	return "", worst
}

// Read is what the address command accepts: a number as people type it, or a user id as "wa:…".
func Read(input, region string) (Address, error) {
	if s := strings.TrimSpace(input); strings.HasPrefix(s, waPrefix) {
		return Parse(s)
	}
	return ParsePhone(input, region)
}

func dialledIn(region string) string {
	region = strings.ToUpper(strings.TrimSpace(region))
	switch region {
	case "UK":
		return "GB"
	case "EL":
		return "GR"
	}
	return region
}

// readings lists what the digits can mean, the likeliest first.
func readings(s, region string, bracketZero bool) []string {
	code := phonenumbers.GetCountryCodeForRegion(region)
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		all := []string{"+" + withoutSecondCode(strings.TrimPrefix(rest, "00"), code)}
		if bracketZero { // "+48 (0)512…": the 0 is not dialled from abroad
			all = append(all, "+"+strings.Replace(rest, "0", "", 1))
		}
		return append(all, oldForms(all[0])...)
	}
	var all []string
	if code != 0 {
		if rest, ok := strings.CutPrefix(s, itoa(code)); ok && mobile(rest, region) && !mobile(s, region) {
			all = append(all, "+"+s) // "49151…" without the plus
		}
		all = append(all, s)
		all = append(all, oldNational(s, region)...)
	}
	if rest, ok := strings.CutPrefix(s, "00"); ok {
		all = append(all, "+"+rest)
	}
	if code == 0 && len(all) == 0 {
		return []string{s}
	}
	return all
}

// withoutSecondCode reads "+49 0049 151…", where the form had put the code there already.
func withoutSecondCode(digits string, code int) string {
	if code == 0 {
		return digits
	}
	if rest, ok := strings.CutPrefix(digits, itoa(code)+"00"+itoa(code)); ok && len(rest) >= 7 {
		return itoa(code) + rest
	}
	return digits
}

// oldForms are international spellings that libphonenumber no longer knows, with the country's habits kept.
func oldForms(s string) []string {
	switch {
	case strings.HasPrefix(s, "+52"):
		return prefixed("+52", withoutAny(s[3:], "1", "01", "044", "045", "1044", "1045"))
	case strings.HasPrefix(s, "+549"):
		return []string{"+54" + s[4:], "+54" + strings.TrimPrefix(s[4:], "0")}
	}
	return nil
}

// oldNational are the same for numbers dialled at home: Mexico's 044, 045 and 01 ended in August 2019.
func oldNational(s, region string) []string {
	switch region {
	case "MX":
		return withoutAny(s, "044", "045", "01", "1", "52044", "52045", "5201", "521")
	case "AR":
		return append(withoutAny(s, "9", "09"), without15(s)...)
	}
	return nil
}

// without15 takes out Argentina's old prefix of mobiles, which stands between area and number: "02944 15 412345". libphonenumber knows it
// only behind the area codes of today.
func without15(s string) []string {
	var all []string
	national := strings.TrimPrefix(s, "0")
	for area := 2; area <= 4 && len(national) == 12; area++ {
		if rest, ok := strings.CutPrefix(national[area:], "15"); ok {
			all = append(all, national[:area]+rest)
		}
	}
	return all
}

func withoutAny(s string, prefixes ...string) []string {
	var all []string
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok && len(rest) >= 10 {
			all = append(all, rest)
		}
	}
	return all
}

func prefixed(p string, all []string) []string {
	for i := range all {
		all[i] = p + all[i]
	}
	return all
}

// mobile asks whether a national number is a mobile's.
func mobile(national, region string) bool {
	n, err := phonenumbers.Parse(national, region)
	if err != nil || !phonenumbers.IsValidNumberForRegion(n, region) {
		return false
	}
	t := phonenumbers.GetNumberType(n)
	return t == phonenumbers.MOBILE || t == phonenumbers.FIXED_LINE_OR_MOBILE
}
