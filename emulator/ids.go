package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
)

// ids makes everything that has to be unique. A wamid of Meta's hides the person's number in its base64; ours is random.
type ids struct {
	mu   sync.Mutex
	rnd  *rand.Rand
	next uint64
}

func newIDs(src rand.Source) *ids { return &ids{rnd: rand.New(src)} }

func (i *ids) wamid() string {
	i.mu.Lock()
	i.next++
	n, r := i.next, i.rnd.Uint64()
	i.mu.Unlock()
	var raw [27]byte
	copy(raw[:3], "\x1c\x18\x18")
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], r)
	hex.Encode(raw[3:19], b[:])
	binary.BigEndian.PutUint64(b[:], n)
	hex.Encode(raw[19:27], b[4:])
	return "wamid." + base64.StdEncoding.EncodeToString(raw[:])
}

// node makes an id of the kind of an object: 71… templates, 81… uploads, 82… received media, 41… signups.
func (i *ids) node(kind string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.next++
	return kind + fmt.Sprintf("%013d", i.next)
}

// letters is random text of lower-case letters and digits.
func (i *ids) letters(n int) string {
	const set = "abcdefghijkmnpqrstuvwxyz23456789"
	i.mu.Lock()
	defer i.mu.Unlock()
	out := make([]byte, n)
	for k := range out {
		out[k] = set[i.rnd.IntN(len(set))]
	}
	return string(out)
}

// userID is a BSUID: country, dot, digits; per person and portfolio, another one after every change of number
// (WA/business-scoped-user-ids).
func userID(portfolio, phone string, holder int) string {
	sum := sha256.Sum256([]byte("bsuid|" + portfolio + "|" + phone + "|" + strconv.Itoa(holder)))
	return countryOf(phone).iso + "." + fmt.Sprintf("7%019d", binary.BigEndian.Uint64(sum[:8])%1e19)
}

// personID names a person in the page's own addresses, where no telephone number may stand.
func personID(phone string, holder int, salt string) string {
	sum := sha256.Sum256([]byte("person|" + salt + "|" + phone + "|" + strconv.Itoa(holder)))
	return "p" + hex.EncodeToString(sum[:8])
}

func identityHash(phone string, holder int) string {
	sum := sha256.Sum256([]byte("identity|" + phone + "|" + strconv.Itoa(holder)))
	return base64.StdEncoding.EncodeToString(sum[:9])
}
