package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"jawort/address"
	"jawort/contact"
	"jawort/errs"
	"jawort/source"
)

// Doors that are counted. They are the business's, not one page's: a second page is no second try.
const (
	networkDoor = "optin:net"
	addressDoor = "optin:address"
)

// pass counts an opt-in at both doors and refuses what is too much. The count is committed also when it refuses. The
// refusal is the same for both, so that it says nothing about an address.
func (v *visit) pass(o offer, a address.Address) error {
	pepper, err := v.s.Keys.Pepper(o.tenant)
	if err != nil {
		return err
	}
	perNetwork, perAddress := o.source.Settings.Limits()
	in, err := v.use(o.source.Tenant,
		source.Visit{Door: networkDoor, Fingerprint: networkPrint(pepper, network(v.s.client(v.r))), Slot: time.Hour, Limit: perNetwork},
		source.Visit{Door: addressDoor, Fingerprint: contact.Fingerprint(pepper, a), Slot: 24 * time.Hour, Limit: perAddress})
	if err == nil && slices.Contains(in, false) {
		err = errs.New(errs.TooMany, "")
	}
	return err
}

func networkPrint(pepper []byte, network string) string {
	h := hmac.New(sha256.New, pepper)
	h.Write([]byte("net\x00" + network))
	return hex.EncodeToString(h.Sum(nil))
}
