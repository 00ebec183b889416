package voice

import (
	"context"
	"strings"
	"testing"
	"time"

	"jawort/blob"
	"jawort/consent"
	"jawort/db"
	"jawort/sip/sipptest"
	"jawort/source"
)

func TestAYesOnTheTelephoneIsARequest(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		if seen := s.call(anna, key('1')); !seen.OK {
			t.Error("sipp was not content")
		}
		list := s.wait(anna, 1)
		e := list[0]
		if len(list) != 1 || e.Kind != consent.Requested || e.Channel != "voice" || e.Source != s.ivr.ID || e.Language != "de" || !e.Witnessed || e.CapMonth != 4 {
			t.Errorf("the ledger has %+v", e)
		}
		proof := map[string]string{}
		for _, x := range e.Evidence {
			proof[x.Kind] += x.Value + x.Blob
		}
		if !strings.Contains(proof["call"], `"called":"`+ivrNumber+`"`) || !strings.Contains(proof["call"], `"keys":"1"`) || !strings.Contains(proof["wording"], "sha256:") || proof["heard"] == "" {
			t.Errorf("the proof is %v", proof)
		}
		if s.questions() != 1 {
			t.Errorf("%d questions were put, want 1", s.questions())
		}
		if strings.Contains(s.logs.String(), anna[1:]) {
			t.Errorf("the log names the caller:\n%s", s.logs)
		}
	})
}

func TestKeysOfACall(t *testing.T) {
	each(t, source.Voice{Each: true}, func(s *shop) {
		s.call("+4915112345001", key('1'), key('2'), key('1')) // of two topics the second
		if e := s.wait("+4915112345001", 1)[0]; strings.Join(e.Topics, "") != "news" || e.Kind != consent.Requested {
			t.Errorf("one of two topics: %+v", e)
		}
		s.call("+447700900123", key('9')) // an English caller stops
		if e := s.wait("+447700900123", 1)[0]; e.Kind != consent.Withdrawn || e.Scope != consent.ScopeAll || e.Channel != "voice" {
			t.Errorf("the ninth key: %+v", e)
		}
		s.call("+4915112345002", key('2'))
		s.call("+4915112345003") // says nothing
		s.call("anonymous")
		for _, nobody := range []string{"+4915112345002", "+4915112345003"} {
			if list := s.events(nobody); len(list) != 0 {
				t.Errorf("no consent was given, and the ledger has %+v", list)
			}
		}
		if s.questions() != 1 {
			t.Errorf("%d questions, want 1", s.questions())
		}
	})
}

func TestRecordingOnlyWithLeave(t *testing.T) {
	each(t, source.Voice{Record: true}, func(s *shop) {
		s.call("+4915112345001", key('1'), key('1'))
		s.call("+4915112345002", key('2'), key('1'))
		count := func(number string) (n int) {
			for _, x := range s.wait(number, 1)[0].Evidence {
				if x.Kind == "recording" {
					s.write(func(ctx context.Context, tx *db.Tx) error {
						b, err := blob.Get(ctx, tx, s.tenant.ID, x.Blob)
						if err == nil && (b.Type != "audio/wave" || b.Class != blob.Evidence || b.Owner == "") {
							t.Errorf("the recording is kept as %s %s of %q", b.Type, b.Class, b.Owner)
						}
						return err
					})
					n++
				}
			}
			return n
		}
		if count("+4915112345001") != 1 || count("+4915112345002") != 0 {
			t.Error("recorded without leave, or not with it")
		}
	})
}

func (s *shop) ring(from string, c sipptest.Call) sipptest.Seen {
	s.t.Helper()
	c.To, c.Number, c.From = s.house.Addr(), missed, from
	return c.Run(s.t.Context(), s.t)
}

func TestMissedCalls(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		if seen := s.ring(anna, sipptest.Call{CancelIn: 300 * time.Millisecond}); !seen.OK {
			t.Error("the caller's giving up was not answered")
		}
		if e := s.wait(anna, 1)[0]; e.Kind != consent.Requested || e.Channel != "missed_call" || e.Source != s.miss.ID {
			t.Errorf("a call given up: %+v", e)
		}
		if seen := s.ring("+4915112345001", sipptest.Call{ExpectEnd: 486}); !seen.OK {
			t.Error("the call was not rejected as busy")
		}
		s.wait("+4915112345001", 1)
		s.ring("anonymous", sipptest.Call{ExpectEnd: 486})
		if s.questions() != 2 {
			t.Errorf("%d questions, want 2", s.questions())
		}
		s.ring(anna, sipptest.Call{ExpectEnd: 486}) // once more the same person
		s.wait(anna, 2)
		if s.questions() != 2 {
			t.Error("the same address was asked twice")
		}
	})
}

func TestACallToNobody(t *testing.T) {
	each(t, source.Voice{}, func(s *shop) {
		seen := sipptest.Call{To: s.house.Addr(), Number: "+49301", From: anna, ExpectEnd: 404}.Run(t.Context(), t)
		if !seen.OK || len(s.events(anna)) != 0 {
			t.Error("a number that is nobody's was answered")
		}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := source.Pause(ctx, tx, s.tenant.ID, s.ivr.ID, "test")
			return err
		})
		seen = sipptest.Call{To: s.house.Addr(), Number: ivrNumber, From: anna, ExpectEnd: 404}.Run(t.Context(), t)
		if !seen.OK {
			t.Error("a paused source answers")
		}
	})
}
