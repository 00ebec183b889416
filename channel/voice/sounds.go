package voice

import (
	"context"
	"embed"
	"fmt"
	"path"
	"sync"
	"time"

	"jawort/blob"
	"jawort/db"
	"jawort/notice"
	"jawort/sound"
	"jawort/source"
)

// Spoken by espeak-ng 1.51 at development time from the sentences in say (voice.prompt.…); what a speech program says is not
// covered by its licence. A business's own voice is heard in the recordings.
//
//go:embed prompts/*/*.wav
var prompts embed.FS

// Languages are those of our sentences.
var Languages = source.VoiceLanguages

// Standard is one of our sentences as a file; nil = it is not there.
func Standard(lang, name string) []byte {
	b, err := prompts.ReadFile(path.Join("prompts", lang, name+".wav"))
	if err != nil {
		return nil
	}
	return b
}

const mostSounds = 128 // recordings kept decoded; a wording's sound, nothing about anybody

// sounds are decoded sentences and recordings by name.
type sounds struct {
	mu     sync.Mutex
	byName map[string][]int16
}

func (s *sounds) get(name string, read func() ([]byte, error)) ([]int16, error) {
	s.mu.Lock()
	pcm, ok := s.byName[name]
	s.mu.Unlock()
	if ok {
		return pcm, nil
	}
	b, err := read()
	if err != nil {
		return nil, err
	}
	if pcm, err = sound.Read(b); err != nil {
		return nil, fmt.Errorf("read sound %s: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil || len(s.byName) >= mostSounds {
		s.byName = map[string][]int16{}
	}
	s.byName[name] = pcm
	return pcm, nil
}

// recorded is the file of a prompt that the business recorded; "" = there is none.
func (o *offer) recorded(p Prompt) string {
	for _, r := range o.recordings {
		if r.Language == p.Language && r.Slot == p.Slot {
			return r.Blob
		}
	}
	return ""
}

// load reads all that a call may say, before it is answered: nobody waits for the database in the middle of a sentence.
func (h *House) load(ctx context.Context, o *offer) error {
	for _, r := range o.recordings {
		if _, err := h.sounds.get("blob:"+r.Blob, func() ([]byte, error) {
			var b blob.Blob
			err := h.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				b, err = blob.Get(ctx, tx, o.source.Tenant, r.Blob)
				return err
			})
			return b.Body, err
		}); err != nil {
			return err
		}
	}
	for _, lang := range o.script.Languages {
		if p := (Prompt{Language: lang, Slot: notice.SlotNotice}); o.recorded(p) == "" {
			return fmt.Errorf("the wording is not spoken in %s", lang)
		}
	}
	return nil
}

// join is what the prompts sound like one after the other.
func (h *House) join(o *offer, list []Prompt) []int16 {
	var out []int16
	for _, p := range list {
		name, read := "std:"+p.Language+"/"+p.Standard, func() ([]byte, error) { return h.d.Standard(p.Language, p.Standard), nil }
		if p.Slot != "" {
			name, read = "blob:"+o.recorded(p), func() ([]byte, error) { return nil, blob.ErrNone } // load has it
		}
		pcm, err := h.sounds.get(name, read)
		if err != nil {
			h.d.Log.Error("a sentence is missing", "name", name, "error", err)
			pcm = sound.Tones(440, 330) // heard, and plainly no words
		}
		out = append(append(out, pcm...), sound.Pause(250*time.Millisecond)...)
	}
	return out
}
