package source

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
	"jawort/keyword"
)

// Thread are the settings of a source that lives in WhatsApp threads.
type Thread struct {
	Words    []string `json:"words,omitempty" maxItems:"10" doc:"A message of nothing but one of them brings the question"`
	AskFirst bool     `json:"ask_first,omitempty" doc:"Put the question to whoever begins a conversation and was never asked"`
	Code     string   `json:"code,omitempty" readOnly:"true" maxLength:"9" doc:"Stands in the source's link; ours"`
	Flow     string   `json:"flow,omitempty" maxLength:"30" doc:"Meta's id of a published flow that asks instead of buttons"`
}

// Bounds of what a thread source asks: a word is typed on a phone, a question with buttons holds 1,024 characters (facts/meta.md), a
// list ten rows, of which two are "all" and "none".
const (
	MaxWords       = 10
	maxWord        = 30
	MaxThreadText  = 1024
	MaxThreadTopic = 8
)

// codeLetters has no letters that are read wrongly.
const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// NewCode is a code of two groups of four, as people copy it.
func NewCode() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	out := make([]byte, 0, 9)
	for i, c := range b {
		if i == 4 {
			out = append(out, '-')
		}
		out = append(out, codeLetters[int(c)%len(codeLetters)])
	}
	return string(out)
}

// Word is how a word is compared: whatever its case, and with nothing around it but punctuation.
func Word(text string) string {
	fields := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	return strings.ToUpper(strings.TrimFunc(strings.Join(fields, " "), func(r rune) bool {
		return unicode.IsPunct(r) || unicode.IsSymbol(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == '\uFE0F' // the last two hold emoji together
	}))
}

// Answers says whether a text is one of the source's words and nothing else.
func (t *Thread) Answers(text string) bool {
	if t == nil || utf8.RuneCountInString(text) > 4*maxWord {
		return false
	}
	w := Word(text)
	return w != "" && slices.ContainsFunc(t.Words, func(own string) bool { return Word(own) == w })
}

// checkThread says what is wrong with the settings of a thread source, and gives one its code.
func (s *Source) checkThread() error {
	t := s.Settings.Thread
	if s.Kind != "thread" {
		if t != nil {
			return errs.At("settings.thread", "source.thread_kind")
		}
		return nil
	}
	if t == nil {
		t = &Thread{}
		s.Settings.Thread = t
	}
	if t.Code == "" {
		t.Code = NewCode()
	}
	if len(t.Words) > MaxWords {
		return errs.At("settings.thread.words", "source.thread_words")
	}
	seen := map[string]bool{}
	for _, w := range t.Words {
		norm := Word(w)
		if norm == "" || utf8.RuneCountInString(w) > maxWord || !utf8.ValidString(w) || seen[norm] {
			return errs.At("settings.thread.words", "source.thread_words")
		}
		seen[norm] = true
		switch keyword.Read(keyword.Input{Text: w, Via: keyword.Text}).Intent {
		case keyword.StopAll, keyword.StopMarketing, keyword.StopTopic, keyword.Unsure:
			return errs.At("settings.thread.words", "source.thread_stop")
		}
	}
	if strings.IndexFunc(t.Flow, func(r rune) bool { return r < '0' || r > '9' }) >= 0 || len(t.Flow) > 30 {
		return errs.At("settings.thread.flow", "source.thread_flow")
	}
	return nil
}

// LiveOf reads a tenant's live sources of one kind, the oldest first.
func LiveOf(ctx context.Context, tx *db.Tx, tenant, kind string) ([]Source, error) {
	list, err := readLiveOf(ctx, tx, tenant, kind)
	if err != nil {
		return nil, fmt.Errorf("live sources of kind %s: %w", kind, err)
	}
	return list, nil
}

// AllLive reads a tenant's live sources, the oldest first.
func AllLive(ctx context.Context, tx *db.Tx, tenant string) ([]Source, error) {
	list, err := readAllLive(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("live sources: %w", err)
	}
	return list, nil
}
