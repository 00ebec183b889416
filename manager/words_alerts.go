package manager

import (
	"errors"
	"time"

	"github.com/a-h/templ"

	"jawort/alert"
	"jawort/errs"
	"jawort/look"
	"jawort/say"
)

func alarmShape(a alert.Alert, now int64) string {
	if a.At(now) == alert.Muted {
		return "idle"
	}
	return a.Shape()
}

// toldShape is the shape of a mail's state.
func toldShape(state string) string {
	switch state {
	case "sent":
		return "ok"
	case "failed":
		return "bad"
	}
	return "wait"
}

func nameOr(names map[string]string, email string) string {
	if n := names[email]; n != "" {
		return n
	}
	return email
}

func typedWhy(d alertsData, mine bool) string {
	if mine {
		return d.form.why
	}
	return ""
}

// fieldOf is the field an error is about; empty when it is about the whole.
func fieldOf(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}

// wrong marks a field and says which sentence explains it.
func wrong(is bool, id string) templ.Attributes {
	if !is {
		return templ.Attributes{}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id + "-err"}
}

// lasted sets a length of time roughly: minutes, hours, days.
func (v *visit) lasted(micros int64) string {
	d := time.Duration(micros) * time.Microsecond
	key, n := "manager.minutes", int64(d/time.Minute)
	switch {
	case d >= 48*time.Hour:
		key, n = "manager.days", int64(d/(24*time.Hour))
	case d >= 2*time.Hour:
		key, n = "manager.hours", int64(d/time.Hour)
	}
	return v.say(key, say.Args{"Count": max(n, 1), "Number": look.Integer(v.lang, max(n, 1))})
}
