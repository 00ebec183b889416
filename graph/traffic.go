package graph

import "encoding/json"

// Person is who an item is about, as far as Meta tells: the number may be withheld (then only UserID is set),
// and statuses of failed sends may carry the number alone (WA/business-scoped-user-ids).
type Person struct {
	WAID            string // digits; empty where the number is withheld
	UserID          string // BSUID, scoped to the business portfolio
	ParentUserID    string
	Name            string // as the person calls themselves
	Username        string // with @; for display only, never a key
	IdentityKeyHash string
}

// None says that nothing identifies the person.
func (p Person) None() bool { return p.WAID == "" && p.UserID == "" && p.ParentUserID == "" }

// traffic is the value of the fields that carry what people do.
type traffic struct {
	base     Item
	contacts []Person
	byID     map[string]int // index into contacts, once there are many
}

// readTraffic takes a value apart into its messages, statuses, preferences and calls.
func readTraffic(items []Item, base Item, value node) []Item {
	t := traffic{base: base}
	t.base.Kind, t.base.Raw = KindUnknown, json.RawMessage(value)
	for k, v := range value.fields() {
		switch string(k) {
		case "metadata":
			t.base.PhoneNumberID, t.base.Display = v.get("phone_number_id").text(), v.get("display_phone_number").text()
		case "contacts":
			t.readContacts(v)
		}
	}
	before := len(items)
	for k, v := range value.fields() {
		switch string(k) {
		case "messages":
			items = t.each(items, v, readMessage)
		case "message_echoes":
			items = t.each(items, v, readEcho)
		case "statuses":
			items = t.each(items, v, t.statusReader())
		case "user_preferences":
			items = t.each(items, v, readPreference)
		case "user_id_update":
			items = t.each(items, v, readUserIDChange)
		case "calls":
			items = t.each(items, v, readCall)
		case "errors":
			items = append(items, t.valueErrors(v))
		}
	}
	if len(items) == before {
		t.base.Key = t.base.hash()
		items = append(items, t.base)
	}
	return items
}

// each reads a list's elements one by one; what is not a list, or not an object, is kept as bad.
func (t *traffic) each(items []Item, list node, read func(*traffic, *Item, node) string) []Item {
	if !list.isArray() && !list.isObject() {
		return append(items, bad(t.base, list, "not a list"))
	}
	for n := range list.some() {
		if !n.isObject() {
			items = append(items, bad(t.base, n, "not an object"))
			continue
		}
		items = append(items, t.base)
		it := &items[len(items)-1]
		it.Raw = json.RawMessage(n)
		if it.Key = read(t, it, n); it.Key == "" {
			it.Key = it.hash()
		}
	}
	return items
}

// statusReader: calls report their ringing in the same list, under the field "calls".
func (t *traffic) statusReader() func(*traffic, *Item, node) string {
	if t.base.Field == "calls" {
		return readCallStatus
	}
	return readStatus
}

func (t *traffic) valueErrors(v node) Item {
	it := t.base
	it.Kind, it.Raw, it.Errors = KindErrors, json.RawMessage(v), readErrors(v)
	it.Key = it.hash()
	return it
}

func (t *traffic) readContacts(list node) {
	for n := range list.some() {
		var p Person
		for k, v := range n.fields() {
			switch string(k) {
			case "profile":
				p.Name, p.Username = v.get("name").text(), v.get("username").text()
			case "wa_id":
				p.WAID = v.waID()
			case "user_id":
				p.UserID = v.id()
			case "parent_user_id":
				p.ParentUserID = v.id()
			case "identity_key_hash":
				p.IdentityKeyHash = v.text()
			}
		}
		t.contacts = append(t.contacts, p)
	}
}

// resolve completes what the item itself says by the contact with the same id. The item's own words win;
// a contact that contradicts them in an id is somebody else.
func (t *traffic) resolve(p Person) Person {
	c, ok := t.contact(p)
	if !ok {
		return p
	}
	p.WAID, p.UserID = first(p.WAID, c.WAID), first(p.UserID, c.UserID)
	p.ParentUserID = first(p.ParentUserID, c.ParentUserID)
	p.IdentityKeyHash = first(p.IdentityKeyHash, c.IdentityKeyHash)
	p.Name, p.Username = c.Name, c.Username
	return p
}

func (t *traffic) contact(p Person) (Person, bool) {
	if len(t.contacts) == 1 {
		return t.contacts[0], same(p, t.contacts[0])
	}
	if len(t.contacts) > 8 {
		return t.lookUp(p)
	}
	for _, c := range t.contacts {
		if !p.None() && same(p, c) {
			return c, true
		}
	}
	return Person{}, false
}

// lookUp is contact for batches, which carry up to 1,000.
func (t *traffic) lookUp(p Person) (Person, bool) {
	if t.byID == nil {
		t.byID = make(map[string]int, 2*len(t.contacts))
		for i, c := range t.contacts {
			t.byID["u"+c.UserID], t.byID["w"+c.WAID] = i, i
		}
	}
	for _, id := range []string{"u" + p.UserID, "w" + p.WAID} {
		if i, ok := t.byID[id]; ok && len(id) > 1 && same(p, t.contacts[i]) {
			return t.contacts[i], true
		}
	}
	return Person{}, false
}

// same: no id contradicts, and unless one side has none at all, one id agrees.
func same(p, c Person) bool {
	if p.UserID != "" && c.UserID != "" {
		return p.UserID == c.UserID
	}
	if p.WAID != "" && c.WAID != "" {
		return p.WAID == c.WAID
	}
	return p.UserID == "" && p.WAID == ""
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
