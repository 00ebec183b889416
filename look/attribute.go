package look

import (
	"strconv"

	"github.com/a-h/templ"
)

// themed writes data-theme only when there is one: its absence means "as the device".
func themed(theme string) templ.Attributes {
	if theme == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"data-theme": theme}
}

func pressed(on bool) string { return strconv.FormatBool(on) }

// bannerRole says at once what is bad, and the rest in its turn.
func bannerRole(kind string) string {
	if kind == "bad" {
		return "alert"
	}
	return "status"
}

func bannerShape(kind string) string {
	if kind == "info" {
		return "wait"
	}
	return kind
}

// current marks the page one is on.
func current(on bool) templ.Attributes {
	if !on {
		return templ.Attributes{}
	}
	return templ.Attributes{"aria-current": "page"}
}

// jump names the key that leads to an entry after g.
func jump(key string) templ.Attributes {
	if key == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"data-key": key}
}
