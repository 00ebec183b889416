// Package address is the ways to reach a person: telephone numbers and Meta's business-scoped user ids,
// each in one canonical spelling whatever country habit or older form it came in.
package address

import "strings"

// Address is canonical: "tel:+4915112345678" or "wa:DE.7000000001". Two addresses are the same way to reach
// a person exactly when they are the same string.
type Address string

// Parent is the user id that linked portfolios of one managed business share ("GB.ENT.8000…", case-sensitive).
type Parent string

const (
	telPrefix = "tel:+"
	waPrefix  = "wa:"
)

// IsPhone says whether the address is a telephone number.
func (a Address) IsPhone() bool { return strings.HasPrefix(string(a), telPrefix) }

// IsUserID says whether the address is a business-scoped user id (BSUID).
func (a Address) IsUserID() bool { return strings.HasPrefix(string(a), waPrefix) }

func (a Address) String() string { return string(a) }

// Digits is the number without plus, as Meta writes a wa_id; empty for a user id.
func (a Address) Digits() string {
	if !a.IsPhone() {
		return ""
	}
	return string(a)[len(telPrefix):]
}

// UserID is the BSUID as Meta writes it; empty for a number.
func (a Address) UserID() string {
	if !a.IsUserID() {
		return ""
	}
	return string(a)[len(waPrefix):]
}

// Country is the ISO 3166 code the address belongs to; empty where none does (satellite, unknown).
func (a Address) Country() string {
	if id := a.UserID(); len(id) > 2 {
		return id[:2]
	}
	return countryOf(a.Digits())
}

// Country is the ISO 3166 code in front of the parent id.
func (p Parent) Country() string {
	if len(p) < 2 {
		return ""
	}
	return string(p[:2])
}

func (p Parent) String() string { return string(p) }

// Masked keeps country and the last two digits: enough to recognise, too little to write to.
// For people who have the right to see that somebody is there, but not who.
func (a Address) Masked() string {
	if id := a.UserID(); len(id) > 3 {
		return id[:3] + "•••" + tail(id[3:], 2)
	}
	d := a.Digits()
	code := callingCode(d)
	return "+" + code + " •••" + tail(d[len(code):], 2)
}

// tail is the last n characters, or nothing where that would show most of a short one.
func tail(s string, n int) string {
	if len(s) < 3*n {
		return ""
	}
	return s[len(s)-n:]
}
