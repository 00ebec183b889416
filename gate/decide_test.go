package gate

import (
	"strings"
	"testing"

	"jawort/consent"
	"jawort/quality"
)

type row struct {
	name   string
	base   func() (Facts, Message)
	change change
	want   string // verdict and codes, in the order of the line
}

func state(s consent.State) change { return func(f *Facts, m *Message) { f.Standing.State = s } }
func category(c string) change     { return func(f *Facts, m *Message) { f.Template.Category = c } }
func status(s string) change       { return func(f *Facts, m *Message) { f.Template.Status = s } }
func kind(k string) change         { return func(f *Facts, m *Message) { m.Kind = k } }
func person(p Person) change       { return func(f *Facts, m *Message) { f.Person = p } }
func identity(i Identity) change   { return func(f *Facts, m *Message) { f.Identity = i } }
func ack(a Ack) change             { return func(f *Facts, m *Message) { f.Ack = a } }
func asked(a Asked) change         { return func(f *Facts, m *Message) { f.Asked = a } }
func brake(b Brake) change         { return func(f *Facts, m *Message) { f.Brake = b } }
func templateBrake(b Brake) change { return func(f *Facts, m *Message) { f.TemplateBrake = b } }
func metaCap(until int64) change   { return func(f *Facts, m *Message) { f.Caps.Meta = until } }
func room(h Headroom) change       { return func(f *Facts, m *Message) { f.Headroom = h } }
func window(w Window) change       { return func(f *Facts, m *Message) { f.Window = w } }
func suppressed(scope string, at int64) change {
	return func(f *Facts, m *Message) {
		if scope == "all" {
			f.SuppressedAll = Suppression{true, at}
		} else {
			f.SuppressedMarketing = Suppression{true, at}
		}
	}
}
func same(f *Facts, m *Message) {}

var openWindow = Window{OpenedAt: t0 - hour, Until: t0 + 23*hour, HumanAt: t0 - hour}

func ages(age int) change { return person(Person{AgeKnown: true, Age: age}) }

func topic(t Topic) change { return func(f *Facts, m *Message) { f.Topic = t } }

func orders(f *Facts, m *Message) { f.Topic = fine().Topic }

func both(a, b change) change { return func(f *Facts, m *Message) { a(f, m); b(f, m) } }

// grantedAt is a new opt-in act of the person.
func grantedAt(at int64) change {
	return func(f *Facts, m *Message) {
		f.Standing = Standing{State: consent.StateGranted, Since: at, OwnSince: at, Proof: "chat"}
	}
}

