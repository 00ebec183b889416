package account

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Prints are the keys' ids with a fingerprint each, by id, for a note beside a backup: they tell which keys are needed to read it and
// nothing about them. What is sealed for it is empty and has a nonce that random ones do not meet.
func (k *Keyring) Prints() []string {
	var out []string
	for id, key := range k.keys {
		h := sha256.Sum256(key.Seal(nil, make([]byte, key.NonceSize()), nil, []byte("jawort key fingerprint")))
		out = append(out, id+" "+hex.EncodeToString(h[:8]))
	}
	slices.Sort(out)
	return out
}
