package contact

import "jawort/address"

// replaced applies user_changed_number and user_changed_user_id: the new addresses are the same contact's, the old ones end.
// Both mean that the number changed: a user id is made anew only then (facts/meta.md §7.1).
func (b *book) replaced(who Identity) string {
	c := b.before(who)
	now := b.holder(first(who.UserID, who.Phone))
	if now != "" && (c == "" || c == now) && b.told(who, now) {
		return now
	}
	if c == "" && who.UserID != "" {
		c = now
	}
	if c == "" {
		c = b.create()
	}
	ended := b.endOld(who, c)
	c = b.takeUserID(who, c)
	c = b.takePhone(who, c)
	b.addParent(who, c)
	b.note(Change{Kind: NumberChanged, Contact: c, Address: first(who.Phone, who.UserID), Ended: ended, Proof: who.Proof})
	b.describe(who, c)
	return c
}

// told: this change was told before; the contact gave up the old addresses and has, or had, all of the new ones.
func (b *book) told(who Identity, contact string) bool {
	gaveUp := func(a address.Address) bool { return b.was(a, contact) && b.holder(a) != contact }
	had := func(a address.Address) bool { return a == "" || b.holder(a) == contact || b.was(a, contact) }
	return (gaveUp(who.OldUserID) || gaveUp(who.OldPhone)) && had(who.UserID) && had(who.Phone)
}

// before is whose the old addresses were.
func (b *book) before(who Identity) string {
	user, phone := b.knows(who.OldUserID), b.holder(who.OldPhone)
	if user == "" {
		user = b.knows(parentKey(who.OldParentUserID))
	}
	switch {
	case phone == "" || phone == user:
		return user
	case b.stranger(phone, who):
		return user // the old number is somebody else's already
	case user == "":
		return phone
	}
	return b.merge(user, phone, who.Proof, false)
}

// endOld ends the old addresses the contact holds and names them all, also those never seen: an opt-out can stand on one.
func (b *book) endOld(who Identity, contact string) []address.Address {
	old := []address.Address{who.OldUserID, who.OldPhone}
	if who.Phone == "" {
		old = append(old, b.otherPhones(contact, who)...)
	}
	var ended []address.Address
	seen := map[address.Address]bool{"": true, who.UserID: true, who.Phone: true}
	for _, a := range old {
		if seen[a] {
			continue
		}
		seen[a] = true
		switch b.holder(a) {
		case contact:
			b.end(a, who.At)
			ended = append(ended, a)
		case "":
			ended = append(ended, a)
		}
	}
	if parent := parentKey(who.OldParentUserID); parent != "" && who.OldParentUserID != who.ParentUserID && b.holder(parent) == contact {
		b.end(parent, who.At)
	}
	return ended
}

// takeUserID gives the contact the new user id; whoever wrote under it already is the same person.
func (b *book) takeUserID(who Identity, contact string) string {
	if who.UserID == "" {
		return contact
	}
	switch now := b.knows(who.UserID); now {
	case contact:
	case "":
		b.give(who.UserID, contact, who)
	default:
		return b.merge(contact, now, who.Proof, false)
	}
	return contact
}

// takePhone gives the contact the new number. It may have been a stranger's before; if we knew only the number, nobody can
// say whether it was the same person: weak.
func (b *book) takePhone(who Identity, contact string) string {
	if who.Phone == "" {
		return contact
	}
	switch now := b.holder(who.Phone); {
	case now == contact:
	case now == "":
		b.give(who.Phone, contact, who)
	case b.stranger(now, who):
		b.end(who.Phone, who.At)
		b.give(who.Phone, contact, who)
		b.freeze(now)
		b.note(Change{Kind: IdentityChanged, Contact: contact, Other: now, Address: who.Phone, Proof: who.Proof})
	default:
		return b.merge(contact, now, who.Proof, true)
	}
	return contact
}

// merge joins two contacts; the older one survives and is the answer. A contact of this very book leaves no trace.
func (b *book) merge(one, two, proof string, weak bool) string {
	into, from := b.people[one], b.people[two]
	if older(from, into) {
		into, from = from, into
	}
	b.became[from.id] = into.id
	b.repoint(from, into.id)
	for _, r := range b.held[from.id] {
		if from.fresh && !into.fresh && !isParent(r.address) {
			b.note(Change{Kind: Linked, Contact: into.id, Address: r.address, Proof: proof, Weak: weak})
		}
	}
	b.held[into.id] = append(b.held[into.id], b.held[from.id]...)
	delete(b.held, from.id)
	if from.frozen != 0 && into.frozen == 0 {
		into.frozen, into.froze = from.frozen, true
	}
	if into.name == "" && from.name != "" {
		into.name, into.described = from.name, true
	}
	b.touch(into.id)
	b.touch(from.id)
	if from.fresh {
		from.gone = true
		return into.id
	}
	b.merges = append(b.merges, merging{into.id, from.id})
	b.note(Change{Kind: Merged, Contact: into.id, Other: from.id, Proof: proof, Weak: weak})
	return into.id
}

// repoint moves the rows, also those ended in this book.
func (b *book) repoint(from *person, into string) {
	for _, rows := range [][]*row{b.held[from.id], b.added} {
		for _, r := range rows {
			if r.contact != from.id {
				continue
			}
			r.contact = into
			if from.fresh {
				r.born = into
			}
		}
	}
}

// older: what is in the database before what is not, then by time of birth, then by order.
func older(a, b *person) bool {
	switch {
	case a.fresh != b.fresh:
		return !a.fresh
	case a.created != b.created:
		return a.created < b.created
	case a.fresh:
		return a.order < b.order
	}
	return a.id < b.id
}

func first(a, b address.Address) address.Address {
	if a != "" {
		return a
	}
	return b
}