var rowsOfConsent = []row{
	{"nothing speaks against an offer", offer, same, "allow"},
	{"nothing speaks against an order update", order, same, "allow"},
	{"nothing speaks against a login code", login, same, "allow"},
	{"nothing speaks against text in the window", text, same, "allow"},
	{"nothing speaks against a direct send", direct, same, "allow"},
	{"nothing speaks against the question", question, same, "allow"},
	{"a stop is confirmed", stopAck, same, "allow"},
	{"not me is answered", notMe, same, "allow"},
	{"a rights request is answered", rights, same, "allow"},
	{"a person answers", answer, same, "allow"},
	{"somebody who stopped is told the way back", wayBack, same, "allow"},
	{"what was agreed is confirmed", agreed, same, "allow"},
	{"a person types in a support desk", typed, same, "allow"},

	{"offer, declared is too weak", offer, state(consent.StateDeclared), "refuse CONSENT_TOO_WEAK"},
	{"offer, none", offer, state(consent.StateNone), "refuse CONSENT_NONE"},
	{"offer, requested", offer, state(consent.StateRequested), "refuse CONSENT_REQUESTED"},
	{"offer, claimed", offer, state(consent.StateClaimed), "refuse CONSENT_CLAIMED"},
	{"offer, declined", offer, state(consent.StateDeclined), "refuse DECLINED"},
	{"offer, withdrawn", offer, state(consent.StateWithdrawn), "refuse WITHDRAWN"},
	{"offer, lapsed", offer, state(consent.StateLapsed), "refuse CONSENT_LAPSED"},
	{"offer, outdated", offer, state(consent.StateOutdated), "refuse CONSENT_OUTDATED"},
	{"offer, paused without end", offer, state(consent.StatePaused), "refuse PAUSED"},
	{"offer, a word we do not know", offer, state("blessed"), "refuse CONSENT_UNREADABLE"},
	{"offer, no word at all", offer, state(""), "refuse CONSENT_UNREADABLE"},
	{"offer, paused for a day", offer, func(f *Facts, m *Message) {
		f.Standing.State, f.Standing.ExpiresAt = consent.StatePaused, t0+day
	}, "wait PAUSED_UNTIL"},
	{"offer, pause that has just ended but was not lifted", offer, func(f *Facts, m *Message) {
		f.Standing.State, f.Standing.ExpiresAt = consent.StatePaused, t0-day
	}, "wait PAUSED_UNTIL"},
	{"order, granted", order, state(consent.StateGranted), "allow"},
	{"order, none", order, state(consent.StateNone), "refuse CONSENT_NONE"},
	{"order, requested", order, state(consent.StateRequested), "refuse CONSENT_REQUESTED"},
	{"order, claimed", order, state(consent.StateClaimed), "refuse CONSENT_CLAIMED"},
	{"order, declined", order, state(consent.StateDeclined), "refuse DECLINED"},
	{"order, withdrawn", order, state(consent.StateWithdrawn), "refuse WITHDRAWN"},
	{"order, lapsed", order, state(consent.StateLapsed), "refuse CONSENT_LAPSED"},
	{"order, outdated", order, state(consent.StateOutdated), "refuse CONSENT_OUTDATED"},
	{"order, paused", order, state(consent.StatePaused), "refuse PAUSED"},
	{"login, granted", login, state(consent.StateGranted), "allow"},
	{"login, none", login, state(consent.StateNone), "refuse CONSENT_NONE"},
	{"login, withdrawn", login, state(consent.StateWithdrawn), "refuse WITHDRAWN"},
	{"text, none", text, state(consent.StateNone), "refuse CONSENT_NONE"},
	{"text, withdrawn: the window is never a consent", text, state(consent.StateWithdrawn), "refuse WITHDRAWN"},
	{"text, marketing topic, declared", text, topic(Topic{"offers", true, consent.Marketing}), "refuse CONSENT_TOO_WEAK"},
	{"text, marketing topic, granted", text, both(topic(Topic{"offers", true, consent.Marketing}), state(consent.StateGranted)), "allow"},
	{"direct, withdrawn", direct, state(consent.StateWithdrawn), "refuse WITHDRAWN"},

	{"offer, everything stopped", offer, person(Person{StopAll: true}), "refuse STOPPED_ALL"},
	{"order, everything stopped", order, person(Person{StopAll: true}), "refuse STOPPED_ALL"},
	{"login, everything stopped", login, person(Person{StopAll: true}), "refuse STOPPED_ALL"},
	{"text, everything stopped", text, person(Person{StopAll: true}), "refuse STOPPED_ALL"},
	{"offer, marketing stopped", offer, person(Person{StopMarketing: true}), "refuse STOPPED_MARKETING"},
	{"order, marketing stopped", order, person(Person{StopMarketing: true}), "allow"},
	{"offer, stopped and withdrawn says it once", offer, both(person(Person{StopAll: true}), state(consent.StateWithdrawn)), "refuse STOPPED_ALL"},
	{"offer, both stops", offer, person(Person{StopAll: true, StopMarketing: true}), "refuse STOPPED_ALL STOPPED_MARKETING"},
	{"offer, an old stop since lifted", offer, person(Person{StoppedAt: t0 - 60*day}), "allow"},
	{"offer, processing restricted", offer, person(Person{Restricted: true}), "refuse PROCESSING_RESTRICTED"},
	{"order, processing restricted", order, person(Person{Restricted: true}), "refuse PROCESSING_RESTRICTED"},

	{"offer, platform stop", offer, person(Person{PlatformStop: true}), "refuse PLATFORM_STOP"},
	{"order, platform stop is marketing's", order, person(Person{PlatformStop: true}), "allow"},
	{"login, platform stop is marketing's", login, person(Person{PlatformStop: true}), "allow"},
	{"offer, platform stop, in a window", offer, both(window(openWindow), person(Person{PlatformStop: true})), "refuse PLATFORM_STOP"},
	{"offer, suspected block", offer, person(Person{SuspectedBlock: true}), "refuse SUSPECTED_BLOCK"},
	{"order, suspected block", order, person(Person{SuspectedBlock: true}), "allow"},

	{"offer, suppressed after the grant", offer, suppressed("all", t0-day), "refuse SUPPRESSED"},
	{"order, suppressed after the act", order, suppressed("all", t0-day), "refuse SUPPRESSED"},
	{"offer, suppressed for marketing", offer, suppressed("marketing", t0-day), "refuse SUPPRESSED_MARKETING"},
	{"order, suppressed for marketing", order, suppressed("marketing", t0-day), "allow"},
	{"offer, granted 6 s after the suppression", offer, both(suppressed("all", t0-day), grantedAt(t0-day+6*second)), "allow"},
	{"offer, granted 5 s after the suppression is too close", offer, both(suppressed("all", t0-day), grantedAt(t0-day+5*second)), "refuse SUPPRESSED"},
	{"offer, granted at the suppression", offer, both(suppressed("all", t0-day), grantedAt(t0-day)), "refuse SUPPRESSED"},
	{"order, declared long after the suppression", order, suppressed("all", t0-31*day), "allow"},
	{"order, not the person's own act lifts nothing", order, both(suppressed("all", t0-31*day), func(f *Facts, m *Message) { f.Standing.OwnSince = 0 }), "refuse SUPPRESSED"},
	{"offer, a later request lifts nothing", offer, both(suppressed("all", t0-31*day), state(consent.StateRequested)), "refuse SUPPRESSED CONSENT_REQUESTED"},
	{"offer, a suppression without time is not lifted", offer, suppressed("all", 0), "refuse SUPPRESSED"},
	{"offer, granted between two suppressions", offer, both(both(suppressed("all", t0-3*day), suppressed("marketing", t0-day)), grantedAt(t0-2*day)), "refuse SUPPRESSED_MARKETING"},
	{"number that is not ours", order, func(f *Facts, m *Message) { f.NumberKnown = false }, "refuse NUMBER_UNKNOWN"},
	{"nobody we know, suppressed", order, both(suppressed("all", t0-day), func(f *Facts, m *Message) {
		f.Contact, f.Standing = "", Standing{State: consent.StateNone}
	}), "refuse SUPPRESSED CONSENT_NONE"},

	{"offer, grant past its end", offer, func(f *Facts, m *Message) { f.Standing.ExpiresAt = t0 }, "refuse CONSENT_LAPSED"},
	{"offer, grant before its end", offer, func(f *Facts, m *Message) { f.Standing.ExpiresAt = t0 + 1 }, "allow"},
	{"offer, 24 months unused", offer, grantedAt(t0 - 730*day), "refuse CONSENT_LAPSED"},
	{"offer, not quite 24 months", offer, grantedAt(t0 - 730*day + 1), "allow"},
	{"offer, 24 months old but used last year", offer, both(grantedAt(t0-730*day), func(f *Facts, m *Message) { f.Standing.LastUsed = t0 - 300*day }), "allow"},
	{"offer, end passed but used since", offer, func(f *Facts, m *Message) {
		f.Standing.ExpiresAt, f.Standing.LastUsed = t0-day, t0-30*day
	}, "allow"},
	{"order does not lapse by time", order, grantedAt(t0 - 2000*day), "allow"},
	{"offer, no lapse where rules know none", offer, both(grantedAt(t0-2000*day), func(f *Facts, m *Message) { f.Rules.LapseAfter = 0 }), "allow"},

	{"offer, 15 years old", offer, ages(15), "refuse AGE_TOO_LOW"},
	{"offer, 16 years old", offer, ages(16), "allow"},
	{"order, 15 years old", order, ages(15), "allow"},
	{"offer, age asked for and unknown", offer, func(f *Facts, m *Message) { f.Rules.AskAge = true }, "refuse AGE_UNKNOWN"},
	{"offer, age asked for and known", offer, both(ages(20), func(f *Facts, m *Message) { f.Rules.AskAge = true }), "allow"},
	{"question, 15 years old", question, ages(15), "refuse AGE_TOO_LOW"},
}

