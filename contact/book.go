package contact

import (
	"slices"

	"jawort/address"
)

// row is one line of contact_address.
type row struct {
	address     address.Address
	contact     string
	portfolio   string
	waID        string
	proof       string
	born        string
	since       int64
	until       int64 // 0 = now
	fresh       bool  // not in the database yet
	ended       bool  // until was set here
	described   bool  // portfolio or waID were learnt here
	replacement bool  // fresh, for an address that somebody held in the database
}

// person is one line of contact.
type person struct {
	id             string
	created        int64
	order          int // among the fresh ones, which share a moment
	name, username string
	frozen         int64
	fresh          bool
	gone           bool // fresh and already gone up in another
	described      bool
	froze          bool
}

// merging is one merge to be written.
type merging struct{ into, from string }

// book is the part of the address book that some identities are about. The rules work on it, save writes what they changed.
type book struct {
	at      int64
	newID   func() string
	current map[address.Address]*row
	past    map[address.Address][]*row // ended rows, oldest first
	people  map[string]*person
	held    map[string][]*row // rows of a contact, current when loaded, and fresh ones
	added   []*row
	changed map[*row]bool
	touched map[string]bool // contacts of the database whose addresses change: their guards must be locked
	merges  []merging
	became  map[string]string // merged away → where to
	changes []Change          // of the identity at work
}

func newBook(at int64, newID func() string) *book {
	return &book{at: at, newID: newID, current: map[address.Address]*row{}, past: map[address.Address][]*row{}, people: map[string]*person{},
		held: map[string][]*row{}, changed: map[*row]bool{}, touched: map[string]bool{}, became: map[string]string{}}
}

// put adds a row as it was loaded.
func (b *book) put(r *row) {
	if r.until != 0 {
		b.past[r.address] = append(b.past[r.address], r)
		return
	}
	if b.current[r.address] == nil {
		b.current[r.address] = r
		b.held[r.contact] = append(b.held[r.contact], r)
	}
}

// holder is who holds an address now; "" = nobody.
func (b *book) holder(a address.Address) string {
	if r := b.current[a]; r != nil {
		return r.contact
	}
	return ""
}

// knows is holder, and for addresses that never come to mean another person also who held it last.
func (b *book) knows(a address.Address) string {
	if c := b.holder(a); c != "" || !lasting(a) {
		return c
	}
	if past := b.past[a]; len(past) > 0 {
		return b.final(past[len(past)-1].contact)
	}
	return ""
}

// was says whether the contact held the address once.
func (b *book) was(a address.Address, contact string) bool {
	return slices.ContainsFunc(b.past[a], func(r *row) bool { return b.final(r.contact) == contact })
}

// final follows merges of this book.
func (b *book) final(contact string) string {
	for b.became[contact] != "" {
		contact = b.became[contact]
	}
	return contact
}

// create makes a contact without addresses.
func (b *book) create() string {
	p := &person{id: b.newID(), created: b.at, order: len(b.people), fresh: true}
	b.people[p.id] = p
	return p.id
}

func (b *book) touch(contact string) {
	if p := b.people[contact]; p == nil || !p.fresh {
		b.touched[contact] = true
	}
}

// give adds a current row; the address must be free.
func (b *book) give(a address.Address, contact string, who Identity) {
	r := &row{address: a, contact: contact, born: contact, proof: who.Proof, since: b.begin(a, who.At), fresh: true}
	if r.proof == "" {
		r.proof = First
	}
	if a == who.UserID {
		r.portfolio = who.Portfolio
	}
	if a == who.Phone {
		r.waID = who.WAID
	}
	for _, old := range b.past[a] {
		r.replacement = r.replacement || old.ended && !old.fresh
	}
	b.current[a] = r
	b.held[contact] = append(b.held[contact], r)
	b.added = append(b.added, r)
	b.touch(contact)
}

// begin is the moment from which a new row may stand: as the platform told it, never in the future, never before the row ahead.
func (b *book) begin(a address.Address, told int64) int64 {
	at := b.at
	if told > 0 && told < at {
		at = told
	}
	for _, r := range b.past[a] {
		at = max(at, r.until, r.since+1)
	}
	return at
}

// end closes the current row of an address.
func (b *book) end(a address.Address, told int64) {
	r := b.current[a]
	delete(b.current, a)
	at := b.at
	if told > 0 && told < at {
		at = told
	}
	r.until, r.ended = max(at, r.since), true
	b.past[a] = append(b.past[a], r)
	b.held[r.contact] = slices.DeleteFunc(b.held[r.contact], func(x *row) bool { return x == r })
	b.changed[r] = true
	b.touch(r.contact)
}

// freeze puts a contact's identity in doubt.
func (b *book) freeze(contact string) {
	if p := b.people[contact]; p.frozen == 0 {
		p.frozen, p.froze = b.at, true
		b.touch(contact)
	}
}

// note adds a change, unless it is about nobody the ledger knew before.
func (b *book) note(c Change) { b.changes = append(b.changes, c) }
