package gate

import (
	"jawort/account"
	"jawort/consent"
)

// Purpose is why Jawort itself writes because of consent. Callers cannot set one (DESIGN section 6, Purposes).
type Purpose string

// The purposes; an ordinary message has none.
const (
	Ordinary       Purpose = ""
	ConfirmRequest Purpose = "confirm_request" // the one neutral question after a request
	StopAck        Purpose = "stop_ack"        // the one neutral confirmation of an opt-out
	NotMeAck       Purpose = "not_me_ack"      // the answer to "that was not me"
	RightsAnswer   Purpose = "rights_answer"   // the answer to a request under data protection law
	HumanAnswer    Purpose = "human_answer"    // typed by a person, to a person who wrote
	WayBack        Purpose = "way_back"        // how to agree again, to somebody who stopped and now asks for it
	OptinAck       Purpose = "optin_ack"       // the one neutral confirmation of what was agreed to in the chat
)

// Purposes lists them all.
var Purposes = []Purpose{Ordinary, ConfirmRequest, StopAck, NotMeAck, RightsAnswer, HumanAnswer, WayBack, OptinAck}

// Mode is how a number or program takes a refusal; a word that is none of them counts as enforce.
type Mode = account.Mode

// Message is what somebody wants to send: only what the gate must know of it, never its text.
type Message struct {
	To            string  // as asked for; echoed in the decision
	Number        string  // Meta's phone_number_id
	Program       string  // empty for Jawort's own sends
	Kind          string  // template text interactive image …
	Template      string  // its name, for kind template
	Language      string  // of the template
	DirectSend    string  // Direct Send's category (facts/meta.md 4.7), empty when it is none
	Topic         string  // as asked for, empty when the caller named none
	Purpose       Purpose // set by Jawort's own flows only
	MarketingEdge bool    // asked through Meta's /marketing_messages
}

// kinds are Meta's message types that reach a person (facts/meta.md 5.1); any other is not understood.
var kinds = map[string]bool{"template": true, "text": true, "interactive": true, "image": true, "video": true, "audio": true,
	"document": true, "sticker": true, "location": true, "contacts": true, "reaction": true}

// freely says that nothing but an open window lets the message through: no template, no Direct Send, nothing that Meta sends as marketing.
func (m *Message) freely() bool { return !m.isTemplate() && m.DirectSend == "" && !m.MarketingEdge }

// judgedAs is the purpose that a message is judged by. Callers set none; what people type in a program that its owner said so of is
// an answer to somebody who wrote. That is read with the other facts, so it holds from the moment in which it is switched, and no caller
// has a say in it.
func (m *Message) judgedAs(typed bool) Purpose {
	if m.Purpose == Ordinary && m.Program != "" && typed && m.freely() {
		return HumanAnswer
	}
	return m.Purpose
}

func (m *Message) isTemplate() bool { return m.Kind == "template" }

// ClassOf reads Meta's category as one of our classes; ok is false for a word we do not know.
func ClassOf(category string) (consent.Class, bool) {
	switch category {
	case "MARKETING", "marketing":
		return consent.Marketing, true
	case "UTILITY", "utility":
		return consent.Utility, true
	case "AUTHENTICATION", "authentication":
		return consent.Authentication, true
	}
	return "", false
}
