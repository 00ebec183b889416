package address

import "github.com/nyaruka/phonenumbers"

// Shown is the address as people read it: a telephone number with its country's groups, a user id as it is.
func (a Address) Shown() string {
	if id := a.UserID(); id != "" {
		return string(a)
	}
	n, err := phonenumbers.Parse("+"+a.Digits(), "")
	if err != nil {
		return "+" + a.Digits()
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
