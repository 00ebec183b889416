package sip

import "strings"

// identity is who calls, as the network says it.
type identity struct {
	user   string // number or name before the @, as it came; "" = hidden or unreadable
	hidden bool   // the caller does not want to be known (RFC 3323)
}

// hiding are the users that networks write where somebody is not to be known.
var hiding = map[string]bool{"anonymous": true, "anonym": true, "unavailable": true, "restricted": true, "private": true, "unknown": true, "withheld": true}

// identify reads the caller: the network's word (P-Asserted-Identity, RFC 3325) before the caller's own (From). Who asked for
// privacy is hidden, also from us who were told.
func identify(privacy, asserted []string, from string) identity {
	for _, p := range privacy {
		for word := range strings.SplitSeq(strings.ToLower(p), ";") {
			switch strings.TrimSpace(word) {
			case "id", "user", "header":
				return identity{hidden: true}
			}
		}
	}
	fromUser, fromHost := userOf(from)
	if hiding[strings.ToLower(fromUser)] || fromHost == "anonymous.invalid" {
		return identity{hidden: true}
	}
	for _, list := range asserted {
		for one := range strings.SplitSeq(list, ",") {
			if user, _ := userOf(one); user != "" {
				if hiding[strings.ToLower(user)] {
					return identity{hidden: true}
				}
				return identity{user: user}
			}
		}
	}
	if fromUser == "" {
		return identity{hidden: true}
	}
	return identity{user: fromUser}
}

// userOf takes user and host out of a header such as `"Anna" <sip:+4915112345678@provider.example;user=phone>;tag=1` or `tel:+49…`.
// What is no plain user is left out: only letters, digits and + . _ - may stand in it.
func userOf(header string) (user, host string) {
	s := header
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		s = s[open+1:]
		if end := strings.IndexByte(s, '>'); end >= 0 {
			s = s[:end]
		}
	}
	s = strings.TrimSpace(s)
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return "", ""
	}
	switch strings.ToLower(strings.TrimSpace(scheme)) {
	case "tel":
		user, _, _ = strings.Cut(rest, ";")
	case "sip", "sips":
		var at bool
		user, host, at = strings.Cut(rest, "@")
		if !at {
			return "", ""
		}
		host, _, _ = strings.Cut(host, ";")
		host, _, _ = strings.Cut(host, ":")
		user, _, _ = strings.Cut(user, ";")
		user, _, _ = strings.Cut(user, ":") // a password
	default:
		return "", ""
	}
	user = strings.ReplaceAll(strings.ReplaceAll(user, "%2B", "+"), "%2b", "+")
	if len(user) == 0 || len(user) > 64 || strings.ContainsFunc(user, odd) {
		return "", strings.ToLower(host)
	}
	return user, strings.ToLower(host)
}

func odd(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '+' || r == '.' || r == '_' || r == '-')
}
