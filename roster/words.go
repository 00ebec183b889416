package roster

import "time"

// statusOf reads the word on a row. One that is not known says nothing, which never counts as a yes.
func statusOf(s string) Status {
	switch plain(s) {
	case "yes", "y", "ja", "j", "true", "wahr", "oui", "vrai", "si", "sí", "sì", "vero", "verdadero", "1", "on", "subscribed", "opt in", "optin", "opted in", "re opt in", "reoptin", "resubscribed", "in",
		"granted", "active", "aktiv", "angemeldet", "consented", "start", "x":
		return In
	case "unsubscribed", "unsubscribe", "unsub", "opt out", "optout", "opted out", "optedout", "out", "revoked", "withdrawn", "abgemeldet", "abbestellt", "ausgetragen", "stop", "stopped", "stopall", "stop all",
		"blocked", "blocklisted", "blacklisted", "cleaned", "bounced", "complained", "spam", "declined", "denied", "refused", "rejected", "widerrufen", "gesperrt", "inactive", "inaktiv", "suppressed",
		"do not contact", "dnc", "removed", "cancelled", "canceled", "quit", "end":
		return Out
	}
	if isNo(s) {
		return Out
	}
	return Unsaid
}

// isNo: the plain word for no.
func isNo(s string) bool {
	switch plain(s) {
	case "no", "n", "nein", "false", "falsch", "non", "faux", "falso", "0", "off":
		return true
	}
	return false
}

// layouts are how exports write a moment; one without a zone is UTC.
var layouts = []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "02.01.2006 15:04:05",
	"02.01.2006 15:04", "02.01.2006"}

// moment is zero where nothing can be read. 03/04/2026 is read by nobody: it is two days.
func moment(s string) time.Time {
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
