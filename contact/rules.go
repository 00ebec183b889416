package contact

import (
	"slices"

	"jawort/address"
)

// The rules of DESIGN section 5 "Identity", on a book. Nothing here reaches a database or a clock.

// resolve says whose identity it is, and joins what the platform proves to belong together.
func (b *book) resolve(who Identity) string {
	switch {
	case who.Phone == "" && who.UserID == "":
		return ""
	case !platform(who.Proof):
		return b.alone(who)
	case who.Proof == Changed:
		return b.replaced(who)
	}
	c, late := b.userSide(who)
	if late {
		b.remember(who, c)
	} else {
		c = b.phoneSide(who, c)
	}
	b.describe(who, c)
	return c
}

// alone gives each address its row and joins nothing: a code, a name or a form never joins.
func (b *book) alone(who Identity) string {
	contact := ""
	for _, a := range []address.Address{who.UserID, who.Phone} {
		if a == "" {
			continue
		}
		c := b.knows(a)
		if c == "" {
			c = b.create()
			b.give(a, c, who)
		}
		if contact == "" {
			contact = c
		}
	}
	b.describe(who, contact)
	return contact
}

// userSide is who holds the user id or its parent id. late: the user id was given up since, so the message is from before
// a change of number and says nothing about today's phone.
func (b *book) userSide(who Identity) (contact string, late bool) {
	parent := parentKey(who.ParentUserID)
	if who.UserID == "" {
		return "", false
	}
	user, family := b.knows(who.UserID), b.knows(parent)
	if user != "" && b.holder(who.UserID) == "" {
		return user, true
	}
	if family != "" && family != user && b.stranger(family, who) {
		return user, false // one person has one user id a portfolio: the parent id proves nothing here
	}
	switch {
	case user == "" && family == "":
		return "", false
	case user == "":
		b.link(who.UserID, family, who)
		user = family
	case family == "":
		b.addParent(who, user)
	case family != user:
		user = b.merge(user, family, who.Proof, false)
	}
	return user, false
}

// remember notes a phone, named by a message from before a change of number, as one the contact had.
func (b *book) remember(who Identity, contact string) {
	if a := who.Phone; a != "" && b.current[a] == nil && len(b.past[a]) == 0 {
		b.give(a, contact, who)
		b.end(a, who.At)
	}
}

// phoneSide brings phone and user id together; user is the holder of the user id, "" = unseen.
func (b *book) phoneSide(who Identity, user string) string {
	phone := b.holder(who.Phone)
	switch {
	case user == "" && phone == "":
		return b.newcomer(who)
	case who.Phone == "", phone != "" && phone == user:
		return user
	case phone == "":
		b.linkPhone(who, user)
		return user
	case who.UserID == "":
		return phone
	case b.outdated(who, user):
		return user
	case b.stranger(phone, who):
		if user == "" {
			user = b.newcomer(Identity{UserID: who.UserID, ParentUserID: who.ParentUserID, Portfolio: who.Portfolio, Proof: who.Proof, At: who.At})
		}
		if !b.succeeded(phone, who) {
			b.handOver(who, phone, user)
		}
		return user
	case user == "":
		b.link(who.UserID, phone, who)
		b.addParent(who, phone)
		return phone
	}
	weak := len(b.otherPhones(user, who)) > 0 // a known WhatsApp account that had another number: who had this one before?
	into := b.merge(user, phone, who.Proof, weak)
	b.endOtherPhones(into, who)
	return into
}

// stranger: another user id of the same portfolio stands beside the address. One person has one user id a portfolio, and
// it is made anew only with a new number, so the number went to somebody else (facts/meta.md §7.1, §7.5).
func (b *book) stranger(contact string, who Identity) bool {
	return slices.ContainsFunc(b.held[contact], func(r *row) bool {
		return r.address.IsUserID() && r.address != who.UserID && r.address != who.OldUserID && r.portfolio == who.Portfolio
	})
}

