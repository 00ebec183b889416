package smpp

import (
	"strings"
	"time"
)

// joinFor is how long pieces wait for one another; then what came is handed on, since a stop may stand in it.
const joinFor = 90 * time.Second

// mostWaiting long texts are kept at a time, mostOf of one sender: whoever sends first pieces only fills no memory.
const (
	mostWaiting = 2000
	mostOf      = 4
)

type joinKey struct {
	from, to string
	ref      uint16
	total    byte
}

type half struct {
	pieces map[byte]string
	since  time.Time
}

// joiner puts long texts together. Its owner guards it.
type joiner struct {
	halves map[joinKey]*half
	of     map[string]int // sender → texts that wait
}

// add takes a piece and gives the whole text once it is there. A piece too many is handed on alone: nothing that arrived is dropped.
func (j *joiner) add(k joinKey, number byte, text string, now time.Time) (whole string, done bool) {
	if j.halves == nil {
		j.halves, j.of = map[joinKey]*half{}, map[string]int{}
	}
	h := j.halves[k]
	if h == nil {
		if len(j.halves) >= mostWaiting || j.of[k.from] >= mostOf {
			return text, true
		}
		h = &half{map[byte]string{}, now}
		j.halves[k] = h
		j.of[k.from]++
	}
	h.pieces[number] = text
	if len(h.pieces) < int(k.total) {
		return "", false
	}
	j.drop(k)
	return h.text(k.total), true
}

func (j *joiner) drop(k joinKey) {
	delete(j.halves, k)
	if j.of[k.from]--; j.of[k.from] <= 0 {
		delete(j.of, k.from)
	}
}

// text is what is there, in order; a gap is shown as one.
func (h *half) text(total byte) string {
	var b strings.Builder
	for n := 1; n <= int(total); n++ {
		if s, ok := h.pieces[byte(n)]; ok {
			b.WriteString(s)
		} else if b.Len() > 0 {
			b.WriteString(" … ")
		}
	}
	return b.String()
}

// late takes out what has waited since before a moment.
func (j *joiner) late(before time.Time) map[joinKey]string {
	out := map[joinKey]string{}
	for k, h := range j.halves {
		if h.since.Before(before) {
			out[k] = h.text(k.total)
			j.drop(k)
		}
	}
	return out
}
