package contact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"jawort/address"
)

// Fingerprint is the keyed form in which an address is remembered after erasure: HMAC-SHA256 under the tenant's pepper, hex.
// Addresses of one number are one canonical spelling already (package address), so the variants of BR, MX and AR meet.
func Fingerprint(pepper []byte, a address.Address) string {
	if a.IsPhone() { // an address from before a change of the numbering tables must still meet its new spelling
		if canonical, err := address.FromWAID(a.Digits()); err == nil {
			a = canonical
		}
	}
	h := hmac.New(sha256.New, pepper)
	h.Write([]byte(a))
	return hex.EncodeToString(h.Sum(nil))
}

// parentKey is how a parent user id stands among the addresses: it recognises a person and is never written to.
func parentKey(parent string) address.Address {
	if parent == "" {
		return ""
	}
	return address.Address(parentPrefix + parent)
}

const parentPrefix = "wap:" // sorts behind tel: and wa:, so that it is never the first address of anybody

func isParent(a address.Address) bool {
	return len(a) > len(parentPrefix) && a[:len(parentPrefix)] == parentPrefix
}

// lasting says that an address never comes to mean another person: user ids are made anew when a number changes, phones
// are given out again by carriers (facts/meta.md §7.1).
func lasting(a address.Address) bool { return a.IsUserID() || isParent(a) }
