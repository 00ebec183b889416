package consent

import (
	"fmt"
	"testing"
)

const second = 1_000_000

var classes = map[string]Class{"offers": Marketing, "news": Marketing, "orders": Utility}

// at builds an event of one person, told and recorded at the same second.
func at(sec int64, kind Kind, opts ...func(*Event)) Event {
	e := Event{ID: fmt.Sprintf("evt_%03d_%s", sec, kind), Contact: "con_a", Rev: sec, Kind: kind, Channel: "chat", Number: "n1",
		Actor: Actor{Kind: Person}, HappenedAt: sec * second, RecordedAt: sec * second, Witnessed: true}
	if kind.needsScope() {
		e.Scope, e.Topics = ScopeTopic, []string{"offers"}
	}
	for _, o := range opts {
		o(&e)
	}
	return e
}

func topics(list ...string) func(*Event) {
	return func(e *Event) { e.Scope, e.Topics = ScopeTopic, list }
}
func scope(s Scope) func(*Event)     { return func(e *Event) { e.Scope, e.Topics = s, nil } }
func channel(c string) func(*Event)  { return func(e *Event) { e.Channel = c } }
func seq(s string) func(*Event)      { return func(e *Event) { e.ChannelSeq = s } }
func by(k ActorKind) func(*Event)    { return func(e *Event) { e.Actor.Kind = k } }
func ref(id string) func(*Event)     { return func(e *Event) { e.Ref, e.Reason = id, "typo" } }
func told(sec int64) func(*Event)    { return func(e *Event) { e.HappenedAt = sec * second } }
func unseen(e *Event)                { e.Witnessed = false }
func of(contact string) func(*Event) { return func(e *Event) { e.Contact = contact } }
func until(sec int64) func(*Event)   { return func(e *Event) { e.Until = sec * second } }
func number(n string) func(*Event)   { return func(e *Event) { e.Number = n } }
func value(v string) func(*Event)    { return func(e *Event) { e.Value = v } }
func other(c string) func(*Event)    { return func(e *Event) { e.Other = c } }
func notice(n string, v int64) func(*Event) {
	return func(e *Event) { e.Notice, e.NoticeVersion = n, v }
}
func named(id string) func(*Event) { return func(e *Event) { e.ID = id } }
func states(s Standing) string {
	return fmt.Sprintf("offers=%s news=%s orders=%s", s.Topics["offers"].State, s.Topics["news"].State, s.Topics["orders"].State)
}

