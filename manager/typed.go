package manager

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"jawort/account"
	"jawort/errs"
)

// typed is a form as it was filled in and what is wrong with it: what was typed stays, and the problem stands beside its field.
type typed struct {
	values url.Values
	wrong  map[string]string // field → sentence; "" = the form as a whole
	code   errs.Code         // of the refusal; "" = nothing is wrong
}

// filled is a form that shows what is kept; pairs are field and value.
func filled(pairs ...string) typed {
	f := typed{values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Add(pairs[i], pairs[i+1])
	}
	return f
}

// typed reads the form that was sent, in either of HTML's two encodings.
func (v *visit) typed() (typed, error) {
	if err := v.r.ParseMultipartForm(account.MostLogo); err != nil && v.r.MultipartForm != nil {
		return typed{}, errs.At("form", "error.invalid").Because(err)
	}
	if err := v.r.ParseForm(); err != nil {
		return typed{}, errs.At("form", "error.invalid").Because(err)
	}
	return typed{values: v.r.PostForm}, nil
}

func (f typed) get(name string) string       { return f.values.Get(name) }
func (f typed) has(name, value string) bool  { return slices.Contains(f.values[name], value) }
func (f typed) on(name string) bool          { return f.get(name) == "on" }
func (f *typed) refuse(name, problem string) { f.put(errs.Invalid, name, problem) }

// status is the answer's: 200 while nothing is wrong.
func (f typed) status() int {
	if f.code == "" {
		return http.StatusOK
	}
	return statuses[f.code]
}

func (f *typed) put(code errs.Code, name, problem string) {
	if f.wrong == nil {
		f.wrong = map[string]string{}
	}
	f.code, f.wrong[name] = code, problem
}

// took takes an error of the input into the form and answers nil; every other error comes back. fields turns the nouns' names of
// fields into those of the form; one the form does not have stands above it.
func (f *typed) took(v *visit, err error, fields map[string]string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Code != errs.Invalid && e.Code != errs.Conflict && e.Code != errs.Unprocessable && e.Code != errs.TooLarge {
		return err
	}
	name, known := fields[e.Field]
	if !known {
		name = e.Field
		if _, typed := f.values[name]; !typed {
			name = ""
		}
	}
	f.put(e.Code, name, v.sentence(err))
	return nil
}

// field is one field of a form.
type field struct {
	Name, Label string
	Hint        string // "" = none
	Type        string // "" = text
	Value       string // "" = what was typed; for fields of type radio and checkbox their value
	More        templ.Attributes
}

// attributes ties the field to its hint and its problem, for a screen reader.
func (n field) attributes(f typed) templ.Attributes {
	out := templ.Attributes{}
	by := ""
	if n.Hint != "" {
		by = n.Name + "-hint"
	}
	if f.wrong[n.Name] != "" {
		out["aria-invalid"] = "true"
		by = n.Name + "-err " + by
	}
	if by != "" {
		out["aria-describedby"] = by
	}
	for k, x := range n.More {
		out[k] = x
	}
	return out
}

func (n field) kind() string {
	if n.Type == "" {
		return "text"
	}
	return n.Type
}

// option is one choice of several.
type option struct{ Value, Label, Hint string }

// numeric asks a phone for its number pad.
var numeric = templ.Attributes{"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"}

// numericLong is for ids of Meta.
var numericLong = templ.Attributes{"inputmode": "numeric", "autocomplete": "off", "maxlength": "32"}

// secretInput keeps a secret off the screen and out of the browser's memory.
var secretInput = templ.Attributes{"autocomplete": "off", "spellcheck": "false", "maxlength": "1000"}
