// Package id makes ids that sort by time of birth: a prefix that names the kind, 13 characters of time, 4 of order, 9 of chance.
// What is made in one microsecond, as the people of one batch are, sorts in the order it was made: rows that come together lie together
// in every index, and who walks them later finds them so.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"
)

// alphabet is base 32 in ASCII order (RFC 4648 §7, lower case), so that text order is time order.
const alphabet = "0123456789abcdefghijklmnopqrstuv"

// New makes an id such as msg_06b3k2…; at is the moment of birth.
func New(prefix string, at time.Time) string { return At(prefix, at.UnixMicro()) }

// At is New for microseconds UTC.
func At(prefix string, micros int64) string {
	var chance [8]byte
	_, _ = rand.Read(chance[:]) // never fails, crypto/rand
	b := make([]byte, len(prefix)+1+26)
	n := copy(b, prefix)
	b[n] = '_'
	put(b[n+1:n+14], uint64(micros))
	put(b[n+14:n+18], order.next(micros))
	put(b[n+18:], binary.LittleEndian.Uint64(chance[:]))
	return string(b)
}

// Brief makes a short id of chance alone, such as ten_5k2m0: for the few things whose id stands at the head of every key.
func Brief(prefix string) string {
	var chance [8]byte
	_, _ = rand.Read(chance[:])
	b := append([]byte(prefix), "_00000"...)
	put(b[len(prefix)+1:], binary.LittleEndian.Uint64(chance[:]))
	return string(b)
}

// order counts the ids of one microsecond, of all kinds together; 20 bits of it are written.
var order sequence

type sequence struct {
	mu     sync.Mutex
	micros int64
	n      uint64
}

func (s *sequence) next(micros int64) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n++; s.micros != micros {
		s.micros, s.n = micros, 0
	}
	return s.n
}

// put writes v in base 32, most significant character first, into as many bytes as there are; what does not fit is cut off at the top.
func put(b []byte, v uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = alphabet[v&31]
		v >>= 5
	}
}

// Time is the moment of birth in microseconds; ok is false for text that is no id of this prefix.
func Time(prefix, s string) (micros int64, ok bool) {
	if !Is(prefix, s) {
		return 0, false
	}
	var v uint64
	for _, c := range []byte(s[len(prefix)+1 : len(prefix)+14]) {
		v = v<<5 | uint64(digit(c))
	}
	return int64(v), true
}

// Is reports whether s has the shape of an id with this prefix.
func Is(prefix, s string) bool {
	if len(s) != len(prefix)+27 || s[:len(prefix)] != prefix || s[len(prefix)] != '_' {
		return false
	}
	for _, c := range []byte(s[len(prefix)+1:]) {
		if digit(c) < 0 {
			return false
		}
	}
	return true
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'v':
		return int(c-'a') + 10
	}
	return -1
}
