package source

import (
	"errors"
	"strings"
	"testing"

	"jawort/errs"
	"jawort/notice"
)

// spoken is a draft of a telephone source whose wording is published, and recorded in the languages given.
func (s *shop) spoken(kind, number string, v Voice, recorded ...string) Source {
	s.t.Helper()
	n, err := notice.New(s.ctx, s.tx, tenant, kind, 1)
	s.must(err)
	s.publish(n.ID, kind, "Ja, ich will")
	for _, lang := range recorded {
		s.record(n.ID, 1, lang, notice.SlotNotice)
	}
	x, _, err := New(s.ctx, s.tx, tenant, Source{Kind: kind, Name: kind, Notice: n.ID, Topics: []string{"offers", "order_updates"}, Number: number,
		Settings: Settings{Languages: []string{"de", "en"}, Question: true, Voice: &v}}, 2)
	s.must(err)
	return x
}

func (s *shop) record(id string, version int64, lang, slot string) {
	s.t.Helper()
	s.must(notice.SetRecording(s.ctx, s.tx, tenant, notice.Recording{Notice: id, Version: version, Language: lang, Slot: slot, Blob: "sound", MS: 900, By: "test", At: 2}))
}

func (s *shop) line(tenant, line string) {
	s.t.Helper()
	_, err := s.tx.Exec(s.ctx, `insert into line (tenant, line, name, kind, registrar, transport, user_name, login, password, created_at)
		values ($1, $2, 'Haus', 'sip', 'sip.example', 'udp', '', '', $3, 1)`, tenant, line, []byte{})
	s.must(err)
}

// goes opens the source; a refusal must name the field and the sentence, "" = it opens.
func (s *shop) goes(name string, x Source, field, key string) {
	s.t.Helper()
	var e *errs.Error
	got, err := GoLive(s.ctx, s.tx, tenant, x.ID, s.pass)
	switch {
	case key == "" && (err != nil || got.State != StateLive):
		s.t.Errorf("%s: %v", name, err)
	case key != "" && (!errors.As(err, &e) || e.Key != key || e.Field != field || errs.CodeOf(err) != errs.Invalid):
		s.t.Errorf("%s: %v, want %s at %s", name, err, key, field)
	}
}

const (
	ourLine    = "lin_01234567890123456789012345"
	otherLine  = "lin_01234567890123456789012346"
	goneLine   = "lin_01234567890123456789012347"
	needNumber = "source.voice.needs_number"
)

// What a telephone source needs before anybody can call it.
func TestTelephoneSourcesGoLive(t *testing.T) {
	withShop(t, func(s *shop) {
		s.line(tenant, ourLine)
		s.line("ten_b", otherLine)
		both := []string{"de", "en"}
		for _, c := range []struct {
			name, kind string
			voice      Voice
			change     func(*Source)
			recorded   []string
			field, key string
		}{
			{"no number", "ivr", Voice{}, nil, both, "settings.voice.numbers", needNumber},
			{"no voice at all", "ivr", Voice{}, func(x *Source) { x.Settings.Voice = nil }, both, "settings.voice.numbers", needNumber},
			{"WhatsApp is no number of a menu", "ivr", Voice{WhatsApp: true}, nil, both, "settings.voice.numbers", needNumber},
			{"a missed call without a number", "missed_call", Voice{}, nil, nil, "settings.voice.numbers", needNumber},
			{"no question", "ivr", Voice{Numbers: []string{"+49301"}}, func(x *Source) { x.Settings.Question = false }, both, "settings.question", "source.voice.needs_question"},
			{"a missed call without a question", "missed_call", Voice{WhatsApp: true}, func(x *Source) { x.Settings.Question = false }, nil, "settings.question", "source.voice.needs_question"},
			{"nothing spoken", "ivr", Voice{Numbers: []string{"+49301"}}, nil, nil, "recording", "source.voice.needs_recording"},
			{"one language spoken", "ivr", Voice{Numbers: []string{"+49301"}}, nil, []string{"de"}, "recording", "source.voice.needs_recording"},
			{"topics not spoken", "ivr", Voice{Numbers: []string{"+49301"}, Each: true}, nil, both, "recording", "source.voice.needs_recording"},
			{"a line that is gone", "ivr", Voice{Numbers: []string{"+49301"}, Line: goneLine}, nil, both, "settings.voice.line", "source.voice.line"},
			{"another business's line", "missed_call", Voice{Numbers: []string{"+49301"}, Line: otherLine}, nil, nil, "settings.voice.line", "source.voice.line"},
			{"one topic is not asked by itself", "ivr", Voice{Numbers: []string{"+49302"}, Each: true}, func(x *Source) { x.Topics = []string{"offers"} }, both, "", ""},
			{"all is there, by our line", "ivr", Voice{Numbers: []string{"+4930123456", "+49302222"}, Line: ourLine}, nil, both, "", ""},
			{"a missed call needs no sound", "missed_call", Voice{Numbers: []string{"+4930123457"}}, nil, nil, "", ""},
			{"WhatsApp alone", "missed_call", Voice{WhatsApp: true}, nil, nil, "", ""},
			{"the number of a live one", "missed_call", Voice{Numbers: []string{"+4930999", "004930123456"}}, nil, nil, "settings.voice.numbers", "source.voice.taken"},
			{"the same WhatsApp number", "missed_call", Voice{WhatsApp: true, Numbers: []string{"+49303"}}, nil, nil, "settings.voice.whatsapp", "source.voice.taken_chat"},
			{"another WhatsApp number", "missed_call", Voice{WhatsApp: true}, func(x *Source) { x.Number = "311" }, nil, "", ""},
		} {
			x := s.spoken(c.kind, "310", c.voice, c.recorded...)
			if c.change != nil {
				c.change(&x)
				_, err := Change(s.ctx, s.tx, tenant, x)
				s.must(err)
			}
			s.goes(c.name, x, c.field, c.key)
		}
		live, err := LiveSpoken(s.ctx, s.tx)
		if err != nil || len(live) != 5 {
			t.Errorf("%d live telephone sources, %v", len(live), err)
		}
	})
}

