package gateway

import (
	"errors"
	"strings"

	"jawort/address"
)

var errDigits = errors.New("cannot be meant")

func unusable(detail string) *fault { return &fault{131026, 400, "ADDRESS_UNUSABLE", detail} }

// recipients reads to and recipient; with both, Meta takes to (facts/meta.md 5).
func (l *letter) recipients(tree *value, country string) *fault {
	if to := tree.given("to"); to != nil {
		if to.kind != '"' && to.kind != '0' {
			return notUnderstood("to must be one telephone number")
		}
		var f *fault
		if l.to, l.other, f = readTo(to.text, to.kind == '0', country); f != nil {
			return f
		}
	}
	user := tree.given("recipient")
	if user == nil {
		if l.to == "" {
			return notUnderstood("to or recipient is missing")
		}
		return nil
	}
	if user.kind != '"' {
		return notUnderstood("recipient must be one user id")
	}
	a, err := address.FromUserID(user.text)
	switch {
	case err != nil:
		return unusable("recipient is no user id of one person in this business's portfolio")
	case l.to == "":
		l.to = a
	default:
		l.also = a
	}
	return nil
}

// readTo reads a telephone number as Meta does: with a plus it is international; without one the country of the business's own number
// is put in front, unless the digits are an international number already (WA/business-phone-numbers/phone-numbers). Digits that can
// be read both ways are taken as Meta takes them; whoever else they could mean must then be nobody we know.
func readTo(to string, number bool, country string) (a, other address.Address, f *fault) {
	digits, plus, ok := digitsOf(to)
	if !ok || number && (plus || digits != to) {
		return "", "", unusable("to is no telephone number")
	}
	if plus {
		a, err := address.Parse("tel:+" + digits)
		if err != nil {
			return "", "", unusable("to is no telephone number")
		}
		return a, "", nil
	}
	abroad, errAbroad := address.ParsePhone("+"+digits, "")
	if strings.HasPrefix(digits, "0") {
		errAbroad = errDigits
	}
	code := address.CallingCode(country)
	home, errHome := address.Address(""), errDigits
	if code != "" && !(errAbroad == nil && strings.HasPrefix(digits, code)) {
		home, errHome = address.ParsePhone("+"+code+strings.TrimLeft(digits, "0"), "")
	}
	switch {
	case errAbroad == nil && errHome == nil && abroad != home:
		return abroad, home, nil
	case errAbroad == nil:
		return abroad, "", nil
	case errHome == nil:
		return home, "", nil
	}
	if a, err := address.Parse("tel:+" + digits); err == nil && strings.HasPrefix(digits, code) {
		return a, "", nil // a block opened since the numbering plan was last read
	}
	return "", "", unusable("to is no telephone number")
}

// digitsOf strips what people put between digits.
func digitsOf(s string) (digits string, plus, ok bool) {
	rest, plus := strings.CutPrefix(s, "+")
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case b.Len() > 0 && (c == ' ' || c == '-' || c == '.') && i+1 < len(rest):
		default:
			return "", plus, false
		}
	}
	return b.String(), plus, b.Len() >= 5 && b.Len() <= 17
}
