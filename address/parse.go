package address

import "strings"

// Parse reads the URI form, "tel:+…" or "wa:…". Older forms of a number (+52 1 …, Brazilian mobiles without
// the 9) come out canonical. It asks only what a table can answer: known calling code, a length that country
// has. Whether a block of numbers is in service is ParsePhone's question; a program that names an address
// may also want to say that it must not be written to, and that must not fail for a block opened last week.
func Parse(s string) (Address, error) {
	switch {
	case strings.HasPrefix(s, telPrefix):
		return parseTel(s)
	case strings.HasPrefix(s, waPrefix):
		return parseUser(s)
	case strings.TrimSpace(s) == "":
		return "", fault(Empty)
	}
	return "", fault(NotURI)
}

// FromWAID turns a wa_id of Meta's webhooks and answers into the number. Meta vouches for the id, so only its
// shape is asked: an opt-out must never be lost to a numbering plan that is older than the number.
func FromWAID(digits string) (Address, error) {
	if err := shape(digits); err != nil {
		return "", err
	}
	return Address(telPrefix + canonical(digits)), nil
}

// FromUserID turns a BSUID into an address. Parent ids are not addresses: see ParseParent.
func FromUserID(bsuid string) (Address, error) {
	return parseUser(waPrefix + bsuid)
}

// ParseParent reads a parent BSUID, "GB.ENT." and up to 128 letters and digits.
func ParseParent(s string) (Parent, error) {
	rest, ok := strings.CutPrefix(afterCountry(s), "ENT.")
	if !ok || !alphanumeric(rest) {
		return "", fault(BadParent)
	}
	return Parent(s), nil
}

func parseTel(s string) (Address, error) {
	d := s[len(telPrefix):]
	if err := shape(d); err != nil {
		return "", err
	}
	c := canonical(d)
	if err := possible(c); err != nil {
		return "", err
	}
	if len(c) == len(d) {
		return Address(s), nil
	}
	return Address(telPrefix + c), nil
}

// shape checks for E.164: at most 15 digits, none of the calling codes begins with 0 (ITU-T E.164, 6.2).
func shape(d string) error {
	for i := 0; i < len(d); i++ {
		if d[i] < '0' || d[i] > '9' {
			return fault(NotNumber)
		}
	}
	switch {
	case len(d) < 7:
		return fault(TooShort)
	case len(d) > 15:
		return fault(TooLong)
	case d[0] == '0':
		return fault(UnknownCountry)
	}
	return nil
}

// parseUser checks for Meta's shape: country, dot, 1 to 128 letters and digits
// (WA/business-scoped-user-ids: store at least 131 characters, case-sensitive, keep the prefix).
func parseUser(s string) (Address, error) {
	rest := afterCountry(s[len(waPrefix):])
	if strings.HasPrefix(rest, "ENT.") {
		return "", fault(IsParent)
	}
	if !alphanumeric(rest) {
		return "", fault(BadUserID)
	}
	return Address(s), nil
}

// afterCountry is what follows "CC."; empty where there is no country.
func afterCountry(id string) string {
	if len(id) < 4 || id[2] != '.' || !upper(id[0]) || !upper(id[1]) {
		return ""
	}
	return id[3:]
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

func alphanumeric(s string) bool {
	if len(s) == 0 || len(s) > 128 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !upper(c) && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