var rowsOfMessage = []row{
	{"unreadable", offer, func(f *Facts, m *Message) { f.Readable = false }, "refuse LEDGER_UNREADABLE"},
	{"unreadable and stopped says only that", offer, func(f *Facts, m *Message) { f.Readable, f.Person.StopAll = false, true }, "refuse LEDGER_UNREADABLE"},
	{"held after a restore", order, func(f *Facts, m *Message) { f.Held = true }, "wait HELD_AFTER_RESTORE"},
	{"clock off", order, func(f *Facts, m *Message) { f.ClockOff = true }, "wait CLOCK_OFF"},
	{"held, stop confirmation too", stopAck, func(f *Facts, m *Message) { f.Held = true }, "wait HELD_AFTER_RESTORE"},

	{"address unusable", order, identity(Identity{Unusable: true}), "refuse ADDRESS_UNUSABLE"},
	{"address ambiguous", order, identity(Identity{Ambiguous: true}), "refuse ADDRESS_AMBIGUOUS"},
	{"user id of another portfolio", order, identity(Identity{Foreign: true}), "refuse ADDRESS_OF_OTHER_PORTFOLIO"},
	{"login to a user id", login, identity(Identity{UserID: true}), "refuse AUTHENTICATION_NEEDS_PHONE"},
	{"order to a user id", order, identity(Identity{UserID: true}), "allow"},
	{"erased", order, identity(Identity{Erased: true}), "refuse PERSON_ERASED"},
	{"moved to another person", order, identity(Identity{Moved: true}), "refuse IDENTITY_CHANGED"},
	{"frozen after the act", order, identity(Identity{FrozenAt: t0 - day}), "refuse IDENTITY_CHANGED"},
	{"frozen before the act", order, identity(Identity{FrozenAt: t0 - 31*day}), "allow"},
	{"frozen, an act that is not the person's own", order, both(identity(Identity{FrozenAt: t0 - 31*day}), func(f *Facts, m *Message) { f.Standing.OwnSince = 0 }), "refuse IDENTITY_CHANGED"},
	{"frozen by the fold", offer, func(f *Facts, m *Message) {
		f.Standing.State, f.Standing.Proof = consent.StateOutdated, "frozen"
	}, "refuse IDENTITY_CHANGED"},
	{"frozen, answer to who wrote since", answer, identity(Identity{FrozenAt: t0 - day}), "allow"},
	{"frozen since the message", answer, identity(Identity{FrozenAt: t0 - hour}), "refuse IDENTITY_CHANGED"},
	{"frozen, question to a stranger", question, identity(Identity{FrozenAt: t0 - day}), "refuse IDENTITY_CHANGED"},

	{"kind unknown", text, kind("hologram"), "refuse KIND_UNKNOWN"},
	{"kind missing", text, kind(""), "refuse KIND_UNKNOWN"},
	{"image in the window", text, kind("image"), "allow"},
	{"interactive in the window", text, kind("interactive"), "allow"},
	{"reaction in the window", text, kind("reaction"), "allow"},
	{"purpose unknown", text, func(f *Facts, m *Message) { m.Purpose, m.Program = "fun", "" }, "refuse PURPOSE_UNKNOWN"},
	{"purpose set by a program", stopAck, func(f *Facts, m *Message) { m.Program = "prg_1" }, "refuse PURPOSE_NOT_CALLERS"},
	{"question set by a program", question, func(f *Facts, m *Message) { m.Program = "prg_1" }, "refuse PURPOSE_NOT_CALLERS"},
	{"stop confirmation as a template", stopAck, func(f *Facts, m *Message) {
		m.Kind, f.Template = "template", Template{true, "APPROVED", "UTILITY"}
	}, "refuse PURPOSE_KIND"},
	{"answer by a person as a direct send", answer, func(f *Facts, m *Message) { m.DirectSend = "utility" }, "refuse PURPOSE_KIND"},
	{"template unknown", order, func(f *Facts, m *Message) { f.Template = Template{} }, "refuse TEMPLATE_UNKNOWN"},
	{"template pending", order, status("PENDING"), "refuse TEMPLATE_NOT_APPROVED"},
	{"template rejected", order, status("REJECTED"), "refuse TEMPLATE_NOT_APPROVED"},
	{"template in appeal", order, status("IN_APPEAL"), "refuse TEMPLATE_NOT_APPROVED"},
	{"template deleted", order, status("DELETED"), "refuse TEMPLATE_NOT_APPROVED"},
	{"template without status", order, status(""), "refuse TEMPLATE_NOT_APPROVED"},
	{"template with a new status of Meta's", order, status("SLEEPING"), "refuse TEMPLATE_NOT_APPROVED"},
	{"template flagged is still sent", order, status("FLAGGED"), "allow"},
	{"template paused", order, status("PAUSED"), "refuse TEMPLATE_PAUSED"},
	{"template disabled", order, status("DISABLED"), "refuse TEMPLATE_DISABLED"},
	{"Meta made it marketing", order, category("MARKETING"), "refuse CATEGORY_MISMATCH CONSENT_TOO_WEAK"},
	{"Meta made it marketing, person had stopped marketing", order, both(category("MARKETING"), person(Person{StopMarketing: true})), "refuse CATEGORY_MISMATCH STOPPED_MARKETING CONSENT_TOO_WEAK"},
	{"utility template under a marketing topic", offer, category("UTILITY"), "refuse CATEGORY_MISMATCH"},
	{"authentication template under a utility topic", order, category("AUTHENTICATION"), "refuse CATEGORY_MISMATCH CONSENT_TOO_WEAK"},
	{"category unknown", offer, category("GOSSIP"), "refuse CATEGORY_UNKNOWN"},
	{"category empty", offer, category(""), "refuse CATEGORY_UNKNOWN"},
	{"topic unknown", offer, topic(Topic{}), "refuse TOPIC_UNKNOWN"},
	{"topic retired", offer, topic(Topic{"offers", false, consent.Marketing}), "refuse TOPIC_UNKNOWN"},
	{"topic with a class we do not know", offer, topic(Topic{"offers", true, "gossip"}), "refuse TOPIC_UNKNOWN"},
	{"text without topic", text, topic(Topic{}), "refuse TOPIC_UNKNOWN"},
	{"marketing edge, marketing template", offer, func(f *Facts, m *Message) { m.MarketingEdge = true }, "allow"},
	{"marketing edge, utility template", order, func(f *Facts, m *Message) { m.MarketingEdge = true }, "refuse WRONG_EDGE"},
	{"marketing edge, text", text, func(f *Facts, m *Message) { m.MarketingEdge = true }, "refuse WRONG_EDGE"},
	{"direct send, authentication", direct, both(topic(Topic{"logins", true, consent.Authentication}), func(f *Facts, m *Message) { m.DirectSend = "authentication" }), "allow"},
	{"direct send, marketing", direct, func(f *Facts, m *Message) { m.DirectSend = "marketing" }, "refuse DIRECT_SEND_CATEGORY CATEGORY_MISMATCH CONSENT_TOO_WEAK"},
	{"direct send, no category we know", direct, func(f *Facts, m *Message) { m.DirectSend = "service" }, "refuse DIRECT_SEND_CATEGORY"},
	{"direct send with a template", order, func(f *Facts, m *Message) { m.DirectSend = "utility" }, "refuse DIRECT_SEND_CATEGORY"},
	{"direct send, utility under a marketing topic", direct, both(topic(Topic{"offers", true, consent.Marketing}), state(consent.StateGranted)), "refuse CATEGORY_MISMATCH"},

	{"text, window closed", text, window(Window{OpenedAt: t0 - day, Until: t0}), "refuse WINDOW_CLOSED"},
	{"text, last moment of the window", text, window(Window{OpenedAt: t0 - day + 2, Until: t0 + 1}), "allow"},
	{"text, never a window", text, window(Window{}), "refuse WINDOW_CLOSED"},
	{"text, a window nobody opened", text, window(Window{Until: t0 + day}), "refuse WINDOW_CLOSED"},
	{"text, window closed and withdrawn", text, both(window(Window{}), state(consent.StateWithdrawn)), "refuse WITHDRAWN WINDOW_CLOSED"},
	{"offer, the window is no consent", offer, both(window(openWindow), state(consent.StateNone)), "refuse CONSENT_NONE"},
	{"stop confirmation, window closed", stopAck, window(Window{}), "refuse WINDOW_CLOSED"},
	{"not me, window closed", notMe, window(Window{}), "refuse WINDOW_CLOSED"},
	{"rights, window closed", rights, window(Window{}), "refuse WINDOW_CLOSED"},
	{"answer, window closed", answer, window(Window{OpenedAt: t0 - 25*hour, Until: t0 - hour, HumanAt: t0 - 25*hour}), "refuse WINDOW_CLOSED"},
	{"question as text, window closed", question, kind("interactive"), "refuse WINDOW_CLOSED"},
	{"question as buttons in the window", question, both(window(openWindow), kind("interactive")), "allow"},

	{"offer to the United States", offer, func(f *Facts, m *Message) { f.Rules.NoMarketing = true }, "refuse MARKETING_NOT_DELIVERED"},
	{"order to the United States", order, func(f *Facts, m *Message) { f.Rules.NoMarketing = true }, "allow"},
	{"text about offers to the United States, in the window", text, func(f *Facts, m *Message) {
		f.Rules.NoMarketing, f.Topic, f.Standing.State = true, Topic{"offers", true, consent.Marketing}, consent.StateGranted
	}, "allow"},
	{"country barred", order, func(f *Facts, m *Message) { f.Rules.Barred = true }, "refuse COUNTRY_BARRED"},
	{"country barred, stop confirmation", stopAck, func(f *Facts, m *Message) { f.Rules.Barred = true }, "refuse COUNTRY_BARRED"},
	{"country without questions", question, func(f *Facts, m *Message) { f.Rules.NoQuestion = true }, "refuse QUESTION_NOT_ALLOWED"},
	{"country without questions, in the window", question, both(window(openWindow), func(f *Facts, m *Message) { f.Rules.NoQuestion = true }), "allow"},
}

