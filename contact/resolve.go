package contact

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
// to be one person. Contacts whose addresses change are locked here, all of the batch in key order; what a caller goes on
// to do with a person still needs Lock or LockCurrent. pepper is the tenant's key of the fingerprints.
func Resolve(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, who []Identity, at int64) ([]Resolved, error) {
	addrs := addressesOf(who)
	locked := map[string]bool{}
	for range rounds {
		b, err := load(ctx, tx, tenant, addrs, at)
		if err != nil {
			return nil, fmt.Errorf("resolve %d identities: %w", len(who), err)
		}
		out := b.resolveAll(who)
		if missing(b.touched, locked) {
			if err := lockAll(ctx, tx, tenant, b, locked); err != nil {
				return nil, fmt.Errorf("resolve %d identities: %w", len(who), err)
			}
			continue // read again: what was read without the lock may be stale
		}
		done, err := save(ctx, tx, tenant, pepper, b)
		if err != nil {
			return nil, fmt.Errorf("resolve %d identities: %w", len(who), err)
		}
		if done {
			return out, nil
		}
	}
	return nil, fmt.Errorf("resolve %d identities: %w", len(who), errUnsettled)
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

func missing(touched, locked map[string]bool) bool {
	for c := range touched {
		if !locked[c] {
			return true
		}
	}
	return false
}

// lockAll locks every contact of the book, not only the touched ones: the caller will lock the rest, and keys must be
// locked in order.
func lockAll(ctx context.Context, tx *db.Tx, tenant string, b *book, locked map[string]bool) error {
	var contacts []string
	for c, p := range b.people {
		if !p.fresh {
			contacts = append(contacts, c)
		}
	}
	revs, err := Lock(ctx, tx, tenant, contacts)
	for c := range revs {
		locked[c] = true
	}
	return err
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
	rows, err := rowsOf(ctx, tx, tenant, addrs)
	if err != nil {
		return nil, fmt.Errorf("find %d addresses: %w", len(addrs), err)
	}
	b := newBook(0, nil)
	for i := range rows {
		b.put(&rows[i])
	}
	out := make(map[address.Address]string, len(addrs))
	for _, a := range addrs {
		if c := b.knows(a); c != "" {
			out[a] = c
		}
	}
	return out, nil
}

// load reads all that the addresses are about: their rows, and the people behind with what else they hold.
func load(ctx context.Context, tx *db.Tx, tenant string, addrs []address.Address, at int64) (*book, error) {
	rows, err := rowsOf(ctx, tx, tenant, addrs)
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
	return b, loadPeople(ctx, tx, tenant, slices.Sorted(maps.Keys(people)), b)
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
