package gate

import (
	"testing"

	"jawort/account"
	"jawort/consent"
)

// passes is the whole of "who may be sent what" once more, written down by hand and apart from Decide: state → classes.
var passes = map[consent.State]map[consent.Class]bool{
	consent.StateGranted:  {consent.Marketing: true, consent.Utility: true, consent.Authentication: true},
	consent.StateDeclared: {consent.Utility: true, consent.Authentication: true},
}

// afterStop is which purposes reach somebody who has just stopped everything, in an open window; before is which reach
// somebody who has not.
var (
	afterStop = map[Purpose]bool{StopAck: true, NotMeAck: true, RightsAnswer: true}
	before    = map[Purpose]bool{ConfirmRequest: true, RightsAnswer: true, HumanAnswer: true}
)

func TestEveryStateClassAndKind(t *testing.T) {
	categories := map[consent.Class]string{consent.Marketing: "MARKETING", consent.Utility: "UTILITY", consent.Authentication: "AUTHENTICATION"}
	n := 0
	for _, s := range everyState {
		for class, cat := range categories {
			for _, kind := range []string{"template", "text"} {
				for _, topicClass := range []consent.Class{consent.Marketing, consent.Utility, consent.Authentication} {
					f, m := text()
					f.Topic.Class, f.Standing.State, m.Kind = topicClass, s, kind
					f.Template = Template{true, "APPROVED", cat}
					want := passes[s][topicClass] && (kind == "text" || class == topicClass)
					if d := Decide(&f, &m); d.Sends() != want {
						t.Errorf("%s template under %s topic, as %s, state %q: %s", class, topicClass, kind, s, codes(&d))
					}
					n++
				}
			}
		}
	}
	if n != 12*3*2*3 {
		t.Errorf("%d combinations", n)
	}
}

func TestEveryPurposeStateAndStop(t *testing.T) {
	for _, p := range Purposes[1:] {
		for _, s := range everyState {
			for _, stop := range []bool{false, true} {
				f, _ := text()
				m := own(p)
				f.Standing.State = s
				want := before[p]
				if p == OptinAck {
					want = s == consent.StateGranted
				}
				if p == ConfirmRequest && (s == consent.StateWithdrawn || s == consent.StateDeclined) {
					want = false
				}
				if stop {
					f.Person = Person{StopAll: true, StoppedAt: t0 - second}
					f.SuppressedAll = Suppression{true, t0 - second}
					want = afterStop[p]
				}
				if d := Decide(&f, &m); d.Sends() != want {
					t.Errorf("%s, state %q, stopped %v: %s", p, s, stop, codes(&d))
				}
			}
		}
	}
}

// What people type asks for no state of any topic, and is stopped by a stop of everything in each of them.
func TestEveryStateAndStopOfWhatPeopleType(t *testing.T) {
	for _, s := range everyState {
		for kind := range kinds {
			for _, stop := range []bool{false, true} {
				f, m := typed()
				f.Standing.State, m.Kind = s, kind
				if stop {
					f.Person = Person{StopAll: true, StoppedAt: t0 - second}
				}
				want := !stop && kind != "template"
				if d := Decide(&f, &m); d.Sends() != want {
					t.Errorf("%s, state %q, stopped %v: %s", kind, s, stop, codes(&d))
				}
			}
		}
	}
}

func TestZeroIsRefused(t *testing.T) {
	for _, p := range Purposes {
		for _, program := range []string{"", "prg_1"} {
			d := Decide(&Facts{}, &Message{Purpose: p, Program: program})
			if codes(&d) != "refuse LEDGER_UNREADABLE" || d.Sends() {
				t.Errorf("%q: %s", p, codes(&d))
			}
			d = Decide(&Facts{Readable: true}, &Message{Purpose: p, Program: program})
			if d.Sends() || d.Verdict != Refuse {
				t.Errorf("%q, read but empty: %s", p, codes(&d))
			}
		}
	}
}

// What is refused in every mode, named by hand: suppressed, withdrawn, platform stop, changed identity, unreadable ledger, and
// beside them what amounts to the same.
func TestObservingLetsTheRestThrough(t *testing.T) {
	always := map[string]bool{}
	for _, code := range []string{"LEDGER_UNREADABLE", "HELD_AFTER_RESTORE", "CLOCK_OFF", "NUMBER_UNKNOWN", "PERSON_ERASED", "IDENTITY_CHANGED", "SUPPRESSED",
		"SUPPRESSED_MARKETING", "PURPOSE_NOT_CALLERS", "PLATFORM_STOP", "ACK_OF_PLATFORM_STOP", "PROCESSING_RESTRICTED", "STOPPED_ALL", "STOPPED_MARKETING",
		"WITHDRAWN", "DECLINED", "CONSENT_UNREADABLE", "QUESTION_AFTER_STOP", "QUESTION_AFTER_NO", "QUESTION_WRONG_ADDRESS", "ACK_UNWANTED", "ANSWER_AFTER_STOP"} {
		always[code] = true
	}
	for _, g := range Grounds() {
		if g.Always != always[g.Code] {
			t.Errorf("%s: always %v", g.Code, g.Always)
		}
	}
	for _, r := range allRows() {
		for _, mode := range []Mode{account.Observe, account.Warn} {
			f, m := r.base()
			r.change(&f, &m)
			if m.Program == "" {
				continue
			}
			f.Mode = mode
			d := Decide(&f, &m)
			held := false
			for _, reason := range d.Reasons {
				held = held || always[reason.Code]
			}
			if d.Sends() == held {
				t.Errorf("%s, %s: %s does %s", r.name, mode, codes(&d), d.Effective)
			}
			if h := d.Headline(); held && !always[h.Code] {
				t.Errorf("%s: the headline %s is not what held it back", r.name, h.Code)
			}
		}
	}
}

func TestOwnSendsAreAlwaysEnforced(t *testing.T) {
	f, m := order()
	f.Mode, f.Standing.State, m.Program = account.Observe, consent.StateNone, ""
	if d := Decide(&f, &m); d.Sends() || d.Mode != account.Enforce {
		t.Errorf("%s does %s", codes(&d), d.Effective)
	}
}

func TestUntilIsTheLatestOfTheWaits(t *testing.T) {
	f, m := offer()
	f.Quiet, f.Caps.Day, f.PairOwed = t0+8*hour, Cap{1, 1, t0 + 20*hour}, t0+45*6*second
	if d := Decide(&f, &m); codes(&d) != "wait QUIET_HOURS CAP_DAY PAIR_RATE" || d.Until != t0+20*hour {
		t.Errorf("%s until %d", codes(&d), d.Until-t0)
	}
	f.Brake.State = "marketing_stopped"
	if d := Decide(&f, &m); d.Until != 0 {
		t.Error("a wait without end ends")
	}
	f.Standing.State = consent.StateNone
	if d := Decide(&f, &m); d.Until != 0 || d.Headline().Code != "CONSENT_NONE" {
		t.Error("a refusal ends by waiting")
	}
}