// succeeded: the stranger was heard of since, so this is late news of who had the number before. The answer to a send can be: it is
// learned after everything else.
func (b *book) succeeded(contact string, who Identity) bool {
	return who.At > 0 && slices.ContainsFunc(b.held[contact], func(r *row) bool {
		return r.address.IsUserID() && r.address != who.UserID && r.portfolio == who.Portfolio && r.since > who.At
	})
}

// outdated: the message is older than the hand-over of the phone from its writer to somebody else.
func (b *book) outdated(who Identity, user string) bool {
	return user != "" && who.At > 0 && who.At < b.current[who.Phone].since && b.was(who.Phone, user)
}

// newcomer is a contact for addresses nobody held.
func (b *book) newcomer(who Identity) string {
	c := b.create()
	for _, a := range []address.Address{who.UserID, who.Phone} {
		if a != "" {
			b.give(a, c, who)
		}
	}
	b.addParent(who, c)
	return c
}

// link adds a free address to a contact.
func (b *book) link(a address.Address, contact string, who Identity) {
	b.give(a, contact, who)
	if !b.people[contact].fresh {
		b.note(Change{Kind: Linked, Contact: contact, Address: a, Proof: who.Proof})
	}
}

// linkPhone adds a free phone to the holder of the user id; an account has one number, so it takes the place of the last one.
func (b *book) linkPhone(who Identity, user string) {
	if len(b.otherPhones(user, who)) == 0 {
		b.link(who.Phone, user, who)
		return
	}
	b.give(who.Phone, user, who)
	b.endOtherPhones(user, who)
}

// addParent notes the parent id where nobody holds it; the ledger knows nothing of parents.
func (b *book) addParent(who Identity, contact string) {
	if parent := parentKey(who.ParentUserID); parent != "" && b.knows(parent) == "" {
		b.give(parent, contact, who)
	}
}

// handOver gives a phone from one contact to a stranger: opt-ins of the first freeze, opt-outs stay on the address.
func (b *book) handOver(who Identity, from, to string) {
	b.end(who.Phone, who.At)
	b.give(who.Phone, to, who)
	b.freeze(from)
	b.note(Change{Kind: IdentityChanged, Contact: to, Other: from, Address: who.Phone, Proof: who.Proof})
	b.endOtherPhones(to, who)
}

// otherPhones are the numbers an account had before, when a signed message names another one. What the person shared
// as a contact card, and what staff joined, need not be the account's own number.
func (b *book) otherPhones(contact string, who Identity) []address.Address {
	var out []address.Address
	if who.Proof != Webhook && who.Proof != Answer && who.Proof != Changed || who.UserID == "" {
		return nil
	}
	for _, r := range b.held[contact] {
		if r.address.IsPhone() && r.address != who.Phone && r.proof != Shared && r.proof != Staff {
			out = append(out, r.address)
		}
	}
	return out
}

// endOtherPhones ends them and says so; nobody announced the change, so it is weak.
func (b *book) endOtherPhones(contact string, who Identity) {
	ended := b.otherPhones(contact, who)
	if len(ended) == 0 {
		return
	}
	for _, a := range ended {
		b.end(a, who.At)
	}
	b.note(Change{Kind: NumberChanged, Contact: contact, Address: who.Phone, Ended: ended, Proof: who.Proof, Weak: true})
}

// describe keeps what the platform tells beside the addresses.
func (b *book) describe(who Identity, contact string) {
	if r := b.current[who.UserID]; r != nil && r.portfolio == "" && who.Portfolio != "" {
		r.portfolio, r.described = who.Portfolio, true
		b.changed[r] = true
	}
	if r := b.current[who.Phone]; r != nil && who.WAID != "" && r.waID != who.WAID && platform(who.Proof) {
		r.waID, r.described = who.WAID, true
		b.changed[r] = true
	}
	p := b.people[contact]
	if p == nil {
		return
	}
	told := platform(who.Proof) // what a form says never replaces what WhatsApp told
	if name := cut(who.Name, longestName); name != "" && name != p.name && (told || p.name == "") {
		p.name, p.described = name, true
	}
	if name := cut(who.Username, longestName); name != "" && name != p.username && told {
		p.username, p.described = name, true
	}
}