var rowsOfPace = []row{
	{"offer in quiet hours", offer, func(f *Facts, m *Message) { f.Quiet = t0 + 8*hour }, "wait QUIET_HOURS"},
	{"offer at the end of quiet hours", offer, func(f *Facts, m *Message) { f.Quiet = t0 }, "allow"},
	{"order in quiet hours", order, func(f *Facts, m *Message) { f.Quiet = t0 + 8*hour }, "allow"},
	{"question in quiet hours", question, func(f *Facts, m *Message) { f.Quiet = t0 + 8*hour }, "allow"},
	{"offer, promise reached", offer, func(f *Facts, m *Message) { f.Caps.Promised = Cap{4, 4, t0 + day} }, "wait CAP_PROMISED"},
	{"offer, promise not reached", offer, func(f *Facts, m *Message) { f.Caps.Promised = Cap{3, 4, t0 + day} }, "allow"},
	{"order, promise reached", order, func(f *Facts, m *Message) { f.Caps.Promised = Cap{4, 4, t0 + day} }, "wait CAP_PROMISED"},
	{"answer in the window, promise reached", text, func(f *Facts, m *Message) { f.Caps.Promised = Cap{4, 4, t0 + day} }, "allow"},
	{"answer that offers, promise reached", text, func(f *Facts, m *Message) {
		f.Caps.Promised, f.Topic, f.Standing.State = Cap{4, 4, t0 + day}, Topic{"offers", true, consent.Marketing}, consent.StateGranted
	}, "wait CAP_PROMISED"},
	{"Direct Send, promise reached", text, func(f *Facts, m *Message) { m.DirectSend, f.Caps.Promised = "utility", Cap{4, 4, t0 + day} }, "wait CAP_PROMISED"},
	{"offer, day cap", offer, func(f *Facts, m *Message) { f.Caps.Day = Cap{1, 1, t0 + hour} }, "wait CAP_DAY"},
	{"offer, no cap", offer, func(f *Facts, m *Message) { f.Caps.Day = Cap{100, 0, 0} }, "allow"},
	{"order, day cap is marketing's", order, func(f *Facts, m *Message) { f.Caps.Day = Cap{1, 1, t0 + hour} }, "allow"},
	{"offer, month cap", offer, func(f *Facts, m *Message) { f.Caps.Month = Cap{9, 8, t0 + hour} }, "wait CAP_MONTH"},
	{"offer, all caps", offer, func(f *Facts, m *Message) {
		f.Caps = Caps{Cap{4, 4, t0 + day}, Cap{1, 1, t0 + hour}, Cap{8, 8, t0 + 9*day}, 0}
	}, "wait CAP_PROMISED CAP_DAY CAP_MONTH"},
	{"question, asked an hour ago", question, asked(Asked{LastAt: t0 - hour, In90: 1}), "wait QUESTION_TOO_SOON"},
	{"question, asked 24 h ago", question, asked(Asked{LastAt: t0 - day, In90: 1}), "allow"},
	{"question, asked twice", question, asked(Asked{LastAt: t0 - 60*day, In90: 2}), "refuse QUESTION_TOO_OFTEN"},
	{"question, twice and an hour ago", question, asked(Asked{LastAt: t0 - hour, In90: 2}), "refuse QUESTION_TOO_SOON QUESTION_TOO_OFTEN"},
	{"question, doors full", question, asked(Asked{DoorsAt: t0 + hour}), "wait DOORS_FULL"},
	{"question, doors open again", question, asked(Asked{DoorsAt: t0 - hour}), "allow"},

	{"question after a stop", question, person(Person{StopAll: true}), "refuse QUESTION_AFTER_STOP"},
	{"question after a stop of marketing", question, person(Person{StopMarketing: true}), "refuse QUESTION_AFTER_STOP"},
	{"question after a stop lifted for another topic", question, person(Person{StoppedAt: t0 - 90*day}), "refuse QUESTION_AFTER_STOP"},
	{"question after this topic was withdrawn", question, state(consent.StateWithdrawn), "refuse QUESTION_AFTER_STOP"},
	{"question after a no", question, person(Person{DeclinedAt: t0 - 300*day}), "refuse QUESTION_AFTER_NO"},
	{"question after a no, asked for in a newer message", question, both(person(Person{DeclinedAt: t0 - 2*hour}), both(window(openWindow), kind("interactive"))), "allow"},
	{"question after a no, the template is no answer", question, both(person(Person{DeclinedAt: t0 - 2*hour}), window(openWindow)), "refuse QUESTION_AFTER_NO"},
	{"question after a no that is itself the newest message", question, both(person(Person{DeclinedAt: openWindow.HumanAt}), both(window(openWindow), kind("interactive"))), "refuse QUESTION_AFTER_NO"},
	{"question after a stop, asked for in a newer message", question, both(person(Person{StopAll: true, StoppedAt: t0 - 2*hour}), both(window(openWindow), kind("interactive"))), "refuse QUESTION_AFTER_STOP"},
	{"question a year after a no", question, person(Person{DeclinedAt: t0 - 365*day}), "allow"},
	{"question after a no whose time is not known", question, state(consent.StateDeclined), "refuse QUESTION_AFTER_NO"},
	{"question after a no where rules name no end", question, both(person(Person{DeclinedAt: t0 - 3000*day}), func(f *Facts, m *Message) { f.Rules.QuietAfterNo = 0 }), "refuse QUESTION_AFTER_NO"},
	{"question at a wrong address", question, person(Person{WrongAddress: true}), "refuse QUESTION_WRONG_ADDRESS"},
	{"question to a suppressed address", question, suppressed("all", t0-900*day), "refuse SUPPRESSED"},
	{"question to an address suppressed for marketing", question, suppressed("marketing", t0-900*day), "refuse SUPPRESSED_MARKETING"},
	{"question after a platform stop", question, person(Person{PlatformStop: true}), "refuse PLATFORM_STOP"},
	{"question to somebody who may have blocked us", question, person(Person{SuspectedBlock: true}), "refuse SUSPECTED_BLOCK"},
	{"question, processing restricted", question, person(Person{Restricted: true}), "refuse PROCESSING_RESTRICTED"},
	{"question with advertising", question, category("MARKETING"), "refuse QUESTION_NOT_UTILITY"},
	{"question with a paused template", question, status("PAUSED"), "refuse TEMPLATE_PAUSED"},
	{"question to nobody we know", question, func(f *Facts, m *Message) { f.Contact, f.Standing = "", Standing{} }, "allow"},

	{"second stop confirmation in 24 h", stopAck, ack(Ack{LastAt: t0 - 23*hour}), "refuse ACK_TOO_SOON"},
	{"stop confirmation a day later", stopAck, ack(Ack{LastAt: t0 - day}), "allow"},
	{"stop confirmation after do not write to me", stopAck, ack(Ack{Unwanted: true}), "refuse ACK_UNWANTED"},
	{"stop confirmation for Meta's own stop", stopAck, ack(Ack{ByPlatform: true}), "refuse ACK_OF_PLATFORM_STOP"},
	{"stop confirmation without a stop", stopAck, func(f *Facts, m *Message) { f.Person.StoppedAt = 0 }, "refuse ACK_WITHOUT_STOP"},
	{"not me, unwanted", notMe, ack(Ack{Unwanted: true}), "refuse ACK_UNWANTED"},
	{"not me, confirmed an hour ago", notMe, ack(Ack{LastAt: t0 - hour}), "refuse ACK_TOO_SOON"},
	{"rights are answered after any stop", rights, ack(Ack{Unwanted: true, LastAt: t0 - hour}), "allow"},
	{"rights are answered while processing is restricted", rights, func(f *Facts, m *Message) { f.Person.Restricted = true }, "allow"},
	{"answer after a stop, nothing written since", answer, person(Person{StopAll: true, StoppedAt: t0 - hour}), "refuse ANSWER_AFTER_STOP"},
	{"answer to a message newer than the stop", answer, person(Person{StopAll: true, StoppedAt: t0 - 2*hour}), "allow"},
	{"answer, the stop has no time", answer, person(Person{StopAll: true}), "refuse ANSWER_AFTER_STOP"},
	{"agreed, second in 24 h", agreed, ack(Ack{LastAt: t0 - 23*hour}), "refuse AGREED_TOO_SOON"},
	{"agreed, the next day", agreed, ack(Ack{LastAt: t0 - day}), "allow"},
	{"agreed, not granted", agreed, state(consent.StateRequested), "refuse ACK_WITHOUT_GRANT"},
	{"agreed, declared only", agreed, state(consent.StateDeclared), "refuse ACK_WITHOUT_GRANT"},
	{"agreed, withdrawn meanwhile", agreed, state(consent.StateWithdrawn), "refuse ACK_WITHOUT_GRANT"},
	{"agreed, topic gone", agreed, topic(Topic{}), "refuse ACK_WITHOUT_GRANT"},
	{"agreed, everything stopped meanwhile", agreed, person(Person{StopAll: true, StoppedAt: t0}), "refuse STOPPED_ALL ANSWER_AFTER_STOP"},
	{"agreed, marketing stopped meanwhile", agreed, person(Person{StopMarketing: true, StoppedAt: t0}), "refuse STOPPED_MARKETING ANSWER_AFTER_STOP"},
	{"agreed, a topic stopped meanwhile", agreed, person(Person{StoppedAt: t0}), "refuse ANSWER_AFTER_STOP"},
	{"agreed after a stop that it lifted", agreed, both(person(Person{StoppedAt: t0 - hour}), suppressed("all", t0-hour)), "allow"},
	{"agreed, suppressed since", agreed, suppressed("all", t0), "refuse SUPPRESSED"},
	{"agreed, marketing suppressed since", agreed, suppressed("marketing", t0), "refuse SUPPRESSED_MARKETING"},
	{"agreed, Meta's own stop", agreed, person(Person{PlatformStop: true}), "refuse PLATFORM_STOP"},
	{"agreed, processing restricted", agreed, person(Person{Restricted: true}), "refuse PROCESSING_RESTRICTED"},
	{"agreed, too young", agreed, person(Person{AgeKnown: true, Age: 12}), "refuse AGE_TOO_LOW"},
	{"agreed, window closed", agreed, window(Window{OpenedAt: t0 - day, Until: t0 - second, HumanAt: t0 - day}), "refuse WINDOW_CLOSED"},
	{"agreed, set by a program", agreed, func(f *Facts, m *Message) { m.Program = "prg_1" }, "refuse PURPOSE_NOT_CALLERS"},
	{"agreed, as a template", agreed, func(f *Facts, m *Message) { m.DirectSend = "utility" }, "refuse PURPOSE_KIND"},
	{"agreed, quiet hours do not hold up an answer", agreed, func(f *Facts, m *Message) { f.Quiet = t0 + hour }, "allow"},
	{"agreed, brake on marketing", agreed, brake(Brake{State: quality.MarketingStopped}), "allow"},
	{"agreed, brake on everything", agreed, brake(Brake{State: quality.Stopped}), "wait BRAKE_STOPPED"},
	{"way back, nobody stopped", wayBack, person(Person{}), "refuse ANSWER_AFTER_STOP"},
	{"way back, nothing written since", wayBack, person(Person{StopAll: true, StoppedAt: t0}), "refuse ANSWER_AFTER_STOP"},
	{"way back, the message is the stop", wayBack, person(Person{StopMarketing: true, StoppedAt: openWindow.HumanAt}), "refuse ANSWER_AFTER_STOP"},
	{"way back, processing restricted", wayBack, person(Person{StopAll: true, StoppedAt: t0 - 2*hour, Restricted: true}), "refuse PROCESSING_RESTRICTED"},
	{"way back, suppressed since", wayBack, suppressed("all", t0), "refuse SUPPRESSED"},
	{"way back, window closed", wayBack, window(Window{OpenedAt: t0 - hour, Until: t0 - second, HumanAt: t0 - hour}), "refuse WINDOW_CLOSED"},
	{"way back set by a program", wayBack, func(f *Facts, m *Message) { m.Program = "prg_1" }, "refuse PURPOSE_NOT_CALLERS"},
	{"way back as a template", wayBack, func(f *Facts, m *Message) { m.DirectSend = "utility" }, "refuse PURPOSE_KIND"},
	{"answer after a stop of marketing", answer, person(Person{StopMarketing: true, StoppedAt: t0}), "allow"},
	{"answer to a newer message than the suppression", answer, suppressed("all", t0-2*hour), "allow"},
	{"answer to an older message than the suppression", answer, suppressed("all", t0-hour), "refuse SUPPRESSED"},
	{"answer, suppressed for marketing", answer, suppressed("marketing", t0), "allow"},
	{"answer, processing restricted", answer, person(Person{Restricted: true}), "refuse PROCESSING_RESTRICTED"},
	{"answer without any consent", answer, state(consent.StateNone), "allow"},

	{"typed after a stop, nothing written since", typed, person(Person{StopAll: true, StoppedAt: t0 - hour}), "refuse ANSWER_AFTER_STOP"},
	{"typed, the message is the stop", typed, both(person(Person{StopAll: true, StoppedAt: t0 - hour}), window(Window{OpenedAt: t0 - hour, Until: t0 + 23*hour})), "refuse ANSWER_AFTER_STOP"},
	{"typed, the stop has no time", typed, person(Person{StopAll: true}), "refuse ANSWER_AFTER_STOP"},
	{"typed to a message newer than the stop", typed, person(Person{StopAll: true, StoppedAt: t0 - 2*hour}), "allow"},
	{"typed after a stop of marketing", typed, person(Person{StopMarketing: true, StoppedAt: t0}), "allow"},
	{"typed, suppressed since", typed, suppressed("all", t0), "refuse SUPPRESSED"},
	{"typed, suppressed before the message", typed, suppressed("all", t0-2*hour), "allow"},
	{"typed, processing restricted", typed, person(Person{Restricted: true}), "refuse PROCESSING_RESTRICTED"},
	{"typed, erased", typed, identity(Identity{Erased: true}), "refuse PERSON_ERASED"},
	{"typed, somebody else may hold the number", typed, identity(Identity{FrozenAt: t0 - second}), "refuse IDENTITY_CHANGED"},
	{"typed to who wrote since somebody else may hold the number", typed, identity(Identity{FrozenAt: t0 - day}), "allow"},
	{"typed, window closed", typed, window(Window{OpenedAt: t0 - 25*hour, Until: t0 - hour, HumanAt: t0 - 25*hour}), "refuse WINDOW_CLOSED"},
	{"typed to somebody who never wrote", typed, window(Window{}), "refuse WINDOW_CLOSED"},
	{"typed, 19 answers unheard", typed, func(f *Facts, m *Message) { f.Answers.Sent = 19 }, "allow"},
	{"typed, 20 answers unheard", typed, func(f *Facts, m *Message) { f.Answers.Sent = 20 }, "refuse ANSWERS_UNHEARD"},
	{"20 answers are no matter of a consent", text, func(f *Facts, m *Message) { f.Answers.Sent = 20 }, "allow"},
	{"typed, an image", typed, kind("image"), "allow"},
	{"typed, something interactive", typed, kind("interactive"), "allow"},
	{"typed, of no kind we know", typed, kind("catalog"), "refuse KIND_UNKNOWN"},
	{"typed with a category", typed, both(orders, func(f *Facts, m *Message) { m.DirectSend = "utility" }), "refuse CONSENT_NONE"},
	{"typed at the marketing edge", typed, both(orders, func(f *Facts, m *Message) { m.MarketingEdge = true }), "refuse WRONG_EDGE CONSENT_NONE"},
	{"a template of a support desk", order, both(window(openWindow), func(f *Facts, m *Message) { f.Answers.Typed, f.Standing.State = true, consent.StateNone }), "refuse CONSENT_NONE"},
	{"a template of a support desk after a stop", order, both(window(openWindow), func(f *Facts, m *Message) { f.Answers.Typed, f.Person.StopAll = true, true }), "refuse STOPPED_ALL"},
	{"a support desk claims the purpose", typed, func(f *Facts, m *Message) { m.Purpose = HumanAnswer }, "refuse PURPOSE_NOT_CALLERS"},
	{"typed of nobody's program", typed, both(orders, func(f *Facts, m *Message) { m.Program = "" }), "refuse CONSENT_NONE"},
	{"typed, the brake is on", typed, brake(Brake{State: quality.Stopped}), "wait BRAKE_STOPPED"},
	{"typed, the brake lets answers through", typed, brake(Brake{State: quality.Stopped, Answers: true}), "allow"},
	{"typed too quickly", typed, func(f *Facts, m *Message) { f.PairOwed = t0 + 45*6*second }, "wait PAIR_RATE"},
	{"typed, held after a restore", typed, func(f *Facts, m *Message) { f.Held = true }, "wait HELD_AFTER_RESTORE"},
	{"typed to a country that is barred", typed, func(f *Facts, m *Message) { f.Rules.Barred = true }, "refuse COUNTRY_BARRED"},

	{"Meta has had enough for this person", offer, metaCap(t0 + second), "wait CAP_META"},
	{"Meta had enough a day ago", offer, metaCap(t0), "allow"},
	{"Meta has had enough, in the window", offer, both(metaCap(t0+second), window(openWindow)), "allow"},
	{"Meta has had enough, order", order, metaCap(t0 + second), "allow"},

	{"brake slow, offer before its turn", offer, brake(Brake{State: quality.Slow, SlowAt: t0 + second}), "wait BRAKE_SLOW"},
	{"brake slow, offer in turn", offer, brake(Brake{State: quality.Slow}), "allow"},
	{"brake slow, order", order, brake(Brake{State: quality.Slow, SlowAt: t0 + second}), "allow"},
	{"brake on marketing, offer", offer, brake(Brake{State: quality.MarketingStopped, Until: t0 + day}), "wait BRAKE_MARKETING"},
	{"brake on marketing, order", order, brake(Brake{State: quality.MarketingStopped, Until: t0 + day}), "allow"},
	{"brake on everything, order", order, brake(Brake{State: quality.Stopped}), "wait BRAKE_STOPPED"},
	{"brake on everything, stop confirmation", stopAck, brake(Brake{State: quality.Stopped}), "wait BRAKE_STOPPED"},
	{"brake on everything but answers, stop confirmation", stopAck, brake(Brake{State: quality.Stopped, Answers: true}), "allow"},
	{"brake on everything but answers, text in the window", text, brake(Brake{State: quality.Stopped, Answers: true}), "allow"},
	{"brake on everything but answers, order", order, both(window(openWindow), brake(Brake{State: quality.Stopped, Answers: true})), "wait BRAKE_STOPPED"},
	{"brake on everything but answers, direct send", direct, both(window(openWindow), brake(Brake{State: quality.Stopped, Answers: true})), "wait BRAKE_STOPPED"},
	{"template stopped, offer", offer, templateBrake(Brake{State: quality.MarketingStopped, Until: t0 + day}), "wait BRAKE_TEMPLATE"},
	{"template stopped, order", order, templateBrake(Brake{State: quality.MarketingStopped}), "allow"},
	{"template slow, offer before its turn", offer, templateBrake(Brake{State: quality.Slow, SlowAt: t0 + second}), "wait BRAKE_SLOW"},
	{"template slow, order", order, templateBrake(Brake{State: quality.Slow, SlowAt: t0 + second}), "allow"},
	{"template's brake in a state we do not know", order, templateBrake(Brake{State: "rusty"}), "refuse BRAKE_UNKNOWN"},
	{"brake in a state we do not know", order, brake(Brake{State: "rusty"}), "refuse BRAKE_UNKNOWN"},
	{"no state of the brake", order, brake(Brake{}), "refuse BRAKE_UNKNOWN"},

	{"limit used up", order, room(Headroom{NextAt: t0 + hour}), "wait HEADROOM_FULL"},
	{"limit used up, person holds a slot", order, room(Headroom{Held: true}), "allow"},
	{"limit used up, in the window", order, both(room(Headroom{}), window(openWindow)), "allow"},
	{"limit used up, text in the window", text, room(Headroom{}), "allow"},
	{"limit used up, direct send", direct, room(Headroom{}), "wait HEADROOM_FULL"},
	{"limit used up, question", question, room(Headroom{}), "wait HEADROOM_FULL"},
	{"only the reserve is left, offer", offer, room(Headroom{Free: 10, NextAt: t0 + hour}), "wait HEADROOM_RESERVED"},
	{"only the reserve is left, order", order, room(Headroom{Free: 10}), "allow"},
	{"more held than the limit", order, room(Headroom{Free: -5}), "wait HEADROOM_FULL"},

	{"pair: 44 messages owed", order, func(f *Facts, m *Message) { f.PairOwed = t0 + 44*6*second }, "allow"},
	{"pair: 45 messages owed", order, func(f *Facts, m *Message) { f.PairOwed = t0 + 45*6*second }, "wait PAIR_RATE"},
	{"pair: stop confirmation waits as well", stopAck, func(f *Facts, m *Message) { f.PairOwed = t0 + 45*6*second }, "wait PAIR_RATE"},
	{"throughput used up", order, func(f *Facts, m *Message) { f.Throughput = t0 + 1 }, "wait THROUGHPUT"},
	{"throughput free again", order, func(f *Facts, m *Message) { f.Throughput = t0 }, "allow"},

	{"a wait and a refusal", offer, both(state(consent.StateNone), func(f *Facts, m *Message) { f.Quiet = t0 + hour }), "refuse CONSENT_NONE QUIET_HOURS"},
	{"everything at once, in the order of the line", offer, everything, "refuse HELD_AFTER_RESTORE ADDRESS_UNUSABLE PERSON_ERASED SUPPRESSED " +
		"TEMPLATE_PAUSED PLATFORM_STOP PROCESSING_RESTRICTED STOPPED_ALL STOPPED_MARKETING AGE_TOO_LOW MARKETING_NOT_DELIVERED QUIET_HOURS " +
		"CAP_PROMISED CAP_DAY BRAKE_MARKETING HEADROOM_FULL PAIR_RATE THROUGHPUT"},
}

