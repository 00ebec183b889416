package web

import (
	"strings"

	"github.com/a-h/templ"

	"jawort/say"
)

// lines sets a wording exactly as it is: paragraphs and line ends are the text's own.
func lines(text string) templ.Component {
	return templ.Raw(strings.ReplaceAll(templ.EscapeString(text), "\n", "<br>"))
}

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}

// about ties a field to its hint and, if it is wrong, to what is wrong with it.
func about(hint, field string, f form) templ.Attributes {
	if f.wrong[field] == "" {
		if hint == "" {
			return nil
		}
		return templ.Attributes{"aria-describedby": hint}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": strings.TrimSpace(field + "-wrong " + hint)}
}

// titleOf says first that something is wrong, because a title is what a screen reader reads first.
func titleOf(v *visit, o offer, f form) string {
	title := v.say("web.optin") + " · " + o.tenant.Name
	if len(f.wrong) > 0 {
		return v.say("web.title.wrong") + " " + title
	}
	return title
}

func buttonOf(v *visit, o offer) string {
	if o.marketing(o.codes()) {
		return v.say("web.send")
	}
	return v.say("web.send.utility")
}

// invitation is the sentence below the heading.
func invitation(o offer) string {
	if o.source.Settings.OneBox || len(o.topics) == 1 {
		return "web.optin.one"
	}
	return "web.optin.text"
}

// bodyOf is the class of a page: one that is only looked at fills its frame.
func bodyOf(v *visit) string {
	if v.inert {
		return "public seen"
	}
	return "public"
}

// heading is what the page asks: in the business's own words, or else ours; with one topic it is that topic.
func heading(v *visit, o offer) string {
	if own := o.source.Settings.Headlines[o.lang()]; own != "" {
		return own
	}
	if len(o.topics) == 1 {
		return v.say("web.optin.topic", say.Args{"Topic": o.topics[0].Text(o.lang()).Name})
	}
	return v.say("web.optin.heading")
}
