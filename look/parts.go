package look

import "github.com/a-h/templ"

// Way leads somewhere: by a link, or by a form that posts fields.
type Way struct {
	Label  string
	Href   string // "" when Post is set
	Post   string
	Fields []Field
}

// Field is one hidden field of a form.
type Field struct{ Name, Value string }

// Crumb is one step on the way to a page.
type Crumb struct{ Href, Label string }

// Heading is the top of a page: the way there, its one h1 and a line below. Actions are Head's children.
type Heading struct {
	Path   string  // what the way is called when read aloud
	Crumbs []Crumb // from the area down to the parent; empty = the page of an area
	Title  string
	Text   string // "" = none
}

// Notice is a banner with a way out. Kind is warn, bad, info or idle.
type Notice struct {
	Kind, Strong, Rest string
	Way                Way // zero = none
}

// Toast tells what was done, never an error. It leaves after 6 s; without script it is a line on top of the page.
type Toast struct {
	Text  string
	Back  Way    // the way back; zero = there is none
	Close string // what the button that closes it is called
}

// Ask is the question before something grave: what it does, a reason, the safe word and the verb itself. Its children are
// further fields. Without script it opens in place.
type Ask struct {
	ID      string // of its parts, unique in the page
	Open    string // on the button that opens it, such as „Abmelden …“
	Class   string // of that button, such as "btn danger small"; "" = "btn"
	Title   string // the question with the object's name
	Text    []string
	Action  string // posted to
	Fields  []Field
	Reason  string // label of the reason's field; "" = none is asked for
	Hint    string // below it
	Typed   string // what was typed before it was refused
	Problem string // why it was refused: then it is open at once
	Keep    string // the safe word, such as „Gebremst lassen“
	Do      string // the verb
	Calm    bool   // the verb is no danger
}

func (a Ask) class() string {
	if a.Class == "" {
		return "btn"
	}
	return a.Class
}

// verb is the class of the button that does it.
func (a Ask) verb() string {
	if a.Calm {
		return "btn main"
	}
	return "btn danger"
}

// described ties a field to its hint and, when there is one, to its problem.
func described(id, problem string) templ.Attributes {
	if problem == "" {
		return templ.Attributes{"aria-describedby": id + "-hint"}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id + "-problem " + id + "-hint"}
}

// Advance is how far long work is. Where nothing is known yet, Total is 0.
type Advance struct {
	Title, Text string
	Done, Total int64
}
