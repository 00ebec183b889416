package contact

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"jawort/address"
	"jawort/db"
	"jawort/id"
)

// errUnsettled: others kept changing the same addresses for as long as we tried.
var errUnsettled = errors.New("addresses kept changing hands")

// rounds is how often reading, locking and writing is tried before giving up.
const rounds = 16

// Resolve says who is behind each identity, in order, gives unseen addresses their rows and joins what the platform proves
// to be one person. Contacts whose addresses change are locked here, all of the batch in key order; the others are not, and
// an address may leave them before the caller locks: who acts on the answer wants ResolveLocked. pepper is the tenant's key
// of the fingerprints.
func Resolve(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, who []Identity, at int64) ([]Resolved, error) {
	out, _, err := resolve(ctx, tx, tenant, pepper, who, at, false)
	return out, err
}

// ResolveLocked is Resolve and Lock in one: the answer is true under the locks it holds, of every contact in it, and comes
// with their revisions.
func ResolveLocked(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, who []Identity, at int64) ([]Resolved, map[string]int64, error) {
	return resolve(ctx, tx, tenant, pepper, who, at, true)
}

func resolve(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, who []Identity, at int64, all bool) ([]Resolved, map[string]int64, error) {
	fail := func(err error) ([]Resolved, map[string]int64, error) {
		return nil, nil, fmt.Errorf("resolve %d identities: %w", len(who), err)
	}
	addrs, revs := addressesOf(who), map[string]int64{}
	if all { // most often nobody moves, and the first reading under the lock is the last
		held, err := LockCurrent(ctx, tx, tenant, addrs)
		if err != nil {
			return fail(err)
		}
		for _, h := range held {
			revs[h.Contact] = h.Rev
		}
	}
	for range rounds {
		b, err := load(ctx, tx, tenant, who, at)
		if err != nil {
			return fail(err)
		}
		out := b.resolveAll(who)
		if b.unlocked(revs, all) {
			more, err := Lock(ctx, tx, tenant, b.known())
			if err != nil {
				return fail(err)
			}
			maps.Copy(revs, more)
			continue // read again: what was read without the lock may be stale
		}
		done, err := save(ctx, tx, tenant, pepper, b)
		if err != nil {
			return fail(err)
		}
		if done {
			for _, r := range out {
				revs[r.Contact] += 0 // new contacts are at 0; nobody else can see their guards yet
			}
			delete(revs, "")
			return out, revs, nil
		}
	}
	return fail(errUnsettled)
}

// resolveAll works the identities off in order and tells where each contact ended up.
func (b *book) resolveAll(who []Identity) []Resolved {
	out := make([]Resolved, len(who))
	seen := map[string]bool{}
	for i, w := range who {
		b.changes = nil
		out[i].Contact = b.resolve(w)
		out[i].Changes = b.changes
	}
	for i := range out {
		r := &out[i]
		r.Contact = b.final(r.Contact)
		if p := b.people[r.Contact]; p != nil && p.fresh && !seen[r.Contact] {
			r.New = true
			seen[r.Contact] = true
		}
		for j := range r.Changes {
			r.Changes[j].Contact = b.final(r.Changes[j].Contact)
		}
	}
	return out
}

