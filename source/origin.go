package source

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of a page's own words, in letters; and of how many sites may hold a form.
const (
	mostHeadline = 90
	mostIntro    = 400
	mostOrigins  = 20
)

// Origin brings the address of a site into the form in which browsers name it (RFC 6454): scheme, host and a port that is not the
// scheme's own. "" = it is none, or one that is not encrypted; this machine may be, for trying.
func Origin(typed string) string {
	u, err := url.Parse(strings.ToLower(strings.TrimSpace(typed)))
	if err != nil || u.Host == "" || u.User != nil || len(typed) > 255 {
		return ""
	}
	host, port := u.Hostname(), u.Port()
	here := host == "localhost" || net.ParseIP(host).IsLoopback()
	switch {
	case host == "" || strings.ContainsAny(host, "*%_ \"'<>") || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return ""
	case u.Scheme != "https" && !(u.Scheme == "http" && here):
		return ""
	}
	for _, r := range host { // browsers name such hosts in ASCII (IDNA); a name in other letters would never match
		if r >= utf8.RuneSelf {
			return ""
		}
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return u.Scheme + "://" + host
	}
	return u.Scheme + "://" + host + ":" + port
}

// Origins are the sites of a list, each once; what is none is left out, and so is what is too many.
func Origins(list []string) []string {
	var out []string
	for _, s := range list {
		if o := Origin(s); o != "" && !slices.Contains(out, o) && len(out) < mostOrigins {
			out = append(out, o)
		}
	}
	return out
}

func tooLong(texts map[string]string, most int) bool {
	for _, t := range texts {
		if utf8.RuneCountInString(t) > most || !utf8.ValidString(t) {
			return true
		}
	}
	return false
}
