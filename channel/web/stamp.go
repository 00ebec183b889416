package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"jawort/account"
)

// A form is typed by a person not sooner than this, and counts not later.
const (
	formSoonest = 2 * time.Second
	formLatest  = 2 * time.Hour
)

// stamp is what a form carries: when and for what it was made. It is sealed, so nobody makes their own.
type stamp struct {
	Source   string `json:"s"`
	Notice   string `json:"n"`
	Version  int64  `json:"v"`
	Language string `json:"l"`
	At       int64  `json:"t"` // microseconds UTC
	Nonce    []byte `json:"x"`
}

const stampPlace = "web/form"

// sealJSON and openJSON carry small values through a stranger's hands.
func sealJSON(keys *account.Keyring, place string, value any) string {
	b, _ := json.Marshal(value) // our own structs
	return base64.RawURLEncoding.EncodeToString(keys.Seal(place, b))
}

func openJSON(keys *account.Keyring, place, text string, to any) bool {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	b, err := keys.Open(place, sealed)
	return err == nil && json.Unmarshal(b, to) == nil
}

func newStamp(o offer, now time.Time) stamp {
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce) // never fails, crypto/rand
	return stamp{o.source.ID, o.notice.Notice, o.notice.Version, o.notice.Language, now.UnixMicro(), nonce}
}

// timing is what a stamp says about who sent the form.
type timing int

const (
	inTime timing = iota
	forged        // no stamp of ours, or of another page: a machine
	tooSoon
	tooLate
	changed // the wording is another one by now: what was read is not what would be agreed to
)

// judge reads the time a form took, and whether it showed what is in force.
func (t stamp) judge(o offer, now time.Time) timing {
	took := now.Sub(time.UnixMicro(t.At))
	switch {
	case t.Source != o.source.ID || took < 0:
		return forged
	case took > formLatest:
		return tooLate
	case t.Notice != o.notice.Notice || t.Version != o.notice.Version || t.Language != o.notice.Language:
		return changed
	case took < formSoonest:
		return tooSoon
	}
	return inTime
}

// seenKey makes the same form sent twice (a double tap, a reload) one opt-in.
func (t stamp) seenKey(f form) string {
	h := sha256.New()
	h.Write(t.Nonce)
	h.Write([]byte(f.address))
	for _, code := range f.ticked {
		h.Write([]byte("\x00" + code))
	}
	return "web:" + t.Source + ":" + hex.EncodeToString(h.Sum(nil)[:16])
}
