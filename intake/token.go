package intake

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"jawort/account"
	"jawort/errs"
	"jawort/id"
)

// PreferenceLife is how long a preference link shows what somebody agreed to. It opts out for ever: messages are kept for
// years, and who wants out must get out with the oldest of them.
const PreferenceLife = 90 * 24 * time.Hour

// preferencePlace ties the seal to its use, so that nothing else we ever sealed opens a preference page.
const preferencePlace = "preferences"

// maxToken bounds what is decoded: three ids and a seal are far below it.
const maxToken = 1024

// person is who a preference link speaks for.
type person struct {
	tenant, contact string
	until           time.Time // of viewing
}

// PreferenceToken is the capability in /p/{token}: sealed, so that it names nobody to whoever sees it in passing.
func (k *Desk) PreferenceToken(tenant, contact string) string {
	until := k.o.Now().Add(PreferenceLife)
	return sealPerson(k.o.Keys, person{tenant, contact, until})
}

func sealPerson(keys *account.Keyring, p person) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.until.Unix()))
	b = append(b, p.tenant+"\x00"+p.contact...)
	return base64.RawURLEncoding.EncodeToString(keys.Seal(preferencePlace, b))
}

// errPreference says the same to whatever does not open.
var errPreference = errs.New(errs.NotFound, "web.link_unknown")

// openPerson reads a token. Strict keeps one spelling to one token: trailing bits are not ours.
func openPerson(keys *account.Keyring, token string) (person, error) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // which base64 would pass over
		return person{}, errPreference
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return person{}, errPreference
	}
	b, err := keys.Open(preferencePlace, sealed)
	if err != nil || len(b) < 8 {
		return person{}, errPreference
	}
	tenant, contact, ok := strings.Cut(string(b[8:]), "\x00")
	if !ok || tenant == "" || !id.Is("con", contact) {
		return person{}, errPreference
	}
	return person{tenant, contact, time.Unix(int64(binary.BigEndian.Uint64(b)), 0)}, nil
}
