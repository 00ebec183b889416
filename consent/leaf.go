package consent

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
)

// LeafVersion is the first byte of a leaf; the order and meaning of the fields never change under a version.
const LeafVersion = 1

// SaltSize is the length of an event's salt in bytes; erasure deletes the salt, and the leaf still verifies.
const SaltSize = 32

// Leaf is the event as the log proves it: version byte, then every field length-prefixed (uint32, big endian) in
// this order. A personal field stands as HMAC-SHA256(salt, name ‖ 0 ‖ value) (DESIGN section 8).
func Leaf(tenant string, e *Event, salt []byte) []byte {
	w := leafWriter{b: []byte{LeafVersion}, salt: salt}
	w.text(tenant)
	w.text(e.ID)
	w.text(e.Contact)
	w.number(e.Rev)
	w.text(string(e.Kind))
	w.text(string(e.Scope))
	w.list(e.Topics)
	w.personal("address", e.Address)
	w.text(e.Channel)
	w.text(e.Source)
	w.text(e.Number)
	w.text(e.Notice)
	w.number(e.NoticeVersion)
	w.text(e.NoticeHash)
	w.text(e.Language)
	w.text(string(e.Actor.Kind))
	w.personal("actor", e.Actor.ID)
	w.number(e.HappenedAt)
	w.number(e.RecordedAt)
	w.flag(e.Witnessed)
	w.personal("channel_seq", e.ChannelSeq)
	w.text(e.Ref)
	w.personal("value", e.Value)
	w.number(e.Until)
	w.personal("reason", e.Reason)
	w.text(e.Other)
	w.number(e.CapMonth)
	w.personal("evidence", evidenceText(e.Evidence))
	return w.b
}

// evidenceText is the stored form of the evidence: JSON, the fields in the order of the struct, [] when none.
func evidenceText(list []Evidence) string {
	if len(list) == 0 {
		return "[]"
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // three strings: cannot fail
	}
	return string(b)
}

type leafWriter struct{ b, salt []byte }

func (w *leafWriter) bytes(v []byte) {
	w.b = binary.BigEndian.AppendUint32(w.b, uint32(len(v)))
	w.b = append(w.b, v...)
}

func (w *leafWriter) text(s string) { w.bytes([]byte(s)) }

func (w *leafWriter) number(n int64) {
	w.bytes(binary.BigEndian.AppendUint64(nil, uint64(n)))
}

func (w *leafWriter) flag(v bool) {
	if v {
		w.bytes([]byte{1})
		return
	}
	w.bytes([]byte{0})
}

// list writes the count, then each entry; topics come sorted from the ledger.
func (w *leafWriter) list(v []string) {
	w.number(int64(len(v)))
	for _, s := range v {
		w.text(s)
	}
}

func (w *leafWriter) personal(name, value string) {
	m := hmac.New(sha256.New, w.salt)
	m.Write([]byte(name))
	m.Write([]byte{0})
	m.Write([]byte(value))
	w.bytes(m.Sum(nil))
}
