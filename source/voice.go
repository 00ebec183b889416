package source

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/notice"
)

// Voice is what a telephone source adds to its settings.
type Voice struct {
	Numbers  []string `json:"numbers,omitempty"`  // that people call, as the provider tells them: digits with country, or a user
	Line     string   `json:"line,omitempty"`     // the account at the provider that calls must come by; "" = any of the business's
	Record   bool     `json:"record,omitempty"`   // offers to record the call as proof; only who agrees is recorded
	Each     bool     `json:"each,omitempty"`     // asks for each topic by itself
	WhatsApp bool     `json:"whatsapp,omitempty"` // missed_call: a missed call in WhatsApp counts too
	Seconds  int64    `json:"seconds,omitempty"`  // missed_call: rings so long before it is rejected; 0 = DefaultSeconds
}

// Spoken are the kinds of sources that people call.
var Spoken = []string{"ivr", "missed_call"}

// VoiceLanguages are those in which the standard sentences ("press 1") are there.
var VoiceLanguages = []string{"de", "en"}

// DefaultSeconds is two rings: long enough to hear that it rang.
const DefaultSeconds = 4

var calledShape = regexp.MustCompile(`^\+?[A-Za-z0-9._-]{1,64}$`)

func (s Source) checkVoice() error {
	v := s.Settings.Voice
	if v == nil {
		return nil
	}
	for _, n := range v.Numbers {
		if !calledShape.MatchString(n) {
			return errs.At("settings.voice.numbers", "source.voice.number")
		}
	}
	if v.Line != "" && !id.Is("lin", v.Line) {
		return errs.At("settings.voice.line", "source.voice.line")
	}
	if v.Seconds < 0 || v.Seconds > 60 || len(v.Numbers) > 20 {
		return errs.At("settings.voice", "source.limits")
	}
	return nil
}

// readySpoken checks what a telephone source needs besides: a number of its own, a way to confirm, and for the dialogue every
// sentence as sound. A text on a page that nobody hears is no notice.
func (s Source) readySpoken(ctx context.Context, tx *db.Tx, texts []notice.Version) error {
	if !slices.Contains(Spoken, s.Kind) {
		return nil
	}
	v := s.Settings.Voice
	switch {
	case v == nil || len(v.Numbers) == 0 && !(s.Kind == "missed_call" && v.WhatsApp):
		return errs.At("settings.voice.numbers", "source.voice.needs_number")
	case !s.Settings.Question: // a link cannot be spoken, and a caller's number can be forged
		return errs.At("settings.question", "source.voice.needs_question")
	}
	if v.Line != "" {
		if there, err := hasLine(ctx, tx, s.Tenant, v.Line); err != nil || !there {
			return cmp.Or[error](err, errs.At("settings.voice.line", "source.voice.line"))
		}
	}
	if err := s.alone(ctx, tx); err != nil {
		return err
	}
	if s.Kind != "ivr" {
		return nil
	}
	there, err := notice.Recordings(ctx, tx, s.Tenant, s.Notice, texts[0].Version)
	if err != nil {
		return err
	}
	for _, lang := range s.Settings.Languages {
		if !slices.Contains(VoiceLanguages, lang) {
			return errs.At("settings.languages", "source.voice.language").With(errs.Args{"Language": lang})
		}
		for _, slot := range s.Slots() {
			if !slices.ContainsFunc(there, func(r notice.Recording) bool { return r.Language == lang && r.Slot == slot }) {
				return errs.At("recording", "source.voice.needs_recording").With(errs.Args{"Language": lang})
			}
		}
	}
	return nil
}

// Slots are what must be recorded in each language.
func (s Source) Slots() []string {
	out := []string{notice.SlotNotice}
	if v := s.Settings.Voice; v != nil && v.Each && len(s.Topics) > 1 {
		for _, code := range s.Topics {
			out = append(out, notice.SlotTopic(code))
		}
	}
	return out
}

// alone: a number leads to one live source, of whatever business; a missed call in WhatsApp to one of the number's.
func (s Source) alone(ctx context.Context, tx *db.Tx) error {
	others, err := LiveSpoken(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.ID == s.ID {
			continue
		}
		if s.Kind == "missed_call" && o.Kind == s.Kind && o.Tenant == s.Tenant && o.Number == s.Number && s.Settings.Voice.WhatsApp && o.Settings.Voice != nil && o.Settings.Voice.WhatsApp {
			return errs.At("settings.voice.whatsapp", "source.voice.taken_chat")
		}
		for _, n := range s.Settings.Voice.Numbers {
			if o.Settings.Voice.Answers(n) != "" {
				return errs.At("settings.voice.numbers", "source.voice.taken")
			}
		}
	}
	return nil
}

// ByLine says whether a source that is not archived wants its calls by this line.
func ByLine(ctx context.Context, tx *db.Tx, tenant, line string) (bool, error) {
	list, err := List(ctx, tx, tenant)
	return slices.ContainsFunc(list, func(s Source) bool {
		return s.State != StateArchived && s.Settings.Voice != nil && s.Settings.Voice.Line == line
	}), err
}

// LiveSpoken reads the live telephone sources of all tenants: a call names a number and no tenant.
func LiveSpoken(ctx context.Context, tx *db.Tx) ([]Source, error) {
	list, err := readSpoken(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("read telephone sources: %w", err)
	}
	return list, nil
}

// Answers says under which of its numbers the source is meant by what was called; "" = it is not. Providers write a number with
// and without plus and zeros; users are compared as they are.
func (v *Voice) Answers(called string) string {
	if v == nil {
		return ""
	}
	for _, n := range v.Numbers {
		if n == called || bare(n) != "" && bare(n) == bare(called) {
			return n
		}
	}
	return ""
}

// bare are the digits of a number without plus and leading zeros; "" = it is none.
func bare(s string) string {
	s = strings.TrimLeft(strings.TrimPrefix(s, "+"), "0")
	if strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return s
}