// A wording that changed must be spoken anew; the number is free again when its source rests; topics asked one by one are spoken each.
func TestTelephoneSourcesThroughTheirLife(t *testing.T) {
	withShop(t, func(s *shop) {
		x := s.spoken("ivr", "310", Voice{Numbers: []string{"+4930123456"}, Each: true}, "de", "en")
		for _, code := range x.Topics {
			for _, lang := range x.Settings.Languages {
				s.goes("before "+code+" in "+lang, x, "recording", "source.voice.needs_recording")
				s.record(x.Notice, 1, lang, notice.SlotTopic(code))
			}
		}
		s.goes("all spoken", x, "", "")
		s.publish(x.Notice, "ivr", "Ja, ich will mehr")
		s.goes("the new words", x, "recording", "source.voice.needs_recording")
		if now, err := Get(s.ctx, s.tx, tenant, x.ID); err != nil || now.NoticeVersion != 1 || now.State != StateLive {
			t.Errorf("the spoken version stays: %+v %v", now, err)
		}
		second := s.spoken("missed_call", "310", Voice{Numbers: []string{"+4930123456"}})
		s.goes("while the first is live", second, "settings.voice.numbers", "source.voice.taken")
		_, err := Pause(s.ctx, s.tx, tenant, x.ID, "test")
		s.must(err)
		s.goes("while it rests", second, "", "")
		var e *errs.Error
		if _, err := Resume(s.ctx, s.tx, tenant, x.ID, s.pass); !errors.As(err, &e) || e.Key != "source.voice.taken" {
			t.Errorf("back to a number that is another's: %v", err)
		}
	})
}

func TestLinesInUse(t *testing.T) {
	withShop(t, func(s *shop) {
		x := s.spoken("missed_call", "310", Voice{Numbers: []string{"+4930123456"}, Line: ourLine})
		used := func(tenant, line string) bool {
			t.Helper()
			yes, err := ByLine(s.ctx, s.tx, tenant, line)
			s.must(err)
			return yes
		}
		if !used(tenant, ourLine) || used("ten_b", ourLine) || used(tenant, goneLine) {
			t.Error("a draft's line is not in use, or somebody else's is")
		}
		_, err := Archive(s.ctx, s.tx, tenant, x.ID)
		s.must(err)
		if used(tenant, ourLine) {
			t.Error("an archived source holds its line")
		}
	})
}

func TestVoiceIsChecked(t *testing.T) {
	many := make([]string, 21)
	for i := range many {
		many[i] = "+4930"
	}
	for name, v := range map[string]Voice{
		"letters with spaces": {Numbers: []string{"49 30 1"}}, "a script": {Numbers: []string{"<b>"}}, "nothing": {Numbers: []string{""}}, "long": {Numbers: []string{strings.Repeat("1", 66)}},
		"many": {Numbers: many}, "before it rings": {Seconds: -1}, "a minute and more": {Seconds: 61}, "no line's name": {Line: "../lin_x"}, "a source's": {Line: "src_01234567890123456789012345"},
	} {
		x := Source{Kind: "ivr", Name: "x", Settings: Settings{Voice: &v}}
		if errs.CodeOf(x.check()) != errs.Invalid {
			t.Errorf("%s went through", name)
		}
	}
	good := Source{Kind: "ivr", Name: "x", Settings: Settings{Voice: &Voice{Numbers: []string{"+4930", "hotline.shop"}, Line: ourLine, Seconds: 60}}}
	if err := good.check(); err != nil {
		t.Error(err)
	}
}

// Providers write the number that was called in their own way.
func TestAnswersToANumber(t *testing.T) {
	v := &Voice{Numbers: []string{"+4930123456", "hotline"}}
	for called, want := range map[string]string{"+4930123456": "+4930123456", "4930123456": "+4930123456", "004930123456": "+4930123456", "hotline": "hotline",
		"Hotline": "", "030123456": "", "": "", "+": "", "0": "", "+49301234567": "", "4930123456;x": ""} {
		if got := v.Answers(called); got != want {
			t.Errorf("%q: %q, want %q", called, got, want)
		}
	}
	if (*Voice)(nil).Answers("+4930123456") != "" || (&Voice{Numbers: []string{"0"}}).Answers("00") != "" {
		t.Error("nobody's number is answered")
	}
}
