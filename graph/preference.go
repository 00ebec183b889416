package graph

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var (
	errNoStatus     = errors.New("webhook: status without message id or state")
	errNoPreference = errors.New("webhook: preference without value or person")
)

// Preference is what a person set in WhatsApp itself about this business's marketing
// (WA/webhooks/reference/user_preferences). It belongs to the pair of person and business number.
type Preference struct {
	Category string // marketing_messages, so far
	Value    string // stop resume signup
	Detail   string
	SignupID string // with signup
}

func readPreference(t *traffic, it *Item, n node) string {
	it.Kind = KindPreference
	f, p := new(Preference), Person{}
	for k, v := range n.fields() {
		switch string(k) {
		case "wa_id":
			p.WAID = v.waID()
		case "user_id":
			p.UserID = v.id()
		case "parent_user_id":
			p.ParentUserID = v.id()
		case "detail":
			f.Detail = v.text()
		case "category":
			f.Category = v.id()
		case "value":
			f.Value = strings.ToLower(v.id())
		case "signup_id":
			f.SignupID = v.id()
		case "timestamp":
			it.Time = v.time()
		}
	}
	it.Preference, it.Person = f, t.resolve(p)
	if f.Value == "" || it.Person.None() {
		it.Kind, it.Err = KindBad, errNoPreference
		return ""
	}
	who := first(first(it.Person.UserID, it.Person.WAID), it.Person.ParentUserID)
	return "p:" + it.PhoneNumberID + ":" + who + ":" + f.Category + ":" + f.Value + ":" + f.SignupID + ":" + stamp(it.Time)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// UserIDChange is user_id_update, which Meta announced in spring 2026 and took back on 11 August: not to be
// relied on, read if seen. Identity changes come as system messages.
type UserIDChange struct {
	Previous, Current             string
	PreviousParent, CurrentParent string
	Detail                        string
}

func readUserIDChange(t *traffic, it *Item, n node) string {
	it.Kind, it.Time = KindUserID, n.get("timestamp").time()
	id, parent := n.get("user_id"), n.get("parent_user_id")
	it.UserID = &UserIDChange{
		Previous: id.get("previous").id(), Current: id.get("current").id(),
		PreviousParent: parent.get("previous").id(), CurrentParent: parent.get("current").id(),
		Detail: n.get("detail").text(),
	}
	it.Person = t.resolve(Person{WAID: n.get("wa_id").waID(), UserID: it.UserID.Previous, ParentUserID: it.UserID.PreviousParent})
	return ""
}
