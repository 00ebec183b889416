package gate

import (
	"jawort/account"
	"jawort/consent"
	"jawort/quality"
)

const (
	hour = 3600 * second
	t0   = int64(1_795_000_000) * second // the moment of every judgement in these tests
)

// change is one way in which a row differs from its base.
type change func(f *Facts, m *Message)

// fine is a person about whom nothing speaks against an ordinary message.
func fine() Facts {
	return Facts{
		Now: t0, Readable: true, NumberKnown: true, Contact: "con_1", Rev: 7, Country: "DE", Mode: account.Enforce,
		Topic:    Topic{Code: "order_updates", Known: true, Class: consent.Utility},
		Standing: Standing{State: consent.StateDeclared, Since: t0 - 30*day, OwnSince: t0 - 30*day, Proof: "web"},
		Rules:    Rules{Version: "de@2026-11-22", MinAge: 16, LapseAfter: 730 * day, QuietAfterNo: 365 * day},
		Brake:    Brake{State: quality.Open},
		Headroom: Headroom{Free: 100, FreeMarketing: 80},
	}
}

// offer is a marketing template to somebody who has granted it.
func offer() (Facts, Message) {
	f := fine()
	f.Topic = Topic{Code: "offers", Known: true, Class: consent.Marketing}
	f.Standing.State = consent.StateGranted
	f.Template = Template{Known: true, Status: "APPROVED", Category: "MARKETING"}
	return f, Message{To: "tel:+4915112345678", Number: "n1", Program: "prg_1", Kind: "template", Template: "sommer_sale", Language: "de"}
}

// order is a utility template to somebody who ticked the box at the checkout.
func order() (Facts, Message) {
	f := fine()
	f.Template = Template{Known: true, Status: "APPROVED", Category: "UTILITY"}
	return f, Message{To: "tel:+4915112345678", Number: "n1", Program: "prg_1", Kind: "template", Template: "order_update", Language: "de"}
}

// login is an authentication template.
func login() (Facts, Message) {
	f, m := order()
	f.Topic = Topic{Code: "logins", Known: true, Class: consent.Authentication}
	f.Template.Category = "AUTHENTICATION"
	m.Template = "login_code"
	return f, m
}

// text is free-form text in an open window.
func text() (Facts, Message) {
	f := fine()
	f.Window = Window{OpenedAt: t0 - hour, Until: t0 + 23*hour, HumanAt: t0 - hour}
	return f, Message{To: "tel:+4915112345678", Number: "n1", Program: "prg_1", Kind: "text"}
}

// direct is a Direct Send outside any window.
func direct() (Facts, Message) {
	f := fine()
	return f, Message{To: "tel:+4915112345678", Number: "n1", Program: "prg_1", Kind: "text", DirectSend: "utility"}
}

// question is the neutral question after a request on a web page.
func question() (Facts, Message) {
	f := fine()
	f.Topic = Topic{Code: "offers", Known: true, Class: consent.Marketing}
	f.Standing = Standing{State: consent.StateRequested, Since: t0 - second}
	f.Template = Template{Known: true, Status: "APPROVED", Category: "UTILITY"}
	return f, Message{To: "tel:+4915112345678", Number: "n1", Kind: "template", Template: "optin_confirm", Language: "de", Purpose: ConfirmRequest}
}

// stopped is a person who wrote STOP a second ago.
func stopped() Facts {
	f := fine()
	f.Window = Window{OpenedAt: t0 - second, Until: t0 + 23*hour}
	f.Standing = Standing{State: consent.StateWithdrawn, Since: t0 - second}
	f.Person = Person{StopAll: true, StopMarketing: true, StoppedAt: t0 - second}
	f.SuppressedAll = Suppression{true, t0 - second}
	return f
}

func own(p Purpose) Message {
	return Message{To: "tel:+4915112345678", Number: "n1", Kind: "text", Purpose: p}
}

func stopAck() (Facts, Message) { return stopped(), own(StopAck) }
func notMe() (Facts, Message)   { return stopped(), own(NotMeAck) }
func rights() (Facts, Message)  { return stopped(), own(RightsAnswer) }

// wayBack answers somebody who stopped two hours ago and has written a source's word an hour ago.
func wayBack() (Facts, Message) {
	f := stopped()
	f.Person.StoppedAt, f.Standing.Since = t0-2*hour, t0-2*hour
	f.SuppressedAll.At = t0 - 2*hour
	f.Window = openWindow
	return f, own(WayBack)
}

// agreed confirms what somebody has agreed to in the chat a second ago.
func agreed() (Facts, Message) {
	f, _ := offer()
	f.Window = Window{OpenedAt: t0 - second, Until: t0 + 23*hour, HumanAt: t0 - second}
	f.Standing.Since, f.Standing.OwnSince = t0-second, t0-second
	return f, own(OptinAck)
}

// typed is what a person types in a support desk to somebody who wrote an hour ago and never agreed to anything.
func typed() (Facts, Message) {
	f, m := text()
	f.Topic, f.Standing, f.Answers.Typed = Topic{}, Standing{State: consent.StateNone}, true
	return f, m
}

// answer is a reply by a member of staff to somebody who wrote an hour ago.
func answer() (Facts, Message) {
	f, _ := text()
	return f, own(HumanAnswer)
}
