package manager

import (
	"net/url"

	"github.com/a-h/templ"

	"jawort/account"
)

// preset is one of the lists one comes back to.
type preset struct {
	Href, Label string
	Current     bool
}

// ourViews are the lists that every business needs: name of the sentence → filter.
var ourViews = []struct {
	key string
	by  narrowed
}{
	{"all", narrowed{}}, {"granted", narrowed{onState: "granted"}}, {"withdrawn", narrowed{onState: "withdrawn"}},
	{"requested", narrowed{onState: "requested"}}, {"lapsing", narrowed{onLapse: "30"}}, {"frozen", narrowed{onDoubt: "frozen"}},
}

// presets are ours, then those that staff saved.
func (v *visit) presets(d peopleData) []preset {
	var out []preset
	now := d.by.query()
	for _, p := range ourViews {
		out = append(out, preset{p.by.path("", ""), v.say("manager.people.view." + p.key), now == p.by.query()})
	}
	for _, w := range d.views {
		out = append(out, preset{viewPath(w, d.choices), w.Name, now == w.Filter})
	}
	return out
}

// kept is the view that holds the filter one looks through; without id when there is none.
func (d peopleData) kept() account.View {
	for _, w := range d.views {
		if w.Filter == d.by.query() {
			return w
		}
	}
	return account.View{}
}

func (v *visit) saveViewWord(kept account.View) string {
	if kept.ID != "" {
		return v.say("manager.people.view.change")
	}
	return v.say("manager.people.view.save")
}

// viewPath is a kept filter as an address; read again, so that what was kept long ago is judged like what is typed.
func viewPath(w account.View, c choices) string {
	q, err := url.ParseQuery(w.Filter)
	if err != nil {
		return "/people"
	}
	return narrowedBy(q, c).path("", "")
}

// current marks a link to the page one is on.
func current(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// invalid ties a field to what is wrong with it.
func invalid(problem, id string) templ.Attributes {
	if problem == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id}
}
