package emulator

import (
	"encoding/binary"
	"net/http"
	"slices"
)

// hearFromPage is the sound of a toy phone's call as a WAV without end (µ-law, 8 kHz), which browsers play while it comes.
func (s *Server) hearFromPage(w http.ResponseWriter, r *http.Request) {
	p := s.people.byOpaque(r.PathValue("id"))
	if p == nil {
		http.NotFound(w, r)
		return
	}
	p.mu.Lock()
	c := p.onCall
	p.mu.Unlock()
	if c == nil {
		http.NotFound(w, r)
		return
	}
	listen := make(chan []byte, 100)
	c.mu.Lock()
	c.heard = append(c.heard, listen)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.heard = slices.DeleteFunc(c.heard, func(h chan []byte) bool { return h == listen })
	}()
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(endlessWAV())
	flush := http.NewResponseController(w)
	for {
		select {
		case b := <-listen:
			if _, err := w.Write(b); err != nil {
				return
			}
			_ = flush.Flush()
		case <-c.over:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func endlessWAV() []byte {
	le := binary.LittleEndian
	b := append([]byte("RIFF"), 0xFF, 0xFF, 0xFF, 0x7F)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 18)
	b = le.AppendUint16(b, 7) // µ-law
	b = le.AppendUint16(b, 1)
	b = le.AppendUint32(b, 8000)
	b = le.AppendUint32(b, 8000)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint16(b, 8)
	b = le.AppendUint16(b, 0)
	b = append(b, "data"...)
	return le.AppendUint32(b, 0x7FFFFF00)
}
