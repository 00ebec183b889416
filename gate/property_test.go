package gate

import (
	"maps"
	"slices"
	"testing"

	"jawort/account"
	"jawort/consent"
	"jawort/quality"

	"pgregory.net/rapid"
)

var everyState = append(append([]consent.State(nil), consent.States...), "", "blessed")

// drawFacts makes any facts, mostly such that something passes.
func drawFacts(t *rapid.T) Facts {
	moment := rapid.SampledFrom([]int64{0, t0 - 800*day, t0 - 40*day, t0 - day, t0 - 10*second, t0 - 5*second, t0, t0 + 1, t0 + hour, t0 + 30*day})
	yes := func(label string) bool { return rapid.IntRange(0, 9).Draw(t, label) == 0 }
	f := Facts{
		Now: t0, Readable: !yes("unreadable"), NumberKnown: !yes("no number"), Held: yes("held"), ClockOff: yes("clock"), Contact: "con_1", Rev: 3,
		Mode:                rapid.SampledFrom([]Mode{account.Observe, account.Warn, account.Enforce, ""}).Draw(t, "mode"),
		Identity:            Identity{Unusable: yes("u"), Ambiguous: yes("a"), Foreign: yes("fo"), UserID: yes("id"), Moved: yes("mo"), Erased: yes("er")},
		SuppressedAll:       Suppression{yes("sa"), moment.Draw(t, "sa at")},
		SuppressedMarketing: Suppression{yes("sm"), moment.Draw(t, "sm at")},
		Template: Template{!yes("template"), rapid.SampledFrom([]string{"APPROVED", "APPROVED", "APPROVED", "PAUSED", ""}).Draw(t, "status"),
			rapid.SampledFrom([]string{"MARKETING", "UTILITY", "AUTHENTICATION", "X"}).Draw(t, "category")},
		Topic: Topic{"topic", !yes("topic"), rapid.SampledFrom([]consent.Class{consent.Marketing, consent.Utility, consent.Authentication, "x"}).Draw(t, "class")},
		Standing: Standing{State: rapid.SampledFrom(append(everyState, consent.StateGranted, consent.StateGranted, consent.StateDeclared)).Draw(t, "state"),
			Since: moment.Draw(t, "since"), OwnSince: moment.Draw(t, "own"), LastUsed: moment.Draw(t, "used")},
		Person: Person{StopAll: yes("stop"), StopMarketing: yes("stopm"), PlatformStop: yes("platform"), Restricted: yes("restricted"),
			SuspectedBlock: yes("block"), WrongAddress: yes("wrong"), AgeKnown: yes("aged"), Age: 12},
		Window:   Window{OpenedAt: moment.Draw(t, "opened"), Until: moment.Draw(t, "until"), HumanAt: moment.Draw(t, "human")},
		Answers:  Answers{Typed: yes("typed") || yes("typed too"), Sent: rapid.Int64Range(0, answersMost+1).Draw(t, "answers")},
		Rules:    Rules{MinAge: 16, LapseAfter: 730 * day, QuietAfterNo: 365 * day},
		Brake:    Brake{State: rapid.SampledFrom(append([]quality.Brake{"", quality.Open, quality.Open}, quality.Brakes...)).Draw(t, "brake")},
		Headroom: Headroom{Free: rapid.Int64Range(-1, 3).Draw(t, "free"), FreeMarketing: rapid.Int64Range(-1, 3).Draw(t, "free m")},
	}
	if yes("frozen") {
		f.Identity.FrozenAt = moment.Draw(t, "frozen at")
	}
	if yes("stopped") {
		f.Person.StoppedAt = moment.Draw(t, "stopped at")
	}
	return f
}

func drawMessage(t *rapid.T) Message {
	m := Message{Kind: rapid.SampledFrom([]string{"template", "template", "text", "image", "x"}).Draw(t, "kind"),
		Purpose: rapid.SampledFrom(append([]Purpose{Ordinary, Ordinary, "x"}, Purposes...)).Draw(t, "purpose")}
	if rapid.Bool().Draw(t, "program") {
		m.Program = "prg_1"
	}
	if m.Kind != "template" {
		m.DirectSend = rapid.SampledFrom([]string{"", "", "utility", "marketing", "x"}).Draw(t, "direct")
	}
	return m
}