// addressesOf lists every address the identities name, sorted, once.
func addressesOf(who []Identity) []address.Address {
	set := map[address.Address]bool{}
	for _, w := range who {
		for _, a := range []address.Address{w.Phone, w.UserID, w.OldPhone, w.OldUserID, parentKey(w.ParentUserID), parentKey(w.OldParentUserID)} {
			if a != "" {
				set[a] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// unlocked says whether a contact is not locked that must be: whose addresses change, or all that are in the book.
func (b *book) unlocked(revs map[string]int64, all bool) bool {
	for c, p := range b.people {
		if _, ok := revs[c]; !ok && !p.fresh && (all || b.touched[c]) {
			return true
		}
	}
	return false
}

// known lists every contact of the book that is in the database. All are locked together, not only the touched ones: the
// caller may lock the rest, and keys must be locked in order.
func (b *book) known() []string {
	var out []string
	for c, p := range b.people {
		if !p.fresh {
			out = append(out, c)
		}
	}
	return out
}

// Ensure gives unseen addresses a contact of their own and answers who holds each. It joins nothing and locks nobody.
func Ensure(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, addrs []address.Address, at int64) (map[address.Address]string, error) {
	holders, err := Find(ctx, tx, tenant, addrs)
	if err != nil {
		return nil, err
	}
	var unseen []Identity
	for _, a := range addrs {
		if holders[a] != "" {
			continue
		}
		if a.IsPhone() {
			unseen = append(unseen, Identity{Phone: a, Proof: First})
		} else {
			unseen = append(unseen, Identity{UserID: a, Proof: First})
		}
	}
	if len(unseen) == 0 {
		return holders, nil
	}
	found, err := Resolve(ctx, tx, tenant, pepper, unseen, at)
	if err != nil {
		return nil, err
	}
	for i, w := range unseen {
		holders[first(w.Phone, w.UserID)] = found[i].Contact
	}
	return holders, nil
}

// Find says who holds each address now; who was never seen is missing. A user id that was given up still means the person
// who had it, because it never comes to mean another.
func Find(ctx context.Context, tx *db.Tx, tenant string, addrs []address.Address) (map[address.Address]string, error) {
	rows, err := holdersOf(ctx, tx, tenant, addrs)
	if err != nil {
		return nil, fmt.Errorf("find %d addresses: %w", len(addrs), err)
	}
	out, last := make(map[address.Address]string, len(addrs)), map[address.Address]int64{}
	for i := range rows {
		switch r := &rows[i]; {
		case r.until == 0:
			out[r.address], last[r.address] = r.contact, math.MaxInt64
		case lasting(r.address) && r.since >= last[r.address]:
			out[r.address], last[r.address] = r.contact, r.since
		}
	}
	return out, nil
}

// load reads all that the identities are about: the rows of their addresses, and the people behind with what else they hold.
func load(ctx context.Context, tx *db.Tx, tenant string, who []Identity, at int64) (*book, error) {
	rows, err := rowsOf(ctx, tx, tenant, addressesOf(who))
	if err != nil {
		return nil, err
	}
	b := newBook(at, func() string { return id.At("con", at) })
	people := map[string]bool{}
	for i := range rows {
		b.put(&rows[i])
		if rows[i].until == 0 || lasting(rows[i].address) {
			people[rows[i].contact] = true
		}
	}
	if len(people) == 0 {
		return b, nil
	}
	contacts := slices.Sorted(maps.Keys(people))
	if err := loadPeople(ctx, tx, tenant, contacts, b); err != nil || b.plain(who) {
		return b, err
	}
	return b, loadHeld(ctx, tx, tenant, contacts, b)
}

// plain says whether every identity names only current addresses of one contact: then no rule asks what else it holds. Nearly all webhooks are like this.
func (b *book) plain(who []Identity) bool {
	for _, w := range who {
		if w.Proof == Changed {
			return false
		}
		one := first(w.UserID, w.Phone)
		for _, a := range []address.Address{w.UserID, w.Phone, parentKey(w.ParentUserID)} {
			if a != "" && (b.current[a] == nil || b.holder(a) != b.holder(one)) {
				return false
			}
		}
	}
	return true
}

// save writes what the rules changed. done is false when another transaction was first with an unseen address: then
// nothing of ours was written, and all is to be read again.
func save(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, b *book) (done bool, err error) {
	var unseen, replacing []*row
	for _, r := range b.added {
		if r.replacement {
			replacing = append(replacing, r)
		} else {
			unseen = append(unseen, r)
		}
	}
	done, err = insertUnseen(ctx, tx, tenant, pepper, unseen)
	if err != nil || !done {
		return done, err
	}
	if err := saveRows(ctx, tx, tenant, b); err != nil {
		return false, err
	}
	if err := insertRows(ctx, tx, tenant, pepper, replacing); err != nil {
		return false, err
	}
	return true, savePeople(ctx, tx, tenant, b)
}
