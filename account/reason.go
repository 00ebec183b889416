package account

import (
	"strings"
	"unicode/utf8"

	"jawort/errs"
)

// Bounds of a reason: one line that somebody else understands a year later.
const (
	LeastReason = 10
	MostReason  = 500
)

// CleanReason is a reason as the audit trail keeps it.
func CleanReason(reason string) (string, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	if n := utf8.RuneCountInString(reason); n < LeastReason || n > MostReason || !utf8.ValidString(reason) {
		return "", errs.At("reason", "account.reason.length").With(errs.Args{"Least": LeastReason, "Most": MostReason})
	}
	return reason, nil
}

// Loosens reports whether going from one mode to the other lets through more than before.
func (m Mode) Loosens(from Mode) bool { return m != from && m.Stricter(from) == from }

// loosen is the reason in the trail's words when a mode lets through more than before; nothing else needs one.
func loosen(detail map[string]string, from, to Mode, reason string) error {
	detail["mode"] = string(to)
	if !to.Loosens(from) {
		return nil
	}
	reason, err := CleanReason(reason)
	if err != nil {
		return err
	}
	detail["from"], detail["reason"] = string(from), reason
	return nil
}