// worse are facts that can only speak against a message.
var worse = map[string]change{
	"unreadable": func(f *Facts, m *Message) { f.Readable = false },
	"held":       func(f *Facts, m *Message) { f.Held = true },
	"clock":      func(f *Facts, m *Message) { f.ClockOff = true },
	"number":     func(f *Facts, m *Message) { f.NumberKnown = false },
	"unusable":   func(f *Facts, m *Message) { f.Identity.Unusable = true },
	"ambiguous":  func(f *Facts, m *Message) { f.Identity.Ambiguous = true },
	"foreign":    func(f *Facts, m *Message) { f.Identity.Foreign = true },
	"moved":      func(f *Facts, m *Message) { f.Identity.Moved = true },
	"erased":     func(f *Facts, m *Message) { f.Identity.Erased = true },
	"frozen":     func(f *Facts, m *Message) { f.Identity.FrozenAt = t0 },
	"suppressed": func(f *Facts, m *Message) { f.SuppressedAll = Suppression{true, max(t0, f.SuppressedAll.At)} },
	"suppressed marketing": func(f *Facts, m *Message) {
		f.SuppressedMarketing = Suppression{true, max(t0, f.SuppressedMarketing.At)}
	},
	"template gone":       func(f *Facts, m *Message) { f.Template = Template{} },
	"template paused":     func(f *Facts, m *Message) { f.Template.Status = "PAUSED" },
	"category unknown":    func(f *Facts, m *Message) { f.Template.Category = "?" },
	"topic gone":          func(f *Facts, m *Message) { f.Topic.Known = false },
	"class unknown":       func(f *Facts, m *Message) { f.Topic.Class = "?" },
	"withdrawn":           state(consent.StateWithdrawn),
	"declined":            state(consent.StateDeclined),
	"unreadable standing": state("?"),
	"stop": func(f *Facts, m *Message) {
		f.Person.StopAll, f.Person.StoppedAt = true, max(t0+30*day, f.Person.StoppedAt)
	},
	"stop marketing": func(f *Facts, m *Message) { f.Person.StopMarketing = true },
	"platform stop":  func(f *Facts, m *Message) { f.Person.PlatformStop = true },
	"restricted":     func(f *Facts, m *Message) { f.Person.Restricted = true },
	"block":          func(f *Facts, m *Message) { f.Person.SuspectedBlock = true },
	"wrong address":  func(f *Facts, m *Message) { f.Person.WrongAddress = true },
	"young":          func(f *Facts, m *Message) { f.Person.AgeKnown, f.Person.Age = true, 1 },
	"age asked":      func(f *Facts, m *Message) { f.Rules.AskAge = true },
	"window shut":    func(f *Facts, m *Message) { f.Window = Window{} },
	"barred":         func(f *Facts, m *Message) { f.Rules.Barred = true },
	"no marketing":   func(f *Facts, m *Message) { f.Rules.NoMarketing = true },
	"no question":    func(f *Facts, m *Message) { f.Rules.NoQuestion = true },
	"quiet":          func(f *Facts, m *Message) { f.Quiet = t0 + hour },
	"promise":        func(f *Facts, m *Message) { f.Caps.Promised = Cap{4, 4, t0 + day} },
	"asked":          func(f *Facts, m *Message) { f.Asked = Asked{t0, 2, t0 + day} },
	"acknowledged":   func(f *Facts, m *Message) { f.Ack.LastAt = t0 },
	"unwanted":       func(f *Facts, m *Message) { f.Ack.Unwanted, f.Ack.ByPlatform = true, true },
	"brake":          func(f *Facts, m *Message) { f.Brake.State = quality.Stopped },
	"brake unknown":  func(f *Facts, m *Message) { f.Brake.State = "?" },
	"no room":        func(f *Facts, m *Message) { f.Headroom = Headroom{Held: f.Headroom.Held} },
	"unheard":        func(f *Facts, m *Message) { f.Answers.Sent = max(f.Answers.Sent, answersMost) },
	"pair":           func(f *Facts, m *Message) { f.PairOwed = t0 + day },
	"throughput":     func(f *Facts, m *Message) { f.Throughput = t0 + second },
	"enforced":       func(f *Facts, m *Message) { f.Mode = account.Enforce },
	"mode unknown":   func(f *Facts, m *Message) { f.Mode = "?" },
}

