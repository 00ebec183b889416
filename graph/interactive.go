package graph

import "time"

// Interactive is the answer to an interactive message; exactly one of its parts is set, or none where Meta
// sends a kind we do not know.
type Interactive struct {
	Type       string // button_reply list_reply nfm_reply call_permission_reply
	Reply      *Reply // of button_reply and list_reply
	Flow       *FlowReply
	Permission *CallPermission

	strange []node // answers of kinds we do not know
}

// FlowReply is a form that was sent off (nfm_reply).
type FlowReply struct{ Name, Body, ResponseJSON string }

// CallPermission is the person's answer to "may we call?": Meta's own opt-in, for calls alone.
type CallPermission struct {
	Response  string // accept reject
	Permanent bool
	Expires   time.Time // zero if permanent or refused
	Source    string    // user_action automatic
}

func readInteractive(n node) *Interactive {
	i := &Interactive{Type: n.get("type").text()}
	for k, v := range n.fields() {
		switch string(k) {
		case "button_reply", "list_reply":
			i.Reply = &Reply{v.get("id").text(), v.get("title").text(), v.get("description").text()}
		case "nfm_reply":
			i.Flow = &FlowReply{v.get("name").text(), v.get("body").text(), formOf(v.get("response_json"))}
		case "call_permission_reply":
			i.Permission = &CallPermission{
				Response: v.get("response").text(), Permanent: v.get("is_permanent").yes(),
				Expires: v.get("expiration_timestamp").time(), Source: v.get("response_source").text(),
			}
		default:
			if v.isObject() {
				i.strange = append(i.strange, v)
			}
		}
	}
	return i
}

// formOf is what a form was filled with: JSON inside a string, or as it is.
func formOf(v node) string {
	if v.isObject() {
		return string(v)
	}
	return v.text()
}

// Words is what a person said, for whoever reads words, and in which way: text, button (a template's quick
// reply), button_reply, list_reply, image_caption (of any file). Both are empty where nothing was said:
// a reaction, a sticker, a form. An edited message says its new words.
func (m *Inbound) Words() (text, via string) {
	switch {
	case m == nil:
		return "", ""
	case m.Text != "":
		return m.Text, "text"
	case m.Button != nil:
		return first(m.Button.Title, m.Button.ID), "button"
	case m.Interactive != nil && m.Interactive.Reply != nil:
		return m.Interactive.Reply.Title, first(m.Interactive.Type, "button_reply")
	case m.Media != nil && m.Media.Caption != "":
		return m.Media.Caption, "image_caption"
	case m.Order != nil && m.Order.Text != "":
		return m.Order.Text, "text"
	case m.Edit != nil:
		return m.Edit.Message.Words()
	}
	return "", ""
}

// ByPerson says whether the person did something that opens the 24-hour window: any message, tap, reaction or
// unsupported kind does; what the system tells, an edit and a revocation do not.
func (m *Inbound) ByPerson() bool {
	switch m.Type {
	case "system", "edit", "revoke", "":
		return false
	}
	return m.System == nil && m.Edit == nil && m.Revoke == nil
}

// Moved tells, of a system message or a user_id_update, under which ids the person was known and under which they are now.
// Only the ids that changed are in to; ok is false for every other item.
func (it *Item) Moved() (from, to Person, ok bool) {
	if u := it.UserID; u != nil {
		from = Person{UserID: u.Previous, ParentUserID: u.PreviousParent}
		to = Person{WAID: it.Person.WAID, UserID: u.Current, ParentUserID: u.CurrentParent}
		return from, to, u.Previous != "" && u.Current != "" && u.Previous != u.Current
	}
	if it.Message == nil || it.Message.System == nil {
		return Person{}, Person{}, false
	}
	s := it.Message.System
	if s.Type != "user_changed_number" && s.Type != "user_changed_user_id" && s.Type != "customer_changed_number" {
		return Person{}, Person{}, false
	}
	from = Person{
		WAID: it.Person.WAID, UserID: first(s.PreviousUserID, it.Person.UserID),
		ParentUserID: first(s.PreviousParentUserID, it.Person.ParentUserID),
	}
	to = Person{WAID: s.WAID, UserID: s.UserID, ParentUserID: s.ParentUserID}
	return from, to, !from.None() && !to.None()
}