func everything(f *Facts, m *Message) {
	f.Held = true
	f.Identity = Identity{Unusable: true, Erased: true}
	f.SuppressedAll = Suppression{true, t0}
	f.Template.Status = "PAUSED"
	f.Person = Person{StopAll: true, StopMarketing: true, PlatformStop: true, Restricted: true, AgeKnown: true, Age: 9}
	f.Standing.State = consent.StateWithdrawn
	f.Rules.NoMarketing = true
	f.Quiet = t0 + hour
	f.Caps = Caps{Promised: Cap{1, 1, t0 + hour}, Day: Cap{1, 1, t0 + hour}}
	f.Brake = Brake{State: quality.MarketingStopped}
	f.Headroom = Headroom{}
	f.PairOwed = t0 + day
	f.Throughput = t0 + second
}

func allRows() []row {
	return append(append(append([]row(nil), rowsOfConsent...), rowsOfMessage...), rowsOfPace...)
}

func codes(d *Decision) string {
	out := []string{string(d.Verdict)}
	for _, r := range d.Reasons {
		out = append(out, r.Code)
	}
	return strings.Join(out, " ")
}

func TestDecide(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range allRows() {
		if seen[r.name] {
			t.Errorf("two rows are called %q", r.name)
		}
		seen[r.name] = true
		f, m := r.base()
		r.change(&f, &m)
		d := Decide(&f, &m)
		if got := codes(&d); got != r.want {
			t.Errorf("%s:\n got %s\nwant %s", r.name, got, r.want)
		}
	}
	if len(seen) < 150 {
		t.Errorf("only %d rows", len(seen))
	}
}
