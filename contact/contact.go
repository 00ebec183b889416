// Package contact is who is behind an address: people as sets of addresses with times, joined only on the platform's proof,
// their guard rows, service windows and the suppression list.
package contact

import "jawort/address"

// Contact is a person as readers see it.
type Contact struct {
	ID         string
	Name       string // as WhatsApp or a form told it; "" = not told
	Username   string // display only, never a key
	Language   string // "" = unknown
	MergedInto string // "" = stands for itself
	FrozenAt   int64  // identity in doubt since then: opt-ins freeze, opt-outs stay; 0 = no doubt
	CreatedAt  int64
	Addresses  []Entry // newest first; ended ones too
}

// Entry is one way to reach a contact, from and to.
type Entry struct {
	Address     address.Address
	WAID        string // as WhatsApp writes it; "" = not told
	Portfolio   string // of a user id; "" for phones and where it is not known
	Fingerprint string
	Proof       string
	Since       int64
	Until       int64 // 0 = now
}

// Identity is what one signed message, one answer of Meta's or one form tells about who somebody is.
type Identity struct {
	Phone, UserID   address.Address // either may be empty
	ParentUserID    string          // of linked portfolios; recognises, is never written to
	Portfolio       string          // the portfolio UserID belongs to
	WAID            string          // Meta's spelling of Phone
	Name, Username  string
	Proof           string          // one of the proofs below
	OldPhone        address.Address // user_changed_number, user_changed_user_id: what it replaces
	OldUserID       address.Address
	OldParentUserID string
	At              int64 // the platform's timestamp; 0 = the moment of Resolve
}

// Proofs say what an identity rests on. All but First and Staff are the platform's and may join addresses (DESIGN section 5).
const (
	First   = "first"           // typed, imported, seen alone: joins nothing
	Webhook = "webhook"         // phone and user id in one signed webhook
	Answer  = "answer"          // phone and user id in the answer to a send
	Changed = "number_changed"  // user_changed_number, user_changed_user_id
	Shared  = "contact_request" // the person sent their own contact card (origin contact_request)
	Reply   = "reply"           // context.id is our message to Phone, UserID wrote
	Staff   = "staff"           // a merge by staff
)

// platform says whether a proof may join addresses.
func platform(proof string) bool {
	switch proof {
	case Webhook, Answer, Changed, Shared, Reply:
		return true
	}
	return false
}

// Kinds of Change; they are the ledger's event kinds.
const (
	Linked          = "linked"           // Address now also reaches Contact
	Merged          = "merged"           // Other went up in Contact
	NumberChanged   = "number_changed"   // Address took the place of Ended
	IdentityChanged = "identity_changed" // Address left Other for Contact, a stranger: Other's opt-ins freeze
	Parted          = "split"            // Contact stands for itself again, Other keeps the rest
)

// Change is what the ledger must record. Opt-outs of the person must be put on the Ended addresses and, for an
// identity change, those of Other on Address (Suppress), because the address leaves the person and the opt-out stays on it.
type Change struct {
	Kind    string
	Contact string
	Other   string            // the second contact of merged, identity_changed, split
	Address address.Address   // what was linked, moved or newly shared
	Ended   []address.Address // addresses that no longer reach Contact, also ones never seen before
	Proof   string
	Weak    bool // weak evidence: take the state that sends less
}

// Resolved answers one Identity.
type Resolved struct {
	Contact string // "" when the identity named no address
	New     bool   // had no row before
	Changes []Change
}

// Holder is who holds an address, under lock.
type Holder struct {
	Contact string
	Rev     int64
}