func TestFoldStories(t *testing.T) {
	all, mk := scope(ScopeAll), scope(ScopeMarketing)
	for _, c := range []struct {
		name   string
		events []Event
		want   string
	}{
		{"nothing", nil, "offers=none news=none orders=none"},
		{"granted", []Event{at(1, Granted)}, "offers=granted news=none orders=none"},
		{"requested is not granted", []Event{at(1, Requested)}, "offers=requested news=none orders=none"},
		{"claimed allows nothing", []Event{at(1, Claimed, by(Import), unseen)}, "offers=claimed news=none orders=none"},
		{"a claim after the person asked stays a request", []Event{at(1, Requested), at(9, Claimed, by(Staff), unseen)}, "offers=requested news=none orders=none"},
		{"a claim after a declaration that marketing counts as a request", []Event{at(1, Declared), at(9, Claimed, by(Import), unseen)}, "offers=requested news=none orders=none"},
		{"a claim outlives the request that nobody answered", []Event{at(1, Requested), at(5, Claimed, by(Staff), unseen), at(9, RequestExpired, ref("evt_001_requested"))}, "offers=claimed news=none orders=none"},
		{"a claim after the consent lapsed, a request before: claimed", []Event{at(1, Requested), at(2, Granted), at(5, Lapsed), at(9, Claimed, by(Staff), unseen)}, "offers=claimed news=none orders=none"},
		{"declared suffices for utility only", []Event{at(1, Declared, topics("offers", "orders"))}, "offers=requested news=none orders=declared"},
		{"sign-up with Meta as witness", []Event{at(1, Signup, by(Meta))}, "offers=granted news=none orders=none"},
		{"stop of everything", []Event{at(1, Granted), at(9, Withdrawn, all)}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"stop of marketing leaves orders", []Event{at(1, Granted, topics("offers", "orders")), at(9, Withdrawn, mk)}, "offers=withdrawn news=withdrawn orders=granted"},
		{"stop of one topic", []Event{at(1, Granted, topics("offers", "news")), at(9, Withdrawn, topics("news"))}, "offers=granted news=withdrawn orders=none"},
		{"a new opt-in lifts it, for its topic", []Event{at(1, Granted), at(9, Withdrawn, all), at(20, Granted)}, "offers=granted news=withdrawn orders=withdrawn"},
		{"within five seconds on another channel: no", []Event{at(9, Withdrawn, all, channel("sms")), at(13, Granted)}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"same channel, its own order decides", []Event{at(9, Withdrawn, all, seq("001")), at(11, Granted, seq("002"))}, "offers=granted news=withdrawn orders=withdrawn"},
		{"same channel, same moment: the stop", []Event{at(9, Withdrawn, all, seq("001")), at(30, Granted, seq("001"))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"same channel, arrived late", []Event{at(9, Withdrawn, all, seq("005")), at(30, Granted, seq("002"))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"an import lifts nothing", []Event{at(9, Withdrawn, all), at(30, Granted, by(Import))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"staff lifts nothing", []Event{at(9, Withdrawn, all), at(30, Granted, by(Staff))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"an unwitnessed act lifts nothing", []Event{at(9, Withdrawn, all), at(30, Granted, unseen)}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"asking again lifts nothing", []Event{at(9, Withdrawn, all), at(30, Requested)}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"a witnessed stop told late counts from when it happened", []Event{at(50, Withdrawn, all, told(5)), at(20, Granted)}, "offers=granted news=withdrawn orders=withdrawn"},
		{"an unwitnessed stop counts from when we heard", []Event{at(50, Withdrawn, all, told(5), unseen), at(20, Granted)}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"a grant dated into the future counts from its record", []Event{at(10, Granted, told(99)), at(20, Withdrawn, all)}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"declined", []Event{at(1, Requested), at(5, Declined)}, "offers=declined news=none orders=none"},
		{"a no takes back an earlier yes", []Event{at(1, Granted), at(5, Declined)}, "offers=declined news=none orders=none"},
		{"a yes after a no", []Event{at(1, Declined), at(50, Granted)}, "offers=granted news=none orders=none"},
		{"request expired", []Event{at(1, Requested), at(9, RequestExpired, ref("evt_001_requested"))}, "offers=none news=none orders=none"},
		{"disputed withdraws everything", []Event{at(1, Declared, topics("orders")), at(9, Disputed)}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"objected stops marketing", []Event{at(1, Granted, topics("offers", "orders")), at(9, Objected, mk)}, "offers=withdrawn news=withdrawn orders=granted"},
		{"suppressed", []Event{at(1, Granted), at(9, Suppressed, by(Staff))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"lapsed", []Event{at(1, Granted), at(9, Lapsed, by(System))}, "offers=lapsed news=none orders=none"},
		{"renewed after lapse, by paper", []Event{at(1, Granted), at(9, Lapsed, by(System)), at(10, Granted, by(Staff), unseen)}, "offers=granted news=none orders=none"},
		{"outdated wording", []Event{at(1, Granted, notice("n", 1)), at(9, Outdated, notice("n", 1), by(System))}, "offers=outdated news=none orders=none"},
		{"another notice is not outdated", []Event{at(1, Granted, notice("m", 1)), at(9, Outdated, notice("n", 1), by(System))}, "offers=granted news=none orders=none"},
		{"newer wording is not outdated", []Event{at(1, Granted, notice("n", 2)), at(9, Outdated, notice("n", 1), by(System))}, "offers=granted news=none orders=none"},
		{"another person at the number", []Event{at(1, Granted), at(9, IdentityChanged, by(Meta))}, "offers=outdated news=none orders=none"},
		{"the freeze keeps opt-outs", []Event{at(1, Withdrawn, all), at(9, IdentityChanged, by(Meta))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"staff voids what staff entered", []Event{at(1, Granted), at(9, Withdrawn, all, by(Staff)), at(12, Voided, by(Staff), ref("evt_009_withdrawn"))}, "offers=granted news=none orders=none"},
		{"nobody voids what the person said", []Event{at(1, Granted), at(9, Withdrawn, all), at(12, Voided, by(Staff), ref("evt_009_withdrawn"))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"a program cannot void", []Event{at(1, Granted), at(9, Withdrawn, all, by(Staff)), at(12, Voided, by(Program), ref("evt_009_withdrawn"))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"paused", []Event{at(1, Granted), at(9, Paused, until(500))}, "offers=paused news=none orders=none"},
		{"pause over", []Event{at(1, Granted), at(9, Paused, until(90))}, "offers=granted news=none orders=none"},
		{"unpaused", []Event{at(1, Granted), at(9, Paused), at(12, Unpaused)}, "offers=granted news=none orders=none"},
		{"a pause is no consent", []Event{at(9, Paused), at(12, Unpaused)}, "offers=none news=none orders=none"},
		{"merged on proof: one history", []Event{at(1, Granted, of("con_b")), at(9, Withdrawn, all), at(12, Merged, other("con_b"))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"merged on proof: the later own act counts", []Event{at(1, Withdrawn, all), at(9, Granted, of("con_b")), at(12, Merged, other("con_b"))}, "offers=granted news=withdrawn orders=withdrawn"},
		{"merged on weak evidence: the lesser state", []Event{at(1, Withdrawn, all), at(9, Granted, of("con_b")), at(12, Merged, other("con_b"), value("weak"))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"after a weak merge a new act counts for both", []Event{at(1, Withdrawn, all), at(9, Granted, of("con_b")), at(12, Merged, other("con_b"), value("weak")), at(30, Granted)}, "offers=granted news=withdrawn orders=withdrawn"},
		{"an ordinary message, a link and a reason change nothing", []Event{at(1, Withdrawn, all), at(9, Linked), at(10, ReasonGiven), at(11, StaffAction, by(Staff))}, "offers=withdrawn news=withdrawn orders=withdrawn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := states(Fold(c.events, Rules{Topics: classes, At: 100 * second}))
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestPlatformStops(t *testing.T) {
	stop, resume := at(5, PlatformStopped, by(Meta)), at(9, PlatformResumed, by(Meta))
	otherStop := at(6, PlatformStopped, by(Meta), number("n2"))
	for _, c := range []struct {
		name   string
		events []Event
		want   int
	}{
		{"stop", []Event{stop}, 1},
		{"resumed", []Event{stop, resume}, 0},
		{"a resume lifts its own pair only", []Event{stop, otherStop, resume}, 1},
		{"an opt-in does not lift it", []Event{stop, at(60, Granted)}, 1},
		{"at the same moment: stopped", []Event{at(9, PlatformStopped, by(Meta)), resume}, 1},
	} {
		s := Fold(c.events, Rules{Topics: classes})
		if len(s.PlatformStops) != c.want {
			t.Errorf("%s: %v", c.name, s.PlatformStops)
		}
	}
	if s := Fold([]Event{resume}, Rules{Topics: classes}); s.Topics["offers"].State != StateNone {
		t.Error("a resume became a consent")
	}
}

func TestAsOfBothWays(t *testing.T) {
	late := at(50, Withdrawn, scope(ScopeAll), told(20)) // happened at 20, we heard at 50
	events := []Event{at(1, Granted), late}
	for _, c := range []struct {
		name  string
		rules Rules
		want  State
	}{
		{"what was true at 10", Rules{AsOf: 10 * second}, StateGranted},
		{"what was true at 30", Rules{AsOf: 30 * second}, StateWithdrawn},
		{"what we knew at 30", Rules{KnownAt: 30 * second}, StateGranted},
		{"what we knew at 60", Rules{KnownAt: 60 * second}, StateWithdrawn},
	} {
		c.rules.Topics = classes
		if got := Fold(events, c.rules).Topics["offers"].State; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestStandingDetails(t *testing.T) {
	grant := at(10, Granted, notice("ntc_1", 3))
	grant.CapMonth, grant.Source = 4, "src_1"
	s := Fold([]Event{grant}, Rules{Topics: classes, LapseAfter: 24 * Month})
	got := s.Topics["offers"]
	want := TopicStanding{Topic: "offers", Class: Marketing, State: StateGranted, Since: 10 * second, OwnSince: 10 * second,
		ExpiresAt: 10*second + 24*Month, Source: "src_1", Notice: "ntc_1", NoticeVersion: 3, Proof: "chat", Event: grant.ID, CapMonth: 4}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	s = Fold([]Event{grant, at(20, Withdrawn, scope(ScopeAll))}, Rules{Topics: classes})
	if !s.StopAll || !s.StopMarketing || s.Of("later_topic", Utility).State != StateWithdrawn {
		t.Errorf("a stop of everything does not cover topics made later: %+v", s)
	}
	s = Fold([]Event{at(20, Withdrawn, scope(ScopeAll)), at(40, Granted)}, Rules{Topics: classes})
	if s.StopAll || s.Topics["orders"].State != StateWithdrawn || s.Topics["offers"].OwnSince != 40*second {
		t.Errorf("a lifted stop: %+v", s)
	}
	age := Fold([]Event{at(1, AgeStated, value("19")), at(2, AgeStated, value("15"), named("b"))}, Rules{})
	if age.Person.Age == nil || *age.Person.Age != 15 {
		t.Errorf("age: %v", age.Person.Age)
	}
	blocked := Fold([]Event{at(5, SuspectedBlock, by(System)), at(9, BlockCleared, by(Meta))}, Rules{})
	if blocked.Person.SuspectedBlock {
		t.Error("a delivery does not clear the suspicion")
	}
}

func TestCheckRefusesWhatCannotBeFolded(t *testing.T) {
	for name, e := range map[string]Event{
		"unknown kind":    {Kind: "maybe", Contact: "c", HappenedAt: 1},
		"no contact":      {Kind: Granted, Scope: ScopeTopic, Topics: []string{"a"}, HappenedAt: 1},
		"no time":         {Kind: Linked, Contact: "c"},
		"no scope":        {Kind: Withdrawn, Contact: "c", HappenedAt: 1},
		"no topics":       {Kind: Granted, Scope: ScopeTopic, Contact: "c", HappenedAt: 1},
		"void of nothing": {Kind: Voided, Contact: "c", HappenedAt: 1, Reason: "typo"},
		"void, no reason": {Kind: Voided, Contact: "c", HappenedAt: 1, Ref: "evt"},
		"stop, no number": {Kind: PlatformStopped, Contact: "c", HappenedAt: 1},
		"merge of none":   {Kind: Merged, Contact: "c", HappenedAt: 1},
	} {
		if e.Check() == nil {
			t.Errorf("%s passes", name)
		}
	}
	for _, k := range Kinds {
		e := Event{Kind: k, Contact: "c", HappenedAt: 1, Scope: ScopeAll, Ref: "e", Reason: "r", Number: "n", Other: "o"}
		if err := e.Check(); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
}
