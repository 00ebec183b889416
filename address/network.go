package address

import (
	"errors"
	"strings"
)

// FromNetwork reads whom a telephone network names: the sender of a text, the caller. It knows its numbers better than our copy of the
// plans: a number in a block opened last week is one, as in FromWAID, so that no STOP is lost to it. Region is where the line lies, for
// national spellings. Names, short codes and service lines are nobody's.
func FromNetwork(from, region string) (Address, error) {
	a, err := ParsePhone(from, region)
	if err == nil || from == "" {
		return a, err
	}
	digits, plus := strings.CutPrefix(strings.TrimSpace(from), "+")
	if !plus { // some providers leave it away
		if a, again := ParsePhone("+"+digits, region); again == nil {
			return a, nil
		}
		return "", err
	}
	var e *Error
	if errors.As(err, &e) && e.Code == NotPersonal {
		return "", err
	}
	return Parse(telPrefix + digits)
}
