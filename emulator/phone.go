package emulator

import "strings"

// digitsOf strips what people put between digits; ok is false if anything else is left.
func digitsOf(s string) (digits string, plus, ok bool) {
	s = strings.TrimSpace(s)
	plus = strings.HasPrefix(s, "+")
	s = strings.TrimPrefix(s, "+")
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			plain = false
			break
		}
	}
	if plain {
		return s, plus, len(s) >= 5 && len(s) <= 17
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case c == ' ' || c == '-' || c == '(' || c == ')' || c == '.':
		default:
			return "", plus, false
		}
	}
	digits = b.String()
	return digits, plus, len(digits) >= 5 && len(digits) <= 17
}

// readTo gives the digits of `to`. Without a plus the business number's country code is put in front
// (WA/business-phone-numbers/phone-numbers); digits that are an international number already stay as they are.
func readTo(to, business string) (string, bool) {
	digits, plus, ok := digitsOf(to)
	if !ok {
		return "", false
	}
	if !plus && !international(digits) {
		digits = countryOf(business).code + strings.TrimLeft(digits, "0")
	}
	return digits, len(digits) >= 7 && len(digits) <= 15
}

func international(digits string) bool {
	if strings.HasPrefix(digits, "0") {
		return false
	}
	c := countryOf(digits)
	if c.iso == "ZZ" || len(digits) < c.min || len(digits) > c.max {
		return false
	}
	// North American area codes start with 2 to 9 and are not N11.
	return c.code != "1" || digits[1] >= '2' && !(digits[2] == '1' && digits[3] == '1')
}

// waID is the account behind a number. In Mexico, Argentina and Brazil it differs from what people dial: WhatsApp keeps
// the old mobile 1, the 9, and the eight-digit form (`wa_id` may differ from `input`, WA/messages/send-messages).
func waID(digits string) string {
	switch {
	case strings.HasPrefix(digits, "52") && len(digits) == 12:
		return "521" + digits[2:]
	case strings.HasPrefix(digits, "54") && len(digits) == 12:
		return "549" + digits[2:]
	case strings.HasPrefix(digits, "55") && len(digits) == 13 && digits[4] == '9' && digits[2:4] > "30":
		return digits[:4] + digits[5:]
	}
	return digits
}

// heads are how long the first group is, by what a number begins with; the longest that fits counts. Where the rest is short it stays together,
// as libphonenumber writes it, so that a phone shows its number as the other side does.
var heads = map[string]int{"4930": 2, "4940": 2, "4969": 2, "4989": 2, "4420": 2, "447": 4, "331": 1, "336": 1, "337": 1}

// display groups digits a little, for eyes.
func display(digits string) string {
	c := countryOf(digits)
	rest, head := strings.TrimPrefix(digits, c.code), 3
	if len(rest) < 5 {
		return "+" + digits
	}
	for n := len(c.code) + 1; n <= len(c.code)+2; n++ {
		if h, ok := heads[digits[:n]]; ok {
			head = h
		}
	}
	tail := rest[head:]
	var b strings.Builder
	b.WriteString("+" + c.code + " " + rest[:head] + " ")
	for i := range len(tail) {
		if i > 0 && i%4 == 0 && len(tail)-i > 1 && (len(tail) > 8 || digits[:len(c.code)+2] == "4420") {
			b.WriteByte(' ')
		}
		b.WriteByte(tail[i])
	}
	return b.String()
}