// One more negative fact never makes more pass: neither what is judged nor what is done.
func TestWorseFactsNeverSendMore(t *testing.T) {
	names := slices.Sorted(maps.Keys(worse)) // one order, so that a failure can be replayed
	rapid.Check(t, func(t *rapid.T) {
		f, m := drawFacts(t), drawMessage(t)
		before := Decide(&f, &m)
		name := rapid.SampledFrom(names).Draw(t, "worse")
		if name == "unreadable standing" || name == "class unknown" || name == "topic gone" || name == "category unknown" {
			if m.judgedAs(f.Answers.Typed) != Ordinary {
				return // they mean nothing to a purpose, or hide a state that speaks against it
			}
		}
		if name == "declined" || name == "unreadable standing" {
			if f.Standing.State == consent.StateWithdrawn || f.Standing.State == consent.StateDeclined {
				return // the two negative states do not add up; withdrawn is the worse
			}
		}
		worse[name](&f, &m)
		after := Decide(&f, &m)
		if after.Verdict.rank() < before.Verdict.rank() {
			t.Fatalf("%s: %s became %s", name, codes(&before), codes(&after))
		}
		if after.Effective.rank() < before.Effective.rank() {
			t.Fatalf("%s: done %s became %s: %s, then %s", name, before.Effective, after.Effective, codes(&before), codes(&after))
		}
	})
}

// Whatever the facts: reasons stand in the order of the line, the verdict is the worst of them, the headline is the first of it,
// and the modes soften nothing that holds always.
func TestDecisionIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := drawFacts(t), drawMessage(t)
		d := Decide(&f, &m)
		worst, always, first := Allow, Allow, (*Reason)(nil)
		for i := range d.Reasons {
			r := &d.Reasons[i]
			if i > 0 && d.Reasons[i-1].Step > r.Step {
				t.Fatalf("out of order: %s", codes(&d))
			}
			if r.Verdict.rank() > worst.rank() {
				worst, first = r.Verdict, r
			}
			if r.Always && r.Verdict.rank() > always.rank() {
				always = r.Verdict
			}
		}
		if d.Verdict != worst {
			t.Fatalf("verdict %s of %s", d.Verdict, codes(&d))
		}
		enforced := m.Program == "" || d.Mode == account.Enforce
		if enforced && (d.Effective != d.Verdict || d.Headline() != first) || !enforced && d.Effective != always {
			t.Fatalf("%s does %s in mode %s", codes(&d), d.Effective, d.Mode)
		}
		if d.Until != 0 && (d.Verdict != Wait || d.Until <= f.Now) {
			t.Fatalf("%s until %d", codes(&d), d.Until)
		}
		if again := Decide(&f, &m); codes(&again) != codes(&d) {
			t.Fatal("not a function of its input")
		}
	})
}

// Whatever the facts and whoever asks: what people type goes to nobody who stopped everything and has said nothing since, to nobody whose data may
// only be kept, never outside the window, and never as a template or a Direct Send. Nor does it help a program that its owner said nothing of.
func TestWhatPeopleType(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, m := drawFacts(t), drawMessage(t)
		m.Purpose, m.MarketingEdge, f.Answers.Typed = Ordinary, rapid.Bool().Draw(t, "edge"), true
		with := Decide(&f, &m)
		f.Answers.Typed = false
		without := Decide(&f, &m)
		if m.Program == "" || m.Kind == "template" || m.DirectSend != "" || m.MarketingEdge {
			if codes(&with) != codes(&without) || with.Purpose != Ordinary {
				t.Fatalf("%s became %s", codes(&without), codes(&with))
			}
			return
		}
		if with.Purpose != HumanAnswer || without.Purpose != Ordinary {
			t.Fatalf("judged as %q and %q", with.Purpose, without.Purpose)
		}
		if !with.Sends() {
			return
		}
		p, w := &f.Person, &f.Window
		if p.StopAll && (p.StoppedAt == 0 || w.HumanAt <= p.StoppedAt) || f.SuppressedAll.On && w.HumanAt <= f.SuppressedAll.At || p.Restricted {
			t.Fatalf("sends to somebody who stopped: %+v", f)
		}
		if with.Mode == account.Enforce && (w.OpenedAt == 0 || f.Now >= w.Until || f.Answers.Sent >= answersMost) {
			t.Fatalf("sends outside the window, or on and on: %+v", f)
		}
	})
}
